"""What meets an expected check-in, and what undoes an alarm."""

from datetime import UTC, datetime, timedelta

import pytest

from engage.agreed.rules import ExpectedState
from engage.checkins.expected_rules import SAYS_NOTHING, answer_to_question, counts, settles
from engage.checkins.rules import RAISES, Belief, Kind

GRACE = timedelta(minutes=30)
SUNDAY = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize("kind", Kind)
def test_only_what_says_something_of_them_counts(kind: Kind) -> None:
    assert counts(kind, Belief.V1, word_needed=False) is (kind not in SAYS_NOTHING)


@pytest.mark.parametrize(
    ("belief", "word_needed", "is_enough"),
    [
        (Belief.V0, False, False),
        (Belief.V1, False, True),
        (Belief.V1, True, False),
        (Belief.V2, True, True),
    ],
)
def test_it_must_be_them_as_surely_as_their_plan_asks(
    belief: Belief, word_needed: bool, is_enough: bool
) -> None:
    assert counts(Kind.OK, belief, word_needed=word_needed) is is_enough


def settled(state: ExpectedState, kind: Kind, sent: datetime | None) -> ExpectedState | None:
    return settles(state, kind, overdue_at=SUNDAY, sent_at=sent, received_at=SUNDAY + GRACE)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in RAISES])
def test_a_late_word_undoes_the_alarm_and_one_sent_in_time_says_so(kind: Kind) -> None:
    overdue = ExpectedState.OVERDUE
    assert settled(overdue, kind, None) is ExpectedState.LATE
    assert settled(overdue, kind, SUNDAY - timedelta(minutes=2)) is ExpectedState.MET_UNSEEN
    assert settled(overdue, kind, SUNDAY) is ExpectedState.MET_UNSEEN
    assert settled(overdue, kind, SUNDAY + timedelta(minutes=2)) is ExpectedState.LATE
    # A phone whose clock is ahead of ours proves nothing.
    assert settled(overdue, kind, SUNDAY + timedelta(days=2)) is ExpectedState.LATE


@pytest.mark.parametrize("kind", sorted(RAISES))
def test_danger_meets_a_deadline_but_stops_no_alarm_that_runs(kind: Kind) -> None:
    assert settled(ExpectedState.WAITING, kind, None) is ExpectedState.MET
    assert settled(ExpectedState.ASKED, kind, None) is ExpectedState.MET
    assert settled(ExpectedState.OVERDUE, kind, None) is None


@pytest.mark.parametrize(
    "state", [s for s in ExpectedState if s not in ("waiting", "asked", "overdue")]
)
def test_what_is_settled_stays_as_it_is(state: ExpectedState) -> None:
    assert settled(state, Kind.OK, None) is None


def test_yes_and_no_answer_the_question_and_nothing_else_changes() -> None:
    assert answer_to_question(Kind.YES) is Kind.OK
    assert answer_to_question(Kind.NO) is Kind.NOT_OK
    assert [k for k in Kind if answer_to_question(k) is not k] == [Kind.YES, Kind.NO]
