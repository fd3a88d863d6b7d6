"""Every text with the longest that can ever stand in it: its segments, and no forbidden word."""

import pytest
from jinja2 import Environment, meta

from engage.alerts.rows import new_code
from engage.alerts.rules import initials
from engage.conversations.forms import LONGEST
from engage.i18n import LOCALES, PACKAGE, render_text
from engage.messaging.rules import segments
from engage.messaging.wording_rules import FlawKind, flaws_of
from engage.policy.queries import pack
from tests.messaging.test_texts import NAMES, SAMPLES

PACKS = sorted(path.stem for path in (PACKAGE / "policy" / "packs").glob("*.toml"))
# Of 30 letters: longer than what any adviser would call short.
ADDRESS = "https://a-long-name.example.org"
# What nobody writes in code but life brings: three names, in an alphabet of 70 letters a segment.
LONG_NAME = "Ŵilliam Þórbjörn Ŷstwyth Ángeles"


def longest() -> dict[str, str]:
    """The longest value of each placeholder."""
    packs = [pack(name) for name in PACKS]
    phones = [line.phone for each in packs for line in each.helplines if line.phone]
    return SAMPLES | {
        "link": f"{ADDRESS}/a/{new_code()}",
        "em": max((each.emergency for each in packs), key=len),
        "phone": max(phones, key=len),
        "who": initials("Anna Bea Christina Dorothea"),
        "by": "Maximiliana-Alexandrina",
        "name": "Northtown and District",
    }


def rendered(name: str, locale: str, values: dict[str, str]) -> str:
    source = (PACKAGE / "templates" / "sms" / f"{name}.txt").read_text()
    syntax = Environment(extensions=["jinja2.ext.i18n"], autoescape=False)
    wanted = meta.find_undeclared_variables(syntax.parse(source)) - {"gettext", "ngettext"}
    return render_text(f"sms/{name}.txt", locale, **{key: values[key] for key in wanted})


# Segments: for young people, and for adults around them, whose texts hold a link of 60 letters.
IN_GSM = {True: 2, False: 2}
IN_UCS = {True: 3, False: 4}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", NAMES)
def test_with_the_longest_of_everything_a_text_still_fits(name: str, locale: str) -> None:
    words = rendered(name, locale, longest())
    counted = segments(words)
    to_young = name.startswith(("reply_", "from_", "ready_"))
    most = (IN_GSM if counted.is_gsm else IN_UCS)[to_young]
    assert counted.count <= most, f"{counted}: {words}"


@pytest.mark.parametrize("name", NAMES)
def test_initials_in_another_alphabet_make_a_text_longer_and_not_endless(name: str) -> None:
    values = longest() | {"who": initials(LONG_NAME), "by": "Ŵilliam"}
    assert len(values["who"]) == 3
    assert segments(rendered(name, "en", values)).count <= 4


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", [n for n in NAMES if n.startswith(("reply_", "ready_", "from_"))])
def test_no_text_to_a_young_person_holds_what_a_worker_may_not_write(
    name: str, locale: str
) -> None:
    found = flaws_of(rendered(name, locale, longest()), locale=locale)
    kinds = {flaw.kind for flaw in found}
    # The emergency number, a helpline and the places they asked for are meant to be there.
    assert not kinds & {FlawKind.FORBIDDEN, FlawKind.LINK, FlawKind.NAME}, found


@pytest.mark.parametrize("letter", ["a", "ŵ", "س", "€"])
def test_what_a_worker_may_write_fits_whatever_the_alphabet(letter: str) -> None:
    for size in (1, 69, 70, 71, 80, 134, 135, LONGEST):
        words = letter * size
        if flaws_of(words, locale="en"):
            continue
        counted = segments(rendered("from_worker", "en", longest() | {"words": words}))
        assert counted.count <= (1 if counted.is_gsm else 2)
