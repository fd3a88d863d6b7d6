"""An organisation's own questions for a talk, as they are stored, and which a talk asks."""

import json
from dataclasses import replace
from uuid import UUID

from engage.people.viewer import SYSTEM
from engage.questions.rules import Edits
from engage.talks.models import TalkQuestions
from engage.talks.rules import QuestionSet, changed
from engage.talks.shipped import NEWEST, question_set
from engage.wordings.queries import find_named, newest_name


def newest_set(organisation_id: UUID) -> str:
    """Return the name of the questions that a talk in this organisation begins with."""
    return newest_name(SYSTEM, TalkQuestions, organisation_id, NEWEST)


def get_set(organisation_id: UUID, name: str) -> QuestionSet:
    """Return the questions by the name that a talk kept: it finishes on those it began with."""
    row = find_named(SYSTEM, TalkQuestions, organisation_id, name)
    return as_set(row) if row is not None else question_set(name)


def edits_of(row: TalkQuestions) -> Edits:
    """Return what a version changes in ours."""
    return Edits.read(json.loads(str(row.edits) or "{}"))


def as_set(row: TalkQuestions) -> QuestionSet:
    """Return the questions of a stored version."""
    edits = edits_of(row)
    made = changed(
        question_set(row.base), row.name, off=edits.off, order=edits.order, wording=edits.wording
    )
    return replace(made, tested_with=row.tested_with or "", tested_on=str(row.tested_on or ""))


def stored(edits: Edits) -> str:
    """Return changes in the form in which they are stored."""
    return json.dumps(edits.kept(), ensure_ascii=False)
