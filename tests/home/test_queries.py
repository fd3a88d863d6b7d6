"""What start pages gather: for whom it is, and for nobody else."""

from datetime import timedelta
from uuid import uuid4

import pytest

from engage.alerts import actions as alerts
from engage.alerts.models import Alert
from engage.alerts.rules import How
from engage.checkins.models import CheckIn
from engage.db import db
from engage.home import queries
from engage.home.places import places_of
from engage.people.sharing_actions import share
from engage.plans import actions as plans
from engage.plans import agreement_actions
from engage.plans import queries as plan_queries
from engage.plans.models import Voice
from engage.plans.rules import PlanState
from engage.sharing import actions as sharing_actions
from engage.web.errors import NotFound
from tests.cast import NOW


@pytest.fixture
def inside(app, cast):
    with app.app_context():
        yield cast


def check_in(cast, kind="ok", ago=timedelta(0), alert_id=None):
    db.session.add(
        CheckIn(
            idempotency_key=str(uuid4()), organisation_id=cast.organisation, kind=kind, belief=1,
            young_person_id=cast.maya, sent_by="text", locale="en", received_at=NOW - ago,
            alert_id=alert_id,
        )
    )  # fmt: skip
    db.session.flush()


def agreed_plan(cast):
    maya, jo, sam = (cast.viewer(one) for one in (cast.maya, cast.jo, cast.sam))
    plan_id = plans.start_plan(maya, cast.maya, now=NOW).id
    offered = plan_queries.get_page(maya, plan_id, now=NOW).sharing_offered()
    lines = [line for line in offered if line.endswith(("role:carer", "role:social_worker"))]
    sharing_actions.set_sharing(maya, plan_id, lines, now=NOW)
    plans.write_answer(
        maya, plan_id, "try_first", "Text me first.", voice=Voice.YOUNG_PERSON, seen_revision=0,
        now=NOW,
    )  # fmt: skip
    version = agreement_actions.share_for_agreement(maya, plan_id, now=NOW)
    agreement_actions.agree(jo, plan_id, version.number, now=NOW)
    assert agreement_actions.agree(sam, plan_id, version.number, now=NOW)
    return plan_id


def test_the_page_of_a_young_person_follows_their_plan(inside):
    maya = inside.viewer(inside.maya)
    before = queries.young_home(maya, now=NOW)
    assert (before.plan.state, before.heard, before.trusted, before.trusted_yes) == (
        None,
        None,
        3,
        3,
    )
    plan_id = agreed_plan(inside)
    after = queries.young_home(maya, now=NOW).plan
    assert (after.id, after.state, after.number) == (plan_id, PlanState.LIVE, 1)
    later = NOW + timedelta(minutes=5)
    plans.write_answer(
        maya, plan_id, "safe", "Quiet.", voice=Voice.YOUNG_PERSON, seen_revision=0, now=later
    )
    assert queries.plan_glance(maya, inside.maya, now=later).changed_since


def test_only_what_was_said_lately_is_news(inside):
    maya = inside.viewer(inside.maya)
    check_in(inside, ago=timedelta(days=4))
    assert queries.young_home(maya, now=NOW).heard is None
    check_in(inside, kind="ok")
    heard = queries.young_home(maya, now=NOW).heard
    assert (heard.check_in.kind, heard.alert_state, heard.taken_by) == ("ok", None, None)


def test_who_took_it_is_said_to_the_young_person(inside):
    alert = _alert(inside)
    check_in(inside, kind="talk", alert_id=alert.id)
    heard = queries.young_home(inside.viewer(inside.maya), now=NOW).heard
    assert (heard.alert_state, heard.taken_by) == ("open", None)
    alerts.acknowledge(alert.id, inside.jo, how=How.PAGE, now=NOW, viewer=inside.viewer(inside.jo))
    db.session.expire_all()
    heard = queries.young_home(inside.viewer(inside.maya), now=NOW).heard
    assert (heard.alert_state, heard.taken_by, heard.taken_at) == ("acknowledged", "Jo", NOW)


def _alert(cast):
    alert = Alert(
        dedupe_key=str(uuid4()), organisation_id=cast.organisation, young_person_id=cast.maya,
        kind="talk", urgency="soon", raised_at=NOW, next_due_at=NOW + timedelta(minutes=10),
    )  # fmt: skip
    db.session.add(alert)
    db.session.flush()
    return alert


def test_a_carer_hears_of_check_ins_only_if_they_are_shared(inside):
    check_in(inside)
    jo = inside.viewer(inside.jo)
    (maya,) = queries.carer_home(jo, now=NOW).young_people
    assert (maya.name, maya.last) == ("Maya", None)
    share(
        inside.viewer(inside.maya), inside.maya, "check_ins", role="carer", now=NOW,
        agreed_how="own_device",
    )  # fmt: skip
    (maya,) = queries.carer_home(jo, now=NOW).young_people
    assert maya.last.kind == "ok"


def test_a_worried_carer_reads_what_is_shared_and_calls_who_said_yes(inside):
    agreed_plan(inside)
    page = queries.worried_page(inside.viewer(inside.jo), inside.maya, now=NOW)
    assert [answer.text for answer in page.excerpt.try_first] == ["Text me first."]
    assert (page.name, page.emergency) == ("Maya", "999")
    assert [name for name, _, _ in page.people] == ["Ade", "Coach Lee", "Nan Ruth"]
    assert all(phone.startswith("+447700900") for _, _, phone in page.people)
    assert [name for name, _ in page.workers] == ["Sam"]


def test_without_sharing_a_worried_carer_calls_the_worker(inside):
    page = queries.worried_page(inside.viewer(inside.jo), inside.maya, now=NOW)
    assert (page.excerpt, page.people) == (None, [])
    assert [name for name, _ in page.workers] == ["Sam"]


@pytest.mark.parametrize("who", ["zed_carer", "far_zed_carer", "zed_worker", "far_zed_supervisor"])
def test_a_stranger_gets_no_page_to_worry_on(inside, who):
    with pytest.raises(NotFound):
        queries.worried_page(inside.viewer(getattr(inside, who)), inside.maya, now=NOW)


def test_an_administrator_counts_their_own_organisation_only(inside):
    people, roles = queries.count_people(inside.viewer(inside.adil), now=NOW)
    counts = {row.what: row.count for row in people}
    assert counts["young_person"] == 3
    assert {row.what: row.count for row in roles}["social_worker"] == 3
    with pytest.raises(NotFound):
        queries.count_people(inside.viewer(inside.jo), now=NOW)


def test_places_follow_the_role(inside):
    def words(who):
        return [link.href for link in places_of(inside.viewer(who))]

    assert words(inside.sam) == ["/young-people", "/alerts", "/check-ins", "/plans/to-review"]
    assert words(inside.olu) == ["/young-people", "/alerts", "/check-ins"]
    assert words(inside.sue)[-1] == "/staff"
    assert words(inside.adil) == ["/staff", "/record/check"]
    for who in (inside.maya, inside.jo, inside.ines):
        assert words(who) == []
    assert places_of(None) == []
