"""Finding the account of a member of staff by the address they sign in with."""

from uuid import UUID

from sqlalchemy import select

from engage.db import db
from engage.people.account_models import Account
from engage.people.addresses import email_index
from engage.people.viewer import Viewer


def find_account_of(viewer: Viewer, person_id: UUID) -> Account | None:
    """Return the account of a member of staff, or None. The caller has asked who may know."""
    return db.session.scalar(select(Account).where(Account.person_id == person_id))


def find_account(viewer: Viewer, email: str) -> Account | None:
    """Return the account that signs in with this address, or None."""
    return db.session.scalar(select(Account).where(Account.email == email_index(email)))
