"""What the pages about telling people accept."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage

from engage.episodes.forms import WhenForm
from engage.evidence.documents import BadFile, Document, FileProblem, read_document
from engage.evidence.labels import FILE_PROBLEMS, LEFT_OUT, ROUTES, YES_NO
from engage.evidence.rules import MOST_BYTES, Field, Group, on_page, reasons_for
from engage.i18n import lazy_gettext as _
from engage.policy.notice_rules import Notice
from engage.web.fields import as_text
from engage.web.forms import Choices, Form, TextArea, TextField, ValidationError

ACCEPTED = "application/pdf,image/jpeg,image/png"
NEEDS_REASON = _("Say why it is changed. What was noted first is kept.")
SAY_WHY = _("Say why. A few words are enough.")


class TellingForm(WhenForm):
    """One page of questions about telling somebody; `offer` leaves those that stand on it."""

    route = Choices(_("How did you tell them?"), choices=list(ROUTES.items()))
    agency = TextField(_("Which station or office was it?"))
    name = TextField(_("Who did you speak with or write to?"))
    badge = TextField(_("Their officer or badge number, if you have it"))
    phone = TextField(_("Their phone number, if you have it"), kind="tel")
    report_number = TextField(
        _("The number of the report"), hint=_("If they gave none, write that.")
    )
    ncic_asked = Choices(_("Did you ask them to enter it in NCIC?"), choices=list(YES_NO.items()))
    ncic_number = TextField(_("The NCIC number, if you have it"))
    not_in_care = Choices(
        _("Did you ask them not to say that it is about foster care?"),
        choices=list(YES_NO.items()),
    )
    what_was_sent = TextArea(
        _("What did you tell or send them?"),
        hint=_("For example: a photo, a description, what they must know about health."),
        rows=3,
    )
    reported_by = TextField(_("Who made the report?"))
    late_reason = TextArea(
        _("It was late. What held it up?"),
        hint=_("Whoever looks at this later will want to know. Nobody is blamed."),
        limit=500, rows=2,
    )  # fmt: skip
    refused_by = TextField(_("Who would not take it?"), hint=_("Name, or number of the officer."))
    refused_why = TextArea(_("What did they say?"), limit=500, rows=2)
    escalated_to = TextArea(
        _("Whom did you turn to then, and what did they say?"), limit=500, rows=2
    )
    follow_up = TextArea(_("Whom did you speak with, and what was said?"), rows=3)
    next_contact = TextField(_("When is the next contact? You can leave this empty."), kind="date")
    correction = TextField(_("Why is it changed?"), limit=500)

    order: tuple[Field, ...] = ()

    def offer(self, rule: Notice, group: Group, *, is_late: bool, corrects: bool) -> "TellingForm":
        """Leave only what this page asks."""
        self.order = on_page(rule, group, is_late=is_late)
        here = {str(name) for name in self.order}
        for name in Field:
            if name in self._fields and str(name) not in here:
                del self._fields[name]
        if Field.TIME not in here:
            del self._fields["on"], self._fields["at"]
        if not corrects:
            del self._fields["correction"]
        return self

    @property
    def has_time(self) -> bool:
        """Say whether this page asks when."""
        return "on" in self._fields

    def show(self, known: Mapping[Field, str], told_at: datetime | None, zone: str) -> None:
        """Put what is known into the fields, the time as it stood on the wall."""
        for name, value in known.items():
            if name in self._fields:
                self._fields[name].data = value
        if self.has_time and told_at is not None:
            wall = told_at.astimezone(ZoneInfo(zone))
            self.on.data, self.at.data = wall.strftime("%Y-%m-%d"), wall.strftime("%H:%M")

    def answers(self) -> dict[Field, str]:
        """Return what was answered; nothing for what was left empty."""
        return {
            name: str(self._fields[name].data).strip()
            for name in Field
            if name in self._fields and self._fields[name].data
        }

    @property
    def shown_fields(self) -> list[str]:
        """Return the names of the fields of this page, in order, without the time."""
        return [name for name in self.order if name in self._fields]


class LeaveOutForm(Form):
    """Why somebody is not told."""

    why = Choices(_("Why are they not told?"), needed=_("Pick the reason."))
    words = TextArea(
        _("In your words"), hint=_("Needed when it is not safe, or for another reason."),
        limit=500, rows=3,
    )  # fmt: skip

    def offer(self, phase: str) -> "LeaveOutForm":
        """Offer the reasons that fit."""
        self.why.offer((str(each), LEFT_OUT[each]) for each in reasons_for(phase))
        return self


class LookForm(Form):
    """A supervisor's second look."""

    words = TextArea(_("If they must be told: say why"), limit=500, rows=2)


class FileForm(Form):
    """One paper or picture, and nothing else that could be lost with it."""

    paper = FileField(as_text(_("The file")))

    document: Document | None = None
    name = ""

    def validate_paper(self, field: FileField) -> None:
        """Read the file; whatever is wrong with it is said in one sentence."""
        sent = field.data
        data = sent.stream.read(MOST_BYTES + 1) if isinstance(sent, FileStorage) else b""
        self.name = (sent.filename or "") if isinstance(sent, FileStorage) else ""
        try:
            self.document = read_document(data)
        except BadFile as refused:
            raise ValidationError(str(FILE_PROBLEMS[refused.problem])) from None

    def say_problem(self, problem: FileProblem) -> None:
        """Say what only the place it was to go to could know."""
        self.say("paper", str(FILE_PROBLEMS[problem]))


class TakeOutForm(Form):
    """Why a paper is taken out."""

    reason = TextField(_("Why is it taken out?"), needed=SAY_WHY, limit=500)
