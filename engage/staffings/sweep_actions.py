"""The clock proposes staffings, ends them at the return, and lets people hear of what is late."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, or_, select

from engage.alerts.actions import raise_alert
from engage.alerts.rules import AlertKind
from engage.audit.actions import record
from engage.db import UtcDateTime, begin_write, db
from engage.episodes.models import Episode
from engage.episodes.rules import MISSING_FROM_CARE, STILL_OUT, is_still_out
from engage.people.viewer import SYSTEM
from engage.staffings.actions import end, look_at, settle_notice, watch
from engage.staffings.models import Meeting, MeetingAction, Staffing
from engage.staffings.reading import planned_of
from engage.staffings.rules import (
    OPEN,
    REMIND,
    Purpose,
    StaffingState,
    is_located,
    must_have_next,
)

# Notes are expected soon after a meeting.
NOTES_WITHIN = timedelta(hours=1)
_LACKING = select(Episode).where(
    Episode.state.in_(MISSING_FROM_CARE), ~exists().where(Staffing.episode_id == Episode.id)
)
_NOW = bindparam("now", type_=UtcDateTime())
# Due by the clock, or over because they are back.
_DUE = (
    select(Staffing, Episode)
    .join(Episode, Episode.id == Staffing.episode_id)
    .where(
        Staffing.next_look_at.is_not(None),
        or_(Staffing.next_look_at <= _NOW, Episode.state.not_in(STILL_OUT)),
    )
    .order_by(Staffing.next_look_at)
)
_LATE = select(MeetingAction.id).where(MeetingAction.next_look_at <= _NOW)


def begin_lacking(*, now: datetime, limit: int = 500) -> int:
    """Begin to watch those who are missing and are not watched yet; return how many.

    The caller commits, and calls again while there were any.
    """
    lacking = db.session.scalars(_LACKING.order_by(Episode.id).limit(limit)).all()
    if lacking:
        begin_write(db.session)
    for episode in lacking:
        watch(episode, now=now)
    return len(lacking)


def sweep(*, now: datetime, address: str, limit: int = 500) -> int:
    """Propose what holds, end what is over, tell of what is late; return how many were looked at.

    The cost grows with those who are missing now and what is due. The caller commits, and calls
    again while there were any. `address` is our public address.
    """
    if db.session.execute(_DUE.limit(1), {"now": now}).first() is None:
        return 0
    begin_write(db.session)
    due = db.session.execute(
        _DUE.limit(limit)
        .with_for_update(of=Staffing, skip_locked=True)
        .execution_options(populate_existing=True),
        {"now": now},
    ).all()
    for staffing, episode in due:
        if is_still_out(episode.state):
            look_at(staffing, episode, now=now)
            if why := _late(staffing, episode, now):
                _tell(episode, f"staffing:{staffing.id}:{why}:{now:%Y%m%d}", address, now)
        elif staffing.state in OPEN or planned_of(episode.id):
            end(staffing, episode, SYSTEM, "", address=address, now=now)
        else:
            staffing.next_look_at = None
            settle_notice(episode, SYSTEM, (), now=now)
    db.session.flush()
    return len(due)


def sweep_actions(*, now: datetime, address: str, limit: int = 500) -> int:
    """Tell the chain of what was agreed and is late, once a day until it is done."""
    late = _LATE.order_by(MeetingAction.next_look_at).limit(limit)
    if db.session.scalar(late.limit(1), {"now": now}) is None:
        return 0
    begin_write(db.session)
    ids = db.session.scalars(late.with_for_update(skip_locked=True), {"now": now}).all()
    rows = db.session.execute(
        select(MeetingAction, Episode)
        .join(Meeting, Meeting.id == MeetingAction.meeting_id)
        .join(Episode, Episode.id == Meeting.episode_id)
        .where(MeetingAction.id.in_(ids))
    ).all()
    for action, _episode in rows:
        action.next_look_at = now + REMIND
    for episode in _once(episode for _action, episode in rows):
        _tell(episode, f"meeting-actions:{episode.id}:{now:%Y%m%d}", address, now)
    db.session.flush()
    return len(rows)


def _late(staffing: Staffing, episode: Episode, now: datetime) -> str:
    """Say what waits for a person: a decision, notes, or the next date; empty when nothing."""
    if staffing.state == StaffingState.PROPOSED:
        return "decide"
    planned = [each for each in planned_of(episode.id) if each.purpose == Purpose.STAFFING]
    if any(now >= each.starts_at + NOTES_WITHIN for each in planned):
        return "notes"
    state, located = StaffingState(staffing.state), is_located(episode.state)
    return "next" if must_have_next(state, is_located=located) and not planned else ""


def _once(episodes: Iterable[Episode]) -> Iterable[Episode]:
    return {each.id: each for each in episodes}.values()


def _tell(episode: Episode, key: str, address: str, now: datetime) -> None:
    alert = raise_alert(
        AlertKind.LOOK_AGAIN,
        organisation_id=episode.organisation_id,
        young_person_id=episode.young_person_id,
        dedupe_key=key,
        address=address,
        now=now,
        about_kind="episode",
        about_id=episode.id,
    )
    if alert is not None:
        record(
            "staffing:due",
            viewer=SYSTEM,
            now=now,
            subject_id=episode.young_person_id,
            object_kind="episode",
            object_id=episode.id,
            reason=key.split(":")[2] if key.startswith("staffing:") else "actions",
        )
