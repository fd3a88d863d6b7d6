"""What is texted back: as little as the plan allows, and nothing that gives anything away."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from engage.checkins.rules import Kind
from engage.checkins.senders import House, Sender
from engage.messaging.actions import message_row
from engage.messaging.rules import Klass
from engage.people.models import ReplyPolicy
from engage.policy.queries import pack

STRANGER_EVERY = timedelta(minutes=10)  # Source: SAFETY T08
SAME_EVERY = 20  # seconds: the same text twice in a row is answered once
READY_CHOICES = 4  # what `reply_ready` offers
# These came from the provider's own rules, so they are answered whatever the plan says.
_ALWAYS = {Kind.STOP: "reply_stop", Kind.START: "reply_start"}
_AGREED = {
    Kind.SOS: "reply_sos",
    Kind.NOT_OK: "reply_sos",
    Kind.HELP: "reply_info",
    Kind.INFO: "reply_info",
    Kind.READY: "reply_ready",
    Kind.TALK: "reply_talk",
    Kind.WHERE: "reply_where",
    Kind.OK: "reply_ok",
}


def reply_to_young_person(
    sender: Sender,
    house: House,
    kind: Kind,
    *,
    locale: str,
    now: datetime,
    has_answer: bool = False,
) -> dict[str, Any] | None:
    """Return the text that answers a young person, or None when nothing may be said.

    `has_answer`: the provider has answered by itself. `kind` is what the text means to
    somebody who looks over a shoulder: a not-OK word changes nothing here.
    """
    if has_answer or kind is Kind.WRONG_NUMBER:
        return None
    template = _ALWAYS.get(kind)
    if template is None:
        if sender.reply_policy == ReplyPolicy.NONE:
            return None
        agreed = sender.reply_policy == ReplyPolicy.AGREED
        template = _AGREED.get(kind, "reply_words") if agreed else "reply_neutral"
    return _row(template, house, sender.id, locale, now)


def _row(
    template: str, house: House, person_id: UUID, locale: str, now: datetime
) -> dict[str, Any]:
    moment = int(now.timestamp()) // SAME_EVERY
    return message_row(
        template,
        klass=Klass.YOUNG_PERSON,
        now=now,
        dedupe_key=f"{template}:{locale}:{person_id}:{moment}",
        person_id=person_id,
        locale=locale,
        params=words_for(template, house),
        about=person_id,
        answers_at=now,
    )


def reply_to_stranger(
    number: str, house: House, *, locale: str, phone_index: str, now: datetime
) -> dict[str, Any]:
    """Return the one text that every unknown phone gets, whatever it sent."""
    moment = int(now.timestamp()) // int(STRANGER_EVERY.total_seconds())
    return message_row(
        "reply_unknown",
        klass=Klass.YOUNG_PERSON,
        now=now,
        dedupe_key=f"reply_unknown:{phone_index}:{moment}",
        number=number,
        locale=locale,
        params=words_for("reply_unknown", house),
        answers_at=now,
    )


def words_for(template: str, house: House) -> dict[str, str]:
    """Return the values a reply needs: the number for danger, the neutral name."""
    if template in ("reply_neutral", "reply_start"):
        return {}
    values = {"em": pack(house.policy).emergency}
    if template == "reply_info":
        values["name"] = house.neutral_name
    if template == "reply_where":
        line = next((line for line in pack(house.policy).helplines if line.phone), None)
        values["phone"] = line.phone if line else values["em"]
    return values


def wants_choice(kinds: list[str], sender: Sender) -> int:
    """Return how many numbered answers the last question we texted offered; 0 without one."""
    if sender.reply_policy != ReplyPolicy.AGREED:
        return 0
    asked = next((kind for kind in kinds if kind != Kind.CHOICE), None)
    return READY_CHOICES if asked == Kind.READY else 0
