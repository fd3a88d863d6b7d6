"""What an organisation does to its questions: word, order, switch, add, try out, publish."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from engage.people.access import Viewer
from engage.questions.answer_rules import clean
from engage.questions.models import QuestionVersion
from engage.questions.rules import (
    EXTRAS_MOST,
    Edits,
    apply,
    moved,
    reworded,
    switched,
    with_extra,
    without_extra,
)
from engage.questions.shipped import NEWEST, question_set
from engage.web.errors import Changed, NotFound
from engage.wordings import actions as wordings


def open_draft(viewer: Viewer, *, now: datetime) -> QuestionVersion:
    """Begin to change the questions, from the version in use; return the draft there is already
    if somebody began before.
    """
    untouched = json.dumps(Edits().kept())
    return wordings.open_draft(viewer, QuestionVersion, base=NEWEST, untouched=untouched, now=now)


def switch_question(viewer: Viewer, question_id: str, *, on: bool, now: datetime) -> None:
    """Ask a question from the next version on, or no longer. Two are always asked."""
    draft, edits = _open(viewer, question_id, now)
    _keep(viewer, draft, switched(edits, question_id, on=on), "switched", now)


def move_question_up(viewer: Viewer, question_id: str, *, now: datetime) -> None:
    """Put a question one place earlier among its group."""
    draft, edits = _open(viewer, question_id, now)
    every = apply(replace(edits, off=frozenset()), question_set(draft.base), "")
    groups = {question.id: question.group for question in every.questions}
    order = tuple(moved(list(groups), question_id, groups))
    _keep(viewer, draft, replace(edits, order=order), "ordered", now)


def word_question(
    viewer: Viewer, question_id: str, locale: str, words: Mapping[str, str], *, now: datetime
) -> None:
    """Put a question into the organisation's own words in one language; empty ones are ours."""
    draft, edits = _open(viewer, question_id, now)
    tidy = {word: " ".join(clean(text).split()) for word, text in words.items()}
    _keep(viewer, draft, reworded(edits, question_id, locale, tidy), "worded", now)


def add_question(
    viewer: Viewer, kind: str, locale: str, words: Mapping[str, str], *, now: datetime
) -> str:
    """Add a question of the organisation's own and return its id. Raises Changed when there are
    as many as there may be.
    """
    draft = open_draft(viewer, now=now)
    edits = draft.changes
    if len(edits.extras) >= EXTRAS_MOST:
        raise Changed("too many questions")
    edits, question_id = with_extra(edits, kind)
    tidy = {word: " ".join(clean(text).split()) for word, text in words.items()}
    _keep(viewer, draft, reworded(edits, question_id, locale, tidy), "added", now)
    return question_id


def remove_question(viewer: Viewer, question_id: str, *, now: datetime) -> None:
    """Take out a question of the organisation's own. Answers given to it can still be read."""
    draft, edits = _open(viewer, question_id, now)
    if question_id not in {one for one, _ in edits.extras}:
        raise NotFound("question")
    _keep(viewer, draft, without_extra(edits, question_id), "removed", now)


def publish(viewer: Viewer, *, now: datetime) -> QuestionVersion:
    """Begin new plans with the draft. Plans begun before keep theirs until somebody renews it."""
    return wordings.publish(viewer, QuestionVersion, now=now)


def discard(viewer: Viewer, *, now: datetime) -> None:
    """Throw the draft away; the version in use stays."""
    wordings.discard(viewer, QuestionVersion, now=now)


def record_test(
    viewer: Viewer, number: int, *, where: str, on: date, now: datetime
) -> QuestionVersion:
    """Write down where and when young people tried a version of the questions."""
    return wordings.record_test(viewer, QuestionVersion, number, where=clean(where), on=on, now=now)


def _open(viewer: Viewer, question_id: str, now: datetime) -> tuple[QuestionVersion, Edits]:
    draft = open_draft(viewer, now=now)
    edits = draft.changes
    known = apply(replace(edits, off=frozenset()), question_set(draft.base), "")
    if known.find(question_id) is None:
        raise NotFound("question")
    return draft, edits


def _keep(viewer: Viewer, draft: QuestionVersion, edits: Edits, verb: str, now: datetime) -> None:
    text = json.dumps(edits.kept(), ensure_ascii=False)
    wordings.keep_edits(viewer, draft, text, verb, now=now)
