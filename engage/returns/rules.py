"""The steps of a welcome and the first checks. Plain Python.

Source: MISSION C43 (welcome-back steps for whoever opens the door) and C45 (return facts: health
and safety checks that inspectors found were not done). The wording is ours (labels.py).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from engage.episodes.rules import EpisodeState

# In the order of MISSION C43. Never renamed: marks are kept under these names.
STEPS = (
    "glad", "thanks", "hard", "no_questions", "first", "food", "shower", "clothes", "medical",
    "rest", "choices", "plan", "who", "contact", "what_next", "ready", "safety",
)  # fmt: skip
CHECKS = ("injury", "substances", "sexual_health", "mental_health")
# The card stays on the start page so long after the return. Our default.
SHOWN_FOR = timedelta(hours=72)


class Mark(StrEnum):
    """What became of a step. Skipping is as good as doing: nobody is marked down for it."""

    DONE = "done"
    SKIPPED = "skipped"


class Way(StrEnum):
    """How somebody came back."""

    BY_THEMSELVES = "by_themselves"
    TRUSTED_PERSON = "trusted_person"
    CARER = "carer"
    WORKER = "worker"
    POLICE = "police"
    OTHER = "other"


class Choice(StrEnum):
    """Whether it was their own choice to come back."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    NOT_SAID = "not_said"


class Check(StrEnum):
    """What became of one part of the health check. Declined is not the same as not asked."""

    NOT_ASKED = "not_asked"
    DECLINED = "declined"
    BOOKED = "booked"
    DONE = "done"


def is_shown(state: EpisodeState | str, returned_at: datetime | None, now: datetime) -> bool:
    """Say whether the welcome card is shown: from setting out until three days after."""
    if state == EpisodeState.RETURNING:
        return True
    if state not in (EpisodeState.RETURNED, EpisodeState.CLOSED) or returned_at is None:
        return False
    return now < returned_at + SHOWN_FOR


def left_open(checks: Mapping[str, Check | str]) -> list[str]:
    """List the parts of the health check that nobody asked about yet, in order."""
    return [name for name in CHECKS if checks.get(name, Check.NOT_ASKED) == Check.NOT_ASKED]
