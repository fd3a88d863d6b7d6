"""Who may agree on times, pause them, and answer somebody who is ready: from the one table."""

from typing import Any

from sqlalchemy import select

from engage.alerts.models import AlertNotice
from engage.db import db
from engage.people.access import Access, Object, Verb


def may_write(access: Access) -> bool:
    """Say whether this viewer may propose or agree: the young person or their worker."""
    return access.may(Verb.CREATE, Object.PLAN_SHARED)


def may_pause(access: Access) -> bool:
    """Say whether this viewer may pause: also whoever answers alerts at night."""
    return may_write(access) or access.may(Verb.EDIT, Object.ALERT)


def may_answer(access: Access, plan: Any) -> bool:
    """Say whether this viewer may answer a return plan: they answer alerts, or heard of it."""
    told = select(AlertNotice.id).where(
        AlertNotice.alert_id.in_([one for one in (plan.alert_id, plan.late_alert_id) if one]),
        AlertNotice.person_id == access.viewer.person_id,
    )
    was_told = db.session.execute(told.limit(1)).first() is not None
    owner_id = access.viewer.person_id if was_told else None
    return access.may(Verb.EDIT, Object.ALERT, owner_id=owner_id)
