"""A texted yes or no to "can you help?": kept on the step, which the worker acts on at once."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Uuid, bindparam, select, update

from engage.checkins.arrivals import Arrival
from engage.checkins.ready_models import ReturnStep, StepState
from engage.checkins.ready_rules import yes_or_no
from engage.checkins.senders import Sender
from engage.db import UtcDateTime
from engage.messaging.actions import message_row, queue_many
from engage.messaging.rules import Klass

_steps: Any = ReturnStep.__table__
_NOW = bindparam("now", type_=UtcDateTime())
# The step they were asked about last; one that was given to somebody else is not theirs.
_LAST = (
    select(_steps.c.id)
    .where(
        _steps.c.owner_id.in_(bindparam("ids", expanding=True, type_=Uuid())),
        _steps.c.state == StepState.ASKED,
        _steps.c.said.is_(None),
    )
    .order_by(_steps.c.asked_at.desc(), _steps.c.number.desc())
    .limit(1)
)
_SAY = (
    update(_steps)
    .where(
        _steps.c.id == bindparam("step", type_=Uuid()),
        _steps.c.state == StepState.ASKED,
        _steps.c.said.is_(None),
    )
    .values(said=bindparam("answer"), next_step_at=_NOW)
    .returning(_steps.c.id, _steps.c.owner_id, _steps.c.young_person_id, _steps.c.times_asked)
)


def answer_step_by_text(
    connection: Connection, arrival: Arrival, senders: Sequence[Sender]
) -> bool:
    """Keep a 7 or 8 from an adult who was asked to help with a step; False when it is none.

    At most four statements. The worker tells the young person or asks somebody else, and
    writes the line of the audit when it does.
    """
    yes = yes_or_no(arrival.text.body)
    if yes is None:
        return False
    step_id = connection.execute(_LAST, {"ids": [each.id for each in senders]}).scalar()
    if step_id is None or arrival.keep(connection, senders[0].id) is None:
        return False
    asked = {"step": step_id, "answer": "yes" if yes else "no", "now": arrival.now}
    found = connection.execute(_SAY, asked).one_or_none()
    if found is None:
        return True
    template = "info_step_yes" if yes else "info_step_no"
    locales = {each.id: each.locale for each in senders}
    row = message_row(
        template,
        klass=Klass.STAFF,
        now=arrival.now,
        dedupe_key=f"step:{found.id}:{template}:{found.times_asked}",
        person_id=found.owner_id,
        locale=locales[found.owner_id],
        about=found.young_person_id,
        object_kind="return_step",
        object_id=found.id,
    )
    queue_many([row], connection)
    return True
