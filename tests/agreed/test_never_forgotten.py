"""Whatever is done in whatever order: no check-in is expected twice, told of twice, or forgotten.

Random weeks of a young person's life (`life.py`) are played on the real tables, over both clock
changes of the year, and compared with a plain list of Fridays that knows nothing of our rules.
"""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from engage.agreed import actions as times
from engage.agreed.rules import ExpectedState, Proposal, Repeat
from engage.alerts.models import Alert
from engage.db import db
from tests.agreed.life import (
    Life,
    begin,
    check_fridays,
    check_nothing_twice,
    check_what_is_open,
    rows,
)
from tests.cast import Cast
from tests.faults.house import IS_LONG

pytestmark = pytest.mark.usefixtures("inside")
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
# The weeks of both clock changes of 2027, where the organisation of these tests is, and others.
STARTS = st.sampled_from(
    [
        datetime(2027, month, day, 9, tzinfo=UTC)
        for month, day in ((3, 25), (10, 28), (3, 11), (11, 4), (6, 15))
    ]
)
ZONES = st.sampled_from(["Europe/London", "Europe/Madrid", "America/Los_Angeles"])
WEEKLY = st.builds(
    Proposal,
    st.just(Repeat.WEEKLY),
    days=st.frozensets(st.integers(0, 6), min_size=1),
    wall=st.sampled_from(["00:30", "01:30", "02:30", "07:00", "20:00", "22:00", "23:45"]),
    grace_minutes=st.sampled_from([15, 30, 240]),
    may_ask=st.booleans(),
)
HOURS = st.builds(
    Proposal,
    st.just(Repeat.WHILE_AWAY),
    every_hours=st.sampled_from([2, 12, 24]),
    grace_minutes=st.sampled_from([15, 60]),
    may_ask=st.booleans(),
)
ACTS = st.sampled_from(
    ["ok", "ok", "ok", "not_ok", "pause", "go_on", "away", "back", "change", "end", "heard",
     "nothing", "nothing"]
)  # fmt: skip
STEPS = st.lists(st.tuples(ACTS, st.integers(0, 90), st.integers(0, 2)), min_size=4, max_size=14)


@settings(
    max_examples=600 if IS_LONG else 60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    # A life that fails is told of as it is: making it shorter takes minutes.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(start=STARTS, zone=ZONES, weekly=WEEKLY, away=HOURS, steps=STEPS)
def test_nothing_is_raised_twice_or_forgotten(
    cast: Cast,
    start: datetime,
    zone: str,
    weekly: Proposal,
    away: Proposal,
    steps: list[tuple[str, int, int]],
) -> None:
    life = begin(cast, start, zone)
    life.agree(weekly)
    life.agree(away)
    db.session.commit()
    for act, hours, amount in steps:
        life.pass_time(hours * HOUR, timedelta(seconds=amount * 40))
        life.do(act, amount)
        check_nothing_twice(life)
        check_what_is_open(life)
    life.pass_time(timedelta(days=2), timedelta(0))
    check_nothing_twice(life)
    check_what_is_open(life)
    check_fridays(life, start)


def test_a_pause_that_ended_early_forgets_no_later_friday(cast: Cast) -> None:
    """The Friday after the pause was called off with it, and must come back."""
    start = datetime(2027, 6, 15, 9, tzinfo=UTC)
    life = begin(cast, start, "Europe/London")
    life.agree(Proposal(Repeat.WEEKLY, frozenset({4}), "20:00", may_ask=False))
    life.do("pause", 1)
    life.do("go_on", 0)
    life.pass_time(timedelta(days=30), timedelta(0))
    check_fridays(life, start)
    states = [row.state for row in rows(life.young)]
    assert states.count(ExpectedState.OVERDUE) == 4
    assert states.count(ExpectedState.CALLED_OFF) == 0


def test_one_that_was_met_early_is_not_expected_again_after_a_pause_but_the_next_one_is(
    cast: Cast,
) -> None:
    start = datetime(2027, 6, 18, 9, tzinfo=UTC)  # a Friday
    life = begin(cast, start, "Europe/London")
    life.agree(Proposal(Repeat.WEEKLY, frozenset({4}), "20:00", may_ask=False))
    life.do("ok", 0)
    life.do("pause", 0)
    life.pass_time(HOUR, timedelta(0))
    life.do("go_on", 0)
    check_what_is_open(life)
    first, following = rows(life.young)
    assert (first.state, following.state) == (ExpectedState.MET, ExpectedState.WAITING)
    assert following.due_at == first.due_at + timedelta(days=7)


@pytest.mark.parametrize("act", ["pause", "end"])
def test_what_was_missed_already_is_told_of_though_it_is_paused_or_ended_now(
    cast: Cast, act: str
) -> None:
    """Whoever holds their phone cannot silence a missed deadline by pressing Pause."""
    start = datetime(2027, 6, 18, 9, tzinfo=UTC)  # a Friday
    life = begin(cast, start, "Europe/London")
    life.agree(Proposal(Repeat.WEEKLY, frozenset({4}), "20:00", may_ask=False))
    life.pass_time(timedelta(hours=10, minutes=10), timedelta(0))  # 20:10 by their clock
    life.do(act, 0)
    life.pass_time(HOUR, timedelta(0))
    assert [row.state for row in rows(life.young)][:1] == [ExpectedState.OVERDUE]


def test_one_that_was_written_while_it_was_paused_is_called_off(cast: Cast) -> None:
    """The scheduler had read the agreement a moment before the pause was kept."""
    start = datetime(2027, 6, 15, 9, tzinfo=UTC)
    life = begin(cast, start, "Europe/London")
    life.agree(Proposal(Repeat.WEEKLY, frozenset({4}), "20:00", may_ask=False))
    life.do("pause", 2)
    due = datetime(2027, 6, 18, 19, tzinfo=UTC)
    late = next(row for row in rows(life.young) if row.due_at == due)
    late.state, late.settled_at = ExpectedState.WAITING, None
    late.next_step_at = late.overdue_at
    db.session.commit()
    life.pass_time(timedelta(days=5), timedelta(0))
    assert not db.session.scalars(select(Alert)).all()
    assert {row.state for row in rows(life.young) if row.due_at == due} == {"called_off"}


MONDAYS = Proposal(Repeat.WEEKLY, frozenset({0}), "00:30", grace_minutes=15, may_ask=False)


def test_word_of_them_during_a_pause_leaves_the_deadline_of_a_shorter_pause(cast: Cast) -> None:
    """A pause of a week was made one of a day: the Monday between them is expected again."""
    start = datetime(2027, 3, 25, 9, tzinfo=UTC)
    life = begin(cast, start, "Europe/London")
    life.agree(MONDAYS)
    for act, hours, amount in (("pause", 0, 2), ("heard", 0, 0), ("pause", 39, 0)):
        life.pass_time(hours * HOUR, timedelta(seconds=amount * 40))
        life.do(act, amount)
        check_what_is_open(life)
    life.pass_time(timedelta(days=12), timedelta(0))
    check_nothing_twice(life)
    check_what_is_open(life)
    check_fridays(life, start)
    # Monday 00:30 by a clock that went forward the day before, and the Monday after it.
    raised = [row.due_at for row in rows(life.young) if row.state == ExpectedState.OVERDUE]
    assert raised == [
        datetime(2027, 3, 28, 23, 30, tzinfo=UTC),
        datetime(2027, 4, 4, 23, 30, tzinfo=UTC),
    ]


def test_word_of_them_during_a_pause_forgets_no_deadline_of_what_was_changed(cast: Cast) -> None:
    """The same with a time that took the place of another, and never had this deadline yet."""
    start = datetime(2027, 3, 25, 9, tzinfo=UTC)
    life = begin(cast, start, "Europe/London")
    life.agree(MONDAYS)
    db.session.commit()
    for act, hours, amount in (
        ("change", 0, 0),
        ("pause", 0, 2),
        ("heard", 0, 0),
        ("pause", 61, 0),
    ):
        life.pass_time(hours * HOUR, timedelta(seconds=amount * 40))
        life.do(act, amount)
        check_what_is_open(life)
    life.pass_time(timedelta(days=2), timedelta(0))
    check_what_is_open(life)
    check_fridays(life, start)
    raised = [row.due_at for row in rows(life.young) if row.state == ExpectedState.OVERDUE]
    assert raised == [datetime(2027, 3, 29, 21, tzinfo=UTC)]


@pytest.mark.parametrize("proposal", [MONDAYS, Proposal(Repeat.WHILE_AWAY, every_hours=2)])
def test_word_of_them_settles_nothing_before_a_check_in_of_theirs_would(
    cast: Cast, proposal: Proposal
) -> None:
    life = begin(cast, datetime(2027, 6, 15, 9, tzinfo=UTC), "Europe/London")
    life.agree(proposal)
    life.do("away", 0)
    (one,) = rows(life.young)
    early, then = one.opens_at - timedelta(seconds=1), one.opens_at
    assert not times.note_heard(life.worker, one.id, now=early)
    assert [row.state for row in rows(life.young)] == ["waiting"]
    assert times.note_heard(life.worker, one.id, now=then)
    assert [row.state for row in rows(life.young)] == ["heard", "waiting"]


def test_heard_in_the_moment_the_hours_began_still_expects_them(cast: Cast) -> None:
    life = begin(cast, datetime(2027, 6, 15, 9, tzinfo=UTC), "Europe/London")
    life.agree(Proposal(Repeat.WHILE_AWAY, every_hours=2))
    life.do("away", 0)
    for _ in range(3):
        life.do("heard", 0)
        check_what_is_open(life)
    assert [row.state for row in rows(life.young)] == ["waiting"]


def went_on_in_grace(cast: Cast, grace: int = 30) -> Life:
    """Hours of two that were paused and went on while one of them was in its grace."""
    life = begin(cast, datetime(2027, 6, 15, 9, tzinfo=UTC), "Europe/London")
    life.agree(Proposal(Repeat.WHILE_AWAY, every_hours=2, grace_minutes=grace, may_ask=False))
    life.do("away", 0)
    life.pass_time(2 * HOUR + 10 * MINUTE, timedelta(0))  # due ten minutes ago
    life.do("pause", 0)
    life.pass_time(5 * MINUTE, timedelta(0))
    life.do("go_on", 0)
    return life


@pytest.mark.parametrize(
    ("act", "became"), [("nothing", "overdue"), ("ok", "met"), ("heard", "heard")]
)
def test_hours_that_go_on_during_grace_expect_one_check_in_and_not_two_minutes_apart(
    cast: Cast, act: str, became: str
) -> None:
    life = went_on_in_grace(cast)
    life.pass_time(5 * MINUTE, timedelta(0))
    life.do(act, 0)
    life.pass_time(15 * MINUTE, timedelta(0))
    check_nothing_twice(life)
    check_what_is_open(life)
    states = [row.state for row in rows(life.young) if row.state != ExpectedState.CALLED_OFF]
    assert states == [became, "waiting"]
    life.pass_time(2 * HOUR + 30 * MINUTE, timedelta(0))
    check_what_is_open(life)
    states = [row.state for row in rows(life.young) if row.state != ExpectedState.CALLED_OFF]
    assert states == [became, "overdue", "waiting"], "they go on as ever"


def test_with_a_grace_longer_than_the_hours_there_is_still_one_row_of_them(cast: Cast) -> None:
    life = went_on_in_grace(cast, grace=240)
    for _hour in range(20):
        life.pass_time(HOUR, timedelta(0))
        check_nothing_twice(life)
        check_what_is_open(life)
    raised = sorted(row.raised_at for row in rows(life.young) if row.raised_at is not None)
    # The first from the hours before the pause; then every two hours and their grace.
    assert [at - life.now for at in raised] == sorted({at - life.now for at in raised})
    assert len(raised) == 4
