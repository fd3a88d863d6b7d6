"""A decision made on a phone without a signal: it counts, unless others decided since."""

from datetime import datetime, timedelta

from sqlalchemy import select

from engage.db import db
from engage.episodes.models import Episode
from engage.people.access import Viewer
from engage.worries import actions, queries
from engage.worries.deciding import keep_beside, others_said_since, was_decided
from engage.worries.later_rules import Said, SaidKind
from engage.worries.models import Worry
from engage.worries.prompt_rules import BadAnswer
from engage.worries.rules import OPEN_STATES, WorryState

STATES = {
    SaidKind.MISSING: WorryState.MISSING,
    SaidKind.WAIT: WorryState.WAITING,
    SaidKind.NOT_MISSING: WorryState.NOT_MISSING,
}


def decide_later(
    viewer: Viewer, worry: Worry, said: Said, *, is_running: bool, address: str, now: datetime
) -> None:
    """Take in a decision with the time it was made, once for each key.

    Where somebody decided after that moment, or where it would calm what others said since, it
    is kept beside and changes nothing: both can be read. That they are missing always counts
    while the worry is open. For callers that hold the transaction and asked the access function.
    Raises BadAnswer, NeedsReason.
    """
    if was_decided(worry.id, said.key):
        return
    state = STATES[said.kind]
    if state is not WorryState.MISSING and not said.reason:
        raise actions.NeedsReason
    if state is WorryState.WAITING and not said.minutes:
        raise BadAnswer("minutes")
    look_at = said.at + timedelta(minutes=said.minutes) if said.minutes else None
    if not is_running or not _may_count(viewer, worry, state, said.at, now):
        keep_beside(
            viewer, worry, state, said.reason, at=said.at, look_at=look_at, key=said.key, now=now
        )
    elif state is WorryState.MISSING:
        actions.say_missing(
            viewer, worry.id, address=address, now=now, given_at=said.at, key=said.key
        )
    elif look_at is None:
        actions.say_not_missing(
            viewer, worry.id, reason=said.reason, now=now, given_at=said.at, key=said.key
        )
    else:
        latest = queries.get_worry(viewer, worry.id, now=now).latest_look(said.at)
        actions.wait(
            viewer, worry.id, min(look_at, latest), reason=said.reason, now=now,
            given_at=said.at, key=said.key,
        )  # fmt: skip


def _may_count(
    viewer: Viewer, worry: Worry, state: WorryState, at: datetime, now: datetime
) -> bool:
    """Say whether nothing that others did since stands against a decision."""
    db.session.execute(select(Worry.id).where(Worry.id == worry.id).with_for_update())
    db.session.refresh(worry)
    if worry.state not in OPEN_STATES:
        return False
    if state is WorryState.MISSING:
        return True
    if worry.decided_at is not None and worry.decided_at > at:
        return False
    if state is WorryState.WAITING:
        return True
    episode = db.session.get_one(Episode, worry.episode_id)
    page = queries.get_worry(viewer, worry.id, now=now)
    return not (
        episode.was_missing
        or page.circumstances.trusted_worried
        or others_said_since(worry.id, viewer.person_id, at)
    )
