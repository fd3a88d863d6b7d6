"""What an organisation does to the questions of its talks: word, order, leave out, publish."""

from dataclasses import replace
from datetime import date, datetime

from engage.people.access import Viewer
from engage.questions.answer_rules import clean
from engage.questions.rules import Edits, WordProblem, moved, reworded, switched, word_problem
from engage.talks.models import TalkQuestions
from engage.talks.sets import as_set, edits_of, stored
from engage.talks.shipped import NEWEST, question_set
from engage.web.errors import NotFound
from engage.wordings import actions as wordings

# One question at least is asked.
FEWEST = 1


class BadWords(ValueError):
    """A sentence that should not be put before a young person, and why."""

    def __init__(self, problem: WordProblem):
        super().__init__(str(problem))
        self.problem = problem


class TooFew(ValueError):
    """Nothing would be asked any more."""


def open_draft(viewer: Viewer, *, now: datetime) -> TalkQuestions:
    """Begin to change the questions, from those in use; return the draft there is already."""
    untouched = stored(Edits())
    return wordings.open_draft(viewer, TalkQuestions, base=NEWEST, untouched=untouched, now=now)


def word_question(
    viewer: Viewer, question_id: str, locale: str, *, ask: str, cue: str, now: datetime
) -> None:
    """Put a question and the words beside it into the organisation's own, in one language; empty
    means ours again. Raises BadWords, NotFound.
    """
    draft, edits = _open(viewer, question_id, now)
    words = {"ask": " ".join(clean(ask).split()), "hint": " ".join(clean(cue).split())}
    if problem := word_problem(words["ask"]):
        raise BadWords(problem)
    changed = reworded(edits, question_id, locale, words)
    wordings.keep_edits(viewer, draft, stored(changed), "worded", now=now)


def switch_question(viewer: Viewer, question_id: str, *, on: bool, now: datetime) -> None:
    """Ask a question from the next version on, or no longer. Raises TooFew, NotFound."""
    draft, edits = _open(viewer, question_id, now)
    changed = switched(edits, question_id, on=on)
    asked = [each for each in question_set(draft.base).questions if each.id not in changed.off]
    if len(asked) < FEWEST:
        raise TooFew(question_id)
    wordings.keep_edits(viewer, draft, stored(changed), "switched", now=now)


def move_question_up(viewer: Viewer, question_id: str, *, now: datetime) -> None:
    """Ask a question one place earlier."""
    draft, edits = _open(viewer, question_id, now)
    ids = [each.id for each in as_set(draft).questions]
    if question_id in ids:
        order = tuple(moved(ids, question_id, dict.fromkeys(ids, "")))
        changed = replace(edits, order=order)
        wordings.keep_edits(viewer, draft, stored(changed), "ordered", now=now)


def publish(
    viewer: Viewer, *, now: datetime, tested_with: str = "", tested_on: date | None = None
) -> TalkQuestions:
    """Begin new talks with the draft; those begun before finish on what they began with.

    With where and when young people tried it, it is no longer marked as not tried.
    """
    made = wordings.publish(viewer, TalkQuestions, now=now)
    if tested_with.strip() and tested_on is not None:
        where = tested_with.strip()
        wordings.record_test(viewer, TalkQuestions, made.number, where=where, on=tested_on, now=now)
    return made


def discard(viewer: Viewer, *, now: datetime) -> None:
    """Throw the draft away; the version in use stays."""
    wordings.discard(viewer, TalkQuestions, now=now)


def _open(viewer: Viewer, question_id: str, now: datetime) -> tuple[TalkQuestions, Edits]:
    draft = open_draft(viewer, now=now)
    if question_set(draft.base).find(question_id) is None:
        raise NotFound("question")
    return draft, edits_of(draft)
