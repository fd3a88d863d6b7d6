"""Texts that could not be worked on when they came, and phones that fell silent."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engage.alerts.actions import raise_alert
from engage.alerts.rules import AlertKind
from engage.audit.actions import record
from engage.checkins.filing import Signal, file_unmatched, store
from engage.checkins.models import SentBy
from engage.checkins.rules import Belief, Kind
from engage.checkins.senders import House, known_by_number
from engage.crypto import blind_index
from engage.db import db
from engage.messaging.actions import InboundText, keep_inbound, set_handled
from engage.messaging.models import InboundMessage
from engage.people.models import Person, PersonKind
from engage.people.viewer import ANONYMOUS, SYSTEM


def keep_unread(text: InboundText, *, now: datetime, address: str) -> bool:
    """Keep a text that we failed to work on and put it before a human; False if known."""
    connection = db.session.connection()
    index = blind_index("phone", text.from_number)
    house = known_by_number(connection, index, text.to_number, now).house
    inbound_id = keep_inbound(text, source="webhook", now=now, handled=house is not None)
    if inbound_id is None or house is None:
        return False
    _to_the_board(text, house, index, inbound_id, now, address)
    return True


def _to_the_board(
    text: InboundText, house: House, index: str, inbound_id: UUID, now: datetime, address: str
) -> None:
    connection = db.session.connection()
    signal = Signal(
        key=f"{text.provider}:{text.sid}",
        kind=Kind.FREE,
        belief=Belief.V0,
        sent_by=SentBy.TEXT,
        locale=house.locale,
        sender_index=index,
        inbound_id=inbound_id,
        sent_at=text.sent_at,
    )
    rows, check_in = file_unmatched(
        connection, signal, house, address, candidates=(), actor=ANONYMOUS, now=now
    )
    store(connection, rows, check_in)


def put_before_a_human(inbound_id: UUID, *, now: datetime, address: str) -> bool:
    """Put a stored text that we cannot work on before a human, as it came; False without a house.

    Source: SAFETY 6 R17.
    """
    found = db.session.get(InboundMessage, inbound_id)
    if found is None or found.handled_at is not None:
        return False
    text = InboundText(
        found.provider, found.provider_sid, str(found.from_number), found.to_number,
        str(found.body or ""), found.sent_at, found.opt_out_type,
    )  # fmt: skip
    house = known_by_number(db.session.connection(), found.phone_index, found.to_number, now).house
    if house is None or not set_handled(inbound_id, person_id=None, now=now):
        return False
    _to_the_board(text, house, found.phone_index, inbound_id, now, address)
    return True


def keep_raw(text: InboundText, *, now: datetime, address: str, source: str = "webhook") -> bool:
    """Keep a text and nothing else: a later step works on it. False if we have it already."""
    inbound_id = keep_inbound(text, source=source, now=now)
    if inbound_id is None:
        return False
    record(
        "text:kept_raw", viewer=SYSTEM, now=now, object_kind="inbound_message", object_id=inbound_id
    )
    return True


def note_texts_off(person_id: UUID, *, address: str, now: datetime) -> UUID | None:
    """Tell the worker that a young person's phone takes no texts from us any more.

    Once a day for each person; None for anybody else, or when it was told today.
    """
    person = db.session.execute(
        select(Person.kind, Person.organisation_id).where(Person.id == person_id)
    ).one_or_none()
    if person is None or person.kind != PersonKind.YOUNG_PERSON:
        return None
    return raise_alert(
        AlertKind.TEXTS_OFF,
        organisation_id=person.organisation_id,
        young_person_id=person_id,
        dedupe_key=f"texts_off:{person_id}:{now:%Y-%m-%d}",
        address=address,
        now=now,
        viewer=SYSTEM,
        about_kind="person",
        about_id=person_id,
    )
