"""Reading what a phone kept: its own clock does no harm, and danger never waits."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.worries.later_rules import OLDEST, Said, SaidKind, cannot_wait, read_said
from engage.worries.prompts import prompt_set
from tests.cast import NOW

MAYA = str(uuid4())
HOUR = 3_600_000  # milliseconds
CLOCK = 1_800_000_000_000


def kept(**more: Any) -> dict[str, Any]:
    said = {"key": "k-1", "kind": "answer", "about": MAYA, "prompt": "today", "at": CLOCK}
    return {**said, "form": {"words": ["a row"]}, **more}


def read(**more: Any) -> Said:
    found = read_said(kept(**more), CLOCK + HOUR, NOW)
    assert found is not None
    return found


def test_the_time_is_how_long_ago_it_was_whatever_the_phones_clock_says() -> None:
    assert read().at == NOW - timedelta(hours=1)
    # The same an hour later by a clock that is ten years behind.
    assert read_said(kept(at=HOUR), 2 * HOUR, NOW) == read_said(kept(), CLOCK + HOUR, NOW)


@given(st.integers(), st.integers())
def test_no_time_is_later_than_now_nor_older_than_a_week(at: int, sent: int) -> None:
    found = read_said(kept(at=at, began=0), sent, NOW)
    assert found is not None
    assert NOW - OLDEST <= found.began_at <= found.at <= NOW


@pytest.mark.parametrize("clock", [None, "now", 1.5])
def test_without_a_clock_it_counts_from_when_it_came(clock: Any) -> None:
    found = read_said(kept(), clock, NOW)
    assert found is not None and found.at == NOW


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": ""}, {"key": None}, {"key": "a" * 41}, {"key": "no spaces"}, {"kind": "other"},
        {"about": "nobody"}, {"about": None}, {"about": 7},
    ],
)  # fmt: skip
def test_what_says_nothing_of_what_or_whom_is_not_read(wrong: dict[str, Any]) -> None:
    assert read_said(kept(**wrong), CLOCK, NOW) is None


@pytest.mark.parametrize("form", [None, [], "x", {"words": "no list"}])
def test_a_form_that_is_none_is_empty(form: Any) -> None:
    assert read(form=form).form == {}


def test_more_than_a_form_may_hold_is_cut() -> None:
    form = read(form={"ticked": ["x"] * 50, "words": ["y" * 9000]}).form or {}
    assert len(form["ticked"]) == 20 and len(form["words"][0]) == 2000


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ({"kind": "begin"}, True),
        ({"kind": "missing"}, True),
        ({"prompt": "danger", "form": {"answer": ["yes"]}}, True),
        ({"prompt": "harm", "form": {"answer": ["yes"]}}, True),
        ({"prompt": "danger", "form": {"answer": ["no"]}}, False),
        ({"prompt": "today", "form": {"words": ["yes"]}}, False),
        ({"prompt": "own-thing", "form": {"answer": ["yes"]}}, False),
        ({"prompt": "danger", "form": {}}, False),
        ({"kind": "tried", "prompt": "danger", "form": {"answer": ["yes"]}}, False),
    ],
)
def test_what_raises_concern_is_heard_without_a_sign_in(said: dict[str, Any], heard: bool) -> None:
    assert cannot_wait(read(**said), prompt_set()) is heard


def test_every_kind_can_be_read() -> None:
    for kind in SaidKind:
        assert read(kind=str(kind)).kind is kind
