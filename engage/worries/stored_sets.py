"""An organisation's own prompts, as they are stored."""

import json
from dataclasses import replace
from typing import Any

from engage.worries.models import PromptVersion
from engage.worries.prompt_rules import Edits, Effect, Prompt, PromptKind, PromptSet, apply
from engage.worries.prompts import prompt_set


def as_set(row: PromptVersion) -> PromptSet:
    """Return the prompts of a stored version."""
    made = apply(prompt_set(row.base), read_edits(str(row.edits)), row.name)
    return replace(made, tested_with=row.tested_with or "", tested_on=str(row.tested_on or ""))


def read_edits(text: str) -> Edits:
    """Return what was changed from its stored form."""
    data: dict[str, Any] = json.loads(text or "{}")
    return Edits(
        hidden=frozenset(data.get("hidden", ())),
        order=tuple(data.get("order", ())),
        words={(name, locale): said for name, locale, said in data.get("words", ())},
        own=tuple(read_prompt(row) for row in data.get("own", ())),
    )


def write_edits(edits: Edits) -> str:
    """Return what was changed in the form in which it is stored."""
    return json.dumps(
        {
            "hidden": sorted(edits.hidden),
            "order": list(edits.order),
            "words": [[name, locale, said] for (name, locale), said in sorted(edits.words.items())],
            "own": [write_prompt(prompt) for prompt in edits.own],
        },
        ensure_ascii=False,
    )


def read_prompt(row: dict[str, Any]) -> Prompt:
    """Return somebody's own prompt from its stored form."""
    return Prompt(
        id=row["id"],
        kind=PromptKind(row["kind"]),
        choices=tuple(row["choices"]),
        own_words=dict(row["words"]),
        about=row.get("about", ""),
        effects={
            answer: tuple(Effect(each) for each in done)
            for answer, done in row.get("effects", {}).items()
        },
    )


def write_prompt(prompt: Prompt) -> dict[str, Any]:
    """Return somebody's own prompt in the form in which it is stored."""
    return {
        "id": prompt.id,
        "kind": prompt.kind,
        "choices": list(prompt.choices),
        "words": dict(prompt.own_words),
        "about": prompt.about,
        "effects": {key: list(done) for key, done in prompt.effects.items()},
    }
