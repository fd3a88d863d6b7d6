"""What a social worker could check, in plain Python."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.plans import rules
from engage.plans.rules import Change, PersonProblem, PlanState, Progress, ReviewNeed, Words
from engage.questions.answer_rules import clean

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
EARLIER = NOW - timedelta(hours=1)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([], Progress.NOT_STARTED),
        (["skipped"], Progress.SKIPPED),
        (["skipped", "answered"], Progress.DONE),
    ],
)
def test_a_question_is_done_when_any_voice_answered(states, expected) -> None:
    assert rules.progress(states) is expected


def test_three_people_make_the_trio_done_and_fewer_have_it_started() -> None:
    assert rules.people_progress(3, 3, []) is Progress.DONE
    assert rules.people_progress(2, 3, []) is Progress.STARTED
    assert rules.people_progress(0, 3, ["skipped"]) is Progress.SKIPPED
    assert rules.people_progress(0, 3, []) is Progress.NOT_STARTED


def test_a_plan_is_agreed_with_the_yes_of_all_three_and_not_before() -> None:
    said = {"young_person": ["yes"], "carer": ["yes"], "worker": ["yes"]}
    assert rules.is_agreed(said)
    for voice in said:
        assert not rules.is_agreed({**said, voice: []})
        assert not rules.is_agreed({**said, voice: ["no"]})
    assert rules.is_agreed({**said, "carer": ["no", "yes"]}), "one carer of a couple is enough"


@pytest.mark.parametrize(
    ("changed_at", "versions", "expected"),
    [
        (NOW, [], PlanState.DRAFT),
        (NOW, [("shared", EARLIER)], PlanState.SHARED),
        (EARLIER, [("live", NOW)], PlanState.LIVE),
        (NOW, [("live", EARLIER)], PlanState.CHANGED),
        (NOW, [("live", EARLIER), ("shared", NOW)], PlanState.SHARED),
        (EARLIER, [("declined", NOW)], PlanState.DECLINED),
        (NOW, [("declined", EARLIER)], PlanState.DRAFT),
        (EARLIER, [("live", EARLIER), ("declined", NOW)], PlanState.LIVE),
        (NOW, [("replaced", EARLIER)], PlanState.DRAFT),
    ],
)
def test_the_state_a_reader_sees_first(changed_at, versions, expected) -> None:
    assert rules.plan_state_of(changed_at, versions) is expected


def test_what_changed_is_told_as_new_changed_and_taken_out() -> None:
    before = [Words("safe", "young_person", "A lock"), Words("ready", "carer", "I drive")]
    after = [Words("safe", "young_person", "A door"), Words("safe", "carer", "The dog")]
    found = rules.changes(before, after)
    assert found == [
        Change("safe", "young_person", "A lock", "A door"),
        Change("safe", "carer", "", "The dog"),
        Change("ready", "carer", "I drive", ""),
    ]
    assert [change.kind for change in found] == ["changed", "added", "taken_out"]
    assert rules.changes(before, before) == []


def test_a_plan_is_due_after_arriving_and_read_again_after_being_agreed() -> None:
    assert rules.due_at(NOW, timedelta(hours=72)) == NOW + timedelta(days=3)
    assert rules.review_due_at(NOW, timedelta(days=90)) == NOW + timedelta(days=90)
    assert rules.offer_again_on(date(2026, 11, 22)) == date(2026, 12, 6)


def needs(**changes):
    calm = {
        "now": NOW, "today": NOW.date(), "state": PlanState.LIVE, "due": None,
        "review_due": NOW + timedelta(days=1), "offer_again": None, "disagreements": False,
        "waits_for_worker": False, "missing_consents": False,
    }  # fmt: skip
    return rules.needs(**{**calm, **changes})


def test_an_agreed_plan_with_nothing_open_waits_for_nobody() -> None:
    assert needs() == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"disagreements": True}, ReviewNeed.DISAGREEMENT),
        ({"waits_for_worker": True}, ReviewNeed.WAITS_FOR_YOU),
        ({"review_due": NOW}, ReviewNeed.DUE),
        ({"state": PlanState.DRAFT, "due": NOW}, ReviewNeed.DUE),
        ({"state": PlanState.CHANGED}, ReviewNeed.CHANGED),
        ({"missing_consents": True}, ReviewNeed.MISSING_CONSENT),
        ({"state": PlanState.DECLINED, "offer_again": NOW.date()}, ReviewNeed.OFFER_AGAIN),
    ],
)
def test_why_a_plan_waits_for_its_worker(changes, expected) -> None:
    assert needs(**changes) == [expected]


def test_a_plan_that_is_not_due_yet_and_one_that_is_agreed_are_not_late() -> None:
    assert needs(state=PlanState.DRAFT, due=NOW + timedelta(minutes=1)) == []
    assert needs(state=PlanState.LIVE, due=EARLIER) == []
    tomorrow = NOW.date() + timedelta(days=1)
    assert needs(state=PlanState.DECLINED, offer_again=tomorrow) == []


def problem(**changes):
    fine = {
        "name": "Ade", "phone": "+447700900801", "own_phone": "+447700900101",
        "others": [("Coach Lee", "+447700900802")], "worker_phones": ["+447700900103"],
    }  # fmt: skip
    return rules.person_problem(**{**fine, **changes})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"phone": "+447700900101"}, PersonProblem.OWN_NUMBER),
        ({"phone": "+447700900802"}, PersonProblem.SAME_NUMBER),
        ({"name": "coach lee"}, PersonProblem.SAME_NAME),
        ({"phone": "+447700900103"}, PersonProblem.IS_WORKER),
        ({"others": [("a", "1"), ("b", "2"), ("c", "3")]}, PersonProblem.TOO_MANY),
        ({"others": [("a", "1"), ("b", "2"), ("c", "3")], "limit": None}, None),
        ({"own_phone": None}, None),
    ],
)
def test_who_cannot_be_named_like_this(changes, expected) -> None:
    assert problem(**changes) is expected


def test_a_trusted_person_is_asked_at_most_once_a_day() -> None:
    assert rules.may_ask_again(None, NOW)
    assert not rules.may_ask_again(EARLIER, NOW)
    assert rules.may_ask_again(NOW - timedelta(hours=20), NOW)


@pytest.mark.parametrize("word", ["STOP", "Help!", "o k", "999", "١٢٣", "yes"])
def test_a_code_word_must_not_be_a_command(word) -> None:
    assert rules.means_something_else(word)


@pytest.mark.parametrize("word", ["bluebird", "okapi", "red 7", "نجمة"])
def test_an_ordinary_word_may_be_a_code_word(word) -> None:
    assert not rules.means_something_else(word)


@given(st.text(max_size=300))
def test_text_is_kept_as_written_but_for_ends_of_lines_and_controls(text: str) -> None:
    kept = clean(text)
    assert clean(kept) == kept
    assert "\x00" not in kept and "\r" not in kept
    letters = [c for c in text if c.isalnum()]
    assert [c for c in kept if c.isalnum()] == letters


def test_right_to_left_marks_stay_in_the_text() -> None:
    assert clean(" \u202bنور\u202c said\r\nhi\x00 ") == "\u202bنور\u202c said\nhi"
