"""Taking a timeline out of the program."""

from datetime import datetime

from engage.audit.actions import record
from engage.people.access import Object, Verb, Viewer, may
from engage.timeline.queries import Timeline
from engage.web.errors import NotFound


def note_export(viewer: Viewer, found: Timeline, how: str, *, now: datetime) -> None:
    """Write down that somebody took what they may read as a file, and how many lines it holds.

    Raises NotFound for those who may read but not take away. Source: SAFETY 5, O21 and I12.
    """
    about = found.young_person.id
    if not any(may(viewer, v, Object.EXPORTS, about, now=now) for v in (Verb.CREATE, Verb.APPROVE)):
        raise NotFound("export")
    record(
        "timeline:exported",
        viewer=viewer,
        now=now,
        subject_id=about,
        object_kind="episode" if found.episode else "young_person",
        object_id=found.episode.id if found.episode else about,
        reason=f"{how}:{len(found.happenings)}",
    )


def note_opened(viewer: Viewer, found: Timeline, *, now: datetime) -> None:
    """Write down that somebody read it; who reads about themselves leaves no line."""
    if found.is_own:
        return
    record(
        "timeline:opened",
        viewer=viewer,
        now=now,
        subject_id=found.young_person.id,
        object_kind="episode" if found.episode else "young_person",
        object_id=found.episode.id if found.episode else found.young_person.id,
    )
