"""What happens by itself: nobody forgets that somebody outside is still to be told of harm."""

from datetime import datetime

from engage.alerts.models import Alert
from engage.alerts.rules import AlertState
from engage.db import Due, db
from engage.safeguarding.actions import tell_staff
from engage.safeguarding.models import Allegation
from engage.safeguarding.rules import LOOK_AGAIN, Stage

_DUE = Due(Allegation, Allegation.next_look_at)


def sweep(*, now: datetime, address: str, limit: int = 200) -> int:
    """Raise the alert again where it was said to be over and the record has blanks; return how many
    were looked at.

    An alert that is open or that somebody has climbs and asks by itself. The cost is what is due.
    """
    found = _DUE.take(now=now, limit=limit)
    if not found:
        return 0
    for made in found:
        if made.stage != Stage.OPEN:
            made.next_look_at = None
            continue
        alert = db.session.get(Alert, made.alert_id) if made.alert_id else None
        if alert is None or alert.state == AlertState.RESOLVED:
            tell_staff(made, f"{made.next_look_at:%Y%m%d%H%M}", address=address, now=now)
        made.next_look_at = now + LOOK_AGAIN
    db.session.flush()
    return len(found)
