"""What an organisation does to a version: begin a draft, change it, publish it, throw it away.

Everybody of an organisation takes turns, so that two who change at once both find their change.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import func, select

from engage.audit.actions import record
from engage.db import begin_write, db
from engage.people.access import Object, Verb, Viewer, require
from engage.people.models import Organisation
from engage.web.errors import Changed
from engage.wordings.models import Version
from engage.wordings.queries import find_version, get_version
from engage.wordings.rules import WordingState

T = TypeVar("T", bound=Version)
LONGEST_PLACE = 200


def open_draft(viewer: Viewer, table: type[T], *, base: str, untouched: str, now: datetime) -> T:
    """Begin to change what is in use; return the draft there is already if somebody began before.

    `base`: which of our sets the changes are made to; `untouched`: no changes at all, as stored.
    """
    _take_turn(viewer, Verb.CREATE, now)
    draft = find_version(viewer, table, WordingState.DRAFT)
    if draft is not None:
        return draft
    published = find_version(viewer, table, WordingState.PUBLISHED)
    last = select(func.max(table.number)).where(table.organisation_id == viewer.organisation_id)
    draft = table(
        organisation_id=viewer.organisation_id,
        number=(db.session.scalar(last) or 0) + 1,
        state=WordingState.DRAFT,
        base=base,
        edits=published.edits if published else untouched,
        made_by_id=viewer.person_id,
        changed_at=now,
    )
    db.session.add(draft)
    db.session.flush()
    note(viewer, draft, "draft_begun", now=now)
    return draft


def keep_edits(viewer: Viewer, draft: Version, edits: str, verb: str, *, now: datetime) -> None:
    """Keep what a draft changes, as stored. For callers that opened the draft."""
    draft.edits, draft.changed_at = edits, now
    note(viewer, draft, verb, now=now)


def publish(viewer: Viewer, table: type[T], *, now: datetime) -> T:
    """Begin with the draft from now on. Whatever began before finishes on what it began with."""
    draft = _take_draft(viewer, table, Verb.APPROVE, now=now)
    before = find_version(viewer, table, WordingState.PUBLISHED)
    if before is not None:
        before.state = WordingState.REPLACED
        db.session.flush()
    draft.state, draft.published_at = WordingState.PUBLISHED, now
    note(viewer, draft, "published", now=now)
    return draft


def discard(
    viewer: Viewer, table: type[T], *, now: datetime, along: Callable[[T], None] | None = None
) -> None:
    """Throw the draft away; the version in use stays. `along`: what goes with it, first."""
    draft = _take_draft(viewer, table, Verb.EDIT, now=now)
    note(viewer, draft, "draft_discarded", now=now)
    if along is not None:
        along(draft)
        db.session.flush()
    db.session.delete(draft)


def record_test(
    viewer: Viewer, table: type[T], number: int, *, where: str, on: date, now: datetime
) -> T:
    """Write down where and when young people tried a version."""
    _take_turn(viewer, Verb.EDIT, now)
    version = get_version(viewer, table, number)
    version.tested_with, version.tested_on = where[:LONGEST_PLACE], on
    note(viewer, version, "tested", now=now)
    return version


def note(viewer: Viewer, version: Version, verb: str, *, now: datetime) -> None:
    """Leave a line in the audit about a version."""
    kind = version.audited_as
    record(f"{kind}:{verb}", viewer=viewer, now=now, object_kind=kind, object_id=version.id)


def _take_turn(viewer: Viewer, verb: Verb, now: datetime) -> None:
    require(viewer, verb, Object.QUESTIONS, None, now=now)
    begin_write(db.session)
    db.session.execute(
        select(Organisation.id).where(Organisation.id == viewer.organisation_id).with_for_update()
    )
    db.session.expire_all()


def _take_draft(viewer: Viewer, table: type[T], verb: Verb, *, now: datetime) -> T:
    """Return the draft, for whoever may do this with it. Raises Changed when there is none."""
    _take_turn(viewer, verb, now)
    draft = find_version(viewer, table, WordingState.DRAFT)
    if draft is None:
        raise Changed("no draft")
    return draft
