"""The questions that come with the package, read once from their data files."""

import functools
import tomllib
from importlib import resources

from engage.talks.rules import Question, QuestionSet, Spoken

NEWEST = "2026-1"
VERSIONS = (NEWEST,)


@functools.cache
def question_set(version: str = NEWEST) -> QuestionSet:
    """Return our questions of this version, in order; an unknown version gives the newest."""
    name = version if version in VERSIONS else NEWEST
    place = resources.files("engage.talks").joinpath("question_sets", f"{name}.toml")
    content = tomllib.loads(place.read_text("utf-8"))
    return QuestionSet(
        version=content["version"],
        tested_with=content["tested_with"],
        tested_on=content["tested_on"],
        questions=tuple(
            Question(
                id=row["id"],
                spoken=Spoken(row.get("spoken", Spoken.YOUNG_PERSON)),
                source=row["source"],
                is_sensitive=row.get("sensitive", False),
            )
            for row in content["question"]
        ),
    )
