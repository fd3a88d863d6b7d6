"""Which organisations' number a text came to. Nothing is looked up by whoever sent it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, exists, or_, select

from engage.db import db
from engage.people.access import Object, Verb, Viewer, require
from engage.people.models import Organisation
from engage.statements import Query

_called = Organisation.__table__.alias("called")
_LINES = Query(
    select(
        Organisation.id, Organisation.policy, Organisation.locale, Organisation.service_number
    )
    .where(
        or_(
            Organisation.service_number == bindparam("to"),
            ~exists().where(_called.c.service_number == bindparam("to")),
        )
    )
    .order_by(Organisation.id)
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """An organisation whose number was texted."""

    organisation_id: UUID
    policy: str
    locale: str


def lines_called(viewer: Viewer, to: str, *, now: datetime) -> list[Line]:
    """Return whose number this is; if it is nobody's, the only organisation there is, else none."""
    require(viewer, Verb.CREATE, Object.FEEDBACK, None, now=now)
    rows = _LINES.all(db.session.connection(), {"to": to[:20]})
    if len(rows) > 1 and rows[0].service_number != to[:20]:
        return []
    return [Line(row.id, row.policy, row.locale) for row in rows]
