"""The rows of an alert: made here, written by whoever raises it, in as few statements as may be."""

import base64
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from engage.alerts.digest import gathered
from engage.alerts.models import Alert, AlertNotice
from engage.alerts.rules import (
    AlertKind,
    AlertState,
    Chain,
    Contact,
    Telling,
    first_telling,
    urgency_of,
)
from engage.audit.actions import entry
from engage.audit.models import Actor
from engage.crypto import token_digest
from engage.db import new_id
from engage.messaging.actions import message_row, queue_many
from engage.messaging.rules import Klass
from engage.people.links import normalise
from engage.statements import Addition, Into

ALERTS = Into(Alert.__table__, once=["dedupe_key"])
NOTICES = Into(AlertNotice.__table__)
# Those with an account of their own, on whichever step they stand.
WORKERS = frozenset({"social_worker", "out_of_hours", "supervisor"})
# RFC 4648's letters to Crockford's, which nobody misreads.
_CROCKFORD = bytes.maketrans(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)


@dataclass
class Rows:
    """What one transaction will write."""

    alerts: list[dict[str, Any]] = field(default_factory=list)
    notices: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    audit: list[dict[str, Any]] = field(default_factory=list)
    # Of other tables, which nothing above points at.
    others: list[Addition] = field(default_factory=list)
    # Workers among those who are told, and where the list of all alerts is for them.
    workers: dict[UUID, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Subject:
    """Whom an alert is about, as much as its texts may say."""

    organisation_id: UUID
    young_person_id: UUID | None
    initials: str
    # Our public address, for the link in the text.
    address: str


def new_code() -> str:
    """Make the code of a notice: 128 random bits in Crockford's letters."""
    code = base64.b32encode(os.urandom(16)).rstrip(b"=").translate(_CROCKFORD)
    return code.decode()


def code_digest(code: str) -> str:
    """Return what the database keeps of a notice's code."""
    return token_digest(f"notice|{normalise(code)}")


def alert_rows(
    rows: Rows,
    kind: AlertKind,
    subject: Subject,
    *,
    chain: Chain,
    contacts: Sequence[Contact],
    dedupe_key: str,
    actor: Actor,
    now: datetime,
    about_kind: str | None = None,
    about_id: UUID | None = None,
) -> dict[str, Any]:
    """Add a new alert and its first telling to `rows`; return the alert's row."""
    telling = first_telling(chain, contacts, now)
    alert: dict[str, Any] = {
        "id": new_id(now),
        "dedupe_key": dedupe_key,
        "organisation_id": subject.organisation_id,
        "young_person_id": subject.young_person_id,
        "kind": str(kind),
        "urgency": str(urgency_of(kind)),
        "about_kind": about_kind,
        "about_id": about_id,
        "state": str(AlertState.OPEN),
        "level": telling.level,
        "round": telling.round,
        "raised_at": now,
        "next_due_at": telling.next_due_at,
        "late_by": None,
        "nobody_told": not telling.people,
    }
    rows.alerts.append(alert)
    rows.audit.append(
        entry(
            "alert:raised",
            viewer=actor,
            now=now,
            subject_id=subject.young_person_id,
            object_kind="alert",
            object_id=alert["id"],
            reason=str(kind),
        )
    )
    telling_rows(rows, alert["id"], kind, subject, telling, now)
    return alert


def knows_row(alert: dict[str, Any], person_id: UUID) -> dict[str, Any]:
    """Return the notice of somebody who knows of an alert already: no text goes with it."""
    return {
        "id": new_id(alert["raised_at"]),
        "alert_id": alert["id"],
        "person_id": person_id,
        "level": alert["level"],
        "round": 0,
        "turn": 0,
        "told_at": alert["raised_at"],
        "code_digest": code_digest(new_code()),
    }


def telling_rows(
    rows: Rows,
    alert_id: UUID,
    kind: AlertKind,
    subject: Subject,
    telling: Telling,
    now: datetime,
    *,
    turn: int = 0,
    template: str = "",
    not_after: datetime | None = None,
) -> None:
    """Add a notice and a text for everybody who is told at this level and round.

    `turn`: which time it is that these were asked apart from the chain. `template`: the text,
    other than the one of this kind. `not_after`: when it makes no sense any more.
    """
    address = subject.address.rstrip("/")
    for contact in telling.people:
        code = new_code()
        rows.notices.append(
            {
                "id": new_id(now),
                "alert_id": alert_id,
                "person_id": contact.person_id,
                "level": telling.level,
                "round": telling.round,
                "turn": turn,
                "told_at": now,
                "code_digest": token_digest(f"notice|{code}"),
            }
        )
        at = f"{telling.level}:{telling.round}" + (f":{turn}" if turn else "")
        rows.messages.append(
            message_row(
                template or f"alert_{kind}",
                klass=Klass.STAFF,
                now=now,
                dedupe_key=f"alert:{alert_id}:{at}:{contact.person_id}",
                person_id=contact.person_id,
                locale=contact.locale,
                params={"who": subject.initials, "link": f"{address}/a/{code}"},
                about=subject.young_person_id,
                not_after=not_after,
                object_kind="alert",
                object_id=alert_id,
            )
        )
        if contact.step in WORKERS:
            rows.workers[contact.person_id] = f"{address}/alerts"


def write(rows: Rows, connection: Connection) -> None:
    """Write alerts, notices and texts: one statement for each. Audit lines are the caller's.

    Somebody who would get many texts within a minute gets one for all (see `gathered`).
    """
    ALERTS.insert(connection, rows.alerts)
    NOTICES.insert(connection, rows.notices)
    texts, digests = gathered(connection, rows.messages, rows.workers)
    queue_many(texts, connection)
    queue_many(digests, connection)
