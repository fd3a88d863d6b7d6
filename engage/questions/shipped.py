"""The question sets that come with the package, read once from their data files."""

import functools
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any

from engage.questions.answer_rules import AREA_LIMIT, LINE_LIMIT, Part, PartKind
from engage.questions.rules import EVERYBODY_ROLES, VOICES, Question, QuestionKind, QuestionSet

OLDEST = "2026-1"
NEWEST = "2026-2"
VERSIONS = (OLDEST, NEWEST)


@functools.cache
def question_set(version: str = NEWEST) -> QuestionSet:
    """Return the questions of this version of ours, in order; an unknown one gives the newest."""
    name = version if version in VERSIONS else NEWEST
    place = resources.files("engage.questions").joinpath("question_sets", f"{name}.toml")
    content = tomllib.loads(place.read_text("utf-8"))
    return QuestionSet(
        version=content["version"],
        tested_with=content["tested_with"],
        tested_on=content["tested_on"],
        questions=tuple(_question(row) for row in content["question"]),
        groups=tuple(content.get("groups", ())),
    )


def _question(row: Mapping[str, Any]) -> Question:
    return Question(
        id=row["id"],
        kind=QuestionKind(row["kind"]),
        element=row["element"],
        source=row["source"],
        shareable=row.get("shareable", True),
        limit=row.get("limit", 2000),
        group=row.get("group", "me"),
        parts=tuple(_part(part) for part in row.get("parts", ())),
        writers=tuple(row.get("writers", VOICES)),
        readers=tuple(row.get("readers", EVERYBODY_ROLES)),
        sensitive=row.get("sensitive", False),
        in_pack=row.get("in_pack", False),
        shows=row.get("shows", ""),
    )


def _part(row: Mapping[str, Any]) -> Part:
    kind = PartKind(row["kind"])
    return Part(
        key=row["key"],
        kind=kind,
        limit=row.get("limit", AREA_LIMIT if kind is PartKind.AREA else LINE_LIMIT),
        choices=tuple(row.get("choices", ())),
        columns=tuple(_part(column) for column in row.get("columns", ())),
        by=tuple(row.get("by", ())),
    )


@functools.cache
def every_question() -> QuestionSet:
    """Return every question we ever asked, the newest form of each: to read old answers by."""
    known = {q.id: q for version in VERSIONS for q in question_set(version).questions}
    return QuestionSet("", "", "", tuple(known.values()), question_set().groups)
