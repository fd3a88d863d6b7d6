"""What every change of an offer does to what it answers, and whose records are looked at."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import exists, or_, select

from engage.db import begin_write, db
from engage.heightened import rules
from engage.heightened.models import Flag, RecordLook
from engage.heightened.reading import as_replies, replies_to
from engage.outcomes.reading import zone_of
from engage.people.models import Person, PersonKind


def ask_anew(flags: Collection[Flag]) -> None:
    """Work out from when each of these asks for an answer. For actions that note what changed."""
    if not flags:
        return
    db.session.flush()
    offers = replies_to(flag.id for flag in flags)
    for flag in flags:
        replies = as_replies(offers.get(flag.id, ()))
        zone = zone_of(flag.organisation_id)
        is_over = flag.ended_at is not None
        flag.asks_at = None if is_over else rules.asks_at(flag.raised_at, replies, zone)
    db.session.flush()


def begin_lacking(*, now: datetime, limit: int = 500) -> int:
    """Begin to look at the records of those whose are not looked at yet; return how many.

    It goes through everybody, so now and then is enough. The caller commits.
    """
    lacking = db.session.scalars(
        select(Person.id)
        .where(
            Person.kind == PersonKind.YOUNG_PERSON,
            or_(Person.ended_at.is_(None), Person.ended_at > now),
            ~exists().where(RecordLook.young_person_id == Person.id),
        )
        .order_by(Person.id)
        .limit(limit)
    ).all()
    if lacking:
        begin_write(db.session)
        db.session.add_all(RecordLook(young_person_id=each, next_look_at=now) for each in lacking)
        db.session.flush()
    return len(lacking)
