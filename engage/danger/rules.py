"""How somebody answers when they look at danger again, and when the next look is. Plain Python."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Thinks(StrEnum):
    """What somebody thinks when asked whether a young person is in danger."""

    YES = "yes"
    NO = "no"
    DONT_KNOW = "dont_know"


# Whoever is not sure is asked again sooner than the pack asks. Ours; not tested with carers yet.
UNSURE_AGAIN = timedelta(hours=1)


def look_sooner_at(thinks: Thinks, now: datetime) -> datetime | None:
    """Return when to look again before the rule asks for it; None: when the rule says."""
    return now + UNSURE_AGAIN if thinks is Thinks.DONT_KNOW else None


class NewKind(StrEnum):
    """What may be new since somebody last looked."""

    TRUSTED_FINE = "trusted_fine"
    TRUSTED_WORRIED = "trusted_worried"
    TRUSTED_NO = "trusted_no"
    ANSWERED = "answered"
    HEARD_FROM_THEM = "heard_from_them"


@dataclass(frozen=True)
class New:
    """One thing that was learned since the last look."""

    kind: NewKind
    at: datetime
    by: str = ""
    what: str = ""


def newest_first(found: Collection[New], since: datetime | None) -> list[New]:
    """List what is new since the last look, the newest first; all of it if nobody looked yet."""
    kept = [each for each in found if since is None or each.at > since]
    return sorted(kept, key=lambda each: each.at, reverse=True)
