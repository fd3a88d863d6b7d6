"""What every change about somebody who looks ends with: a line of the audit."""

from datetime import datetime

from engage.audit.actions import record
from engage.efforts.models import Searcher
from engage.episodes.models import Episode
from engage.people.access import Viewer


def write_down(
    verb: str,
    viewer: Viewer,
    episode: Episode,
    searcher: Searcher,
    *,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Write down what somebody did about a searcher."""
    record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=episode.young_person_id,
        object_kind="searcher",
        object_id=searcher.id,
        reason=reason,
    )
