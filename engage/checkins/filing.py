"""Turning what somebody sent into rows: the check-in, the alert it raises or joins, the texts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection

from engage.alerts.chain import around_house, around_one, chain_of, contacts_for, staff_of
from engage.alerts.rows import ALERTS, NOTICES, Rows, Subject, alert_rows
from engage.alerts.rules import QUIET, AlertKind, Contact
from engage.audit.actions import LINES, entry
from engage.audit.models import Actor
from engage.checkins.models import Candidate, CheckIn, SentBy, Word
from engage.checkins.rules import Belief, Kind
from engage.checkins.senders import House
from engage.crypto import seal
from engage.db import new_id
from engage.messaging.actions import message_row
from engage.messaging.outbox import OUTBOX, queued_here
from engage.messaging.rules import Klass
from engage.statements import Addition, Changes, Into, Row, write, write_once

CHECK_INS = Into(CheckIn.__table__, once=["idempotency_key"])
CANDIDATES = Into(Candidate.__table__)
# What each kind raises; the others are kept and passed on without waking anybody.
ALERT_OF = {
    Kind.SOS: AlertKind.SOS,
    Kind.NOT_OK: AlertKind.NOT_OK,
    Kind.HELP: AlertKind.HELP,
    Kind.READY: AlertKind.READY,
    Kind.TALK: AlertKind.TALK,
    Kind.WHERE: AlertKind.WHERE,
    Kind.FREE: AlertKind.WORDS,
    Kind.CHOICE: AlertKind.WORDS,
    Kind.YES: AlertKind.WORDS,
    Kind.NO: AlertKind.WORDS,
    Kind.STOP: AlertKind.TEXTS_OFF,
    Kind.WRONG_NUMBER: AlertKind.WRONG_NUMBER,
}
TOLD_OF = frozenset({Kind.OK, Kind.THANKS})
NOT_FOR_THE_BOARD = frozenset({Kind.STOP, Kind.START, Kind.INFO, Kind.THANKS})


@dataclass(frozen=True)
class Signal:
    """What was sent, as understood."""

    key: str
    kind: Kind
    belief: Belief
    sent_by: SentBy
    locale: str
    word: Word = Word.NONE
    # What it looks like from outside, where that is something else.
    looks_like: Kind | None = None
    choice: int | None = None
    note: str = ""
    place: str = ""
    sender_id: UUID | None = None
    sender_index: str | None = None
    inbound_id: UUID | None = None
    sent_at: datetime | None = None


def file_known(
    connection: Connection,
    signal: Signal,
    house: House,
    subject: Subject,
    *,
    is_sure: bool,
    actor: Actor,
    now: datetime,
) -> tuple[Rows, Row]:
    """Return all rows of a signal from a young person we know, and its check-in's row.

    `is_sure`: the belief is as high as their plan asks for a check-in to be counted.
    """
    rows = Rows()
    check_in = check_in_row(signal, house.id, subject.young_person_id, now)
    kind = ALERT_OF.get(signal.kind)
    young_id = subject.young_person_id
    assert young_id is not None
    if kind is None and signal.kind not in TOLD_OF:
        _audit(rows, check_in, actor, now)
        return rows, check_in
    around = around_one(connection, young_id, since=now - QUIET, now=now)
    if kind is None:
        _tell(rows, around.contacts, subject, "info_ok" if is_sure else "info_ok_unsure", now)
    elif (joined := around.to_join(kind)) is not None:
        check_in["alert_id"] = joined
    else:
        alert = alert_rows(
            rows,
            kind,
            subject,
            chain=chain_of(house.policy, kind),
            contacts=around.contacts or staff_of(connection, house.id, now),
            dedupe_key=f"check_in:{signal.key}",
            actor=actor,
            now=now,
            about_kind="check_in",
            about_id=check_in["id"],
        )
        check_in["alert_id"] = alert["id"]
    _audit(rows, check_in, actor, now)
    return rows, check_in


def _tell(
    rows: Rows, contacts: Sequence[Contact], subject: Subject, template: str, now: datetime
) -> None:
    """Tell the nearest people, once in five minutes and without asking for anything."""
    moment = int(now.timestamp()) // int(QUIET.total_seconds())
    for step in ("check_in", "social_worker", "carer", "out_of_hours"):
        nearest = [contact for contact in contacts if contact.step == step]
        if nearest:
            break
    else:
        return
    for contact in nearest:
        rows.messages.append(
            message_row(
                template,
                klass=Klass.STAFF,
                now=now,
                dedupe_key=f"{template}:{subject.young_person_id}:{moment}:{contact.person_id}",
                person_id=contact.person_id,
                locale=contact.locale,
                params={"who": subject.initials},
                about=subject.young_person_id,
            )
        )


def file_unmatched(
    connection: Connection,
    signal: Signal,
    house: House,
    address: str,
    *,
    candidates: Sequence[UUID],
    actor: Actor,
    now: datetime,
) -> tuple[Rows, Row]:
    """Return all rows of a signal that nobody can match yet: for the board, and a human's ear.

    `candidates` share the phone it came from: whoever is near any of them hears of it, and
    the text still says nothing of whom it may be about.
    """
    rows = Rows()
    check_in = check_in_row(signal, house.id, None, now)
    _audit(rows, check_in, actor, now)
    if signal.kind in NOT_FOR_THE_BOARD:
        check_in["handled_at"] = now
        return rows, check_in
    moment = int(now.timestamp()) // int(QUIET.total_seconds())
    grave = signal.kind in (Kind.SOS, Kind.NOT_OK)
    key = f"unmatched:{signal.sender_index or signal.key}:{int(grave)}:{moment}"
    around = around_house(connection, house.id, key=key, now=now)
    if around.alerts:
        check_in["alert_id"] = around.alerts[0][0]
    else:
        found = contacts_for(connection, candidates, now) if candidates else {}
        near = {c.person_id: c for each in found.values() for c in each}
        alert = alert_rows(
            rows,
            AlertKind.UNMATCHED,
            Subject(house.id, None, "?", address),
            # Danger starts with several at once, whoever it is.
            chain=chain_of(house.policy, signal.kind if grave else AlertKind.UNMATCHED),
            contacts=list(near.values()) or around.contacts,
            dedupe_key=key,
            actor=actor,
            now=now,
            about_kind="check_in",
            about_id=check_in["id"],
        )
        check_in["alert_id"] = alert["id"]
    return rows, check_in


def check_in_row(
    signal: Signal, organisation_id: UUID, young_person_id: UUID | None, now: datetime
) -> Row:
    """Return the row of a check-in, its words and place sealed."""
    row_id = new_id(now)
    return {
        "id": row_id,
        "idempotency_key": signal.key,
        "organisation_id": organisation_id,
        "young_person_id": young_person_id,
        "sender_id": signal.sender_id,
        "sender_index": signal.sender_index,
        "kind": str(signal.kind),
        "looks_like": str(signal.looks_like) if signal.looks_like else None,
        "choice": signal.choice,
        "word": str(signal.word),
        "belief": int(signal.belief),
        "sent_by": str(signal.sent_by),
        "inbound_id": signal.inbound_id,
        "alert_id": None,
        "note": seal(signal.note, "check_ins.note", row_id) if signal.note else None,
        "place": seal(signal.place, "check_ins.place", row_id) if signal.place else None,
        "locale": signal.locale,
        "received_at": now,
        "sent_at": signal.sent_at,
        "replied_at": None,
        "handled_at": None,
    }


def _audit(rows: Rows, check_in: Row, actor: Actor, now: datetime) -> None:
    rows.audit.append(
        entry(
            "check_in:received",
            viewer=actor,
            now=now,
            subject_id=check_in["young_person_id"],
            object_kind="check_in",
            object_id=check_in["id"],
            reason=check_in["kind"],
        )
    )


def store(
    connection: Connection,
    rows: Rows,
    check_in: Row,
    *,
    first: tuple[Into, Row] | None = None,
    candidates: Sequence[UUID] = (),
    changes: Changes = (),
    heard: Callable[[], list[Row]] | None = None,
    is_all: bool = False,
) -> bool:
    """Write a check-in with all that follows from it.

    `first` is the row that is there once and for ever: of the text, or the check-in itself.
    Where it was there before nothing is written, and False returned. None: the caller knows.
    `heard` meets what was expected, once the check-in is stored; it returns lines for the audit.
    `is_all`: the caller writes nothing else in this transaction (see `write_once`).
    """
    then: list[Addition] = [
        (ALERTS, rows.alerts),
        (CHECK_INS, [check_in] if first is None or first[0] is not CHECK_INS else []),
        (CANDIDATES, [_candidate(check_in, young_id) for young_id in candidates]),
        *rows.others,
        (NOTICES, rows.notices),
        (OUTBOX, rows.messages),
        (LINES, [] if heard else rows.audit),
    ]
    if first is None:
        write(connection, then, changes)
    elif not write_once(connection, first, then, changes, is_all=is_all and heard is None):
        return False
    if heard:
        LINES.insert(connection, rows.audit + heard())
    if rows.messages:
        queued_here.set(True)
    return True


def _candidate(check_in: Row, young_person_id: UUID) -> Row:
    return {"id": uuid4(), "check_in_id": check_in["id"], "young_person_id": young_person_id}
