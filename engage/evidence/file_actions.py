"""Keeping papers that show who was told, fetching one, and taking one out."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from engage.audit.actions import record
from engage.db import begin_write, db
from engage.evidence.documents import BadFile, Document, FileProblem
from engage.evidence.models import NoticeFile
from engage.evidence.queries import NoticePage, get_file, get_notice
from engage.evidence.rules import MOST_FILES
from engage.people.access import Viewer
from engage.web.errors import NotFound

NAME_LIMIT = 120


def add_file(
    viewer: Viewer,
    episode_id: UUID,
    notice_id: UUID,
    document: Document,
    *,
    name: str,
    now: datetime,
) -> NoticeFile:
    """Keep a paper or a picture with a notice, sealed. Raises BadFile when there are too many."""
    begin_write(db.session)
    page = get_notice(viewer, episode_id, notice_id, now=now)
    if not page.may_tell or viewer.person_id is None:
        raise NotFound("notice")
    there = select(func.count()).where(NoticeFile.notice_id == notice_id)
    if (db.session.scalar(there) or 0) >= MOST_FILES:
        raise BadFile(FileProblem.TOO_MANY)
    file = NoticeFile(
        notice_id=notice_id,
        kind=document.kind,
        name=name[-NAME_LIMIT:],
        size=len(document.content),
        added_by_id=viewer.person_id,
        added_at=now,
    )
    file.content = document.content
    db.session.add(file)
    _note("notice:file_added", viewer, page, file, now)
    db.session.flush()
    return file


def fetch_file(
    viewer: Viewer, episode_id: UUID, notice_id: UUID, file_id: UUID, *, now: datetime
) -> NoticeFile:
    """Return a paper to somebody who may have it, once it is written down who fetches it."""
    page, file = get_file(viewer, episode_id, notice_id, file_id, now=now)
    _note("notice:file_opened", viewer, page, file, now)
    return file


def take_out(
    viewer: Viewer,
    episode_id: UUID,
    notice_id: UUID,
    file_id: UUID,
    reason: str,
    *,
    now: datetime,
) -> None:
    """Throw away what a paper holds; that it was there, who took it out and why stays.

    For workers, and for whoever put it there. Raises ValueError without a reason, NotFound.
    """
    begin_write(db.session)
    page, file = get_file(viewer, episode_id, notice_id, file_id, now=now)
    if not (page.may_settle or file.added_by_id == viewer.person_id):
        raise NotFound("file")
    if not reason.strip():
        raise ValueError("Taking a paper out wants a reason.")
    file.sealed_content = None
    file.removed_at, file.removed_by_id, file.reason = now, viewer.person_id, reason.strip()
    _note("notice:file_removed", viewer, page, file, now)


def _note(verb: str, viewer: Viewer, page: NoticePage, file: NoticeFile, now: datetime) -> None:
    record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=page.young_person.id,
        object_kind="notice_file",
        object_id=file.id,
    )
