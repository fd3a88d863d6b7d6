"""Who is asked, until when, and whom words mean."""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.checkins.ready_models import StepKind, StepState
from engage.checkins.ready_rules import yes_or_no
from engage.ways_back.rules import (
    GRACE,
    LIVE,
    LONGEST_AHEAD,
    PROMISES,
    USUAL_WAIT,
    WAY,
    WAYS,
    due_of,
    named_in,
    next_look,
    owner_for,
    slot_of,
)
from tests.cast import NOW

TARGET = timedelta(minutes=10)
JO, OLU, SAM, ADE = (uuid4() for _ in range(4))
CHAIN = [("check_in", ADE), ("carer", JO), ("out_of_hours", OLU), ("social_worker", SAM)]


def test_the_names_in_the_rules_are_those_of_the_steps() -> None:
    kinds = {str(kind) for kind in StepKind}
    assert WAYS | PROMISES | {"by_hand"} == kinds
    assert {str(state) for state in StepState} >= LIVE


@pytest.mark.parametrize("kind", sorted(WAYS))
def test_the_ways_to_come_exclude_each_other(kind: str) -> None:
    assert slot_of(kind) == WAY


@pytest.mark.parametrize("kind", sorted(PROMISES))
def test_every_promise_stands_for_itself(kind: str) -> None:
    assert slot_of(kind) == kind


@pytest.mark.parametrize(
    ("kind", "wish", "expected"),
    [
        ("call", None, TARGET),
        ("talk", timedelta(hours=2), TARGET),
        ("lift", None, USUAL_WAIT),
        ("lift", timedelta(hours=-1), USUAL_WAIT),
        ("meet", timedelta(minutes=15), timedelta(minutes=15)),
        ("lift", timedelta(days=9), LONGEST_AHEAD),
    ],
)
def test_when_a_step_is_due(kind: str, wish: timedelta | None, expected: timedelta) -> None:
    wish_at = NOW + wish if wish is not None else None
    assert due_of(kind, wish_at, within=TARGET, now=NOW) == NOW + expected


def test_a_step_is_looked_at_when_no_yes_came_and_when_it_should_have_happened() -> None:
    asked = {"asked_at": NOW, "due_at": NOW + USUAL_WAIT, "within": TARGET}
    assert next_look("asked", **asked) == NOW + TARGET
    assert next_look("agreed", **asked) == NOW + USUAL_WAIT + GRACE


@pytest.mark.parametrize(
    ("kind", "first"),
    [("lift", JO), ("meet", JO), ("food", JO), ("call", OLU), ("by_hand", OLU), ("not_there", OLU)],
)
def test_the_nearest_for_this_kind_of_step_is_asked(kind: str, first: object) -> None:
    assert owner_for(kind, CHAIN) == first


def test_whom_they_named_goes_first_and_who_is_unwanted_never() -> None:
    assert owner_for("lift", CHAIN, named=ADE) == ADE
    assert owner_for("lift", CHAIN, named=ADE, unwanted={ADE, JO}) == OLU
    assert owner_for("by_hand", CHAIN, named=ADE) == OLU


def test_who_said_no_is_asked_again_only_when_nobody_else_is_left() -> None:
    assert owner_for("lift", CHAIN, not_again=[JO]) == OLU
    assert owner_for("lift", CHAIN, not_again=[JO, OLU, SAM, ADE]) == JO
    assert owner_for("lift", [], not_again=[]) is None


@given(
    st.lists(st.tuples(st.sampled_from(["carer", "out_of_hours", "supervisor", "check_in"]),
                       st.sampled_from([JO, OLU, SAM, ADE]))),
    st.sets(st.sampled_from([JO, OLU, SAM, ADE])),
    st.sampled_from(sorted(StepKind)),
    st.sampled_from([None, JO, ADE]),
)  # fmt: skip
def test_nobody_unwanted_is_ever_asked(contacts, unwanted, kind, named) -> None:  # type: ignore[no-untyped-def]
    owner = owner_for(str(kind), contacts, named=named, unwanted=unwanted)
    assert owner not in unwanted
    if {person for _, person in contacts} - unwanted:
        assert owner is not None


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("not Jo please", {JO}),
        ("no jo", {JO}),
        ("JO'S brother", {JO}),
        ("Nobody I know", set()),
        ("", set()),
        ("jot it down", set()),
        ("لا أريد سام", {SAM}),
    ],
)
def test_whom_words_mean(words: str, found: set[object]) -> None:
    names = [(JO, "Jo Smith"), (SAM, "سام"), (OLU, "Olu"), (ADE, "")]
    assert named_in(words, names) == found


@pytest.mark.parametrize(
    ("words", "answer"),
    [("7", True), (" 7. ", True), ("٧", True), ("８", False), ("8", False), ("1", None), ("", None),
     ("78", None), ("yes", None), ("7 8", None)],
)  # fmt: skip
def test_seven_is_yes_and_eight_is_no(words: str, answer: bool | None) -> None:
    assert yes_or_no(words) is answer
