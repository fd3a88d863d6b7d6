"""The words for which texts somebody agreed to."""

from engage.i18n import lazy_gettext as _
from engage.messaging.consent_models import Purpose
from engage.people.models import ReplyPolicy

PURPOSES = {
    Purpose.REPLIES: _("An answer when they text us"),
    Purpose.QUESTIONS: _("“All good?” before people are told"),
    Purpose.OWN_WORDS: _("Their own words when they are ready"),
}
MINE = {
    Purpose.REPLIES: _("An answer when I text"),
    Purpose.QUESTIONS: _("“All good?” before my people are told"),
    Purpose.OWN_WORDS: _("My own words when I am ready"),
}
REPLIES = {
    ReplyPolicy.NONE: _("No texts back"),
    ReplyPolicy.NEUTRAL: _("A short text that gives nothing away"),
    ReplyPolicy.AGREED: _("What to do next"),
}
CHANGES = {
    "opted_out": _("All texts off"),
    "opted_in": _("All texts on again"),
}
HOWS = {
    "text": _("by a text from this phone"),
    "provider": _("through the phone network"),
    "staff": _("by a worker"),
}
