"""Holding the register against another list, and keeping that it was done."""

from collections.abc import Sequence
from datetime import datetime

from engage.audit.actions import record
from engage.db import db
from engage.oversight.check_models import RegisterCheck, Whose
from engage.oversight.check_queries import missing_now, organisation_of
from engage.oversight.check_rules import Comparison, Theirs, compare
from engage.people.access import Viewer
from engage.people.models import PersonKind, Role
from engage.web.errors import NotFound

CHECKERS = frozenset({Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS})


def check_register(
    viewer: Viewer, theirs: Sequence[Theirs], whose: Whose, *, now: datetime
) -> Comparison:
    """Compare a list with those of the register whom the viewer may see; nothing changes by it.

    Kept are who, when, whose list and the numbers; no name. Raises NotFound for others.
    """
    if viewer.kind is not PersonKind.WORKER or not viewer.roles & CHECKERS:
        raise NotFound("register")
    assert viewer.person_id is not None
    house = organisation_of(viewer)
    found = compare(missing_now(viewer, now=now), theirs, house.time_zone)
    check = RegisterCheck(
        organisation_id=house.id,
        checked_by_id=viewer.person_id,
        checked_at=now,
        whose=whose,
        listed=len(theirs),
        both=len(found.both),
        other_times=len(found.other_times),
        alike=len(found.alike),
        only_ours=len(found.only_ours),
        only_theirs=len(found.only_theirs),
    )
    db.session.add(check)
    record(
        "register:checked",
        viewer=viewer,
        now=now,
        object_kind="register_check",
        object_id=check.id,
        reason=f"{whose}:{len(theirs)}",
    )
    return found
