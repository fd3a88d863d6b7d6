"""The words for what is done while somebody is away."""

from collections.abc import Mapping
from typing import Any

from engage.danger.labels import THINKS
from engage.efforts import labels as efforts
from engage.episodes import notice_labels as notices
from engage.evidence import labels as evidence
from engage.i18n import LazyText, gettext
from engage.i18n import lazy_gettext as _
from engage.outreach import labels as outreach
from engage.timeline.queries import Happening
from engage.ways_back import labels as ways_back

# What stands before the code's own words.
STARTS: Mapping[str, tuple[LazyText, Mapping[Any, Any]]] = {
    "told": (_("Told"), notices.WHO),
    "notice_ended": (_("Who must be told"), notices.WHO),
    "told_fact": (_("Noted"), evidence.FIELDS),
    "paper": (_("A paper was added"), notices.WHO),
    "outreach": (_("Reached out"), outreach.CHANNELS),
    "ask_answered": (_("Answered"), outreach.ASK_ANSWERS),
    "step": (_("A step of coming back"), ways_back.STEPS),
    "step_ended": (_("A step of coming back"), ways_back.STEPS),
    "effort": (_("Asked again"), efforts.WHOM),
    "searcher": (_("Somebody who looks"), efforts.SEARCHER_STATES),
    "court": (_("From a court"), efforts.COURT_KINDS),
    "court_over": (_("A court called back"), efforts.COURT_KINDS),
    "danger_look": (_("Are they in danger?"), THINKS),
}
DETAILS: Mapping[str, Mapping[Any, Any]] = {
    "told": notices.PHASES,
    "notice_ended": notices.STATES,
    "told_fact": notices.WHO,
    "outreach": outreach.OUTCOMES,
    "step_ended": ways_back.STEP_STATES,
    "effort": efforts.RESULTS,
    "searcher": efforts.SAID_BY_LINK,
}
PACK = _("Pages were made for those who look")
LEAD = _("Leads the outreach")
ASKED = _("Was asked to get in touch")


def heading(one: Happening) -> str | None:
    """Say what was done; None for what is none of this."""
    match one.line.source:
        case "pack":
            return str(PACK)
        case "lead":
            return _named(LEAD, one)
        case "asked":
            return _named(ASKED, one)
    if one.line.source not in STARTS:
        return None
    start, words = STARTS[one.line.source]
    found = f"{start}: {known(words, one.line.what)}"
    return f"{found} ({one.to})" if one.to else found


def detail(one: Happening) -> str:
    """Say what came of it."""
    words = DETAILS.get(one.line.source)
    if words is None or (one.line.source == "searcher" and not one.line.also):
        return ""
    return known(words, one.line.also or "")


def known(words: Mapping[Any, Any], code: str) -> str:
    """Return the words for a code; an organisation's own pack may have codes of its own."""
    found = words.get(code)
    return str(found) if found is not None else gettext("Something else")


def _named(words: Any, one: Happening) -> str:
    return f"{words}: {one.to}" if one.to else str(words)
