"""Whoever looked again has done what an alert asked for: it stops climbing."""

from datetime import datetime

from sqlalchemy import select

from engage.alerts.models import Alert
from engage.alerts.rules import AlertKind, AlertState, initials
from engage.alerts.undo_actions import stop_alert
from engage.audit.actions import record_many
from engage.db import db
from engage.episodes.models import Episode
from engage.people.access import Viewer
from engage.people.models import YoungPerson


def take_looks(viewer: Viewer, episode: Episode, *, now: datetime) -> int:
    """Stop the alerts that asked somebody to look again; all who were told hear that somebody
    has. Returns how many there were. For callers that looked just now, by name.
    """
    running = db.session.scalars(
        select(Alert.id)
        .where(
            Alert.about_id == episode.id,
            Alert.young_person_id == episode.young_person_id,
            Alert.kind == AlertKind.LOOK_AGAIN,
            Alert.state != AlertState.RESOLVED,
        )
        .order_by(Alert.raised_at, Alert.id)
    ).all()
    young_person = db.session.get_one(YoungPerson, episode.young_person_id)
    who = {"who": initials(str(young_person.name))}
    connection = db.session.connection()
    lines = []
    for alert_id in running:
        lines += stop_alert(connection, alert_id, "info_looked", who, now=now, viewer=viewer)
    record_many(lines, connection)
    return len(running)
