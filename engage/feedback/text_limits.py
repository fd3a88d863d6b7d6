"""How much feedback one phone may text, and which texts are answered. For the edges only.

Counted by a digest with a secret that this process drew and nobody wrote down.
"""

import hmac
import secrets
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from engage.config import Settings
from engage.crypto import blind_index
from engage.feedback.by_text import GRAVE, LATER, Heard
from engage.messaging.budget_rules import Stage, stage_of
from engage.messaging.inbound import InboundText, opted_out_since
from engage.messaging.spending import spent
from engage.web.errors import TooMany
from engage.web.limits import count

BY_PHONE, BY_POSTER = "10 per hour", "400 per hour"
# Every answer costs money, whoever asks for it. Source: SAFETY T21.
ANSWERS = "100 per hour"
TOLD_AGAIN = "1 per hour"
_SECRET = secrets.token_bytes(32)


def limiter(text: InboundText) -> Callable[[UUID | None], bool]:
    """Return what says whether too much came: from this phone, or for a poster in all."""

    def is_too_much(poster_id: UUID | None) -> bool:
        if not _may("feedback: phone", _disguised(text.from_number), BY_PHONE):
            return True
        return poster_id is not None and not _may("feedback: poster", str(poster_id), BY_POSTER)

    return is_too_much


def may_answer(text: InboundText, heard: Heard, settings: Settings, *, now: datetime) -> bool:
    """Say whether to answer: not who wants no texts, no dear numbers, nobody without end.

    Where there is help is said whatever the budget is. At most two statements.
    """
    if opted_out_since(blind_index("phone", text.from_number)) is not None:
        return False
    if heard.template == GRAVE:
        return _may("feedback: grave answers", "all", ANSWERS)
    budget = settings.sms_daily_budget
    if budget and stage_of(spent(now=now), budget) is not Stage.OPEN:
        return False
    if not _is_near(text, settings):
        return False
    who = _disguised(text.from_number)
    if heard.template == LATER and not _may("feedback: told", who, TOLD_AGAIN):
        return False
    return _may("feedback: answers", "all", ANSWERS)


def _may(what: str, who: str, most: str) -> bool:
    try:
        count(what, who, most, fail_open=True)
    except TooMany:
        return False
    return True


def _disguised(number: str) -> str:
    return hmac.digest(_SECRET, number.encode(), "sha256").hex()


def _is_near(text: InboundText, settings: Settings) -> bool:
    # Every phone number of the world is known to a library that few processes ever need.
    from engage.people.phones import countries_of

    named = frozenset(filter(None, map(str.strip, settings.sms_countries.split(","))))
    answered = named or countries_of(text.to_number)
    return not answered or bool(countries_of(text.from_number) & answered)
