"""What other features ask of a plan: its state, an excerpt, the queue, its clocks."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engage import clock
from engage.db import db
from engage.people.access import SYSTEM
from engage.people.models import Organisation
from engage.plans import actions, queries
from engage.plans.models import PlanAnswer, Voice
from engage.plans.rules import PlanState
from engage.reviews import queries as review_queries
from engage.sharing import actions as sharing_actions
from engage.web.errors import NotFound
from tests.page import Page
from tests.plans.conftest import MayasPlan


@pytest.fixture(autouse=True)
def inside(app):
    with app.app_context():
        yield


def row(plan: MayasPlan, name: str = "sam") -> review_queries.PlanToReview:
    rows = review_queries.plans_to_review(plan.viewer(name), now=clock.now())
    return next(one for one in rows if one.plan_id == plan.id)


def state(plan: MayasPlan, name: str = "maya") -> PlanState | None:
    return queries.plan_state(plan.viewer(name), plan.cast.maya, now=clock.now())


def test_how_far_a_plan_is_for_those_who_may_know(plan: MayasPlan) -> None:
    assert state(plan) is PlanState.DRAFT
    assert state(plan, "jo") is PlanState.DRAFT
    assert state(plan, "zed_worker") is None
    assert queries.plan_state(plan.viewer("kit"), plan.cast.kit, now=clock.now()) is None


def test_how_far_an_agreed_plan_is(live: MayasPlan) -> None:
    assert state(live, "sam") is PlanState.LIVE


def test_a_plan_that_is_not_agreed_is_not_live(written: MayasPlan) -> None:
    who = written.viewer("jo")
    assert queries.find_live_plan(who, written.cast.maya, now=clock.now()) is None


def test_zed_learns_nothing_from_any_query(live: MayasPlan) -> None:
    maya, now = live.cast.maya, clock.now()
    for name in live.cast.strangers:
        zed = live.viewer(name)
        assert queries.find_live_plan(zed, maya, now=now) is None
        assert review_queries.excerpt_for_carer(zed, maya, now=now) is None
        with pytest.raises(NotFound):
            queries.find_plan(zed, maya, now=now)
        with pytest.raises(NotFound):
            queries.get_page(zed, live.id, now=now)


def excerpt(plan: MayasPlan, name: str = "jo"):
    return review_queries.excerpt_for_carer(plan.viewer(name), plan.cast.maya, now=clock.now())


def test_a_worried_carer_reads_what_to_try_first_and_whom_to_call(live: MayasPlan) -> None:
    found = excerpt(live)
    assert [a.text for a in found.try_first] == ["Text me first"]
    assert [a.text for a in found.ready] == ["Meet me at the station"]
    assert [p.name for p in found.people] == ["Ade", "Coach Lee", "Nan Ruth"]


def test_before_agreement_the_excerpt_is_what_was_shared_so_far(written: MayasPlan) -> None:
    assert [a.text for a in excerpt(written).try_first] == ["Text me first"]
    written.share("ready|role:carer")
    found = excerpt(written)
    assert not found.try_first and not found.people
    assert [a.text for a in found.ready] == ["Meet me at the station"]


def test_without_a_plan_there_is_no_excerpt(plan: MayasPlan) -> None:
    who = plan.viewer("kits_carer")
    assert review_queries.excerpt_for_carer(who, plan.cast.kit, now=clock.now()) is None


def test_disagreement_comes_before_everything_else_in_the_queue(written: MayasPlan) -> None:
    answer = db.session.scalars(select(PlanAnswer).where(PlanAnswer.question == "safe")).one()
    actions.say_opinion(
        written.viewer("jo"), written.id, answer.id, agrees=False, reason="", now=clock.now()
    )
    db.session.commit()
    assert row(written).needs[0] == "disagreement"
    assert row(written, "sue").needs[0] == "disagreement"
    assert review_queries.plans_to_review(written.viewer("olu"), now=clock.now()) == []


def test_an_unstarted_plan_is_due_from_the_day_of_arrival(app, cast) -> None:
    found = review_queries.plans_to_review(cast.viewer(cast.sam), now=clock.now())
    (maya,) = [one for one in found if one.young_person_id == cast.maya]
    assert maya.plan_id is None and maya.needs == ["not_started"]
    assert maya.due_at == clock.now() - timedelta(days=40) + timedelta(hours=72)


def test_the_clocks_come_from_the_policy_pack_or_our_defaults(plan: MayasPlan) -> None:
    times = queries.plan_times(SYSTEM, plan.cast.maya)
    assert times == queries.PlanTimes(timedelta(hours=72), timedelta(days=90))
    db.session.get(Organisation, plan.cast.organisation).policy = "no-such-pack"
    db.session.commit()
    assert queries.plan_times(SYSTEM, plan.cast.maya) == times


@pytest.mark.parametrize("name", ["jo", "sam", "sue", "kit"])
def test_only_the_young_person_sets_sharing_and_words(plan: MayasPlan, name: str) -> None:
    viewer = plan.viewer(name)
    with pytest.raises(NotFound):
        sharing_actions.set_sharing(viewer, plan.id, [], now=clock.now())
    with pytest.raises(NotFound):
        sharing_actions.set_words(
            viewer, plan.id, code_word="a", not_ok_word="b", replies="none", word_needed=False,
            now=clock.now(),
        )  # fmt: skip


def test_lines_that_were_not_offered_are_not_shared(plan: MayasPlan) -> None:
    plan.share("words|role:carer", "safe|role:admin", "check_ins|role:social_worker", "x", "")
    assert queries.list_grants(SYSTEM, plan.cast.maya, now=clock.now()) == []
    with pytest.raises(NotFound):
        sharing_actions.add_sharing_in_person(
            plan.viewer("jo"), plan.id, ["safe|role:carer"], now=clock.now()
        )


def test_putting_an_empty_plan_to_everybody_says_what_is_missing(plan: MayasPlan) -> None:
    maya = plan.browser("maya")
    form = Page(maya.get(f"{plan.path}/agree")).form("/share")
    assert "Nothing is written yet." in Page(form.submit(maya))
    plan.write("maya", "safe", "Quiet")
    unread = Page(form.submit(maya))
    assert "cannot read it yet" in unread
    assert f"{plan.path}/sharing" in unread.links.values()
    assert plan.browser("sue").get(f"{plan.path}/agree").status_code == 404


def test_people_questions_can_be_skipped(plan: MayasPlan) -> None:
    maya = plan.browser("maya")
    for part in ("trio", "check_in"):
        form = Page(maya.get(f"{plan.path}/words")).form("/words")
        form.action = f"{plan.path}/people/{part}/skip"
        assert form.submit(maya).status_code == 303
    found = queries.get_page(plan.viewer("maya"), plan.id, now=clock.now())
    assert {a.question for a in found.answers} == {"trio", "check_in"}
    assert {a.voice for a in found.answers} == {Voice.YOUNG_PERSON}
