"""What a timeline can be narrowed to, as somebody picks it."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from engage.i18n import lazy_gettext as _
from engage.timeline.rules import Group, Narrowed
from engage.web.fields import Words
from engage.web.forms import Form, Select, TextField

NOT_A_DAY = _("Write the day like 2026-11-22.")


class NarrowForm(Form):
    """Kind, person and days. It is sent with the address, so that a page can be kept and told."""

    kind = Select(_("What"))
    who = Select(_("Who did it"))
    since = TextField(_("From this day"), kind="date")
    until = TextField(_("Until this day"), kind="date")

    class Meta(Form.Meta):
        """It changes nothing, so nobody can gain by forging it."""

        csrf = False

    def offer(
        self, groups: Iterable[tuple[Group, Words]], people: Mapping[UUID, str]
    ) -> "NarrowForm":
        """Offer the kinds this reader may see, and the people who did something."""
        self.kind.offer([("", _("Everything")), *groups])
        named = sorted((name, str(each)) for each, name in people.items())
        self.who.offer([("", _("Everybody")), *((each, name) for name, each in named)])
        return self

    def narrowed(self, zone: str) -> Narrowed:
        """Return what was picked; days begin and end at midnight in this zone."""
        until = _day(self.until.data)
        return Narrowed(
            groups=frozenset({Group(self.kind.data)} if self.kind.data in set(Group) else ()),
            by_id=_id(self.who.data),
            since=_midnight(_day(self.since.data), zone),
            until=_midnight(until + timedelta(days=1), zone) if until else None,
        )

    def check(self) -> None:
        """Say which day cannot be read; the page shows everything meanwhile."""
        for field in (self.since, self.until):
            if field.data and _day(field.data) is None:
                self.say(field.name, str(NOT_A_DAY))


def _day(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    # A day more must still be a day.
    return found if found.year in range(1900, 2200) else None


def _midnight(day: date | None, zone: str) -> datetime | None:
    if day is None:
        return None
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
