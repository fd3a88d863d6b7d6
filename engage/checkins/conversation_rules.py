"""When a worker's text to a young person needs a reason. Plain Python."""

from datetime import datetime, timedelta
from enum import StrEnum

from engage.messaging.rules import is_quiet

# One text a day without an answer: more of them on a watched phone is pressure, and noticed.
# Source: issue 4 (10), SAFETY H04.
ONCE_IN = timedelta(hours=24)
SHORTEST_REASON = 15
# Source: MISSION 2.2 (a human answers within ten minutes, or it climbs).
ANSWER_WITHIN = timedelta(minutes=10)


class Hurdle(StrEnum):
    """What makes a worker think twice before a text goes."""

    WROTE_TODAY = "wrote_today"
    NIGHT = "night"


def hurdles(
    *, written_at: datetime | None, heard_at: datetime | None, zone: str, now: datetime
) -> list[Hurdle]:
    """List why a text may go now only with a reason.

    `written_at`: when any worker last texted them; `heard_at`: when they last texted us. Who
    texted since then is in a conversation, and may be answered as often as it takes.
    """
    found = []
    is_answer = heard_at is not None and (written_at is None or heard_at > written_at)
    if written_at is not None and not is_answer and now - written_at < ONCE_IN:
        found.append(Hurdle.WROTE_TODAY)
    just_heard = heard_at is not None and now - heard_at < ANSWER_WITHIN
    if is_quiet(now, zone) and not just_heard:
        found.append(Hurdle.NIGHT)
    return found


def minutes_waiting(since: datetime, now: datetime) -> int:
    """Return how many whole minutes somebody has waited."""
    return max(int((now - since).total_seconds() // 60), 0)


def is_late(since: datetime, now: datetime) -> bool:
    """Say whether somebody has waited longer than a human answer may take."""
    return now - since >= ANSWER_WITHIN
