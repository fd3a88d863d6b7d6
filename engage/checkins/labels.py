"""The words for check-ins, for staff."""

from engage.checkins.models import Handling, SentBy, Word
from engage.checkins.rules import Belief, Kind
from engage.i18n import lazy_gettext as _

KINDS = {
    Kind.SOS: _("In danger, they say"),
    Kind.NOT_OK: _("Not OK, they say"),
    Kind.STOP: _("Turned our texts off: use another way"),
    Kind.START: _("Turned our texts on again"),
    Kind.HELP: _("Asked for help"),
    Kind.INFO: _("Asked what this is"),
    Kind.WRONG_NUMBER: _("Says we have the wrong number"),
    Kind.CHOICE: _("Answered our question"),
    Kind.READY: _("Ready to come back"),
    Kind.TALK: _("Wants to talk"),
    Kind.WHERE: _("Asked for a place to go"),
    Kind.OK: _("OK, they say"),
    Kind.YES: _("Said yes"),
    Kind.NO: _("Said no"),
    Kind.THANKS: _("Said thanks"),
    Kind.FREE: _("Wrote a message"),
}
# How sure we are that they sent it. Source: SAFETY 2.
BELIEFS = {
    Belief.V0: _("We do not know who sent this."),
    Belief.V1: _("From their phone or their card. We cannot tell who held it."),
    Belief.V2: _("With their own word. It very likely was them."),
    Belief.V3: _("A worker has seen or spoken to them."),
}
WORDS = {
    Word.NONE: _("No word"),
    Word.CODE: _("With their code word"),
    Word.NOT_OK: _("With their not-OK word: someone may be watching them"),
}
WAYS = {
    SentBy.TEXT: _("by text"),
    SentBy.LINK: _("by their card"),
    SentBy.PAGE: _("signed in"),
}
HANDLED = {
    Handling.MATCHED: _("Matched"),
    Handling.REPLIED: _("Answered"),
    Handling.LEFT: _("Left as it is"),
}
ANSWERS = {
    "reply_neutral": _("Got it, thanks."),
    "reply_words": _("Someone will read it and answer you."),
    "reply_unknown": _("Who do you want to reach?"),
}
