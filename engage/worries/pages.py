"""What the pages of a worry have in common."""

from datetime import datetime
from uuid import uuid4

from engage import clock
from engage.i18n import current_locale
from engage.web.layout import time_zone
from engage.web.when import near_time
from engage.worries import labels, wording
from engage.worries.forms import AGO
from engage.worries.prompt_rules import PromptKind
from engage.worries.queries import WorryPage
from engage.worries.reading import report_rules
from engage.worries.rules import WorryState


def shown(page: WorryPage) -> dict[str, object]:
    """Return what the templates about a worry have in common."""

    def said(prompt_id: str, value: str) -> str:
        return _said(page, prompt_id, value)

    locale = current_locale()
    return {
        "page": page,
        "labels": labels,
        "ask": lambda prompt: wording.ask(prompt, locale, page.first_name),
        "hint": wording.hint,
        "choice_words": wording.choice_words,
        "said": said,
        "ago": {each: labels.AGO[each] for each in AGO},
        "new_key": lambda: str(uuid4()),
        "states": WorryState,
        "phone_of": page.phones.get,
        "report_rules": report_rules(page.episode),
    }


def _said(page: WorryPage, prompt_id: str, value: str) -> str:
    """Put an answer into words."""
    prompt = page.prompts.get(prompt_id)
    if prompt is None or prompt.kind is PromptKind.WORDS:
        return value if value != "skipped" else str(wording.EVERYWHERE["skipped"])
    if prompt.kind is PromptKind.TIME:
        try:
            return near_time(datetime.fromisoformat(value), clock.now(), time_zone())
        except ValueError:
            pass
    return ", ".join(wording.choice_words(prompt, each) for each in value.split(","))
