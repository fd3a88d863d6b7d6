"""Coming back: how soon a person answers, and what may stand in the words that we text."""

from datetime import timedelta

from engage.people.avoided import telling_in
from engage.people.words import fold

# Used only when a policy pack sets no `ready_answer`. Source: MISSION C29.
ANSWER_WITHIN = timedelta(minutes=10)
# What `reply_ready` offers.
MEET, SEND_A_LIFT, CALL_ME, TALK_FIRST = 1, 2, 3, 4
LONGEST_WORDS = 60  # letters; with the four choices after them a text stays in two segments
# An answer still answers what they sent, at any hour, when it comes within this time.
STILL_WAITING = timedelta(hours=3)


def tells_too_much(words: str) -> str | None:
    """Return the first word that would tell somebody looking on, or None."""
    return next(iter(telling_in(words)), None)


def yes_or_no(words: str) -> bool | None:
    """Return what a texted digit answers to "can you help?": 7 yes, 8 no, None neither.

    The lower digits belong to alerts and invitations. Source: decision 101.
    """
    said = fold(words)
    return said == ("7",) if said in (("7",), ("8",)) else None
