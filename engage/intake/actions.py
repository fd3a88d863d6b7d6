"""Taking a referral in, once, whichever way it comes: nothing that arrived is lost or doubled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from engage.audit.actions import entry, record, record_many
from engage.audit.models import Actor
from engage.crypto import blind_index, token_digest
from engage.db import begin_write, db
from engage.intake.arriving import Draft, SetAside, key_index, reference_index
from engage.intake.models import Referral, ReferralFile, ReferralTurn
from engage.intake.rules import SEEN_WITHIN, CameBy, Known, State, Turn, must_hear
from engage.people.models import Organisation
from engage.policy.queries import pack


class CameDifferently(Exception):
    """The sender's mark was used before, with other words."""


@dataclass(frozen=True)
class Arrived:
    """One referral as it comes through a door. `key` is the sender's own mark for it."""

    draft: Draft
    came_by: CameBy
    key: str
    files: Sequence[SetAside] = ()
    sender_id: UUID | None = None


def receive(
    viewer: Actor, organisation_id: UUID, arrived: Arrived, *, now: datetime
) -> tuple[Referral, bool]:
    """Keep a referral; return it, and whether it is new. The same mark again changes nothing.

    Raises CameDifferently where the mark is known but the words are others. For doors that
    asked who it is: a form, a command, a token.
    """
    begin_write(db.session)
    there = db.session.scalar(
        select(Referral).where(
            Referral.organisation_id == organisation_id,
            Referral.key_index == key_index(arrived.came_by, arrived.key),
        )
    )
    if there is not None:
        if there.content_digest != _digest(arrived.draft):
            raise CameDifferently(str(there.id))
        return there, False
    referral = _made(organisation_id, arrived, now, _seen_within(organisation_id))
    db.session.add(referral)
    db.session.flush()
    db.session.add(
        ReferralTurn(
            referral_id=referral.id, number=1, turn=Turn.CAME, at=now, by_id=viewer.person_id
        )
    )
    for each in arrived.files:
        file = ReferralFile(
            referral_id=referral.id, name=each.name, size=each.size, is_kept=each.data is not None
        )
        if each.data is not None:
            file.content = each.data
        db.session.add(file)
    record("referral:came", viewer=viewer, now=now, object_kind="referral",
           object_id=referral.id, reason=str(arrived.came_by))  # fmt: skip
    return referral, True


def receive_many(
    viewer: Actor, organisation_id: UUID, arrived: Sequence[Arrived], *, now: datetime
) -> list[UUID]:
    """Keep many at once, in few statements; for a sheet whose lines were found to be new."""
    within = _seen_within(organisation_id)
    made = [_made(organisation_id, each, now, within) for each in arrived]
    turns = [
        ReferralTurn(referral_id=each.id, number=1, turn=Turn.CAME, at=now, by_id=viewer.person_id)
        for each in made
    ]
    connection = db.session.connection()
    for table, rows in ((Referral, made), (ReferralTurn, turns)):
        names: dict[str, str] = {c.name: p.key for p in table.__mapper__.column_attrs
                                 for c in p.columns}  # fmt: skip
        values: list[dict[str, Any]] = [
            {name: getattr(row, key, None) for name, key in names.items()} for row in rows
        ]
        connection.execute(insert(table.__table__), values)  # type: ignore[arg-type]
    lines = [
        entry("referral:came", viewer=viewer, now=now, object_kind="referral", object_id=each.id,
              reason=str(CameBy(each.came_by)))
        for each in made
    ]  # fmt: skip
    record_many(lines, connection)
    return [each.id for each in made]


def _seen_within(organisation_id: UUID) -> timedelta:
    """Return how long somebody who is told of as missing may wait for a person, by the pack."""
    try:
        policy = db.session.get_one(Organisation, organisation_id).policy
        return pack(policy).strictest("referral_seen").duration
    except KeyError:
        return SEEN_WITHIN


def _made(organisation_id: UUID, arrived: Arrived, now: datetime, within: timedelta) -> Referral:
    draft = arrived.draft
    if not draft.fits():
        raise ValueError("A door let through what is too long.")
    return Referral(
        organisation_id=organisation_id,
        came_by=arrived.came_by,
        source=draft.source,
        about=draft.about,
        state=State.WAITING,
        known=Known.NOT_ASKED,
        trouble=draft.trouble,
        received_at=now,
        tell_at=now + within if must_hear(draft.about) else None,
        since_at=draft.since,
        sender_id=arrived.sender_id,
        key_index=key_index(arrived.came_by, arrived.key),
        content_digest=_digest(draft),
        name=draft.name or None,
        birth_date=draft.birth_date.isoformat() if draft.birth_date else None,
        phone=draft.phone,
        phone_index=blind_index("phone", draft.phone) if draft.phone else None,
        reference=draft.reference or None,
        reference_index=reference_index(draft.reference),
        contact=draft.contact or None,
        words=draft.words or None,
    )


def _digest(draft: Draft) -> str:
    return token_digest(f"referral|{draft.content()}")
