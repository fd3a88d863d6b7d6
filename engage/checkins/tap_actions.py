"""Receiving what young people press on `/now`, from their link or signed in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, or_, select

from engage.alerts.chain import NOW
from engage.alerts.rows import Subject
from engage.alerts.rules import initials
from engage.audit.actions import record_many
from engage.checkins.actions import Received
from engage.checkins.filing import Signal, file_known, store
from engage.checkins.models import SentBy
from engage.checkins.rules import Belief, Kind
from engage.checkins.senders import House
from engage.crypto import unseal
from engage.db import db
from engage.people.models import Organisation, Person, PersonKind
from engage.people.viewer import Viewer
from engage.web.errors import NotFound

# What the buttons of the page mean. Source: MISSION 2.2 and CONTRACT.
KINDS = {"ok": Kind.OK, "ready": Kind.READY, "talk": Kind.TALK, "not-safe": Kind.SOS}
LONGEST_NOTE = 1000
LONGEST_PLACE = 200
_person: Any = Person.__table__
_organisation: Any = Organisation.__table__
_FACTS = (
    select(
        _person.c.name,
        _person.c.word_needed,
        _organisation.c.id,
        _organisation.c.policy,
        _organisation.c.locale,
        _organisation.c.neutral_name,
    )
    .join_from(_person, _organisation, _organisation.c.id == _person.c.organisation_id)
    .where(
        _person.c.id == bindparam("young", type_=Uuid()),
        _person.c.kind == PersonKind.YOUNG_PERSON,
        or_(_person.c.ended_at.is_(None), _person.c.ended_at > NOW),
    )
)


@dataclass(frozen=True)
class Tap:
    """What was pressed and written. `key` makes pressing twice count once."""

    kind: Kind
    key: str
    note: str = ""
    place: str = ""
    locale: str = "en"


def receive_tap(
    viewer: Viewer, young_person_id: UUID, tap: Tap, *, now: datetime, address: str
) -> Received | None:
    """Keep a check-in from the page and tell whoever must hear; None if this key came before.

    The caller has opened the link, or signed the young person in. A link alone is V1: it may
    meet a routine check-in and raise concern, never lower it further. Source: SAFETY 2.
    """
    connection = db.session.connection()
    facts = connection.execute(_FACTS, {"young": young_person_id, "now": now}).one_or_none()
    if facts is None:
        raise NotFound("young person")
    signal = Signal(
        key=f"tap:{young_person_id.hex}:{tap.key[:36]}",
        kind=tap.kind,
        belief=Belief.V1,
        sent_by=SentBy.PAGE if viewer.person_id == young_person_id else SentBy.LINK,
        locale=tap.locale,
        note=tap.note[:LONGEST_NOTE],
        place=tap.place[:LONGEST_PLACE],
    )
    name = unseal(facts.name, "people.name", young_person_id)
    rows, check_in = file_known(
        connection,
        signal,
        House(facts.id, facts.policy, facts.locale, facts.neutral_name),
        Subject(facts.id, young_person_id, initials(name), address),
        is_sure=not facts.word_needed,
        actor=viewer,
        now=now,
    )
    if not store(connection, rows, check_in):
        return None
    record_many(rows.audit, connection)
    return Received(signal.kind, signal.belief, young_person_id, check_in["alert_id"])
