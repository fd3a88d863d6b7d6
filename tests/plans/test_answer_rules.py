"""What an answer is made of: kept as it was meant, or refused at the very place."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.questions import answer_rules
from engage.questions.answer_rules import BadPart, Part, PartKind, PartProblem, Step

WHAT = Part("what", PartKind.LINE, limit=20)
WHO = Part("who", PartKind.CHOICE, choices=("carer", "worker"))
STEPS = Part("steps", PartKind.ROWS, columns=(WHAT, WHO), most=3)
BAG = Part(
    "bag",
    PartKind.ITEMS,
    choices=("charger", "food"),
    columns=(Part("has", PartKind.TICK), Part("given_on", PartKind.DATE)),
)
WAIT = Part("wait", PartKind.MINUTES)
WHEN = Part("when", PartKind.GRID)
MORE = Part("more", PartKind.AREA, limit=50)
PHONE = Part("phone", PartKind.PHONE, limit=40)
ALL = (STEPS, BAG, WAIT, WHEN, MORE, PHONE)


def problem(part: Part, value: object) -> tuple[str, PartProblem]:
    with pytest.raises(BadPart) as caught:
        answer_rules.tidy([part], {part.key: value})
    return caught.value.path, caught.value.problem


def test_parts_are_kept_in_the_order_of_the_question_and_empty_ones_left_out() -> None:
    given_parts = {
        "more": "  a\r\nb\x00 ",
        "wait": " 45 ",
        "steps": [{"what": " Text  me ", "who": "carer"}, {"what": "", "who": ""}],
        "when": ["sun-night", "fri-night"],
        "phone": "",
        "bag": {"food": {"has": False, "given_on": ""}},
    }
    kept = answer_rules.tidy(ALL, given_parts)
    assert list(kept) == ["steps", "wait", "when", "more"]
    assert kept == {
        "steps": [{"what": "Text me", "who": "carer"}],
        "wait": 45,
        "when": ["fri-night", "sun-night"],
        "more": "a\nb",
    }


def test_what_is_kept_can_be_kept_again_unchanged() -> None:
    parts = {"steps": [{"what": "Ring Nan"}], "wait": 30, "bag": {"food": {"has": True}}}
    once = answer_rules.tidy(ALL, parts)
    assert answer_rules.decode(answer_rules.encode(once)) == once
    assert answer_rules.tidy(ALL, once) == once


@pytest.mark.parametrize(
    ("part", "value", "path", "expected"),
    [
        (STEPS, [{"what": "x" * 21}], "steps-0-what", PartProblem.TOO_LONG),
        (STEPS, [{}, {"what": "a", "who": "the cat"}], "steps-1-who", PartProblem.NOT_A_CHOICE),
        (STEPS, [{"what": "a"}] * 4, "steps", PartProblem.TOO_MANY),
        (STEPS, "a\nb", "steps", PartProblem.NOT_THIS),
        (STEPS, ["a"], "steps-0", PartProblem.NOT_THIS),
        (STEPS, [{"what": 7}], "steps-0-what", PartProblem.NOT_THIS),
        (BAG, {"spoon": {"has": True}}, "bag", PartProblem.NOT_A_CHOICE),
        (BAG, {"food": {"given_on": "soon"}}, "bag-food-given_on", PartProblem.NOT_A_DATE),
        (BAG, {"food": {"given_on": "1026-01-01"}}, "bag-food-given_on", PartProblem.NOT_A_DATE),
        (BAG, {"food": "yes"}, "bag-food", PartProblem.NOT_THIS),
        (WAIT, "half an hour", "wait", PartProblem.NOT_MINUTES),
        (WAIT, "0", "wait", PartProblem.NOT_MINUTES),
        (WAIT, "-5", "wait", PartProblem.NOT_MINUTES),
        (WAIT, "1441", "wait", PartProblem.NOT_MINUTES),
        (WAIT, "99999", "wait", PartProblem.NOT_MINUTES),
        (WHEN, ["fri-noon"], "when", PartProblem.NOT_A_CHOICE),
        (WHEN, "fri-night", "when", PartProblem.NOT_A_CHOICE),
        (MORE, "x" * 51, "more", PartProblem.TOO_LONG),
        (PHONE, "ring me", "phone", PartProblem.NOT_A_PHONE),
        (PHONE, "12", "phone", PartProblem.NOT_A_PHONE),
        (PHONE, "1" * 16, "phone", PartProblem.NOT_A_PHONE),
    ],
)
def test_what_cannot_be_kept_is_named_at_its_place(part, value, path, expected) -> None:
    assert problem(part, value) == (path, expected)


def test_a_part_that_was_not_asked_is_refused() -> None:
    with pytest.raises(BadPart) as caught:
        answer_rules.tidy([MORE], {"more": "a", "smuggled": "b"})
    assert (caught.value.path, caught.value.problem) == ("smuggled", PartProblem.NOT_THIS)


@pytest.mark.parametrize(
    ("typed", "minutes"), [("1", 1), ("30", 30), (" 1440 ", 1440), ("٤٥", 45), (60, 60)]
)
def test_minutes_are_read_as_people_type_them(typed, minutes) -> None:
    assert answer_rules.read_minutes(typed) == minutes


@pytest.mark.parametrize(
    "typed", ["999", "07700 900 123", "+44 (0)7700 900123", "٠٧٧٠٠ ٩٠٠ ١٢٣", "116 000"]
)
def test_phone_numbers_are_kept_as_people_write_them(typed) -> None:
    kept = answer_rules.tidy([PHONE], {"phone": typed})["phone"]
    assert kept == answer_rules.plain_digits(typed)


def test_an_owner_without_a_word_says_nothing() -> None:
    assert answer_rules.tidy([STEPS], {"steps": [{"what": " ", "who": "carer"}]}) == {}


@given(st.text(max_size=60))
def test_typed_words_are_never_taken_for_parts(text: str) -> None:
    assert answer_rules.decode(answer_rules.as_words(text)) is None


def test_not_even_words_that_look_like_parts_are() -> None:
    sly = answer_rules.encode({"wait": 5})
    kept = answer_rules.as_words(sly)
    assert answer_rules.decode(kept) is None
    assert json.loads(kept) == json.loads(sly), "and nothing of them is lost"


@pytest.mark.parametrize(
    "content", ["", None, "Text me", '{"kind":"parts"', '{"kind":"parts","parts":[]}', "{}"]
)
def test_what_is_not_parts_is_words(content) -> None:
    assert answer_rules.decode(content) is None


row = st.fixed_dictionaries({}, optional={"what": st.text(max_size=20), "who": st.just("carer")})


@given(st.lists(row, max_size=3), st.text(max_size=40))
def test_whatever_is_typed_within_the_limits_is_kept_and_read_back(rows, more) -> None:
    kept = answer_rules.tidy(ALL, {"steps": rows, "more": more})
    again = answer_rules.decode(answer_rules.encode(kept)) or {}
    assert again == kept
    typed = ["".join(r.get("what", "").split()) for r in rows]
    # A line of nothing but spaces and controls is no line.
    assert len(kept.get("steps", [])) <= len([t for t in typed if t])


def test_a_line_goes_one_place_higher_and_no_further() -> None:
    parts = {"steps": [{"what": "a"}, {"what": "b"}], "more": "c"}
    assert answer_rules.moved_up(parts, "steps", 1)["steps"] == [{"what": "b"}, {"what": "a"}]
    for at in (0, 2, 99):
        assert answer_rules.moved_up(parts, "steps", at) == parts
    assert parts["steps"][0] == {"what": "a"}, "what was given is not changed"


def test_words_from_before_a_question_had_parts_fill_its_first_part() -> None:
    assert answer_rules.as_parts("Quiet", [WAIT, MORE]) == {"more": "Quiet"}
    lines = answer_rules.as_parts("Text me\n\nAsk Ade", [STEPS, MORE])
    assert lines == {"steps": [{"what": "Text me"}, {"what": "Ask Ade"}]}
    assert answer_rules.as_parts("Quiet", [WAIT]) == {}
    assert answer_rules.as_parts("", ALL) == {}
    assert answer_rules.as_parts(answer_rules.encode({"wait": 5}), ALL) == {"wait": 5}


def test_times_of_a_week_are_grouped_in_its_order() -> None:
    found = answer_rules.slots_by_day(["sun-night", "fri-night", "fri-morning", "xxx-night"])
    assert found == {"fri": ["morning", "night"], "sun": ["night"]}
    assert list(found) == ["fri", "sun"]


def test_steps_and_waits_are_read_for_those_who_act_on_them() -> None:
    content = answer_rules.encode(
        {"steps": [{"what": "Text me", "who": "carer"}, {"what": "Ask Ade"}], "wait": 30}
    )
    assert answer_rules.steps_of(content, "steps", "worker") == [
        Step("Text me", "carer"), Step("Ask Ade", "worker"),
    ]  # fmt: skip
    assert answer_rules.wait_of(content) == timedelta(minutes=30)
    assert answer_rules.steps_of("Text me\nAsk Ade", "steps") == [Step("Text me"), Step("Ask Ade")]
    assert answer_rules.steps_of(None, "steps") == []
    assert answer_rules.wait_of("Wait half an hour") is None
    assert answer_rules.wait_of(None) is None
