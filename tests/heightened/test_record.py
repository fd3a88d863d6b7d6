"""What the record says is noted by itself, once, and ends when the record says it no more."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import event

from engage.care_records.actions import note_care_record
from engage.care_records.rules import Details, PlacementType
from engage.db import db
from engage.episodes.models import Episode
from engage.episodes.rules import EpisodeState
from engage.heightened.models import Flag, RecordLook
from engage.heightened.queries import needing_answer
from engage.heightened.reading import facts_of
from engage.heightened.rules import Kind, State
from engage.people.access import SYSTEM
from engage.people.actions import end_placement, place
from engage.people.models import Person, Placement
from engage.safeguarding.models import Screening
from engage.safeguarding.rules import Found
from engage.staffings.reading import standing_of
from tests.cast import NOW, Cast
from tests.episodes.away import opened
from tests.heightened.conftest import answered, changed, looked, noted

DAY = timedelta(days=1)
LATER = timedelta(hours=7)


def was_away(cast: Cast, ended: datetime, *, young: UUID | None = None, missing: bool = True,
             facts: tuple[str, ...] = ()) -> None:  # fmt: skip
    db.session.add(
        Episode(
            young_person_id=young or cast.maya, organisation_id=cast.organisation,
            state=EpisodeState.CLOSED, opened_at=ended - DAY, owner_id=cast.sam, packs=[],
            rules=[], facts=list(facts), was_missing=missing, closed_at=ended,
        )
    )  # fmt: skip
    db.session.commit()


def found(young: UUID | None = None) -> dict[str, Flag]:
    rows = db.session.query(Flag).filter(Flag.ended_at.is_(None))
    return {flag.kind: flag for flag in rows if young in (None, flag.young_person_id)}


def test_times_away_are_counted_from_the_record_and_mistakes_are_not(inside: Cast) -> None:
    was_away(inside, NOW - 40 * DAY)
    was_away(inside, NOW - 3 * DAY)
    was_away(inside, NOW - 2 * DAY, missing=False)
    was_away(inside, NOW - 500 * DAY, young=inside.kit)
    looked()
    [flag] = found().values()
    assert (flag.kind, flag.origin, flag.number, flag.by_id) == ("earlier_times", "record", 2, None)
    assert (flag.happened_at, flag.raised_at, flag.asks_at) == (NOW - 3 * DAY, NOW, NOW)
    assert flag.young_person_id == inside.maya


def test_it_is_looked_at_again_after_some_hours_and_noted_once(inside: Cast) -> None:
    was_away(inside, NOW - 3 * DAY)
    assert looked() == db.session.query(RecordLook).count() > 0
    assert looked() == 0
    assert looked(NOW + LATER) > 0
    assert db.session.query(Flag).count() == 1


def test_it_goes_when_the_record_says_it_no_more(inside: Cast) -> None:
    was_away(inside, NOW - 364 * DAY)
    looked()
    assert set(found()) == {"earlier_times"}
    looked(NOW + 2 * DAY)
    flag = db.session.query(Flag).one()
    assert (flag.ending, flag.asks_at, flag.ended_by_id) == ("no_longer", None, None)


def test_homes_screenings_and_the_kind_of_home_are_read(inside: Cast) -> None:
    looked()
    assert found() == {}
    for days in (30, 10):
        current = db.session.query(Placement).filter_by(ends_at=None, young_person_id=inside.maya)
        end_placement(SYSTEM, current.one().id, now=NOW - days * DAY)
        place(SYSTEM, inside.maya, "Elm House", now=NOW - days * DAY)
    note_care_record(
        inside.viewer(inside.sam), inside.maya,
        Details(placement_type=PlacementType.CHILDRENS_HOME), now=NOW,
    )  # fmt: skip
    for young, result in ((inside.maya, Found.SOME), (inside.kit, Found.NONE)):
        db.session.add(
            Screening(young_person_id=young, tool="CSE tool", done_on=NOW.date(), found=result,
                      by_id=inside.sam, at=NOW - DAY)
        )  # fmt: skip
    db.session.commit()
    looked(NOW + LATER)
    assert set(found(inside.maya)) == {"moves", "group_home", "exploitation"}
    assert found(inside.kit) == {}
    assert found()["moves"].number == 2
    # Nothing new: a kind of home is not raised again at each look.
    raised = {kind: flag.raised_at for kind, flag in found().items()}
    looked(NOW + 2 * LATER)
    assert {kind: flag.raised_at for kind, flag in found().items()} == raised


def test_exploitation_that_was_feared_in_a_time_away_counts(inside: Cast) -> None:
    was_away(inside, NOW - 3 * DAY, facts=("exploitation",), missing=False)
    looked()
    assert set(found()) == {"exploitation"}


def test_a_new_time_away_asks_anew_after_an_answer_and_does_not_make_a_gap_look_young(
    inside: Cast,
) -> None:
    was_away(inside, NOW - 3 * DAY)
    looked()
    flag = found()["earlier_times"]
    was_away(inside, NOW + 2 * DAY)
    looked(NOW + 3 * DAY)
    assert (flag.number, flag.raised_at) == (2, NOW)
    offer = answered(inside, flag, now=NOW + 3 * DAY)
    was_away(inside, NOW + 4 * DAY)
    looked(NOW + 5 * DAY)
    # Help is under way: nothing new is asked.
    assert flag.raised_at == NOW
    changed(inside, offer, State.DONE, now=NOW + 5 * DAY)
    assert flag.asks_at is None
    was_away(inside, NOW + 8 * DAY)
    looked(NOW + 9 * DAY)
    assert (flag.raised_at, flag.asks_at) == (NOW + 8 * DAY, NOW + 8 * DAY)
    sam = inside.viewer(inside.sam)
    assert [line.days for line in needing_answer(sam, now=NOW + 9 * DAY)] == [1]


def test_the_records_of_those_who_left_are_looked_at_no_more(inside: Cast) -> None:
    looked()
    db.session.get_one(Person, inside.maya).ended_at = NOW
    db.session.commit()
    looked(NOW + LATER)
    left = {look.young_person_id for look in db.session.query(RecordLook)}
    assert inside.maya not in left and inside.kit in left


def test_many_records_cost_no_more_statements_than_one(inside: Cast) -> None:
    looked()
    seen: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    looked(NOW + LATER)
    assert len([each for each in seen if each.lstrip().startswith("SELECT")]) <= 10


@pytest.mark.parametrize(
    ("kind", "fact"),
    [(Kind.EXPLOITATION, "exploitation"), (Kind.SELF_HARM, "vulnerable"), (Kind.MOVES, None)],
)
def test_a_short_meeting_hears_of_what_its_triggers_ask_for(
    inside: Cast, kind: Kind, fact: str | None
) -> None:
    flag = noted(inside, kind)
    episode = opened(inside)
    standing = standing_of(episode, was_asked=False)
    assert standing.facts - frozenset(episode.facts) == ({fact} if fact else set())
    flag.ended_at = NOW
    db.session.commit()
    assert facts_of(inside.maya) == frozenset()
