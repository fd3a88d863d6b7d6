"""A talk after coming back: held on a phone in flight mode, or without scripts, to sign-off."""

import os
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from engage.i18n import LOCALES, text_direction
from engage.talks.shipped import question_set
from tests.browser.conftest import NewBrowser
from tests.browser.house import PIN, House, turn_on
from tests.browser.stage import Stage
from tests.chromium import look_again, look_at
from tests.page import stands_in
from tests.waiting import wait_for as wait

pytestmark = pytest.mark.browser
EVERY = os.environ.get("ENGAGE_TEST_BROWSER") == "long"
LANGUAGES = list(LOCALES) if EVERY else ["en", "ar"]
QUESTIONS = len(question_set().questions)


def fresh(folder: Any) -> None:
    """Let no talk have been held yet: Maya's is booked with Ines."""
    with closing(sqlite3.connect(folder / "data" / "engage.db", 20)) as base:
        for table in ("talk_shares", "talk_comments", "talk_entries", "talks"):
            base.execute(f"DELETE FROM {table}")
        base.execute("UPDATE return_interviews SET state = 'booked', done_at = NULL"
                     " WHERE interviewer_id IS NOT NULL")  # fmt: skip
        base.commit()


@pytest.fixture(scope="module")
def ines_cookies(house: House) -> list[dict[str, Any]]:
    """Ines signed in once: staff may try ten times in a quarter of an hour."""
    return house.stage.cookies("Ines")


@pytest.fixture
def ines(phone: NewBrowser, house: House, ines_cookies: list[dict[str, Any]]) -> Any:
    """A phone of Ines' that keeps the talk booked with Maya, in a language."""
    fresh(house.folder)

    def make(code: str = "en") -> BrowserContext:
        context = phone()
        context.add_cookies(ines_cookies)
        context.new_page().goto(f"/?lang={code}")
        turn_on(context, PIN)
        return context

    return make


def open_kept(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/talk-records")
    page.fill("#pin", PIN)
    page.click("#open button")
    page.wait_for_selector("#document article button")
    return page


def look(page: Page, what: str) -> None:
    found = look_at(page)
    assert found["violations"] == [], what
    assert found["width"] <= 360 and found["small"] == [], what


def hold_without_a_signal(page: Page, said: dict[int, str]) -> None:
    """Say what must be passed on, and answer or skip every question."""
    page.click("#document article button")
    look(page, "before the first question")
    page.click("#flow .go button")
    for number in range(QUESTIONS):
        page.wait_for_selector("#flow textarea")
        if number in said:
            page.fill("#flow textarea", said[number])
            look(page, f"question {number}")
            page.click("#flow .go button")
        else:
            page.click("#flow textarea >> xpath=../.. >> p:has(button) >> nth=0 >> button")
    page.wait_for_selector("#flow .tasks")


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_whole_talk_in_flight_mode_goes_once_when_there_is_a_signal(
    ines: Any, house: House, code: str
) -> None:
    context = ines(code)
    context.set_offline(True)
    page = open_kept(context)
    assert "Maya" in page.inner_text("#document")
    assert page.locator("#document article").get_attribute("dir") == text_direction(code)
    hold_without_a_signal(page, {0: "A row about my phone", 3: "Nan Ruth"})
    look(page, "all questions")
    # What is still to do says so, in words.
    assert len(tags := set(page.locator("#flow .tasks .tag").all_inner_texts())) == 3, tags
    assert page.get_attribute("#flow", "data-open") in tags
    assert look_again(page, "dark") == []
    # Read back: the first line is put right, then all of it is.
    page.click("#flow .tasks li >> nth=-2 >> button")
    expect(page.locator("#flow blockquote")).to_have_count(2)
    page.click("#flow p button >> nth=0")
    page.fill("#flow textarea", "A quarrel")
    page.click("#flow .go button")
    expect(page.locator("#flow blockquote")).to_have_count(3)
    look(page, "read back")
    page.click("#flow .go button")
    # Line by line, nothing ticked beforehand; nothing picked is told.
    expect(page.locator("#flow input:checked")).to_have_count(0)
    page.click("#flow .go button")
    expect(page.locator("#flow [role=alert]")).to_be_visible()
    page.check("#t-worker")
    look(page, "sharing")
    page.click("#flow .go button")
    page.check("#t-nobody")
    page.click("#flow .go button")
    page.wait_for_selector("#flow dl")
    look(page, "at the end")
    expect(page.locator("#unsent")).to_be_visible()
    context.set_offline(False)
    page.wait_for_selector("#all-sent:not([hidden])", timeout=60_000)
    with closing(sqlite3.connect(house.folder / "data" / "engage.db", 20)) as base:
        counted = base.execute("SELECT count(*), count(DISTINCT key) FROM talk_entries").fetchone()
        assert counted == (QUESTIONS + 1, QUESTIONS + 1)
        (record,) = base.execute("SELECT id FROM talks").fetchone()
    signed_off(context, house, page, as_uuid(record))


def signed_off(context: BrowserContext, house: House, page: Page, record: str) -> None:
    """Ines hands it in, Sue signs it off, Sam reads one line and Maya all of it."""
    page.goto(f"/talk-records/{record}")
    with page.expect_navigation():
        page.click("form[action$=hand-in] button")
    sue = house.stage.browser("Sue")
    shown = sue.page(f"/talk-records/{record}?lang=en")
    assert "A quarrel" in shown.text and "Nan Ruth" not in shown.main_text
    shown = sue.send(shown.form(f"/talk-records/{record}/sign-off"))
    assert "Signed off" in shown.main_text
    shown = house.stage.browser("Sam").page(f"/talk-records/{record}")
    assert "A row about my phone" in shown.text and "Nan Ruth" not in shown.main_text
    shown = house.stage.browser("Maya").page("/my-talk/said?lang=en")
    assert "Nan Ruth" in shown.main_text and "A quarrel" in shown.main_text


def as_uuid(value: Any) -> str:
    digits = value.hex() if isinstance(value, bytes) else str(value).replace("-", "")
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def test_taken_up_again_it_goes_on_where_it_was_and_nothing_can_be_read_without_the_pin(
    ines: Any,
) -> None:
    context = ines()
    context.set_offline(True)
    page = open_kept(context)
    page.click("#document article button")
    page.click("#flow .go button")
    page.fill("#flow textarea", "half a sen")
    page.wait_for_selector("#unsent:not([hidden])")
    # What is typed is kept a moment later; then the phone may be laid down.
    wait(lambda: taken_up(context) == "half a sen", "what is being typed is kept")
    page.close()
    assert taken_up(context) == "half a sen"


def taken_up(context: BrowserContext) -> str:
    """Open what is kept in a page of its own, and return what stands below the first question."""
    page = context.new_page()
    page.goto("/talk-records")
    # Before the PIN there is nothing of anybody.
    assert not stands_in("Maya", page.content()) and "half a sen" not in page.content()
    page.fill("#pin", PIN)
    page.click("#open button")
    page.click("#document article button")
    page.click("#flow .tasks li >> nth=0 >> button")
    found = page.input_value("#flow textarea")
    page.close()
    return found


@pytest.mark.parametrize("code", LANGUAGES)
def test_without_scripts_a_talk_is_held_read_back_and_shared(
    new_browser: NewBrowser, stage: Stage, code: str
) -> None:
    fresh(stage.demo.folder)
    page = new_browser("Ines", java_script_enabled=False).new_page()
    page.goto(f"/young-people/{stage.places['maya']}/talk-records?lang={code}")
    page.click("form[action$=talk-records] button")
    record = page.url
    page.goto(f"{record}/law")
    page.click("form[action$=law] button")
    for number in range(QUESTIONS):
        if number == 0:
            page.fill("main textarea", "A row about my phone")
            page.click("main form .go .button")
        else:
            page.click("main form .go .as-link")
    page.wait_for_url(record)
    page.goto(f"{record}/read-back")
    page.click("form[action$=read-back] button")
    page.goto(f"{record}/sharing/before")
    page.check("input[value=worker]")
    page.click("main form .go button")
    page.wait_for_url("**/sharing")
    page.goto(record)
    page.click("form[action$=hand-in] button")
    expect(page.locator("form[action$=hand-in] button[name=back]")).to_be_visible()
    sam = stage.sam.page(record.removeprefix(stage.address))
    assert "A row about my phone" in sam.text
