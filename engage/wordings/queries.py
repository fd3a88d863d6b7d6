"""Which version of an organisation's own wording is in use, or being written."""

from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from engage.db import db
from engage.people.access import Viewer
from engage.web.errors import NotFound
from engage.wordings.models import Version
from engage.wordings.rules import WordingState, number_of

T = TypeVar("T", bound=Version)


def find_version(
    viewer: Viewer, table: type[T], state: WordingState, organisation_id: UUID | None = None
) -> T | None:
    """Return the draft, or the version in use, of the viewer's organisation or of this one; None:
    there is none, and ours is used.
    """
    house = organisation_id or viewer.organisation_id
    return db.session.scalar(
        select(table).where(table.organisation_id == house, table.state == state)
    )


def newest_name(viewer: Viewer, table: type[T], organisation_id: UUID | None, ours: str) -> str:
    """Return with which version something begins in an organisation: its own, else `ours`."""
    row = find_version(viewer, table, WordingState.PUBLISHED, organisation_id)
    return row.name if row is not None else ours


def find_named(viewer: Viewer, table: type[T], organisation_id: UUID | None, name: str) -> T | None:
    """Return an organisation's version by the name that was kept; None: no such, or one of ours."""
    number = number_of(name)
    if not number:
        return None
    return db.session.scalar(
        select(table).where(table.organisation_id == organisation_id, table.number == number)
    )


def list_versions(viewer: Viewer, table: type[T]) -> list[T]:
    """List every version of the viewer's organisation, newest first."""
    return list(
        db.session.scalars(
            select(table)
            .where(table.organisation_id == viewer.organisation_id)
            .order_by(table.number.desc())
        )
    )


def get_version(viewer: Viewer, table: type[T], number: int) -> T:
    """Return a version of the viewer's organisation, or raise NotFound."""
    found = next((row for row in list_versions(viewer, table) if row.number == number), None)
    if found is None:
        raise NotFound(table.audited_as)
    return found
