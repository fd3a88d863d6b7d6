"""Everything works with JavaScript off: who is in a hurry may have an old phone."""

import pytest

from tests.browser.conftest import NewBrowser
from tests.browser.stage import PHONES, Stage, code_in
from tests.journeys.demonstration import wait

pytestmark = pytest.mark.browser


def test_maya_checks_in_by_her_card(new_browser: NewBrowser, stage: Stage) -> None:
    page = new_browser(java_script_enabled=False).new_page()
    page.goto(f"/c/{stage.places['card']}")
    page.click("summary")
    page.fill("#note", "at the skate park, all fine")
    page.click("text=I'm OK")
    assert page.url.endswith("/now?sent=yes")
    assert page.locator("text=Sent. Someone will read it.").is_visible()
    place = f"/young-people/{stage.places['maya']}"
    wait(lambda: "at the skate park, all fine" in stage.sam.page(place), "Sam reads her words")


def test_jo_takes_an_alert_by_the_link_in_her_text(new_browser: NewBrowser, stage: Stage) -> None:
    before = stage.demo.got(PHONES["Jo"])
    stage.demo.text(PHONES["Maya"], "not ok")
    text = stage.new_text(PHONES["Jo"], "/a/", before)
    page = new_browser(java_script_enabled=False).new_page()
    page.goto(f"/a/{code_in(text, 'a')}")
    assert "Maya" not in page.content()
    page.click("main form button >> nth=0")
    assert page.locator("main").get_by_text("You have it").first.is_visible()
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
    assert page.get_by_text("Good that Ade knows where to look.").is_visible()
