"""The warning signs that somebody noticed, as they themselves read them; and how many wait."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from engage.alerts.models import Alert
from engage.alerts.rules import AlertState
from engage.db import db
from engage.episodes.reading import names_of
from engage.heightened.models import Flag
from engage.heightened.queries import STAFF
from engage.heightened.reading import replies_to
from engage.heightened.rules import Ending, From, Hearing, Kind, hearing, may_undo
from engage.people.access import Object, Verb, Viewer, require, visible_young_people
from engage.people.models import Person
from engage.plans.reading import SnapshotAnswer
from engage.reviews.queries import excerpt_for_carer
from engage.web.errors import NotFound

RECENT = timedelta(days=1)


@dataclass(frozen=True)
class SignPage:
    """A sign that somebody noticed, as they themselves read it."""

    flag: Flag
    name: str
    # What the plan names as signs, as far as it is shared with them.
    named: Sequence[SnapshotAnswer]
    taken_by: str
    hearing: Hearing
    is_undone: bool
    may_undo: bool


def get_sign(viewer: Viewer, flag_id: UUID, *, now: datetime) -> SignPage:
    """Return a sign that the viewer noticed, or raise NotFound."""
    flag = sign_for(viewer, flag_id, Verb.READ, now=now)
    alert = db.session.get(Alert, flag.alert_id) if flag.alert_id else None
    taken_by = alert.acknowledged_by_id if alert else None
    excerpt = excerpt_for_carer(viewer, flag.young_person_id, now=now)
    names = names_of([taken_by, flag.young_person_id])
    return SignPage(
        flag,
        names[flag.young_person_id],
        excerpt.signs if excerpt else (),
        names.get(taken_by, "") if taken_by else "",
        hearing(
            flag.noted_at,
            now,
            is_taken=taken_by is not None,
            is_over=alert is None or alert.state == AlertState.RESOLVED,
        ),
        flag.ending == Ending.UNDONE,
        flag.ended_at is None
        and may_undo(flag.noted_at, now, is_answered=bool(replies_to([flag.id]))),
    )


def sign_for(viewer: Viewer, flag_id: UUID, verb: Verb, *, now: datetime) -> Flag:
    """Return a sign that the viewer noticed themselves, or raise NotFound.

    Whoever no longer cares for the young person finds it no more.
    """
    flag = db.session.get(Flag, flag_id)
    if flag is None or flag.origin != From.NOTICED or flag.by_id != viewer.person_id:
        raise NotFound("sign")
    # To say more, or to take it back, is to go on writing what one began.
    require(viewer, verb, Object.HELP, flag.young_person_id, now=now, owner_id=flag.by_id)
    return flag


def signs_noticed(viewer: Viewer, *, now: datetime) -> dict[UUID, Flag]:
    """Map young people to the last sign that the viewer noticed within a day, for their start
    page: those whom they may not see any more are not asked for there.
    """
    rows = db.session.scalars(
        select(Flag)
        .where(
            Flag.by_id == viewer.person_id,
            Flag.kind == Kind.SIGN,
            Flag.noted_at > now - RECENT,
            Flag.ended_at.is_(None),
        )
        .order_by(Flag.noted_at)
    )
    return {row.young_person_id: row for row in rows}


def count_signs(viewer: Viewer, *, now: datetime) -> int:
    """Count the warning signs that wait for an answer among those the viewer works for."""
    seen = replace(viewer, grants=frozenset(each for each in viewer.grants if each[0] in STAFF))
    if not seen.grants:
        return 0
    found = select(func.count(Flag.id)).join(Person, Person.id == Flag.young_person_id)
    asked = found.where(
        Flag.organisation_id == viewer.organisation_id,
        Flag.kind == Kind.SIGN,
        Flag.asks_at <= now,
        Flag.ended_at.is_(None),
        visible_young_people(seen, now=now),
    )
    return db.session.scalar(asked) or 0
