"""Minutes are kept as they were written, names stand beside them, and each turn is a line."""

from datetime import date

import pytest
from sqlalchemy import text

from engage.audit.models import AuditEntry
from engage.db import db
from engage.patterns.place_rules import Why
from engage.web.errors import Changed, NotFound
from engage.welfare import actions
from engage.welfare.actions import CannotWrite
from engage.welfare.models import (
    WelfareAction,
    WelfareLine,
    WelfareMeeting,
    WelfarePresent,
    WelfareYoungPerson,
)
from engage.welfare.queries import get_action, get_meeting, meetings, my_actions
from engage.welfare.rules import Fix, State
from tests.cast import NOW, Cast
from tests.sealing import is_sealed
from tests.welfare.conftest import LAMPS, NOTICED, PLACE, agreed, day, draft, written


def lines(kind: str) -> list[tuple[str, object, object]]:
    """By verb: lines of one instant have no order of their own."""
    found = db.session.query(AuditEntry).filter_by(object_kind=kind).order_by(AuditEntry.verb)
    return [(each.verb, each.subject_id, each.reason) for each in found]


def test_the_minutes_are_kept_with_who_was_there_and_sealed(inside: Cast) -> None:
    meeting = written(inside, decided="We ask the council", others="PC Reed")
    page = get_meeting(inside.viewer(inside.sam), meeting.id, now=NOW)
    assert list(page.present) == ["Sam", "Sue"]
    assert (page.meeting.noticed, page.meeting.decided) == (NOTICED, "We ask the council")
    assert page.may_add and not page.notes and not page.actions
    row = db.session.execute(
        text("SELECT subject, others, noticed, decided FROM welfare_meetings")
    ).one()
    assert all(is_sealed(each) for each in row)
    assert lines("welfare_meeting") == [("welfare_meeting:written", None, None)]


@pytest.mark.parametrize(
    ("other", "problem"),
    [
        ({"held_on": day(1)}, Fix.TO_COME), ({"held_on": day(-400)}, Fix.LONG_AGO),
        ({"noticed": " \n"}, Fix.NO_WORDS), ({"subject": "  "}, Fix.NO_WORDS),
    ],
)  # fmt: skip
def test_what_cannot_be_is_not_kept(inside: Cast, other: dict, problem: Fix) -> None:
    with pytest.raises(CannotWrite) as found:
        actions.write_down(inside.viewer(inside.sam), draft(inside, **other), now=NOW)
    assert found.value.fix is problem
    assert db.session.query(WelfareMeeting).count() == 0


def test_who_was_there_works_here(inside: Cast) -> None:
    for who in (inside.far_zed_worker, inside.maya, inside.jo, inside.ade, inside.adil):
        with pytest.raises(NotFound):
            written(inside, present=frozenset({inside.sam, who}))
    assert db.session.query(WelfarePresent).count() == 0


def test_the_day_is_that_of_the_organisation(inside: Cast) -> None:
    """At half past midnight in London it is still the day before in UTC, while it is summer."""
    late = NOW.replace(month=10, day=20, hour=23, minute=30)
    meeting = written(inside, now=late, held_on=date(2026, 10, 21))
    assert meeting.held_on == date(2026, 10, 21)
    with pytest.raises(CannotWrite):
        written(inside, now=late, held_on=date(2026, 10, 22))


def test_what_is_added_leaves_what_stands_there(inside: Cast) -> None:
    meeting, sue = written(inside), inside.viewer(inside.sue)
    actions.add_note(sue, meeting.id, " The council rang ", now=NOW)
    with pytest.raises(CannotWrite):
        actions.add_note(sue, meeting.id, " ", now=NOW)
    db.session.commit()
    page = get_meeting(sue, meeting.id, now=NOW)
    assert [(note.words, page.names[note.by_id]) for note in page.notes] == [
        ("The council rang", "Sue")
    ]
    assert page.meeting.noticed == NOTICED


def test_a_name_is_put_there_by_whom_it_is_open_to_and_each_is_a_line(inside: Cast) -> None:
    meeting, sam = written(inside), inside.viewer(inside.sam)
    actions.think_of(sam, meeting.id, {inside.maya}, now=NOW)
    actions.think_of(sam, meeting.id, {inside.maya}, now=NOW)
    page = get_meeting(sam, meeting.id, now=NOW)
    assert page.young_people == [(inside.maya, "Maya")]
    actions.think_of(sam, meeting.id, (), now=NOW)
    assert get_meeting(sam, meeting.id, now=NOW).young_people == []
    assert lines("welfare_meeting") == [
        ("welfare_meeting:not_thought_of", inside.maya, None),
        ("welfare_meeting:thought_of", inside.maya, None),
        ("welfare_meeting:written", None, None),
    ]


@pytest.mark.parametrize("name", ["kit", "zed_young", "far_zed_young", "jo"])
def test_nobody_is_put_there_whose_page_one_may_not_open(inside: Cast, name: str) -> None:
    meeting = written(inside)
    with pytest.raises(NotFound):
        actions.think_of(
            inside.viewer(inside.sam), meeting.id, {inside.maya, getattr(inside, name)}, now=NOW
        )
    assert db.session.query(WelfareYoungPerson).count() == 0


def test_others_do_not_see_the_name_and_take_nobody_away_whom_they_do_not_see(
    inside: Cast,
) -> None:
    kits = inside.viewer(inside.kits_worker)
    meeting = written(inside, present=frozenset({inside.sam, inside.kits_worker}))
    actions.think_of(inside.viewer(inside.sam), meeting.id, {inside.maya}, now=NOW)
    actions.think_of(kits, meeting.id, {inside.kit}, now=NOW)
    db.session.commit()
    assert get_meeting(kits, meeting.id, now=NOW).young_people == [(inside.kit, "Kit")]
    assert db.session.query(WelfareYoungPerson).count() == 2
    actions.think_of(kits, meeting.id, (), now=NOW)
    assert [each.young_person_id for each in db.session.query(WelfareYoungPerson)] == [inside.maya]


def test_what_is_agreed_stands_on_its_owners_list_until_it_is_done(inside: Cast) -> None:
    meeting = written(inside)
    later, sooner = agreed(inside, meeting, due=9), agreed(inside, meeting, due=2)
    sam = inside.viewer(inside.sam)
    assert [line.action.id for line in my_actions(sam, now=NOW)] == [sooner.id, later.id]
    assert my_actions(inside.viewer(inside.sue), now=NOW) == []
    actions.end(sam, sooner.id, State.DONE, "They come on Monday", now=NOW)
    db.session.commit()
    assert [line.action.id for line in my_actions(sam, now=NOW)] == [later.id]
    page = get_action(sam, sooner.id, now=NOW)
    assert (page.action.did, page.action.next_look_at) == ("They come on Monday", None)
    assert [line.turn for line in page.lines] == ["agreed", "done"]


def test_it_is_sealed_and_no_line_of_the_audit_holds_words(inside: Cast) -> None:
    action = agreed(inside, written(inside))
    sam = inside.viewer(inside.sam)
    actions.move(
        sam, action.id, owner_id=inside.sue, due_on=day(8), reason="Sue knows them", now=NOW
    )
    actions.end(inside.viewer(inside.sue), action.id, State.NOT_DONE, "No money", now=NOW)
    db.session.commit()
    what, did = db.session.execute(text("SELECT what, did FROM welfare_actions")).one()
    assert is_sealed(what) and is_sealed(did)
    [reason] = db.session.scalars(
        text("SELECT reason FROM welfare_action_lines WHERE reason IS NOT NULL")
    )
    assert is_sealed(reason)
    assert lines("welfare_action") == [
        ("welfare_action:agreed", None, None), ("welfare_action:moved", None, None),
        ("welfare_action:not_done", None, None),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["maya", "jo", "ade", "olu", "adil", "far_zed_worker"])
def test_only_those_who_work_with_young_people_here_take_something_on(
    inside: Cast, name: str
) -> None:
    meeting = written(inside)
    with pytest.raises(NotFound):
        agreed(inside, meeting, owner_id=getattr(inside, name))
    assert db.session.query(WelfareAction).count() == 0


@pytest.mark.parametrize(("due", "problem"), [(-1, Fix.PAST), (184, Fix.TOO_FAR)])
def test_a_day_that_cannot_be_is_said(inside: Cast, due: int, problem: Fix) -> None:
    meeting = written(inside)
    with pytest.raises(CannotWrite) as found:
        agreed(inside, meeting, due=due)
    assert found.value.fix is problem


def test_another_day_says_why_and_what_is_over_stays(inside: Cast) -> None:
    action, sam = agreed(inside, written(inside)), inside.viewer(inside.sam)
    with pytest.raises(CannotWrite):
        actions.move(sam, action.id, owner_id=inside.sam, due_on=day(6), reason=" ", now=NOW)
    with pytest.raises(CannotWrite):
        actions.end(sam, action.id, State.OPEN, "x", now=NOW)
    with pytest.raises(CannotWrite):
        actions.end(sam, action.id, State.DONE, " ", now=NOW)
    actions.end(sam, action.id, State.DONE, "Done", now=NOW)
    db.session.commit()
    for again in (
        lambda: actions.end(sam, action.id, State.NOT_DONE, "x", now=NOW),
        lambda: actions.move(
            sam, action.id, owner_id=inside.sue, due_on=day(7), reason="x", now=NOW
        ),
    ):
        with pytest.raises(Changed):
            again()
        db.session.rollback()
    assert db.session.query(WelfareLine).count() == 2


def test_reading_for_a_reason_is_a_line_with_the_reason(inside: Cast) -> None:
    meeting = written(inside)
    kits = inside.viewer(inside.kits_worker)
    page = actions.open_meeting(kits, meeting.id, Why.SAFETY_THERE, now=NOW)
    assert page.meeting.noticed == NOTICED and not page.may_add
    assert ("welfare_meeting:opened", None, "safety_there") in lines("welfare_meeting")


def test_the_list_says_what_it_was_about_only_where_that_gives_nobody_away(inside: Cast) -> None:
    other, place = written(inside), written(inside, about="place", subject="Bus station")
    pattern = written(inside, about="pattern", subject="weekday", held_on=day(-3))
    mine = {line.meeting.id: line for line in meetings(inside.viewer(inside.sam), now=NOW)}
    assert {mine[each.id].subject for each in (other, place, pattern)} == {
        PLACE, "Bus station", "weekday",
    }  # fmt: skip
    theirs = {
        line.meeting.id: line.subject
        for line in meetings(inside.viewer(inside.kits_worker), now=NOW)
    }
    assert theirs == {other.id: "", place.id: "Bus station", pattern.id: "weekday"}


def test_the_latest_meeting_comes_first(inside: Cast) -> None:
    ids = [written(inside, held_on=day(-number)).id for number in (3, 1, 2)]
    found = [line.meeting.id for line in meetings(inside.viewer(inside.sue), now=NOW)]
    assert found == [ids[1], ids[2], ids[0]]
    assert agreed(inside, db.session.get_one(WelfareMeeting, ids[0])).what == LAMPS
