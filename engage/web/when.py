"""Times as people say them: in their zone and their language."""

from collections.abc import Callable
from datetime import datetime
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from markupsafe import Markup

from engage import i18n

ZONE = "Europe/London"
# Where Babel's plain code means another country's habits.
REGIONS = {"en": "en_GB"}
# What stands between the parts of a date: 26 de noviembre de 2026. Source: CLDR, es, dateFormats.
JOINED = {"es": (("d MMMM", "d 'de' MMMM"), ("MMMM y", "MMMM 'de' y"))}


@cache
def _formatter() -> Callable[..., str]:
    # Babel is heavy to import and most programs of ours never show a time.
    from babel.dates import format_datetime

    return format_datetime


def local_words(instant: datetime, pattern: str, zone: str = ZONE) -> str:
    """Write an instant in the language in use, by a CLDR pattern such as "EEE d MMM HH:mm"."""
    return _words(instant.replace(microsecond=0), pattern, zone, i18n.current_locale())


# Babel takes 0.1 ms for each, and a list of fifty shows fifty.
@lru_cache(maxsize=4096)
def _words(instant: datetime, pattern: str, zone: str, code: str) -> str:
    local = instant.astimezone(ZoneInfo(zone))
    for plain, joined in JOINED.get(code, ()):
        pattern = pattern.replace(plain, joined)
    return _formatter()(local, pattern, tzinfo=local.tzinfo, locale=REGIONS.get(code, code))


def clock_time(instant: datetime, zone: str = ZONE) -> str:
    """Write the time of day: 21:05."""
    return local_words(instant, "HH:mm", zone)


def near_time(instant: datetime, now: datetime, zone: str = ZONE) -> str:
    """Write the time of day, with its day unless that is today: 21:05, or 21:05 (Tue 24 Nov).

    A report due in 24 hours is due at this time of day, and not now.
    """
    return local_words(instant, near_pattern(instant, now, zone), zone)


def near_pattern(instant: datetime, now: datetime, zone: str = ZONE) -> str:
    """Return how a time is written by which somebody is to come or to act."""
    here = ZoneInfo(zone)
    is_today = instant.astimezone(here).date() == now.astimezone(here).date()
    return "HH:mm" if is_today else "HH:mm (EEE d MMM)"


def time_tag(instant: datetime, pattern: str = "EEE d MMM HH:mm", zone: str = ZONE) -> Markup:
    """Write an instant as words for people and as an attribute for machines."""
    return _tag(instant.replace(microsecond=0), pattern, zone, i18n.current_locale())


@lru_cache(maxsize=4096)
def _tag(instant: datetime, pattern: str, zone: str, code: str) -> Markup:
    exact = instant.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes")
    words = _words(instant, pattern, zone, code)
    return Markup('<time datetime="{}">{}</time>').format(exact, words)
