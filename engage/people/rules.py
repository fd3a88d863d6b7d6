"""What holds about people and their relationships, in plain Python."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

# Source: SAFETY 13 (OWASP: 15 to 30 minutes for low risk, 4 to 8 hours in all).
STAFF_IDLE = timedelta(minutes=15)
LINK_IDLE = timedelta(minutes=15)
# Source: SAFETY T03 and T09: a young person's phone may be in other hands within minutes.
YOUNG_PERSON_IDLE = timedelta(minutes=5)
LONGEST_SESSION = timedelta(hours=8)
# Source: ASVS 6.5.5: an out-of-band code lives ten minutes at most.
CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5
# Source: SAFETY 5.3.
EMERGENCY_LENGTH = timedelta(minutes=60)
EMERGENCY_REASON = 15  # characters
EMERGENCY_AGAIN = timedelta(days=7)
REVIEW_WITHIN = 2  # working days
# Source: SAFETY 5.1 (review every 90 days) and 5.2 (a reason not to tell expires in 30 days).
SHARING_REVIEW = timedelta(days=90)
WITHHELD_AT_MOST = timedelta(days=30)


class Purpose(StrEnum):
    """When a part of the sharing agreement is open. Source: C7."""

    ALWAYS = "always"
    AWAY = "away"
    DANGER = "danger"
    NEVER = "never"


class Level(StrEnum):
    """What a share allows: to read, or also to write beside it. Source: SAFETY 5.1."""

    VIEW = "view"
    ACT = "act"


class CircumstanceKind(StrEnum):
    """What opens the parts that are shared for one purpose only; named like the purpose."""

    AWAY = "away"
    DANGER = "danger"


class DisclosureReason(StrEnum):
    """Why something was told without the young person's yes. Source: SAFETY 5.2."""

    SERIOUS_HARM = "serious_harm"
    SOMEONE_ELSE_AT_RISK = "someone_else_at_risk"
    COURT_ORDER = "court_order"
    LAW = "law"


def is_share_open(purpose: str, present: Collection[str]) -> bool:
    """Say whether a share with this purpose is open under what is so now (`present`).

    Each purpose opens on its own circumstance alone: "only if I am missing" says nothing about
    danger at home. Source: C7.
    """
    return purpose == Purpose.ALWAYS or (
        purpose in (Purpose.AWAY, Purpose.DANGER) and purpose in present
    )


def disclosure_shown_from(
    made_at: datetime, approved_at: datetime | None, withheld_until: datetime | None
) -> datetime:
    """Return from when the young person sees that something was told without their yes.

    As soon as a supervisor has looked, or after two working days if none did; later only while
    a supervisor has recorded why not. Source: SAFETY 5.2.
    """
    if withheld_until is not None:
        return withheld_until
    return approved_at or working_days_after(made_at, REVIEW_WITHIN)


def idle_limit(area: str, kind: str | None) -> timedelta:
    """Return how long a session may rest before it ends."""
    if area == "staff":
        return STAFF_IDLE
    return YOUNG_PERSON_IDLE if kind == "young_person" else LINK_IDLE


def has_ended(
    *, now: datetime, seen_at: datetime, created_at: datetime, area: str, kind: str | None
) -> bool:
    """Say whether a session has rested too long or lasted too long."""
    return now - seen_at >= idle_limit(area, kind) or now - created_at >= LONGEST_SESSION


def working_days_after(start: datetime, days: int) -> datetime:
    """Return the same time that many working days later; Saturdays and Sundays do not count."""
    end = start
    while days:
        end += timedelta(days=1)
        if end.weekday() < 5:
            days -= 1
    return end
