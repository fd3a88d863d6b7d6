"""The words of reflective supervision. Our own, not yet tested with workers or young people."""

from engage.i18n import lazy_gettext as _

# question → what is asked, and what may help to answer it
QUESTIONS = {
    "assumed": (
        _("What did I take for granted?"),
        _("About them, their friends, where they were, or why they went."),
    ),
    "they_said": (
        _("What did they say about us?"),
        _("In their words, as far as they said it to you."),
    ),
    "for_another": (
        _("Would I have done the same for another young person?"),
        _("A younger one, one of another colour, one who is away for the first time."),
    ),
    "will_change": (
        _("What will I do differently?"),
        _("One thing is enough."),
    ),
}
NOTHING = _("Write an answer to at least one question.")
NO_WORDS = _("Write something first.")
