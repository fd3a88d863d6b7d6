"""What is read aloud: from the pack as it was made, in its language, and nothing beside it."""

from typing import Any

import pytest

from engage.i18n import LOCALES, use_locale
from engage.missing_pack import wording
from engage.missing_pack.rules import Fact, Say
from engage.missing_pack.script import first_words, neutral_title, spoken

POINT = {"label": "What calms me", "lines": ["Sitting down", "Tea"]}
PACK: dict[str, Any] = {
    "locale": "en",
    "since": [["Last seen or heard from", "Sunday, 18:00"]],
    "who": {"name": "Maya", "born": "4 March 2010", "age": "16"},
    "facts": [["clothes", "Wearing", "Green parka"], ["phone", "Phone", "07700 900123"]],
    "parts": [
        {"id": "treat_me", "title": "How", "said": [{"by": "Young person", "points": [POINT]}]},
        {"id": "places", "title": "Places", "said": [
            {"by": "Young person", "points": [{"label": "", "lines": ["zqplaces"]}]}]},
    ],
    "looks": [{"id": "facts", "title": "Facts", "said": [
        {"by": "Worker", "points": [{"label": "Height", "lines": ["1.60 m"]}]}]}],
    "trio": [{"name": "Ade", "phone": "+447700900021"}],
    "call_back": {"organisation": "Northtown", "owner": "Sam", "owner_phone": "+447700900031",
                  "maker": "Olu"},
}  # fmt: skip


def test_points_are_read_with_what_was_asked() -> None:
    said = dict(spoken(PACK))
    assert said["How to meet them"] == ["What calms me: Sitting down, Tea"]
    assert said["How to know them"] == ["Height: 1.60 m"]
    assert said["Since when"] == ["Last seen or heard from: Sunday, 18:00"]


def test_what_nobody_asked_is_said_to_be_not_known() -> None:
    said = dict(spoken(PACK))
    assert said["Where"] == said["Perhaps with"] == ["Not known"]
    assert said["Wearing"] == ["Green parka"]


def test_the_phone_holds_no_more_than_the_emergency_call_needs() -> None:
    """Places and the three stand on the pages; on the phone somebody asks for them if need be."""
    aloud = " ".join(line for _, lines in spoken(PACK) for line in lines)
    assert "zqplaces" not in aloud and "Ade" not in aloud and "Olu" not in aloud


def test_without_a_birth_date_only_the_name_is_said() -> None:
    who = {"name": "Maya", "born": "", "age": ""}
    assert dict(spoken({**PACK, "who": who}))["Who"] == ["Maya"]


def test_a_part_that_is_not_there_leaves_no_empty_heading() -> None:
    said = dict(spoken({**PACK, "parts": [], "looks": [], "since": []}))
    assert not {"How to meet them", "How to know them", "Since when"} & set(said)
    assert all(lines for lines in said.values())


@pytest.mark.parametrize("reader", LOCALES)
def test_the_words_are_in_the_packs_language_whoever_reads_them(reader: str) -> None:
    with use_locale(reader):
        assert next(title for title, _ in spoken(PACK)) == "Where"
        assert neutral_title(PACK) == "Information"
        assert first_words({**PACK, "locale": "es"}).startswith("Llamo por")


@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_has_its_own_words_for_all_of_it(locale: str) -> None:
    with use_locale(locale):
        titles = [str(wording.SAY_TITLES[say]) for say in Say]
        asked = [str(wording.FACT_QUESTIONS[fact]) for fact in Fact]
        hints = [str(wording.FACT_HINTS[fact]) for fact in Fact]
    assert all((*titles, *asked, *hints)) and len(set(asked)) == len(Fact)
    if locale != "en":
        with use_locale("en"):
            english = [str(wording.FACT_QUESTIONS[fact]) for fact in Fact]
        assert not set(asked) & set(english)


@pytest.mark.parametrize(
    ("fact", "facts", "said"),
    [
        (Fact.HEALTH, ["health_need", "in_danger"], ["Somebody said that there is a health need."]),
        (Fact.WITH_WHOM, ["health_need"], []),
        (Fact.WITH_WHOM, ["taken_suspected"], ["Somebody thinks that they were made to go."]),
        (Fact.PHONE, ["vulnerable", "repeat_episode"], []),
    ],
)
def test_only_what_helps_with_a_question_stands_above_it(fact, facts, said) -> None:
    assert wording.known_before(fact, facts) == said
