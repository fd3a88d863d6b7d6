"""What "I am ready to come back" opens, and what later texts add to it. A hot path."""

from datetime import datetime
from functools import cache
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Uuid, bindparam, case, literal, select, update

from engage.alerts.rows import Rows
from engage.audit.actions import entry
from engage.audit.models import Actor
from engage.checkins.ready_models import ReadyStep, ReturnPlan, ReturnState
from engage.checkins.ready_rules import ANSWER_WITHIN, MEET, SEND_A_LIFT
from engage.checkins.rules import RAISES, Kind
from engage.crypto import seal
from engage.db import UtcDateTime
from engage.people.models import Person
from engage.policy.queries import pack
from engage.statements import Change, Changes, Into, Query

_steps: Any = ReadyStep.__table__
_returns: Any = ReturnPlan.__table__
_person: Any = Person.__table__
# Read with whoever has the phone: is a return under way?
IS_RETURNING = (
    select(literal(1))
    .where(_returns.c.young_person_id == _person.c.id, _returns.c.closed_at.is_(None))
    .correlate(_person)
    .limit(1)
    .scalar_subquery()
    .label("is_returning")
)
# What we may text back when they are ready, and the row it is sealed for.
_may_text = (_steps.c.young_person_id == _person.c.id, _steps.c.may_text.is_(True))
OWN_WORDS = tuple(
    select(column).where(*_may_text).correlate(_person).scalar_subquery().label(name)
    for column, name in ((_steps.c.id, "step_id"), (_steps.c.words, "step_words"))
)
_IS_OPEN = (
    _returns.c.young_person_id == bindparam("young", type_=Uuid()),
    _returns.c.closed_at.is_(None),
)
_was_answered = _returns.c.state == ReturnState.ANSWERED
_ASK_AGAIN = Change(
    update(_returns)
    .where(*_IS_OPEN)
    .values(
        # Said again while nobody has answered: the clock goes on as it is.
        answer_due_at=case(
            (_was_answered, bindparam("due", type_=UtcDateTime())), else_=_returns.c.answer_due_at
        ),
        next_step_at=case(
            (_was_answered, bindparam("due", type_=UtcDateTime())), else_=_returns.c.next_step_at
        ),
        state=ReturnState.OPEN,
        said_at=bindparam("now", type_=UtcDateTime()),
        steps_due_at=bindparam("now", type_=UtcDateTime()),
    )
)
_RETURNS = Into(_returns, once=())
_CHOOSE = Change(
    update(_returns)
    .where(*_IS_OPEN)
    .values(
        choice=bindparam("chosen"),
        chosen_at=bindparam("now", type_=UtcDateTime()),
        # The worker changes the steps, so that a text waits for nothing.
        steps_due_at=bindparam("now", type_=UtcDateTime()),
    )
)
_FIND = Query(select(_returns.c.id, _returns.c.choice, _returns.c.place).where(*_IS_OPEN))
_PLACE = Change(
    update(_returns)
    .where(_returns.c.id == bindparam("row_id", type_=Uuid()))
    .values(place=bindparam("sealed"), steps_due_at=bindparam("now", type_=UtcDateTime()))
)


@cache
def _answer_within(policy: str) -> Any:
    rules = pack(policy).rules_for("ready_answer")
    return rules[0].duration if rules else ANSWER_WITHIN


def follow_up(
    connection: Connection,
    rows: Rows,
    check_in: dict[str, Any],
    policy: str,
    *,
    is_returning: bool,
    words: str,
    actor: Actor,
    now: datetime,
) -> Changes:
    """Open a return, or add what they chose or where they are: in `rows`, and what is returned.

    `words`: what they wrote, which answers "where?" once they chose to be met or driven.
    """
    kind, young_id = Kind(check_in["kind"]), check_in["young_person_id"]
    if kind is Kind.READY:
        return _open(rows, check_in, policy, is_returning, actor, now)
    if not is_returning:
        return []
    if kind is Kind.CHOICE:
        return [(_CHOOSE, {"young": young_id, "chosen": check_in["choice"], "now": now})]
    if kind in (Kind.FREE, Kind.WHERE) and words and kind not in RAISES:
        for found in _FIND.all(connection, {"young": young_id}):
            if found.choice in (MEET, SEND_A_LIFT) and found.place is None:
                sealed = seal(words[:200], "return_plans.place", found.id)
                return [(_PLACE, {"row_id": found.id, "sealed": sealed, "now": now})]
    return []


def _open(
    rows: Rows,
    check_in: dict[str, Any],
    policy: str,
    is_returning: bool,
    actor: Actor,
    now: datetime,
) -> Changes:
    young_id, due_at = check_in["young_person_id"], now + _answer_within(policy)
    if is_returning:
        return [(_ASK_AGAIN, {"young": young_id, "due": due_at, "now": now})]
    row_id = uuid4()
    opened = {
        "id": row_id,
        "organisation_id": check_in["organisation_id"],
        "young_person_id": young_id,
        "check_in_id": check_in["id"],
        "alert_id": check_in["alert_id"],
        "state": ReturnState.OPEN,
        "opened_at": now,
        "answer_due_at": due_at,
        "next_step_at": due_at,
        "said_at": now,
        "steps_due_at": now,
    }
    rows.others.append((_RETURNS, [opened]))
    line = entry(
        "return:opened",
        viewer=actor,
        now=now,
        subject_id=young_id,
        object_kind="return_plan",
        object_id=row_id,
    )
    rows.audit.append(line)
    return []
