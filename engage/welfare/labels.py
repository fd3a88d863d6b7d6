"""The words for welfare meetings."""

from engage.i18n import lazy_gettext as _
from engage.patterns.labels import PATTERNS
from engage.patterns.place_labels import MEETINGS as MEETINGS
from engage.patterns.rules import Pattern
from engage.welfare.rules import About, Fix, State, Turn

ABOUT = {
    About.PLACE: _("About a place"),
    About.PATTERN: _("About what keeps happening"),
    About.OTHER: _("About something else"),
}
STATES = {
    State.OPEN: _("Still to do"),
    State.DONE: _("Done"),
    State.NOT_DONE: _("Not done"),
}
TURNS = {
    Turn.AGREED: _("Agreed"),
    Turn.MOVED: _("Another day or another person"),
    Turn.DONE: _("Done"),
    Turn.NOT_DONE: _("Could not be done"),
}
FIXES = {
    Fix.TO_COME: _("Pick the day on which it was. It cannot be still to come."),
    Fix.LONG_AGO: _("Pick a day within the last year."),
    Fix.PAST: _("Pick a day that is still to come."),
    Fix.TOO_FAR: _("Pick a day within half a year."),
    Fix.NO_WORDS: _("Write some words."),
}


def subject(about: About, words: str) -> str:
    """Say what a meeting was about: a pattern by its name, a place as it is shown."""
    if about == About.PATTERN and words in set(Pattern):
        return str(PATTERNS[Pattern(words)])
    return words
