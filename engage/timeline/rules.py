"""What a timeline can be narrowed to, and where its next page starts."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

PAGE = 50
# More than this in one file or print is asked for by dates.
MOST = 5_000


class Group(StrEnum):
    """The kinds of things one may look for."""

    STATES = "states"
    TIMES = "times"
    DUTIES = "duties"
    SAID = "said"
    TEXTS = "texts"
    ALERTS = "alerts"
    WORRIES = "worries"
    NOTICES = "notices"
    OUTREACH = "outreach"
    WAY_BACK = "way_back"
    PACKS = "packs"
    EFFORTS = "efforts"
    MEETINGS = "meetings"


@dataclass(frozen=True)
class Narrowed:
    """What somebody wants to see: everything unless they say otherwise. Instants are UTC."""

    groups: Collection[Group] = field(default_factory=frozenset)
    by_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Mark:
    """Where a page ended: the next one starts after it."""

    at: datetime
    id: UUID
    source: str

    def __str__(self) -> str:
        """Write it for an address."""
        return f"{self.at.isoformat()}~{self.id.hex}~{self.source}"


def read_mark(text: str) -> Mark | None:
    """Read where a page ended; whatever is none begins anew."""
    at, _, rest = text.partition("~")
    row, _, source = rest.partition("~")
    try:
        found = Mark(datetime.fromisoformat(at), UUID(row), source)
    except ValueError:
        return None
    return found if found.at.tzinfo else None
