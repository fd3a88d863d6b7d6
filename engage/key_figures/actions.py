"""Taking the figures of a quarter out of the program."""

from datetime import datetime
from uuid import UUID

from engage.audit.actions import record
from engage.key_figures.queries import QuarterPage
from engage.people.access import Object, Verb, Viewer, require


def note_taken(
    viewer: Viewer, organisation_id: UUID, page: QuarterPage, how: str, *, now: datetime
) -> None:
    """Write down that somebody took the figures of a quarter as a file, and how many. SAFETY I12.

    Raises NotFound for those who may not see totals.
    """
    require(viewer, Verb.READ_TOTALS, Object.TOTALS, None, now=now)
    record(
        "key_figures:exported",
        viewer=viewer,
        now=now,
        object_kind="organisation",
        object_id=organisation_id,
        reason=f"{how}:{page.quarter}:{len(page.figures)}",
    )
