"""The only reader of the clock."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return this instant as an aware UTC datetime.

    Called at the edges only (views, worker, webhooks, commands) and passed on as `now`.
    """
    return datetime.now(UTC)
