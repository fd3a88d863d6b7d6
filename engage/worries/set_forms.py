"""What the pages accept on which an organisation changes its prompts."""

from typing import Self

from engage.i18n import LOCALES
from engage.i18n import lazy_gettext as _
from engage.web.forms import Choices, Form, TextArea, TextField
from engage.worries.prompt_rules import ASK_LIMIT, Prompt, PromptKind

KINDS = {
    PromptKind.YES_NO: _("Yes or no"),
    PromptKind.CHOICE: _("One of several answers"),
    PromptKind.WORDS: _("A few words"),
}
MOST_CHOICES = 6


class WordsForm(Form):
    """The words of one prompt in one language."""

    words = TextArea(
        _("The question"),
        hint=_("Leave it empty to use ours. Write %(name)s where the first name goes."),
        limit=ASK_LIMIT,
        rows=3,
    )


def choices_of(typed: str) -> tuple[str, ...]:
    """Return the answers that were typed, one on each line, each once."""
    lines = [" ".join(each.replace(",", " ").split()) for each in typed.splitlines()]
    return tuple(dict.fromkeys(each[:60] for each in lines if each))[:MOST_CHOICES]


class NewPromptForm(Form):
    """A prompt of the organisation's own."""

    words = TextArea(
        _("The question, in English"), needed=_("Write the question."), limit=ASK_LIMIT, rows=3
    )
    kind = Choices(
        _("How is it answered?"),
        choices=[(kind.value, words) for kind, words in KINDS.items()],
        needed=_("Pick how it is answered."),
    )
    choices = TextArea(
        _("The answers to choose from, one on each line"),
        hint=_('Only for one of several answers. "I don\'t know" is always there.'),
        limit=300,
        rows=4,
    )

    @property
    def listed(self) -> tuple[str, ...]:
        """Return the answers that were typed, each once."""
        return choices_of(self.choices.data or "")


class YoungPromptForm(NewPromptForm):
    """A prompt about one young person: its words in each language on one page."""

    words = None  # type: ignore[assignment]  # Not that one: each language has its own.

    @property
    def said(self) -> dict[str, str]:
        """Return the words by language."""
        return {code: self[f"words_{code}"].data or "" for code in LOCALES}

    @classmethod
    def of(cls, prompt: Prompt) -> Self:
        """Return the form with the words of a prompt."""
        said = {f"words_{code}": words for code, words in prompt.own_words.items()}
        return cls(formdata=None, data={**said, "kind": prompt.kind})

    def keep_kind(self, prompt: Prompt) -> None:
        """Take the kind from the prompt: only its words can be changed."""
        self.kind.data = str(prompt.kind)


def _words_field(code: str, language: str) -> TextArea:
    if code == "en":
        return TextArea(
            language,
            hint=_("Write %(name)s where the first name goes."),
            needed=_("Write the question in English at least."),
            limit=ASK_LIMIT,
            rows=2,
        )
    return TextArea(language, limit=ASK_LIMIT, rows=2)


for _code, _language in LOCALES.items():
    setattr(YoungPromptForm, f"words_{_code}", _words_field(_code, _language))


class VoteForm(Form):
    """What a young person in a session thought of a prompt."""

    is_good = Choices(
        _("Is this a good question?"),
        choices=[("yes", _("Yes, keep it")), ("no", _("No, say it another way"))],
        needed=_("Pick yes or no."),
    )
    instead = TextField(_("How would you say it?"), limit=ASK_LIMIT)
