"""Taking feedback out of what comes in as texts, before anything of the text is stored.

Whose phone it was is not looked up. The answer goes back with the reply to the provider's call, so
that no number waits in the outbox. See docs/decisions/0161-feedback-by-text.md.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from engage.checkins.rules import Kind, understand
from engage.feedback.actions import Said, keep_answer
from engage.feedback.queries import Opened, behind_text_code
from engage.feedback.rules import TREATED, Subject, stands_in
from engage.feedback.text_keeping import note_text
from engage.feedback.text_queries import lines_called
from engage.feedback.text_rules import Rating, read
from engage.feedback.wording import beginnings, folded, grave_phrases, urgent_phrases
from engage.i18n import render_text
from engage.messaging.inbound import InboundText
from engage.people.access import ANONYMOUS
from engage.policy.queries import pack

THANKS, GRAVE = "reply_rate_thanks", "reply_rate_grave"
AGAIN, LATER = "reply_rate_again", "reply_rate_later"
ANSWERS = (THANKS, GRAVE, AGAIN, LATER)
# Whether too much came from this phone or, where it is given, for this poster.
TooMuch = Callable[[UUID | None], bool]


@dataclass(frozen=True)
class Heard:
    """A text that was feedback, or meant to be, and what to say to it."""

    template: str
    locale: str
    emergency: str

    @property
    def words(self) -> str:
        """What goes back, in the language they used."""
        return render_text(f"sms/{self.template}.txt", self.locale, em=self.emergency)


def may_be_feedback(text: InboundText) -> bool:
    """Say whether a text is feedback if it names a poster. Asks nothing of the database."""
    return not text.opt_out_type and read(text.body, beginnings()) is not None


def receive(
    text: InboundText,
    *,
    now: datetime,
    address: str,
    is_too_much: TooMuch = lambda _poster_id: False,
) -> InboundText | Heard:
    """Keep a text that is feedback, without its sender; hand back every other text.

    One that only asks for no more texts is handed back without what named the poster: somebody
    must note the phone. A text that came before changes nothing and has the same answer.
    """
    rating = None if text.opt_out_type else read(text.body, beginnings())
    if rating is None:
        return text
    poster = behind_text_code(ANONYMOUS, rating.code, now=now) if rating.code else None
    if poster is None and not rating.is_called:
        return text
    meaning = understand(rating.words, rating.locale or "en").kind if rating.words else Kind.FREE
    if meaning is Kind.STOP:
        return replace(text, body=rating.words)
    is_grave = bool(rating.words) and (meaning in (Kind.SOS, Kind.HELP) or _is_grave(rating.words))
    places = _where_to(text, poster, now)
    if not places:
        return text
    # What cannot wait is not kept waiting by others at the same poster.
    too_much = is_too_much(poster.id if poster and not is_grave else None)
    is_new = note_text(text.provider, text.sid)
    is_kept = not too_much and (is_grave or (poster is not None and _says_something(rating)))
    if is_new and is_kept:
        for place in places:
            _keep(rating, place, poster, is_grave=is_grave, address=address, now=now)
    template = LATER if too_much else GRAVE if is_grave else THANKS if is_kept else AGAIN
    first = places[0]
    return Heard(template, rating.locale or first.locale, pack(first.policy).emergency)


@dataclass(frozen=True)
class _Place:
    organisation_id: UUID
    policy: str
    locale: str


def _where_to(text: InboundText, poster: Opened | None, now: datetime) -> list[_Place]:
    """Return whose people read it: of the poster, else all who answer this number."""
    if poster is not None:
        return [_Place(poster.organisation_id, poster.policy, poster.locale)]
    called = lines_called(ANONYMOUS, text.to_number, now=now)
    return [_Place(line.organisation_id, line.policy, line.locale) for line in called]


def _is_grave(words: str) -> bool:
    said = folded(words)
    return stands_in(said, grave_phrases()) or stands_in(said, urgent_phrases())


def _says_something(rating: Rating) -> bool:
    return rating.score is not None or bool(rating.words)


def _keep(
    rating: Rating,
    place: _Place,
    poster: Opened | None,
    *,
    is_grave: bool,
    address: str,
    now: datetime,
) -> None:
    about = (poster.about if poster else None) or Subject.UNSAID
    said = Said(place.organisation_id, poster.id if poster else None, about, rating.words, is_grave)
    # Of chance: that it came once is kept apart, so that the two cannot be laid side by side.
    keep_answer(said, {TREATED: rating.score}, key=str(uuid4()), address=address, now=now)
