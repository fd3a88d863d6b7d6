"""What staff do with texts that nobody was told of: they say that they have read them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update

from engage.audit.actions import record
from engage.conversations.aside_queries import phone_of_text
from engage.db import db
from engage.messaging.models import InboundMessage
from engage.people.access import Viewer
from engage.people.models import Person, PersonKind


def note_read(viewer: Viewer, inbound_id: UUID, *, now: datetime) -> int:
    """Note that somebody has read what was set aside from the phone of this text, up to it.

    They stay where they are; only the board shows them no more. What comes later waits anew.
    Returns how many that were. Raises NotFound for whoever may not read them.
    """
    one, these = phone_of_text(viewer, inbound_id, now=now)
    done: Any = db.session.execute(
        update(InboundMessage)
        .where(
            these,
            InboundMessage.looked_at.is_(None),
            InboundMessage.received_at <= one.received_at,
        )
        .values(looked_at=now, looked_by_id=viewer.person_id)
        .execution_options(synchronize_session=False)
    )
    person = db.session.get(Person, one.person_id) if one.person_id else None
    is_young = person is not None and person.kind == PersonKind.YOUNG_PERSON
    record(
        "texts:set_aside_read",
        viewer=viewer,
        now=now,
        subject_id=one.person_id if is_young else None,
        object_kind="inbound_message",
        object_id=one.id,
    )
    count: int = done.rowcount
    return count
