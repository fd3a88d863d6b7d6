"""Phones of Jo's that keep the questions, and what comes of what she pressed on them."""

import sqlite3
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.house import PIN, House, turn_on
from tests.journeys.demonstration import wait

# What can be reached with the thumb of the hand that holds the phone.
FINGER = 44


@pytest.fixture(scope="module")
def jos_cookies(house: House) -> list[dict[str, Any]]:
    """Jo signed in once: a phone may ask for a few codes only."""
    return house.stage.cookies("Jo")


@pytest.fixture
def jos(phone: Any, house: House, jos_cookies: list[dict[str, Any]]) -> Any:
    """A phone of Jo's that keeps the questions, in a language; nobody is worried yet."""

    def make(code: str = "en", **options: Any) -> BrowserContext:
        context: BrowserContext = phone(**options)
        context.add_cookies(jos_cookies)
        context.new_page().goto(f"/?lang={code}")
        turn_on(context, PIN)
        return context

    settle(house)
    return make


def settle(house: House) -> None:
    """Let whatever runs be over, long ago, as if Sam had settled it."""
    with closing(sqlite3.connect(house.folder / "data" / "engage.db", 20)) as base:
        base.execute("UPDATE worries SET state = 'back'")
        base.execute("UPDATE episodes SET state = 'closed'")
        base.execute("UPDATE episode_changes SET recorded_at = '2020-01-01 00:00:00'")
        base.commit()


def open_kept(context: BrowserContext, path: str = "/") -> Page:
    """Open any page without a signal, and what is kept with the PIN."""
    page = context.new_page()
    page.goto(path)
    page.fill("#pin", PIN)
    page.click("#open button")
    page.wait_for_selector("#document article button")
    return page


def is_kept(page: Page) -> None:
    """Wait until the page says that something waits: what was pressed is shown first, kept then."""
    page.wait_for_selector("#unsent:not([hidden])")


class Thumb:
    """One thumb: counts taps, and looks that each target is big enough."""

    def __init__(self, page: Page):
        self.page, self.taps = page, 0

    def tap(self, what: str) -> None:
        target = self.page.locator(what).first
        target.scroll_into_view_if_needed()
        box = target.bounding_box()
        assert box is not None and box["height"] >= FINGER, (what, box)
        assert box["x"] >= 0 and box["x"] + box["width"] <= 360, (what, box)
        target.click()
        self.taps += 1

    def begin(self) -> None:
        self.tap("#document .choice.is-urgent")
        self.page.wait_for_selector("#flow h1")

    def answer_all(self, danger: str = "no") -> int:
        """Answer every question with one tap each; return how many there were."""
        asked = 0
        while not self.page.locator("#flow dl").count():
            before = self.page.locator("#flow h1").inner_text()
            kind = self.page.locator("#flow .choices .choice")
            if kind.count():
                self.tap("#flow .choices .choice >> nth=-1")
            else:
                if self.page.locator("#flow textarea").count():
                    self.page.fill("#flow textarea", f"words {asked}")
                self.tap("#flow .go .button")
            wait(lambda was=before: self.page.locator("#flow h1").inner_text() != was, "the next")
            asked += 1
        return asked


def shown_to_others(house: House) -> str:
    """Return what the night worker reads of Maya's worry: what was said, by whom and when."""
    with closing(sqlite3.connect(house.folder / "data" / "engage.db", 20)) as base:
        found = base.execute("SELECT id FROM worries ORDER BY opened_at DESC LIMIT 1").fetchone()
    page: str = house.stage.browser("Olu").page(f"/worries/{as_uuid(found[0])}").text
    return page


def as_uuid(value: Any) -> str:
    digits = value.hex() if isinstance(value, bytes) else str(value).replace("-", "")
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
