"""Making a claimed file, a part at a time; the caller commits after each."""

from abc import ABC, abstractmethod
from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, update

from engage.audit.actions import record
from engage.case_files import drawing
from engage.case_files.gathering import gather
from engage.case_files.reading import may_take
from engage.case_files.rules import Chapter, Written, count
from engage.db import db
from engage.exports.models import Export, ExportPart
from engage.exports.reading import count_people, lives, written
from engage.exports.rules import (
    COLUMNS,
    DRAWING,
    KEPT_FOR,
    LEASE,
    PIECE,
    ExportKind,
    ExportState,
    Sort,
    Year,
)
from engage.exports.sheet import as_csv
from engage.i18n import use_locale
from engage.people.access import SYSTEM, Viewer
from engage.people.models import Organisation, Person
from engage.people.queries import viewer_of
from engage.web.pdf import NoPdf


class Maker(ABC):
    """What every file needs: whose turn it is, where its pieces go, and when it is ready.

    Each step reads and draws first and writes last: on SQLite nobody else writes meanwhile.
    What somebody may open is asked anew for every file: who left holds an empty one.
    """

    def __init__(self, export: Export, *, now: datetime):
        self.export = export
        self.tries = export.tries
        self._viewer = viewer_of(SYSTEM, export.asked_by_id, now=now)
        self._house = db.session.get_one(Organisation, export.organisation_id)
        self._number = 0

    @abstractmethod
    def step(self, *, now: datetime) -> bool:
        """Make the next part; say whether there may be more. Stops when it lost its turn."""

    def _clear(self) -> None:
        """Take away what a try before left."""
        db.session.execute(delete(ExportPart).where(ExportPart.export_id == self.export.id))

    def _is_mine(self, now: datetime, lease: timedelta = LEASE) -> bool:
        """Renew the lease, unless another worker took over meanwhile."""
        renewed = db.session.execute(
            update(Export)
            .where(
                Export.id == self.export.id,
                Export.tries == self.tries,
                Export.state == ExportState.RUNNING,
            )
            .values(lease_until=now + lease)
            .execution_options(synchronize_session=False)
        )
        return bool(renewed.rowcount == 1)  # type: ignore[attr-defined]

    def _write(self, content: str, sort: Sort = Sort.CSV) -> None:
        part = ExportPart(export_id=self.export.id, number=self._number, file=sort, content=content)
        self._number += 1
        db.session.add(part)
        db.session.flush()
        db.session.expunge(part)

    def _finish(self, state: ExportState, lines: int, now: datetime) -> None:
        self.export.state, self.export.lease_until = state, None
        if state == ExportState.READY:
            self.export.ready_at, self.export.forget_at = now, now + KEPT_FOR
        self.export.lines = lines
        record(
            "export:made" if state == ExportState.READY else "export:failed",
            viewer=SYSTEM,
            now=now,
            subject_id=self.export.young_person_id,
            object_kind="export",
            object_id=self.export.id,
            reason=f"{self.export.kind}:{lines}",
        )


class ReturnMaker(Maker):
    """A return of a year: some young people at a time."""

    def __init__(self, export: Export, *, now: datetime):
        super().__init__(export, now=now)
        self._kind, self._year = ExportKind(export.kind), Year(export.year)
        self._left_out: Counter[str] = Counter()
        self._lines = 0
        if self._viewer is not None:
            about = (self._viewer, self._house, self._year)
            export.of = count_people(*about, now=now)
            self._batches = lives(*about, now=now)
        self._clear()
        self._write_lines([COLUMNS[self._kind]])

    def step(self, *, now: datetime) -> bool:
        """Write the next young people."""
        batch = next(self._batches, None) if self._viewer is not None else None
        if not self._is_mine(now):
            return False
        if batch is None:
            self.export.left_out = dict(self._left_out)
            self._finish(ExportState.READY, self._lines, now)
            return False
        found, left_out = written(batch, self._kind, self._year)
        self._left_out += left_out
        self._lines += len(found)
        self.export.done += len(batch)
        self._write_lines(found)
        return True

    def _write_lines(self, lines: Sequence[Sequence[str]]) -> None:
        if lines:
            self._write(as_csv(lines))


class CaseFileMaker(Maker):
    """A case file: a chapter at a time as data, then the PDF of all of them."""

    def __init__(self, export: Export, *, now: datetime):
        super().__init__(export, now=now)
        assert export.young_person_id is not None
        self._about = export.young_person_id
        self._to_do = list(Chapter)
        self._chapters: list[Written] = []
        self._is_drawing = False
        export.of = len(self._to_do) + 1
        self._clear()
        with self._in_their_language():
            self._write(drawing.opening(self._about, now=now), Sort.JSON)

    def step(self, *, now: datetime) -> bool:
        """Gather the next chapter; then say that the PDF is drawn; then draw it."""
        if self._viewer is None or not may_take(self._viewer, self._about, now=now):
            return self._give_up(now)
        with self._in_their_language():
            if self._to_do:
                return self._gather(self._viewer, self._to_do.pop(0), now)
            if not self._is_drawing:
                self._is_drawing = True
                return self._is_mine(now, DRAWING)
            return self._end(self._drawn(now), now)

    def _gather(self, viewer: Viewer, chapter: Chapter, now: datetime) -> bool:
        found = gather(viewer, self._about, chapter, now=now)
        if not self._is_mine(now):
            return False
        self._write(drawing.chapter(found, is_first=not self._chapters), Sort.JSON)
        self._chapters.append(found)
        self.export.done += 1
        return True

    def _drawn(self, now: datetime) -> bytes:
        reader = str(db.session.get_one(Person, self.export.asked_by_id).name)
        try:
            return drawing.draw(self._chapters, reader, now=now, region=self._house.region)
        except NoPdf:
            # The data is there all the same, and the page says that there is no PDF.
            return b""

    def _end(self, drawn: bytes, now: datetime) -> bool:
        if self._is_mine(now):
            self._write(drawing.ending(self._chapters), Sort.JSON)
            for start in range(0, len(drawn), PIECE):
                self._write(b64encode(drawn[start : start + PIECE]).decode(), Sort.PDF)
            self.export.left_out = {each.chapter: 1 for each in self._chapters if each.is_cut}
            self._finish(ExportState.READY, count(self._chapters), now)
        return False

    def _give_up(self, now: datetime) -> bool:
        """Whoever asked may not have it any more."""
        if self._is_mine(now):
            self._clear()
            self._finish(ExportState.FAILED, 0, now)
        return False

    def _in_their_language(self) -> AbstractContextManager[None]:
        return use_locale(self.export.locale or self._house.locale)


def maker_of(export_id: UUID, *, now: datetime) -> Maker:
    """Return what makes a claimed file, ready for its first step."""
    export = db.session.get_one(Export, export_id)
    db.session.refresh(export)
    is_case_file = export.kind == ExportKind.CASE_FILE
    return (CaseFileMaker if is_case_file else ReturnMaker)(export, now=now)
