"""What the pages of referrals accept."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from engage.episodes.forms import WhenForm
from engage.episodes.labels import STATES as AWAY_STATES
from engage.episodes.rules import EpisodeState
from engage.i18n import lazy_gettext as _
from engage.intake import labels
from engage.intake.arriving import Draft
from engage.intake.matching_queries import Candidate
from engage.intake.models import Referral
from engage.intake.rules import (
    MOST_CONTACT,
    MOST_NAME,
    MOST_REASON,
    MOST_REFERENCE,
    MOST_WORDS,
    About,
    Known,
    Referrer,
    State,
    birth_problem,
    since_problem,
)
from engage.people.phones import NotANumber, parse_phone
from engage.web.forms import Choices, Form, Key, Select, TextArea, TextField

NOBODY = "nobody"


class AboutForm(WhenForm):
    """Who it is about. Reading what was typed says beside the field what cannot be."""

    name = TextField(_("What is their name, as they gave it?"), limit=MOST_NAME)
    birth_date = TextField(_("Date of birth"), kind="date")
    phone = TextField(_("Their phone"), kind="tel")
    reference = TextField(
        _("Reference"),
        hint=_("The number of the police or the case system, if there is one."),
        limit=MOST_REFERENCE,
    )

    def born(self, today: date) -> date | None:
        """Return the date of birth; None when it is empty, or wrong and said so."""
        if not self.birth_date.data:
            return None
        try:
            day = date.fromisoformat(self.birth_date.data)
        except ValueError:
            day = None
        if day is None or birth_problem(day, today):
            self.say("birth_date", str(labels.BAD_BIRTH))
        return day

    def number(self, region: str) -> str | None:
        """Return the phone in E.164; None when it is empty, or wrong and said so."""
        if not self.phone.data:
            return None
        try:
            return parse_phone(self.phone.data, region)
        except NotANumber:
            self.say("phone", str(labels.BAD_PHONE))
            return None

    def show(self, referral: Referral) -> None:
        """Fill in what is known."""
        for name in ("name", "birth_date", "phone", "reference"):
            self[name].data = getattr(referral, name) or ""


class NewForm(AboutForm):
    """A referral that a worker writes down."""

    source = Select(
        _("Who tells us?"),
        choices=[("", _("Choose")), *((each.value, w) for each, w in labels.REFERRERS.items())],
        needed=_("Pick who tells us."),
    )
    about = Choices(
        _("What do they say?"), choices=list(labels.ABOUT.items()), needed=_("Pick one.")
    )
    words = TextArea(_("What did they tell you?"), limit=MOST_WORDS, rows=5)
    contact = TextField(
        _("Who exactly, and how do we reach them?"),
        hint=_("A name and a number to call back."),
        limit=MOST_CONTACT,
    )
    key = Key()

    def draft(self, *, zone: str, region: str, now: datetime) -> Draft | None:
        """Return what was filled in; None when something is wrong, said beside the field."""
        is_good = self.validate_on_submit()
        since = self.instant(zone, now) if self.on.data or self.at.data else None
        if since is None and (self.on.data or self.at.data):
            self.say("at", str(self.why))
        elif since_problem(since, now):
            self.say("at", str(labels.BAD_SINCE))
        born, number = self.born(now.date()), self.number(region)
        if not self.words.data and not self.name.data:
            self.say("words", str(labels.SAY_SOMETHING))
        if not is_good or self.fixes:
            return None
        return Draft(
            About(self.about.data), Referrer(self.source.data), words=self.words.data or "",
            name=self.name.data or "", birth_date=born, phone=number,
            reference=self.reference.data or "", contact=self.contact.data or "", since=since,
        )  # fmt: skip


class WhoForm(Form):
    """Which young person it is about, and whether social care knows them."""

    person = Choices(_("Who is it about?"), needed=_("Pick who it is, or that it is nobody here."))
    known = Choices(
        _("Does social care know them?"),
        choices=[(k.value, w) for k, w in labels.KNOWN.items() if k is not Known.NOT_ASKED],
        needed=_("Pick one."),
    )

    def offer(self, found: Sequence[Candidate], words: Mapping[UUID, str]) -> "WhoForm":
        """Offer these young people, each with why, and that it is nobody here."""
        self.person.offer([
            *((str(each.id), words[each.id], labels.WHY[each.why]) for each in found),
            (NOBODY, _("Nobody of these")),
        ])  # fmt: skip
        return self

    def decided(self) -> tuple[UUID | None, Known] | None:
        """Return who it is (None: nobody here) and whether they are known; None when wrong."""
        if not self.validate_on_submit():
            return None
        known = Known(self.known.data)
        if self.person.data == NOBODY:
            if known is Known.LOOKED_AFTER:
                self.say("known", str(labels.LOOKED_AFTER_HERE))
                return None
            return None, known
        if known is Known.NOT_KNOWN:
            self.say("known", str(labels.NOT_KNOWN_HERE))
            return None
        return UUID(self.person.data), known


class GiveForm(Form):
    """Who has it from now on."""

    team = Select(_("Which team?"))
    owner = Select(_("Which worker?"))

    def offer(self, teams: Mapping[UUID, str], owners: Mapping[UUID, str]) -> "GiveForm":
        """Offer the teams and the workers there are."""
        for choices, found in ((self.team, teams), (self.owner, owners)):
            choices.offer([("", _("Nobody")), *((str(one), name) for one, name in found.items())])
        return self

    def chosen(self) -> tuple[UUID | None, UUID | None] | None:
        """Return the team and the worker; None when neither is picked."""
        if not self.validate_on_submit():
            return None
        if not self.team.data and not self.owner.data:
            self.say("team", str(labels.NEEDS_SOMEBODY))
            return None
        team, owner = ((UUID(each.data) if each.data else None) for each in (self.team, self.owner))
        return team, owner


class SameForm(Form):
    """Which other referral is the same."""

    other = Choices(_("Which one is the same?"), needed=_("Pick one."))


class EndForm(Form):
    """How it ended."""

    state = Choices(
        _("What came of it?"),
        choices=[
            (State.DONE.value, _("We did what was needed")),
            (State.NOT_OURS.value, _("It is not ours")),
        ],
        needed=_("Pick what came of it."),
    )
    reason = TextArea(
        _("What was done, or why is it not ours?"), limit=MOST_REASON, rows=3,
        needed=labels.SAY_WHY,
    )  # fmt: skip


class ReopenForm(Form):
    """Why it is opened again."""

    reason = TextField(_("Why is it opened again?"), needed=labels.SAY_WHY)


class AwayForm(WhenForm):
    """Beginning a time away from what a referral says. A person presses; nothing is automatic."""

    state = Choices(
        _("What is true now?"),
        choices=[(s.value, AWAY_STATES[s]) for s in (EpisodeState.LATE, EpisodeState.MISSING)],
        needed=_("Pick what is true now."),
    )
    reason = TextArea(_("Anything to add?"), limit=500, rows=2)

    def show(self, since: datetime, zone: str) -> None:
        """Fill in since when, as it stood on the wall."""
        wall = since.astimezone(ZoneInfo(zone))
        self.on.data, self.at.data = wall.date().isoformat(), wall.strftime("%H:%M")
