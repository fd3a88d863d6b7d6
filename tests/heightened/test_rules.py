"""From when something asks for an answer, and what counts as one. By hand, without a database."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.heightened import rules
from engage.heightened.rules import Fix, Kind, Reply, Standing, State

LONDON = "Europe/London"
MONDAY = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TODAY = MONDAY.date()
DAY = timedelta(days=1)


def reply(state: State, made: int = 0, due: int = 7, ended: int | None = None) -> Reply:
    """A reply; days count from Monday."""
    ended_at = None if ended is None else MONDAY + ended * DAY
    return Reply(state, MONDAY + made * DAY, TODAY + due * DAY, ended_at)


def nine(days: int) -> datetime:
    """Nine in the morning, so many days after Monday (London in winter)."""
    return datetime(2026, 11, 23, 9, 0, tzinfo=UTC) + days * DAY


@pytest.mark.parametrize(
    ("replies", "asks"),
    [
        ([], MONDAY),
        # An offer answers until the morning after its day, taken up or not.
        ([reply(State.OFFERED, due=7)], nine(8)),
        ([reply(State.TAKEN_UP, due=0)], nine(1)),
        # To look again is on its day.
        ([reply(State.NOT_NOW, due=7, ended=0)], nine(7)),
        ([reply(State.DONE, ended=3)], None),
        ([reply(State.DECLINED, ended=3)], MONDAY + 33 * DAY),
        # The one that holds longest counts.
        ([reply(State.OFFERED, due=2), reply(State.NOT_NOW, due=20, ended=0)], nine(20)),
        ([reply(State.OFFERED, due=2), reply(State.DONE, ended=1)], None),
        # What ended before it was raised answers nothing of it …
        ([reply(State.DONE, made=-9, ended=-1)], MONDAY),
        ([reply(State.DECLINED, made=-9, ended=-1)], MONDAY),
        ([reply(State.NOT_NOW, made=-9, due=30, ended=-9)], MONDAY),
        # … what runs still does.
        ([reply(State.TAKEN_UP, made=-9, due=3)], nine(4)),
    ],
)
def test_it_asks_until_something_answers_it(replies: list[Reply], asks: datetime | None) -> None:
    assert rules.asks_at(MONDAY, replies, LONDON) == asks


@given(st.permutations([reply(State.OFFERED, due=2), reply(State.NOT_NOW, due=20, ended=0),
                        reply(State.DECLINED, ended=1), reply(State.DONE, ended=-4)]))  # fmt: skip
def test_the_order_of_answers_changes_nothing(replies: list[Reply]) -> None:
    assert rules.asks_at(MONDAY, replies, LONDON) == MONDAY + 31 * DAY


@pytest.mark.parametrize(
    ("asks", "how"),
    [
        (None, Standing.ANSWERED),
        (MONDAY + DAY, Standing.IN_HAND),
        (MONDAY - 3 * DAY, Standing.NO_ANSWER),
        (MONDAY - 2 * DAY, Standing.LATE),
        (MONDAY, Standing.LATE),
    ],
)
def test_how_it_stands_is_said_in_words(asks: datetime | None, how: Standing) -> None:
    assert rules.standing(asks, MONDAY - 3 * DAY, MONDAY) is how


@pytest.mark.parametrize(
    ("asks", "happened", "is_running", "since"),
    [
        # It waits already: it goes on waiting since then.
        (-5, 0, False, -5),
        # It was answered for good, or for a while: now it asks anew.
        (None, 0, False, 0),
        (9, 0, False, 0),
        # Help is under way.
        (9, 0, True, -5),
        # Nothing new.
        (None, -5, False, -5),
        (None, -6, False, -5),
    ],
)
def test_what_happens_again_asks_again_unless_it_asks_already(
    asks: int | None, happened: int, is_running: bool, since: int
) -> None:
    asked = None if asks is None else MONDAY + asks * DAY
    again = rules.raised_again(
        MONDAY - 5 * DAY, asked, MONDAY + happened * DAY, is_running=is_running
    )
    assert again == MONDAY + since * DAY


@pytest.mark.parametrize(
    ("state", "days", "words", "picked", "problem"),
    [
        (State.OFFERED, 0, "x", {1}, None),
        (State.OFFERED, 183, "x", {1}, None),
        (State.OFFERED, 184, "x", {1}, Fix.TOO_FAR),
        (State.OFFERED, -1, "x", {1}, Fix.PAST),
        (State.NOT_NOW, 0, "x", {1}, Fix.PAST),
        (State.NOT_NOW, 1, "x", {1}, None),
        (State.NOT_NOW, 92, "x", {1}, None),
        (State.NOT_NOW, 93, "x", {1}, Fix.TOO_FAR),
        (State.NOT_NOW, 5, " ", {1}, Fix.NO_WORDS),
        (State.OFFERED, 5, "x", set(), Fix.NOTHING_PICKED),
    ],
)
def test_an_answer_needs_words_a_day_and_something_that_it_answers(
    state: State, days: int, words: str, picked: set[int], problem: Fix | None
) -> None:
    assert rules.fix(state, TODAY + days * DAY, words, picked, TODAY) is problem


def test_what_is_over_stays_over() -> None:
    assert rules.may_become(State.OFFERED, State.TAKEN_UP)
    assert rules.may_become(State.TAKEN_UP, State.DONE)
    assert not rules.may_become(State.TAKEN_UP, State.OFFERED)
    for over in (State.DECLINED, State.DONE, State.NOT_NOW):
        assert not any(rules.may_become(over, each) for each in State)


def ago(*days: int) -> list[datetime]:
    return [MONDAY - each * DAY for each in days]


def test_times_away_of_the_last_year_count_and_older_ones_do_not() -> None:
    found = rules.earlier_times(ago(400, 366, 200, 3), MONDAY)
    assert found is not None
    assert (found.number, found.happened_at) == (2, MONDAY - 3 * DAY)
    assert rules.earlier_times(ago(365), MONDAY) is None
    assert rules.earlier_times([], MONDAY) is None


def test_the_first_home_is_no_move_and_one_move_is_not_many() -> None:
    assert rules.moves(ago(300, 100), MONDAY) is None
    found = rules.moves(ago(20, 300, 100), MONDAY)
    assert found is not None
    assert (found.kind, found.number, found.happened_at) == (Kind.MOVES, 2, MONDAY - 20 * DAY)
    assert rules.moves(ago(900, 800, 700, 20), MONDAY) is None


def test_a_staffing_hears_of_three_kinds_only() -> None:
    assert rules.facts_of(Kind) == {"exploitation", "vulnerable"}
    quiet = set(Kind) - {Kind.EXPLOITATION, Kind.SELF_HARM, Kind.SUBSTANCES}
    assert rules.facts_of(quiet) == frozenset()


def test_a_sign_is_taken_back_within_an_hour_and_before_an_answer() -> None:
    hour = timedelta(hours=1)
    assert rules.may_undo(MONDAY, MONDAY + hour, is_answered=False)
    assert not rules.may_undo(MONDAY, MONDAY + hour + timedelta(seconds=1), is_answered=False)
    assert not rules.may_undo(MONDAY, MONDAY, is_answered=True)


def test_days_are_whole_and_never_below_none() -> None:
    assert rules.days_waiting(MONDAY - 3 * DAY + timedelta(hours=1), MONDAY) == 2
    assert rules.days_waiting(MONDAY + DAY, MONDAY) == 0
