"""The words for what happened: for adults, and in a young person's own words."""

from collections.abc import Callable, Mapping
from datetime import datetime

from engage.alerts import labels as alerts
from engage.checkins import labels as said
from engage.checkins.rules import Belief
from engage.episodes import labels as episodes
from engage.evidence import labels as evidence
from engage.evidence.rules import Field
from engage.i18n import lazy_gettext as _
from engage.messaging import labels as texts
from engage.plans import sharing_labels as sharing
from engage.timeline import meeting_labels as meetings
from engage.timeline import own_labels as own
from engage.timeline import response_labels as response
from engage.timeline.queries import Happening
from engage.timeline.response_labels import known
from engage.timeline.rules import Group
from engage.ways_back import labels as ways_back
from engage.web.when import ZONE, local_words
from engage.worries import labels as worries

GROUPS = {
    Group.STATES: _("What became of it"),
    Group.TIMES: _("Times"),
    Group.DUTIES: _("What is due"),
    Group.SAID: _("What they let us know"),
    Group.TEXTS: _("Texts to them"),
    Group.ALERTS: _("Alerts"),
    Group.WORRIES: _("Worries, and who was asked"),
    Group.NOTICES: _("Reports and notices"),
    Group.OUTREACH: _("Reaching out to them"),
    Group.WAY_BACK: _("The way back"),
    Group.PACKS: _("Pages for those who look"),
    Group.EFFORTS: _("What was tried again"),
    Group.MEETINGS: _("Meetings"),
}
ALERT_TAKEN = _("Alert, somebody has it")
ALERT_OVER = _("Alert, over")
WORRY = _("Somebody is worried")
TEXT = _("A text to them")
ANSWERED = _("Answered that they are ready")
KIND = _("Why they are away")
HANDED_OVER = _("Answers for it from now on")
DUE = _("Due")
OVERDUE = _("Overdue")


def heading(one: Happening) -> str:
    """Say in a few words what happened, for an adult."""
    done = response.heading(one) or meetings.heading(one)
    if done is not None:
        return done
    what = one.line.what
    match one.line.source:
        case "check_in":
            return known(said.KINDS, what)
        case "alert":
            return known(alerts.KINDS, what)
        case "alert_taken" | "alert_over":
            start = ALERT_TAKEN if one.line.source == "alert_taken" else ALERT_OVER
            return f"{start}: {known(alerts.KINDS, what)}"
        case "text":
            return str(TEXT)
        case "worry":
            return str(WORRY)
        case "worry_decided":
            return known(worries.STATES, what)
        case "tried":
            whom, how = one.to or one.words, known(worries.ATTEMPTS, what)
            return f"{how}: {whom}" if whom else how
        case "way_back_answered":
            return f"{ANSWERED}: {known(ways_back.ANSWERS, what)}"
    return _of_episode(one)


def _of_episode(one: Happening) -> str:
    what = one.line.what
    match one.line.source:
        case "state":
            return known(episodes.STATES, what)
        case "time":
            return known(episodes.EVENTS, what)
        case "kind":
            return f"{KIND}: {known(episodes.KINDS, what)}"
        case "handed_over":
            return f"{HANDED_OVER}: {one.to}" if one.to else str(HANDED_OVER)
        case "noted":
            return known(sharing.CIRCUMSTANCES, what)
        case "noted_over":
            return known(sharing.CIRCUMSTANCE_OVER, what)
        case "due":
            return f"{DUE}: {known(episodes.CLOCKS, what)}"
        case "overdue":
            return f"{OVERDUE}: {known(episodes.CLOCKS, what)}"
        case "duty":
            return f"{known(episodes.STAGES, one.line.also or '')}: {known(episodes.CLOCKS, what)}"
    raise LookupError(one.line.source)


def detail(one: Happening) -> str:
    """Say more: who says so, how sure we are, how far a text came."""
    also = one.line.also or ""
    found: dict[str, Callable[[], str]] = {
        "state": lambda: known(episodes.SOURCES, also),
        "time": lambda: known(episodes.SOURCES, also),
        "check_in": lambda: str(said.BELIEFS[Belief(int(also))]),
        "text": lambda: known(texts.STATES, also),
        "tried": lambda: known(worries.OUTCOMES, also),
    }
    say = found.get(one.line.source)
    return say() if say else response.detail(one)


def words(one: Happening, zone: str = ZONE) -> str:
    """Return what somebody wrote, or picked where it stands for words; times in local words."""
    if one.line.source == "told_fact":
        return _in_words(one.words, zone) or evidence.shown(Field(one.line.what), one.words)
    # Whom one tried to reach stands in the heading already.
    return "" if one.line.source == "tried" else one.words


def _in_words(value: str, zone: str) -> str:
    """Write an instant as people of this zone say it; empty for what is none."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return ""
    return local_words(at, "EEE d MMM y HH:mm", zone) if at.tzinfo else ""


def own_heading(one: Happening) -> str:
    """Say what happened to the young person themselves, in plain words."""
    if one.line.source in own.NAMED:
        return own.named(one)
    words = own.WORDS[one.line.source]
    return str(words if not isinstance(words, Mapping) else known(words, one.line.what))
