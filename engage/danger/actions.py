"""Looking at danger again: kept by name, acted on at once, asked again until they are back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engage.alerts.actions import raise_alert
from engage.alerts.rules import AlertKind
from engage.audit.actions import record
from engage.danger.models import DangerLook
from engage.danger.rules import Thinks, look_sooner_at
from engage.db import db
from engage.episodes import actions as episodes
from engage.episodes.clock_actions import finish_clock, look_sooner
from engage.episodes.models import Episode
from engage.episodes.reading import OPEN_STAGES, clocks_by_name
from engage.episodes.rules import EpisodeState, is_still_out
from engage.episodes.turns import open_for_change
from engage.people.access import Verb, Viewer
from engage.people.circumstance_actions import note_danger
from engage.web.errors import Changed
from engage.worries.actions import note_missing
from engage.worries.looks import take_looks
from engage.worries.reading import source_of

CLOCK = "danger_check"


def look(
    viewer: Viewer, episode_id: UUID, thinks: Thinks, *, key: str, address: str, now: datetime
) -> None:
    """Keep what somebody thinks about danger now, and do what it means; once for each `key`.

    Yes: they count as missing, what is shared for danger opens, and the people around hear of
    it at once. In any case the next look begins to run; it ends only with the episode. Raises
    Changed when they are back, NotFound. Source: ACIN I-14-19, MISSION C25.
    """
    episode = open_for_change(viewer, episode_id, Verb.CREATE, now=now)
    if not is_still_out(episode.state):
        raise Changed("episode")
    sent = select(DangerLook.id).where(DangerLook.episode_id == episode_id, DangerLook.key == key)
    if db.session.scalar(sent) is not None:
        return
    assert viewer.person_id is not None
    db.session.add(
        DangerLook(episode_id=episode_id, thinks=thinks, by_id=viewer.person_id, at=now, key=key)
    )
    db.session.flush()
    record(
        "danger:looked",
        viewer=viewer,
        now=now,
        subject_id=episode.young_person_id,
        object_kind="episode",
        object_id=episode_id,
        reason=str(thinks),
    )
    row = clocks_by_name(episode_id).get(CLOCK)
    if row is not None and row.stage in OPEN_STAGES:
        finish_clock(viewer, episode_id, CLOCK, now=now)
    sooner = look_sooner_at(thinks, now)
    if sooner is not None:
        look_sooner(viewer, episode, CLOCK, sooner, now=now)
    take_looks(viewer, episode, now=now)
    if thinks is Thinks.YES:
        _act(viewer, episode, key, address, now)


def _act(viewer: Viewer, episode: Episode, key: str, address: str, now: datetime) -> None:
    episodes.note_facts(viewer, episode.id, ["in_danger"], now=now)
    note_danger(viewer, episode.young_person_id, now=now, about_id=episode.id)
    if not episode.was_missing:
        # This tells everybody who must know.
        episodes.change_state(
            viewer,
            episode.id,
            EpisodeState.MISSING,
            source=source_of(viewer),
            address=address,
            now=now,
        )
        note_missing(viewer, episode.id, now=now)
        return
    raise_alert(
        AlertKind.CONCERN,
        organisation_id=episode.organisation_id,
        young_person_id=episode.young_person_id,
        dedupe_key=f"danger:{episode.id}:{key}",
        address=address,
        now=now,
        viewer=viewer,
        about_kind="episode",
        about_id=episode.id,
    )
