"""What holds for staff and second persons, in plain Python."""

from datetime import datetime, timedelta

# A request nobody answered for so long is asked again rather than granted unawares.
REQUEST_LIFE = timedelta(days=14)


def is_too_old(asked_at: datetime, now: datetime) -> bool:
    """Say whether a request waited so long that it no longer counts."""
    return now - asked_at >= REQUEST_LIFE
