"""From late to closed, by hand in a browser: told, looked for, ready by text, back, all done.

The same presses in two languages, so nothing is found by its words.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from engage.i18n import text_direction
from engage.web.pdf import can_make_pdf
from tests.browser.conftest import NewBrowser
from tests.browser.stage import PHONES, Stage
from tests.waiting import wait_for as wait

pytestmark = pytest.mark.browser
CHANGE = "form[action$='/change']"
WORDS = "Test: PC Doe, NP-1234"


class Sam:
    """Sam's phone, and the episode he goes through."""

    def __init__(self, page: Page, maya: str):
        self.page, self.maya = page, maya
        page.goto(f"/young-people/{maya}")
        self.press(f"form[action='/away/{maya}'] button")
        self.episode = "/episodes/" + page.url.rsplit("/", 1)[1]

    def press(self, what: str) -> None:
        """Press a button and wait for where it leads."""
        with self.page.expect_navigation():
            self.page.locator(what).first.click()

    def open(self, path: str = "") -> None:
        self.page.goto(self.episode + path)

    def becomes(self, state: str) -> None:
        """Say what became of it, since now."""
        self.open()
        self.page.locator(f"details:has({CHANGE}) summary").click()
        self.page.check(f"{CHANGE} input[value='{state}']")
        self.press(f"{CHANGE} button")
        expect(self.page.locator(f"{CHANGE} input[value='{state}']")).to_have_count(0)

    def answer_page(self) -> None:
        """Answer whatever a page asks, and go on."""
        form = self.page.locator("main form")
        groups: set[str] = set()
        for radio in form.locator("input[type=radio]").all():
            name = radio.get_attribute("name") or ""
            if name not in groups:
                groups.add(name)
                radio.check()
        for kind in ("input[type=text]", "input[type=tel]", "textarea"):
            for field in form.locator(kind).all():
                if not field.input_value() and field.get_attribute("name") != "correction":
                    field.fill(WORDS)
        self.press("main form button")

    def tell_everybody(self) -> int:
        """Tell each of those who must hear of it, page by page; return how many there were."""
        self.open("/told")
        links = self.page.locator("main li.card a[href*='/told/']").all()
        places = [str(link.get_attribute("href")) for link in links]
        for place in places:
            self.page.goto(place)
            if self.page.locator("a[href$='/contact']").count() == 0:
                continue
            self.page.goto(f"{place}/contact")
            while re.search(r"/(contact|numbers|sent)$", self.page.url):
                self.answer_page()
        self.open("/told")
        expect(self.page.locator("main li.card .tag:not(.is-good)")).to_have_count(0)
        return len(places)

    def heard(self) -> int:
        """Count what Maya let us know in this episode."""
        self.open("/timeline?kind=said")
        return self.page.locator("main ol.timeline > li").count()

    def do_what_is_due(self) -> None:
        """Say of everything else that is due that it is done."""
        self.open()
        while self.page.locator("form[action*='/due/'] button[value=done]").count():
            self.press("form[action*='/due/'] button[value=done]")


def make_pages_for_those_who_look(sam: Sam) -> None:
    """Make the pack with one press, and fetch it as a PDF where this machine can."""
    sam.open("/pack")
    sam.press(f"form[action='{sam.episode}/pack'] button")
    sam.page.wait_for_url("**/packs/*")
    pdf = sam.page.request.get(f"{sam.page.url}/pages.pdf", max_redirects=0)
    if can_make_pdf():
        assert pdf.status == 200 and pdf.body().startswith(b"%PDF-")
        assert "filename" in pdf.headers["content-disposition"]
        assert "maya" not in pdf.headers["content-disposition"].lower()
    else:
        assert pdf.status in {302, 303}


def ready_by_text(sam: Sam, stage: Stage) -> None:
    """Maya texts that she is ready and how; it stands on the page, and the episode stays open."""
    for words in ("ready", "1"):
        heard = sam.heard()
        stage.demo.text(PHONES["Maya"], words)
        wait(lambda before=heard: sam.heard() > before, f"{words!r} is heard")
    sam.page.goto(f"/young-people/{sam.maya}/ready")
    sam.page.wait_for_load_state()
    sam.open()
    expect(sam.page.locator(CHANGE)).to_have_count(1)


@pytest.mark.parametrize("code", ["en", "ar"])
def test_an_episode_from_late_to_closed_through_the_pages(
    stage: Stage, new_browser: NewBrowser, code: str
) -> None:
    page = new_browser("Sam").new_page()
    page.goto(f"/?lang={code}")
    sam = Sam(page, stage.places["maya"])
    assert page.locator("html").get_attribute("dir") == text_direction(code)
    for state in ("missing", "away"):
        if page.locator(f"{CHANGE} input[value='{state}']").count():
            sam.becomes(state)
    page.goto("/missing")
    expect(page.locator(f"main a[href='{sam.episode}']")).to_have_count(1)
    assert sam.tell_everybody() >= 2
    make_pages_for_those_who_look(sam)
    ready_by_text(sam, stage)
    sam.becomes("ready_to_return")
    sam.becomes("returned")
    page.goto("/missing")
    expect(page.locator(f"main a[href='{sam.episode}']")).to_have_count(0)
    sam.tell_everybody()
    sam.do_what_is_due()
    page.locator("details:has(form[action$='/close']) summary").click()
    page.fill("form[action$='/close'] textarea", "Asleep upstairs")
    sam.press("form[action$='/close'] button")
    expect(page.locator("form[action$='/close']")).to_have_count(0)
    sam.open("/timeline")
    shown = page.locator("main ol.timeline > li").count()
    assert shown >= 20
    page.locator("main details summary").click()
    page.select_option("select[name=kind]", "notices")
    sam.press("main form[method=get] button")
    page.wait_for_url("**kind=notices*")
    expect(page.locator("main ol.timeline > li").first).to_be_visible()
    assert page.locator("main ol.timeline > li").count() <= shown
    assert WORDS in page.inner_text("main")
    with page.expect_download() as file:
        page.locator("button[name=as][value=csv]").click()
    assert file.value.suggested_filename == "timeline.csv"
