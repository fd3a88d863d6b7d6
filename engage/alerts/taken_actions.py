"""What whoever has an alert says of it: still on it, over, or for somebody else."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from engage.alerts.actions import acknowledge
from engage.alerts.chain import chain_of, contacts_of
from engage.alerts.models import Alert, AlertNotice
from engage.alerts.reminding import pass_on_alert
from engage.alerts.rows import Rows, Subject, telling_rows, write
from engage.alerts.rules import (
    AlertKind,
    AlertState,
    Chain,
    Contact,
    How,
    Telling,
    initials,
    next_telling,
)
from engage.alerts.taken_rules import DIGITS, OUTCOMES, Answer, Outcome
from engage.audit.actions import record
from engage.crypto import seal
from engage.db import db
from engage.people.models import Organisation, Person
from engage.people.viewer import Viewer

_alerts: Any = Alert.__table__


@dataclass(frozen=True)
class Answered:
    """What a texted digit did: to which alert, and the text that says so."""

    alert_id: UUID
    template: str
    person_id: UUID
    # The initials of whom it is about.
    who: str
    # Makes the text of each answer the only one.
    turn: int


def resolve(
    viewer: Viewer, alert_id: UUID, outcome: Outcome, *, note: str = "", now: datetime
) -> bool:
    """Note what came of an alert: it needs nothing more. False if nobody has it, or it is over.

    The caller has asked the access function. A check-in never comes here: only people do.
    """
    done = db.session.execute(
        update(_alerts)
        .where(_alerts.c.id == alert_id, _alerts.c.state == AlertState.ACKNOWLEDGED)
        .values(
            state=AlertState.RESOLVED,
            resolved_by_id=viewer.person_id,
            resolved_at=now,
            next_due_at=None,
            outcome=outcome,
            outcome_note=seal(note, "alerts.outcome_note", alert_id) if note else None,
        )
        .returning(_alerts.c.young_person_id)
    ).one_or_none()
    if done is None:
        return False
    _record("alert:resolved", viewer, alert_id, done.young_person_id, now, str(outcome))
    return True


def keep_on(viewer: Viewer, alert_id: UUID, *, now: datetime) -> bool:
    """Note that whoever has an alert is still on it: they are asked again, later.

    False if it is not theirs (any more).
    """
    alert = _find(alert_id)
    done = db.session.execute(
        update(_alerts)
        .where(
            _alerts.c.id == alert_id,
            _alerts.c.state == AlertState.ACKNOWLEDGED,
            _alerts.c.acknowledged_by_id == viewer.person_id,
        )
        .values(unanswered=0, next_due_at=now + _chain(alert).remind)
    )
    if done.rowcount == 0:  # type: ignore[attr-defined]
        return False
    _record("alert:kept", viewer, alert_id, alert.young_person_id, now)
    return True


def hand_over(
    viewer: Viewer,
    alert_id: UUID,
    *,
    to: UUID | None = None,
    address: str,
    now: datetime,
) -> bool:
    """Pass an alert on: to one person, or to whoever is next. Until somebody has it, it climbs.

    False if nobody has it, it is over, or `to` cannot be told by text. The caller has asked the
    access function. `address` is our public address.
    """
    alert = _find(alert_id)
    if alert.state != AlertState.ACKNOWLEDGED:
        return False
    connection = db.session.connection()
    chain, contacts = _chain(alert), contacts_of(alert, now)
    if to is None:
        telling, turn = _to_whoever_is_next(alert, chain, contacts, now), 0
    else:
        chosen = tuple(each for each in contacts if each.person_id == to)[:1]
        if not chosen:
            return False
        level = min(alert.level, len(chain.waits) - 1)
        telling = Telling(alert.level, alert.round, chosen, now + chain.waits[level])
        turn = alert.turn + 1
    if not pass_on_alert(connection, alert, telling):
        return False
    rows = Rows()
    subject = Subject(alert.organisation_id, alert.young_person_id, _who(alert), address)
    telling_rows(rows, alert_id, AlertKind(alert.kind), subject, telling, now, turn=turn)
    write(rows, connection)
    _record("alert:passed_on", viewer, alert_id, alert.young_person_id, now)
    return True


def _to_whoever_is_next(
    alert: Alert, chain: Chain, contacts: list[Contact], now: datetime
) -> Telling:
    told = db.session.scalars(select(AlertNotice.person_id).where(AlertNotice.alert_id == alert.id))
    # Never back to who just said that somebody else must take it.
    others = [each for each in contacts if each.person_id != alert.acknowledged_by_id]
    return next_telling(
        chain, others, level=alert.level, round_no=alert.round, told=set(told), now=now
    )


def answer_by_digit(
    person_ids: list[UUID], digit: int, *, address: str, now: datetime
) -> Answered | None:
    """Take a texted 1 to 4 as the answer to "how is it now?"; None if nobody was asked.

    With several to answer for, 1 keeps them all; what ends one is asked for at its own link, as
    a digit cannot say which.
    """
    held = select(Alert).where(
        Alert.state == AlertState.ACKNOWLEDGED,
        Alert.acknowledged_by_id.in_(person_ids),
        Alert.unanswered > 0,
    )
    # They answer after we began to ask others: their word counts as it did.
    held_before = select(Alert).where(
        Alert.state == AlertState.OPEN, Alert.held_before_id.in_(person_ids)
    )
    asked = list(db.session.scalars(held.order_by(Alert.raised_at)))
    answer = DIGITS[digit]
    if answer in OUTCOMES:
        asked += db.session.scalars(held_before.order_by(Alert.raised_at))
    if not asked:
        return None
    alert, person_id = asked[0], asked[0].acknowledged_by_id or asked[0].held_before_id
    assert person_id is not None
    viewer = Viewer(person_id=person_id, area="phone")
    template = "alert_which"
    if answer is Answer.STILL:
        template = "alert_still_yours"
        for each in asked:
            keep_on(viewer, each.id, now=now)
    elif len(asked) == 1:
        template = _end(viewer, alert, answer, address, now)
    db.session.expire_all()
    return Answered(alert.id, template, person_id, _who(alert), alert.turn)


def _end(viewer: Viewer, alert: Alert, answer: Answer, address: str, now: datetime) -> str:
    if answer is Answer.HAND_OVER:
        hand_over(viewer, alert.id, address=address, now=now)
        return "alert_passed_on"
    if alert.state == AlertState.OPEN and viewer.person_id is not None:
        acknowledge(alert.id, viewer.person_id, how=How.TEXT, now=now, viewer=viewer)
    resolve(viewer, alert.id, OUTCOMES[answer], now=now)
    return "alert_over"


def _find(alert_id: UUID) -> Alert:
    return db.session.get_one(Alert, alert_id, populate_existing=True)


def _chain(alert: Alert) -> Chain:
    house = db.session.get_one(Organisation, alert.organisation_id)
    return chain_of(house.policy, alert.kind)


def _who(alert: Alert) -> str:
    person = db.session.get(Person, alert.young_person_id) if alert.young_person_id else None
    return initials(str(person.name)) if person else "?"


def _record(
    verb: str,
    viewer: Viewer,
    alert_id: UUID,
    young_person_id: UUID | None,
    now: datetime,
    reason: str | None = None,
) -> None:
    record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=young_person_id,
        object_kind="alert",
        object_id=alert_id,
        reason=reason,
    )
