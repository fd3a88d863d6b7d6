"""What the pages of outreach accept. There is no field for a password, and a note of one is
refused.
"""

from collections.abc import Mapping
from uuid import UUID

from engage.conversations.forms import TextForm
from engage.episodes.forms import WhenForm
from engage.i18n import lazy_gettext as _
from engage.outreach.labels import ASK_ANSWERS, CHANNELS, OUTCOMES
from engage.web.forms import Choices, Form, Key, Select, TextArea, TextField, Tick


class KindTextForm(TextForm):
    """A text to a young person; when words may hurt somebody must have read why."""

    has_read = Tick(_("I have read this. Send my words all the same."))

    def offer(self, sentences: Mapping[str, str]) -> None:
        """Offer the library to choose from."""
        super().offer(sentences)
        # The library is longer than a hand: it is folded away on the page.
        self.suggestion.label.text = str(_("Choose a message"))


class TryForm(WhenForm):
    """One call, message, visit or look."""

    channel = Choices(_("How?"), choices=list(CHANNELS.items()), needed=_("Pick how."))
    outcome = Choices(
        _("What came of it?"), choices=list(OUTCOMES.items()), needed=_("Pick what came of it.")
    )
    account = TextField(
        _("On social media: which name or page?"),
        hint=_("Only what anybody may see, under your own name."),
        limit=120,
    )
    words = TextArea(_("Anything to add?"), limit=1000, rows=3)
    key = Key()


class LeadForm(Form):
    """Who leads it from now on."""

    person = Select(_("Who leads it from now on?"))

    def offer(self, people: list[tuple[UUID, str]]) -> "LeadForm":
        """Offer the workers who may."""
        self.person.offer([(str(i), name) for i, name in people])
        return self


class AnswerForm(Form):
    """What somebody answers who was asked to get in touch."""

    answer = Choices(
        _("How did it go?"), choices=list(ASK_ANSWERS.items()), needed=_("Pick an answer.")
    )
    words = TextArea(
        _("Anything they would like us to know?"),
        hint=_("Only what they would want you to pass on."),
        limit=500,
        rows=3,
    )
