"""Every page, in four languages, light and dark, on a narrow phone: axe, width, language."""

import itertools
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page

from engage.i18n import text_direction
from tests.browser.conftest import NewBrowser
from tests.browser.pages import PAGES, PLAN, WITHOUT_A_PAGE
from tests.browser.stage import Stage
from tests.chromium import look_at

pytestmark = pytest.mark.browser
NARROW = 320
# Each page twice as most unlike as can be, and once in one of the other two languages.
ALWAYS = [("en", "light"), ("ar", "dark")]
IN_TURN = [("cy", "dark"), ("es", "light"), ("cy", "light"), ("es", "dark")]


def test_no_page_is_left_out(built_app: Flask) -> None:
    found = built_app.url_map.bind("localhost")
    names = dict.fromkeys(("maya", "kit", "plan", "alert", "answer", "relationship"), UUID(int=0))
    codes = dict.fromkeys(("alert_code", "trusted_code", "link_code"), "CODE")
    seen = {"demo.phones_page"}
    for path in itertools.chain(*PAGES.values()):
        if path != "/nowhere" and not path.startswith("/demo"):
            seen.add(found.match(path.format(**names, **codes).split("?")[0])[0])
    shown = {one.endpoint for one in built_app.url_map.iter_rules() if "GET" in one.methods}
    assert shown - seen == WITHOUT_A_PAGE


@pytest.mark.parametrize("who", PAGES)
def test_every_page_can_be_used_by_everybody(
    new_browser: NewBrowser, stage: Stage, who: str
) -> None:
    page = open_as(new_browser, stage, who, NARROW).new_page()
    wrong = []
    turns = itertools.cycle(IN_TURN)
    for path in PAGES[who]:
        path = path.format(**stage.places)
        for code, scheme in [*ALWAYS, next(turns)]:
            wrong += faults_of(page, path, code, scheme)
    assert not wrong, "\n".join(wrong)


def open_as(
    new_browser: NewBrowser, stage: Stage, who: str, width: int, **options: object
) -> BrowserContext:
    """Open a browser for somebody, or for whoever holds a card or a link."""
    if who == "nobody":
        context = new_browser(width=width, **options)
        page = context.new_page()
        page.goto("/phone-sign-in")
        page.fill("input[name=number]", "07700 900998")
        page.click("main form button")
        page.wait_for_url("**/code")
        return context
    if who == "a card":
        context = new_browser(width=width, **options)
        context.new_page().goto(f"/c/{stage.places['card']}")
        return context
    if who == "Uncle Bo":
        context = new_browser(width=width, **options)
        page = context.new_page()
        page.goto(f"/t/{stage.places['trusted_code']}")
        page.fill("input[name=digits]", "0041")
        page.click("form:has(input[name=digits]) button")
        page.wait_for_url("**/trusted")
        return context
    return new_browser(who, width=width, **options)


def faults_of(page: Page, path: str, code: str, scheme: str) -> list[str]:
    """Look at one page and return what is wrong with it."""
    page.emulate_media(color_scheme=scheme)
    answer = page.goto(f"{path}{'&' if '?' in path else '?'}lang={code}")
    seen = look_at(page)
    where = f"{path} {code} {scheme}"
    wrong = [f"{where}: {found}"[:500] for found in seen["violations"] + seen["small"]]
    if (seen["lang"], seen["dir"]) != (code, text_direction(code)):
        wrong.append(f"{where}: says {seen['lang']} {seen['dir']}")
    if seen["width"] > NARROW:
        wrong.append(f"{where}: {seen['width']} wide")
    if answer is None or answer.status >= 500:
        wrong.append(f"{where}: {answer and answer.status}")
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
