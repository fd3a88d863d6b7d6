"""The questions as data: complete, ordered, changed by an organisation without losing an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.i18n import LOCALES, use_locale
from engage.plans import labels
from engage.questions import rules, wording
from engage.questions.answer_rules import Part, PartKind, encode
from engage.questions.rules import Edits, QuestionKind, WordProblem
from engage.questions.shipped import OLDEST, every_question, question_set
from engage.questions.wording_parts import CHOICES, COLUMNS, GROUPS, PARTS

OURS = question_set()


def parts_of(question):
    for part in question.parts:
        yield part
        yield from part.columns


def test_every_element_of_the_plan_is_asked_and_only_pressure_is_asked_apart() -> None:
    elements = [q.element for q in OURS.questions]
    assert {f"4.{n}" for n in range(1, 26)} == set(elements)
    assert sorted(e for e in elements if elements.count(e) > 1) == ["4.6", "4.6"]


def test_nobody_young_has_tried_our_questions_and_they_say_so() -> None:
    for version in (OLDEST, OURS.version):
        assert not question_set(version).is_tested
    assert question_set("a version from the future") == OURS
    assert OURS.find("nothing") is None
    assert all(q.source for q in OURS.questions)


def test_ids_are_given_once_and_every_group_has_a_name() -> None:
    ids = [q.id for q in OURS.questions]
    assert len(ids) == len(set(ids))
    assert {q.group for q in OURS.questions} == set(OURS.groups)
    keys = [(q.id, p.key) for q in OURS.questions for p in q.parts]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("question", every_question().questions, ids=lambda q: q.id)
def test_every_question_part_and_choice_has_words(question) -> None:
    words = wording.QUESTIONS[question.id]
    assert str(words.title) and str(words.ask) and str(words.why)
    for part in question.parts:
        assert (question.id, part.key) in PARTS
        for choice in part.choices:
            assert str(wording.choice_words(question.id, part.key)[choice])
        for column in part.columns:
            assert column.key in COLUMNS
            for choice in column.choices:
                assert str(wording.choice_words(question.id, column.key)[choice])


def test_what_adults_do_and_what_the_young_person_does_are_lists_of_their_own() -> None:
    """Each list belongs to somebody: the young person's own, or adults' with who it is."""
    for question_id in ("instead", "safer"):
        question = OURS.find(question_id)
        mine, adults, will = (question.find_part(key) for key in ("mine", "adults", "will"))
        assert "who" not in [c.key for c in mine.columns]
        assert "who" in [c.key for c in adults.columns]
        assert will.by == ("carer", "worker") and not will.is_for("young_person")


def test_what_is_delicate_is_kept_close() -> None:
    assert OURS.find("pressure").readers == ("social_worker",)
    assert not OURS.find("safer").in_pack and not OURS.find("pressure").in_pack
    assert OURS.find("safer").sensitive and OURS.find("pressure").sensitive
    assert OURS.find("facts").writers == ("carer", "worker")
    assert {q.id for q in OURS.questions if not q.shareable} == {"words", "sharing", "facts"}
    assert {q.id for q in OURS.questions if q.in_pack} == {"online", "photo", "treat_me", "facts"}


def test_location_is_never_shared_beforehand() -> None:
    """Nothing is chosen until the young person chooses; "off" stands first."""
    assert OURS.find("location").find_part("share").choices[0] == "off"


def test_a_plan_begun_with_the_first_questions_keeps_them() -> None:
    first = question_set(OLDEST)
    assert len(first.questions) == 8
    assert first.find("ready").kind is QuestionKind.TEXT
    assert every_question().find("ready").kind is QuestionKind.PARTS


def test_an_organisation_switches_orders_words_and_adds() -> None:
    edits, extra = rules.with_extra(Edits(), "rows")
    edits = rules.switched(edits, "likes", on=False)
    edits = rules.reworded(edits, "safe", "cy", {"ask": "Beth yw diogel?", "why": ""})
    edits = rules.reworded(edits, extra, "en", {"title": "Pets", "ask": "Which pets?"})
    changed = rules.apply(Edits.read(edits.kept()), OURS, "own-1")
    assert changed.version == "own-1" and not changed.is_tested
    assert changed.find("likes") is None
    assert changed.find("safe").own_words("ask", "cy") == ("Beth yw diogel?", "cy")
    assert changed.find("safe").own_words("ask", "es") == ("", "es"), "then ours is used"
    assert changed.find(extra).parts[0].kind is PartKind.ROWS
    assert changed.by_group()[-2][0] == "own", "its own questions stand before who sees what"
    assert changed.find(extra).own_words("ask", "ar") == ("Which pets?", "en"), "with a mark"
    assert len(changed.questions) == len(OURS.questions)


def test_words_taken_back_are_ours_again() -> None:
    edits = rules.reworded(Edits(), "safe", "en", {"ask": "What is safe?"})
    assert rules.reworded(edits, "safe", "en", {"ask": ""}).wording == {}


@pytest.mark.parametrize("question_id", ["sharing", "words"])
def test_what_keeps_young_people_safe_cannot_be_switched_off(question_id) -> None:
    assert question_id not in rules.switched(Edits(), question_id, on=False).off
    forged = Edits(off=frozenset({question_id}))
    assert rules.apply(forged, OURS, "own-1").find(question_id)


def test_a_number_of_an_own_question_is_never_given_twice() -> None:
    edits, first = rules.with_extra(Edits(), "text")
    edits, second = rules.with_extra(edits, "text")
    edits = rules.without_extra(Edits.read(rules.without_extra(edits, second).kept()), first)
    assert edits.extras == ()
    assert rules.with_extra(edits, "text")[1] == "extra-3"


def test_a_question_goes_higher_among_its_group_only() -> None:
    groups = {"a": "x", "b": "y", "c": "x"}
    assert rules.moved(["a", "b", "c"], "c", groups) == ["c", "a", "b"]
    assert rules.moved(["a", "b", "c"], "a", groups) == ["a", "b", "c"]


ids = st.sampled_from([q.id for q in OURS.questions])


@given(st.lists(ids, max_size=8), st.sets(ids), st.lists(st.text(max_size=5), max_size=3))
def test_whatever_the_order_no_question_is_lost_or_asked_twice(order, off, unknown) -> None:
    changed = rules.apply(Edits(frozenset(off), tuple(order + unknown)), OURS, "own-1")
    found = [q.id for q in changed.questions]
    assert len(found) == len(set(found))
    assert set(found) == {q.id for q in OURS.questions} - (off - rules.ALWAYS_ON)


def test_what_is_asked_no_longer_can_still_be_read_and_not_changed() -> None:
    edits = rules.switched(Edits(), "likes", on=False)
    asked = rules.apply(edits, OURS, "own-1")
    found = rules.with_earlier(asked, {"likes", "safe", "extra-9"}, every_question())
    assert [q.id for q in found.questions][-2:] == ["extra-9", "likes"]
    assert found.find("likes").group == "earlier" and not found.find("likes").writers
    assert rules.with_earlier(asked, {"safe"}, every_question()) == asked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What does safe mean to you?", None),
        ("", None),
        (" ".join(["word"] * 20) + ".", None),
        (" ".join(["word"] * 21), WordProblem.LONG_SENTENCE),
        (" ".join(["word"] * 15) + ". " + " ".join(["word"] * 15), None),
        ("Why did you go AWOL?", WordProblem.LABEL),
        ("When you last absconded", WordProblem.LABEL),
        ("Ask a run-away", WordProblem.LABEL),
    ],
)
def test_what_is_put_before_a_young_person_is_short_and_without_labels(text, expected) -> None:
    assert rules.word_problem(text) is expected


def sentences():
    """Every sentence of the questions, their parts and their choices, in the language in use."""
    for words in wording.QUESTIONS.values():
        yield from (words.title, words.ask, words.why, words.hint, words.ask_adult)
    for part in PARTS.values():
        yield from (part.label, part.hint, part.adult)
    for choices in CHOICES.values():
        yield from choices.values()
    yield from (*GROUPS.values(), *labels.SENSITIVE.values(), labels.FOR_ADULTS)
    yield from (*labels.PART_PROBLEMS.values(), labels.FACTS_SEEN_BY, labels.EMERGENCY.message)


@pytest.mark.parametrize("code", list(LOCALES))
def test_no_sentence_of_a_question_is_longer_than_twenty_words_in_any_language(code) -> None:
    with use_locale(code):
        found = [str(said) for said in sentences() if said is not None]
        assert len(found) > 200
        assert [said for said in found if rules.word_problem(said)] == []


def test_an_answer_is_told_in_the_language_of_the_reader() -> None:
    content = encode({"steps": [{"what": "Text me", "who": "trusted"}], "wait": 30})
    said = {}
    for code in LOCALES:
        with use_locale(code):
            said[code] = wording.plain("try_first", content)
            assert "Text me" in said[code] and "30" in said[code]
    assert len(set(said.values())) == len(LOCALES)


def test_an_answer_of_every_kind_is_told_in_words() -> None:
    bag = {"bag": {"food": {"has": True, "given_on": "2026-11-02", "low": True}},
           "more": [{"what": "A torch"}]}  # fmt: skip
    told = wording.told("bag", encode(bag))
    assert [line.words for one in told for line in one.lines] == [
        "Water and something to eat (given on 2 November 2026, needs filling up)", "A torch",
    ]  # fmt: skip
    week = wording.plain("triggers", encode({"when": ["fri-evening", "fri-night"]}))
    assert "Friday: Evening, Night" in week
    names = wording.plain("online", encode({"names": [{"site": "Snap", "name": "maya_x"}]}))
    assert "Snap: maya_x" in names
    (told,) = wording.told("instead", encode({"mine": [{"what": "Nan", "phone": "07700 900123"}]}))
    assert told.lines[0].phone == "07700 900123"
    only_number = wording.told("numbers", encode({"numbers": [{"phone": "07700 900123"}]}))
    assert only_number[0].lines[0].words == "07700 900123"
    assert (
        wording.told("extra-1", encode({"list": [{"what": "A cat"}]}))[0].lines[0].words == "A cat"
    )
    assert wording.told("safe", "") == [] and wording.plain("safe", None) == ""


def test_a_part_we_no_longer_know_does_not_break_an_old_answer() -> None:
    content = encode({"gone": "x", "wait": 5})
    assert [one.lines[0].words for one in wording.told("try_first", content)] == ["5 minutes"]
    assert "x9" in wording.plain("location", encode({"share": "x9"})), "an old choice, as it was"


def test_adults_read_their_own_names_of_parts() -> None:
    content = encode({"fun": [{"what": "Chess"}]})
    assert "Things I like to do" in wording.plain("likes", content, "young_person")
    assert "Things they like to do" in wording.plain("likes", content, "carer")


def test_a_part_without_choices_offers_none_and_a_grid_its_week() -> None:
    assert Part("a", PartKind.LINE).offered == ()
    assert len(Part("a", PartKind.GRID).offered) == 28
