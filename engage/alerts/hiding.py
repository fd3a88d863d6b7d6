"""Keeping an alert from people it may be about. Whoever calls writes down why."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete

from engage.alerts.models import AlertHidden, AlertNotice
from engage.db import db


def hide(alert_id: UUID, person_ids: Collection[UUID]) -> None:
    """Keep an alert from these people alone, whatever their role: they neither find it nor hear
    of it again.
    """
    db.session.execute(delete(AlertHidden).where(AlertHidden.alert_id == alert_id))
    # A link or a 1 from before must not open it any more.
    db.session.execute(
        delete(AlertNotice).where(
            AlertNotice.alert_id == alert_id, AlertNotice.person_id.in_(list(person_ids))
        )
    )
    db.session.add_all(AlertHidden(alert_id=alert_id, person_id=each) for each in person_ids)
    db.session.flush()
