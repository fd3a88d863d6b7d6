"""What the pages of the directory accept."""

from typing import Any

from engage.i18n import gettext
from engage.i18n import lazy_gettext as _
from engage.places.actions import PlaceFacts
from engage.places.labels import RUN_BY, SPOKEN, WHATS, language_name
from engage.places.models import Place
from engage.places.plus_codes import find_full
from engage.places.rules import BadHours, What, find_position, parse_hours
from engage.web.forms import Choices, Form, ManyChoices, TextArea, TextField


class PlaceForm(Form):
    """Everything the directory says of a place."""

    name = TextField(_("Name"), limit=80, needed=_("Write its name."))
    text_name = TextField(
        _("Name in texts"),
        hint=_("Only if its own name would say too much over a shoulder. For example: Blue House."),
        limit=40,
    )
    what = Choices(_("What is it?"), choices=list(WHATS.items()), needed=_("Pick what it is."))
    run_by = ManyChoices(_("Who runs it?"), choices=list(RUN_BY.items()))
    languages = ManyChoices(_("Languages spoken"))
    address = TextField(_("Street and number"), limit=120)
    town = TextField(
        _("Town or part of town"),
        hint=_("What a young person would type to find it."),
        limit=60,
        needed=_("Write the town."),
    )
    postcode = TextField(_("Postcode"), limit=10)
    position = TextField(
        _("Position"),
        hint=_("Two numbers from any map, like 51.3728, -0.0990, or a Plus Code."),
        limit=60,
        needed=_("Write its position, so that it can be found as the nearest."),
    )
    phone = TextField(_("Phone"), kind="tel", limit=30)
    hours = TextField(
        _("Opening hours"),
        hint=_("Like this: Mon-Fri 9:00-17:00, Sat 10:00-14:00. Or: always."),
        limit=200,
    )
    note = TextArea(
        _("What should a young person know?"), hint=_("One or two short sentences."), limit=300
    )

    point: tuple[float, float] = (0.0, 0.0)

    def fill(self, place: Place | None = None) -> None:
        """Offer the languages by name, and show what is known of a place."""
        self.languages.offer([(code, language_name(code)) for code in SPOKEN])
        if place is not None and not self.is_submitted():
            for field in self:
                if hasattr(place, field.name):
                    field.data = getattr(place, field.name)
            self.position.data = f"{place.latitude:.5f}, {place.longitude:.5f}"

    def validate(self, extra_validators: Any = None) -> bool:
        """Read the hours and the position as people write them."""
        is_valid = bool(super().validate(extra_validators))
        try:
            parse_hours(self.hours.data or "")
        except BadHours as bad:
            problem = gettext("“%(part)s” could not be read. Write it like Mon-Fri 9:00-17:00.",
                              part=str(bad))  # fmt: skip
            self.say("hours", problem)
        typed = self.position.data or ""
        point = find_full(typed) or find_position(typed)
        if point is not None:
            self.point = point
        elif not self.position.errors:
            self.say("position", gettext("Write two numbers, like 51.3728, -0.0990."))
        return is_valid and not (self.hours.errors or self.position.errors)

    def facts(self) -> PlaceFacts:
        """Return what was filled in. Call only when the form is valid."""
        latitude, longitude = self.point
        return PlaceFacts(
            name=self.name.data or "",
            text_name=self.text_name.data or "",
            what=What(self.what.data),
            run_by=tuple(self.run_by.data or ()),
            languages=tuple(self.languages.data or ()),
            address=self.address.data or "",
            town=self.town.data or "",
            postcode=self.postcode.data or "",
            phone=self.phone.data or "",
            hours=self.hours.data or "",
            note=self.note.data or "",
            latitude=latitude,
            longitude=longitude,
        )
