"""What the plan's forms accept, and what they say when something is missing."""

from engage import i18n
from engage.i18n import lazy_gettext as _
from engage.people.models import ReplyPolicy
from engage.people.phones import NotANumber, parse_phone
from engage.plans.labels import ASKS, OUTCOMES, TELLS
from engage.plans.rules import NAME_LIMIT, REASON_LIMIT, SHORT_LIMIT
from engage.web.forms import (
    Choices,
    Form,
    ManyChoices,
    Select,
    TextArea,
    TextField,
    Tick,
    ValidationError,
)


class OpinionForm(Form):
    """Agreeing with somebody's words or not."""

    agrees = Choices(
        _("Do you agree?"),
        choices=[("yes", _("I agree")), ("no", _("I see it differently"))],
        needed=_("Say if you agree or see it differently."),
    )
    reason = TextArea(_("Why? You can leave this empty."), limit=REASON_LIMIT, rows=3)


class PersonForm(Form):
    """Somebody the young person trusts."""

    name = TextField(
        _("What do you call them?"),
        hint=_("A first name or nickname is fine."),
        needed=_("Tell us what you call them."),
        limit=NAME_LIMIT,
    )
    phone = TextField(
        _("What is their phone number?"),
        hint=_("Type it any way you like, for example 07700 900 123."),
        needed=_("Type their phone number, so that they can be asked."),
        kind="tel",
        limit=40,
    )
    how_known = TextField(
        _("How do you know them?"),
        hint=_("For example: my cousin, my coach, a friend from school."),
        limit=SHORT_LIMIT,
    )
    asks = ManyChoices(_("What may people ask them to do?"), choices=list(ASKS.items()))
    tells = ManyChoices(
        _("What may they be told?"),
        hint=_("If you tick nothing, they are told nothing."),
        choices=list(TELLS.items()),
    )
    locale = Select(_("Which language do they read best?"), choices=list(i18n.LOCALES.items()))

    region = "GB"
    number = ""

    def validate_phone(self, field: TextField) -> None:
        """Read the number as people of the organisation's country type it."""
        self.number = read_number(field.data or "", self.region)


class WordsForm(Form):
    """The two words, and whether we may answer texts."""

    code_word = TextField(
        _("Your code word"),
        hint=_("Put it in a text and we know it is you."),
        needed=_("Pick a code word."),
        limit=40,
    )
    not_ok_word = TextField(
        _("Your not-OK word"),
        hint=_("Put it in a text and we know you are not OK. Nobody else can tell."),
        needed=_("Pick a word that means you are not OK."),
        limit=40,
    )
    replies = Choices(
        _("When you text us, may we text back?"),
        choices=[
            (ReplyPolicy.NEUTRAL, _("Yes, a short text that gives nothing away")),
            (
                ReplyPolicy.AGREED,
                _("Yes, and tell me what I can do next"),
                _("Somebody who reads it can tell that you asked for a lift or a call."),
            ),
            (ReplyPolicy.NONE, _("No, never text back")),
        ],
        needed=_("Pick yes or no."),
    )
    word_needed = Tick(
        _("Someone else might use my phone"),
        hint=_("Then we only believe that you are OK when your code word is in the text."),
    )


class AgreeForm(Form):
    """Yes or no to the plan as it was put to everybody."""

    says = Choices(
        _("Do you agree with this plan?"),
        choices=[("yes", _("Yes, I agree")), ("no", _("No, not like this"))],
        needed=_("Pick yes or no."),
    )
    reason = TextArea(_("What should be different? You can leave this empty."), limit=REASON_LIMIT)


class ReviewForm(Form):
    """What the worker decides after reading a plan."""

    outcome = Choices(
        _("What do you say?"),
        choices=list(OUTCOMES.items()),
        needed=_("Pick one."),
    )
    comment = TextArea(
        _("What do you want to tell them?"),
        hint=_("The young person and the carer will read this."),
        limit=REASON_LIMIT,
    )
    carer_comment = TextArea(
        _("A word to the carer. You can leave this empty."),
        hint=_("The young person can read this too. Nothing is said behind their back."),
        limit=REASON_LIMIT,
        rows=3,
    )


class RefusalForm(Form):
    """What the young person said when they did not want a plan."""

    reason = TextArea(
        _("What did they say?"),
        hint=_("In their own words, if they are fine with that."),
        limit=REASON_LIMIT,
    )


class InvitationForm(Form):
    """A trusted person's yes or no."""

    answer = Choices(
        _("Your answer"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        needed=_("Pick yes or no."),
    )


class DigitsForm(Form):
    """The end of a trusted person's own number, before a name is shown to them."""

    digits = TextField(
        _("What are the last four digits of your phone number?"),
        needed=_("Type the last four digits of your own number."),
        kind="tel",
        limit=12,
    )


def read_number(typed: str, region: str) -> str:
    """Return what was typed as a number in E.164, or say how to fix it."""
    try:
        return parse_phone(typed, region)
    except NotANumber:
        raise ValidationError(str(_("Check the phone number, like 07700 900 123."))) from None
