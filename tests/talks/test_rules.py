"""What a social worker could check by hand: the questions, and what an agreement covers."""

import pytest

from engage.talks import wording
from engage.talks.rules import (
    Audience,
    Question,
    QuestionSet,
    Share,
    Spoken,
    Steps,
    agreed_with,
    is_asked,
    wanted_audiences,
)
from engage.talks.shipped import NEWEST, VERSIONS, question_set
from tests.cast import NOW

WORKER, CARER, NOBODY = Audience.WORKER, Audience.CARER, Audience.NOBODY
ASKED = question_set()


def test_there_are_between_fourteen_and_eighteen_questions_for_the_young_person() -> None:
    theirs = [each for each in ASKED.questions if each.spoken is Spoken.YOUNG_PERSON]
    assert 14 <= len(theirs) <= 18
    assert len({each.id for each in ASKED.questions}) == len(ASKED.questions)


def test_each_question_has_words_a_cue_beside_it_and_a_source() -> None:
    for question in ASKED.questions:
        words = wording.QUESTIONS[question.id]
        assert str(words.ask) and str(words.cue) and question.source
    assert set(wording.QUESTIONS) == {each.id for each in ASKED.questions}


def test_questions_are_open_they_cannot_be_answered_with_the_word_yes_alone() -> None:
    closed = ("Did you", "Do you", "Were you", "Have you", "Is it", "Why")
    asked = {q.id: str(wording.QUESTIONS[q.id].ask) for q in ASKED.questions}
    # Harm is asked for straight, and may be answered with one word: that is kinder.
    assert {name for name, ask in asked.items() if ask.startswith(closed)} == set()
    assert {q.id for q in ASKED.questions if q.is_sensitive} == {"hurt", "made_to"}


def test_they_are_marked_as_not_tried_until_somebody_says_where_and_when() -> None:
    assert not ASKED.is_tested
    one = QuestionSet("x", "Northtown youth council", "2026-05-01", ())
    assert one.is_tested and not QuestionSet("x", "Northtown", "", ()).is_tested


def test_an_unknown_version_asks_the_newest_questions() -> None:
    assert NEWEST in VERSIONS and question_set("nothing") == ASKED


def test_questions_follow_each_other_to_the_last() -> None:
    one, two = (Question(each, Spoken.YOUNG_PERSON, "S1") for each in ("one", "two"))
    asked = QuestionSet("x", "", "", (one, two))
    assert asked.after("one") == two and asked.after("two") is None
    assert asked.before("two") == one and asked.before("one") is None
    assert asked.find("two") == two and asked.find("three") is None
    assert asked.after("three") is None and asked.before("three") is None


@pytest.mark.parametrize(
    ("shares", "seen_by", "asked"),
    [
        ([], set(), False),
        ([Share(WORKER, 5)], {WORKER}, True),
        ([Share(WORKER, 6)], {WORKER}, True),
        # Changed after they agreed: nobody, until they are asked again.
        ([Share(WORKER, 4)], set(), False),
        ([Share(WORKER, 4), Share(CARER, 5)], {CARER}, True),
        ([Share(WORKER, 5, NOW)], set(), False),
        ([Share(WORKER, 5, NOW), Share(WORKER, 5)], {WORKER}, True),
        # Nobody is an answer, and opens nothing.
        ([Share(NOBODY, 5)], set(), True),
        ([Share(NOBODY, 4)], set(), False),
    ],
)
def test_an_agreement_covers_what_they_saw_and_nothing_newer(
    shares: list[Share], seen_by: set[Audience], asked: bool
) -> None:
    assert agreed_with(5, shares) == seen_by
    assert is_asked(5, shares) is asked


@pytest.mark.parametrize(
    ("picked", "wanted"),
    [
        ([], None),
        (["nobody"], {NOBODY}),
        (["worker", "carer"], {WORKER, CARER}),
        (["worker", "worker"], {WORKER}),
        (["nobody", "worker"], None),
        (["everybody"], None),
        (["everybody", "worker"], {WORKER}),
    ],
)
def test_one_or_more_are_picked_or_nobody(picked: list[str], wanted: set[Audience] | None) -> None:
    assert wanted_audiences(picked) == wanted


@pytest.mark.parametrize(
    ("steps", "left"),
    [
        (Steps(True, 0, 3, 0, False, 0), ("questions",)),
        (Steps(True, 3, 3, 2, False, 0), ("read_back", "sharing")),
        (Steps(True, 3, 3, 2, True, 1), ("sharing",)),
        (Steps(True, 3, 3, 2, True, 2), ()),
        (Steps(True, 3, 3, 0, False, 0), ()),
    ],
)
def test_what_is_left_is_named(steps: Steps, left: tuple[str, ...]) -> None:
    assert steps.open == left
