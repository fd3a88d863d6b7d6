"""How long a phone may keep something of ours, and how many phones may."""

from datetime import datetime, timedelta

# Source: SAFETY, "only what the young person agreed to, off by default, with an end date".
COPY_LASTS = timedelta(days=30)
MOST_COPIES = 5
# Rows of copies that ended are kept this long, so that a phone that comes back is told to forget.
ENDED_KEPT = timedelta(days=60)


def is_good(
    *, expires_at: datetime, ended_at: datetime | None, link_is_open: bool, now: datetime
) -> bool:
    """Say whether a phone may go on keeping what it has."""
    return ended_at is None and expires_at > now and link_is_open
