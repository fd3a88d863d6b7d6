"""Somebody who steps in when one of the three drops out, and what the young person reads of it."""

import pytest
from sqlalchemy import select

from engage import clock
from engage.db import db
from engage.people.access import SYSTEM, Object, Verb, may
from engage.people.models import Consent, Relationship, RelationshipKind
from engage.plans import queries
from engage.plans.named import Details
from engage.plans.rules import PersonProblem
from engage.trust import actions as trio_actions
from engage.trust import invitation_actions
from engage.trust.actions import CannotName
from engage.web.errors import NotFound
from tests.page import Page
from tests.plans.conftest import MayasPlan

BO = Details("Bo", "+447700900810", "From school", ("look",), ("worried",))


def name_back_up(plan: MayasPlan, details: Details = BO, consent: Consent = Consent.YES):
    """Name a back-up who has answered, and return their relationship's id."""
    made = trio_actions.name_back_up(plan.viewer("maya"), plan.id, details, now=clock.now())
    made.consent = consent
    db.session.commit()
    return made.id


def page_of(plan: MayasPlan):
    return queries.get_page(plan.viewer("maya"), plan.id, now=clock.now())


def names(plan: MayasPlan, kind: RelationshipKind = RelationshipKind.TRUSTED) -> list[str]:
    return [n.person.name for n in page_of(plan).active(kind)]


def leave(plan: MayasPlan, name: str) -> None:
    invitation_actions.answer_by_text(SYSTEM, getattr(plan.cast, name), yes=None, now=clock.now())
    db.session.commit()


def test_when_one_stops_the_back_up_takes_the_place_and_maya_is_told_kindly(live) -> None:
    with live.app.app_context():
        name_back_up(live)
        leave(live, "coach_lee")
        assert names(live) == ["Ade", "Nan Ruth", "Bo"]
        assert names(live, RelationshipKind.BACK_UP) == []
    page = Page(live.browser("maya").get(live.path))
    assert "Coach Lee can't go on being one of your people right now." in page
    assert "Bo is now one of your three, as you planned." in page
    assert "it says nothing about you" in page
    page.form("/people/read").send(live.browser("maya"))
    assert "Bo is now one" not in Page(live.browser("maya").get(live.path))


@pytest.mark.parametrize("consent", [Consent.NOT_ASKED, Consent.ASKED, Consent.NO, Consent.LEFT])
def test_a_back_up_who_has_not_said_yes_does_not_step_in(live, consent) -> None:
    with live.app.app_context():
        name_back_up(live, consent=consent)
        leave(live, "coach_lee")
        assert names(live) == ["Ade", "Nan Ruth"]


def test_a_back_up_who_stops_themselves_moves_nobody(live) -> None:
    with live.app.app_context():
        relationship = db.session.get(Relationship, name_back_up(live))
        invitation_actions.answer_by_text(SYSTEM, relationship.person_id, yes=None, now=clock.now())
        db.session.commit()
        assert names(live) == ["Ade", "Coach Lee", "Nan Ruth"]
        assert names(live, RelationshipKind.BACK_UP) == []


def test_a_back_up_waits_while_three_still_stand(live) -> None:
    """Coach Lee came back after Bo had stepped in: without him there are three all the same."""
    with live.app.app_context():
        name_back_up(live)
        leave(live, "coach_lee")
        lee = select(Relationship).where(Relationship.person_id == live.cast.coach_lee)
        for back in db.session.scalars(lee):
            back.consent = Consent.YES
        name_back_up(live, Details("Cy", "+447700900811", "From school", ("look",), ("worried",)))
        leave(live, "coach_lee")
        assert names(live) == ["Ade", "Nan Ruth", "Bo"]
        assert names(live, RelationshipKind.BACK_UP) == ["Cy"]


def test_a_back_up_sees_nothing_until_they_step_in_and_then_only_what_is_shared(live) -> None:
    with live.app.app_context():
        person_id = db.session.get(Relationship, name_back_up(live)).person_id
        now = clock.now()

        def reads() -> bool:
            bo = live.cast.viewer(person_id, now)
            return may(bo, Verb.READ, Object.PLAN_SHARED, live.cast.maya, section="safe", now=now)

        assert f"safe|{person_id}" not in page_of(live).sharing_offered()
        leave(live, "coach_lee")
        assert not reads()
        live.share(f"safe|{person_id}")
        assert reads()


def test_there_is_one_back_up_and_it_is_none_of_the_three(plan: MayasPlan) -> None:
    with plan.app.app_context():
        ade = next(n for n in page_of(plan).around if n.person.name == "Ade")
        for details, problem in (
            (Details("Somebody", ade.person.phone), PersonProblem.SAME_NUMBER),
            (Details("ADE", "+447700900811"), PersonProblem.SAME_NAME),
            (Details("Me", page_of(plan).young_person.phone), PersonProblem.OWN_NUMBER),
        ):
            with pytest.raises(CannotName) as caught:
                name_back_up(plan, details)
            assert caught.value.problem is problem
            db.session.rollback()
        name_back_up(plan)
        with pytest.raises(CannotName) as caught:
            name_back_up(plan, Details("Cy", "+447700900811"))
        assert caught.value.problem is PersonProblem.TOO_MANY


def test_the_back_up_cannot_be_named_among_the_three_as_well(plan: MayasPlan) -> None:
    with plan.app.app_context():
        name_back_up(plan)
        leave(plan, "nan_ruth")
        assert names(plan) == ["Ade", "Coach Lee", "Bo"]
        with pytest.raises(CannotName) as caught:
            trio_actions.name_trusted_person(plan.viewer("maya"), plan.id, BO, now=clock.now())
        assert caught.value.problem is PersonProblem.TOO_MANY


def test_whoever_left_makes_room_for_somebody_new(live) -> None:
    with live.app.app_context():
        leave(live, "nan_ruth")
        made = trio_actions.name_trusted_person(live.viewer("maya"), live.id, BO, now=clock.now())
        db.session.commit()
        assert names(live) == ["Ade", "Coach Lee", "Bo"]
        assert made.consent == Consent.NOT_ASKED
        assert page_of(live).plan.review_reason == "trio_change"


@pytest.mark.parametrize("name", ["jo", "sam", "sue", "olu", "ade", "zed_worker"])
def test_only_the_young_person_names_a_back_up(plan: MayasPlan, name: str) -> None:
    with plan.app.app_context():
        viewer = plan.viewer(name)
        for act in (
            lambda: trio_actions.name_back_up(viewer, plan.id, BO, now=clock.now()),
            lambda: trio_actions.step_in(viewer, plan.id, now=clock.now()),
        ):
            with pytest.raises(NotFound):
                act()


def test_maya_names_asks_and_moves_up_her_back_up_on_her_phone(live) -> None:
    maya = live.browser("maya")
    page = Page(maya.get(f"{live.path}/people")).click(maya, "Name a back-up")
    assert page.heading == "A back-up, in case one can't"
    ask = page.form("/back_up").fill(name="Bo D'Arcy", phone="07700 900 810").send(maya)
    assert ask.heading == "Ask Bo D'Arcy now?"
    page = Page(maya.get(f"{live.path}/people"))
    assert "Name a back-up" not in page.links
    with live.app.app_context():
        back_up = page_of(live).named(RelationshipKind.BACK_UP)[0]
        back_up.relationship.consent = Consent.NOT_ASKED
        ruth = next(n for n in page_of(live).around if n.person.name == "Nan Ruth")
        trio_actions.take_out(live.viewer("maya"), live.id, ruth.relationship.id, now=clock.now())
        db.session.commit()
    page = Page(maya.get(f"{live.path}/people"))
    page.form("/step-in").send(maya)
    with live.app.app_context():
        assert names(live) == ["Ade", "Coach Lee", "Bo D'Arcy"]


def test_a_second_back_up_is_refused_in_words_and_nothing_typed_is_lost(plan) -> None:
    maya = plan.browser("maya")
    form = Page(maya.get(f"{plan.path}/people/back_up")).form("/back_up")
    form.fill(name="Bo", phone="07700 900 810").send(maya)
    form = Page(maya.get(f"{plan.path}/people/back_up")).form("/back_up")
    page = Page(form.fill(name="Cy", phone="07700 900 811", how_known="O'Hara's").submit(maya))
    assert page.errors == ["You have a back-up already. Take them out to name another."]
    kept = page.form("/back_up").values
    assert (kept["name"], kept["how_known"]) == (["Cy"], ["O'Hara's"])


def test_nobody_steps_in_while_all_three_stand(plan: MayasPlan) -> None:
    with plan.app.app_context():
        name_back_up(plan)
        assert not trio_actions.step_in(plan.viewer("maya"), plan.id, now=clock.now())
    assert "/step-in" not in Page(plan.browser("maya").get(f"{plan.path}/people")).html


def test_any_member_of_staff_is_refused_by_their_number(plan: MayasPlan) -> None:
    with plan.app.app_context():
        for name in ("sam", "sue", "kits_worker", "adil"):
            phone = db.session.get(trio_actions.Person, getattr(plan.cast, name)).phone
            with pytest.raises(CannotName) as caught:
                trio_actions.name_trusted_person(
                    plan.viewer("maya"), plan.id, Details("X", phone), now=clock.now()
                )
            db.session.rollback()
            expected = (PersonProblem.TOO_MANY, PersonProblem.IS_WORKER)
            assert caught.value.problem in expected
            with pytest.raises(CannotName) as caught:
                name_back_up(plan, Details("X", phone))
            assert caught.value.problem is PersonProblem.IS_WORKER
            db.session.rollback()


def test_a_change_of_the_three_has_a_plan_in_use_read_again_and_no_other(plan, live) -> None:
    with live.app.app_context():
        ruth = db.session.scalars(
            select(Relationship).where(
                Relationship.person_id == live.cast.nan_ruth, Relationship.ends_at.is_(None)
            )
        ).one()
        trio_actions.take_out(live.viewer("maya"), live.id, ruth.id, now=clock.now())
        db.session.commit()
        found = page_of(live).plan
        assert (found.review_reason, found.review_due_at) == ("trio_change", clock.now())
