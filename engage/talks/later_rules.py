"""What a phone kept of a talk without a signal: reading it. Plain Python."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from engage.talks.rules import LONGEST_WORDS, Audience, wanted_audiences
from engage.worries.later_rules import KEY, ago


class SaidKind(StrEnum):
    """What was done on a phone without a signal."""

    LAW = "law"
    ANSWER = "answer"
    CORRECT = "correct"
    READ_BACK = "read_back"
    SHARE = "share"


@dataclass(frozen=True)
class Said:
    """One thing that was done on a phone without a signal."""

    kind: SaidKind
    # Made by the phone, so that it counts once however often it is sent.
    key: str
    # Which talk is owed that this belongs to.
    interview_id: UUID
    # When, and when the talk began there, by our clock (UTC).
    at: datetime
    began_at: datetime
    question: str = ""
    words: str = ""
    audiences: frozenset[Audience] = frozenset()
    # Up to where the line was seen: the key of an entry of this phone, else a number of ours.
    seen_key: str = ""
    seen: int = 0


def read_said(kept: Mapping[str, Any], sent_at: Any, now: datetime) -> Said | None:
    """Return what a phone kept, with the times put right by our clock; None if unreadable."""
    key, about, seen = kept.get("key"), kept.get("about"), kept.get("seen")
    try:
        kind, interview_id = SaidKind(str(kept.get("kind"))), UUID(str(about))
    except ValueError:
        return None
    if not isinstance(key, str) or not KEY.fullmatch(key):
        return None
    at = ago(kept.get("at"), sent_at, now)
    picked = kept.get("audiences")
    names = [each for each in picked if isinstance(each, str)] if isinstance(picked, list) else []
    is_number = isinstance(seen, int) and not isinstance(seen, bool)
    return Said(
        kind=kind,
        key=key,
        interview_id=interview_id,
        at=at,
        began_at=min(at, ago(kept.get("began", kept.get("at")), sent_at, now)),
        question=str(kept.get("question") or "")[:40],
        words=str(kept.get("words") or "")[:LONGEST_WORDS],
        audiences=wanted_audiences(names) or frozenset(),
        seen_key=str(kept.get("of") or "")[:64],
        seen=int(seen) if is_number and seen is not None else 0,
    )
