"""What the forms about sharing accept."""

from collections.abc import Mapping

from engage.i18n import lazy_gettext as _
from engage.people.rules import EMERGENCY_REASON, Purpose
from engage.plans.labels import section_title
from engage.plans.page import PlanPage
from engage.plans.rules import REASON_LIMIT, SHORT_LIMIT
from engage.plans.sharing_labels import REASONS, SAY_MORE, SAY_TO_WHOM
from engage.web.forms import Choices, Form, ManyChoices, TextArea, TextField, ValidationError

PART = "part-"


def says_enough(form: Form, field: TextArea) -> None:
    """Refuse a reason that says nothing to whoever reads it."""
    if len(" ".join((field.data or "").split())) < EMERGENCY_REASON:
        raise ValidationError(str(SAY_MORE))


class ProposalForm(Form):
    """Why a worker would like something to be shared."""

    why = TextArea(
        _("Why do you ask? You can leave this empty."),
        hint=_("The young person will read this."),
        limit=REASON_LIMIT,
        rows=3,
    )


class DisclosureForm(Form):
    """What was told without the young person's yes."""

    sections = ManyChoices(_("Which parts did you tell about?"))
    code = Choices(
        _("Why did it have to be told?"),
        choices=list(REASONS.items()),
        needed=_("Pick the reason."),
    )
    told_to = TextField(_("Whom did you tell?"), needed=SAY_TO_WHOM, limit=SHORT_LIMIT)
    reason = TextArea(
        _("What happened, and why could you not wait for their yes?"),
        hint=_("Your supervisor will read this, and later the young person will too."),
        needed=SAY_MORE,
        limit=REASON_LIMIT,
        validators=[says_enough],
    )

    def offer_parts(self, page: PlanPage) -> None:
        """Offer the parts of the plan."""
        parts = page.sharing_sections()
        self.sections.offer([(section, str(section_title(section, page))) for section in parts])


class WithholdForm(Form):
    """Why the young person is not told yet."""

    why = TextArea(
        _("What harm would it do if they knew now?"),
        needed=SAY_MORE,
        limit=REASON_LIMIT,
        validators=[says_enough],
    )


def read_purposes(sent: Mapping[str, str], sections: list[str]) -> dict[str, Purpose | None]:
    """Read the answer to each part; one answer for all of them stands over the single ones.

    A part that was not sent is left out; one sent without an answer is None.
    """
    everything = sent.get("everything", "")
    if everything in set(Purpose):
        return dict.fromkeys(sections, Purpose(everything))
    found: dict[str, Purpose | None] = {}
    for section in sections:
        answer = sent.get(PART + section)
        if answer == "":
            found[section] = None
        elif answer in set(Purpose):
            found[section] = Purpose(answer)
    return found
