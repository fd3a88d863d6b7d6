"""When things ask, are late and are told of: by the clock on the wall, also when it changes."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from engage.alerts.models import Alert
from engage.db import db
from engage.heightened import offer_actions, rules
from engage.heightened.models import Flag, Offer, RecordLook
from engage.heightened.queries import get_support, needing_answer
from engage.heightened.rules import (
    ASK_AGAIN,
    LOOK_AGAIN,
    LOOKED_BACK,
    UNDO_WITHIN,
    Kind,
    Reply,
    Standing,
    State,
)
from engage.heightened.sweep_actions import sweep_offers
from engage.messaging.models import Message
from engage.outcomes.rules import first_look, morning_of
from engage.people.models import Organisation
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS
from tests.heightened.conftest import answered, changed, looked, noted, noticed

LONDON, CHICAGO = "Europe/London", "America/Chicago"
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
ZONES = st.sampled_from([LONDON, CHICAGO, "Pacific/Auckland", "Asia/Kathmandu"])
DATES = st.dates(date(2025, 1, 1), date(2028, 12, 31))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "morning"),
    [
        # London: back on 25 October 2026, forward on 28 March 2027.
        (LONDON, date(2026, 10, 24), "2026-10-24T08:00"),
        (LONDON, date(2026, 10, 25), "2026-10-25T09:00"),
        (LONDON, date(2027, 3, 27), "2027-03-27T09:00"),
        (LONDON, date(2027, 3, 28), "2027-03-28T08:00"),
        # Chicago: back on 1 November 2026, forward on 14 March 2027.
        (CHICAGO, date(2026, 10, 31), "2026-10-31T14:00"),
        (CHICAGO, date(2026, 11, 1), "2026-11-01T15:00"),
        (CHICAGO, date(2027, 3, 13), "2027-03-13T15:00"),
        (CHICAGO, date(2027, 3, 14), "2027-03-14T14:00"),
    ],
)
def test_nine_is_nine_there_on_both_sides_of_the_change(zone: str, day: date, morning: str) -> None:
    assert morning_of(day, zone) == utc(morning)
    assert first_look(day - DAY, zone) == utc(morning)


@given(DATES, ZONES)
def test_the_owner_hears_the_day_after_and_never_on_the_day(due_on: date, zone: str) -> None:
    heard = first_look(due_on, zone)
    end_of_day = morning_of(due_on, zone) + timedelta(hours=14)
    assert end_of_day < heard <= morning_of(due_on, zone) + timedelta(hours=25)
    assert heard.utcoffset() == timedelta(0)


@given(DATES, ZONES, st.lists(st.tuples(st.sampled_from(list(State)), st.integers(0, 40)),
                              max_size=4))  # fmt: skip
def test_no_answer_makes_it_ask_earlier_than_it_was_raised(
    day: date, zone: str, made: list[tuple[State, int]]
) -> None:
    raised = morning_of(day, zone)
    replies = [
        Reply(state, raised + n * DAY, day + n * DAY, None if state in rules.OPEN else raised)
        for state, n in made
    ]
    asks = rules.asks_at(raised, replies, zone)
    assert asks is None or asks >= raised
    assert rules.asks_at(raised, replies[::-1], zone) == asks
    if asks is None:
        assert any(each.state is State.DONE for each in replies)


@pytest.mark.parametrize(
    ("state", "ended", "until"),
    [
        (State.DONE, 0, None),
        (State.DECLINED, 0, ASK_AGAIN),
        # What ended before it was raised answers nothing of it.
        (State.DONE, -1, timedelta(0)),
        (State.DECLINED, -1, timedelta(0)),
    ],
)
def test_at_the_very_instant_an_answer_counts_and_before_it_does_not(
    state: State, ended: int, until: timedelta | None
) -> None:
    reply = Reply(state, NOW - DAY, NOW.date(), NOW + ended * SECOND)
    found = rules.holds_until(reply, NOW, LONDON)
    assert found == (None if until is None else NOW + until)


@pytest.mark.parametrize(
    ("after", "may"), [(timedelta(0), True), (UNDO_WITHIN, True), (UNDO_WITHIN + SECOND, False)]
)
def test_an_hour_to_take_it_back_is_an_hour_to_the_second(after: timedelta, may: bool) -> None:
    assert rules.may_undo(NOW, NOW + after, is_answered=False) is may
    assert not rules.may_undo(NOW, NOW + after, is_answered=True)


@pytest.mark.parametrize(
    ("at", "counts"),
    [(NOW, True), (NOW + SECOND, False), (NOW - LOOKED_BACK + SECOND, True),
     (NOW - LOOKED_BACK, False)],
)  # fmt: skip
def test_a_year_back_is_a_year_to_the_second(at: datetime, counts: bool) -> None:
    assert (rules.earlier_times([at], NOW) is not None) is counts
    assert (rules.latest(Kind.EXPLOITATION, [at], NOW) is not None) is counts
    assert (rules.moves([NOW - 900 * DAY, at, at], NOW) is not None) is counts


def test_two_moves_at_one_instant_are_two() -> None:
    found = rules.moves([NOW - 3 * DAY] * 3, NOW)
    assert found is not None and (found.number, found.happened_at) == (2, NOW - 3 * DAY)


@pytest.mark.parametrize(
    ("zone", "heard"), [(LONDON, "2026-11-28T09:00"), (CHICAGO, "2026-11-28T15:00")]
)
def test_an_offer_is_late_by_the_clock_of_its_house(inside: Cast, zone: str, heard: str) -> None:
    db.session.get_one(Organisation, inside.organisation).time_zone = zone
    db.session.commit()
    offer = answered(inside, noted(inside))
    assert offer.next_look_at == utc(heard)
    assert sweep_offers(now=utc(heard) - SECOND, address=ADDRESS) == 0
    assert sweep_offers(now=utc(heard), address=ADDRESS) == 1
    db.session.commit()


def test_what_the_offer_answered_asks_again_that_same_morning(inside: Cast) -> None:
    flag = noted(inside)
    answered(inside, flag)
    morning = utc("2026-11-28T09:00")
    assert flag.asks_at == morning
    sam = inside.viewer(inside.sam)
    assert needing_answer(sam, now=morning - SECOND) == []
    [line] = needing_answer(sam, now=morning)
    assert line.standing is Standing.LATE and line.days == 0


def test_a_worker_that_slept_for_a_week_tells_each_once_and_in_order(inside: Cast) -> None:
    offer = answered(inside, noted(inside))
    late = utc("2026-11-28T09:00") + 7 * DAY
    for now in (late, late + SECOND, late + DAY - SECOND, late + DAY, late + 9 * DAY):
        sweep_offers(now=now, address=ADDRESS)
        db.session.commit()
    texts = db.session.scalars(select(Message).where(Message.template == "promise_due")).all()
    assert [each.person_id for each in texts] == [inside.sam]
    assert db.session.query(Alert).filter_by(about_id=offer.id).count() == 1
    assert offer.next_look_at is None and offer.times_told == 2


def test_what_is_moved_while_it_is_late_begins_anew(inside: Cast) -> None:
    offer = answered(inside, noted(inside))
    morning = utc("2026-11-28T09:00")
    sweep_offers(now=morning, address=ADDRESS)
    offer_actions.move_offer(
        inside.viewer(inside.sam, morning), offer.id, owner_id=inside.sue,
        due_on=morning.date() + 2 * DAY, reason="Sue knows them", now=morning,
    )  # fmt: skip
    db.session.commit()
    assert (offer.times_told, offer.next_look_at) == (0, morning + 3 * DAY)
    assert sweep_offers(now=morning + DAY, address=ADDRESS) == 0


def test_many_late_at_once_are_taken_in_batches_and_none_twice(inside: Cast) -> None:
    flags = [noted(inside, kind) for kind in (Kind.MOVES, Kind.SIBLINGS, Kind.OTHER)]
    offers = {answered(inside, flag).id for flag in flags}
    morning = utc("2026-11-28T09:00")
    taken = [sweep_offers(now=morning, address=ADDRESS, limit=2) for _ in range(3)]
    db.session.commit()
    assert taken == [2, 1, 0]
    told = {each.dedupe_key for each in db.session.query(Message).filter_by(template="promise_due")}
    assert len(told) == len(offers) == 3


def test_of_two_that_began_to_wait_at_one_instant_the_order_is_always_the_same(
    inside: Cast,
) -> None:
    ids = [noted(inside, kind).id for kind in (Kind.MOVES, Kind.SIBLINGS, Kind.OTHER, Kind.OTHER)]
    sam = inside.viewer(inside.sam)
    listed = [line.flag.id for line in needing_answer(sam, now=NOW)]
    shown = [line.flag.id for line in get_support(sam, inside.maya, now=NOW).asking]
    assert listed == shown == sorted(ids)


def test_offers_of_one_day_keep_their_order(inside: Cast) -> None:
    flag = noted(inside)
    ids: list[UUID] = [answered(inside, flag).id for _ in range(3)]
    page = get_support(inside.viewer(inside.sam), inside.maya, now=NOW)
    assert [line.offer.id for line in page.offers] == sorted(ids)


def test_records_are_looked_at_every_six_hours_and_not_before(inside: Cast) -> None:
    assert looked(NOW) > 0
    before = {each.next_look_at for each in db.session.query(RecordLook)}
    assert before == {NOW + LOOK_AGAIN}
    assert looked(NOW + LOOK_AGAIN - SECOND) == 0
    assert looked(NOW + LOOK_AGAIN) > 0


def test_what_was_done_at_the_instant_of_a_new_sign_does_not_answer_the_next(
    inside: Cast,
) -> None:
    first = noticed(inside)
    offer = answered(inside, first)
    changed(inside, offer, State.DONE, now=NOW + DAY)
    later = noticed(inside, now=NOW + DAY)
    db.session.expire_all()
    waiting = {line.flag.id for line in needing_answer(inside.viewer(inside.sam), now=NOW + DAY)}
    assert waiting == {later.id}
    assert db.session.get_one(Flag, first.id).asks_at is None
    assert db.session.query(Offer).count() == 1
