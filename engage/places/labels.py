"""The words of the directory."""

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import get_day_names

from engage.i18n import current_locale
from engage.i18n import lazy_gettext as _
from engage.places.models import Place
from engage.places.rules import RunBy, What, hours_of_day, is_always

WHATS = {
    What.YOUTH: _("Youth club"),
    What.DROP_IN: _("Drop-in"),
    What.SHELTER: _("Somewhere to sleep"),
    What.HEALTH: _("Health"),
    What.LIBRARY: _("Library"),
    What.FAITH: _("Place of worship"),
    What.ADVICE: _("Advice"),
    What.OTHER: _("Somewhere else"),
}
RUN_BY = {
    RunBy.COMMUNITY: _("Community-led"),
    RunBy.BLACK_LED: _("Black-led"),
    RunBy.LGBTQ: _("LGBTQ+"),
    RunBy.FAITH: _("Faith"),
    RunBy.CHARITY: _("Charity"),
    RunBy.COUNCIL: _("Council"),
    RunBy.HEALTH: _("Health service"),
}
# Spoken in places; named in the reader's language. ISO 639 codes.
SPOKEN = (
    "en", "cy", "es", "ar", "bn", "ckb", "fa", "fr", "pa", "pl", "ps", "pt", "ro", "so", "sq",
    "ti", "tr", "uk", "ur", "vi",
)  # fmt: skip


def language_name(code: str) -> str:
    """Name a language in the language in use."""
    try:
        here = Locale.parse(current_locale())
        return str(Locale.parse(code).get_display_name(here) or code)
    except (UnknownLocaleError, ValueError):
        return code


def week(place: Place) -> list[tuple[str, list[str]]]:
    """Return the name and the hours of each day, Monday first; nothing when nobody knows them."""
    spans = place.spans
    if not spans or is_always(spans):
        return []
    names = get_day_names("wide", locale=current_locale())
    return [
        (
            names[day],
            [f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in hours_of_day(spans, day)],
        )
        for day in range(7)
    ]


def run_by(place: Place) -> list[str]:
    """Say who runs a place."""
    return [str(words) for kind, words in RUN_BY.items() if kind.value in place.run_by]


def spoken(place: Place) -> list[str]:
    """Name the languages spoken in a place."""
    return [language_name(code) for code in place.languages]
