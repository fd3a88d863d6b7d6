"""What the pages for texting a young person accept."""

from collections.abc import Mapping

from engage.checkins.conversation_rules import SHORTEST_REASON
from engage.i18n import LOCALES
from engage.i18n import lazy_gettext as _
from engage.web.fields import Choices, Key, Select, TextArea, TextField
from engage.web.forms import Form

LONGEST = 160  # letters: one text in the network's own alphabet
LONGEST_REASON = 300
NOW, MORNING = "now", "morning"


class TextForm(Form):
    """A text to a young person: one of the sentences, or own words."""

    suggestion = Choices(_("Choose a text"))
    words = TextArea(
        _("Or write your own"),
        limit=LONGEST,
        rows=3,
        hint=_("No name, no place, no link: somebody else may hold the phone."),
    )
    when = Choices(
        _("When shall it go?"),
        choices=[(MORNING, _("In the morning, at 07:00")), (NOW, _("Now"))],
    )
    reason = TextField(
        _("Why must it go now?"),
        limit=LONGEST_REASON,
        hint=_("Your supervisor can read this. Write %(count)s letters or more.",
               count=SHORTEST_REASON),
    )  # fmt: skip
    key = Key()

    def offer(self, sentences: Mapping[str, str]) -> None:
        """Offer these sentences to choose from, each with what it means to the worker."""
        self.suggestion.offer(
            (words, words, meaning) if meaning else (words, words)
            for words, meaning in sentences.items()
        )

    def chosen(self) -> str:
        """Return the words to send: own ones if any were written, else the chosen sentence."""
        return str(self.words.data or "").strip() or str(self.suggestion.data or "")


class SuggestionForm(Form):
    """A sentence for the organisation's workers."""

    words = TextArea(
        _("A neutral sentence"),
        limit=LONGEST,
        rows=2,
        needed=_("Write the sentence."),
        hint=_("It must tell nobody what this is about. Ask for a digit as the answer."),
    )
    locale = Select(_("Language"), choices=list(LOCALES.items()))
