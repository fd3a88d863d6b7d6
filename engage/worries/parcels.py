"""What a phone sends of what it kept: its boxes, its clock, and for whom it speaks."""

import json
from datetime import datetime

from flask import request

from engage.people.access import Viewer
from engage.people.copy_queries import KeptFor
from engage.people.queries import viewer_of
from engage.people.signin import current_viewer, is_signed_in
from engage.people.viewer import SYSTEM

AT_ONCE = 60
KEYS = ("id", "box")


def who_speaks(kept_for: KeptFor, now: datetime) -> tuple[Viewer | None, bool]:
    """Return for whom the phone speaks, and whether they are signed in on it."""
    viewer = current_viewer()
    is_here = is_signed_in(viewer) and viewer is not None
    if is_here and viewer is not None and viewer.person_id == kept_for.person_id:
        return viewer, kept_for.is_good
    return viewer_of(SYSTEM, kept_for.person_id, now=now), False


def boxes_sent() -> list[dict[str, str]]:
    """List what was sent, in order; what is no box is passed over."""
    try:
        sent = json.loads(request.form.get("said", ""))
    except ValueError:
        return []
    found = [one for one in sent if isinstance(one, dict)] if isinstance(sent, list) else []
    return [one for one in found[:AT_ONCE] if all(isinstance(one.get(k), str) for k in KEYS)]


def clock_there() -> int | None:
    """Return what the clock of the phone says now (milliseconds), or None."""
    sent_at = request.form.get("at", "")
    is_clock = sent_at.isascii() and sent_at.isdigit() and len(sent_at) <= 15
    return int(sent_at) if is_clock else None
