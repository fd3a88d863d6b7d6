"""Every text in every language: its words, its segments, and what it must never say.

After a wording or a translation changed on purpose: `ENGAGE_WRITE_TEXTS=1 pytest
tests/messaging/test_texts.py` writes the snapshots anew; read them in the change.
"""

import os
from pathlib import Path

import pytest
from jinja2 import Environment, meta

from engage.i18n import LOCALES, PACKAGE, render_text
from engage.messaging.rules import segments
from engage.people.avoided import telling_in

SNAPSHOTS = Path(__file__).parent / "texts"
NAMES = sorted(path.stem for path in (PACKAGE / "templates" / "sms").glob("*.txt"))
# What stands in for each placeholder: as long as it gets in use.
SAMPLES = {
    "link": "https://check.example/a/7KQ2M9XWTF4HD",
    "em": "999",
    "phone": "116 000",
    "code": "918273",
    "name": "Northtown",
    "who": "M.",
    "by": "S.",
    "at": "22:41",
    # What they chose themselves, at its longest.
    "words": "Bus stop by the park, then straight back to the quiet room x"[:60],
    # Two places at their longest; one is open, one always.
    "a": "Blue House drop-in and cafe, 12 Elm Road East, 020 7946 0100",
    "a_until": "21:00",
    "a_always": "",
    "b": "Northtown night shelter, 5 Market Square, 020 7946 0101",
    "b_until": "",
    "b_always": "1",
}
# A young person's phone may be read by somebody else: one segment where the network's own
# alphabet serves, two in the alphabets that take 70 letters a segment. Alerts hold a link.
MOST_SEGMENTS = {"en": 1, "cy": 2, "es": 2, "ar": 2}
# They asked for places by name and way: decision 60.
MOST_ABOUT_PLACES = {"en": 2, "cy": 2, "es": 2, "ar": 3}
MOST_IN_ALERTS = {"en": 1, "cy": 3, "es": 3, "ar": 3}


def rendered(name: str, locale: str) -> str:
    source = (PACKAGE / "templates" / "sms" / f"{name}.txt").read_text()
    syntax = Environment(extensions=["jinja2.ext.i18n"], autoescape=False)
    wanted = meta.find_undeclared_variables(syntax.parse(source)) - {"gettext", "ngettext"}
    return render_text(f"sms/{name}.txt", locale, **{key: SAMPLES[key] for key in wanted})


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", NAMES)
def test_a_text_says_what_was_agreed_in_every_language(name: str, locale: str) -> None:
    words = rendered(name, locale)
    counted = segments(words)
    kind = "GSM" if counted.is_gsm else "UCS-2"
    shown = f"{counted.count} segment, {counted.units} {kind}\n{words}\n"
    file = SNAPSHOTS / f"{name}.{locale}.txt"
    if os.environ.get("ENGAGE_WRITE_TEXTS"):
        SNAPSHOTS.mkdir(exist_ok=True)
        file.write_text(shown)
    assert file.exists(), "write the snapshots anew (see above) and read them"
    assert file.read_text() == shown


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", NAMES)
def test_a_text_fits_its_segments(name: str, locale: str) -> None:
    most = MOST_IN_ALERTS if name.startswith(("alert_", "trusted_")) else MOST_SEGMENTS
    most = (MOST_ABOUT_PLACES if name in ("reply_places", "reply_ready_own") else most)[locale]
    assert segments(rendered(name, locale)).count <= most


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", NAMES)
def test_a_text_names_neither_care_nor_anybody_official(name: str, locale: str) -> None:
    assert telling_in(rendered(name, locale), [locale]) == []


def test_no_snapshot_is_left_of_a_text_that_is_gone() -> None:
    known = {f"{name}.{locale}.txt" for name in NAMES for locale in LOCALES}
    assert {path.name for path in SNAPSHOTS.iterdir()} == known
