"""What becomes of an expected check-in when they are heard, in plain Python."""

from datetime import datetime

from engage.agreed.rules import ExpectedState
from engage.checkins.rules import RAISES, Belief, Kind

# What says nothing of how they are.
SAYS_NOTHING = frozenset({Kind.STOP, Kind.START, Kind.INFO, Kind.WRONG_NUMBER})


def counts(kind: Kind, belief: Belief, *, word_needed: bool) -> bool:
    """Say whether something that was sent means that we have heard from them.

    It must come from them as surely as their plan asks. Source: SAFETY 2.
    """
    return kind not in SAYS_NOTHING and belief >= (Belief.V2 if word_needed else Belief.V1)


def settles(
    state: ExpectedState,
    kind: Kind,
    *,
    overdue_at: datetime,
    sent_at: datetime | None,
    received_at: datetime,
) -> ExpectedState | None:
    """Return what an expected check-in becomes when they are heard, or None when it stays.

    Danger meets a deadline too, as an alert of its own runs; but it stops no alert that is
    running already.
    """
    if state in (ExpectedState.WAITING, ExpectedState.ASKED):
        return ExpectedState.MET
    if state is not ExpectedState.OVERDUE or kind in RAISES:
        return None
    if sent_at is not None and sent_at <= overdue_at and sent_at <= received_at:
        return ExpectedState.MET_UNSEEN
    return ExpectedState.LATE


def answer_to_question(kind: Kind) -> Kind:
    """Return what a bare yes or no means after "all good?"."""
    return {Kind.YES: Kind.OK, Kind.NO: Kind.NOT_OK}.get(kind, kind)
