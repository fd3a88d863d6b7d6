"""A digit that an adult texts: what it says of an alert they were told of, or have."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from engage.alerts.actions import acknowledge_by_text
from engage.alerts.taken_actions import answer_by_digit
from engage.alerts.told import find_told
from engage.checkins.arrivals import Arrival
from engage.checkins.senders import Sender
from engage.messaging.actions import message_row, queue_many
from engage.messaging.rules import Klass


def about_alert(arrival: Arrival, senders: Sequence[Sender], digit: int | None) -> UUID | None:
    """Take a digit as what somebody says of an alert; return the alert, None without one.

    "I have it" goes before "still on it": what nobody has is the more urgent.
    """
    if digit is None:
        return None
    ids, now = [sender.id for sender in senders], arrival.now
    told = find_told(ids, now=now) if digit == 1 else None
    if told is None or not told.is_open:
        answered = answer_by_digit(ids, digit, address=arrival.address, now=now)
        if answered is not None:
            sender = next(each for each in senders if each.id == answered.person_id)
            what = f"{answered.turn}:{int(now.timestamp())}"
            who = None if answered.template == "alert_which" else {"who": answered.who}
            _answer(sender, answered.template, answered.alert_id, what, now, who)
            return answered.alert_id
    if told is None:
        return None
    taken = acknowledge_by_text(told, now=now)
    template = "alert_yours" if taken.is_theirs else "alert_theirs"
    _answer(senders[0], template, taken.alert_id, str(taken.turn), now)
    return taken.alert_id


def _answer(
    sender: Sender,
    template: str,
    alert_id: UUID,
    once: str,
    now: datetime,
    params: Mapping[str, str] | None = None,
) -> None:
    row = message_row(
        template,
        klass=Klass.STAFF,
        now=now,
        dedupe_key=f"{template}:{alert_id}:{once}:{sender.id}",
        person_id=sender.id,
        locale=sender.locale,
        params=params,
        object_kind="alert",
        object_id=alert_id,
    )
    queue_many([row])
