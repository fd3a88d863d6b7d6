"""Who may ask for files, which there are, and fetching one that is ready."""

from base64 import b64decode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select

from engage.case_files.reading import may_take
from engage.db import db
from engage.exports.models import Export, ExportPart
from engage.exports.rules import ExportState, Sort
from engage.people.access import Object, Verb, Viewer, may
from engage.people.models import Person, Role, YoungPerson
from engage.web.errors import NotFound

LISTED = 30


@dataclass(frozen=True)
class ExportLine:
    """One file in the list, and what this viewer may do with it."""

    export: Export
    asked_by: str
    is_own: bool
    may_confirm: bool
    # Whom a case file is about, for those who may know; else empty.
    about: str = ""
    # The files there are to fetch; none before it is ready.
    files: Sequence[Sort] = ()

    @property
    def percent(self) -> int:
        """Return how far the worker has come."""
        return 100 * self.export.done // self.export.of if self.export.of else 0


@dataclass(frozen=True)
class CaseFilesPage:
    """One young person, and the case files that this viewer asked for."""

    young_person: YoungPerson
    lines: Sequence[ExportLine]


def may_ask(viewer: Viewer) -> bool:
    """Say whether the viewer answers for young people as a supervisor. Source: SAFETY 5, O21."""
    return bool(viewer.teams_as(Role.SUPERVISOR))


def may_second(viewer: Viewer, *, now: datetime) -> bool:
    """Say whether the viewer may be the second person."""
    return may_ask(viewer) or may(viewer, Verb.EDIT, Object.EXPORTS, None, now=now)


def exports(viewer: Viewer, *, now: datetime) -> list[ExportLine]:
    """List the viewer's files and those that wait for a second person. Raises NotFound."""
    if not may_second(viewer, now=now):
        raise NotFound("exports")
    rows = db.session.execute(
        _rows()
        .where(Export.organisation_id == viewer.organisation_id)
        .where((Export.asked_by_id == viewer.person_id) | (Export.state == ExportState.WAITING))
        .order_by(Export.asked_at.desc(), Export.id)
        .limit(LISTED)
    ).all()
    lines = [_line(viewer, export, person, now) for export, person in rows]
    return [line for line in lines if line.is_own or line.may_confirm]


def case_files(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> CaseFilesPage:
    """Return the case files of one young person that the viewer asked for. Raises NotFound."""
    if not may_take(viewer, young_person_id, now=now):
        raise NotFound("case files")
    rows = db.session.execute(
        _rows()
        .where(Export.asked_by_id == viewer.person_id, Export.young_person_id == young_person_id)
        .order_by(Export.asked_at.desc(), Export.id)
        .limit(LISTED)
    ).all()
    return CaseFilesPage(
        db.session.get_one(YoungPerson, young_person_id),
        [_line(viewer, export, person, now) for export, person in rows],
    )


def get_export(viewer: Viewer, export_id: UUID, *, now: datetime) -> ExportLine:
    """Return one file: one's own, or one that waits for a second person. Raises NotFound."""
    export = db.session.get(Export, export_id)
    if export is None or export.organisation_id != viewer.organisation_id:
        raise NotFound("export")
    person = db.session.get_one(Person, export.asked_by_id)
    line = _line(viewer, export, person, now)
    if not (line.is_own and _may_have(viewer, export, now)) and not line.may_confirm:
        raise NotFound("export")
    return replace(line, files=_files(export)) if line.is_own else line


def pieces(viewer: Viewer, export_id: UUID, sort: Sort, *, now: datetime) -> Iterator[bytes]:
    """Yield a file piece by piece, to whoever asked for it and nobody else. Raises NotFound."""
    line = get_export(viewer, export_id, now=now)
    if not line.is_own or sort not in line.files:
        raise NotFound("export")
    numbers = db.session.scalars(
        select(ExportPart.id)
        .where(ExportPart.export_id == export_id, ExportPart.file == sort)
        .order_by(ExportPart.number)
    ).all()
    return _opened(list(numbers), sort)


def _opened(parts: list[UUID], sort: Sort) -> Iterator[bytes]:
    for part_id in parts:
        part = db.session.get_one(ExportPart, part_id)
        yield b64decode(part.content) if sort is Sort.PDF else part.content.encode()
        db.session.expunge(part)


def _rows() -> Select[Export, Person]:
    return select(Export, Person).join(Person, Person.id == Export.asked_by_id)


def _files(export: Export) -> list[Sort]:
    if export.state != ExportState.READY:
        return []
    there = select(ExportPart.file).where(ExportPart.export_id == export.id).distinct()
    found = set(db.session.scalars(there))
    return [sort for sort in (Sort.PDF, Sort.JSON, Sort.CSV) if sort in found]


def _line(viewer: Viewer, export: Export, asked_by: Person, now: datetime) -> ExportLine:
    is_own = export.asked_by_id == viewer.person_id
    waits = export.state == ExportState.WAITING
    may_confirm = waits and not is_own and _may_agree(viewer, export, now)
    return ExportLine(export, asked_by.name, is_own, may_confirm, _about(viewer, export, now))


def _may_have(viewer: Viewer, export: Export, now: datetime) -> bool:
    if export.young_person_id is None:
        return may_second(viewer, now=now)
    return may_take(viewer, export.young_person_id, now=now)


def _may_agree(viewer: Viewer, export: Export, now: datetime) -> bool:
    """Say whether the viewer may be the second person: of a case file who supervises the team, or
    an administrator, who does not learn whom it is about.
    """
    if not may_second(viewer, now=now):
        return False
    about = export.young_person_id
    if about is None or may(viewer, Verb.EDIT, Object.EXPORTS, None, now=now):
        return True
    return may(viewer, Verb.APPROVE, Object.EXPORTS, about, now=now)


def _about(viewer: Viewer, export: Export, now: datetime) -> str:
    about = export.young_person_id
    if about is None or not may(viewer, Verb.READ, Object.PROFILE, about, now=now):
        return ""
    return str(db.session.get_one(Person, about).name)
