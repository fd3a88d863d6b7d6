"""The words of patterns. Days of the week are the calendar's own."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel.dates import format_date

from engage import i18n
from engage.care_records.labels import (
    DISABILITIES,
    ETHNIC_GROUPS,
    GENDERS,
    NEARNESS,
    PLACEMENT_TYPES,
)
from engage.episodes.labels import KINDS
from engage.i18n import lazy_gettext as _
from engage.patterns.rules import LONGER, NOT_NOTED, Pattern, Trait
from engage.returns.labels import WAYS

PATTERNS = {
    Pattern.WEEKDAY: _("Day of the week"),
    Pattern.PART_OF_DAY: _("Time of day"),
    Pattern.LENGTH: _("How long"),
    Pattern.KIND: _("Why, as far as anybody knows"),
    Pattern.WAY_BACK: _("How they came back"),
    Pattern.HOME: _("From which home"),
}
TRAITS = {
    Trait.ETHNICITY: _("Ethnic background"),
    Trait.GENDER: _("Gender"),
    Trait.DISABILITY: _("Disability"),
    Trait.PLACEMENT_TYPE: _("Kind of home"),
    Trait.NEARNESS: _("How far from the area they know"),
}
# How each is read, in one sentence.
READ = {
    Pattern.WEEKDAY: _("On which days times missing began."),
    Pattern.PART_OF_DAY: _("At which time of day they began, by the clock here."),
    Pattern.LENGTH: _("How long they lasted, from when they began to the return."),
    Pattern.KIND: _("What is noted of why somebody was away."),
    Pattern.WAY_BACK: _("What is noted of how they came back."),
    Pattern.HOME: _("Where they lived when it began. Ask what that home needs, not whom to blame."),
}
_NOTED = _("Not noted")
_PARTS_OF_DAY = {
    "night": _("Night, 0 to 6"),
    "morning": _("Morning, 6 to 12"),
    "afternoon": _("Afternoon, 12 to 18"),
    "evening": _("Evening, 18 to 24"),
}
_LENGTHS = {
    "under_6_hours": _("Less than 6 hours"),
    "under_a_day": _("6 hours to a day"),
    "under_3_days": _("1 to 3 days"),
    "under_a_week": _("3 to 7 days"),
    LONGER: _("A week or more"),
}
TOO_FEW = _("fewer than 5 young people")
QUARTERS = _("Quarters %(first)d to %(last)d")
QUARTER = _("Quarter %(first)d")


def value(by: Pattern | Trait, found: str) -> str:
    """Return the words for one value; homes have names of their own."""
    if found == NOT_NOTED:
        return str(_NOTED)
    if by is Pattern.WEEKDAY:
        monday = date(2026, 1, 5)
        day = monday.replace(day=monday.day + int(found) - 1)
        return format_date(day, "EEEE", locale=i18n.current_locale())
    if by is Pattern.HOME:
        return found
    return str(words_of(by)[found])


def words_of(by: Pattern | Trait) -> Mapping[Any, Any]:
    """Return the words of all values of a pattern or trait that has a list of them."""
    match by:
        case Pattern.PART_OF_DAY:
            return _PARTS_OF_DAY
        case Pattern.LENGTH:
            return _LENGTHS
        case Pattern.KIND:
            return KINDS
        case Pattern.WAY_BACK:
            return WAYS
        case Trait.ETHNICITY:
            return ETHNIC_GROUPS
        case Trait.GENDER:
            return GENDERS
        case Trait.DISABILITY:
            return DISABILITIES
        case Trait.PLACEMENT_TYPE:
            return PLACEMENT_TYPES
        case Trait.NEARNESS:
            return NEARNESS
    raise KeyError(by)


def quarters(first: int, last: int) -> str:
    """Return which quarters stand together."""
    return str(QUARTER if first == last else QUARTERS) % {"first": first, "last": last}
