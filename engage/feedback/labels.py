"""The words for feedback. The questions are ours: not yet tested with young people."""

from engage.feedback.rules import TREATED, Oddity, Subject
from engage.i18n import lazy_gettext as _

SUBJECTS = {
    Subject.POLICE: _("The police"),
    Subject.CARER: _("The people where I live"),
    Subject.WORKER: _("My worker"),
    Subject.INTERVIEW: _("The talk I had when I was back"),
    Subject.UNSAID: _("Not said who"),
}
# The same as workers say it.
TOPICS = {
    Subject.POLICE: _("Police"),
    Subject.CARER: _("Carers and homes"),
    Subject.WORKER: _("Workers"),
    Subject.INTERVIEW: _("Return interviews"),
    Subject.UNSAID: _("Not said who"),
}
QUESTIONS = {
    "listened": _("Did they listen to you?"),
    "kind": _("Were they kind to you?"),
    "told": _("Did they tell you what happens next?"),
    "safe": _("Did you feel safe with them?"),
}
ASKED = QUESTIONS | {TREATED: _("How did people treat you? (by text)")}
SCORES = {
    1: (_("Not at all"), "angry"),
    2: (_("Not much"), "frown"),
    3: (_("So-so"), "meh"),
    4: (_("Mostly"), "smile"),
    5: (_("Yes, a lot"), "laugh"),
}
ODDITIES = {
    Oddity.SPIKE: _("Opened far more often than ever before. Has somebody copied it?"),
    Oddity.SILENT: _("Nobody has opened it for weeks. Does it still hang there, with our code?"),
}
# What a worker may text to anybody; the same to all, so that nobody is known by it.
IN_A_TEXT = _(
    "How did people treat you? No name needed. Text %(begins)s %(code)s and 1 (bad) to 5 (good),"
    " then words if you like."
)
