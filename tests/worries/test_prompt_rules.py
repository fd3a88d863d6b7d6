"""The prompts: which comes next, what an answer does, and what an organisation may change."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.worries.prompt_rules import (
    DONT_KNOW,
    SKIPPED,
    EditFault,
    Edits,
    Effect,
    Prompt,
    PromptKind,
    PromptSet,
    apply,
    edit_faults,
    effects_of,
    is_danger,
    next_prompt,
    previous_prompt,
)
from engage.worries.prompts import NEWEST, prompt_set
from engage.worries.wording import PROMPTS, ask, choice_words, is_translated

OURS = prompt_set()
GATES = [prompt.id for prompt in OURS.prompts if prompt.is_gate]
IDS = [prompt.id for prompt in OURS.prompts]


def test_our_set_has_the_four_gates_first_and_words_for_every_prompt_and_answer() -> None:
    assert GATES == ["danger", "harm", "made_to_go", "health"] == IDS[:4]
    assert set(IDS) == set(PROMPTS)
    assert OURS.version == NEWEST
    assert OURS.tested_with == ""  # nobody has tried them with young people yet
    for prompt in OURS.prompts:
        assert prompt.source
        for option in (*prompt.options, DONT_KNOW, SKIPPED):
            assert choice_words(prompt, option) != option or option.isdigit()
        assert set(prompt.effects) <= set(prompt.options)


def test_danger_is_a_yes_at_either_of_two_gates_and_nothing_else() -> None:
    for prompt in OURS.prompts:
        for option in (*prompt.options, DONT_KNOW, SKIPPED):
            expected = prompt.id in ("danger", "harm") and option == "yes"
            assert is_danger(OURS, {prompt.id: option}) == expected


def test_ticks_do_what_each_of_them_does() -> None:
    found = effects_of(OURS, {"needs": "no_coat,no_medicine", "usual": "different"})
    assert found == {Effect.NEEDS, Effect.HEALTH, Effect.DIFFERENT}
    assert effects_of(OURS, {"needs": "none", "gone": "yes"}) == set()


@given(st.sets(st.sampled_from(IDS)), st.sampled_from([None, "nowhere", *IDS]))
def test_every_prompt_is_asked_once_gates_first(answered: set[str], after: str | None) -> None:
    prompt = next_prompt(OURS, answered, after)
    if answered == set(IDS):
        assert prompt is None
        return
    assert prompt is not None and prompt.id not in answered
    open_gates = [gate for gate in GATES if gate not in answered]
    if open_gates:
        assert prompt.id == open_gates[0]


@given(st.lists(st.sampled_from(["yes", DONT_KNOW, SKIPPED, "no"]), min_size=60, max_size=60))
def test_the_way_through_ends_however_it_is_answered(values: list[str]) -> None:
    answers: dict[str, str] = {}
    after = None
    for value in values:
        prompt = next_prompt(OURS, answers, after)
        if prompt is None:
            break
        answers[prompt.id] = value
        after = prompt.id
    assert set(answers) == set(IDS)


def test_back_goes_to_the_prompt_before_and_nowhere_before_the_first() -> None:
    assert previous_prompt(OURS, IDS[0]) is None
    assert previous_prompt(OURS, "nowhere") is None
    for before, prompt_id in pairwise(IDS):
        found = previous_prompt(OURS, prompt_id)
        assert found is not None and found.id == before


OWN = Prompt(
    "own-1", PromptKind.YES_NO, effects={"yes": (Effect.DANGER, Effect.NEEDS)},
    own_words={"en": "Is the dog gone too, %(name)s's dog?"},
)  # fmt: skip


def test_an_organisation_may_hide_order_reword_and_add_but_never_touch_a_gate() -> None:
    edits = Edits(
        hidden=frozenset({"danger", "online"}),
        order=("own-1", "you", "usual"),
        words={("usual", "en"): "Is this like other days?", ("danger", "cy"): "Perygl?"},
        own=(OWN, replace(OWN, id="own-2", is_gate=True, about="maya")),
    )
    made = apply(OURS, edits, "own-3")
    assert [p.id for p in made.prompts][:7] == [*GATES, "own-1", "you", "usual"]
    assert made.get("online") is None and made.get("danger") is not None
    own = made.get("own-2")
    assert own is not None and not own.is_gate
    # Danger is what our gates ask about: an own prompt cannot mean it, nor take it away.
    assert own.effects == {"yes": (Effect.NEEDS,)}
    assert is_danger(made, {"danger": "yes"})
    usual = made.get("usual")
    assert usual is not None and ask(usual, "en", "Maya") == "Is this like other days?"
    assert made.about("maya").get("own-2") and not made.about("kit").get("own-2")
    assert made.about("kit").get("own-1")


def test_an_own_prompt_without_this_language_is_asked_in_english_and_marked() -> None:
    assert ask(OWN, "ar", "Maya") == "Is the dog gone too, Maya's dog?"
    assert not is_translated(OWN, "ar") and is_translated(OWN, "en")
    assert is_translated(OURS.prompts[0], "ar")


@pytest.mark.parametrize(
    ("edits", "fault"),
    [
        (Edits(hidden=frozenset({"danger"})), ("danger", EditFault.GATE_HIDDEN)),
        (Edits(words={("nowhere", "en"): "x"}), ("nowhere", EditFault.UNKNOWN)),
        (Edits(words={("usual", "en"): "x" * 161}), ("usual", EditFault.TOO_LONG)),
        (Edits(words={("usual", "en"): "Is she a RUNAWAY?"}), ("usual", EditFault.BLAME)),
        (
            Edits(words={("usual", "en"): "so " * 21}),
            ("usual", EditFault.LONG_SENTENCE),
        ),
        (Edits(words={("usual", "es"): "¿Es una fugada?"}), ("usual", EditFault.BLAME)),
        (Edits(own=(replace(OWN, own_words={"cy": "Ci?"}),)), ("own-1", EditFault.NO_ENGLISH)),
        (
            Edits(own=(replace(OWN, kind=PromptKind.CHOICE, choices=("one",)),)),
            ("own-1", EditFault.NO_CHOICES),
        ),
    ],
)
def test_what_is_wrong_with_a_change_is_named(edits: Edits, fault: tuple[str, EditFault]) -> None:
    assert edit_faults(OURS, edits) == [fault]
    assert edit_faults(OURS, Edits(own=(OWN,))) == []


def test_a_set_without_prompts_asks_nothing() -> None:
    empty = PromptSet("x", ())
    assert next_prompt(empty, {}) is None
    assert not is_danger(empty, {"danger": "yes"})
