"""Who hears of an episode, and that it is over."""

from datetime import datetime

from sqlalchemy import select

from engage.alerts.actions import raise_alert
from engage.alerts.models import Alert
from engage.alerts.rules import AlertKind, AlertState, initials
from engage.alerts.undo_actions import stop_alert
from engage.audit.actions import record_many
from engage.db import db
from engage.episodes.models import Episode
from engage.episodes.rules import MISSING_FROM_CARE
from engage.people.access import Viewer
from engage.people.models import YoungPerson

# What is due to somebody outside stays due after the return.
OVER_WITH_THE_RETURN = (
    AlertKind.WORRIED,
    AlertKind.NOT_BACK,
    AlertKind.LOOK_AGAIN,
    AlertKind.CALL_CARER,
    AlertKind.CONCERN,
)


def tell(viewer: Viewer, episode: Episode, *, address: str, now: datetime) -> None:
    """Let the chain hear that somebody is worried, or that they count as missing: once each.

    `address` is our public address.
    """
    missing = episode.state in MISSING_FROM_CARE
    raise_alert(
        AlertKind.NOT_BACK if missing else AlertKind.WORRIED,
        organisation_id=episode.organisation_id,
        young_person_id=episode.young_person_id,
        dedupe_key=f"episode:{episode.id}:{'missing' if missing else 'worried'}",
        address=address,
        now=now,
        viewer=viewer,
        about_kind="episode",
        about_id=episode.id,
    )


def stop_alerts(viewer: Viewer, episode: Episode, template: str, *, now: datetime) -> None:
    """Stop what climbs because they were not back, and tell everybody who was told.

    Only a named person's word leads here, never a check-in.
    """
    young_person = db.session.get_one(YoungPerson, episode.young_person_id)
    running = db.session.scalars(
        select(Alert.id).where(
            Alert.about_id == episode.id,
            Alert.young_person_id == episode.young_person_id,
            Alert.kind.in_(OVER_WITH_THE_RETURN),
            Alert.state != AlertState.RESOLVED,
        )
    ).all()
    connection = db.session.connection()
    lines = []
    for alert_id in running:
        who = {"who": initials(str(young_person.name))}
        lines += stop_alert(connection, alert_id, template, who, now=now, viewer=viewer)
    record_many(lines, connection)
