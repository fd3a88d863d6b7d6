"""Texts beyond what one phone may send an hour: nobody was told of them, and staff can read all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from engage.checkins.queries import ALL_TIME, BOARD_ROLES
from engage.db import db
from engage.messaging.models import InboundMessage
from engage.people.access import Object, Verb, Viewer, access_to, visible_young_people
from engage.people.models import Person, PersonKind
from engage.web.errors import NotFound

LATEST = 20
PAGE = 100
# Counting goes no further: more than this is "very many" to whoever reads.
MOST_COUNTED = 9999
MOST_PHONES = 20


@dataclass(frozen=True)
class AsideText:
    """One of them: when it came, and its words."""

    at: datetime
    words: str


@dataclass(frozen=True)
class Aside:
    """Those of one phone: the latest first. `unread` counts what nobody has looked at."""

    inbound_id: UUID
    unread: int
    texts: Sequence[AsideText]
    name: str = ""
    young_person_id: UUID | None = None
    number_end: str = ""
    # Where the next page begins; "" on the last.
    before: str = ""


def aside_of(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> Aside | None:
    """Return what was set aside from a young person's phone; None if nothing was, or if the
    viewer may not read their words. Source: SAFETY 5, O8; SAFETY 6, R16.
    """
    if not access_to(viewer, young_person_id, now=now).may(Verb.READ, Object.CHECK_IN_WORDS):
        return None
    theirs = _from(young_person_id)
    texts = _texts(theirs, now + ALL_TIME, LATEST)
    if not texts:
        return None
    return _aside(texts, _unread(theirs), young_person_id=young_person_id)


def asides(viewer: Viewer, *, now: datetime) -> list[Aside]:
    """List the phones of which texts were set aside that nobody has looked at yet, for the board.

    Raises NotFound for whoever has no board.
    """
    if not viewer.roles & BOARD_ROLES:
        raise NotFound("board")
    waits = InboundMessage.looked_at.is_(None)
    mine = InboundMessage.set_aside_for_id == viewer.organisation_id
    seen = select(Person.id).where(
        or_(Person.kind != PersonKind.YOUNG_PERSON, visible_young_people(viewer, now=now))
    )
    allowed = or_(InboundMessage.person_id.is_(None), InboundMessage.person_id.in_(seen))
    phones = db.session.execute(
        select(InboundMessage.phone_index, InboundMessage.person_id)
        .where(mine, waits, allowed)
        .group_by(InboundMessage.phone_index, InboundMessage.person_id)
        .order_by(func.min(InboundMessage.received_at))
        .limit(MOST_PHONES)
    ).all()
    found = []
    for phone_index, person_id in phones:
        these = mine & (InboundMessage.phone_index == phone_index)
        these &= InboundMessage.person_id == person_id if person_id else _NOBODYS
        texts = _texts(these & waits, now + ALL_TIME, LATEST)
        person = db.session.get(Person, person_id) if person_id else None
        is_young = person is not None and person.kind == PersonKind.YOUNG_PERSON
        may_read = not is_young or access_to(viewer, person_id, now=now).may(
            Verb.READ, Object.CHECK_IN_WORDS
        )
        if texts and may_read:
            found.append(
                _aside(
                    texts,
                    _unread(these),
                    name=str(person.name) if person else "",
                    young_person_id=person_id if is_young else None,
                )
            )
    return found


def get_aside(
    viewer: Viewer, inbound_id: UUID, *, now: datetime, before: datetime | None = None
) -> Aside:
    """Return a page of all that was set aside from the phone of this text, or raise NotFound."""
    one, these = phone_of_text(viewer, inbound_id, now=now)
    texts = _texts(these, before or now + ALL_TIME, PAGE)
    if not texts:
        raise NotFound("texts")
    person = db.session.get(Person, one.person_id) if one.person_id else None
    is_young = person is not None and person.kind == PersonKind.YOUNG_PERSON
    return _aside(
        texts,
        _unread(these),
        name=str(person.name) if person else "",
        young_person_id=one.person_id if is_young else None,
        before=texts[-1].received_at.isoformat() if len(texts) == PAGE else "",
    )


def phone_of_text(
    viewer: Viewer, inbound_id: UUID, *, now: datetime
) -> tuple[InboundMessage, ColumnElement[bool]]:
    """Return a text that was set aside, and what finds all others of its phone. Raises NotFound.

    A young person's are for those who may read what they send; others' for whoever has the board.
    """
    one = db.session.get(InboundMessage, inbound_id)
    if one is None or one.set_aside_for_id is None:
        raise NotFound("text")
    person = db.session.get(Person, one.person_id) if one.person_id else None
    if person is not None and person.kind == PersonKind.YOUNG_PERSON:
        access = access_to(viewer, person.id, now=now)
        if not access.may(Verb.READ, Object.CHECK_IN_WORDS):
            raise NotFound("text")
        return one, _from(person.id)
    is_theirs = one.set_aside_for_id == viewer.organisation_id and viewer.roles & BOARD_ROLES
    if viewer.kind is not PersonKind.WORKER or not is_theirs:
        raise NotFound("text")
    these = (InboundMessage.set_aside_for_id == one.set_aside_for_id) & (
        InboundMessage.phone_index == one.phone_index
    )
    return one, these & (InboundMessage.person_id == person.id if person else _NOBODYS)


_NOBODYS = InboundMessage.person_id.is_(None)


def _from(person_id: UUID) -> ColumnElement[bool]:
    return (InboundMessage.person_id == person_id) & InboundMessage.set_aside_for_id.is_not(None)


def _texts(these: ColumnElement[bool], before: datetime, limit: int) -> list[InboundMessage]:
    return list(
        db.session.scalars(
            select(InboundMessage)
            .where(these, InboundMessage.received_at < before)
            .order_by(InboundMessage.received_at.desc(), InboundMessage.id)
            .limit(limit)
        )
    )


def _unread(these: ColumnElement[bool]) -> int:
    some = select(InboundMessage.id).where(these, InboundMessage.looked_at.is_(None))
    counted = some.limit(MOST_COUNTED).subquery()
    return db.session.scalar(select(func.count()).select_from(counted)) or 0


def _aside(
    texts: Sequence[InboundMessage],
    unread: int,
    *,
    name: str = "",
    young_person_id: UUID | None = None,
    before: str = "",
) -> Aside:
    return Aside(
        texts[0].id,
        unread,
        [AsideText(text.received_at, str(text.body or "")) for text in texts],
        name,
        young_person_id,
        str(texts[0].from_number)[-3:],
        before,
    )
