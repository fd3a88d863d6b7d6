"""What the pages of a worry accept, and what they say when something is missing."""

from datetime import datetime, timedelta

from engage.i18n import lazy_gettext as _
from engage.web.forms import Form, TextArea
from engage.worries.prompt_rules import DONT_KNOW, SKIPPED, Prompt, PromptKind
from engage.worries.rules import WAIT_MINUTES, last_time_of_day

AGO = ("0", "15", "30", "60", "120", "240")
WAITS = tuple(map(str, WAIT_MINUTES))


class DecideForm(Form):
    """Not missing, or not yet: how somebody knows."""

    reason = TextArea(
        _("How do you know?"),
        hint=_("A few words. Your name and the time are kept with it."),
        limit=500,
        rows=2,
    )


def read_answer(prompt: Prompt, sent: dict[str, list[str]], now: datetime, zone: str) -> str | None:
    """Return the value of a posted answer; None when it cannot be read."""

    def first(name: str) -> str:
        return (sent.get(name) or [""])[0]

    pressed = first("answer")
    if pressed in (DONT_KNOW, SKIPPED):
        return pressed
    if prompt.kind is PromptKind.TICKS:
        return ",".join(sent.get("ticked", []))
    if prompt.kind is PromptKind.WORDS:
        return first("words")
    if prompt.kind is PromptKind.TIME:
        ago = first("ago")
        # Typing a time and pressing Return sends the first button too: the typed one counts.
        if first("clock").strip():
            at = last_time_of_day(first("clock"), now, zone)
            return at.isoformat() if at else None
        return (now - timedelta(minutes=int(ago))).isoformat() if ago in AGO else None
    return pressed or None
