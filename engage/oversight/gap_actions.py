"""A supervisor stops the daily mail of what is left, or has it sent again."""

from datetime import datetime

from sqlalchemy import delete, select

from engage.audit.actions import record
from engage.db import begin_write, db
from engage.oversight.gap_models import GapMailStop
from engage.people.access import Viewer


def choose_mail(viewer: Viewer, *, wanted: bool, now: datetime) -> None:
    """Have the daily mail sent to this supervisor, or not. Saying it twice changes nothing."""
    assert viewer.person_id is not None
    begin_write(db.session)
    stopped = db.session.scalar(
        select(GapMailStop).where(GapMailStop.person_id == viewer.person_id)
    )
    if wanted == (stopped is None):
        return
    if wanted:
        db.session.execute(delete(GapMailStop).where(GapMailStop.person_id == viewer.person_id))
    else:
        db.session.add(GapMailStop(person_id=viewer.person_id, stopped_at=now))
    db.session.flush()
    record(
        "gap_mail:wanted" if wanted else "gap_mail:stopped",
        viewer=viewer,
        now=now,
        object_kind="person",
        object_id=viewer.person_id,
    )
