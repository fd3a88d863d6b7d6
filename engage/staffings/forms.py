"""What the pages of staffings and meetings accept."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from engage.episodes.forms import WhenForm
from engage.i18n import lazy_gettext as _
from engage.staffings import labels
from engage.staffings.guest_actions import EMAIL, NAME
from engage.staffings.meeting_actions import NOTES
from engage.staffings.meeting_actions import WORDS as ACTION
from engage.staffings.queries import FacilitatorLine
from engage.staffings.rules import Ask
from engage.web.forms import Choices, Form, ManyChoices, Select, TextArea, TextField, Tick
from engage.web.when import local_words

LINK = 200
WORDS = 1500


class WhyForm(Form):
    """Why: somebody asks, declines or ends."""

    reason = TextArea(_("Why?"), limit=500, rows=3, needed=_("Write why, in a few words."))


class TimeForm(WhenForm):
    """When and how people meet."""

    link = TextField(
        _("The link for the video or phone call"), hint=_("It begins with https://."), limit=LINK
    )
    place = TextField(_("Or a room, if you meet in one"), limit=120)

    def is_linked_well(self) -> bool:
        """See that the link is one, and say so if not."""
        link = (self.link.data or "").strip()
        if link and not link.startswith("https://"):
            self.say("link", str(labels.BAD_LINK))
        return not self.link.errors


class SlotTimeForm(TimeForm):
    """When people meet: in a free half hour of somebody who leads, or at a time of their own."""

    slot = Select(_("A free half hour of somebody who leads such meetings"))

    def offer_slots(self, lines: Iterable[FacilitatorLine], zone: str) -> None:
        """Offer who is free when."""
        free = [
            (
                f"{line.person_id}|{line.free_at.isoformat()}",
                f"{local_words(line.free_at, 'EEE d MMM HH:mm', zone)}, {line.name}, {line.region}",
            )
            for line in lines
            if line.free_at
        ]
        self.slot.offer([("", _("No: I write the day and time below")), *free])

    def chosen(self, zone: str, now: datetime) -> tuple[datetime | None, UUID | None]:
        """Return when it is and who leads it; no time when none can be read."""
        if self.slot.data:
            person, _bar, at = self.slot.data.partition("|")
            return datetime.fromisoformat(at), UUID(person)
        if not self.on.data and not self.at.data:
            return None, None
        return self.instant(zone, now), None


class PlanForm(SlotTimeForm):
    """When the meeting is, who leads it, and who of the record is asked."""

    people = ManyChoices(_("Who is asked?"), hint=_("From the record. You can ask others next."))
    young = Tick(_("Ask the young person, too, by a text with a link."))

    def offer(
        self, lines: Iterable[FacilitatorLine], people: Iterable[tuple[str, str]], zone: str
    ) -> "PlanForm":
        """Offer who is free when, and whom the record names."""
        self.offer_slots(lines, zone)
        self.people.offer(people)
        return self


class GuestForm(Form):
    """Somebody from outside who is asked."""

    name = TextField(_("Who is it?"), limit=NAME, needed=_("Write a name."))
    part = Select(_("In which part?"), choices=labels.outside())
    email = TextField(
        _("Their email address"),
        kind="email",
        hint=_("Without it you hand the link over yourself."),
        limit=EMAIL,
    )


class WordsForm(Form):
    """What somebody says, written down by a worker."""

    whose = Choices(
        _("Whose words are these?"),
        choices=list(labels.WHOSE.items()),
        needed=_("Pick whose words these are."),
    )
    words = TextArea(_("Their words"), limit=WORDS, rows=4, needed=_("Write what they said."))


class ViewsForm(Form):
    """What the young person says, by their link."""

    words = TextArea(
        _("What should they hear from you?"),
        hint=_("For example: what you need, what must change, what helps."),
        limit=WORDS,
        rows=5,
        needed=_("Write something first, or leave it."),
    )


class ActionForm(Form):
    """What somebody will do by when."""

    words = TextField(_("What will be done?"), limit=ACTION, needed=_("Write what will be done."))
    owner = Select(_("Who does it?"))
    due = TextField(_("By which day?"), kind="date", needed=labels.BAD_DAY)

    def offer(self, owners: Mapping[UUID, str]) -> "ActionForm":
        """Offer who may do it."""
        self.owner.offer([(str(one), name) for one, name in owners.items()])
        return self

    def until(self, zone: str) -> datetime | None:
        """Return the end of the day (UTC), or None when it cannot be read."""
        try:
            day = date.fromisoformat(self.due.data or "")
            return datetime.combine(day, time(23, 59), ZoneInfo(zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            return None


class HoldForm(SlotTimeForm):
    """That it took place, what was said, and when people meet again."""

    minutes = TextField(_("How many minutes did it take?"), kind="number", limit=4, default="30")
    notes = TextArea(
        _("Notes"), hint=_("Only what those who find and help them need."), limit=NOTES, rows=8
    )
    consult = Tick(_("This was also the supervisor’s monthly consult."))
    every = Select(_("How often do you meet from now on?"))

    def how_long(self) -> int | None:
        """Return the minutes, or None when they are no number that can be."""
        text = (self.minutes.data or "").strip()
        return int(text) if text.isascii() and text.isdigit() and 0 < int(text) <= 240 else None


class SlotForm(Form):
    """Half an hour a week in which somebody leads meetings."""

    person = Select(_("Who leads?"))
    region = TextField(_("For which region?"), limit=60, needed=_("Write the region."))
    weekday = Select(
        _("On which day of the week?"),
        choices=[(str(day), words) for day, words in enumerate(labels.WEEKDAYS)],
    )
    at = TextField(_("From what time?"), kind="time", needed=_("Write the time, like 14:30."))

    def minute(self) -> int | None:
        """Return the minutes after midnight, or None when the time cannot be read."""
        try:
            wall = time.fromisoformat(self.at.data or "")
        except ValueError:
            return None
        return wall.hour * 60 + wall.minute


class PrepareForm(Form):
    """The questions to prepare with; each may stay empty."""

    known = TextArea(labels.ASKS[Ask.KNOWN], limit=2000, rows=5)
    last_spoke = TextArea(labels.ASKS[Ask.LAST_SPOKE], limit=2000, rows=2)
    where = TextArea(labels.ASKS[Ask.WHERE], limit=2000, rows=2)
    plan = TextArea(labels.ASKS[Ask.PLAN], limit=2000, rows=2)
    worries = TextArea(labels.ASKS[Ask.WORRIES], limit=2000, rows=2)
    strengths = TextArea(labels.ASKS[Ask.STRENGTHS], limit=2000, rows=2)
    tried = TextArea(labels.ASKS[Ask.TRIED], limit=2000, rows=3)
    bring_back = TextArea(labels.ASKS[Ask.BRING_BACK], limit=2000, rows=2)
    ready = TextArea(labels.ASKS[Ask.READY], limit=2000, rows=3)
    who_does = TextArea(labels.ASKS[Ask.WHO_DOES], limit=2000, rows=3)

    def answers(self) -> dict[Ask, str]:
        """Return what was written, by question."""
        return {each: self[each.value].data or "" for each in Ask}
