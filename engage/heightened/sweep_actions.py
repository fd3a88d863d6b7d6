"""What happens by itself: the record is looked at, and what was offered and is late is told of."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select

from engage.audit.actions import record
from engage.db import Due, db
from engage.heightened import rules
from engage.heightened.models import Flag, Offer, RecordLook
from engage.heightened.reading import found_in_records, replies_to
from engage.heightened.rules import LOOK_AGAIN, OPEN, Ending, Found, From, Kind
from engage.heightened.turns import ask_anew
from engage.outcomes.late_actions import Named, tell_of_late
from engage.people.models import Person
from engage.people.viewer import SYSTEM

_LOOKS = Due(RecordLook, RecordLook.next_look_at)
OFFERS = Named("help_offer", "offer", "support-offers", OPEN)
_OFFERS = Due(Offer, Offer.next_look_at)


def look_at_records(*, now: datetime, limit: int = 200) -> int:
    """Note what the records say now, and end what they say no more; return how many were looked
    at. A few statements for all of them. The caller commits, and calls again while there were any.
    """
    looks = _LOOKS.take(now=now, limit=limit)
    if not looks:
        return 0
    ids = [look.young_person_id for look in looks]
    people = {
        each.id: each for each in db.session.scalars(select(Person).where(Person.id.in_(ids)))
    }
    found = found_in_records(ids, now=now)
    flags: dict[UUID, list[Flag]] = {}
    for flag in db.session.scalars(select(Flag).where(_says_the_record(ids))):
        flags.setdefault(flag.young_person_id, []).append(flag)
    for look in looks:
        person = people[look.young_person_id]
        if person.ended_at is not None and person.ended_at <= now:
            db.session.delete(look)
            continue
        _note_found(person, found[person.id], flags.get(person.id, []), now)
        look.next_look_at = now + LOOK_AGAIN
    db.session.flush()
    return len(looks)


def _says_the_record(ids: list[UUID]) -> ColumnElement[bool]:
    return and_(Flag.young_person_id.in_(ids), Flag.origin == From.RECORD, Flag.ended_at.is_(None))


def _note_found(person: Person, found: dict[Kind, Found], flags: list[Flag], now: datetime) -> None:
    changed = []
    known = {Kind(flag.kind): flag for flag in flags}
    for kind, flag in known.items():
        if kind not in found:
            flag.ending, flag.ended_at, flag.asks_at = Ending.NO_LONGER, now, None
            _audit("help_flag:ended", flag, now)
        elif _renew(flag, found[kind]):
            changed.append(flag)
    for kind, line in found.items():
        if kind not in known:
            flag = Flag(
                young_person_id=person.id, organisation_id=person.organisation_id, kind=kind,
                origin=From.RECORD, number=line.number, noted_at=now,
                happened_at=line.happened_at or now, raised_at=now, asks_at=now,
            )  # fmt: skip
            db.session.add(flag)
            db.session.flush()
            _audit("help_flag:found", flag, now)
    ask_anew(changed)


def _renew(flag: Flag, line: Found) -> bool:
    """Take over what is new; say whether that asks for an answer anew."""
    flag.number = line.number
    if line.happened_at is None or line.happened_at <= flag.happened_at:
        return False
    flag.happened_at = line.happened_at
    is_running = any(offer.state in OPEN for offer in replies_to([flag.id]).get(flag.id, ()))
    raised_at = rules.raised_again(
        flag.raised_at, flag.asks_at, line.happened_at, is_running=is_running
    )
    if raised_at == flag.raised_at:
        return False
    flag.raised_at = raised_at
    return True


def sweep_offers(*, now: datetime, address: str, limit: int = 500) -> int:
    """Tell owners and supervisors of what was offered and is late; return how many."""
    return tell_of_late(_OFFERS, OFFERS, now=now, address=address, limit=limit)


def _audit(verb: str, flag: Flag, now: datetime) -> None:
    record(
        verb,
        viewer=SYSTEM,
        now=now,
        subject_id=flag.young_person_id,
        object_kind="help_flag",
        object_id=flag.id,
    )
