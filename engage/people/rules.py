"""What holds about people and their relationships, in plain Python."""

from datetime import datetime, timedelta

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
