"""Reminding a young person of a talk they chose: the day before and two hours before."""

from datetime import datetime

from sqlalchemy import select

from engage.db import begin_write, db
from engage.i18n import use_locale
from engage.interviews.models import ReturnInterview
from engage.interviews.rules import REMIND_BEFORE, InterviewState, reminders_past
from engage.messaging.actions import queue
from engage.messaging.rules import Klass
from engage.people.models import Organisation, Person
from engage.web.when import local_words


def remind(*, now: datetime, address: str, limit: int = 200) -> int:
    """Queue the reminders that are due; return how many. Each goes once for each booking.

    It names nobody and nothing but the time, waits for the day like every text to a young person,
    and is dropped once the time has come. `address` is our public address.
    """
    coming = (
        select(ReturnInterview)
        .where(
            ReturnInterview.state == InterviewState.BOOKED,
            ReturnInterview.reminded < len(REMIND_BEFORE),
            ReturnInterview.booked_for > now,
            ReturnInterview.booked_for <= now + max(REMIND_BEFORE),
        )
        .order_by(ReturnInterview.booked_for)
        .limit(limit)
    )
    if db.session.scalar(coming.with_only_columns(ReturnInterview.id).limit(1)) is None:
        return 0
    begin_write(db.session)
    count = 0
    for talk in db.session.scalars(coming.with_for_update(skip_locked=True)).all():
        assert talk.booked_for is not None
        due = reminders_past(talk.booked_for, now)
        if due > talk.reminded:
            talk.reminded = due
            _send(talk, talk.booked_for, address, now)
            count += 1
    db.session.flush()
    return count


def _send(talk: ReturnInterview, at: datetime, address: str, now: datetime) -> None:
    person = db.session.get_one(Person, talk.young_person_id)
    house = db.session.get_one(Organisation, talk.organisation_id)
    with use_locale(person.locale):
        words = local_words(at, "EEE d MMM HH:mm", house.time_zone)
    queue(
        "talk_reminder",
        to=person,
        about=person.id,
        klass=Klass.YOUNG_PERSON,
        params={"at": words, "link": f"{address.rstrip('/')}/my-talk"},
        dedupe_key=f"talk_reminder:{talk.id}:{talk.booked_number}:{talk.reminded}",
        not_after=at,
        now=now,
    )
