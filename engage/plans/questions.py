"""The question sets that come with the package, read once from their data files."""

import functools
import tomllib
from importlib import resources

from engage.plans.rules import Question, QuestionKind, QuestionSet

NEWEST = "2026-1"
_FILES = {NEWEST: "questions.toml"}


@functools.cache
def question_set(version: str = NEWEST) -> QuestionSet:
    """Return the questions of this version, in order; an unknown version gives the newest."""
    name = _FILES.get(version, _FILES[NEWEST])
    content = tomllib.loads(resources.files("engage.plans").joinpath(name).read_text("utf-8"))
    return QuestionSet(
        version=content["version"],
        tested_with=content["tested_with"],
        tested_on=content["tested_on"],
        questions=tuple(
            Question(
                id=row["id"],
                kind=QuestionKind(row["kind"]),
                element=row["element"],
                source=row["source"],
                shareable=row.get("shareable", True),
                limit=row.get("limit", 2000),
            )
            for row in content["question"]
        ),
    )
