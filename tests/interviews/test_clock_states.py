"""Every state of a talk's clock, in every pack, through weekends and nights when clocks change."""

from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from engage.db import db
from engage.episodes.rules import EpisodeState
from engage.interviews import actions, queries
from engage.interviews.actions import Choice
from engage.interviews.models import ReturnInterview
from engage.interviews.rules import (
    BREACHES,
    OPEN,
    SOON,
    Facts,
    InterviewState,
    Standing,
    Who,
    next_look,
    standing,
)
from engage.policy.clock_rules import deadline
from engage.policy.queries import pack
from tests.cast import NOW, Cast
from tests.episodes.away import become, opened
from tests.interviews.conftest import HOUR, Back, the_talk, tick

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
S, T = InterviewState, Standing
LONDON, CHICAGO, ANGELES = "Europe/London", "America/Chicago", "America/Los_Angeles"
# Each place with its hours: for somebody of fifteen, and for somebody of twelve.
PLACES = {
    "plymouth": (LONDON, 48, 24),
    "england": (LONDON, 72, 72),
    "scotland": (LONDON, 72, 72),
    "us-federal": (CHICAGO, 72, 72),
    "missouri": (CHICAGO, 72, 72),
    "north-dakota": (CHICAGO, 72, 72),
    "kentucky": ("America/New_York", 72, 72),
    "california": (ANGELES, 72, 72),
    "nevada": (ANGELES, 72, 72),
}
# When somebody came back, as the clock on the wall said: what each is, and one in each country.
RETURNS = {
    "on a Friday evening": "2026-11-20T22:00",
    "before a weekend and a holiday": "2026-12-24T16:30",
    "in the night the clocks go forward in Britain": "2026-03-29T00:30",
    "in the night they go back in Britain": "2026-10-25T00:30",
    "in the night the clocks go forward in America": "2026-03-08T01:30",
    "in the night they go back in America": "2026-11-01T00:30",
    "before a leap day": "2028-02-28T12:00",
    "on the last evening of the year": "2026-12-31T23:59",
}
BOOKED_OR_NOT = (S.OWED, S.OFFERED, S.BOOKED, S.GONE_AGAIN)


def due_after(policy: str, returned: str, age: int = 15) -> tuple[datetime, datetime]:
    """Return when somebody came back, and by when a talk is owed, both in UTC."""
    at = datetime.fromisoformat(returned).replace(tzinfo=ZoneInfo(PLACES[policy][0]))
    at = at.astimezone(UTC)
    found = deadline(pack(policy).clocks, "return_interview", {"returned": at}, age=age)
    assert found is not None and found.wins.clock.source
    return at, found.due_at


@pytest.mark.parametrize("returned", RETURNS.values(), ids=RETURNS)
@pytest.mark.parametrize("policy", PLACES)
def test_each_place_counts_hours_as_they_pass_and_no_night_is_longer(
    policy: str, returned: str
) -> None:
    for age, hours in zip((15, 12), PLACES[policy][1:], strict=True):
        at, due = due_after(policy, returned, age)
        assert due - at == hours * HOUR


@pytest.mark.parametrize("returned", RETURNS.values(), ids=RETURNS)
@pytest.mark.parametrize("policy", PLACES)
def test_every_state_of_the_clock_in_every_place(policy: str, returned: str) -> None:
    at, due = due_after(policy, returned)
    offered = at + HOUR
    table = [
        *((state, at, T.IN_TIME) for state in BOOKED_OR_NOT),
        *((state, due - SOON - SECOND, T.IN_TIME) for state in BOOKED_OR_NOT),
        *((state, due - SOON, T.SOON) for state in BOOKED_OR_NOT),
        *((state, due, T.SOON) for state in BOOKED_OR_NOT),
        *((state, due + SECOND, T.LATE) for state in BOOKED_OR_NOT),
    ]
    for state, now, stands in table:
        assert standing(Facts(state, due, offered), now) is stands, (state, now)
    for said_no, stands in ((offered, T.DECLINED_IN_TIME), (due, T.DECLINED_IN_TIME),
                            (due + SECOND, T.LATE)):  # fmt: skip
        assert standing(Facts(S.DECLINED, due, offered, said_no), due + DAY) is stands
    # Who says no before anybody offered it was not asked.
    assert standing(Facts(S.DECLINED, due, None, offered), due + DAY) is T.LATE
    for done, stands in ((offered, T.DONE_IN_TIME), (due, T.DONE_IN_TIME),
                         (due + SECOND, T.DONE_LATE)):  # fmt: skip
        assert standing(Facts(S.DONE, due, offered, None, done), due + DAY) is stands


@pytest.mark.parametrize("state", InterviewState)
@pytest.mark.parametrize("policy", PLACES)
def test_without_a_return_time_nothing_is_late_and_nothing_in_time(
    policy: str, state: InterviewState
) -> None:
    assert deadline(pack(policy).clocks, "return_interview", {}, age=15) is None
    for offered, declined, done in product((None, NOW), repeat=3):
        facts = Facts(state, None, offered, declined, done)
        assert standing(facts, NOW + 400 * DAY) is T.NO_RETURN_TIME
        assert standing(facts, NOW) not in BREACHES
        again = next_look(facts, NOW, again_at=NOW + DAY)
        assert again == (NOW + DAY if state is S.DECLINED else None)


@pytest.mark.parametrize("state", sorted(OPEN))
@pytest.mark.parametrize("returned", RETURNS.values(), ids=RETURNS)
def test_somebody_hears_in_time_on_every_day_of_the_year(
    state: InterviewState, returned: str
) -> None:
    """Not "on the next working day": half a day before it is due, and when it is."""
    at, due = due_after("england", returned)
    facts = Facts(state, due)
    heard, now = [], at
    while (found := next_look(facts, now)) is not None:
        heard.append(found)
        now = found
    soon = [] if state in (S.BOOKED, S.DECLINED) else [due - SOON]
    assert heard == [*soon, due]


def declined(cast: Cast, now: datetime) -> None:
    """Maya says not now."""
    actions.offer(cast.viewer(cast.sam), cast.maya, address="", by_text=False, now=now)
    actions.choose(cast.viewer(cast.maya), cast.maya, Choice(Who.NOT_NOW), now=now)
    db.session.commit()


def stands(now: datetime) -> tuple[datetime | None, Standing]:
    talk: ReturnInterview = the_talk()
    return talk.due_at, standing(talk.facts, now)


@pytest.mark.parametrize(
    ("said_no", "due", "then"),
    [
        # Nobody asked: the first clock runs on, and one talk is late for both.
        (None, NOW + 3 * DAY, T.LATE),
        # Asked in time, and she said no: that is no breach, and the second has its own clock.
        (NOW + DAY, NOW + 8 * DAY, T.IN_TIME),
        (NOW + 3 * DAY, NOW + 8 * DAY, T.IN_TIME),
        # Asked too late.
        (NOW + 3 * DAY + SECOND, NOW + 3 * DAY, T.LATE),
    ],
)
def test_two_times_away_and_what_became_of_the_first(
    said_no: datetime | None, due: datetime, then: Standing, app: Flask, cast: Cast, back: Back
) -> None:
    back()
    with app.app_context():
        if said_no:
            declined(cast, said_no)
    later = NOW + 5 * DAY
    back(at=later)
    with app.app_context():
        assert the_talk().state == S.GONE_AGAIN and stands(later) == (due, then)
        page = queries.get_page(cast.viewer(cast.sam), cast.maya, now=later)
        assert len(page.episodes) == 2  # one talk, and it may be about both


def test_a_no_to_each_of_several_stays_in_time_whatever_comes_after(
    app: Flask, cast: Cast, back: Back
) -> None:
    for number in range(3):
        at = NOW + number * 5 * DAY
        back(at=at)
        with app.app_context():
            assert stands(at) == (at + 3 * DAY, T.IN_TIME)
            declined(cast, at + DAY)
            assert stands(at + 4 * DAY) == (at + 3 * DAY, T.DECLINED_IN_TIME)
    last = NOW + 10 * DAY
    with app.app_context():
        # She wants it after all: only the last clock is there to be kept.
        actions.choose(cast.viewer(cast.maya), cast.maya, Choice(Who.ADVOCATE), now=last + 2 * DAY)
        assert stands(last + 2 * DAY) == (last + 3 * DAY, T.IN_TIME)
        actions.note_done(cast.viewer(cast.sam), cast.maya, last + 2 * DAY, now=last + 2 * DAY)
        assert stands(last + 9 * DAY) == (last + 3 * DAY, T.DONE_IN_TIME)


def test_of_several_that_nobody_asked_about_the_strictest_counts(
    app: Flask, cast: Cast, back: Back
) -> None:
    """England's three days for the first, against Plymouth's one for whoever goes again."""
    back()
    back(at=NOW + 12 * HOUR, policy="plymouth")
    with app.app_context():
        assert the_talk().due_at == NOW + 36 * HOUR
        rule = the_talk().rule
        assert rule is not None and "Plymouth" in rule["source"]


def test_after_a_no_in_time_one_without_a_return_time_is_its_own_state(
    app: Flask, cast: Cast, back: Back, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engage.interviews import reading

    back()
    with app.app_context():
        declined(cast, NOW + DAY)
        later = NOW + 5 * DAY
        episode = opened(cast, policy="england", now=later - HOUR)
        become(cast, episode, EpisodeState.RETURNED, later)
        # Nobody noted the time: as where a case was taken over from another program.
        monkeypatch.setattr(reading, "times_of", lambda _ids: {})
        assert tick(later) == 1  # somebody hears at once
        assert stands(later + 400 * DAY) == (None, T.NO_RETURN_TIME)
