"""Every page in four languages, in light and in dark, on a narrow phone: axe, width, language.

Each page is loaded in each language. Its colours are looked at twice, in light and in dark: once
where it reads from left to right, in one of three languages by turns, and once in Arabic.
ENGAGE_TEST_BROWSER=long looks at the colours of each language in both schemes (decision 131).
"""

import itertools
import os
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page

from engage.i18n import LOCALES, text_direction
from tests.browser.conftest import NewBrowser
from tests.browser.pages import PAGES, PLAN, WITHOUT_A_PAGE
from tests.browser.stage import Stage
from tests.chromium import ALL_BUT_COLOURS, AXE_OPTIONS, look_again, look_at, with_axe

pytestmark = pytest.mark.browser
NARROW = 320
EVERY = os.environ.get("ENGAGE_TEST_BROWSER") == "long"
FROM_THE_LEFT = [code for code in LOCALES if text_direction(code) == "ltr"]


class Names(dict[str, object]):
    """Fills every place of an address with something of the right shape."""

    def __missing__(self, name: str) -> object:
        return "CODE" if name.endswith("_code") else UUID(int=0)


def test_no_page_is_left_out(built_app: Flask) -> None:
    found = built_app.url_map.bind("localhost")
    seen = {"demo.phones_page"}
    for path in itertools.chain(*PAGES.values()):
        if path != "/nowhere" and not path.startswith("/demo"):
            seen.add(found.match(path.format_map(Names()).split("?")[0])[0])
    shown = {one.endpoint for one in built_app.url_map.iter_rules() if "GET" in one.methods}
    assert shown - seen == WITHOUT_A_PAGE


@pytest.mark.parametrize("who", PAGES)
def test_every_page_can_be_used_by_everybody(
    new_browser: NewBrowser, stage: Stage, who: str
) -> None:
    page = open_as(new_browser, stage, who, NARROW).new_page()
    wrong = []
    for (turn, path), code in itertools.product(enumerate(PAGES[who]), LOCALES):
        wrong += faults_of(page, path.format(**stage.places), code, turn)
    assert not wrong, "\n".join(wrong)


def scheme_of(code: str, turn: int) -> str:
    """Return in which colours a language is looked at: Arabic never in those of the others."""
    return ("light", "dark")[(turn + (code not in FROM_THE_LEFT)) % 2]


def has_its_colours_seen(code: str, turn: int) -> bool:
    return code not in FROM_THE_LEFT or FROM_THE_LEFT[turn % len(FROM_THE_LEFT)] == code


def test_by_turns_each_language_is_seen_in_both_schemes_and_each_page_in_both_directions() -> None:
    for turn in range(6):
        seen = {(text_direction(code), scheme_of(code, turn)) for code in LOCALES
                if has_its_colours_seen(code, turn)}  # fmt: skip
        assert {direction for direction, _ in seen} == {"ltr", "rtl"}
        assert {scheme for _, scheme in seen} == {"light", "dark"}
    for code in LOCALES:
        turns = [turn for turn in range(6) if has_its_colours_seen(code, turn)]
        assert {scheme_of(code, turn) for turn in turns} == {"light", "dark"}


def open_as(
    new_browser: NewBrowser, stage: Stage, who: str, width: int, **options: object
) -> BrowserContext:
    """Open a browser for somebody, or for whoever holds a card or a link."""
    if who == "nobody":
        context = with_axe(new_browser(width=width, **options))
        page = context.new_page()
        page.goto("/phone-sign-in")
        page.fill("input[name=number]", "07700 900998")
        page.click("main form button")
        page.wait_for_url("**/code")
        return context
    if who == "a card":
        context = with_axe(new_browser(width=width, **options))
        context.new_page().goto(f"/c/{stage.places['card']}")
        return context
    if who == "Uncle Bo":
        context = with_axe(new_browser(width=width, **options))
        page = context.new_page()
        page.goto(f"/t/{stage.places['trusted_code']}")
        page.fill("input[name=digits]", "0041")
        page.click("form:has(input[name=digits]) button")
        page.wait_for_url("**/trusted")
        return context
    return with_axe(new_browser(who, width=width, **options))


def faults_of(page: Page, path: str, code: str, turn: int = 0) -> list[str]:
    """Open one page in one language and return what is wrong with it."""
    page.emulate_media(color_scheme=scheme_of(code, turn), reduced_motion="reduce")
    answer = page.goto(f"{path}{'&' if '?' in path else '?'}lang={code}")
    wrong = faults_seen(page, code, turn)
    if answer is None or answer.status >= 500:
        wrong.append(f"{path} {code}: {answer and answer.status}")
    return wrong


def faults_seen(page: Page, code: str, turn: int = 0) -> list[str]:
    """Return what is wrong with the page that is open; `turn` says in which colours to look."""
    scheme = scheme_of(code, turn)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    where = f"{page.url} {code}"
    in_full = EVERY or has_its_colours_seen(code, turn)
    seen = look_at(page, AXE_OPTIONS if in_full else ALL_BUT_COLOURS)
    wrong = [f"{where} {scheme}: {found}"[:500] for found in seen["violations"] + seen["small"]]
    if EVERY:
        other = scheme_of(code, turn + 1)
        wrong += [f"{where} {other}: {found}"[:500] for found in look_again(page, other)]
    if (seen["lang"], seen["dir"]) != (code, text_direction(code)):
        wrong.append(f"{where}: says {seen['lang']} {seen['dir']}")
    if seen["width"] > NARROW:
        wrong.append(f"{where}: {seen['width']} wide")
    return wrong


LARGE = [
    ("a card", "/now"), ("Maya", PLAN), ("Maya", f"{PLAN}/safe"), ("Jo", "/worried/{maya}"),
    ("Sam", "/"), ("Sam", "/young-people/{maya}"), ("Sam", "/alerts/{alert}"),
]  # fmt: skip


def test_text_of_twice_the_size_fits_a_phone(new_browser: NewBrowser, stage: Stage) -> None:
    wrong = []
    for who, pages in itertools.groupby(LARGE, lambda one: one[0]):
        # Our own policy refuses a style sheet from elsewhere, such as this test's.
        page = open_as(new_browser, stage, who, 360, bypass_csp=True).new_page()
        for (_who, path), code in itertools.product(pages, ("en", "cy", "ar")):
            page.goto(f"{path.format(**stage.places)}?lang={code}")
            page.add_style_tag(content="html { font-size: 200% !important }")
            width = page.evaluate("document.documentElement.scrollWidth")
            if width > 360:
                wrong.append(f"{path} {code}: {width} wide")
    assert not wrong, "\n".join(wrong)
