"""Receiving what young people send. The hot path: at most ten statements, one commit, no network.

Nothing that is received here closes anything. Source: MISSION, the third thing.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from engage.alerts.rows import Rows, Subject
from engage.asking.actions import answer_by_text as heard_by_text
from engage.audit.actions import LINES
from engage.checkins.arrivals import Arrival, note_phone, note_wish
from engage.checkins.digits import about_alert
from engage.checkins.expected_filing import ASKED, hear
from engage.checkins.expected_rules import answer_to_question
from engage.checkins.filing import Signal, file_known, file_unmatched, store
from engage.checkins.models import SentBy, Word
from engage.checkins.ready_filing import follow_up
from engage.checkins.replies import (
    asked_for,
    reply_to_stranger,
    reply_to_young_person,
    wants_choice,
)
from engage.checkins.rules import (
    RAISES,
    Belief,
    Kind,
    Meaning,
    believe,
    is_position,
    understand,
)
from engage.checkins.senders import (
    House,
    Known,
    Sender,
    both_words,
    known_by_number,
    known_by_word,
)
from engage.checkins.step_filing import answer_step_by_text
from engage.crypto import blind_index
from engage.db import db
from engage.messaging.actions import (
    InboundText,
    keep_inbound,
)
from engage.messaging.models import InboundMessage
from engage.people.code_words import phrases
from engage.people.models import PersonKind
from engage.people.viewer import ANONYMOUS, Viewer
from engage.people.words import fold
from engage.statements import Changes, write
from engage.trust.invitation_actions import answer_by_text


@dataclass(frozen=True)
class Received:
    """What became of something that was sent."""

    kind: Kind
    belief: Belief
    young_person_id: UUID | None = None
    alert_id: UUID | None = None


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
    The caller writes nothing else in this transaction: it may be on disk before the commit.
    """
    connection = db.connection
    phone_index = blind_index("phone", text.from_number)
    arrival = Arrival(text, phone_index, address, now, source, stored_as)
    known = known_by_number(connection, phone_index, text.to_number, now)
    if known.house is None:
        if stored_as is None:
            keep_inbound(text, source=source, now=now)
        return None
    if known.is_flood and not _is_grave(text.body, known.house.locale):
        # Kept like any other, for staff to read; nobody is told and nothing is answered.
        one = known.senders[0].id if len(known.senders) == 1 else None
        arrival.keep(connection, one, set_aside_for=known.house.id)
        return None
    young, grown_up = known.young, [s for s in known.senders if s not in known.young]
    if len(known.senders) == 1 and young:
        return _from_young_person(connection, arrival, known, known.house, young[0])
    if grown_up and answer_step_by_text(connection, arrival, grown_up):
        return Received(Kind.CHOICE, Belief.V1)
    if grown_up:
        received = _from_grown_up(connection, arrival, known, grown_up)
        if received is not None or not young:
            return received
    return _from_stranger(connection, arrival, known)


def _is_grave(words: str, locale: str) -> bool:
    kind = understand(words, locale).kind
    return kind in RAISES or kind is Kind.STOP


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
    arrival: Arrival,
    known: Known,
    house: House,
    sender: Sender,
    *,
    is_known_number: bool = True,
    is_shared: bool = False,
) -> Received | None:
    meaning, signal = _read(
        arrival, known, sender, is_known_number=is_known_number, is_shared=is_shared
    )
    subject = Subject(house.id, sender.id, sender.initials, arrival.address)
    is_sure = signal.belief >= (Belief.V2 if sender.word_needed else Belief.V1)
    actor = Viewer(person_id=sender.id, kind=PersonKind.YOUNG_PERSON, area="text")
    rows, check_in = file_known(
        connection, signal, house, subject, is_sure=is_sure, actor=actor, now=arrival.now
    )
    if is_known_number and not is_shared:
        # A phone that wants no texts gets none: nobody is called because an answer did not go.
        is_silent = known.is_opted_out and meaning.kind not in (Kind.STOP, Kind.START)
        has_answer = bool(arrival.text.opt_out_type) or is_silent
        asked = asked_for(sender, house, meaning, arrival.text.body, now=arrival.now)
        reply = reply_to_young_person(
            sender, house, meaning.kind, locale=meaning.locale, now=arrival.now,
            has_answer=has_answer, asked=asked,
        )  # fmt: skip
    else:
        reply = _stranger_reply(arrival, known)
    if reply is not None:
        rows.messages.append(reply)
        check_in["replied_at"] = arrival.now
    inbound_id, first = arrival.to_keep(connection, sender.id if is_known_number else None)
    if inbound_id is None:
        return None
    check_in["inbound_id"] = inbound_id
    changes: Changes = ()
    if is_known_number:
        changes = note_phone(rows, arrival, sender, signal.kind, inbound_id, known)
    changes = [*changes, *follow_up(
        connection, rows, check_in, house.policy, is_returning=sender.is_returning,
        words=arrival.text.body, actor=actor, now=arrival.now,
    )]  # fmt: skip
    heard = functools.partial(
        hear, connection, subject, check_in, word_needed=sender.word_needed, actor=actor,
        now=arrival.now,
    )  # fmt: skip
    if not store(
        connection, rows, check_in, first=first, changes=changes,
        heard=heard if sender.expected else None, is_all=True,
    ):  # fmt: skip
        return None
    return Received(signal.kind, signal.belief, sender.id, check_in["alert_id"])


def _read(
    arrival: Arrival,
    known: Known,
    sender: Sender,
    *,
    is_known_number: bool,
    is_shared: bool,
) -> tuple[Meaning, Signal]:
    """Return what a text says to somebody who looks on, and what it signals to us."""
    words = fold(arrival.text.body)
    said = phrases(words)
    code, not_ok = said.get(sender.code_word_index or ""), said.get(sender.not_ok_word_index or "")
    meaning = understand(
        arrival.text.body,
        # A number or a place says nothing of a language: they go on in the one they spoke.
        sender.spoken or sender.locale,
        is_stopped=known.is_opted_out,
        choices=wants_choice(sender),
        without=[phrase for phrase in (code, not_ok) if phrase],
    )
    if sender.seems_returning and is_position(arrival.text.body) and meaning.kind is Kind.WHERE:
        # They tell us where to meet them; they ask for nothing.
        meaning = replace(meaning, kind=Kind.FREE)
    if sender.expected == ASKED:
        meaning = replace(meaning, kind=answer_to_question(meaning.kind))
    belief = believe(
        known_number=is_known_number,
        shared_number=is_shared,
        word_matches=bool(code or not_ok),
    )
    kind = Kind.NOT_OK if not_ok and meaning.kind is not Kind.SOS else meaning.kind
    return meaning, replace(
        _signal(arrival, meaning, belief),
        kind=kind,
        looks_like=meaning.kind if kind is not meaning.kind else None,
        word=Word.NOT_OK if not_ok else Word.CODE if code else Word.NONE,
        sender_id=None,
    )


def _signal(arrival: Arrival, meaning: Meaning, belief: Belief) -> Signal:
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


def _from_grown_up(
    connection: Connection, arrival: Arrival, known: Known, senders: Sequence[Sender]
) -> Received | None:
    """Take a digit, yes, no or STOP from an adult we know; anything else goes to the board.

    Returns None when it is for the board because the phone is also a young person's.
    """
    assert known.house is not None
    sender = senders[0]
    meaning = understand(arrival.text.body, sender.locale, is_stopped=known.is_opted_out, choices=4)
    actor = Viewer(person_id=sender.id, kind=sender.kind, area="text")
    yes = meaning.kind is Kind.YES or meaning.choice == 1
    no = meaning.kind is Kind.NO or meaning.choice == 2
    if known.young and meaning.choice != 1:
        return None
    inbound_id = arrival.keep(connection, sender.id)
    if inbound_id is None:
        return None
    people = [s.id for s in senders]
    if sender.kind is PersonKind.TRUSTED_PERSON and heard_by_text(
        actor, people, meaning.choice, address=arrival.address, now=arrival.now
    ):
        return Received(meaning.kind, Belief.V1)
    about = about_alert(arrival, senders, 1 if yes else meaning.choice)
    if about is not None:
        return Received(meaning.kind, Belief.V1, alert_id=about)
    answers = yes or no or meaning.kind is Kind.STOP
    if answers and sender.kind is PersonKind.TRUSTED_PERSON:
        told = None if meaning.kind is Kind.STOP else yes
        if answer_by_text(actor, sender.id, yes=told, now=arrival.now):
            rows = Rows()
            back = note_wish(rows, arrival, meaning.kind, inbound_id, sender.id, known)
            write(connection, [*rows.others, (LINES, rows.audit)], back)
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
    back = note_wish(rows, arrival, meaning.kind, inbound_id, sender.id, known)
    store(connection, rows, check_in, changes=back)
    return Received(meaning.kind, Belief.V1, alert_id=check_in["alert_id"])


def _from_stranger(connection: Connection, arrival: Arrival, known: Known) -> Received | None:
    """Take a text from an unknown or shared phone: by a word to its owner, else to the board."""
    house = known.house
    assert house is not None
    said = phrases(fold(arrival.text.body))
    if known.young:
        named = [sender for sender in known.young if both_words(sender) & said.keys()]
    else:
        named = known_by_word(connection, known.houses, said, arrival.now) if said else []
    if len(named) == 1 and both_words(named[0]) & said.keys():
        house = next(each for each in known.houses if each.id == named[0].house_id)
        return _from_young_person(
            connection, arrival, known, house, named[0],
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
    reply = _stranger_reply(arrival, known)
    if reply is not None:
        rows.messages.append(reply)
        check_in["replied_at"] = arrival.now
    inbound_id, first = arrival.to_keep(connection, None)
    if inbound_id is None:
        return None
    check_in["inbound_id"] = inbound_id
    back = note_wish(rows, arrival, meaning.kind, inbound_id, None, known)
    if not store(
        connection, rows, check_in, first=first, candidates=candidates, changes=back, is_all=True
    ):
        return None
    return Received(meaning.kind, Belief.V0, alert_id=check_in["alert_id"])


def _stranger_reply(arrival: Arrival, known: Known) -> dict[str, Any] | None:
    """Return the answer to a borrowed, shared or unknown phone, if it is due one now.

    It depends on the text and the number called alone: a word that somebody guessed right has
    the answer of one that is wrong, in the same language, of the same house. Source: SAFETY T08.
    """
    house = known.house
    assert house is not None
    meaning = understand(arrival.text.body, house.locale, is_stopped=known.is_opted_out)
    if known.was_answered or arrival.text.opt_out_type or meaning.kind is Kind.STOP:
        return None
    return reply_to_stranger(
        arrival.text.from_number,
        house,
        locale=meaning.locale,
        phone_index=arrival.phone_index,
        now=arrival.now,
    )
