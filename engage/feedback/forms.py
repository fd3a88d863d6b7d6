"""What the pages for feedback accept."""

from collections.abc import Mapping
from typing import Any

from engage.feedback.labels import SUBJECTS, TOPICS
from engage.feedback.rules import QUESTIONS, Subject, scores_of
from engage.i18n import lazy_gettext as _
from engage.web.forms import Choices, Form, Key, TextArea, TextField

LONGEST = 2000
ANY = "any"


def _pickable(words: Mapping[Subject, Any]) -> list[tuple[Subject, Any]]:
    # Only a text says nothing of whom it is about.
    return [(about, said) for about, said in words.items() if about is not Subject.UNSAID]


class FeedbackForm(Form):
    """Whom it is about, and a few words. The faces are read by `scores`: each may be left out."""

    about = Choices(_("Who is this about?"), choices=_pickable(SUBJECTS))
    words = TextArea(_("Anything else you want to say?"), limit=LONGEST, rows=4)
    key = Key()

    def fill(self, about: Subject | None) -> None:
        """Ask whom it is about only where the poster does not say."""
        if about is not None:
            self.about.data = about.value

    def need_subject(self) -> bool:
        """Say whether it is known whom this is about; else what to fix."""
        if self.about.data:
            return True
        self.say("about", str(_("Pick who this is about.")))
        return False


def scores(sent: Mapping[str, Any]) -> tuple[int | None, ...]:
    """Read the four faces."""
    return scores_of([sent.get(question) for question in QUESTIONS])


class PosterForm(Form):
    """A new poster."""

    place = TextField(
        _("Where will it hang?"),
        hint=_("This is printed on it. For example: Hall of Elm House."),
        limit=80,
        needed=_("Write where it will hang."),
    )
    about = Choices(
        _("Who does it ask about?"),
        choices=[(ANY, _("Whoever answers says")), *_pickable(TOPICS)],
        needed=_("Pick who it asks about."),
    )

    @property
    def subject(self) -> Subject | None:
        """Return whom the poster asks about, if it says."""
        return None if self.about.data == ANY else Subject(str(self.about.data))
