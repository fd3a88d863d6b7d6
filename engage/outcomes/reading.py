"""Which day it is where somebody works: for callers that asked the access function."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from engage.db import db
from engage.people.models import Organisation


def today_in(organisation_id: UUID, now: datetime) -> date:
    """Return which day it is where an organisation works."""
    zone = db.session.get_one(Organisation, organisation_id).time_zone
    return now.astimezone(ZoneInfo(zone)).date()
