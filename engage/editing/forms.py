"""What the forms accept in which an organisation makes questions and ways of talking its own."""

from datetime import date

from engage.editing.strategies import KINDS, STRATEGY_LIMIT, TOPICS
from engage.i18n import LOCALES
from engage.i18n import lazy_gettext as _
from engage.plans.labels import WORD_PROBLEMS
from engage.plans.rules import SHORT_LIMIT
from engage.questions.rules import WORD_LIMITS, word_problem
from engage.web.forms import Choices, Form, TextArea, TextField, ValidationError


def plainly(form: Form, field: TextField) -> None:
    """Refuse a sentence that is too long to read or that labels young people."""
    found = word_problem(field.data or "")
    if found is not None:
        raise ValidationError(str(WORD_PROBLEMS[found]))


class WordingForm(Form):
    """The sentences of one question in one language. What is empty is ours."""

    title = TextField(
        _("What it is called in the list"), limit=WORD_LIMITS["title"], validators=[plainly]
    )
    ask = TextArea(
        _("The question to the young person"),
        limit=WORD_LIMITS["ask"], rows=2, validators=[plainly],
    )  # fmt: skip
    ask_adult = TextArea(
        _("The question to carers and workers"),
        limit=WORD_LIMITS["ask_adult"], rows=2, validators=[plainly],
    )  # fmt: skip
    why = TextArea(_("Why we ask"), limit=WORD_LIMITS["why"], rows=3, validators=[plainly])
    hint = TextArea(
        _("A hint or an example"), limit=WORD_LIMITS["hint"], rows=2, validators=[plainly]
    )

    @property
    def words(self) -> dict[str, str]:
        """Return what was typed, by sentence."""
        return {word: self[word].data or "" for word in WORD_LIMITS}


class NewQuestionForm(WordingForm):
    """A question of the organisation's own."""

    title = TextField(
        _("What it is called in the list"),
        needed=_("Give it a short name."),
        limit=WORD_LIMITS["title"],
        validators=[plainly],
    )
    ask = TextArea(
        _("The question to the young person"),
        needed=_("Write the question."),
        limit=WORD_LIMITS["ask"], rows=2, validators=[plainly],
    )  # fmt: skip
    kind = Choices(
        _("How is it answered?"),
        choices=[("text", _("In words")), ("rows", _("As a list, line by line"))],
        needed=_("Pick how it is answered."),
    )
    language = Choices(
        _("Which language did you write it in?"),
        choices=list(LOCALES.items()),
        needed=_("Pick the language."),
    )


class TestedForm(Form):
    """Where and when young people tried the questions."""

    where = TextField(
        _("Where, and with whom?"),
        hint=_("A group, not names. For example: the young people's council."),
        needed=_("Say where it was."),
        limit=SHORT_LIMIT,
    )
    on = TextField(_("On which day?"), needed=_("Say which day it was."), kind="date")
    today: date
    day: date

    def validate_on(self, field: TextField) -> None:
        """Read a day that was, not one that will be."""
        try:
            self.day = date.fromisoformat(field.data or "")
        except ValueError:
            raise ValidationError(str(_("Write a day, like 2026-11-22."))) from None
        if not date(2000, 1, 1) <= self.day <= self.today:
            raise ValidationError(str(_("That day has not been yet, or is too long ago.")))


class StrategyForm(Form):
    """One way of talking, in the organisation's own words."""

    topic = Choices(
        _("Which part of the plan is it for?"),
        choices=list(TOPICS.items()),
        needed=_("Pick a part."),
    )
    kind = Choices(
        _("What kind of help is it?"), choices=list(KINDS.items()), needed=_("Pick one.")
    )
    text = TextArea(
        _("What would you say or do?"),
        needed=_("Write what you would say or do."),
        limit=STRATEGY_LIMIT,
        rows=3,
    )
