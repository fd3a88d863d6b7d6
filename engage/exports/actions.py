"""Ask for a file, be the second person, fetch it, forget it. `making` makes it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, select, update

from engage.audit.actions import record
from engage.case_files.reading import may_take
from engage.db import db
from engage.exports.models import Export, ExportPart
from engage.exports.queries import get_export, may_ask
from engage.exports.rules import (
    LEASE,
    MOST_TRIES,
    TO_DO,
    ExportKind,
    ExportState,
    Sort,
    Year,
    is_due,
    year_of,
)
from engage.people.access import SYSTEM, Viewer
from engage.web.errors import Changed, NotFound


def ask_export(viewer: Viewer, kind: ExportKind, year: Year, *, now: datetime) -> Export:
    """Ask for a file of what the viewer may open; it waits for a second person. Raises NotFound."""
    if not may_ask(viewer) or viewer.organisation_id is None or viewer.person_id is None:
        raise NotFound("exports")
    made = Export(
        organisation_id=viewer.organisation_id,
        kind=kind,
        year=year.number,
        asked_by_id=viewer.person_id,
        asked_at=now,
        left_out={},
    )
    db.session.add(made)
    db.session.flush()
    _note("export:asked", viewer, made, now, f"{kind}:{year.number}")
    return made


def ask_case_file(
    viewer: Viewer, young_person_id: UUID, *, locale: str, today: date, now: datetime
) -> Export:
    """Ask for what the viewer may open of one young person, as a PDF and as data.

    It waits for a second person. `locale` is the language it is written in. Raises NotFound.
    """
    if not may_take(viewer, young_person_id, now=now):
        raise NotFound("case file")
    assert viewer.organisation_id is not None and viewer.person_id is not None
    made = Export(
        organisation_id=viewer.organisation_id,
        kind=ExportKind.CASE_FILE,
        year=year_of(today).number,
        young_person_id=young_person_id,
        locale=locale,
        asked_by_id=viewer.person_id,
        asked_at=now,
        left_out={},
    )
    db.session.add(made)
    db.session.flush()
    _note("export:asked", viewer, made, now)
    return made


def confirm_export(viewer: Viewer, export_id: UUID, *, yes: bool, now: datetime) -> None:
    """Let a file that somebody else asked for be made, or not.

    Raises NotFound, and Changed when somebody was quicker.
    """
    line = get_export(viewer, export_id, now=now)
    if not line.may_confirm:
        raise NotFound("export")
    state = ExportState.QUEUED if yes else ExportState.REFUSED
    done = db.session.execute(
        update(Export)
        .where(Export.id == export_id, Export.state == ExportState.WAITING)
        .values(state=state, confirmed_by_id=viewer.person_id)
        .execution_options(synchronize_session="fetch")
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Changed("export")
    _note("export:confirmed" if yes else "export:refused", viewer, line.export, now)


def note_fetched(viewer: Viewer, export: Export, sort: Sort, *, now: datetime) -> None:
    """Write down that somebody took a file, and how many lines it holds. Source: SAFETY 5 I12.

    Talks that were signed off when a case file was made are out with it: they may be erased here.
    """
    what = sort if export.young_person_id else export.kind
    _note("export:fetched", viewer, export, now, f"{what}:{export.lines}")
    if export.young_person_id is None or export.ready_at is None:
        return
    # Talks bring much along, which a worker that only forgets old files need not load.
    from engage.talks.actions import note_taken_out
    from engage.talks.queries import list_talks

    for talk in list_talks(viewer, export.young_person_id, now=now):
        if talk.signed_off_at is not None and talk.signed_off_at < export.ready_at:
            note_taken_out(viewer, talk.id, "", now=now)


def note_written(organisation_id: UUID, kind: ExportKind, lines: int, *, now: datetime) -> None:
    """Write down that an operator wrote a file on the machine, and how many lines it holds."""
    record(
        "export:written",
        viewer=SYSTEM,
        now=now,
        object_kind="organisation",
        object_id=organisation_id,
        reason=f"{kind}:{lines}",
    )


def claim(*, now: datetime) -> UUID | None:
    """Take a file that has to be made, or one whose worker stopped; None when there is none."""
    waiting = db.session.scalars(
        select(Export).where(Export.state.in_(sorted(TO_DO))).order_by(Export.asked_at)
    ).all()
    for each in waiting:
        if not is_due(each.state, each.lease_until, now):
            continue
        if each.tries >= MOST_TRIES:
            each.state = ExportState.FAILED
            _note("export:failed", SYSTEM, each, now)
            continue
        mine = db.session.execute(
            update(Export)
            .where(Export.id == each.id, Export.tries == each.tries)
            .values(
                state=ExportState.RUNNING, tries=each.tries + 1, lease_until=now + LEASE, done=0
            )
            .execution_options(synchronize_session=False)
        )
        if mine.rowcount == 1:  # type: ignore[attr-defined]
            return each.id
    return None


def forget_exports(*, now: datetime, limit: int = 50) -> int:
    """Remove the pieces of files whose day is over; return of how many files."""
    old = db.session.scalars(
        select(Export)
        .where(Export.forget_at <= now, Export.state == ExportState.READY)
        .limit(limit)
    ).all()
    for each in old:
        db.session.execute(delete(ExportPart).where(ExportPart.export_id == each.id))
        each.state = ExportState.GONE
        _note("export:forgotten", SYSTEM, each, now)
    return len(old)


def _note(
    verb: str, viewer: Viewer, export: Export, now: datetime, reason: str | None = None
) -> None:
    # Of a case file the young person reads in their own history who asked for it and took it.
    record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=export.young_person_id,
        object_kind="export",
        object_id=export.id,
        reason=reason,
    )
