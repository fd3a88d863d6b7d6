"""Reading the audit: the chain itself, and who opened whose plan."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engage.audit.models import Actor, AuditEntry, audit_digest
from engage.audit.rules import first_break
from engage.db import db

_table: Any = AuditEntry.__table__


@dataclass(frozen=True)
class ChainState:
    """What `engage audit verify` found."""

    sealed: int
    head: str | None
    first_wrong: int | None


def chain_state(viewer: Actor) -> ChainState:
    """Check the whole chain and return its length, its head and the first wrong entry."""
    seen: dict[str, Any] = {"chain_no": 0, "hash": None}

    def watched(entries: Iterable[Any]) -> Iterator[Any]:
        for entry in entries:
            seen.update(chain_no=entry["chain_no"], hash=entry["hash"])
            yield entry

    chain = select(_table).where(_table.c.chain_no.is_not(None)).order_by(_table.c.chain_no)
    with db.session.execute(chain.execution_options(yield_per=1000)) as rows:
        wrong = first_break(watched(rows.mappings()), audit_digest)
    return ChainState(seen["chain_no"], seen["hash"], wrong)


@dataclass(frozen=True)
class Opened:
    """Someone opened something of a young person's."""

    at: datetime
    actor_id: UUID | None
    actor_kind: str
    object_kind: str | None


def openings(viewer: Actor, young_person_id: UUID, *, limit: int = 50) -> list[Opened]:
    """List who opened this young person's record lately, newest first, themselves left out.

    The caller has asked the access function whether this viewer may know.
    """
    rows = db.session.execute(
        select(_table.c.at, _table.c.actor_id, _table.c.actor_kind, _table.c.object_kind)
        .where(
            _table.c.subject_id == young_person_id,
            _table.c.verb.like("%:opened"),
            _table.c.actor_id.is_distinct_from(young_person_id),
        )
        .order_by(_table.c.at.desc())
        .limit(limit)
    )
    return [Opened(*row) for row in rows]


def holds_link(viewer: Actor, number: int, kept: str) -> bool:
    """Say whether the chain still holds the head somebody kept elsewhere; finds a cut-off tail."""
    found = db.session.scalar(select(_table.c.hash).where(_table.c.chain_no == number))
    return found is not None and found == kept
