"""The page of one use of emergency access, which two kinds of views draw."""

from uuid import UUID

from flask import render_template

from engage import clock
from engage.emergencies import labels, queries
from engage.emergencies.forms import ReviewForm
from engage.emergencies.rules import minutes_left
from engage.people.queries import workers_of
from engage.people.signin import signed_in_viewer
from engage.people.viewer import SYSTEM


def of_use(use_id: UUID, form: ReviewForm) -> str:
    """Draw one use: to its worker what is open, to a supervisor what to say about it."""
    viewer, now = signed_in_viewer(), clock.now()
    use = queries.get_use(viewer, use_id, now=now)
    people = (use.person_id, use.young_person_id, use.decided_by_id, use.reviewed_by_id)
    is_own = use.person_id == viewer.person_id
    return render_template(
        "emergencies/one.html", use=use, form=form, labels=labels, is_own=is_own,
        names=queries.names_of(viewer, people), read=queries.what_was_read(viewer, use),
        left=minutes_left(use.ends_at, now) if use.ends_at else 0, now=now,
        workers=workers_of(SYSTEM, use.young_person_id, now=now) if is_own else [],
    )  # fmt: skip
