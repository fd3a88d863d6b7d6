"""Receiving what young people send. The hot path: at most ten statements, one commit, no network.

Nothing that is received here closes anything. Source: MISSION, the third thing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Uuid, bindparam, update

from engage.alerts.actions import acknowledge_by_text
from engage.alerts.rows import Subject
from engage.alerts.rules import initials
from engage.audit.actions import record_many
from engage.checkins.filing import Signal, file_known, file_unmatched, store
from engage.checkins.models import SentBy, Word
from engage.checkins.replies import (
    STRANGER_EVERY,
    reply_to_stranger,
    reply_to_young_person,
    wants_choice,
)
from engage.checkins.rules import Belief, Kind, Meaning, believe, understand
from engage.checkins.senders import (
    House,
    Known,
    Sender,
    both_words,
    known_by_number,
    known_by_word,
    last_kinds,
    was_answered,
)
from engage.crypto import blind_index
from engage.db import db
from engage.messaging.actions import (
    InboundText,
    keep_inbound,
    message_row,
    opt_in,
    opt_out,
    queue_many,
    set_handled,
)
from engage.messaging.models import InboundMessage
from engage.messaging.rules import Klass
from engage.people.code_words import phrases
from engage.people.models import Person, PersonKind
from engage.people.viewer import ANONYMOUS, Viewer
from engage.people.words import fold
from engage.plans.invitation_actions import answer_by_text

_person: Any = Person.__table__
_HEARD = (
    update(_person)
    .where(_person.c.id == bindparam("who", type_=Uuid()))
    .values(phone_heard_at=bindparam("at"), phone_suspended_at=bindparam("suspended"))
)
QUESTION_LASTS = timedelta(hours=1)


@dataclass(frozen=True)
class Received:
    """What became of something that was sent."""

    kind: Kind
    belief: Belief
    young_person_id: UUID | None = None
    alert_id: UUID | None = None


@dataclass(frozen=True)
class _Arrival:
    """One text on its way in."""

    text: InboundText
    phone_index: str
    address: str
    now: datetime
    source: str
    # The row that keeps it, when it was stored before and is worked on only now.
    stored_as: UUID | None

    def keep(self, connection: Connection, person_id: UUID | None) -> UUID | None:
        """Keep the raw text as worked on; None if it was before."""
        if self.stored_as is not None:
            done = set_handled(self.stored_as, person_id=person_id, now=self.now)
            return self.stored_as if done else None
        return keep_inbound(
            self.text,
            source=self.source,
            now=self.now,
            person_id=person_id,
            handled=True,
            connection=connection,
        )


def receive_text(
    text: InboundText,
    *,
    now: datetime,
    address: str,
    source: str = "webhook",
    stored_as: UUID | None = None,
) -> Received | None:
    """Keep a text, say what it means, and tell whoever must hear of it.

    Returns None for a text that we have already; it then changes nothing. `address` is our
    public address. `stored_as`: its row, when it was stored raw and is worked on only now.
    """
    connection = db.session.connection()
    phone_index = blind_index("phone", text.from_number)
    arrival = _Arrival(text, phone_index, address, now, source, stored_as)
    known = known_by_number(connection, phone_index, text.to_number, now)
    if known.house is None:
        keep_inbound(text, source=source, now=now, connection=connection)
        return None
    young, grown_up = known.young, [s for s in known.senders if s not in known.young]
    if len(known.senders) == 1 and young:
        return _from_young_person(connection, arrival, known.house, young[0], known.is_opted_out)
    if grown_up:
        received = _from_grown_up(connection, arrival, known, grown_up)
        if received is not None or not young:
            return received
    return _from_stranger(connection, arrival, known)


def receive_kept(inbound_id: UUID, *, now: datetime, address: str) -> Received | None:
    """Work on a text that was stored raw; None if somebody else was quicker."""
    found = db.session.get(InboundMessage, inbound_id)
    if found is None or found.handled_at is not None:
        return None
    text = InboundText(
        provider=found.provider,
        sid=found.provider_sid,
        from_number=str(found.from_number),
        to_number=found.to_number,
        body=str(found.body or ""),
        sent_at=found.sent_at,
        opt_out_type=found.opt_out_type,
    )
    return receive_text(text, now=now, address=address, stored_as=inbound_id)


def _from_young_person(
    connection: Connection,
    arrival: _Arrival,
    house: House,
    sender: Sender,
    is_opted_out: bool,
    *,
    is_known_number: bool = True,
    is_shared: bool = False,
) -> Received | None:
    words = fold(arrival.text.body)
    said = phrases(words)
    code, not_ok = said.get(sender.code_word_index or ""), said.get(sender.not_ok_word_index or "")
    meaning = understand(
        arrival.text.body,
        sender.locale,
        is_stopped=is_opted_out,
        choices=_choices(connection, words, sender, arrival.now),
        without=[phrase for phrase in (code, not_ok) if phrase],
    )
    belief = believe(
        known_number=is_known_number,
        shared_number=is_shared,
        word_matches=bool(code or not_ok),
    )
    signal = replace(
        _signal(arrival, meaning, belief),
        kind=Kind.NOT_OK if not_ok and meaning.kind is not Kind.SOS else meaning.kind,
        word=Word.NOT_OK if not_ok else Word.CODE if code else Word.NONE,
        sender_id=None,
    )
    subject = Subject(house.id, sender.id, initials(sender.name), arrival.address)
    is_sure = belief >= (Belief.V2 if sender.word_needed else Belief.V1)
    actor = Viewer(person_id=sender.id, kind=PersonKind.YOUNG_PERSON, area="text")
    rows, check_in = file_known(
        connection, signal, house, subject, is_sure=is_sure, actor=actor, now=arrival.now
    )
    if is_known_number and not is_shared:
        has_answer = bool(arrival.text.opt_out_type)
        reply = reply_to_young_person(
            sender, house, meaning.kind, locale=meaning.locale, now=arrival.now,
            has_answer=has_answer,
        )  # fmt: skip
    else:
        # From a borrowed or shared phone: the words that every unknown phone gets.
        reply = _stranger_reply(connection, arrival, house, meaning.locale)
    if reply is not None:
        rows.messages.append(reply)
        check_in["replied_at"] = arrival.now
    inbound_id = arrival.keep(connection, sender.id if is_known_number else None)
    if inbound_id is None:
        return None
    check_in["inbound_id"] = inbound_id
    if is_known_number:
        _note_phone(connection, arrival, sender, signal.kind, inbound_id)
    if store(connection, rows, check_in):
        record_many(rows.audit, connection)
    return Received(signal.kind, belief, sender.id, check_in["alert_id"])


def _choices(connection: Connection, words: tuple[str, ...], sender: Sender, now: datetime) -> int:
    if not any(len(word) == 1 and word.isdigit() for word in words):
        return 0
    return wants_choice(last_kinds(connection, sender.id, now - QUESTION_LASTS), sender)


def _signal(arrival: _Arrival, meaning: Meaning, belief: Belief) -> Signal:
    return Signal(
        key=f"{arrival.text.provider}:{arrival.text.sid}",
        kind=meaning.kind,
        belief=belief,
        sent_by=SentBy.TEXT,
        locale=meaning.locale,
        choice=meaning.choice,
        place=meaning.place,
        sender_index=arrival.phone_index,
        sent_at=arrival.text.sent_at,
    )


def _note_phone(
    connection: Connection, arrival: _Arrival, sender: Sender, kind: Kind, inbound_id: UUID
) -> None:
    """Note that the phone is alive, wants no texts, wants them again, or is somebody else's."""
    facts: dict[str, Any] = {
        "how": "provider" if arrival.text.opt_out_type else "text",
        "now": arrival.now,
        "person_id": sender.id,
        "inbound_id": inbound_id,
    }
    if kind is Kind.STOP:
        opt_out(arrival.phone_index, **facts)
    elif kind is Kind.START:
        opt_in(arrival.phone_index, **facts)
    suspended = arrival.now if kind is Kind.WRONG_NUMBER else None
    if suspended or sender.was_not_heard_lately(arrival.now):
        connection.execute(_HEARD, {"who": sender.id, "at": arrival.now, "suspended": suspended})


def _from_grown_up(
    connection: Connection, arrival: _Arrival, known: Known, senders: Sequence[Sender]
) -> Received | None:
    """Take a digit, yes, no or STOP from an adult we know; anything else goes to the board.

    Returns None when it is for the board because the phone is also a young person's.
    """
    assert known.house is not None
    sender = senders[0]
    meaning = understand(arrival.text.body, sender.locale, is_stopped=known.is_opted_out, choices=2)
    actor = Viewer(person_id=sender.id, kind=sender.kind, area="text")
    yes = meaning.kind is Kind.YES or meaning.choice == 1
    no = meaning.kind is Kind.NO or meaning.choice == 2
    if known.young and meaning.choice != 1:
        return None
    inbound_id = arrival.keep(connection, sender.id)
    if inbound_id is None:
        return None
    facts: dict[str, Any] = {"how": "text", "now": arrival.now, "person_id": sender.id}
    if meaning.kind is Kind.STOP:
        opt_out(arrival.phone_index, inbound_id=inbound_id, **facts)
    elif meaning.kind is Kind.START:
        opt_in(arrival.phone_index, inbound_id=inbound_id, **facts)
    taken = acknowledge_by_text([s.id for s in senders], now=arrival.now) if yes else None
    if taken is not None:
        _tell_taker(sender, taken.alert_id, taken.is_theirs, arrival.now)
        return Received(meaning.kind, Belief.V1, alert_id=taken.alert_id)
    answers = yes or no or meaning.kind is Kind.STOP
    if answers and sender.kind is PersonKind.TRUSTED_PERSON:
        told = None if meaning.kind is Kind.STOP else yes
        if answer_by_text(actor, sender.id, yes=told, now=arrival.now):
            return Received(meaning.kind, Belief.V1)
    signal = replace(
        _signal(arrival, meaning, Belief.V1), sender_id=sender.id, inbound_id=inbound_id
    )
    if meaning.kind is Kind.STOP:
        # Somebody on the chain cannot be reached any more: a person must know.
        signal = replace(signal, kind=Kind.FREE)
    rows, check_in = file_unmatched(
        connection, signal, known.house, arrival.address, candidates=(), actor=actor,
        now=arrival.now,
    )  # fmt: skip
    if store(connection, rows, check_in):
        record_many(rows.audit, connection)
    return Received(meaning.kind, Belief.V1, alert_id=check_in["alert_id"])


def _tell_taker(sender: Sender, alert_id: UUID, is_theirs: bool, now: datetime) -> None:
    queue_many(
        [
            message_row(
                "alert_yours" if is_theirs else "alert_theirs",
                klass=Klass.STAFF,
                now=now,
                dedupe_key=f"alert:{alert_id}:answer:{sender.id}",
                person_id=sender.id,
                locale=sender.locale,
                object_kind="alert",
                object_id=alert_id,
            )
        ]
    )


def _from_stranger(connection: Connection, arrival: _Arrival, known: Known) -> Received | None:
    """Take a text from an unknown or shared phone: by a word to its owner, else to the board."""
    house = known.house
    assert house is not None
    said = phrases(fold(arrival.text.body))
    named = known_by_word(connection, known.houses, said, arrival.now) if said else []
    if known.young:
        named = [s for s in named if s.id in {one.id for one in known.young}]
    if len(named) == 1 and both_words(named[0]) & said.keys():
        house = next(each for each in known.houses if each.id == named[0].house_id)
        return _from_young_person(
            connection, arrival, house, named[0], known.is_opted_out,
            is_known_number=bool(known.young), is_shared=True,
        )  # fmt: skip
    candidates = [sender.id for sender in known.young or named]
    meaning = understand(arrival.text.body, house.locale, is_stopped=known.is_opted_out)
    rows, check_in = file_unmatched(
        connection,
        _signal(arrival, meaning, Belief.V0),
        house,
        arrival.address,
        candidates=candidates,
        actor=ANONYMOUS,
        now=arrival.now,
    )
    reply = None
    if not arrival.text.opt_out_type and meaning.kind is not Kind.STOP:
        reply = _stranger_reply(connection, arrival, house, meaning.locale)
    if reply is not None:
        rows.messages.append(reply)
        check_in["replied_at"] = arrival.now
    inbound_id = arrival.keep(connection, None)
    if inbound_id is None:
        return None
    check_in["inbound_id"] = inbound_id
    if meaning.kind is Kind.STOP:
        opt_out(arrival.phone_index, how="text", now=arrival.now, inbound_id=inbound_id)
    elif meaning.kind is Kind.START:
        opt_in(arrival.phone_index, how="text", now=arrival.now, inbound_id=inbound_id)
    if store(connection, rows, check_in, candidates):
        record_many(rows.audit, connection)
    return Received(meaning.kind, Belief.V0, alert_id=check_in["alert_id"])


def _stranger_reply(
    connection: Connection, arrival: _Arrival, house: House, locale: str
) -> dict[str, Any] | None:
    if was_answered(connection, arrival.phone_index, arrival.now - STRANGER_EVERY):
        return None
    return reply_to_stranger(
        arrival.text.from_number,
        house,
        locale=locale,
        phone_index=arrival.phone_index,
        now=arrival.now,
    )
