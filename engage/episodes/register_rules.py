"""Where a page of the register ended."""

from datetime import datetime
from uuid import UUID


def read_mark(text: str) -> tuple[datetime, UUID] | None:
    """Read where a page ended; whatever is none begins anew."""
    due, _, row = text.partition("~")
    try:
        found = datetime.fromisoformat(due), UUID(row)
    except ValueError:
        return None
    return found if found[0].tzinfo else None
