"""What a way back costs: a text waits for nothing, and looking for nothing costs two looks."""

import pytest

from tests.cast import Cast
from tests.checkins.test_cost import MOST, counted
from tests.checkins.texting import phone_of, text
from tests.ways_back.returning import at, chose, swept


@pytest.mark.parametrize("words", ["1", "2", "by the big tesco", "ready"])
def test_what_she_texts_on_the_way_back_costs_at_most_ten_statements(
    ready: Cast, words: str
) -> None:
    chose(ready, 2)
    number = phone_of(ready.maya)
    with counted() as (statements, commits):
        text(number, words, now=at(2))
    assert (len(statements) <= MOST, len(commits)) == (True, 1), statements


@pytest.mark.parametrize("digit", ["7", "8"])
def test_the_answer_of_somebody_asked_costs_at_most_ten(ready: Cast, digit: str) -> None:
    chose(ready, 2)
    number = phone_of(ready.jo)
    with counted() as (statements, commits):
        text(number, digit, now=at(2))
    assert (len(statements) <= MOST, len(commits)) == (True, 1), statements


def test_with_nothing_due_the_worker_looks_twice(ready: Cast) -> None:
    with counted() as (statements, _):
        assert swept(1) == 0
    assert len(statements) == 2, statements
