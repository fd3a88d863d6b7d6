"""Putting texts into the outbox, with the change they tell of. Nothing is sent here.

A text belongs to an act that has its own line in the audit; the row is its record.
"""

import json
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from engage.crypto import blind_index, seal
from engage.db import db, new_id
from engage.messaging.models import PAYLOAD_VERSION, Message
from engage.messaging.rules import LIFETIMES, REPLY_WINDOW, Klass, MessageState
from engage.people.models import Person
from engage.statements import Into

OUTBOX = Into(Message.__table__, once=["dedupe_key"])
# Made once: `json.dumps` would make one for each text.
_as_json = json.JSONEncoder(separators=(",", ":")).encode
# Set when this request or task queued something, so that the worker is woken afterwards.
queued_here: ContextVar[bool] = ContextVar("engage_texts_queued", default=False)


def message_row(
    template: str,
    *,
    klass: Klass | str,
    now: datetime,
    dedupe_key: str,
    person_id: UUID | None = None,
    number: str | None = None,
    phone_index: str | None = None,
    locale: str | None = None,
    params: Mapping[str, Any] | None = None,
    about: UUID | None = None,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
    answers_at: datetime | None = None,
    object_kind: str | None = None,
    object_id: UUID | None = None,
) -> dict[str, Any]:
    """Return the outbox row of one text, for callers that queue several at once.

    `template` names a file in templates/sms. To a person we know (`person_id`), or to the
    bare `number` of one we do not. `answers_at`: when its reader did what this answers, which
    lifts quiet hours for two minutes. Without `not_after` a text to staff lives 24 hours, one
    to a young person 30 minutes, and an answer to a stranger two minutes.
    """
    row_id = new_id(now)
    not_before = not_before or now
    if number is not None:
        phone_index = blind_index("phone", number)
        not_after = not_after or not_before + REPLY_WINDOW
    sealed_params = _as_json(params) if params else None
    return {
        "id": row_id,
        "dedupe_key": dedupe_key,
        "klass": str(klass),
        "template": template,
        "person_id": person_id,
        "to_number": None if number is None else seal(number, "messages.to_number", row_id),
        "phone_index": phone_index,
        "locale": locale,
        "params": sealed_params and seal(sealed_params, "messages.params", row_id),
        "young_person_id": about,
        "object_kind": object_kind,
        "object_id": object_id,
        "created_at": now,
        "not_before": not_before,
        "not_after": not_after or not_before + LIFETIMES[Klass(klass)],
        "answers_at": answers_at,
        "state": MessageState.PENDING,
        "due_at": not_before,
        "fence": 0,
        "attempts": 0,
        "strikes": 0,
        "status_rank": 0,
        "status_conflict": False,
        "payload_v": PAYLOAD_VERSION,
    }


def queue_many(rows: list[dict[str, Any]], connection: Connection | None = None) -> None:
    """Put rows made by `message_row` into the outbox in one statement; known keys are left."""
    if not rows:
        return
    OUTBOX.insert(connection or db.session.connection(), rows)
    queued_here.set(True)


def queue(
    template: str,
    *,
    to: Person | UUID | str,
    klass: Klass | str,
    now: datetime,
    dedupe_key: str,
    params: Mapping[str, Any] | None = None,
    about: UUID | None = None,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
    answers_at: datetime | None = None,
    locale: str | None = None,
    object_kind: str | None = None,
    object_id: UUID | None = None,
) -> UUID | None:
    """Put one text into the outbox, in the transaction of the act it tells of.

    `to` is a person, a person's id, or the bare number (E.164) of somebody we do not know.
    Returns the id of the text, or None when one with this `dedupe_key` was queued before.
    See `message_row` for the rest.
    """
    row = message_row(
        template,
        klass=klass,
        now=now,
        dedupe_key=dedupe_key,
        person_id=to.id if isinstance(to, Person) else to if isinstance(to, UUID) else None,
        number=to if isinstance(to, str) else None,
        phone_index=to.phone_index if isinstance(to, Person) else None,
        locale=locale or (to.locale if isinstance(to, Person) else None),
        params=params,
        about=about,
        not_before=not_before,
        not_after=not_after,
        answers_at=answers_at,
        object_kind=object_kind,
        object_id=object_id,
    )
    connection = db.session.connection()
    if isinstance(to, Person):
        db.session.flush()  # a person made in this very transaction must be there first
    added = OUTBOX.insert(connection, [row])
    queued_here.set(True)
    return row["id"] if added else None
