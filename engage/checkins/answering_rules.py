"""How often what a young person texts is answered: plain Python. See decision 133.

A watched phone that lights up again and again gives somebody away; a cry that stays without an
answer is worse. So what only says "got it" comes once, and each new thing they want has its own.
"""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

from engage.checkins.rules import Kind

# Source: SAFETY 6 R16 (at most one reply in ten minutes).
ONCE_IN = timedelta(minutes=10)


class Answer(StrEnum):
    """What an answer is about. What they want is answered; the rest is only acknowledged."""

    DANGER = "danger"
    COME_BACK = "come_back"
    TALK = "talk"
    CHOICE = "choice"
    PLACES = "places"
    ABOUT_US = "about_us"
    TEXTS_OFF = "texts_off"
    TEXTS_ON = "texts_on"
    GOT_IT = "got_it"


_ABOUT = {
    Kind.SOS: Answer.DANGER,
    Kind.NOT_OK: Answer.DANGER,
    Kind.READY: Answer.COME_BACK,
    Kind.TALK: Answer.TALK,
    Kind.CHOICE: Answer.CHOICE,
    Kind.WHERE: Answer.PLACES,
    Kind.HELP: Answer.ABOUT_US,
    Kind.INFO: Answer.ABOUT_US,
    Kind.STOP: Answer.TEXTS_OFF,
    Kind.START: Answer.TEXTS_ON,
}
# They may change their mind, or try another town: so often within that time, others once.
_MOST = {Answer.CHOICE: 3, Answer.PLACES: 3, Answer.TEXTS_OFF: 3, Answer.TEXTS_ON: 3}
# These ask where they are, or what they want: what they write next is owed a "got it".
_ASKS = frozenset({Answer.DANGER, Answer.COME_BACK, Answer.CHOICE})


def about(kind: Kind) -> Answer:
    """Return what the answer to such a text is about."""
    return _ABOUT.get(kind, Answer.GOT_IT)


def times_answered(kind: Kind, answered: Sequence[Kind]) -> int:
    """Return how many of these answers were about the same."""
    return sum(about(each) is about(kind) for each in answered)


def is_answered(kind: Kind, answered: Sequence[Kind], last: Kind | None) -> bool:
    """Say whether this text gets an answer.

    `answered`: the kinds that were answered within ONCE_IN, in any order; `last`: the latest of
    them. Source: SAFETY 6 R16, decision 133.
    """
    mine = about(kind)
    if mine is not Answer.GOT_IT:
        return times_answered(kind, answered) < _MOST.get(mine, 1)
    return last is None or about(last) in _ASKS
