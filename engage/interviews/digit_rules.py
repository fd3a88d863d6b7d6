"""Choosing by a texted digit, in a way that no other question can be answered by. Plain Python.

1, 2, 3 and 9 always mean something in a text of a young person (I'm OK, ready, talk, not safe), and
1 to 4 answer "what would help?" after "ready". So this question offers 5 to 8, which mean nothing
else at any time. Source: MISSION C46; why other digits than there: decision 143.
"""

import unicodedata
from datetime import datetime, timedelta

from engage.interviews.rules import InterviewState, Who

BY_DIGIT = {5: Who.INDEPENDENT, 6: Who.ADVOCATE, 7: Who.OWN_WORKER, 8: Who.NOT_NOW}
# Later a digit goes to a person like any other text: nobody knows any more what it answers.
ANSWERED_WITHIN = timedelta(hours=24)
# Once it is arranged, a digit could only undo it by mistake.
MAY_CHOOSE = frozenset(
    {
        InterviewState.OWED,
        InterviewState.OFFERED,
        InterviewState.DECLINED,
        InterviewState.GONE_AGAIN,
    }
)


def digit_in(words: str) -> int | None:
    """Return the one digit a text consists of, in any script; None for everything else.

    "5 or 6", "55" and "I am 5" are for a person to read.
    """
    bare = words.strip().strip(".!").strip()
    if len(bare) != 1 or not bare.isdecimal():
        return None
    return unicodedata.digit(bare)


def chosen_by(
    words: str, *, asked_at: datetime | None, sent_at: datetime, state: InterviewState | str
) -> Who | None:
    """Return whom a text picks, or None where a person must read it.

    Only within a day of the question, while nothing is arranged, and only the digits it offered.
    """
    if asked_at is None or state not in MAY_CHOOSE:
        return None
    if not asked_at <= sent_at <= asked_at + ANSWERED_WITHIN:
        return None
    return BY_DIGIT.get(digit_in(words) or 0)
