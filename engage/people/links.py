"""Links and typed codes: made once, kept only as keyed digests, closed the moment they should be.

Why keyed digests and not a slow hash: docs/decisions/0004-codes-as-keyed-digests.md.
"""

import secrets
import unicodedata
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, update

from engage.crypto import token_digest
from engage.db import db
from engage.people.models import Link, LinkKind, LoginSession

# Source: Crockford's base 32: no I, L, O (read as 1, 1, 0) and no U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CARRIED = 26  # characters, 130 bits: in a link or a QR. Source: SAFETY 11 (128 bits)
TYPED = 13  # characters, 65 bits: typed by hand. Source: ASVS 6.6.3 (64 bits)
_LOOKS_LIKE = str.maketrans("OIL", "011")


def new_code(*, typed: bool = False) -> str:
    """Make a fresh code: long for a link or a QR, shorter when it will be typed."""
    return "".join(secrets.choice(ALPHABET) for _ in range(TYPED if typed else CARRIED))


def normalise(code: str) -> str:
    """Return a typed code in the form in which codes are compared.

    Case, spaces, dashes and digits of other scripts do not matter; O is 0, I and L are 1.
    """
    kept = []
    for character in unicodedata.normalize("NFKC", code)[:100]:
        if unicodedata.category(character) == "Nd":
            kept.append(str(unicodedata.digit(character)))
        elif character.isalnum():
            kept.append(character.upper())
    return "".join(kept).translate(_LOOKS_LIKE)


def grouped(code: str) -> str:
    """Return a code in groups of four, as it is printed."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def digest(kind: LinkKind, code: str) -> str:
    """Return what the database keeps of a code; the same code of another kind differs."""
    return token_digest(f"{kind}|{normalise(code)}")


def issue(
    kind: LinkKind,
    *,
    young_person_id: UUID | None,
    now: datetime,
    person_id: UUID | None = None,
    expires_at: datetime | None = None,
    subject_id: UUID | None = None,
    typed: bool = False,
    keep: bool = False,
) -> str:
    """Make a link and return its code, which cannot be read back later.

    `person_id` is who holds it (None: whoever has the paper), `subject_id` the one thing it is
    about, such as an alert. With `keep` the code itself is kept too, sealed, so that a card can
    be printed again. The act that needs the link writes the audit line.
    """
    code = new_code(typed=typed)
    link = Link(
        kind=kind,
        code_digest=digest(kind, code),
        young_person_id=young_person_id,
        person_id=person_id,
        object_id=subject_id,
        code=code if keep else None,
        created_at=now,
        expires_at=expires_at,
    )
    db.session.add(link)
    return code


def find(kind: LinkKind, code: str, *, now: datetime) -> Link | None:
    """Return the link of this code, or None if it is unknown, expired or revoked."""
    return db.session.scalar(
        select(Link).where(
            Link.kind == kind,
            Link.code_digest == digest(kind, code),
            Link.revoked_at.is_(None),
            or_(Link.expires_at.is_(None), Link.expires_at > now),
        )
    )


def use_up(link: Link, *, now: datetime) -> bool:
    """Close a link that works once; say whether it was still open. Safe against two at once."""
    closed = db.session.execute(
        update(Link).where(Link.id == link.id, Link.revoked_at.is_(None)).values(revoked_at=now)
    )
    return closed.rowcount == 1  # type: ignore[attr-defined]


def revoke(
    kind: LinkKind,
    *,
    now: datetime,
    young_person_id: UUID | None = None,
    person_id: UUID | None = None,
    subject_id: UUID | None = None,
) -> int:
    """Close every open link of this kind with these properties, and what was opened with them.

    Name at least one property; returns how many were closed.
    """
    named = {
        Link.young_person_id: young_person_id,
        Link.person_id: person_id,
        Link.object_id: subject_id,
    }
    conditions = [column == value for column, value in named.items() if value is not None]
    if not conditions:
        raise ValueError("Say whose links to close.")
    ids = db.session.scalars(
        select(Link.id).where(Link.kind == kind, Link.revoked_at.is_(None), *conditions)
    ).all()
    db.session.execute(update(Link).where(Link.id.in_(ids)).values(revoked_at=now))
    db.session.execute(
        update(LoginSession)
        .where(LoginSession.link_id.in_(ids), LoginSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    return len(ids)
