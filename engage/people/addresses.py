"""Mail addresses of staff: found by blind index, kept sealed."""

from uuid import UUID

from sqlalchemy import Boolean, Text, column, select, table

from engage.crypto import blind_index, unseal
from engage.db import QuickUuid, db

# Not the model: it brings sign-in with it, which a worker has no use for.
_ACCOUNTS = table(
    "accounts",
    column("id", QuickUuid()),
    column("person_id", QuickUuid()),
    column("email_sealed", Text()),
    column("active", Boolean()),
)


def email_index(email: str) -> str:
    """Return the blind index under which an address is found; case and spaces do not matter."""
    return blind_index("email", email.strip().casefold())


def email_of(person_id: UUID) -> str:
    """Return the address a member of staff signs in with; empty for whoever cannot, or no more.

    The caller has asked who may know.
    """
    found = db.session.execute(
        select(_ACCOUNTS.c.id, _ACCOUNTS.c.email_sealed).where(
            _ACCOUNTS.c.person_id == person_id, _ACCOUNTS.c.active.is_(True)
        )
    ).first()
    return unseal(found.email_sealed, "accounts.email_address", found.id) if found else ""
