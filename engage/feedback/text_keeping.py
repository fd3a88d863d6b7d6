"""What stays of a text that was feedback: a keyed digest of the provider's id, and nothing more.

No line goes to the audit: it would have a time. See docs/decisions/0161-feedback-by-text.md.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, select, update

from engage.crypto import seal, token_digest, unseal
from engage.db import db
from engage.feedback.models import FeedbackText
from engage.statements import Into, write_once

_table: Any = FeedbackText.__table__
_TEXTS = Into(_table, once=["sid_digest"])
_LEFT = (
    select(_table.c.id, _table.c.sid)
    .where(_table.c.sid.is_not(None))
    .order_by(_table.c.tries, _table.c.id)
    .limit(bindparam("most"))
)
_FORGET = update(_table).where(_table.c.id == bindparam("row_id")).values(sid=None)
_AGAIN = (
    update(_table).where(_table.c.id == bindparam("row_id")).values(tries=_table.c.tries + 1)
)  # fmt: skip


@dataclass(frozen=True)
class Copy:
    """A record at the provider that is still to be deleted."""

    id: UUID
    sid: str


def note_text(provider: str, sid: str) -> bool:
    """Note that a text came, or that our answer to one left; say whether that was new."""
    row_id = uuid4()
    row = {
        "id": row_id,
        "sid_digest": digest_of(provider, sid),
        "sid": seal(sid, "feedback_texts.sid", row_id),
        "tries": 0,
    }
    return bool(write_once(db.session.connection(), (_TEXTS, row), ()))


def known_sids(provider: str, sids: list[str]) -> set[str]:
    """Return those of the provider's ids that were feedback."""
    digests = {digest_of(provider, sid): sid for sid in sids}
    found = select(_table.c.sid_digest).where(_table.c.sid_digest.in_(list(digests)))
    return {digests[digest] for digest in db.session.scalars(found)}


def digest_of(provider: str, sid: str) -> str:
    """Return the keyed digest under which a text is known."""
    return token_digest(f"feedback sid|{provider}|{sid}")


def poster_digest(code: str) -> str:
    """Return what a poster's code for texts is looked up by."""
    return token_digest(f"feedback text|{code.lower()}")


def copies_left(most: int) -> list[Copy]:
    """Return what the provider is still to delete; what failed before goes last."""
    rows = db.session.execute(_LEFT, {"most": most}).all()
    return [Copy(row.id, unseal(row.sid, "feedback_texts.sid", row.id)) for row in rows]


def forget_copy(text_id: UUID, *, is_gone: bool) -> None:
    """Forget the provider's id once its record is gone; else note that it must be tried again."""
    change = _FORGET if is_gone else _AGAIN
    db.session.connection().execute(change, {"row_id": text_id})
