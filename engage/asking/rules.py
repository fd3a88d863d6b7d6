"""What the trusted people may answer, and which question an answer belongs to. Plain Python."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID


class Heard(StrEnum):
    """Whether they have heard from the young person, and how it sounded."""

    FINE = "fine"
    WORRIED = "worried"
    NO = "no"


class How(StrEnum):
    """By which way they answered. Neither is a voice: staff see that nobody spoke to them."""

    TEXT = "text"
    LINK = "link"


# The digits of the text. Source: MISSION 2.1.
DIGITS = {1: Heard.FINE, 2: Heard.WORRIED, 3: Heard.NO}
# A digit answers a question this long; later it may mean anything.
COUNTS_FOR = timedelta(hours=12)
# The same person is not asked again before this, whoever presses the button.
ASK_AGAIN = timedelta(minutes=30)
# Used when a policy pack sets no `trusted_answer`: then somebody hears of the silence.
ANSWER_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True)
class Open:
    """A question to somebody that may still be answered."""

    id: UUID
    young_person_id: UUID
    asked_at: datetime


def question_meant(
    questions: Collection[Open], *, others_asked_at: datetime | None = None
) -> Open | None:
    """Return the question that a digit answers, or None when nobody can tell.

    `others_asked_at`: when the same phone was last asked something else that a digit answers
    (an alert, an invitation): the last question wins. Asked about two young people at once, a
    "1" could calm worry about the wrong one, so it is for a person to read.
    """
    if len({each.young_person_id for each in questions}) != 1:
        return None
    newest = max(questions, key=lambda each: each.asked_at)
    if others_asked_at is not None and others_asked_at > newest.asked_at:
        return None
    return newest


def may_ask(last_asked_at: datetime | None, now: datetime) -> bool:
    """Say whether somebody may be asked now, or was asked a moment ago."""
    return last_asked_at is None or now - last_asked_at >= ASK_AGAIN
