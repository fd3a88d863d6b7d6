"""Who sent a text, and what is known that decides what becomes of it. Statements built once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, String, bindparam, literal, null, or_, select, union_all

from engage.alerts.chain import NOW
from engage.alerts.models import Alert
from engage.alerts.rules import AlertKind, AlertState, may_join
from engage.checkins.models import CheckIn
from engage.crypto import unseal
from engage.messaging.models import OptOut
from engage.people.models import Organisation, Person, PersonKind

_person: Any = Person.__table__
_organisation: Any = Organisation.__table__
_opt_outs: Any = OptOut.__table__
_alerts: Any = Alert.__table__
_check_ins: Any = CheckIn.__table__
HEARD_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class House:
    """The organisation a text was sent to."""

    id: UUID
    policy: str
    locale: str
    neutral_name: str


@dataclass(frozen=True, slots=True)
class Sender:
    """Somebody whose phone sent it."""

    id: UUID
    house_id: UUID
    kind: PersonKind
    locale: str
    _name: str
    code_word_index: str | None
    not_ok_word_index: str | None
    reply_policy: str
    word_needed: bool
    heard_at: datetime | None

    @property
    def name(self) -> str:
        """Their name, unsealed."""
        return unseal(self._name, "people.name", self.id)

    def was_not_heard_lately(self, now: datetime) -> bool:
        """Say whether it is worth noting that this phone is alive."""
        return self.heard_at is None or now - self.heard_at > HEARD_EVERY


@dataclass
class Known:
    """What one phone number tells us."""

    # Organisations that may share a number come in a fixed order, the sender's own first.
    houses: list[House] = field(default_factory=list)
    senders: list[Sender] = field(default_factory=list)
    is_opted_out: bool = False

    @property
    def house(self) -> House | None:
        """The organisation the text is for: of whoever has the phone, else the first called."""
        return self.houses[0] if self.houses else None

    @property
    def young(self) -> list[Sender]:
        """The young people who have this number."""
        return [sender for sender in self.senders if sender.kind is PersonKind.YOUNG_PERSON]


_SENDER_COLUMNS = (
    _person.c.id.label("person_id"),
    _person.c.organisation_id,
    _person.c.kind,
    _person.c.locale.label("person_locale"),
    _person.c.name,
    _person.c.code_word_index,
    _person.c.not_ok_word_index,
    _person.c.reply_policy,
    _person.c.word_needed,
    _person.c.phone_heard_at,
    _opt_outs.c.since,
)
_HOUSE = (
    _organisation.c.id.label("house_id"),
    _organisation.c.policy,
    _organisation.c.locale,
    _organisation.c.neutral_name,
    _organisation.c.service_number,
)
_PHONE = bindparam("phone", type_=String())
_of_phone = (
    select(*_HOUSE, *_SENDER_COLUMNS)
    .join_from(_person, _organisation, _organisation.c.id == _person.c.organisation_id)
    .outerjoin(_opt_outs, _opt_outs.c.phone_index == _person.c.phone_index)
    .where(
        _person.c.phone_index == _PHONE,
        # A suspended number belongs to nobody until it is verified again.
        _person.c.phone_suspended_at.is_(None),
        or_(_person.c.ended_at.is_(None), _person.c.ended_at > NOW),
    )
)
_of_number = (
    select(*_HOUSE, *(null().label(column.name) for column in _SENDER_COLUMNS[:-1]),
           _opt_outs.c.since)
    .select_from(_organisation)
    .outerjoin(_opt_outs, _opt_outs.c.phone_index == _PHONE)
    .where(_organisation.c.service_number == bindparam("to", type_=String()))
)  # fmt: skip
# Two branches, so that each is found by its own index: one person in 100,000, one organisation.
_KNOWN = union_all(_of_phone, _of_number)
_HOUSES = select(*_HOUSE[:-1]).limit(2)
_BY_WORD = select(*_SENDER_COLUMNS[:-1]).where(
    _person.c.organisation_id.in_(bindparam("houses", expanding=True)),
    or_(
        _person.c.code_word_index.in_(bindparam("words", expanding=True)),
        _person.c.not_ok_word_index.in_(bindparam("words", expanding=True)),
    ),
    or_(_person.c.ended_at.is_(None), _person.c.ended_at > NOW),
)
_OPEN_ALERTS = select(_alerts.c.id, _alerts.c.kind, _alerts.c.state).where(
    _alerts.c.young_person_id == bindparam("young"),
    _alerts.c.raised_at > bindparam("since"),
    _alerts.c.state != AlertState.RESOLVED,
)
_OPEN_BY_KEY = select(_alerts.c.id).where(_alerts.c.dedupe_key == bindparam("key", type_=String()))
_LAST_KINDS = (
    select(_check_ins.c.kind, _check_ins.c.received_at)
    .where(
        _check_ins.c.young_person_id == bindparam("young"),
        _check_ins.c.received_at > bindparam("since"),
    )
    .order_by(_check_ins.c.received_at.desc())
    .limit(4)
)
_REPLIED = (
    select(literal(1))
    .where(
        _check_ins.c.young_person_id.is_(None),
        _check_ins.c.sender_index == _PHONE,
        _check_ins.c.received_at > bindparam("since"),
        _check_ins.c.replied_at.is_not(None),
    )
    .limit(1)
)


def known_by_number(connection: Connection, phone_index: str, to: str, now: datetime) -> Known:
    """Return who has this number, in the organisation that the text was sent to.

    Where several share a number, the one that knows the sender goes first. Without a match:
    the organisation of whoever has the phone, else the only one there is, else none.
    """
    asked = {"phone": phone_index, "to": to[:20], "now": now}
    rows = connection.execute(_KNOWN, asked).all()
    known = Known(is_opted_out=any(row.since is not None for row in rows))
    called = {_house(row) for row in rows if row.service_number == to}
    theirs = {_house(row) for row in rows if row.person_id is not None}
    houses = called or theirs
    if not houses:
        alone = {_house(row) for row in connection.execute(_HOUSES)}
        houses = alone if len(alone) == 1 else set()
    known.houses = sorted(houses, key=lambda house: (house not in theirs, house.id))
    if known.house is not None:
        known.senders = [
            _sender(row)
            for row in rows
            if row.person_id is not None and row.house_id == known.house.id
        ]
    return known


def _house(row: Any) -> House:
    return House(row.house_id, row.policy, row.locale, row.neutral_name)


def _sender(row: Any) -> Sender:
    return Sender(
        row.person_id,
        row.organisation_id,
        PersonKind(row.kind),
        row.person_locale,
        row.name,
        row.code_word_index,
        row.not_ok_word_index,
        row.reply_policy,
        row.word_needed,
        row.phone_heard_at,
    )


def known_by_word(
    connection: Connection, houses: Sequence[House], words: Collection[str], now: datetime
) -> list[Sender]:
    """Return the young people of these organisations one of whose words stands in the text."""
    asked = {"houses": [house.id for house in houses], "words": list(words), "now": now}
    return [_sender(row) for row in connection.execute(_BY_WORD, asked)]


def alert_to_join(
    connection: Connection, young_person_id: UUID, kind: AlertKind, since: datetime
) -> UUID | None:
    """Return an alert raised since then to which something of this kind adds nothing."""
    asked = {"young": young_person_id, "since": since}
    for alert_id, raised, state in connection.execute(_OPEN_ALERTS, asked):
        if may_join(kind, AlertKind(raised), AlertState(state)):
            found: UUID = alert_id
            return found
    return None


def alert_by_key(connection: Connection, key: str) -> UUID | None:
    """Return the alert that was raised under this key, or None."""
    return connection.execute(_OPEN_BY_KEY, {"key": key}).scalar_one_or_none()


def last_kinds(connection: Connection, young_person_id: UUID, since: datetime) -> list[str]:
    """Return what this young person sent since then, newest first."""
    asked = {"young": young_person_id, "since": since}
    return [kind for kind, _ in connection.execute(_LAST_KINDS, asked)]


def was_answered(connection: Connection, phone_index: str, since: datetime) -> bool:
    """Say whether an unknown phone was answered since then."""
    asked = {"phone": phone_index, "since": since}
    return connection.execute(_REPLIED, asked).first() is not None


def both_words(sender: Sender) -> set[str]:
    """Return the blind indexes of a young person's two words."""
    return {word for word in (sender.code_word_index, sender.not_ok_word_index) if word}
