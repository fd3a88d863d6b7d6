"""Finding the account of a member of staff by the address they sign in with."""

from sqlalchemy import select

from engage.db import db
from engage.people.addresses import email_index
from engage.people.models import Account
from engage.people.viewer import Viewer


def find_account(viewer: Viewer, email: str) -> Account | None:
    """Return the account that signs in with this address, or None."""
    return db.session.scalar(select(Account).where(Account.email == email_index(email)))
