"""What the page about a return accepts."""

from engage.i18n import lazy_gettext as _
from engage.returns.actions import Noted
from engage.returns.labels import CHECKS, CHOICES, OUTCOMES, WAYS
from engage.returns.models import ReturnRecord
from engage.returns.rules import CHECKS as NAMES
from engage.returns.rules import Check, Choice, Way
from engage.web.forms import Choices, Form, Select, TextArea, TextField


class ReturnForm(Form):
    """How they came back, how they are, and what was offered."""

    way = Choices(
        _("How did they come back?"),
        choices=list(WAYS.items()),
        needed=_("Pick how they came back."),
    )
    by_choice = Choices(
        _("Was it their own choice?"),
        choices=list(CHOICES.items()),
        needed=_("Pick one. “They did not say” is an answer."),
    )
    where_to = TextField(_("Where are they now?"), limit=120)
    condition = TextArea(
        _("How are they?"),
        hint=_("What you see and what they say. No guesses."),
        limit=1000,
        rows=3,
    )
    injury = Select(CHECKS["injury"], choices=list(OUTCOMES.items()))
    substances = Select(CHECKS["substances"], choices=list(OUTCOMES.items()))
    sexual_health = Select(CHECKS["sexual_health"], choices=list(OUTCOMES.items()))
    mental_health = Select(CHECKS["mental_health"], choices=list(OUTCOMES.items()))
    needs = TextArea(_("What did they need at once, and did they get it?"), limit=1000, rows=3)
    reason = TextField(_("Why is it changed?"), limit=200)

    def fill(self, latest: ReturnRecord | None) -> None:
        """Show what counts now, and ask why only for a correction."""
        if latest is None:
            del self.reason
            return
        if self.is_submitted():
            return
        for name in ("way", "by_choice", "where_to", "condition", "needs"):
            self[name].data = getattr(latest, name)
        for name in NAMES:
            self[name].data = latest.checks.get(name)

    def noted(self) -> Noted:
        """Return what was filled in."""
        return Noted(
            way=Way(str(self.way.data)),
            by_choice=Choice(str(self.by_choice.data)),
            checks={name: Check(self[name].data or Check.NOT_ASKED) for name in NAMES},
            where_to=self.where_to.data or "",
            condition=self.condition.data or "",
            needs=self.needs.data or "",
        )

    @property
    def why(self) -> str:
        """Return why it is corrected, or nothing."""
        return (self.reason.data or "") if "reason" in self else ""
