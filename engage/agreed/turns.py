"""What agreeing, pausing and being away have in common: what is expected next, and what no more."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from engage.agreed.models import AgreedTime, ExpectedCheckIn
from engage.agreed.rows import expected_row, insert_expected
from engage.agreed.rules import ExpectedState, Repeat, TimeState, next_deadline
from engage.alerts.chain import contacts_for
from engage.alerts.rules import initials
from engage.audit.actions import record
from engage.db import db
from engage.messaging.actions import message_row, queue_many
from engage.messaging.consent_actions import note_consent
from engage.messaging.consent_models import Purpose
from engage.messaging.rules import Klass
from engage.people.models import Person, PersonKind
from engage.people.rules import CircumstanceKind
from engage.people.sharing_models import Circumstance
from engage.people.viewer import Viewer

_expected: Any = ExpectedCheckIn.__table__


def say_yes(viewer: Viewer, time: AgreedTime, *, said_aloud: bool, now: datetime) -> None:
    """Note one yes; with both, it holds, and what it takes the place of holds no more."""
    if viewer.kind is PersonKind.YOUNG_PERSON:
        time.young_agreed_at = now
        tell_worker(time, now)
    else:
        time.worker_agreed_at, time.worker_id = now, viewer.person_id
        if said_aloud:
            time.young_agreed_at, time.said_aloud = now, True
    note("agreed_time:agreed", viewer, time, now)
    if time.young_agreed_at == now:
        # Asking them is a text they must have agreed to, and may take back. Source: MISSION C63.
        note_consent(
            viewer, time.young_person_id, Purpose.QUESTIONS, says_yes=time.may_ask, now=now
        )
    if time.young_agreed_at and time.worker_agreed_at:
        _hold(viewer, time, now)


def _hold(viewer: Viewer, time: AgreedTime, now: datetime) -> None:
    before = db.session.get(AgreedTime, time.replaces_id) if time.replaces_id else None
    if before is not None and before.state != TimeState.ENDED:
        finish(viewer, before, now)
        note("agreed_time:replaced", viewer, before, now)
    time.state = TimeState.ACTIVE
    if time.repeat == Repeat.WEEKLY:
        expect_next(time, now)
    elif is_away(time.young_person_id):
        run(viewer, time, now)


def finish(viewer: Viewer, time: AgreedTime, now: datetime) -> None:
    """End an agreed time: what is not due yet is expected no more, what was missed is told of."""
    call_off(viewer, time, now, after=now)
    time.state, time.ended_at, time.ended_by_id = TimeState.ENDED, now, viewer.person_id
    time.running_since = None


def run(viewer: Viewer, time: AgreedTime, now: datetime) -> None:
    """Begin the hours of a time that was agreed for while they are away."""
    time.running_since = now
    time.paused_at = time.paused_until = None
    expect_next(time, now)
    note("agreed_time:began", viewer, time, now)


def is_away(young_person_id: UUID) -> bool:
    """Say whether they are away now, as far as anybody has noted."""
    noted = select(Circumstance.id).where(
        Circumstance.young_person_id == young_person_id,
        Circumstance.kind == CircumstanceKind.AWAY,
        Circumstance.ended_at.is_(None),
    )
    running = select(AgreedTime.id).where(
        AgreedTime.young_person_id == young_person_id, AgreedTime.running_since.is_not(None)
    )
    return db.session.scalar(noted.union_all(running).limit(1)) is not None


def expect_next(time: AgreedTime, after: datetime) -> None:
    """Expect the first check-in after this instant that was not met before it was due."""
    db.session.flush()
    if time.repeat == Repeat.WEEKLY:
        known = select(func.max(ExpectedCheckIn.due_at)).where(
            ExpectedCheckIn.agreed_time_id == time.id,
            ExpectedCheckIn.state != ExpectedState.CALLED_OFF,
        )
        after = max(after, db.session.scalar(known) or after)
    row = expected_row(time.id, time.young_person_id, next_deadline(time.terms, after))
    insert_expected(db.session.connection(), [row])


def call_off(
    viewer: Viewer, time: AgreedTime, now: datetime, *, after: datetime | None = None
) -> None:
    """Expect no more what is due later than `after`; `None`: not even what was due already.

    Of what is overdue people are told as before.
    """
    later = _expected.c.due_at > after if after else _expected.c.id.is_not(None)
    db.session.execute(
        update(_expected)
        .where(
            _expected.c.agreed_time_id == time.id,
            _expected.c.settled_at.is_(None),
            _expected.c.state.in_((ExpectedState.WAITING, ExpectedState.ASKED)),
            later,
        )
        .values(
            state=ExpectedState.CALLED_OFF,
            settled_at=now,
            next_step_at=None,
            heard_by_id=viewer.person_id,
        )
    )


def note(verb: str, viewer: Viewer, time: AgreedTime, now: datetime) -> None:
    """Write one line of audit about an agreed time."""
    record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=time.young_person_id,
        object_kind="agreed_time",
        object_id=time.id,
    )


def tell_worker_of_young(viewer: Viewer, time: AgreedTime, now: datetime) -> None:
    """Let the worker hear when it was the young person who changed it."""
    # Who wants to be expected less may be made to want it: a person looks at it.
    if viewer.kind is PersonKind.YOUNG_PERSON:
        tell_worker(time, now)


def tell_worker(time: AgreedTime, now: datetime) -> None:
    """Let their worker hear by text that there is something about these times to read."""
    connection = db.session.connection()
    young_id = time.young_person_id
    near = contacts_for(connection, [young_id], now)[young_id]
    who = initials(str(db.session.get_one(Person, young_id).name))
    queue_many(
        [
            message_row(
                "info_times",
                klass=Klass.STAFF,
                now=now,
                dedupe_key=f"times:{time.id}:{int(now.timestamp())}:{contact.person_id}",
                person_id=contact.person_id,
                locale=contact.locale,
                params={"who": who},
                about=young_id,
            )
            for contact in near
            if contact.step == "social_worker"
        ],
        connection,
    )
