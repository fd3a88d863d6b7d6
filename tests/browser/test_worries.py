"""A tired carer with one thumb: the questions with a signal, with scripts and without.

ENGAGE_TEST_BROWSER=long does it in every language, both ways.
"""

import itertools
import os
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from engage.i18n import LOCALES, text_direction
from tests.browser.conftest import NewBrowser
from tests.browser.stage import Stage

pytestmark = pytest.mark.browser
FINGER, MOST_TAPS, THREE_MINUTES = 44, 25, 180
EVERY = os.environ.get("ENGAGE_TEST_BROWSER") == "long"
WAYS = list(itertools.product((True, False), LOCALES)) if EVERY else [(True, "cy"), (False, "ar")]
START = "main form[action^='/worried/'] button"


@pytest.fixture(scope="module")
def signed_in(stage: Stage) -> dict[str, list[dict[str, Any]]]:
    """Everybody signed in once: a phone may ask for a few codes only."""
    return {who: stage.cookies(who) for who in ("Jo", "Carys")}


@pytest.fixture
def carers(stage: Stage, new_browser: NewBrowser, signed_in: Any) -> Iterator[Any]:
    """Phones of Maya's carers; nobody is worried about her yet, nor any longer afterwards."""

    def make(who: str = "Jo", code: str = "en", **options: Any) -> Page:
        context = new_browser(**options)
        context.add_cookies(signed_in[who])
        page = context.new_page()
        page.goto(f"/?lang={code}")
        return page

    settle(stage)
    yield make
    settle(stage)


def settle(stage: Stage) -> None:
    """Let what runs about Maya be over, as if Sam had settled it."""
    maya = stage.places["maya"].replace("-", "")
    with closing(sqlite3.connect(stage.demo.folder / "data" / "engage.db", 20)) as base:
        for table, over in (("worries", "back"), ("episodes", "closed")):
            about = "replace(lower(young_person_id), '-', '') = ?"
            base.execute(f"UPDATE {table} SET state = ? WHERE {about}", (over, maya))
        base.commit()


def both_care_for_maya(stage: Stage) -> None:
    """Let Carys look after Maya too."""
    with closing(sqlite3.connect(stage.demo.folder / "data" / "engage.db", 20)) as base:
        base.row_factory = sqlite3.Row
        rows = base.execute("SELECT * FROM relationships WHERE kind = 'carer'").fetchall()
        maya = stage.places["maya"].replace("-", "")
        hers = next(row for row in rows if str(row["young_person_id"]).replace("-", "") == maya)
        other = next(row for row in rows if row["young_person_id"] != hers["young_person_id"])
        new = {**dict(hers), "id": f"{'c' * 31}1", "person_id": other["person_id"]}
        marks = ", ".join("?" for _ in new)
        base.execute(
            f"INSERT OR IGNORE INTO relationships ({', '.join(new)}) VALUES ({marks})",
            list(new.values()),
        )
        base.commit()


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
        was, place = self.page.url, target.get_attribute("href") or ""
        # A call is not made here.
        if not place.startswith(("tel:", "sms:")):
            target.click()
            self.page.wait_for_url(lambda now: now != was)
        self.taps += 1

    def answer_all(self) -> int:
        """Answer each question with one tap, the calmest; return how many were asked."""
        asked = 0
        while "/ask/" in self.page.url:
            choices = self.page.locator("main .choices .choice")
            if choices.count():
                self.tap("main .choices .choice >> nth=-1")
            else:
                if self.page.locator("main textarea").count():
                    self.page.fill("main textarea", "a few words")
                self.tap("main form .button")
            asked += 1
        return asked


def not_missing(thumb: Thumb) -> None:
    """Decide on the page that says what to do next."""
    page = thumb.page
    page.fill("main textarea", "She is at her brother's, I spoke with him")
    page.locator("main button[formaction$='/not-missing']").click()
    thumb.taps += 1
    page.wait_for_selector("main .notice.is-good")


@pytest.mark.parametrize(("scripts", "code"), WAYS)
def test_the_whole_run_is_short_for_one_thumb(carers: Any, scripts: bool, code: str) -> None:
    page = carers(code=code, java_script_enabled=scripts)
    thumb, began = Thumb(page), time.monotonic()
    assert page.locator("html").get_attribute("dir") == text_direction(code)
    thumb.tap(START)
    expect(page.locator("main .notice").first).to_be_visible()
    first = page.locator("main .choice").first.bounding_box()
    assert first is not None and 740 / 3 < first["y"] < 740 - FINGER
    asked = thumb.answer_all()
    assert asked >= 18
    not_missing(thumb)
    # One tap a question, one to begin and one to decide; a person needs seconds for each.
    assert thumb.taps == asked + 2 <= MOST_TAPS
    assert time.monotonic() - began < THREE_MINUTES


@pytest.mark.parametrize(("scripts", "code"), [(True, "en"), (False, "es")])
def test_danger_is_two_taps_from_home_and_somebody_they_trust_one(
    carers: Any, scripts: bool, code: str
) -> None:
    page = carers(code=code, java_script_enabled=scripts)
    thumb = Thumb(page)
    thumb.tap(START)
    thumb.tap("main .choice.is-urgent")
    page.wait_for_url("**/call")
    assert thumb.taps <= 3
    call = page.locator("main a.button[href='tel:999']")
    box = call.bounding_box()
    assert box is not None and box["height"] >= FINGER and box["y"] + box["height"] < 740
    page.goto("/")
    thumb = Thumb(page)
    page.locator("main a[href^='/worried/']").first.click()
    thumb.taps += 1
    thumb.tap("main .people a[href^='tel:+4477009000']")
    assert thumb.taps <= 2


def test_danger_is_one_more_tap_on_every_question(carers: Any) -> None:
    page = carers()
    thumb = Thumb(page)
    thumb.tap(START)
    for _ in range(18 if EVERY else 6):
        expect(page.locator("main a.is-urgent[href$='/call']")).to_be_visible()
        if "/ask/" not in page.url:
            break
        thumb.tap("main .go .as-link")


def test_two_carers_on_two_phones_lose_nothing_and_see_both(carers: Any, stage: Stage) -> None:
    both_care_for_maya(stage)
    jo, carys = carers("Jo"), carers("Carys")
    maya = f"main form[action='/worried/{stage.places['maya']}'] button"
    Thumb(jo).tap(maya)
    Thumb(carys).tap(maya)
    # The same worry, and the same question at the same time.
    assert jo.url == carys.url and jo.url.endswith("/ask/danger")
    jo.locator("main .choice").nth(1).click()
    carys.locator("main .choice").nth(1).click()
    for page in (jo, carys):
        page.wait_for_url("**/ask/harm")
    place = re.sub(r"/ask/.*", "", jo.url)
    for page, answers in ((jo, "different"), (carys, "usual")):
        page.goto(f"{place}/ask/usual")
        page.locator(f"main .choice[value={answers}]").click()
    jo.wait_for_url(lambda url: not url.endswith("/usual"))
    carys.wait_for_url(lambda url: not url.endswith("/usual"))
    for page in (jo, carys):
        page.goto(place)
        shown = page.inner_text("main")
        for said in ("Jo, .*: No", "Carys, .*: No", "Jo, .*: Something is different",
                     "Carys, .*: It is like other times"):  # fmt: skip
            assert re.search(said, shown), said


def test_a_prompt_changed_in_two_languages_waits_for_the_next_worry(
    carers: Any, new_browser: NewBrowser, stage: Stage
) -> None:
    jo = carers("Jo")
    Thumb(jo).tap(START)
    place = re.sub(r"/ask/.*", "/ask/texted", jo.url)
    sue = new_browser("Sue").new_page()
    new = {"en": "Have you sent %(name)s something kind?", "cy": "Wyt ti wedi anfon gair caredig?"}
    for code, words in new.items():
        sue.goto(f"/prompts/texted/words/{code}")
        sue.fill("main textarea", words)
        sue.locator("main form .button").first.click()
        sue.wait_for_url(lambda url: "/words/" not in url)
    sue.goto("/prompts")
    sue.locator("form[action='/prompts/publish'] button[value=publish]").click()
    sue.wait_for_load_state()
    jo.goto(f"{place}?lang=en")
    assert jo.inner_text("h1") == "Have you texted or called Maya?"
    settle(stage)
    jo.goto("/")
    Thumb(jo).tap(START)
    place = re.sub(r"/ask/.*", "/ask/texted", jo.url)
    for code, words in new.items():
        jo.goto(f"{place}?lang={code}")
        assert jo.inner_text("h1") == words.replace("%(name)s", "Maya")


@pytest.mark.parametrize("code", LOCALES)
def test_danger_is_in_the_first_view_of_every_question(carers: Any, code: str) -> None:
    page = carers(code=code)
    Thumb(page).tap(START)
    place = re.sub(r"/ask/.*", "", page.url)
    for prompt in ("danger", "made_to_go", "expected", "people", "needs"):
        page.goto(f"{place}/ask/{prompt}")
        box = page.locator("main a[href$='/call']").first.bounding_box()
        assert box is not None and box["height"] >= FINGER
        assert box["y"] + box["height"] < 740 / 2, prompt
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, prompt


def test_the_hand_over_of_a_whole_run_is_one_sheet_of_paper(carers: Any) -> None:
    page = carers()
    thumb = Thumb(page)
    thumb.tap(START)
    thumb.answer_all()
    place = page.url
    for address in (f"{place}/summary", f"{place}/summary?for=police"):
        page.goto(address)
        assert page.pdf(format="A4").count(b"/MediaBox") == 1, address
    page.goto(place)
    # Deciding is one tap from the top of the page that says what to do next.
    page.click("main a[href='#decide']")
    box = page.locator("#decide").bounding_box()
    assert box is not None and 0 <= box["y"] < 740
