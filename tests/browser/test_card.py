"""The card: a camera reads it, it opens /now, and what is pressed there reaches people."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import NewBrowser
from tests.browser.stage import PHONES, Stage
from tests.paper import read_code

pytestmark = pytest.mark.browser
TWO_CM_AT_200_DPI = 157


@pytest.fixture
def printed(new_browser: NewBrowser, stage: Stage, tmp_path: Path) -> Path:
    """A picture of Maya's code, as small as two centimetres of a cheap printer."""
    page: Page = new_browser("Sam").new_page()
    page.goto(f"/young-people/{stage.places['maya']}/card")
    code = page.locator("main img")
    code.evaluate("(img, size) => { img.width = img.height = size }", TWO_CM_AT_200_DPI)
    box = code.bounding_box()
    assert box is not None and box["width"] == box["height"] == TWO_CM_AT_200_DPI
    code.screenshot(path=tmp_path / "code.png")
    return tmp_path / "code.png"


def test_a_camera_reads_it_and_ready_reaches_who_is_named_in_the_plan(
    new_browser: NewBrowser, stage: Stage, printed: Path
) -> None:
    address = read_code(printed)
    assert address == f"{stage.address}/c/{stage.places['card']}"
    # What she says within minutes of something as grave is told with it: that was long ago.
    long_ago = ("2026-11-20 10:00:00.000000", stage.places["maya"].replace("-", ""))
    stage.demo.store("UPDATE alerts SET raised_at = ? WHERE young_person_id = ?", long_ago)
    before = stage.demo.got(PHONES["Ade"])
    phone = new_browser().new_page()
    phone.goto(address)
    assert phone.url == f"{stage.address}/now"
    phone.click("text=I want to come back")
    phone.wait_for_url("**/now?sent=yes")
    # Ade is the one Maya checks in with.
    told = stage.new_text(PHONES["Ade"], "Reply 1 if you have it", before)
    assert "Maya" not in told
