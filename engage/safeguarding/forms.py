"""What the pages about harm and screenings accept. What happened may be left out."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from engage.episodes.forms import WhenForm
from engage.i18n import lazy_gettext as _
from engage.safeguarding import labels
from engage.safeguarding.actions import Opening
from engage.safeguarding.rules import About, Deed, Found, Seen
from engage.web.forms import Choices, Form, ManyChoices, TextArea, TextField


class WhoForm(Form):
    """Who it is about, as far as it is known."""

    about = Choices(
        _("Who is it about?"),
        hint=_("Whoever it may be about does not hear of this and does not see it."),
        choices=list(labels.ABOUT.items()),
        needed=_("Pick one. “I do not know yet” is an answer."),
    )
    about_ids = ManyChoices(_("Is it one of these people?"))
    about_name = TextField(_("Or somebody else: their name, if you know it"), limit=120)

    def offer(self, people: Iterable[tuple[UUID, str]]) -> None:
        """Offer the people around the young person."""
        self.about_ids.offer([(str(one), name) for one, name in people])

    @property
    def ids(self) -> tuple[UUID, ...]:
        """Return who was ticked."""
        return tuple(UUID(each) for each in self.about_ids.data or ())


class BeginForm(WhoForm):
    """What is known at once."""

    words = TextArea(
        _("What did they say, in their words? You need not know the whole story."),
        hint=_("Do not ask them for more. Others do that, who are trained for it."),
        limit=2000,
        rows=3,
    )

    def opening(self, seen: Seen, seen_id: UUID | None) -> Opening:
        """Return what was filled in."""
        return Opening(
            seen=seen,
            seen_id=seen_id,
            about=About(str(self.about.data)),
            about_ids=self.ids,
            about_name=self.about_name.data or "",
            words=self.words.data or "",
        )


class TellForm(WhenForm):
    """That somebody outside was told."""

    deed = Choices(
        _("What happened?"),
        choices=list(labels.DEEDS.items()),
        needed=_("Pick what happened."),
    )
    named = TextField(_("Whom did you speak with?"), limit=120)
    reference = TextField(_("Their number for it, if they gave one"), limit=80)
    reason = TextField(_("Why need they not be told?"), limit=300)

    @property
    def what(self) -> Deed:
        """Return what was picked."""
        return Deed(str(self.deed.data))


class CloseHarmForm(Form):
    """What must not stay blank."""

    safe_now = TextArea(_("What keeps them safe now?"), limit=1000, rows=2)
    they_know = TextArea(
        _("What was the young person told about it?"),
        hint=_("They have a right to know what happens. If they were not told: why not yet?"),
        limit=1000,
        rows=2,
    )


class ScreeningForm(Form):
    """Which tool, when, and what it found."""

    tool = TextField(_("Which tool?"), limit=120, needed=labels.SAY_TOOL)
    done_on = TextField(_("Done on which day?"), kind="date", needed=labels.BAD_DAY)
    found = Choices(
        _("What did it find?"),
        choices=list(labels.FOUND.items()),
        needed=_("Pick what it found."),
    )
    note = TextArea(_("What follows from it?"), limit=1000, rows=3)

    def day(self) -> date | None:
        """Return the day, or None when it cannot be read."""
        try:
            return date.fromisoformat(self.done_on.data or "")
        except ValueError:
            return None

    @property
    def what(self) -> Found:
        """Return what was picked."""
        return Found(str(self.found.data))
