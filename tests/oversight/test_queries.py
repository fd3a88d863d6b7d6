"""What waits for staff: theirs and nobody else's, in order of time."""

from datetime import timedelta
from uuid import uuid4

import pytest

from engage.alerts.models import Alert
from engage.checkins.models import CheckIn
from engage.db import db
from engage.messaging.models import Message
from engage.oversight import queries, young_person
from engage.people.access import SYSTEM
from engage.people.phone_actions import report_lost_phone
from engage.plans import actions as plans
from engage.plans.rules import PlanState
from engage.web.errors import NotFound
from tests.cast import NOW


@pytest.fixture
def inside(app, cast):
    with app.app_context():
        yield cast


def alert(cast, about, *, ago=0, state="open", organisation=None, taken_by=None):
    row = Alert(
        dedupe_key=str(uuid4()), organisation_id=organisation or cast.organisation, urgency="now",
        young_person_id=about, kind="not_ok" if about else "unmatched", state=state,
        raised_at=NOW - timedelta(minutes=ago), acknowledged_by_id=taken_by,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row.id


def check_in(cast, about, *, ago=0, **values):
    row = CheckIn(
        idempotency_key=str(uuid4()), organisation_id=cast.organisation, young_person_id=about,
        kind="ok", belief=1, sent_by="text", locale="en",
        received_at=NOW - timedelta(minutes=ago), **values,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row.id


def test_what_waits_longest_stands_first_and_what_is_over_is_gone(inside):
    late, early = alert(inside, inside.maya, ago=1), alert(inside, inside.maya, ago=9)
    taken = alert(inside, inside.maya, ago=5, state="acknowledged", taken_by=inside.jo)
    alert(inside, inside.maya, state="resolved")
    found = queries.alerts_waiting(inside.viewer(inside.sam), now=NOW)
    assert [row.id for row in found] == [early, taken, late]
    names = queries.names_of(inside.viewer(inside.sam), [row.acknowledged_by_id for row in found])
    assert names == {inside.jo: "Jo"}


def test_alerts_about_others_young_people_and_other_places_do_not_show(inside):
    alert(inside, inside.kit)
    alert(inside, inside.far_zed_young, organisation=inside.other_organisation)
    alert(inside, None, organisation=inside.other_organisation)
    mine = alert(inside, inside.maya)
    board = alert(inside, None)
    for who in (inside.sam, inside.sue, inside.olu):
        found = {row.id for row in queries.alerts_waiting(inside.viewer(who), now=NOW)}
        assert found == {mine, board}
    far = queries.alerts_waiting(inside.viewer(inside.far_zed_worker), now=NOW)
    assert [row.young_person_id for row in far] == [None]


def test_names_of_young_people_are_never_given_as_names_of_helpers(inside):
    viewer = inside.viewer(inside.sam)
    assert queries.names_of(viewer, [inside.maya, inside.far_zed_worker, None]) == {}


def test_initials_are_given_for_ones_own_young_people_only(inside):
    wanted = [inside.maya, inside.kit, inside.far_zed_young]
    assert queries.initials_of(inside.viewer(inside.sam), wanted, now=NOW) == {inside.maya: "M"}
    assert queries.initials_of(SYSTEM, wanted, now=NOW)[inside.kit] == "K"


def test_latest_check_ins_come_newest_first_from_ones_own(inside):
    check_in(inside, inside.kit)
    old, new = check_in(inside, inside.maya, ago=5), check_in(inside, inside.maya)
    found = queries.recent_check_ins(inside.viewer(inside.sam), now=NOW)
    assert [row.check_in.id for row in found] == [new, old]
    assert {row.initials for row in found} == {"M"}


def test_the_board_is_counted_in_ones_own_place_and_only_what_waits(inside):
    sam = inside.viewer(inside.sam)
    assert queries.count_unmatched(sam) == 0
    check_in(inside, None)
    check_in(inside, None, handled_at=NOW)
    check_in(inside, inside.maya)
    assert queries.count_unmatched(sam) == 1
    assert queries.count_unmatched(inside.viewer(inside.far_zed_worker)) == 0


def test_a_row_shows_the_newest_check_in_and_how_far_the_plan_is(inside):
    check_in(inside, inside.maya, ago=9)
    newest = check_in(inside, inside.maya, ago=2)
    plans.start_plan(inside.viewer(inside.maya), inside.maya, now=NOW)
    (row,) = queries.caseload(inside.viewer(inside.sam), now=NOW).rows
    assert (row.initials, row.last.id, row.plan_state) == ("M", newest, PlanState.DRAFT)


def test_nobody_has_a_list_of_everybody_by_having_no_role(inside):
    for who in (inside.adil, inside.jo, inside.ade):
        rows = queries.caseload(inside.viewer(who), now=NOW).rows
        assert [row.id for row in rows] in ([], [inside.maya])


def test_a_lost_phone_is_said_on_the_page(inside):
    report_lost_phone(inside.viewer(inside.maya), inside.maya, now=NOW)
    assert young_person.get_page(inside.viewer(inside.sam), inside.maya, now=NOW).suspended


def test_what_we_answered_stands_beside_what_was_said(inside):
    check_in(inside, inside.maya, replied_at=NOW)
    db.session.add(
        Message(
            dedupe_key="r", klass="Y", template="reply_neutral", person_id=inside.maya,
            created_at=NOW, not_before=NOW, not_after=NOW, state="delivered",
        )
    )  # fmt: skip
    db.session.flush()
    page = young_person.get_page(inside.viewer(inside.sam), inside.maya, now=NOW)
    assert page.said[0].answer.template == "reply_neutral"
    masked = young_person.get_page(inside.viewer(inside.ines), inside.maya, now=NOW)
    assert masked.said == []
    assert masked.phone.startswith("•••")


@pytest.mark.parametrize("who", ["kits_worker", "zed_worker", "far_zed_supervisor", "adil"])
def test_a_stranger_gets_no_page(inside, who):
    with pytest.raises(NotFound):
        young_person.get_page(inside.viewer(getattr(inside, who)), inside.maya, now=NOW)


def test_no_page_for_somebody_who_is_no_young_person(inside):
    with pytest.raises(NotFound):
        young_person.get_page(inside.viewer(inside.sam), inside.jo, now=NOW)
