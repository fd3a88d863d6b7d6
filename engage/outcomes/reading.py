"""By which clock and calendar somebody works: for callers that asked the access function."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from engage.db import db
from engage.people.models import Organisation


def zone_of(organisation_id: UUID) -> str:
    """Return the time zone by whose clocks an organisation works."""
    return db.session.get_one(Organisation, organisation_id).time_zone


def today_in(organisation_id: UUID, now: datetime) -> date:
    """Return which day it is where an organisation works."""
    return now.astimezone(ZoneInfo(zone_of(organisation_id))).date()
