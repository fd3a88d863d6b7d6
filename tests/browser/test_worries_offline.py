"""A carer goes through the questions without a signal: kept, sent once, nothing lost.

ENGAGE_TEST_BROWSER=long does the whole of it in every language.
"""

# ruff: noqa: F811 - fixtures, asked for by name

import os
import re
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from engage.i18n import LOCALES, text_direction
from tests.browser.house import PIN, House, kept_by
from tests.browser.kept_phones import (
    FINGER,
    Thumb,
    is_kept,
    jos,  # noqa: F401 - a fixture
    jos_cookies,  # noqa: F401 - a fixture
    open_kept,
    settle,
    shown_to_others,
)
from tests.chromium import look_again, look_at
from tests.waiting import wait_for as wait

pytestmark = pytest.mark.browser
NOTHING = {"caches": [], "stores": [], "workers": 0}
EVERY = os.environ.get("ENGAGE_TEST_BROWSER") == "long"
LANGUAGES = list(LOCALES) if EVERY else ["ar"]
MOST_TAPS = 25


@pytest.mark.parametrize("code", LANGUAGES)
def test_all_questions_without_a_signal_go_once_when_it_is_back(
    jos: Any, house: House, code: str
) -> None:
    context = jos(code)
    context.set_offline(True)
    page = open_kept(context)
    thumb = Thumb(page)
    assert page.locator("#document article").get_attribute("dir") == text_direction(code)
    thumb.begin()
    expect(page.locator("#flow .is-clock")).to_be_visible()
    # The first answer can be reached without moving the page.
    first = page.locator("#flow .choice").first.bounding_box()
    assert first is not None and 740 / 3 < first["y"] < 740 - FINGER
    assert look_at(page)["violations"] == []
    most = questions(page)
    assert thumb.answer_all() == most
    assert thumb.taps == most + 1 <= MOST_TAPS
    found = look_at(page)
    assert found["violations"] == [] and found["width"] <= 360 and found["small"] == []
    assert look_again(page, "dark") == []
    expect(page.locator("#unsent")).to_be_visible()
    context.set_offline(False)
    page.wait_for_selector("#all-sent:not([hidden])")
    said = shown_to_others(house)
    assert said.count("words 6") == 1
    # Trying again, and opening pages again, sends nothing twice.
    for path in ("/", "/page", "/"):
        page.goto(path)
    assert shown_to_others(house) == said


def test_danger_shows_whom_to_call_at_once_and_people_at_one_more_tap(
    jos: Any, house: House
) -> None:
    context = jos()
    house.stop()
    page = context.new_page()
    page.goto("/")
    # Even before the PIN there is the number, and nothing of anybody.
    expect(page.locator("#locked a[href='tel:999']")).to_be_visible()
    shown = page.content()
    assert not [word for word in ("Maya", "Ade", "Northtown", "+447") if word in shown]
    page = open_kept(context, "/worries/anything/ask/usual")
    # A person they trust: one tap from the list.
    expect(page.locator("#document a[href^='tel:+4477009000']").first).to_be_visible()
    assert "Text first, then ring Ade" in page.inner_text("#document")
    thumb = Thumb(page)
    thumb.begin()
    thumb.tap("#flow .choice.is-urgent")
    call = page.locator("#flow a.button[href='tel:999']")
    call.wait_for()
    assert thumb.taps <= 3
    box = call.bounding_box()
    assert box is not None and box["y"] + box["height"] < 740
    aloud = page.inner_text("#flow .card")
    assert "Do you think Maya is in danger right now? Yes." in aloud
    assert look_at(page)["violations"] == []
    thumb.tap("#flow .tries .button >> nth=1")
    assert re.search(r"No answer \(\d\d:\d\d\)", page.inner_text("#flow .people"))
    house.start()
    # The page tries by itself, too, and the button goes once all is sent: whichever is first.
    page.dispatch_event("#again", "click")
    page.wait_for_selector("#all-sent:not([hidden])")
    assert re.search(r"Jo, \d\d:\d\d: Yes", shown_to_others(house))
    links = house.stage.sam.page("/missing").links.values()
    assert any(link.startswith("/episodes/") for link in links)


def test_after_the_sign_in_ended_answers_wait_and_danger_does_not(
    jos: Any, house: House, jos_cookies: list[dict[str, Any]]
) -> None:
    context = jos()
    context.set_offline(True)
    page = open_kept(context)
    thumb = Thumb(page)
    thumb.begin()
    thumb.tap("#flow .choice.is-urgent")
    thumb.tap("#flow button.is-quiet >> nth=-1")
    thumb.tap("#flow .choice >> nth=1")
    context.clear_cookies()
    context.set_offline(False)
    page.wait_for_selector("#sign-in:not([hidden])")
    said = shown_to_others(house)
    assert "danger right now" in said and "hurting themselves" not in said.split("so far")[-1]
    # Signed in again, on any page, the rest goes.
    context.add_cookies(jos_cookies)
    other = context.new_page()
    other.goto("/")
    assert wait(lambda: "hurting themselves" in shown_to_others(house).split("so far")[-1], "sent")


def test_words_half_typed_are_there_when_the_phone_is_taken_up_again(jos: Any) -> None:
    context = jos()
    context.set_offline(True)
    page = open_kept(context)
    thumb = Thumb(page)
    thumb.begin()
    while not page.locator("#flow textarea").count():
        thumb.tap("#flow .choices .choice >> nth=-1")
    page.fill("#flow textarea", "half a sen")
    is_kept(page)
    # What is typed is kept a moment later; then the phone may be laid down.
    wait(lambda: taken_up(context) == "half a sen", "what is being typed is kept")
    page.close()
    assert taken_up(context) == "half a sen"


def taken_up(context: BrowserContext) -> str:
    """Open what is kept in a page of its own, go on, and return what stands in the field."""
    page = open_kept(context)
    page.click("#document .button.is-quiet")
    field = page.locator("#flow textarea")
    found = field.input_value() if field.count() else ""
    page.close()
    return found


def test_both_answers_stay_with_who_and_when(jos: Any, house: House) -> None:
    context = jos()
    context.set_offline(True)
    page = open_kept(context)
    thumb = Thumb(page)
    thumb.begin()
    thumb.tap("#flow .choice >> nth=1")
    is_kept(page)
    # Meanwhile the night worker, who has a signal, says otherwise.
    olu = house.stage.browser("Olu")
    page_ = olu.page(f"/worried/{house.stage.places['maya']}")
    form = olu.send(page_.form(f"/worried/{house.stage.places['maya']}"))
    assert form.path.endswith("/ask/danger")
    olu.send(form.form(form.path), press="yes")
    context.set_offline(False)
    page.wait_for_selector("#all-sent:not([hidden])")
    lines = re.findall(r"(Jo|Olu), \d\d:\d\d: (Yes|No)", shown_to_others(house))
    assert sorted(lines) == [("Jo", "No"), ("Olu", "Yes")]
    # And Jo reads the same, on the page with a signal.
    other = context.new_page()
    other.goto("/")
    other.click("main .choice.is-urgent")
    other.goto(re.sub(r"/ask/.*", "", other.url))
    shown = other.inner_text("main")
    assert re.search(r"Jo, \d\d:\d\d: No", shown) and re.search(r"Olu, \d\d:\d\d: Yes", shown)


def test_an_answer_that_found_no_signal_on_its_way_is_kept(jos: Any, house: House) -> None:
    context = jos()
    page = context.new_page()
    page.goto("/")
    page.click("main .choice.is-urgent")
    page.wait_for_url("**/ask/danger")
    context.set_offline(True)
    page.click("main .choices .choice >> nth=1")
    page.wait_for_url("**/this-phone/worried")
    page.wait_for_selector("#unsent:not([hidden])")
    # The page sends by itself as soon as it hears of the signal: nothing need be pressed.
    context.set_offline(False)
    page.wait_for_selector("#all-sent:not([hidden])")
    assert re.search(r"Jo, \d\d:\d\d: No", shown_to_others(house))


def test_nothing_kept_can_be_read_without_the_pin_and_leave_wipes_it(jos: Any) -> None:
    context = jos()
    context.set_offline(True)
    page = open_kept(context)
    Thumb(page).begin()
    page.click("#flow .choice >> nth=1")
    is_kept(page)
    kept = page.evaluate(EVERYTHING)
    assert "key false" in kept and "said:" in kept
    # No shorter ones: three letters turn up by chance in what is sealed.
    for word in ("Maya", "danger right now", "Coach", "Text first", "Northtown", PIN):
        assert word not in kept, word
    page.click("a.leave")
    wait(lambda: page.title() == "Pancakes", "the neutral page")
    context.set_offline(False)
    page.goto("/page")
    assert wait(lambda: kept_by(page) == NOTHING, "everything is gone")


# All that the stores hold, as text; an answer that waits is read by nobody here.
EVERYTHING = """async () => {
  const base = await new Promise(done => {
    const asked = indexedDB.open("page");
    asked.onsuccess = () => done(asked.result);
  });
  const store = base.transaction("page").objectStore("page");
  const all = await Promise.all(["getAll", "getAllKeys"].map(what => new Promise(done => {
    const asked = store[what]();
    asked.onsuccess = () => done(asked.result);
  })));
  base.close();
  const text = value => value instanceof ArrayBuffer || ArrayBuffer.isView(value)
    ? new TextDecoder("latin1").decode(value)
    : value instanceof CryptoKey ? `key ${value.extractable}`
    : value && typeof value === "object" ? Object.values(value).map(text).join(" ")
    : String(value);
  return text(all);
}"""


def test_questions_are_renewed_but_never_under_somebody_who_answers(jos: Any, house: House) -> None:
    context = jos()
    context.set_offline(True)
    page = open_kept(context)
    Thumb(page).begin()
    before = questions(page)
    is_kept(page)
    context.set_offline(False)
    page.wait_for_selector("#all-sent:not([hidden])")
    page.close()
    publish_one_more(house)
    renew(context)
    context.set_offline(True)
    page = open_kept(context)
    page.click("#document .button.is-quiet")
    page.wait_for_selector("#flow h1")
    assert questions(page) == before
    if not EVERY:
        return
    # It is over; the next time the newer ones are asked.
    Thumb(page).answer_all()
    context.set_offline(False)
    page.wait_for_selector("#all-sent:not([hidden])")
    page.close()
    settle(house)
    renew(context)
    context.set_offline(True)
    page = open_kept(context)
    Thumb(page).begin()
    assert questions(page) == before + 1


def questions(page: Page) -> int:
    """Return how many questions there are, as the page says."""
    return int(re.findall(r"\d+", page.inner_text("#flow .small.soft"))[-1])


def renew(context: BrowserContext) -> None:
    """Let the worker sleep, as phones do, and wake on a page: it asks for what is newer."""
    page = context.new_page()
    page.goto("/")
    old = page.evaluate(DOCUMENTS)
    session = context.new_cdp_session(page)
    session.send("ServiceWorker.enable")
    session.send("ServiceWorker.stopAllWorkers")
    page.goto("/")
    wait(lambda: page.evaluate(DOCUMENTS) != old, "newer documents are kept")
    page.close()


# With what the kept documents are locked: it changes whenever they do.
DOCUMENTS = """async () => {
  const base = await new Promise(done => {
    const asked = indexedDB.open("page");
    asked.onsuccess = () => done(asked.result);
  });
  const kept = await new Promise(done => {
    const asked = base.transaction("page").objectStore("page").get("documents");
    asked.onsuccess = () => done(asked.result);
  });
  base.close();
  return kept.iv.join();
}"""


def publish_one_more(house: House) -> None:
    """Let Sue add a question and publish."""
    sue = house.stage.browser("Sue")
    form = sue.page("/prompts/new").form("/prompts/new")
    sue.send(form.fill(words=f"Is it dark there? {uuid4().hex[:6]}", kind="yes_no"))
    sue.send(sue.page("/prompts").form("/prompts/publish"), press="publish")
