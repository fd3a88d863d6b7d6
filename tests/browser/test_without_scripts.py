"""Everything works with JavaScript off: who is in a hurry may have an old phone."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewBrowser
from tests.browser.stage import PHONES, Stage, code_in
from tests.page import stands_in
from tests.waiting import wait_for as wait

pytestmark = pytest.mark.browser


def test_maya_checks_in_by_her_card(new_browser: NewBrowser, stage: Stage) -> None:
    page = new_browser(java_script_enabled=False).new_page()
    page.goto(f"/c/{stage.places['card']}")
    page.click("summary")
    page.fill("#note", "at the skate park, all fine")
    page.click("text=I'm OK")
    page.wait_for_url("**/now?sent=yes")
    expect(page.locator("text=Sent. Someone will read it.")).to_be_visible()
    place = f"/young-people/{stage.places['maya']}"
    wait(lambda: "at the skate park, all fine" in stage.sam.page(place), "Sam reads her words")


def test_jo_takes_an_alert_by_the_link_in_her_text(new_browser: NewBrowser, stage: Stage) -> None:
    before = stage.demo.got(PHONES["Jo"])
    stage.demo.text(PHONES["Maya"], "not ok")
    text = stage.new_text(PHONES["Jo"], "/a/", before)
    page = new_browser(java_script_enabled=False).new_page()
    page.goto(f"/a/{code_in(text, 'a')}")
    assert not stands_in("Maya", page.content())
    page.click("main form button >> nth=0")
    expect(page.locator("main").get_by_text("You have it").first).to_be_visible()
    place = f"/young-people/{stage.places['maya']}"
    wait(lambda: "Jo, since" in stage.sam.page(place), "Sam sees that Jo has it")


def test_sam_reviews_a_plan(new_browser: NewBrowser, stage: Stage) -> None:
    page = new_browser("Sam", java_script_enabled=False).new_page()
    page.goto(f"/plans/{stage.places['plan']}/review")
    page.check("main form input[type=radio] >> nth=0")
    page.fill("main form textarea", "Good that Ade knows where to look.")
    page.get_by_role("button", name="Save my answer").click()
    page.wait_for_url("**/plans/to-review")
    page.goto(f"/plans/{stage.places['plan']}")
    expect(page.get_by_text("Good that Ade knows where to look.")).to_be_visible()
