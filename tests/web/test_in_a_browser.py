"""Chromium: what a reader sees and touches. axe, small screens, large text, keys and Back."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask, session
from playwright.sync_api import Browser, ConsoleMessage, Page

from engage.web.static import asset
from tests.chromium import look_at

pytestmark = pytest.mark.browser
PAGES = ["/", "/now", "/form", "/page", "/nowhere"]
Open = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser, address: str) -> Iterator[Open]:
    contexts = []
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and "404" not in message.text:
            complaints.append(message.text)

    def open_it(path: str, width: int = 360, **options: object) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 740}, locale="en-GB", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address + path)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("code", ["en", "ar"])
def test_axe_finds_nothing_and_everything_fits_a_narrow_phone(
    open_page: Open, code: str, scheme: str
) -> None:
    page = open_page("/page", width=320, color_scheme=scheme)
    start = page.url.removesuffix("/page")
    for path in PAGES:
        page.goto(f"{start}{path}?lang={code}")
        seen = look_at(page)
        assert seen["violations"] == [], path
        assert seen["width"] == 320, path
        assert seen["small"] == [], path


def test_the_page_with_mistakes_leads_to_the_first_of_them(open_page: Open) -> None:
    page = open_page("/form", java_script_enabled=False)
    page.click("main button.button")
    summary = page.locator(".govuk-error-summary")
    assert summary.evaluate("e => e === document.activeElement")
    page.click("text=Tell us what you call them >> nth=0")
    assert page.url.endswith("#name")


@pytest.mark.parametrize("code", ["en", "cy", "ar"])
def test_text_of_twice_the_size_still_fits(open_page: Open, code: str) -> None:
    page = open_page(f"/now?lang={code}", bypass_csp=True)
    page.add_style_tag(content="html { font-size: 200% !important }")
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_every_page_works_without_scripts(open_page: Open) -> None:
    page = open_page("/now", java_script_enabled=False)
    page.click("summary >> nth=0")
    assert page.locator("#note").is_visible()
    page.click("text=Leave >> nth=-1")
    page.wait_for_url("**/page")


@pytest.fixture
def app(app: Flask) -> Flask:
    @app.get("/private")
    def private() -> str:
        session["who"] = session.get("who", "maya")
        return (
            '<!doctype html><html lang="en"><title>x</title>'
            f'<script type="module" src="{asset("app.mjs")}"></script>'
            f'<p id="who">{session["who"]}</p><a href="/leave" data-leave>Leave</a>'
        )

    @app.get("/look")
    def look() -> str:
        return session.get("who", "nobody")

    return app


def test_leave_forgets_and_back_shows_nothing(open_page: Open) -> None:
    page = open_page("/page")
    start = page.url.removesuffix("/page")
    page.goto(start + "/private")
    page.click("text=Leave")
    page.wait_for_url("**/page")
    assert page.context.cookies() == []
    page.go_back()
    assert page.locator("#who").count() == 0
    page.goto(start + "/look")
    assert page.inner_text("body") == "nobody"


def test_shift_three_times_leaves_and_other_keys_do_not(open_page: Open) -> None:
    page = open_page("/now")
    for key in ("Shift", "Shift", "a", "Shift"):
        page.keyboard.press(key)
    assert page.url.endswith("/now")
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.wait_for_url("**/page")
    assert page.title() == "Pancakes"


def test_the_tab_key_reaches_leave_first_and_shows_it(open_page: Open) -> None:
    page = open_page("/now")
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.textContent")
    box = page.locator(".jump").first.bounding_box()
    assert first == "Leave this page"
    assert box is not None and box["height"] >= 44


def test_letters_are_counted_while_one_writes(open_page: Open) -> None:
    page = open_page("/form")
    page.fill("#note", "hello")
    message = (
        page.inner_text("#note-info")
        .replace("\u2066", "")
        .replace("\u2069", "")
        .replace("\xa0", " ")
    )
    assert message == "You can write up to 50 letters. (5 / 50)"


def test_print_is_black_on_white_without_the_way_round(open_page: Open) -> None:
    page = open_page("/", color_scheme="dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert not page.locator(".leave").is_visible()
    assert not page.locator(".foot").is_visible()


def test_with_forced_colours_buttons_keep_an_edge(open_page: Open) -> None:
    page = open_page("/now", forced_colors="active")
    style = page.locator(".choice").first.evaluate("e => getComputedStyle(e).borderTopStyle")
    assert style == "solid"
