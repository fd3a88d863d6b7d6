"""What waits for a human answer: the longest waiting first, each with its age."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select

from engage.alerts.models import Alert
from engage.alerts.rules import AlertKind, AlertState, Urgency, initials
from engage.checkins.conversation_rules import is_late, minutes_waiting
from engage.checkins.models import CheckIn
from engage.checkins.queries import BOARD_ROLES
from engage.checkins.ready_models import ReturnState
from engage.db import db
from engage.messaging.models import InboundMessage
from engage.messaging.queries import texts_needing_person
from engage.people.access import Object, Verb, Viewer, access_to, visible_young_people
from engage.people.models import Person
from engage.ways_back.queries import waiting_now
from engage.web.errors import NotFound

MOST = 100
# What a young person, or somebody unknown, sent; not what a deadline or a phone raised.
FROM_SOMEBODY = (
    AlertKind.SOS,
    AlertKind.NOT_OK,
    AlertKind.HELP,
    AlertKind.READY,
    AlertKind.TALK,
    AlertKind.WORDS,
    AlertKind.WHERE,
    AlertKind.UNMATCHED,
)


class Waits(StrEnum):
    """For what a human is needed."""

    ANSWER = "answer"
    MATCH = "match"
    OTHER_WAY = "other_way"
    READY = "ready"


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: since when, about whom, and who has said that they have it."""

    what: Waits
    since: datetime
    minutes: int
    is_late: bool
    is_urgent: bool
    kind: str
    young_person_id: UUID | None = None
    name: str = ""
    words: str = ""
    taken_by: str = ""
    alert_id: UUID | None = None


def waiting(viewer: Viewer, *, now: datetime) -> list[Waiting]:
    """List what waits for a human among those the viewer may see, the longest waiting first.

    What nobody has yet stands before what somebody has, and danger before the rest. Words are
    left out where the viewer may know only that there were some. Raises NotFound for those who
    do not look after the board.
    """
    if not viewer.roles & BOARD_ROLES:
        raise NotFound("queue")
    answers = _answers(viewer, now)
    found = [*answers, *_ready(viewer, answers, now), *_undelivered(viewer, now)]
    order = sorted(found, key=lambda one: (bool(one.taken_by), not one.is_urgent, one.since))
    return order[:MOST]


def _answers(viewer: Viewer, now: datetime) -> list[Waiting]:
    mine = select(Person.id).where(visible_young_people(viewer, now=now))
    taker = select(Person).subquery()
    rows = db.session.execute(
        select(Alert, CheckIn, InboundMessage, Person, taker.c.id.label("taker_id"))
        .outerjoin(CheckIn, CheckIn.id == Alert.about_id)
        .outerjoin(InboundMessage, InboundMessage.id == CheckIn.inbound_id)
        .outerjoin(Person, Person.id == Alert.young_person_id)
        .outerjoin(taker, taker.c.id == Alert.acknowledged_by_id)
        .where(
            Alert.organisation_id == viewer.organisation_id,
            Alert.state.in_((AlertState.OPEN, AlertState.ACKNOWLEDGED)),
            Alert.kind.in_(FROM_SOMEBODY),
            Alert.young_person_id.in_(mine) | Alert.young_person_id.is_(None),
        )
        .order_by(Alert.raised_at)
        .limit(MOST)
    ).all()
    takers = {row.taker_id for row in rows if row.taker_id}
    names = {
        person.id: str(person.name)
        for person in db.session.scalars(select(Person).where(Person.id.in_(takers)))
    }
    may_read: dict[UUID | None, bool] = {None: True}
    for row in rows:
        young_id = row.Alert.young_person_id
        if young_id not in may_read:
            access = access_to(viewer, young_id, now=now)
            may_read[young_id] = access.may(Verb.READ, Object.CHECK_IN_WORDS)
    return [
        Waiting(
            Waits.MATCH if row.Alert.young_person_id is None else Waits.ANSWER,
            row.Alert.raised_at,
            minutes_waiting(row.Alert.raised_at, now),
            is_late(row.Alert.raised_at, now),
            row.Alert.urgency == Urgency.NOW,
            row.Alert.kind,
            row.Alert.young_person_id,
            initials(str(row.Person.name)) if row.Person else "",
            _words(row.CheckIn, row.InboundMessage) if may_read[row.Alert.young_person_id] else "",
            names.get(row.taker_id, ""),
            row.Alert.id,
        )
        for row in rows
    ]


def _ready(viewer: Viewer, answers: list[Waiting], now: datetime) -> list[Waiting]:
    """List who is ready to come back and has no answer, where no alert of its own says so.

    Said in one breath with something graver, it has no alert of its own. Source: SAFETY R16.
    """
    said = {one.young_person_id for one in answers if one.kind == AlertKind.READY}
    found = []
    for one in waiting_now(viewer, now=now):
        plan, since = one.plan, one.plan.said_at or one.plan.opened_at
        if plan.state != ReturnState.OPEN or plan.young_person_id in said:
            continue
        found.append(
            Waiting(
                Waits.READY,
                since,
                minutes_waiting(since, now),
                is_late(since, now),
                True,
                str(AlertKind.READY),
                plan.young_person_id,
                initials(one.name),
            )
        )
    return found


def _words(check_in: CheckIn | None, inbound: InboundMessage | None) -> str:
    if inbound is not None:
        return str(inbound.body or "")
    return str(check_in.note or "") if check_in is not None else ""


def _undelivered(viewer: Viewer, now: datetime) -> list[Waiting]:
    people = db.session.execute(
        select(Person.id, Person).where(visible_young_people(viewer, now=now)).limit(1000)
    )
    named = {person_id: initials(str(person.name)) for person_id, person in people}
    found = []
    for text in texts_needing_person(viewer, list(named), limit=MOST):
        since, about = text.needs_person_at, text.young_person_id
        if since is None or about is None:
            continue
        found.append(
            Waiting(
                Waits.OTHER_WAY,
                since,
                minutes_waiting(since, now),
                is_late(since, now),
                False,
                str(text.reason or text.state),
                about,
                named.get(about, ""),
            )
        )
    return found
