"""The rows of an alert: made here, written by whoever raises it, in as few statements as may be."""

import base64
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, insert
from sqlalchemy.dialects import postgresql, sqlite

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
from engage.db import insert_many
from engage.messaging.actions import message_row, queue_many
from engage.messaging.rules import Klass
from engage.people.links import normalise

_alerts: Any = Alert.__table__
_notices: Any = AlertNotice.__table__
INSERT_ALERT: dict[str, Any] = {
    name: insert_once(_alerts).on_conflict_do_nothing(index_elements=["dedupe_key"])
    for name, insert_once in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
INSERT_NOTICES = insert(_notices)
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
        "id": uuid4(),
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


def telling_rows(
    rows: Rows,
    alert_id: UUID,
    kind: AlertKind,
    subject: Subject,
    telling: Telling,
    now: datetime,
) -> None:
    """Add a notice and a text for everybody who is told at this level and round."""
    for contact in telling.people:
        code = new_code()
        rows.notices.append(
            {
                "id": uuid4(),
                "alert_id": alert_id,
                "person_id": contact.person_id,
                "level": telling.level,
                "round": telling.round,
                "told_at": now,
                "code_digest": token_digest(f"notice|{code}"),
            }
        )
        rows.messages.append(
            message_row(
                f"alert_{kind}",
                klass=Klass.STAFF,
                now=now,
                dedupe_key=f"alert:{alert_id}:{telling.level}:{telling.round}:{contact.person_id}",
                person_id=contact.person_id,
                locale=contact.locale,
                params={"who": subject.initials, "link": f"{subject.address.rstrip('/')}/a/{code}"},
                about=subject.young_person_id,
                object_kind="alert",
                object_id=alert_id,
            )
        )


def write(rows: Rows, connection: Connection) -> None:
    """Write alerts, notices and texts: at most one statement for each. Audit lines are left."""
    insert_many(connection, INSERT_ALERT[connection.dialect.name], rows.alerts)
    insert_many(connection, INSERT_NOTICES, rows.notices)
    queue_many(rows.messages, connection)
