"""A day's budget stops a flood, and never an alert."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.messaging.budget_rules import ALWAYS, Stage, may_spend, stage_of, stages_passed
from engage.messaging.rules import Klass

AMOUNTS = st.integers(min_value=0, max_value=20_000)


@pytest.mark.parametrize(
    ("spent", "stage"),
    [(0, Stage.OPEN), (79, Stage.OPEN), (80, Stage.RESERVE), (99, Stage.RESERVE),
     (100, Stage.SPENT), (5000, Stage.SPENT)],
)  # fmt: skip
def test_from_four_fifths_on_a_reserve_is_kept(spent: int, stage: Stage) -> None:
    assert stage_of(spent, 100) is stage


def test_without_a_budget_nothing_is_ever_spent() -> None:
    assert stage_of(10**9, 0) is Stage.OPEN
    assert stages_passed(0, 10**9, 0) == []


@given(spent=AMOUNTS, budget=AMOUNTS, template=st.sampled_from(["alert_sos", "reply_ok"]))
def test_an_alert_goes_whatever_was_spent(spent: int, budget: int, template: str) -> None:
    stage = stage_of(spent, budget)
    for is_known in (True, False):
        assert may_spend(stage, klass=Klass.STAFF, template=template, is_known=is_known)


@pytest.mark.parametrize("template", sorted(ALWAYS))
@pytest.mark.parametrize("stage", Stage)
def test_what_a_person_writes_and_the_way_in_go_too(template: str, stage: Stage) -> None:
    assert may_spend(stage, klass=Klass.YOUNG_PERSON, template=template, is_known=True)


def test_unknown_phones_lose_their_answer_first() -> None:
    def goes(stage: Stage, is_known: bool) -> bool:
        return may_spend(
            stage, klass=Klass.YOUNG_PERSON, template="reply_neutral", is_known=is_known
        )

    assert [goes(stage, True) for stage in Stage] == [True, True, False]
    assert [goes(stage, False) for stage in Stage] == [True, False, False]


@given(budget=AMOUNTS, parts=st.lists(st.integers(min_value=0, max_value=500), max_size=60))
def test_however_the_day_is_cut_each_stage_is_told_of_once(budget: int, parts: list[int]) -> None:
    told, spent = [], 0
    for part in parts:
        told += stages_passed(spent, spent + part, budget)
        spent += part
    assert told == stages_passed(0, spent, budget)
    assert len(told) == len(set(told))
