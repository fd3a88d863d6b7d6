"""A carer who would like to be called: somebody hears of it, and the carer sees who has it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engage.alerts.actions import raise_alert
from engage.alerts.models import Alert
from engage.alerts.rules import AlertKind, AlertState
from engage.db import db
from engage.episodes.models import Episode
from engage.people.access import Viewer
from engage.people.models import Person
from engage.worries.models import Worry


@dataclass(frozen=True)
class CallAsked:
    """Somebody asked to be called: since when, and who will; empty while nobody has it."""

    at: datetime
    by: str


def ask_for_call(viewer: Viewer, worry: Worry, *, address: str, now: datetime) -> None:
    """Let somebody at work hear that the viewer would like a call.

    Once while it is open; after somebody said what came of it, it can be asked for again. For
    callers that hold the worry and asked the access function.
    """
    before = _asked(viewer, worry)
    if any(each.state != AlertState.RESOLVED for each in before):
        return
    episode = db.session.get_one(Episode, worry.episode_id)
    again = f":{len(before) + 1}" if before else ""
    raise_alert(
        AlertKind.CALL_CARER,
        organisation_id=episode.organisation_id,
        young_person_id=worry.young_person_id,
        dedupe_key=_key(viewer, worry) + again,
        address=address,
        now=now,
        viewer=viewer,
        about_kind="episode",
        about_id=episode.id,
    )


def find_call(viewer: Viewer, worry: Worry) -> CallAsked | None:
    """Return the call that the viewer waits for; None: they asked for none, or had it."""
    waits = [each for each in _asked(viewer, worry) if each.state != AlertState.RESOLVED]
    if not waits:
        return None
    who = (
        db.session.get(Person, waits[0].acknowledged_by_id) if waits[0].acknowledged_by_id else None
    )
    return CallAsked(waits[0].raised_at, str(who.name) if who is not None else "")


def _asked(viewer: Viewer, worry: Worry) -> list[Alert]:
    return list(
        db.session.scalars(
            select(Alert).where(
                Alert.kind == AlertKind.CALL_CARER,
                Alert.about_id == worry.episode_id,
                Alert.dedupe_key.startswith(_key(viewer, worry)),
            )
        )
    )


def _key(viewer: Viewer, worry: Worry) -> str:
    return f"worry:{worry.id}:call:{viewer.person_id}"
