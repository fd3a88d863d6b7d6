"""What counts as an answer, which groups of answers may be shown, and what a human must read now.

Nothing about one person may come out, also not by comparing two lists: answers stand in blocks that
never overlap and never change once shown, and no block is smaller than SMALLEST. Every number on
a page is about whole blocks, so the difference of two pages is a whole block too.
Source: MISSION C51 (small numbers), SAFETY 5.4 I9 (aggregates below 5; round to 5).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import mean

SMALLEST = 5
QUESTIONS = ("listened", "kind", "told", "safe")
# The one digit of an answer by text: how they were treated, all in all.
TREATED = "treated"
SCORES = (1, 2, 3, 4, 5)
GOOD = 4  # this score and the one above are the two friendly faces
# A poster that suddenly opens far more often than ever, or not at all any more, is looked at:
# somebody may have copied its address, or stuck another code over ours.
SPIKE, SPIKE_AT_LEAST = 3, 50
SILENT_WEEKS, USUAL_AT_LEAST = 2, 5
# Phrases by the word they begin with.
Phrases = Mapping[str, Sequence[tuple[str, ...]]]


class Subject(StrEnum):
    """Whom an answer is about."""

    POLICE = "police"
    CARER = "carer"
    WORKER = "worker"
    INTERVIEW = "interview"
    # By text, at a poster that asks about nobody in particular. On the page they pick one.
    UNSAID = "unsaid"


class Oddity(StrEnum):
    """Why somebody should look at a poster."""

    SPIKE = "spike"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Given:
    """One answer: the day its quarter began, and a score (1 to 5) or None for each question."""

    quarter: date
    scores: tuple[int | None, ...]
    words: str = ""
    treated: int | None = None

    def score(self, question: str) -> int | None:
        """Return what they answered to one question."""
        return self.treated if question == TREATED else self.scores[QUESTIONS.index(question)]


@dataclass(frozen=True, slots=True)
class Block:
    """Answers that are shown together or not at all: of one quarter, or of several that had few."""

    first: date
    last: date
    answers: tuple[Given, ...]

    @property
    def rounded(self) -> int:
        """Return how many there are, rounded to five, so that no count isolates one person."""
        return to_five(len(self.answers))


@dataclass(frozen=True, slots=True)
class Line:
    """One question over one or more blocks: of how many, and how many tenths found it good.

    `tenths` is None where fewer than SMALLEST people answered the question in every block.
    """

    question: str
    answers: int
    tenths: int | None


def quarter_of(day: date) -> date:
    """Return the first day of the quarter a day lies in. All that is kept of when."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def to_five(count: int) -> int:
    """Round to the nearest five, halves up; never to nothing when there are SMALLEST or more."""
    return (count + 2) // 5 * 5


def blocks(answers: Iterable[Given], *, today: date) -> list[Block]:
    """Put the answers of finished quarters into blocks of at least SMALLEST, oldest first.

    A quarter with few answers waits for those after it. A quarter that is not over is not shown:
    else two looks on two days would show what came in between. What is left over waits.
    """
    now = quarter_of(today)
    by_quarter: dict[date, list[Given]] = {}
    for each in answers:
        if each.quarter < now:
            by_quarter.setdefault(each.quarter, []).append(each)
    made: list[Block] = []
    waiting: list[Given] = []
    for quarter in sorted(by_quarter):
        waiting += by_quarter[quarter]
        if len(waiting) >= SMALLEST:
            made.append(Block(waiting[0].quarter, quarter, tuple(waiting)))
            waiting = []
    return made


def lines(shown: Sequence[Block]) -> list[Line]:
    """Say for each question what people answered in these blocks, by block as a whole.

    A block counts towards a question only if at least SMALLEST people in it answered that one.
    What only texts answer has no line until then: most posters are answered on the page.
    """
    found = []
    for question in (*QUESTIONS, TREATED):
        scores = [
            some
            for block in shown
            if len(some := [s for a in block.answers if (s := a.score(question))]) >= SMALLEST
        ]
        # Each block is rounded by itself: adding one changes the sum by what it shows alone.
        tenths = [round(10 * mean(s >= GOOD for s in some)) for some in scores]
        weights = [to_five(len(some)) for some in scores]
        total = sum(weights)
        share = sum(t * w for t, w in zip(tenths, weights, strict=True)) / total if total else None
        if question in QUESTIONS or total:
            found.append(Line(question, total, None if share is None else round(share)))
    return found


def words_of(block: Block) -> list[str]:
    """Return what people wrote in a block, sorted by the words: in no order that tells when."""
    return sorted(each.words for each in block.answers if each.words)


def scores_of(values: Sequence[str | None]) -> tuple[int | None, ...]:
    """Read one value a question; what is no score from 1 to 5 counts as skipped."""
    known = {str(score): score for score in SCORES}
    return tuple(known.get(value or "") for value in values)


def is_empty(scores: Sequence[int | None], words: str) -> bool:
    """Say whether nothing at all was answered."""
    return not words and not any(scores)


def by_first_word(phrases: Iterable[Sequence[str]]) -> Phrases:
    """Order phrases by the word they begin with, so that looking for them is one look a word."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in phrases:
        if phrase:
            found.setdefault(phrase[0], []).append(tuple(phrase))
    return {first: tuple(several) for first, several in found.items()}


def needs_a_human(words: Sequence[str], grave: Phrases, scores: Sequence[int | None]) -> bool:
    """Say whether a person must read this within minutes.

    A grave phrase stands in it, or somebody wrote something and felt not safe at all. `words`:
    folded, one after another; `grave`: phrases in the same form. Too much rather than too little.
    """
    if words and scores[QUESTIONS.index("safe")] == min(SCORES):
        return True
    return stands_in(words, grave)


def stands_in(words: Sequence[str], phrases: Phrases) -> bool:
    """Say whether one of the phrases stands anywhere in the words, both folded."""
    return any(
        tuple(words[at : at + len(phrase)]) == phrase
        for at, word in enumerate(words)
        for phrase in phrases.get(word, ())
    )


def oddity(weeks: Sequence[int]) -> Oddity | None:
    """Say what is odd about how often a poster was opened, week by week, oldest first.

    The last of them is the week that runs now; it counts for a spike only.
    """
    *before, current = weeks
    if current >= SPIKE_AT_LEAST and current > SPIKE * max(before, default=0):
        return Oddity.SPIKE
    silent, usual = before[-SILENT_WEEKS:], before[:-SILENT_WEEKS]
    if len(silent) == SILENT_WEEKS and usual and not any(silent):
        return Oddity.SILENT if mean(usual) >= USUAL_AT_LEAST else None
    return None
