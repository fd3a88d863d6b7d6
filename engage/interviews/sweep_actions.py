"""What happens by itself: a talk is owed after each time away, and somebody hears of it."""

from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select, update

from engage.alerts.actions import raise_alert
from engage.alerts.rules import AlertKind
from engage.db import Due, begin_write, db
from engage.episodes.models import Episode
from engage.episodes.rules import EpisodeState
from engage.interviews.holders import rearrange
from engage.interviews.models import InterviewEpisode, ReturnInterview
from engage.interviews.reading import has_rule
from engage.interviews.rules import OPEN, InterviewState, next_look, was_declined_in_time
from engage.interviews.turns import keep
from engage.people.viewer import SYSTEM

# An episode that closed while nothing ran here is still found for so long.
CLOSED_WITHIN = timedelta(days=30)
_DUE = Due(ReturnInterview, ReturnInterview.next_look_at)


def open_owed(*, now: datetime, limit: int = 200) -> int:
    """Owe a talk for each time away that ended and has none; return how many were looked at.

    Somebody who went again before it took place has one talk for all of those times.
    """
    waiting = (
        select(Episode)
        .where(
            Episode.was_missing.is_(True),
            or_(
                Episode.state == EpisodeState.RETURNED,
                Episode.closed_at > now - CLOSED_WITHIN,
            ),
            ~exists().where(InterviewEpisode.episode_id == Episode.id),
        )
        .order_by(Episode.opened_at, Episode.id)
        .limit(limit)
    )
    if db.session.scalar(waiting.with_only_columns(Episode.id).limit(1)) is None:
        return 0
    begin_write(db.session)
    found = db.session.scalars(waiting.with_for_update(skip_locked=True)).all()
    for episode in found:
        if has_rule(episode):
            _owe(episode, now)
        else:
            db.session.add(InterviewEpisode(interview_id=None, episode_id=episode.id))
    db.session.flush()
    return len(found)


def _owe(episode: Episode, now: datetime) -> None:
    interview = db.session.scalars(
        select(ReturnInterview).where(
            ReturnInterview.young_person_id == episode.young_person_id,
            ReturnInterview.state.in_(sorted(OPEN)),
        )
    ).first()
    if interview is None:
        interview = ReturnInterview(
            young_person_id=episode.young_person_id,
            organisation_id=episode.organisation_id,
            state=InterviewState.OWED,
            opened_at=now,
        )
        db.session.add(interview)
        db.session.flush()
    else:
        if was_declined_in_time(interview.facts):
            _settle(interview)
        interview.state = InterviewState.GONE_AGAIN
        if interview.booked_for is not None:
            interview.booked_for = None
            rearrange(interview, now=now)
    db.session.add(InterviewEpisode(interview_id=interview.id, episode_id=episode.id))
    db.session.flush()
    keep(SYSTEM, interview, "owed", now=now)
    # Found late, or with no return time: somebody hears at once.
    interview.next_look_at = interview.next_look_at or now


def _settle(interview: ReturnInterview) -> None:
    """End the clocks of the times away that they said no about: the new one brings its own."""
    db.session.execute(
        update(InterviewEpisode)
        .where(InterviewEpisode.interview_id == interview.id, InterviewEpisode.settled_at.is_(None))
        .values(settled_at=interview.declined_at)
    )


def sweep(*, now: datetime, address: str, limit: int = 500) -> int:
    """Tell people of talks that are due soon, late, or to be offered again; return how many.

    Each instant is told of once, under a key of its own. The cost is what is due.
    """
    found = _DUE.take(now=now, limit=limit)
    if not found:
        return 0
    for interview in found:
        looked_for = interview.next_look_at
        interview.next_look_at = next_look(interview.facts, now, again_at=interview.again_at)
        if interview.state not in OPEN or looked_for is None:
            continue
        raise_alert(
            AlertKind.DUE,
            organisation_id=interview.organisation_id,
            young_person_id=interview.young_person_id,
            dedupe_key=f"interview:{interview.id}:{looked_for:%Y%m%d%H%M%S}",
            address=address,
            now=now,
            about_kind="interview",
            about_id=interview.id,
        )
    db.session.flush()
    return len(found)
