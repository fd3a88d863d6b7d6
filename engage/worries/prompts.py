"""The prompts that come with the package, read once from their data files."""

import functools
import tomllib
from importlib import resources

from engage.worries.prompt_rules import Effect, Prompt, PromptKind, PromptSet

NEWEST = "2026-1"
VERSIONS = (NEWEST,)


@functools.cache
def prompt_set(version: str = NEWEST) -> PromptSet:
    """Return our prompts of this version, in order; an unknown version gives the newest."""
    name = version if version in VERSIONS else NEWEST
    place = resources.files("engage.worries").joinpath("prompt_sets", f"{name}.toml")
    content = tomllib.loads(place.read_text("utf-8"))
    return PromptSet(
        version=content["version"],
        tested_with=content["tested_with"],
        tested_on=content["tested_on"],
        prompts=tuple(
            Prompt(
                id=row["id"],
                kind=PromptKind(row["kind"]),
                is_gate=row.get("gate", False),
                choices=tuple(row.get("choices", ())),
                source=row["source"],
                effects={
                    answer: tuple(Effect(each) for each in done)
                    for answer, done in row.get("effects", {}).items()
                },
            )
            for row in content["prompt"]
        ),
    )
