"""What later features read of a plan: within what is shared, agreed before written."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from engage import clock
from engage.plans import agreement_actions, answer_queries
from engage.plans.answer_queries import FirstSteps, TalkChoice, WayBack
from engage.plans.models import Voice
from engage.questions.answer_rules import Step
from tests.plans.conftest import MayasPlan

BACK = {"who": "Ade", "who_else": "Nan", "where": "The station", "how": "His car"}
HELPS = {"helps": [{"what": "Toast"}, {"what": "Sleep"}], "there": "Jo",
         "not_yet": [{"what": "Talking"}]}  # fmt: skip
STEPS = {"steps": [{"what": "Text me", "who": "carer"}, {"what": "Ask Ade"}], "wait": 45}
PARTS = ("try_first", "ready", "coming_back", "talk_to", "treat_me", "online", "safer")


@pytest.fixture
def filled(plan: MayasPlan) -> Iterator[MayasPlan]:
    """Maya's plan with what later features read, shared with Jo and Sam."""
    with plan.app.app_context():
        plan.share(*[f"{p}|role:{r}" for p in PARTS for r in ("carer", "social_worker")])
        plan.write("maya", "try_first", STEPS)
        plan.write("jo", "try_first", {"will": [{"what": "Ring Nan"}], "wait": 30})
        plan.write("maya", "ready", BACK)
        plan.write("jo", "ready", {"will": [{"what": "Pay the taxi"}]})
        plan.write("maya", "coming_back", HELPS)
        plan.write("maya", "talk_to", {"who": "i_know", "name": "Ines", "how": "walk"})
        plan.write("maya", "treat_me", {"calms": "Sitting down"})
        plan.write("sam", "facts", {"height": "1.60 m"})
        plan.write("maya", "safer", {"might": "I might drink"})
        yield plan


def asked(plan: MayasPlan, name: str, which: str):
    found = getattr(answer_queries, which)
    return found(plan.viewer(name), plan.cast.maya, now=clock.now())


def agree(plan: MayasPlan) -> None:
    maya, jo, sam = (plan.viewer(name) for name in ("maya", "jo", "sam"))
    now = clock.now()
    number = agreement_actions.share_for_agreement(maya, plan.id, now=now).number
    agreement_actions.agree(sam, plan.id, number, now=now)
    assert agreement_actions.agree(jo, plan.id, number, now=now)


def test_what_to_try_first_has_an_order_owners_and_the_shortest_wait(filled) -> None:
    found = asked(filled, "jo", "first_steps")
    assert found.steps == [
        Step("Text me", "carer"), Step("Ask Ade", ""), Step("Ring Nan", "carer"),
    ]  # fmt: skip
    assert found.wait == timedelta(minutes=30)


def test_the_way_back_has_something_to_fall_back_on_and_what_was_promised(filled) -> None:
    found = asked(filled, "sam", "way_back")
    assert (found.who, found.who_else, found.where) == ("Ade", "Nan", "The station")
    assert found.where_else == "" and found.promised == [Step("Pay the taxi", "carer")]


def test_words_from_before_the_parts_are_not_lost(filled: MayasPlan) -> None:
    filled.write("maya", "ready", "Meet me at the station", seen=1)
    assert asked(filled, "jo", "way_back").more == "Meet me at the station"
    filled.write("maya", "coming_back", "Toast\nSleep", seen=1)
    found = asked(filled, "jo", "welcome")
    assert (found.helps, found.not_yet) == (["Toast", "Sleep"], [])


def test_the_welcome_and_the_choice_of_whom_to_talk_to(filled: MayasPlan) -> None:
    found = asked(filled, "jo", "welcome")
    assert (found.helps, found.there, found.not_yet) == (["Toast", "Sleep"], "Jo", ["Talking"])
    assert asked(filled, "sam", "talk_choice") == TalkChoice("i_know", "Ines", "walk")


def test_the_agreed_plan_is_read_and_not_what_was_written_since(filled: MayasPlan) -> None:
    agree(filled)
    filled.write("maya", "try_first", {"steps": [{"what": "Wait"}]}, seen=1)
    assert asked(filled, "jo", "first_steps").steps[0] == Step("Text me", "carer")


@pytest.mark.parametrize("is_agreed", [False, True])
def test_what_is_not_shared_is_not_read(filled: MayasPlan, is_agreed: bool) -> None:
    if is_agreed:
        agree(filled)
    filled.share("coming_back|role:carer")
    assert asked(filled, "jo", "first_steps") == FirstSteps()
    assert asked(filled, "jo", "way_back") == WayBack()
    assert asked(filled, "jo", "welcome").there == "Jo"
    assert asked(filled, "sam", "talk_choice") == TalkChoice()


@pytest.mark.parametrize(
    "which", ["first_steps", "way_back", "welcome", "talk_choice", "pack_answers"]
)
def test_zed_and_kits_people_find_nothing(filled: MayasPlan, which: str) -> None:
    nothing = asked(filled, "zed_young", which)
    for name in (*filled.cast.strangers, "kit", "kits_carer", "kits_worker", "adil"):
        found = asked(filled, name, which)
        assert found == nothing and "Ade" not in str(found) and "1.60" not in str(found)


def test_what_searchers_get_begins_with_how_she_wants_to_be_treated(filled: MayasPlan) -> None:
    found = [a.question for a in asked(filled, "sam", "pack_answers")]
    assert found == ["treat_me", "facts"]
    names = {"names": [{"site": "Snap", "name": "maya"}], "use": "message"}
    filled.write("maya", "online", names)
    assert [a.question for a in asked(filled, "sam", "pack_answers")] == found, "to message only"
    filled.write("maya", "online", {**names, "use": "message_then_find"}, seen=1)
    assert [a.question for a in asked(filled, "sam", "pack_answers")][-1] == "online"


def test_an_element_is_read_by_its_number_in_the_mission(filled: MayasPlan) -> None:
    found = answer_queries.answers_to(
        filled.viewer("sam"), filled.cast.maya, "4.18", now=clock.now()
    )
    assert [a.voice for a in found] == [Voice.YOUNG_PERSON, Voice.CARER]
    assert "45 minutes" in found[0].text
    none = answer_queries.answers_to(filled.viewer("sam"), filled.cast.maya, "9.9", now=clock.now())
    assert none == []
    nobody = answer_queries.answers_to(
        filled.viewer("kits_worker"), filled.cast.kit, "4.18", now=clock.now()
    )
    assert nobody == []
