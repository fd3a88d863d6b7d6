"""Who sent a text, and what is known that decides what becomes of it. Statements built once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    String,
    bindparam,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from engage.alerts.chain import NOW, initials_of
from engage.checkins.answering_rules import ONCE_IN
from engage.checkins.expected_filing import EXPECTED
from engage.checkins.models import CheckIn
from engage.checkins.ready_filing import IS_RETURNING, OWN_WORDS
from engage.checkins.rules import Kind
from engage.crypto import unseal
from engage.db import UtcDateTime
from engage.messaging.models import InboundMessage, Message, OptOut
from engage.people.models import Organisation, Person, PersonKind
from engage.statements import Query

_person: Any = Person.__table__
# Short names: psycopg reads anew, each time, what is longer than 4,096 characters.
_organisation: Any = Organisation.__table__.alias("o")
_opt_outs: Any = OptOut.__table__.alias("w")
_check_ins: Any = CheckIn.__table__.alias("c")
_inbound: Any = InboundMessage.__table__.alias("i")
_messages: Any = Message.__table__.alias("m")
HEARD_EVERY = timedelta(hours=1)
STRANGER_EVERY = timedelta(minutes=10)  # Source: SAFETY T08
QUESTION_LASTS = timedelta(hours=1)
# So many texts an hour are acted on; more are kept and counted. Source: SAFETY R16.
MOST_AN_HOUR = 200
AN_HOUR = timedelta(hours=1)


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
    # See `expected_filing.EXPECTED`.
    expected: int | None = None
    # They said that they are ready to come back, and that is not over.
    is_returning: bool = False
    # … or it only looked so lately: what they send is answered as if they had.
    seems_returning: bool = False
    # What they sent last, within QUESTION_LASTS, other than a numbered answer; in which language.
    last_said: str | None = None
    spoken: str | None = None
    _step_id: UUID | None = None
    _own_words: str | None = None
    # What of theirs was answered within `answering_rules.ONCE_IN`, and what of it last.
    answered: tuple[Kind, ...] = ()
    last_answered: Kind | None = None

    @property
    def initials(self) -> str:
        """Their initials; "?" when their name does not open with our keys."""
        return initials_of(self._name, self.id)

    @property
    def own_words(self) -> str:
        """The words that they agreed we text when they are ready; else ""."""
        if self._step_id is None or self._own_words is None:
            return ""
        return unseal(self._own_words, "ready_steps.words", self._step_id)

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
    # It had the answer to unknown phones a short while ago.
    was_answered: bool = False
    # So much came from it within the hour that only what is grave is acted on.
    is_flood: bool = False

    @property
    def house(self) -> House | None:
        """The organisation the text is for: of whoever has the phone, else the first called."""
        return self.houses[0] if self.houses else None

    @property
    def young(self) -> list[Sender]:
        """The young people who have this number."""
        return [sender for sender in self.senders if sender.kind is PersonKind.YOUNG_PERSON]


_PHONE = bindparam("phone", type_=String())
_TO = bindparam("to", type_=String())
_CALLED = _organisation.c.service_number == _TO
_called = Organisation.__table__.alias("other")
# As somebody sees it who looks on: after a not-OK word too. Source: SAFETY 2.
_SEEN = func.coalesce(_check_ins.c.looks_like, _check_ins.c.kind)
_answered_lately = (
    _check_ins.c.young_person_id == _person.c.id,
    _check_ins.c.received_at > bindparam("own_answers_since", type_=UtcDateTime()),
    _check_ins.c.replied_at.is_not(None),
)
_flood = exists(
    select(literal(1))
    .where(
        _inbound.c.phone_index == _PHONE,
        _inbound.c.received_at > bindparam("flood_since", type_=UtcDateTime()),
    )
    .limit(1)
    .offset(MOST_AN_HOUR - 1)
)
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
    EXPECTED,
    IS_RETURNING,
    exists()
    .where(
        _check_ins.c.young_person_id == _person.c.id,
        _check_ins.c.received_at > bindparam("asked_since", type_=UtcDateTime()),
        _check_ins.c.looks_like == Kind.READY,
    )
    .correlate(_person)
    .label("seems_returning"),
    select(_SEEN.concat(" ").concat(_check_ins.c.locale))
    .where(
        _check_ins.c.young_person_id == _person.c.id,
        _check_ins.c.received_at > bindparam("asked_since", type_=UtcDateTime()),
        _SEEN != Kind.CHOICE,
    )
    .order_by(_check_ins.c.received_at.desc())
    .limit(1)
    .correlate(_person)
    .scalar_subquery()
    .label("last_said"),
    *OWN_WORDS,
    select(func.aggregate_strings(_SEEN, ","))
    .where(*_answered_lately)
    .correlate(_person)
    .scalar_subquery()
    .label("all_answered"),
    select(_SEEN)
    .where(*_answered_lately)
    .order_by(_check_ins.c.received_at.desc())
    .limit(1)
    .correlate(_person)
    .scalar_subquery()
    .label("last_answered"),
)
_HOUSE = (
    _organisation.c.id.label("house_id"),
    _organisation.c.policy,
    _organisation.c.locale,
    _organisation.c.neutral_name,
    _organisation.c.service_number,
)
_nobody = [null().label(column.name) for column in _SENDER_COLUMNS]
# By the answer itself, not by what it answered: that may be somebody's by now, as a right word is.
_answered = exists().where(
    _messages.c.dedupe_key.in_([bindparam("answer", type_=String()),
                                bindparam("answer_before", type_=String())]),
    _messages.c.created_at > bindparam("answered_since", type_=UtcDateTime()),
)  # fmt: skip
_of_phone = (
    select(
        *_HOUSE,
        *_SENDER_COLUMNS,
        _opt_outs.c.since,
        null().label("answered"),
        _flood.label("flood"),
    )
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
    select(*_HOUSE, *_nobody, _opt_outs.c.since, _answered, _flood)
    .select_from(_organisation)
    .outerjoin(_opt_outs, _opt_outs.c.phone_index == _PHONE)
    .where(or_(_CALLED, ~exists().where(_called.c.service_number == _TO)))
)
# Two branches, so that each is found by its own index: one person in 100,000, one organisation
# (or all of them, when the number called is nobody's).
_KNOWN = Query(union_all(_of_phone, _of_number))
_BY_WORD = select(*_SENDER_COLUMNS).where(
    _person.c.organisation_id.in_(bindparam("houses", expanding=True)),
    or_(
        _person.c.code_word_index.in_(bindparam("words", expanding=True)),
        _person.c.not_ok_word_index.in_(bindparam("words", expanding=True)),
    ),
    or_(_person.c.ended_at.is_(None), _person.c.ended_at > NOW),
)


def stranger_key(phone_index: str, now: datetime) -> str:
    """Return what is once in ten minutes of the clock: the answer to one unknown phone."""
    moment = int(now.timestamp()) // int(STRANGER_EVERY.total_seconds())
    return f"reply_unknown:{phone_index}:{moment}"


def known_by_number(connection: Connection, phone_index: str, to: str, now: datetime) -> Known:
    """Return who has this number, in the organisation that the text was sent to.

    Where several share a number, the one that knows the sender goes first. Without a match:
    the organisation of whoever has the phone, else the only one there is, else none.
    """
    asked = {
        "phone": phone_index,
        "to": to[:20],
        "now": now,
        "answer": stranger_key(phone_index, now),
        "answer_before": stranger_key(phone_index, now - STRANGER_EVERY),
        "answered_since": now - STRANGER_EVERY,
        "own_answers_since": now - ONCE_IN,
        "asked_since": now - QUESTION_LASTS,
        "flood_since": now - AN_HOUR,
    }
    rows = _KNOWN.all(connection, asked)
    known = Known(
        is_opted_out=any(row.since is not None for row in rows),
        was_answered=any(row.answered for row in rows),
        is_flood=any(row.flood for row in rows),
    )
    called = {_house(row) for row in rows if row.service_number == to}
    theirs = {_house(row) for row in rows if row.person_id is not None}
    houses = called or theirs
    if not houses:
        alone = {_house(row) for row in rows}
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
    last_said, _, spoken = (row.last_said or "").partition(" ")
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
        row.expected,
        bool(row.is_returning),
        bool(row.is_returning or row.seems_returning),
        last_said or None,
        spoken or None,
        row.step_id,
        row.step_words,
        tuple(Kind(kind) for kind in (row.all_answered or "").split(",") if kind),
        Kind(row.last_answered) if row.last_answered else None,
    )


def known_by_word(
    connection: Connection, houses: Sequence[House], words: Collection[str], now: datetime
) -> list[Sender]:
    """Return the young people of these organisations one of whose words stands in the text."""
    asked = {
        "houses": [house.id for house in houses],
        "words": list(words),
        "now": now,
        "asked_since": now - QUESTION_LASTS,
        "own_answers_since": now - ONCE_IN,
    }
    return [_sender(row) for row in connection.execute(_BY_WORD, asked)]


def both_words(sender: Sender) -> set[str]:
    """Return the blind indexes of a young person's two words."""
    return {word for word in (sender.code_word_index, sender.not_ok_word_index) if word}
