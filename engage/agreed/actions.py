"""Agreeing when to check in: proposing, saying yes, pausing, ending, and noting who spoke."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update

from engage.agreed.access import may_write
from engage.agreed.models import AgreedTime, ExpectedCheckIn
from engage.agreed.queries import get_time
from engage.agreed.rows import expected_row, insert_expected, latest_open
from engage.agreed.rules import (
    LONGEST_PAUSE,
    MOST,
    ExpectedState,
    Proposal,
    Repeat,
    TimeState,
    mask_of,
    next_after,
)
from engage.agreed.turns import (
    call_off,
    expect_next,
    finish,
    note,
    say_yes,
    tell_worker_of_young,
)
from engage.alerts.rules import initials
from engage.alerts.undo_actions import stop_alert
from engage.audit.actions import record_many
from engage.db import begin_write, db
from engage.people.access import Access, Viewer, access_to
from engage.people.models import Person, PersonKind
from engage.web.errors import NotFound

_expected: Any = ExpectedCheckIn.__table__


class TooMany(Exception):
    """More agreed times than anybody could keep in mind."""


def propose(
    viewer: Viewer,
    young_person_id: UUID,
    proposal: Proposal,
    *,
    said_aloud: bool = False,
    relationship_id: UUID | None = None,
    replaces: AgreedTime | None = None,
    now: datetime,
) -> AgreedTime:
    """Propose when to check in; it holds once the young person and a worker have said yes.

    `said_aloud`: the young person said yes to the worker who writes this down. Said in the plan,
    it names the relationship with the person to check in with. What it `replaces` holds until
    then. Raises TooMany.
    """
    access = access_to(viewer, young_person_id, now=now)
    if not may_write(access) or viewer.person_id is None:
        raise NotFound("agreed times")
    held = select(func.count()).where(
        AgreedTime.young_person_id == young_person_id, AgreedTime.state != TimeState.ENDED
    )
    if replaces is None and (db.session.scalar(held) or 0) >= MOST:
        raise TooMany
    person = db.session.get_one(Person, young_person_id)
    weekly = proposal.repeat is Repeat.WEEKLY
    time = AgreedTime(
        organisation_id=person.organisation_id,
        young_person_id=young_person_id,
        relationship_id=relationship_id,
        replaces_id=replaces.id if replaces else None,
        repeat=proposal.repeat,
        days=mask_of(proposal.days) if weekly else 0,
        wall=proposal.wall if weekly else None,
        zone=person.organisation.time_zone,
        every_hours=None if weekly else proposal.every_hours,
        grace_minutes=proposal.grace_minutes,
        may_ask=proposal.may_ask,
        state=TimeState.PROPOSED,
        proposed_by_id=viewer.person_id,
        proposed_at=now,
    )
    db.session.add(time)
    db.session.flush()
    note("agreed_time:proposed", viewer, time, now)
    say_yes(viewer, time, said_aloud=said_aloud, now=now)
    return time


def _open(
    viewer: Viewer, time_id: UUID, now: datetime, *, even_ended: bool = False
) -> tuple[AgreedTime, Access]:
    """Take the turn on an agreed time: two who say yes at once must both be heard."""
    begin_write(db.session)
    db.session.get(AgreedTime, time_id, with_for_update=True, populate_existing=True)
    return get_time(viewer, time_id, even_ended=even_ended, now=now)


def agree(viewer: Viewer, time_id: UUID, *, said_aloud: bool = False, now: datetime) -> bool:
    """Say yes to what the other one proposed; it then holds. False if that was said before."""
    time, access = _open(viewer, time_id, now)
    if not may_write(access):
        raise NotFound("agreed time")
    if time.state != TimeState.PROPOSED:
        return False
    say_yes(viewer, time, said_aloud=said_aloud, now=now)
    return True


def pause(viewer: Viewer, time_id: UUID, until: datetime, *, now: datetime) -> None:
    """Expect nothing until this instant; after it the agreed time holds again by itself.

    At most LONGEST_PAUSE ahead. What was due already, and an alert that runs, go on.
    """
    time, _ = _open(viewer, time_id, now)
    if time.state != TimeState.ACTIVE:
        raise NotFound("agreed time")
    until = min(until, now + LONGEST_PAUSE)
    call_off(viewer, time, now, after=now)
    time.paused_at, time.paused_until = now, until
    if time.repeat == Repeat.WEEKLY or time.running_since:
        expect_next(time, until)
    note("agreed_time:paused", viewer, time, now)
    tell_worker_of_young(viewer, time, now)


def go_on(viewer: Viewer, time_id: UUID, *, now: datetime) -> None:
    """End a pause now."""
    time, _ = _open(viewer, time_id, now)
    if time.state != TimeState.ACTIVE or time.paused_until is None:
        raise NotFound("agreed time")
    call_off(viewer, time, now, after=now)
    time.paused_at = time.paused_until = None
    if time.repeat == Repeat.WEEKLY or time.running_since:
        expect_next(time, now)
    note("agreed_time:went_on", viewer, time, now)


def end(viewer: Viewer, time_id: UUID, *, now: datetime) -> None:
    """Agree no longer to check in at this time, or take a proposal back."""
    time, access = _open(viewer, time_id, now)
    if not may_write(access):
        raise NotFound("agreed time")
    finish(viewer, time, now)
    note("agreed_time:ended", viewer, time, now)
    tell_worker_of_young(viewer, time, now)


def note_heard(viewer: Viewer, expected_id: UUID, *, now: datetime) -> bool:
    """Note that a worker has seen or spoken to them: what was expected is met, and an alert
    about it stops. False if it was settled before, or is of a time so far ahead that nothing
    they sent would count for it yet.
    """
    expected = db.session.get(ExpectedCheckIn, expected_id)
    if expected is None:
        raise NotFound("expected check-in")
    time, _ = _open(viewer, expected.agreed_time_id, now, even_ended=True)
    if viewer.kind is not PersonKind.WORKER:
        raise NotFound("expected check-in")
    was_overdue = expected.state == ExpectedState.OVERDUE
    done = db.session.execute(
        update(_expected)
        .where(
            _expected.c.id == expected_id,
            _expected.c.settled_at.is_(None),
            # Met ahead of one that a pause put off, it would hide that one when the pause ends.
            _expected.c.opens_at <= now,
        )
        .values(
            state=ExpectedState.HEARD,
            settled_at=now,
            next_step_at=None,
            heard_at=now,
            heard_by_id=viewer.person_id,
        )
        .returning(_expected.c.alert_id)
    ).one_or_none()
    if done is None:
        return False
    note("expected_check_in:heard", viewer, time, now)
    if not was_overdue:
        insert_expected(db.session.connection(), _following(time, expected, now))
    if done.alert_id is not None:
        who = initials(str(db.session.get_one(Person, time.young_person_id).name))
        at = f"{now.astimezone(ZoneInfo(time.zone)):%H:%M}"
        connection = db.session.connection()
        lines = stop_alert(
            connection, done.alert_id, "info_heard", {"who": who, "at": at}, now=now, viewer=viewer
        )
        record_many(lines, connection)
    return True


def _following(time: AgreedTime, expected: ExpectedCheckIn, now: datetime) -> list[dict[str, Any]]:
    hours = [time.id] if time.repeat == Repeat.WHILE_AWAY else []
    latest = latest_open(db.session.connection(), hours)
    if latest.get(time.id, expected.due_at) > expected.due_at:
        return []
    deadline = next_after(
        time.terms,
        expected.due_at,
        now,
        state=time.state,
        running_since=time.running_since,
        paused_until=time.paused_until,
    )
    return [expected_row(time.id, time.young_person_id, deadline)] if deadline else []
