"""What a phone kept without a signal: reading it, and what of it may not wait. Plain Python."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from engage.worries.prompt_rules import Effect, PromptSet
from engage.worries.rules import WAIT_MINUTES, tidy_reason

# What a phone says of its own clock is believed within these bounds only.
OLDEST = timedelta(days=7)
LONGEST_WORDS = 2000
LONGEST_REASON = 500
MOST_VALUES = 20
KEY = re.compile(r"[\w-]{1,40}", re.ASCII)


class SaidKind(StrEnum):
    """What somebody did on a phone without a signal."""

    BEGIN = "begin"
    ANSWER = "answer"
    TRIED = "tried"
    MISSING = "missing"
    WAIT = "wait"
    NOT_MISSING = "not_missing"


@dataclass(frozen=True)
class Said:
    """One thing somebody did on a phone without a signal."""

    kind: SaidKind
    # Made by the phone, so that it counts once however often it is sent.
    key: str
    # When, and when the questions began there, by our clock (UTC).
    at: datetime
    began_at: datetime
    # About whom, or in which worry, if the phone knew it.
    young_person_id: UUID | None
    worry_id: UUID | None
    prompt_set: str = ""
    prompt: str = ""
    # What the form on the page would have sent.
    form: Mapping[str, list[str]] | None = None
    person_id: UUID | None = None
    how: str = ""
    outcome: str = ""
    # Of a decision: how they know, and in how many minutes somebody looks again.
    reason: str = ""
    minutes: int = 0


def read_said(kept: Mapping[str, Any], sent_at: Any, now: datetime) -> Said | None:
    """Return what a phone kept, with the times put right by our clock; None if unreadable.

    The phone says when it did something and what its clock says now (milliseconds): only the
    difference counts, so that a wrong clock does no harm.
    """
    key, about, worry = kept.get("key"), _id(kept.get("about")), _id(kept.get("worry"))
    try:
        kind = SaidKind(str(kept.get("kind")))
    except ValueError:
        return None
    if not isinstance(key, str) or not KEY.fullmatch(key) or (about is None and worry is None):
        return None
    at = ago(kept.get("at"), sent_at, now)
    return Said(
        kind=kind,
        key=key,
        at=at,
        began_at=min(at, ago(kept.get("began", kept.get("at")), sent_at, now)),
        young_person_id=about,
        worry_id=worry,
        prompt_set=str(kept.get("set") or "")[:20],
        prompt=str(kept.get("prompt") or "")[:40],
        form=_form(kept.get("form")),
        person_id=_id(kept.get("person")),
        how=str(kept.get("how") or "call"),
        outcome=str(kept.get("outcome") or ""),
        reason=_words(kept.get("reason")),
        minutes=_minutes(kept.get("minutes")),
    )


def cannot_wait(said: Said, prompts: PromptSet) -> bool:
    """Say whether this is heard although nobody is signed in on the phone: it raises concern.

    Source: SAFETY 2: what raises concern needs no proof, what lowers it does. `prompts`: ours,
    for danger is only ever in our own gates.
    """
    if said.kind in (SaidKind.BEGIN, SaidKind.MISSING):
        return True
    prompt = prompts.get(said.prompt)
    pressed = (said.form or {}).get("answer") or [""]
    effects = prompt.effects.get(pressed[0], ()) if prompt is not None else ()
    return said.kind is SaidKind.ANSWER and Effect.DANGER in effects


def _words(text: Any) -> str:
    return tidy_reason(text)[:LONGEST_REASON] if isinstance(text, str) else ""


def _minutes(pressed: Any) -> int:
    """Return what was pressed, in minutes; 0 for what was never offered."""
    text = str(pressed)
    return int(text) if text in map(str, WAIT_MINUTES) else 0


def ago(at: Any, sent_at: Any, now: datetime) -> datetime:
    """Return when a phone did something, by our clock: what it says of its own is believed within
    seven days, and only the difference to what it says now counts (milliseconds, UTC).
    """
    if not isinstance(at, int) or not isinstance(sent_at, int):
        return now
    return now - min(max(timedelta(milliseconds=_bounded(sent_at - at)), timedelta(0)), OLDEST)


def _bounded(milliseconds: int) -> int:
    most = int(OLDEST.total_seconds() * 1000)
    return max(-most, min(milliseconds, most))


def _id(text: Any) -> UUID | None:
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _form(sent: Any) -> dict[str, list[str]]:
    if not isinstance(sent, dict):
        return {}
    return {
        str(name)[:20]: [str(value)[:LONGEST_WORDS] for value in values[:MOST_VALUES]]
        for name, values in sent.items()
        if isinstance(values, list)
    }
