"""Minutes lose their words after their time, and are taken out for whoever stands beside them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from engage.case_files.gathering import gather as chapter
from engage.case_files.rules import Chapter
from engage.db import db
from engage.operators import keeping
from engage.operators.whole_record import gather
from engage.policy.keeping_rules import DEFAULT_DAYS, Kept
from engage.welfare import actions
from engage.welfare.models import WelfareLine, WelfareNote, WelfareYoungPerson
from engage.welfare.rules import State
from tests.cast import NOW, Cast
from tests.welfare.conftest import LAMPS, NOTICED, PLACE, agreed, day, written

DAYS = DEFAULT_DAYS[Kept.WELFARE]


@pytest.fixture
def inside(app: Flask, cast: Cast) -> Iterator[Cast]:
    with app.app_context():
        yield cast


def erase(days: int) -> int:
    done = keeping.erase(Kept.WELFARE, now=NOW + timedelta(days=days, minutes=1))
    db.session.commit()
    db.session.expire_all()
    return done


def test_words_go_a_year_later_and_that_they_met_stays(inside: Cast) -> None:
    sam = inside.viewer(inside.sam)
    meeting = written(inside, decided="We ask", others="PC Reed")
    actions.add_note(sam, meeting.id, "The council rang", now=NOW)
    actions.think_of(sam, meeting.id, {inside.maya}, now=NOW)
    ended, still = agreed(inside, meeting), agreed(inside, meeting)
    actions.move(sam, ended.id, owner_id=inside.sam, due_on=day(9), reason="Later", now=NOW)
    actions.end(sam, ended.id, State.DONE, "Lamps are up", now=NOW)
    db.session.commit()
    assert erase(DAYS - 1) == 0
    # The minutes, the note, who was thought of, what is over, and the one line with a reason.
    assert erase(DAYS) == 5
    assert (meeting.subject, meeting.others, meeting.noticed, meeting.decided) == (None,) * 4
    assert (ended.what, ended.did, ended.state) == (None, None, "done")
    assert still.what == LAMPS
    assert [note.words for note in db.session.query(WelfareNote)] == [None]
    assert db.session.query(WelfareYoungPerson).count() == 0
    assert not [line for line in db.session.query(WelfareLine) if line.reason]
    assert (meeting.held_on, erase(DAYS)) == (day(-1), 0)


def test_a_young_person_beside_it_has_it_in_what_is_taken_out(inside: Cast) -> None:
    sam, meeting = inside.viewer(inside.sam), written(inside)
    other = written(inside, noticed="Of others")
    actions.think_of(sam, meeting.id, {inside.maya}, now=NOW)
    agreed(inside, meeting)
    actions.add_note(sam, meeting.id, "The council rang", now=NOW)
    db.session.commit()
    taken = gather(inside.maya, now=NOW)["records"]
    assert [row["noticed"] for row in taken["welfare_meetings"]] == [NOTICED]
    assert [row["what"] for row in taken["welfare_actions"]] == [LAMPS]
    assert [row["words"] for row in taken["welfare_notes"]] == ["The council rang"]
    assert {"welfare_present", "welfare_young_people", "welfare_action_lines"} <= set(taken)
    assert other.id not in {row["id"] for row in taken["welfare_meetings"]}
    assert "welfare_meetings" not in gather(inside.kit, now=NOW)["records"]


def test_nobody_else_beside_it_is_in_it(inside: Cast) -> None:
    meeting = written(inside, present=frozenset({inside.sam, inside.kits_worker}))
    actions.think_of(inside.viewer(inside.sam), meeting.id, {inside.maya}, now=NOW)
    actions.think_of(inside.viewer(inside.kits_worker), meeting.id, {inside.kit}, now=NOW)
    db.session.commit()
    for who in (inside.maya, inside.kit):
        rows = gather(who, now=NOW)["records"]["welfare_young_people"]
        assert [row["young_person_id"] for row in rows] == [who]


def test_the_case_file_holds_it_among_the_meetings(inside: Cast) -> None:
    sam, meeting = inside.viewer(inside.sam), written(inside, decided="We ask the council")
    actions.think_of(sam, meeting.id, {inside.maya}, now=NOW)
    agreed(inside, meeting)
    db.session.commit()
    found = chapter(sam, inside.maya, Chapter.MEETINGS, now=NOW)
    [entry] = found.entries
    assert "welfare" in entry.heading and not found.is_cut
    said = [one.words for one in entry.said]
    assert said == [PLACE, NOTICED, "We ask the council", LAMPS]


def test_the_case_file_of_another_holds_nothing_of_it(inside: Cast) -> None:
    written(inside)
    found = chapter(inside.viewer(inside.kits_worker), inside.kit, Chapter.MEETINGS, now=NOW)
    assert found.entries == ()
