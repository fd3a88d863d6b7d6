"""One text instead of very many: after a stop, everything that was missed comes at once.

Source: SAFETY 6 R10 (one digest per recipient per minute if more than five), H07.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Uuid, bindparam, func, select

from engage.db import UtcDateTime
from engage.messaging.models import Message
from engage.messaging.outbox import message_row
from engage.messaging.rules import Klass

MOST = 5
MINUTE = timedelta(minutes=1)
GRAVE = frozenset({"alert_sos", "alert_not_ok"})
_messages: Any = Message.__table__
_LATELY = (
    select(_messages.c.person_id, func.count())
    .where(
        _messages.c.person_id.in_(bindparam("people", expanding=True, type_=Uuid())),
        _messages.c.created_at > bindparam("since", type_=UtcDateTime()),
        _messages.c.object_kind == "alert",
    )
    .group_by(_messages.c.person_id)
)


def gathered(
    connection: Connection,
    texts: Sequence[dict[str, Any]],
    workers: Mapping[UUID, str],
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the texts to queue, and one for all to each worker who would get more than five.

    `workers`: who has a list of alerts to open, and the address of it. What they got in the
    minute before counts too. The notices stay, so every alert still stands
    on their list and its chain goes on. Who has no list to open, a carer or a trusted person,
    gets every text.
    """
    asked = {text["person_id"] for text in texts} & workers.keys()
    if not asked:
        return list(texts), []
    now: datetime = texts[0]["created_at"]
    found = connection.execute(_LATELY, {"people": list(asked), "since": now - MINUTE}).all()
    counts = Counter(text["person_id"] for text in texts)
    counts.update(dict(found))
    crowded = {person_id for person_id in asked if counts[person_id] > MOST}
    if not crowded:
        return list(texts), []
    kept = [text for text in texts if text["person_id"] not in crowded]
    return kept, _digests(texts, crowded, workers, now)


def _digests(
    texts: Sequence[dict[str, Any]],
    crowded: Collection[UUID],
    links: Mapping[UUID, str],
    now: datetime,
) -> list[dict[str, Any]]:
    grave = {text["person_id"] for text in texts if text["template"] in GRAVE}
    locales = {text["person_id"]: text["locale"] for text in texts}
    minute = int(now.timestamp()) // int(MINUTE.total_seconds())
    return [
        message_row(
            template := "alert_digest_grave" if person_id in grave else "alert_digest",
            klass=Klass.STAFF,
            now=now,
            dedupe_key=f"{template}:{person_id}:{minute}",
            person_id=person_id,
            locale=locales[person_id],
            params={"link": links[person_id]},
            object_kind="alert",
        )
        for person_id in sorted(crowded)
    ]
