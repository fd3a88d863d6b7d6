"""What is texted back: as little as the plan allows, and nothing that gives anything away."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engage.checkins.answering_rules import about, is_answered, times_answered
from engage.checkins.ready_rules import CALL_ME, MEET, SEND_A_LIFT, TALK_FIRST
from engage.checkins.rules import Kind, Meaning
from engage.checkins.senders import House, Sender, stranger_key
from engage.messaging.actions import message_row
from engage.messaging.rules import Klass
from engage.people.models import ReplyPolicy
from engage.people.viewer import Viewer
from engage.places.queries import Found, nearest_to_words
from engage.places.wording import places_in_words
from engage.policy.queries import pack

SAME_EVERY = 20  # seconds: the same twice at once is answered once
READY_CHOICES = 4  # what `reply_ready` offers
# These came from the provider's own rules, so they are answered whatever the plan says.
_ALWAYS = {Kind.STOP: "reply_stop", Kind.START: "reply_start"}
_CHOICES = {
    MEET: "reply_choice_meet",
    SEND_A_LIFT: "reply_choice_lift",
    CALL_ME: "reply_talk",
    TALK_FIRST: "reply_choice_talk",
}
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


@dataclass(frozen=True)
class Asked:
    """What a reply says besides its own words, when they asked for it."""

    choice: int | None = None
    own_words: str = ""
    places: tuple[Found, ...] = ()
    zone: str = "UTC"


def asked_for(sender: Sender, house: House, meaning: Meaning, body: str, *, now: datetime) -> Asked:
    """Look up what the reply needs: nothing for most texts."""
    if sender.reply_policy == ReplyPolicy.NONE:
        return Asked()
    if meaning.kind is Kind.READY:
        return Asked(own_words=sender.own_words)
    if meaning.kind is Kind.WHERE:
        viewer = Viewer(person_id=sender.id, organisation_id=house.id, area="text")
        answer = nearest_to_words(viewer, meaning.place or body, now=now)
        return Asked(places=answer.found, zone=answer.zone)
    return Asked(choice=meaning.choice)


def reply_to_young_person(
    sender: Sender,
    house: House,
    kind: Kind,
    *,
    locale: str,
    now: datetime,
    has_answer: bool = False,
    asked: Asked = Asked(),
) -> dict[str, Any] | None:
    """Return the text that answers a young person, or None when nothing may be said.

    `has_answer`: the provider has answered by itself. `kind` is what the text means to
    somebody who looks over a shoulder: a not-OK word changes nothing here.
    """
    if has_answer or kind is Kind.WRONG_NUMBER:
        return None
    if not is_answered(kind, sender.answered, sender.last_answered):
        return None
    template = _ALWAYS.get(kind)
    if template is None:
        if sender.reply_policy == ReplyPolicy.NONE:
            return None
        agreed = sender.reply_policy == ReplyPolicy.AGREED
        template = _to_what_they_asked(kind, asked, agreed=agreed)
        if template is None:
            template = _AGREED.get(kind, "reply_words") if agreed else "reply_neutral"
    turn = f"{about(kind)}:{times_answered(kind, sender.answered)}"
    return _row(template, house, sender, locale, now, asked, turn)


def _to_what_they_asked(kind: Kind, asked: Asked, *, agreed: bool) -> str | None:
    if kind is Kind.READY and asked.own_words:
        return "reply_ready_own" if agreed else "reply_own"
    if kind is Kind.WHERE and asked.places:
        # A place is named only in answer to their own question. Source: decision 60.
        return "reply_places" if len(asked.places) > 1 else "reply_place"
    return _CHOICES.get(asked.choice or 0) if kind is Kind.CHOICE and agreed else None


def _row(
    template: str,
    house: House,
    sender: Sender,
    locale: str,
    now: datetime,
    asked: Asked,
    turn: str,
) -> dict[str, Any]:
    moment, person_id = int(now.timestamp() // SAME_EVERY), sender.id
    return message_row(
        template,
        klass=Klass.YOUNG_PERSON,
        now=now,
        # Two of the same that arrive in one moment do not know of each other yet.
        dedupe_key=f"reply:{turn}:{locale}:{person_id}:{moment}",
        person_id=person_id,
        locale=locale,
        params=words_for(template, house, asked),
        about=person_id,
        answers_at=now,
    )


def reply_to_stranger(
    number: str, house: House, *, locale: str, phone_index: str, now: datetime
) -> dict[str, Any]:
    """Return the one text that every unknown phone gets, whatever it sent."""
    return message_row(
        "reply_unknown",
        # Behind everybody we know: a flood from unknown phones takes nobody's turn.
        klass=Klass.OTHER,
        now=now,
        dedupe_key=stranger_key(phone_index, now),
        number=number,
        locale=locale,
        params=words_for("reply_unknown", house),
        answers_at=now,
    )


def words_for(template: str, house: House, asked: Asked | None = None) -> dict[str, str]:
    """Return the values a reply needs: the number for danger, the neutral name, what they asked."""
    if template in ("reply_neutral", "reply_start"):
        return {}
    if asked is not None and template in ("reply_own", "reply_ready_own"):
        return {"words": asked.own_words}
    if asked is not None and template in ("reply_place", "reply_places"):
        return places_in_words(asked.places, asked.zone)
    values = {"em": pack(house.policy).emergency}
    if template == "reply_info":
        values["name"] = house.neutral_name
    if template == "reply_where":
        line = next((line for line in pack(house.policy).helplines if line.phone), None)
        values["phone"] = line.phone if line else values["em"]
    return values


def wants_choice(sender: Sender) -> int:
    """Return how many numbered answers the last question we texted offered; 0 without one."""
    said = sender.last_said
    # Where they are answers the same question: the digits still change their mind after it.
    is_asked = said == Kind.READY or (sender.seems_returning and said in (Kind.FREE, Kind.WHERE))
    return READY_CHOICES if is_asked and sender.reply_policy == ReplyPolicy.AGREED else 0
