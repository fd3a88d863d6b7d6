"""What thinking over accepts."""

from engage.i18n import lazy_gettext as _
from engage.supervision.labels import NO_WORDS, QUESTIONS
from engage.supervision.rules import LONGEST
from engage.supervision.rules import QUESTIONS as NAMES
from engage.web.forms import Form, TextArea


def _question(name: str) -> TextArea:
    words, hint = QUESTIONS[name]
    return TextArea(words, hint=hint, limit=LONGEST)


class ReflectionForm(Form):
    """Four questions; each may stay empty."""

    assumed = _question("assumed")
    they_said = _question("they_said")
    for_another = _question("for_another")
    will_change = _question("will_change")

    def answers(self) -> dict[str, str]:
        """Return what was written."""
        return {name: self[name].data or "" for name in NAMES}


class NoteForm(Form):
    """What is said to a reflection."""

    words = TextArea(_("What do you want to say to it?"), needed=NO_WORDS, limit=2000, rows=3)
