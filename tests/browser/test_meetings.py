"""A short meeting in a browser: from the reason to the notes, the next date, and its end."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewBrowser
from tests.browser.stage import Stage, in_days

pytestmark = pytest.mark.browser


def press(page: Page, words: str) -> None:
    """Press a button or a link by its words, and wait for the page it leads to."""
    page.locator("main").get_by_role("button", name=words, exact=True).first.click()
    page.wait_for_load_state()


def open_up(page: Page, words: str) -> None:
    page.locator("main summary", has_text=words).first.click()


def has(page: Page, words: str) -> None:
    page.locator("main").get_by_text(words).first.wait_for()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_from_the_reason_to_the_end(new_browser: NewBrowser, stage: Stage, scripts: bool) -> None:
    sam = new_browser("Sam", java_script_enabled=scripts).new_page()
    episode = f"/episodes/{stage.places['episode']}"
    stage.demo.store("UPDATE episodes SET state = 'missing' WHERE closed_at IS NULL", ())
    sam.goto(f"{episode}/staffing")
    has(sam, "A worker asks for it")
    sam.goto(f"{episode}/staffing/prepare")
    assert "Missing" in sam.input_value("#known")
    sam.fill("#where", "The skate park")
    press(sam, "Save")
    meeting = _planned(sam)
    sam.goto(meeting)
    has(sam, "I want my own room")
    expect(sam.locator("[data-agenda] li")).to_have_count(6)
    if scripts:
        _counts_down(sam)
    _a_guest_comes(new_browser, sam, meeting)
    _hold(stage, sam, meeting)
    _end(stage, sam, episode)


def _counts_down(sam: Page) -> None:
    """Put the second point of the agenda around this minute: what is left of it is shown."""
    sam.locator("[data-until]").nth(1).evaluate(
        "(each) => { const at = (s) => new Date(Date.now() + s * 1000).toISOString();"
        " each.dataset.from = at(-60); each.dataset.until = at(240); }"
    )
    point = sam.locator("[data-until]").nth(1)
    sam.wait_for_function("() => /^[34]:\\d\\d$/.test("
                          "document.querySelectorAll('[data-until]')[1].textContent)")  # fmt: skip
    assert point.get_attribute("aria-hidden") == "true"
    assert sam.locator("[data-until]").nth(2).text_content() == ""


def _planned(sam: Page) -> str:
    link = sam.locator("main ul.tasks li", has_text="Set").locator("a[href*='/meetings/']").first
    return str(link.get_attribute("href"))


def _a_guest_comes(new_browser: NewBrowser, sam: Page, meeting: str) -> None:
    open_up(sam, "Ask somebody else")
    sam.fill("#guest-name", "Dr Reed")
    sam.select_option("#guest-part", "treatment")
    press(sam, "Ask them")
    row = sam.locator("main li", has_text="Dr Reed").first
    found = re.search(r"/m/[0-9A-Z]{26}", row.text_content() or "")
    assert found is not None
    guest = new_browser().new_page()
    guest.goto(found[0])
    assert "Kit" not in guest.inner_text("body")
    press(guest, "I will come")
    has(guest, "Thank you. They know that you come.")
    sam.goto(meeting)
    has(sam, "Comes")


def _hold(stage: Stage, sam: Page, meeting: str) -> None:
    begun = (in_days(-1) + " 10:00:00.000000", meeting.rsplit("/", 1)[1].replace("-", ""))
    stage.demo.store("UPDATE meetings SET starts_at = ? WHERE id = ?", begun)
    sam.goto(f"{meeting}/notes")
    sam.fill("#notes", "The aunt rang")
    press(sam, "Save")
    has(sam, "Nobody knows yet where they are: set the next date.")
    assert sam.input_value("#notes") == "The aunt rang"
    sam.fill("#on", in_days(7))
    sam.fill("#at", "11:00")
    press(sam, "Save")
    has(sam, "Held")
    has(sam, "The aunt rang")


def _end(stage: Stage, sam: Page, episode: str) -> None:
    sam.goto(f"{episode}/staffing")
    _planned(sam)
    stage.demo.store("UPDATE episodes SET state = 'away' WHERE closed_at IS NULL", ())
    sam.goto(f"{episode}/staffing")
    open_up(sam, "It is known where they are")
    sam.fill("#close-reason", "With the aunt")
    press(sam, "End the meetings")
    has(sam, "The short meetings are over")
    assert sam.locator("main ul.tasks li", has_text="Called off").count() >= 1
    # For the pages that other tests look at: it is proposed and set again.
    stage.demo.store("UPDATE episodes SET state = 'missing' WHERE closed_at IS NULL", ())
    stage.places |= stage.meet(stage.places["episode"])
