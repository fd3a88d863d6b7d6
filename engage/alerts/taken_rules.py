"""What becomes of an alert that somebody has: asked how it is, passed on, over. Plain Python."""

from dataclasses import dataclass
from enum import StrEnum

# Asked so often without an answer, it goes on to the next person. Source: issue 4 (nags until
# resolved); our default, so that a flat battery costs an hour and a half at most.
MOST_UNANSWERED = 2
LONGEST_NOTE = 300  # letters


class Outcome(StrEnum):
    """What came of an alert."""

    SPOKE = "spoke"
    OTHER = "other"
    NOTHING = "nothing"
    # A person looked after it on the page that it was about.
    HANDLED = "handled"
    # What it was about turned out well before anybody had it.
    UNDONE = "undone"


# What a person may say of it; the rest follows from what they did elsewhere.
OFFERED = (Outcome.SPOKE, Outcome.OTHER, Outcome.NOTHING)


class Answer(StrEnum):
    """What somebody says who was asked how it is now."""

    STILL = "still"
    SPOKE = "spoke"
    OTHER = "other"
    HAND_OVER = "hand_over"


# What the text `alert_remind` offers: a digit means the same in every language.
DIGITS = {1: Answer.STILL, 2: Answer.SPOKE, 3: Answer.OTHER, 4: Answer.HAND_OVER}
OUTCOMES = {Answer.SPOKE: Outcome.SPOKE, Answer.OTHER: Outcome.OTHER}


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has an alert, as far as asking them goes."""

    locale: str
    has_left: bool = False


def is_asked_again(unanswered: int, holder: Holder | None) -> bool:
    """Say whether whoever has an alert is asked how it is now; else it goes on to others."""
    return holder is not None and not holder.has_left and unanswered < MOST_UNANSWERED
