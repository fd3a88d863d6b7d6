"""Telling somebody without the young person's yes, openly: recorded, looked at, and told to them.

Source: SAFETY 5.2.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from engage.audit.actions import record
from engage.db import db
from engage.people.access import Object, Verb, Viewer, require
from engage.people.models import Role
from engage.people.rules import EMERGENCY_REASON, WITHHELD_AT_MOST, DisclosureReason
from engage.people.sharing_models import Disclosure
from engage.web.errors import NotFound


class SaysTooLittle(ValueError):
    """The reason says too little for the supervisor and the young person who read it."""


def disclose(
    viewer: Viewer,
    young_person_id: UUID,
    *,
    sections: Iterable[str],
    code: DisclosureReason,
    reason: str,
    told_to: str,
    now: datetime,
) -> Disclosure:
    """Record what was told, to whom and why, although the young person had not said yes.

    A supervisor looks at it; the young person sees it later. Raises SaysTooLittle.
    """
    require(viewer, Verb.CREATE, Object.DISCLOSURE, young_person_id, now=now)
    if len(" ".join(reason.split())) < EMERGENCY_REASON:
        raise SaysTooLittle
    disclosure = Disclosure(
        young_person_id=young_person_id,
        sections=list(dict.fromkeys(sections)),
        reason_code=code,
        reason=reason.strip(),
        told_to=told_to.strip(),
        made_by_id=viewer.person_id,
        made_at=now,
    )
    db.session.add(disclosure)
    db.session.flush()
    _record("made", viewer, disclosure, now, code)
    return disclosure


def approve_disclosure(viewer: Viewer, disclosure_id: UUID, *, now: datetime) -> None:
    """Note that a supervisor looked at it and found it right; the young person sees it from now.

    Nobody approves their own.
    """
    disclosure = _for_supervisor(viewer, disclosure_id, now)
    if disclosure.approved_at is None:
        disclosure.approved_at, disclosure.approved_by_id = now, viewer.person_id
    disclosure.withheld_until = None
    _record("approved", viewer, disclosure, now)


def withhold_disclosure(viewer: Viewer, disclosure_id: UUID, *, why: str, now: datetime) -> None:
    """Keep it from the young person for at most 30 days, because knowing now would harm them.

    The reason is kept. After that they see it, unless a supervisor looks again and says why not.
    Raises SaysTooLittle.
    """
    disclosure = _for_supervisor(viewer, disclosure_id, now)
    if len(" ".join(why.split())) < EMERGENCY_REASON:
        raise SaysTooLittle
    if disclosure.approved_at is None:
        disclosure.approved_at, disclosure.approved_by_id = now, viewer.person_id
    disclosure.withheld_why, disclosure.withheld_by_id = why.strip(), viewer.person_id
    disclosure.withheld_until = now + WITHHELD_AT_MOST
    _record("withheld", viewer, disclosure, now)


def note_seen(viewer: Viewer, disclosure_id: UUID, *, now: datetime) -> None:
    """Note that the young person has read what was told without their yes."""
    disclosure = _get(disclosure_id)
    if viewer.person_id != disclosure.young_person_id:
        raise NotFound("disclosure")
    if disclosure.seen_at is None:
        disclosure.seen_at = now
        _record("seen", viewer, disclosure, now)


def _get(disclosure_id: UUID) -> Disclosure:
    disclosure = db.session.get(Disclosure, disclosure_id)
    if disclosure is None:
        raise NotFound("disclosure")
    return disclosure


def _for_supervisor(viewer: Viewer, disclosure_id: UUID, now: datetime) -> Disclosure:
    disclosure = _get(disclosure_id)
    require(viewer, Verb.APPROVE, Object.DISCLOSURE, disclosure.young_person_id, now=now)
    if viewer.person_id == disclosure.made_by_id or Role.SUPERVISOR not in viewer.roles:
        raise NotFound("disclosure")
    return disclosure


def _record(
    verb: str,
    viewer: Viewer,
    disclosure: Disclosure,
    now: datetime,
    code: DisclosureReason | None = None,
) -> None:
    record(
        f"disclosure:{verb}",
        viewer=viewer,
        now=now,
        subject_id=disclosure.young_person_id,
        object_kind="disclosure",
        object_id=disclosure.id,
        reason=code,
    )
