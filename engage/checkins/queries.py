"""Reading check-ins: what came lately, what nobody could match, and a whole conversation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from engage.checkins.conversation_rules import is_late, minutes_waiting
from engage.checkins.models import Candidate, CheckIn
from engage.db import db
from engage.messaging.models import InboundMessage, Message
from engage.people.access import Object, Verb, Viewer, access_to, visible_young_people
from engage.people.models import Person, PersonKind, Role
from engage.web.errors import NotFound

# Clocks differ a little: what just came stands on the first page in any case.
ALL_TIME = timedelta(days=1)
BOARD_ROLES = frozenset({Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS})


@dataclass(frozen=True)
class Listed:
    """A check-in in a list, with the initials of whoever it is about."""

    check_in: CheckIn
    name: str


def recent(
    viewer: Viewer, *, now: datetime, before: datetime | None = None, limit: int = 50
) -> list[Listed]:
    """List the latest check-ins of everybody the viewer may see, newest first.

    `before` starts after an earlier page.
    """
    if not viewer.roles & BOARD_ROLES:
        raise NotFound("check-ins")
    seen = select(Person.id).where(visible_young_people(viewer, now=now))
    rows = (
        select(CheckIn, Person)
        .join(Person, Person.id == CheckIn.young_person_id)
        .where(CheckIn.young_person_id.in_(seen))
        .order_by(CheckIn.received_at.desc())
        .limit(limit)
    )
    if before is not None:
        rows = rows.where(CheckIn.received_at < before)
    return [Listed(check_in, str(person.name)) for check_in, person in db.session.execute(rows)]


@dataclass(frozen=True)
class OnBoard:
    """An unmatched text: its words, the end of its number, who it may be from."""

    check_in: CheckIn
    words: str
    number_end: str
    sender_name: str
    candidates: tuple[tuple[UUID, str], ...]
    minutes: int = 0
    is_late: bool = False


def unmatched(viewer: Viewer, *, now: datetime, limit: int = 50) -> list[OnBoard]:
    """List the texts that nobody could match and nobody has handled, oldest first."""
    if not (viewer.roles & BOARD_ROLES):
        raise NotFound("board")
    rows = db.session.execute(
        select(CheckIn, InboundMessage, Person)
        .outerjoin(InboundMessage, InboundMessage.id == CheckIn.inbound_id)
        .outerjoin(Person, Person.id == CheckIn.sender_id)
        .where(
            CheckIn.organisation_id == viewer.organisation_id,
            CheckIn.young_person_id.is_(None),
            CheckIn.handled_at.is_(None),
        )
        .order_by(CheckIn.received_at)
        .limit(limit)
    ).all()
    may_be = _candidates(viewer, [row.CheckIn.id for row in rows], now)
    return [
        OnBoard(
            check_in,
            str(inbound.body or "") if inbound else str(check_in.note or ""),
            str(inbound.from_number)[-3:] if inbound else "",
            str(sender.name) if sender else "",
            tuple(may_be.get(check_in.id, ())),
            minutes_waiting(check_in.received_at, now),
            is_late(check_in.received_at, now),
        )
        for check_in, inbound, sender in rows
    ]


def _candidates(
    viewer: Viewer, check_in_ids: Sequence[UUID], now: datetime
) -> dict[UUID, list[tuple[UUID, str]]]:
    """Return who may have sent each text, as far as this viewer may see them."""
    found: dict[UUID, list[tuple[UUID, str]]] = {}
    rows = db.session.execute(
        select(Candidate.check_in_id, Person)
        .join(Person, Person.id == Candidate.young_person_id)
        .where(Candidate.check_in_id.in_(check_in_ids), visible_young_people(viewer, now=now))
    )
    for check_in_id, person in rows:
        found.setdefault(check_in_id, []).append((person.id, str(person.name)))
    return found


def get_unmatched(viewer: Viewer, check_in_id: UUID, *, now: datetime) -> CheckIn:
    """Return an unmatched text of the viewer's organisation, or raise NotFound."""
    check_in = db.session.get(CheckIn, check_in_id)
    allowed = viewer.kind is PersonKind.WORKER and viewer.roles & BOARD_ROLES
    if (
        check_in is None
        or not allowed
        or check_in.organisation_id != viewer.organisation_id
        or check_in.young_person_id is not None
    ):
        raise NotFound("check-in")
    return check_in


@dataclass(frozen=True)
class Turn:
    """One text or tap of a conversation, from them or from us."""

    at: datetime
    is_theirs: bool
    words: str
    check_in: CheckIn | None = None
    message: Message | None = None


def conversation(
    viewer: Viewer,
    young_person_id: UUID,
    *,
    now: datetime,
    before: datetime | None = None,
    limit: int = 60,
) -> list[Turn]:
    """List what a young person and we sent each other, newest first. `before`: an earlier page.

    Raises NotFound for those who may not know of their check-ins; leaves the words out for
    those who may know only that there was one. Source: SAFETY 5, O7, O8, O16.
    """
    access = access_to(viewer, young_person_id, now=now)
    if not access.may(Verb.READ, Object.CHECK_IN):
        raise NotFound("check-ins")
    before = before or now + ALL_TIME
    turns = _theirs(young_person_id, access.may(Verb.READ, Object.CHECK_IN_WORDS), before, limit)
    if access.may(Verb.READ_MASKED, Object.MESSAGE_LOG):
        turns += _ours(young_person_id, access.may(Verb.READ, Object.MESSAGE_LOG), before, limit)
    return sorted(turns, key=lambda turn: turn.at, reverse=True)[:limit]


def _theirs(young_person_id: UUID, with_words: bool, before: datetime, limit: int) -> list[Turn]:
    rows = db.session.execute(
        select(CheckIn, InboundMessage)
        .outerjoin(InboundMessage, InboundMessage.id == CheckIn.inbound_id)
        .where(CheckIn.young_person_id == young_person_id, CheckIn.received_at < before)
        .order_by(CheckIn.received_at.desc())
        .limit(limit)
    )
    return [
        Turn(
            check_in.received_at,
            True,
            _words_of(check_in, inbound) if with_words else "",
            check_in=check_in,
        )
        for check_in, inbound in rows
    ]


def _words_of(check_in: CheckIn, inbound: InboundMessage | None) -> str:
    """Return what they wrote: the text itself, or the note and place from the page."""
    if inbound is not None:
        return str(inbound.body or "")
    return " ".join(str(part) for part in (check_in.note, check_in.place) if part)


def _ours(young_person_id: UUID, with_words: bool, before: datetime, limit: int) -> list[Turn]:
    rows = db.session.scalars(
        select(Message)
        .where(Message.person_id == young_person_id, Message.created_at < before)
        .order_by(Message.created_at.desc())
        .limit(limit)
    )
    return [Turn(m.created_at, False, _shown(m) if with_words else "", message=m) for m in rows]


# A code that signs them in, and the people they asked us to text to themselves.
FOR_THEM_ALONE = frozenset({"sign_in_code", "plan_copy"})


def _shown(message: Message) -> str:
    return "" if message.template in FOR_THEM_ALONE else str(message.body or "")
