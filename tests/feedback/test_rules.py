"""What counts, what may be shown together, and that no comparison tells one person from others."""

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.feedback.rules import (
    QUESTIONS,
    SMALLEST,
    TREATED,
    Block,
    Given,
    Oddity,
    blocks,
    by_first_word,
    is_empty,
    lines,
    needs_a_human,
    oddity,
    quarter_of,
    scores_of,
    to_five,
    words_of,
)

TODAY = date(2026, 11, 22)
QUARTERS = [date(year, month, 1) for year in (2024, 2025, 2026) for month in (1, 4, 7, 10)]
answers = st.builds(
    Given,
    quarter=st.sampled_from(QUARTERS),
    scores=st.tuples(*[st.none() | st.integers(1, 5)] * 4),
    words=st.sampled_from(["", "Good", "Not good", "أهلا"]),
    treated=st.none() | st.integers(1, 5),
)


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2026, 1, 1), date(2026, 1, 1)),
        (date(2026, 3, 31), date(2026, 1, 1)),
        (date(2028, 2, 29), date(2028, 1, 1)),
        (date(2026, 4, 1), date(2026, 4, 1)),
        (date(2026, 12, 31), date(2026, 10, 1)),
    ],
)
def test_only_the_quarter_is_kept_of_a_day(day: date, first: date) -> None:
    assert quarter_of(day) == first


@pytest.mark.parametrize(
    ("count", "shown"), [(5, 5), (6, 5), (7, 5), (8, 10), (12, 10), (13, 15), (0, 0)]
)
def test_counts_are_rounded_to_five(count: int, shown: int) -> None:
    assert to_five(count) == shown


def some(quarter: date, count: int, score: int | None = 4, words: str = "") -> list[Given]:
    return [Given(quarter, (score,) * 4, words)] * count


def test_four_answers_are_not_shown_and_a_fifth_in_the_next_quarter_shows_all_five() -> None:
    four = some(QUARTERS[0], 4)
    assert blocks(four, today=TODAY) == []
    (block,) = blocks(four + some(QUARTERS[1], 1), today=TODAY)
    assert (block.first, block.last, len(block.answers)) == (QUARTERS[0], QUARTERS[1], 5)


def test_a_quarter_that_is_not_over_is_not_shown() -> None:
    assert blocks(some(quarter_of(TODAY), 50), today=TODAY) == []
    assert blocks(some(quarter_of(TODAY), 50), today=date(2027, 1, 1)) != []


def test_what_was_shown_once_never_changes_when_more_comes() -> None:
    early = some(QUARTERS[0], 6) + some(QUARTERS[2], 3)
    later = [*early, *some(QUARTERS[3], 2), *some(QUARTERS[5], 9)]
    assert blocks(later, today=TODAY)[:1] == blocks(early, today=TODAY)


@given(st.lists(answers, max_size=60))
def test_blocks_hold_five_or_more_and_no_answer_stands_in_two(given_: list[Given]) -> None:
    made = blocks(given_, today=TODAY)
    assert all(len(block.answers) >= SMALLEST for block in made)
    assert all(a.last < b.first for a, b in itertools.pairwise(made))
    finished = [each for each in given_ if each.quarter < quarter_of(TODAY)]
    shown = [each for block in made for each in block.answers]
    assert len(finished) - len(shown) < SMALLEST
    for each in shown:
        assert shown.count(each) <= finished.count(each)


@given(st.lists(answers, max_size=60), st.data())
def test_no_two_selections_of_what_is_shown_differ_by_fewer_than_five(
    given_: list[Given], data: st.DataObject
) -> None:
    made = blocks(given_, today=TODAY)
    # Every date filter is a range of quarters; a page holds the blocks that lie wholly inside.
    ranges = st.tuples(st.sampled_from(QUARTERS), st.sampled_from(QUARTERS)).map(sorted)

    def chosen(limits: list[date]) -> set[int]:
        return {n for n, b in enumerate(made) if limits[0] <= b.first and b.last <= limits[1]}

    one, other = chosen(data.draw(ranges)), chosen(data.draw(ranges))
    for difference in (one - other, other - one, one ^ other, one & other):
        people = sum(len(made[n].answers) for n in difference)
        assert people == 0 or people >= SMALLEST


@given(
    st.lists(answers, max_size=60),
    st.sampled_from(QUARTERS),
    st.sampled_from([*QUESTIONS, TREATED]),
)
def test_one_day_more_never_shows_fewer_than_five_people_more(
    given_: list[Given], day: date, question: str
) -> None:
    before, after = blocks(given_, today=day), blocks(given_, today=TODAY)
    assert after[: len(before)] == before
    now, then = (
        {line.question: line.answers for line in lines(shown)}.get(question, 0)
        for shown in (after, before)
    )
    assert now == then or now - then >= SMALLEST


@given(st.lists(answers, max_size=80))
def test_a_question_that_few_answered_is_not_shown(given_: list[Given]) -> None:
    made = blocks(given_, today=TODAY)
    for line in lines(made):
        question = line.question
        by_block = [[s for a in block.answers if (s := a.score(question))] for block in made]
        enough = [found for found in by_block if len(found) >= SMALLEST]
        assert line.answers == sum(to_five(len(found)) for found in enough)
        assert (line.tenths is None) == (not enough)
        assert line.answers % 5 == 0


def test_tenths_are_of_those_who_picked_one_of_the_two_friendly_faces() -> None:
    quarter = QUARTERS[0]
    given_ = [*some(quarter, 3, 5), *some(quarter, 3, 4), *some(quarter, 4, 3)]
    assert {line.tenths for line in lines(blocks(given_, today=TODAY))} == {6}
    assert [line.question for line in lines([])] == list(QUESTIONS)
    assert {line.tenths for line in lines([])} == {None}


def test_the_digit_of_texts_has_a_line_once_five_texts_stand_together() -> None:
    page = some(QUARTERS[0], 6)
    four, five = ([Given(QUARTERS[0], (None,) * 4, "", 5)] * n for n in (4, 5))
    assert [line.question for line in lines(blocks(page + four, today=TODAY))] == list(QUESTIONS)
    *_, last = lines(blocks(page + five, today=TODAY))
    assert (last.question, last.answers, last.tenths) == (TREATED, 5, 10)


def test_words_come_in_no_order_that_tells_when() -> None:
    said = [Given(QUARTERS[0], (None,) * 4, words) for words in ("c", "a", "", "b", "a")]
    for order in itertools.permutations(said):
        assert words_of(Block(QUARTERS[0], QUARTERS[0], order)) == ["a", "a", "b", "c"]


def test_what_is_no_face_counts_as_skipped() -> None:
    assert scores_of(["5", "1", None, ""]) == (5, 1, None, None)
    assert scores_of(["0", "6", "٣", "1e0"]) == (None,) * 4
    assert scores_of([" 4", "04", "-1", "5.0"]) == (None,) * 4


def test_an_answer_needs_a_face_or_a_word() -> None:
    assert is_empty((None,) * 4, "")
    assert not is_empty((None, None, None, 1), "")
    assert not is_empty((None,) * 4, "x")


GRAVE = by_first_word([("hit", "me"), ("hit", "us", "all"), ("knife",), ()])


@pytest.mark.parametrize(
    ("words", "scores", "needs"),
    [
        (("he", "hit", "me"), (None,) * 4, True),
        (("a", "knife"), (5, 5, 5, 5), True),
        (("hit", "the", "road", "with", "me"), (None,) * 4, False),
        (("they", "hit", "us", "all"), (None,) * 4, True),
        (("hit", "us"), (None,) * 4, False),  # the words end before the phrase does
        (("hit", "hit", "me"), (None,) * 4, True),
        (("all", "fine"), (5, 5, 5, 1), True),
        (("all", "fine"), (1, 1, 1, 2), False),
        ((), (None, None, None, 1), False),
        ((), (None,) * 4, False),
    ],
)
def test_grave_words_and_words_from_somebody_who_felt_unsafe_need_a_human(
    words: tuple[str, ...], scores: tuple[int | None, ...], needs: bool
) -> None:
    assert needs_a_human(words, GRAVE, scores) is needs


@pytest.mark.parametrize(
    ("weeks", "odd"),
    [
        ([0], None),
        ([10, 12, 9, 11], None),
        ([10, 12, 9, 50], Oddity.SPIKE),
        ([10, 12, 17, 50], None),
        ([0, 0, 0, 49], None),
        ([0, 0, 0, 50], Oddity.SPIKE),
        ([50], Oddity.SPIKE),
        ([6, 5, 7, 0, 0, 0], Oddity.SILENT),
        ([6, 5, 7, 0, 0, 3], Oddity.SILENT),
        ([6, 5, 7, 0, 0], None),
        ([1, 0, 1, 0, 0, 0], None),
        ([0, 0, 0], None),
    ],
)
def test_a_poster_that_opens_too_often_or_no_more_is_looked_at(
    weeks: list[int], odd: Oddity | None
) -> None:
    assert oddity(weeks) is odd
