"""What the pages about a talk accept."""

from engage.episodes.forms import WhenForm
from engage.i18n import LOCALES
from engage.i18n import lazy_gettext as _
from engage.interviews.actions import Choice
from engage.interviews.labels import MANNERS, REACHED, WHO, WISHES
from engage.interviews.rules import Manner, Who, Wish
from engage.web.forms import Choices, Form, Select, TextArea, TextField, Tick


class ChoiceForm(Form):
    """Who, where, when and how. Only the first must be picked, and it may be nobody."""

    who = Choices(
        _("Who would you like to talk to?"),
        choices=list(WHO.items()),
        needed=_("Pick one. “Nobody now” is fine, too."),
    )
    who_name = TextField(
        _("What is their name?"), hint=_("Only if you have somebody in mind."), limit=80
    )
    wish = Choices(_("Does it matter if it is a man or a woman?"), choices=list(WISHES.items()))
    manner = Choices(_("How would you like to talk?"), choices=list(MANNERS.items()))
    where = TextField(_("Where?"), hint=_("For example: the café, not at home."), limit=120)
    when = TextField(_("When is good for you?"), hint=_("For example: after school."), limit=120)
    language = Select(_("Which language?"), choices=[("", _("Choose")), *LOCALES.items()])
    needs_interpreter = Tick(_("I would like an interpreter there."))
    may_know = TextArea(
        _("Who may know what you say?"),
        hint=_("For example: my carer, but not about my dad."),
        limit=500,
        rows=3,
    )

    def choice(self) -> Choice:
        """Return what was picked."""
        return Choice(
            who=Who(str(self.who.data)),
            who_name=self.who_name.data or "",
            wish=Wish(self.wish.data) if self.wish.data else Wish.ANYBODY,
            manner=Manner(self.manner.data) if self.manner.data else None,
            language=self.language.data or "",
            needs_interpreter=bool(self.needs_interpreter.data),
            where=self.where.data or "",
            when=self.when.data or "",
            may_know=self.may_know.data or "",
        )


class AttemptForm(Form):
    """That somebody tried to reach them."""

    reached = Choices(
        _("What came of it?"), choices=list(REACHED.items()), needed=_("Pick what came of it.")
    )
    note = TextArea(_("Anything to add?"), limit=500, rows=2)


class DeclineForm(WhenForm):
    """That they said no, and when it is offered again."""

    reason = TextArea(
        _("Why, as far as they said?"),
        hint=_("In their words. “Did not say” is an answer."),
        limit=500,
        rows=2,
        needed=_("Write why, or that they did not say."),
    )


class BookForm(WhenForm):
    """Who holds it, where and when."""

    interviewer = Select(_("Who holds it?"))
    interviewer_name = TextField(_("Or somebody from elsewhere: their name"), limit=80)
    place = TextField(_("Where?"), limit=120)
    is_involved = Tick(_("This person takes part in their care."))
    independent_offered = Tick(_("Somebody independent was offered as well."))


class DoneForm(WhenForm):
    """When it took place."""
