"""What is left of a place when its words are gone: a count, no name, and never too many people."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from engage.crypto import blind_index
from engage.db import db
from engage.missing_pack.models import PackFact
from engage.operators import keeping
from engage.patterns.place_actions import name_people
from engage.patterns.place_keeping import box_of, forget_tallies, left_of
from engage.patterns.place_models import PlaceTally
from engage.patterns.place_queries import get_place, get_places
from engage.patterns.place_reading import key_of
from engage.patterns.place_rules import (
    BOXES,
    Left,
    Why,
    at_least,
    place_cells,
    who_was_there,
)
from engage.patterns.rules import Cell, TimeAway
from engage.people.models import Organisation
from engage.policy.keeping_rules import DEFAULT_DAYS, Kept
from engage.web.errors import NotFound
from tests.cast import NOW
from tests.episodes.away import seen_as
from tests.patterns.test_places import seen_at
from tests.patterns.test_views import SPRING
from tests.sealing import is_sealed

DAY = timedelta(days=1)
PACKS = timedelta(days=DEFAULT_DAYS[Kept.MISSING_PACKS])
STATION = "bus station"


def box(place: str, young: UUID) -> int:
    return 1 << young.int % BOXES


def time_of(number: int) -> TimeAway:
    return TimeAway(UUID(int=number), SPRING, episode_id=UUID(int=number * 1000 + 1))


@given(st.lists(st.integers(0, 40)), st.lists(st.integers(0, 40)))
def test_never_more_people_than_there_were_nor_fewer_than_are_named(gone, named):
    left = Left()
    for number in gone:
        left = left + Left(box(STATION, UUID(int=number)), 1)
    found = at_least(STATION, [time_of(number) for number in named], left, box)
    assert len(set(named)) <= found <= len({*gone, *named})
    assert left.times == len(gone)


@given(st.lists(st.integers(0, 15), unique=True))
def test_who_falls_into_boxes_of_their_own_are_counted_exactly(numbers):
    left = Left(sum(1 << number for number in numbers), len(numbers))
    assert at_least(STATION, [], left, box) == len(numbers)


def test_one_who_is_named_and_was_there_before_is_one():
    left = Left(box(STATION, UUID(int=3)), 9)
    assert at_least(STATION, [time_of(3)], left, box) == 1
    assert at_least(STATION, [time_of(4)], left, box) == 2


def test_those_named_and_those_gone_make_five_together():
    times = [time_of(number) for number in range(3)]
    places = {each.episode_id: {STATION} for each in times}
    left = Left(box(STATION, UUID(int=7)) | box(STATION, UUID(int=8)), 4)
    cells, has_others = place_cells(times, places, {STATION: left, "arcade": Left(1, 30)}, box)
    assert cells == [Cell(STATION, 5)] and has_others
    assert who_was_there(STATION, times, places, left, box) == [UUID(int=n) for n in range(3)]
    assert who_was_there(STATION, times[:2], places, left, box) is None


def test_ten_times_by_one_is_never_shown():
    left = Left(1, 10)
    assert place_cells([], {}, {STATION: left}, box) == ([], True)


@pytest.fixture
def eight(app, cast):
    """Eight young people at the bus station in spring, of whom one fact each is kept."""
    with app.app_context():
        found = [seen_at(cast, "Bus station", worker=cast.sam) for _ in range(8)]
        db.session.commit()
        yield found


def erased(kind=Kept.MISSING_PACKS, now=SPRING + PACKS + DAY):
    done = keeping.erase(kind, now=now)
    db.session.commit()
    db.session.expire_all()
    return done


def tallies():
    return db.session.query(PlaceTally).order_by(PlaceTally.quarter).all()


def boxes_of(people):
    filled = 0
    for each in people:
        filled |= box_of(STATION, 2026, each)
    return filled


def test_when_words_go_a_time_is_counted_and_a_box_is_filled(cast, eight):
    assert erased() == 8
    assert db.session.query(PackFact).count() == 0
    [tally] = tallies()
    assert (tally.year, tally.quarter, tally.times) == (2026, 2, 8)
    assert tally.boxes == boxes_of(eight)
    assert left_of(cast.organisation, 2026, [2]) == {STATION: Left(tally.boxes, 8)}
    assert left_of(cast.organisation, 2026, [1, 3, 4]) == {}
    assert left_of(cast.organisation, 2025, [2]) == {}
    assert left_of(cast.other_organisation, 2026, [2]) == {}


def test_the_place_is_sealed_and_nothing_there_leads_to_anybody(cast, eight):
    erased()
    row = db.session.execute(text("SELECT * FROM place_tallies")).mappings().one()
    assert is_sealed(row["place"])
    assert row["place_index"] == key_of(STATION)
    assert set(row) == {
        "id", "organisation_id", "year", "quarter", "place_index", "place", "boxes", "times",
    }  # fmt: skip


def test_a_box_is_another_one_for_each_place_and_year():
    people = [uuid4() for _ in range(64)]
    for each in people:
        assert box_of(STATION, 2026, each).bit_count() == 1
        assert 0 < box_of(STATION, 2026, each) < 1 << BOXES
        digest = blind_index("place_tally", f"2026|{STATION}|{each}")
        assert box_of(STATION, 2026, each) == 1 << int(digest, 16) % 16


def test_the_page_shows_the_place_as_before_where_enough_boxes_are_filled(cast, eight, monkeypatch):
    # Which boxes they fall into is chance, so here each has their own.
    order = {each: number for number, each in enumerate(eight)}
    monkeypatch.setattr(
        "engage.patterns.place_keeping.box_of", lambda place, year, who: 1 << order[who]
    )
    monkeypatch.setattr(
        "engage.patterns.place_queries.box_of", lambda place, year, who: 1 << order[who]
    )
    sue = seen_as(cast.sue)
    [before] = get_places(sue, "2026", now=NOW).blocks
    erased()
    [after] = get_places(sue, "2026", now=NOW).blocks
    assert before.cells == after.cells == [Cell(STATION, 10)]
    found = name_people(seen_as(cast.sam), "2026", after.block.first, key_of(STATION),
                        Why.PLANS, now=NOW)  # fmt: skip
    assert found.people == []


def test_who_is_still_written_down_is_named_and_nobody_else(cast, eight, monkeypatch):
    order = {each: number for number, each in enumerate(eight)}
    for module in ("place_keeping", "place_queries"):
        monkeypatch.setattr(
            f"engage.patterns.{module}.box_of", lambda place, year, who: 1 << order[who]
        )
    kept = db.session.query(PackFact).order_by(PackFact.id).first()
    kept.at = SPRING + PACKS + 2 * DAY
    db.session.commit()
    assert erased() == 7
    [block] = get_places(seen_as(cast.sam), "2026", now=NOW).blocks
    found = name_people(seen_as(cast.sam), "2026", block.block.first, key_of(STATION),
                        Why.WELFARE_MEETING, now=NOW)  # fmt: skip
    assert len(found.people) == 1


def test_four_are_not_shown_whatever_boxes_they_fall_into(app, cast):
    with app.app_context():
        for _ in range(4):
            seen_at(cast, "Bus station")
        for _ in range(5):
            seen_at(cast, "unknown")
        db.session.commit()
        erased()
        [block] = get_places(seen_as(cast.sue), "2026", now=NOW).blocks
        assert block.cells == [] and block.has_others
        with pytest.raises(NotFound):
            get_place(seen_as(cast.sue), "2026", 2, key_of(STATION), now=NOW)


def test_no_place_is_counted_where_none_was_named(app, cast):
    with app.app_context():
        for words in ("unknown", "somewhere", "home"):
            seen_at(cast, words)
        db.session.commit()
        assert erased() == 3 and tallies() == []


def test_two_records_of_one_time_away_are_one_when_the_last_one_goes(cast, eight):
    first = db.session.query(PackFact).order_by(PackFact.id).first()
    again = PackFact(
        episode_id=first.episode_id, fact=first.fact, by_id=cast.sam,
        at=SPRING + PACKS + 3 * DAY, number=2,
    )  # fmt: skip
    again.words = "at the bus stn."
    db.session.add(again)
    db.session.commit()
    assert erased() == 8
    assert [each.times for each in tallies()] == [7]
    assert erased(now=SPRING + 2 * PACKS + 5 * DAY) == 1
    assert [each.times for each in tallies()] == [8]


def test_erasing_twice_counts_once(cast, eight):
    assert [erased(), erased()] == [8, 0]
    assert [each.times for each in tallies()] == [8]


def test_the_quarter_is_the_organisations_own(app, cast):
    """Half past eleven at night on 30 June in UTC is July in London, and June in Chicago."""
    june = SPRING.replace(month=6, day=30, hour=23, minute=30)
    with app.app_context():
        seen_at(cast, "Bus station", at=june)
        db.session.commit()
        erased(now=june + PACKS + DAY)
        assert [each.quarter for each in tallies()] == [3]
        db.session.get_one(Organisation, cast.organisation).time_zone = "America/Chicago"
        seen_at(cast, "Bus station", at=june)
        db.session.commit()
        erased(now=june + PACKS + DAY)
        assert [each.quarter for each in tallies()] == [2, 3]


def tally(cast, year, *, boxes, quarter=1, place=STATION):
    row = PlaceTally(
        organisation_id=cast.organisation, year=year, quarter=quarter, boxes=boxes, times=9,
        place_index=key_of(place), place=place,
    )  # fmt: skip
    db.session.add(row)
    db.session.commit()
    return row.id


def test_a_place_too_few_stood_behind_goes_half_a_year_after_its_year(app, cast):
    with app.app_context():
        few = tally(cast, 2025, boxes=0b1111, place="arcade")
        enough = [
            tally(cast, 2025, boxes=0b0111, quarter=1),
            tally(cast, 2025, boxes=0b11000, quarter=4),
        ]
        soon, later = NOW.replace(year=2026, month=6, day=1), NOW.replace(month=7, day=2)
        assert forget_tallies(now=soon) == 0
        assert forget_tallies(now=later) == 1
        db.session.commit()
        left = {each.id for each in tallies()}
        assert left == set(enough) and few not in left


def test_what_no_page_shows_any_more_goes(app, cast):
    with app.app_context():
        old = tally(cast, 2021, boxes=0xFFFF)
        kept = tally(cast, 2022, boxes=0xFFFF)
        assert forget_tallies(now=NOW) == 1
        db.session.commit()
        assert {each.id for each in tallies()} == {kept} and old != kept


def test_this_year_is_never_touched(app, cast):
    with app.app_context():
        tally(cast, 2026, boxes=1)
        assert forget_tallies(now=NOW) == 0
