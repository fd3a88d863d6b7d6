"""What every change of a record begins and ends with: its turn, and the line of the audit."""

from datetime import datetime
from uuid import UUID

from engage.audit.actions import record
from engage.db import begin_write, db
from engage.people.access import Viewer
from engage.talks.models import Talk
from engage.web.errors import NotFound


def locked(talk_id: UUID) -> Talk:
    """Return a record that nobody else changes until this is written, or raise NotFound."""
    begin_write(db.session)
    talk = db.session.get(Talk, talk_id, with_for_update=True, populate_existing=True)
    if talk is None:
        raise NotFound("talk")
    return talk


def note(verb: str, viewer: Viewer, talk: Talk, *, now: datetime, reason: str = "") -> None:
    """Write down what was done; never what was said."""
    db.session.flush()
    record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=talk.young_person_id,
        object_kind="talk",
        object_id=talk.id,
        reason=reason or None,
    )
