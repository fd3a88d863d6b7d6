"""Leave: the way out is quick, and nothing is left behind. Source: DESIGN 8."""

import urllib.error
import urllib.request

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import NewBrowser
from tests.browser.stage import Stage

pytestmark = pytest.mark.browser


def history(page: Page) -> list[str]:
    """Return the addresses that Back and the browser's history hold."""
    asked = page.context.new_cdp_session(page).send("Page.getNavigationHistory")
    return [entry["url"] for entry in asked["entries"]]


def cookie_of(context: BrowserContext) -> str:
    return "; ".join(f"{one['name']}={one['value']}" for one in context.cookies())


def open_with(stage: Stage, path: str, cookie: str) -> tuple[int, str]:
    """Open a page as a thief would who kept the cookie; return status and words."""
    request = urllib.request.Request(stage.address + path, headers={"Cookie": cookie})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, f"{answer.url} {answer.read().decode()}"
    except urllib.error.HTTPError as error:
        return error.code, ""


def by_link(page: Page) -> None:
    page.click("a.leave")


def by_keys(page: Page) -> None:
    for _ in range(3):
        page.keyboard.press("Shift")


MAYAS = ("Maya", "/plans/mine", "Your plan")
# Not Maya a third time: her number gets five sign-in codes in a quarter of an hour.
JOS = ("Jo", "/", "The people you care for")


@pytest.mark.parametrize(
    ("leave", "scripts", "reader"),
    [(by_link, True, MAYAS), (by_keys, True, MAYAS), (by_link, False, JOS)],
    ids=["by link", "by keys", "without scripts"],
)
def test_after_leave_nobody_finds_where_somebody_was(
    new_browser: NewBrowser, stage: Stage, leave, scripts: bool, reader: tuple[str, str, str]
) -> None:
    who, home, greeting = reader
    context = new_browser(who, java_script_enabled=scripts)
    page = context.new_page()
    page.goto(f"/plans/{stage.places['plan']}/safe")
    cookie = cookie_of(context)
    status, words = open_with(stage, home, cookie)
    assert status == 200 and greeting in words
    leave(page)
    page.wait_for_url("**/page")
    assert page.title() == "Pancakes"
    assert context.cookies() == []
    # Back asks the server again, which no longer knows who this is.
    page.go_back()
    page.wait_for_load_state()
    assert "nobody shouts" not in page.content()
    assert "/safe" not in page.url
    # The session is gone on the server too, not only from this browser.
    _status, words = open_with(stage, home, cookie)
    assert "/phone-sign-in" in words or "/sign-in" in words
    assert greeting not in words
    if scripts:
        assert not [url for url in history(page) if "/safe" in url]


def test_the_code_of_a_card_is_not_kept_in_the_history(
    new_browser: NewBrowser, stage: Stage
) -> None:
    page = new_browser().new_page()
    code = stage.places["card"]
    page.goto("/page")
    page.goto(f"/c/{code}")
    assert page.url == f"{stage.address}/now"
    page.click("text=I'm OK")
    page.wait_for_url("**/now?sent=yes")
    assert not [url for url in history(page) if code in url]
    by_keys(page)
    page.wait_for_url("**/page")
    page.go_back()
    page.wait_for_load_state()
    expect(page.locator("text=How are you?")).to_have_count(0)
    assert not [url for url in history(page) if code in url]
