"""Noting by hand that somebody is away or in danger: one truth with the episode.

While somebody is away, both are facts of their episode. Danger alone, at home, has none.
"""

from datetime import datetime
from uuid import UUID

from engage.episodes import actions
from engage.episodes.models import Episode
from engage.episodes.queries import find_open
from engage.episodes.rules import EpisodeState, Source
from engage.people import circumstance_actions as people
from engage.people.access import Viewer
from engage.people.rules import CircumstanceKind
from engage.people.sharing_queries import open_circumstances
from engage.sharing import circumstance_actions as sharing


def note_away(
    viewer: Viewer, young_person_id: UUID, state: EpisodeState, *, address: str, now: datetime
) -> UUID:
    """Begin an episode as missing, or as away with whereabouts known; return its id.

    The one from which they are not back is returned unchanged: what became of it is said there.
    `address` is our public address.
    """
    running = find_open(viewer, young_person_id, now=now)
    if running is not None:
        return running.id
    episode = actions.open_episode(
        viewer, young_person_id, state=state, source=Source.WORKER, address=address, now=now
    )
    _take_over(viewer, episode, now)
    return episode.id


def note_danger(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> UUID | None:
    """Note danger: of the episode they are not back from, whose stricter rules then hold, or
    by itself, at home. Returns the episode.
    """
    running = find_open(viewer, young_person_id, now=now)
    about_id = running.id if running is not None else None
    people.note_danger(viewer, young_person_id, now=now, about_id=about_id)
    if running is not None:
        actions.note_facts(viewer, running.id, ["in_danger"], now=now)
    return about_id


def end(viewer: Viewer, young_person_id: UUID, kind: CircumstanceKind, *, now: datetime) -> bool:
    """Note that it is over; False if nothing was open. That they are back is said of the episode:
    only a note from before there was one ends here.
    """
    return sharing.end(viewer, young_person_id, kind, now=now)


def _take_over(viewer: Viewer, episode: Episode, now: datetime) -> None:
    """Let danger that was noted before they went be a fact of the episode from now on."""
    danger = open_circumstances(viewer, episode.young_person_id, now=now).get(
        CircumstanceKind.DANGER
    )
    if danger is not None and danger.about_id is None:
        danger.about_id = episode.id
        actions.note_facts(viewer, episode.id, ["in_danger"], now=now)
