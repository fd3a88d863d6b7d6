"""Six digits by text: asked for, tried, used once. The same work whether a number is known."""

import secrets
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import or_, select, update

from engage.audit.actions import record
from engage.crypto import blind_index, token_digest
from engage.db import db
from engage.people.models import Person, PersonKind, SignInCode
from engage.people.rules import CODE_LIFE, CODE_TRIES
from engage.people.viewer import Viewer

SIGNS_IN_BY_PHONE = (PersonKind.CARER, PersonKind.YOUNG_PERSON)


class Asked(NamedTuple):
    """A code, and to whom it may be sent: nobody, one person, or several who share a phone."""

    code: str
    holders: list[UUID]


def request_code(viewer: Viewer, number: str, *, now: datetime) -> Asked:
    """Make a code for this number (E.164), known or not; codes made before end.

    The caller queues the text, to a holder only: never to a number typed into a form.
    """
    index, row_id = blind_index("phone", number), uuid4()
    code = f"{secrets.randbelow(1_000_000):06}"
    db.session.execute(
        update(SignInCode)
        .where(SignInCode.phone_index == index, SignInCode.used_at.is_(None))
        .values(used_at=now)
    )
    db.session.add(
        SignInCode(
            id=row_id,
            phone_index=index,
            code_digest=_digest(row_id, code),
            created_at=now,
            expires_at=now + CODE_LIFE,
            tries=0,
        )
    )
    holders = _holders(index, now)
    record(
        "sign_in_code:made",
        viewer=viewer,
        now=now,
        object_kind="sign_in_code",
        object_id=row_id,
        reason=None if holders else "nobody",
    )
    return Asked(code, holders)


def redeem_code(
    viewer: Viewer, phone_index: str, typed: str, *, now: datetime
) -> list[UUID] | None:
    """Return who may sign in with these digits, or None when they are wrong, old or used.

    Counts the try, so the caller commits either way. A right code proves the number.
    """
    open_codes = (
        SignInCode.phone_index == phone_index,
        SignInCode.used_at.is_(None),
        SignInCode.expires_at > now,
    )
    counted = db.session.execute(
        update(SignInCode)
        .where(*open_codes, SignInCode.tries < CODE_TRIES)
        .values(tries=SignInCode.tries + 1)
    )
    newest = select(SignInCode.id, SignInCode.code_digest).where(*open_codes)
    found = db.session.execute(newest.order_by(SignInCode.created_at.desc())).first()
    if not counted.rowcount:  # type: ignore[attr-defined]
        found = None
    digest = _digest(found.id if found else uuid4(), typed)
    is_right = found is not None and secrets.compare_digest(digest, found.code_digest)
    record(
        "sign_in_code:tried",
        viewer=viewer,
        now=now,
        object_kind="sign_in_code",
        object_id=found.id if found else None,
        reason="right" if is_right else "wrong",
    )
    if found is None or not is_right:
        return None
    used = db.session.execute(
        update(SignInCode).where(SignInCode.id == found.id, *open_codes).values(used_at=now)
    )
    holders = _holders(phone_index, now) if used.rowcount == 1 else []  # type: ignore[attr-defined]
    db.session.execute(
        update(Person)
        .where(Person.id.in_(holders))
        .values(phone_verified_at=now, phone_heard_at=now)
    )
    return holders or None


def _digest(row_id: UUID, code: str) -> str:
    return token_digest(f"sign_in_code|{row_id}|{code}")


def _holders(phone_index: str, now: datetime) -> list[UUID]:
    return list(
        db.session.scalars(
            select(Person.id)
            .where(
                Person.phone_index == phone_index,
                Person.kind.in_(SIGNS_IN_BY_PHONE),
                Person.phone_suspended_at.is_(None),
                or_(Person.ended_at.is_(None), Person.ended_at > now),
            )
            .order_by(Person.created_at, Person.id)
        )
    )
