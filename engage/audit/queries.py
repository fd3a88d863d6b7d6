"""Reading the audit: the chain itself, and who opened whose plan."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

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
    verb: str = ""


def subjects_of(viewer: Actor, verb: str, *, since: datetime) -> list[UUID]:
    """List whose records the viewer did this to since then, the last one first."""
    rows = db.session.execute(
        select(_table.c.subject_id, func.max(_table.c.at).label("last"))
        .where(
            _table.c.actor_id == viewer.person_id,
            _table.c.at > since,
            _table.c.verb == verb,
            _table.c.subject_id.is_not(None),
        )
        .group_by(_table.c.subject_id)
        .order_by(func.max(_table.c.at).desc())
    )
    return [row.subject_id for row in rows]


def acts_of(
    viewer: Actor, verb: str, *, object_id: UUID, person_id: UUID, limit: int = 200
) -> list[tuple[datetime, str]]:
    """List when somebody did this to one object, and to which part of it, oldest first.

    The caller has asked the access function whether this viewer may know.
    """
    rows = db.session.execute(
        select(_table.c.at, _table.c.object_kind)
        .where(
            _table.c.actor_id == person_id,
            _table.c.verb == verb,
            _table.c.object_id == object_id,
        )
        .order_by(_table.c.at)
        .limit(limit)
    )
    return [(row.at, row.object_kind or "") for row in rows]


def fresh_readers(viewer: Actor, *, limit: int = 2000) -> list[UUID]:
    """List who opened somebody's record since the chain was last sealed."""
    unsealed = (
        select(_table.c.actor_id, _table.c.verb)
        .where(_table.c.chain_no.is_(None))
        .order_by(_table.c.at)
        .limit(limit)
        .subquery()
    )
    opened = unsealed.c.verb.like("%:opened")
    readers = select(unsealed.c.actor_id).where(opened, unsealed.c.actor_id.is_not(None))
    return list(db.session.scalars(readers.distinct()))


def count_opened(viewer: Actor, person_id: UUID, *, since: datetime) -> int:
    """Count the different people whose records somebody opened since then, their own left out."""
    return (
        db.session.scalar(
            select(func.count(func.distinct(_table.c.subject_id))).where(
                _table.c.actor_id == person_id,
                _table.c.at > since,
                _table.c.verb.like("%:opened"),
                _table.c.subject_id.is_not(None),
                _table.c.subject_id != person_id,
            )
        )
        or 0
    )


def openings(viewer: Actor, young_person_id: UUID, *, limit: int = 50) -> list[Opened]:
    """List who opened this young person's record lately, newest first, themselves left out.

    The caller has asked the access function whether this viewer may know.
    """
    rows = db.session.execute(
        select(
            _table.c.at,
            _table.c.actor_id,
            _table.c.actor_kind,
            _table.c.object_kind,
            _table.c.verb,
        )
        .where(
            _table.c.subject_id == young_person_id,
            _table.c.verb.like("%:opened"),
            _table.c.actor_id.is_distinct_from(young_person_id),
        )
        .order_by(_table.c.at.desc())
        .limit(limit)
    )
    return [Opened(*row) for row in rows]


@dataclass(frozen=True)
class Act:
    """One line of the audit, for people to read."""

    at: datetime
    actor_id: UUID | None
    actor_kind: str
    verb: str
    subject_id: UUID | None
    object_kind: str | None


_ACT = (
    _table.c.at,
    _table.c.actor_id,
    _table.c.actor_kind,
    _table.c.verb,
    _table.c.subject_id,
    _table.c.object_kind,
)


def acts_by(
    viewer: Actor, person_id: UUID, *, before: datetime | None = None, limit: int = 100
) -> list[Act]:
    """List what somebody did, newest first; `before` goes on where a page ended.

    The caller has asked the access function whether this viewer may know.
    """
    return _acts(_table.c.actor_id == person_id, before, limit)


def acts_on(
    viewer: Actor, young_person_id: UUID, *, before: datetime | None = None, limit: int = 100
) -> list[Act]:
    """List what anybody did to one young person's record, newest first.

    The caller has asked the access function whether this viewer may know.
    """
    return _acts(_table.c.subject_id == young_person_id, before, limit)


def _acts(about: Any, before: datetime | None, limit: int) -> list[Act]:
    rows = select(*_ACT).where(about).order_by(_table.c.at.desc(), _table.c.id).limit(limit)
    if before is not None:
        rows = rows.where(_table.c.at < before)
    return [Act(*row) for row in db.session.execute(rows)]


def newest_state(viewer: Actor, *, limit: int = 5000) -> tuple[ChainState, int]:
    """Check the newest entries of the chain; return what was found and how many were checked.

    The link before them is taken as it stands: for the whole chain there is `chain_state`.
    """
    chain = select(_table).where(_table.c.chain_no.is_not(None))
    newest = chain.order_by(_table.c.chain_no.desc()).limit(limit)
    rows = [dict(row) for row in db.session.execute(newest).mappings()][::-1]
    if not rows:
        return ChainState(0, None, None), 0
    first = rows[0]
    wrong = first_break(rows, audit_digest, first["chain_no"], first["prev_hash"])
    return ChainState(rows[-1]["chain_no"], rows[-1]["hash"], wrong), len(rows)


def holds_link(viewer: Actor, number: int, kept: str) -> bool:
    """Say whether the chain still holds the head somebody kept elsewhere; finds a cut-off tail."""
    found = db.session.scalar(select(_table.c.hash).where(_table.c.chain_no == number))
    return found is not None and found == kept
