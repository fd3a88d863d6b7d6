"""Without a signal: what a phone keeps, only where it was turned on, and how it goes again."""

import threading
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.house import PIN, House, kept_by, turn_on
from tests.chromium import look_at
from tests.waiting import wait_for as wait

pytestmark = pytest.mark.browser
OUR_NUMBER = "sms:+447700900000"


NOTHING = {"caches": [], "stores": [], "workers": 0}


def check_ins(house: House) -> list[str]:
    """Return the lines of Maya's check-ins as Sam reads them."""
    page = house.stage.sam.page(f"/young-people/{house.stage.places['maya']}/check-ins")
    return [line for line in page.text.split("\n") if line]


def test_nothing_is_kept_on_a_phone_that_did_not_ask(phone: Any, house: House) -> None:
    page = phone("Maya").new_page()
    for path in ("/", "/plans/mine", "/this-phone", "/now"):
        page.goto(path)
        assert kept_by(page) == NOTHING, path
    house.stop()
    with pytest.raises(Exception, match="ERR_CONNECTION_REFUSED"):
        page.goto("/plans/mine")


def test_the_plan_opens_with_the_server_stopped_on_the_phone_that_asked(
    phone: Any, house: House
) -> None:
    mayas, others = phone("Maya"), phone("Jo")
    turn_on(mayas, PIN)
    other = others.new_page()
    other.goto("/")
    house.stop()
    page = mayas.new_page()
    page.goto("/plans/mine")
    # A neutral page that says nothing of anybody, until the PIN.
    assert page.title() == "My page"
    shown = page.content()
    for word in ("Maya", "Northtown", "plan", "nobody shouts"):
        assert word not in shown, word
    page.fill("#pin", "000000")
    page.click("#open button")
    page.wait_for_selector("#pin-wrong:not([hidden])")
    page.fill("#pin", PIN)
    page.click("#open button")
    page.wait_for_selector("#document article")
    assert "nobody shouts" in page.inner_text("#document")
    assert page.locator("#document a[href^='tel:']").count() >= 2
    found = look_at(page)
    assert found["violations"] == [] and found["width"] <= 360
    # Words are words, never tags of the page.
    expect(page.locator("#document script, #document img")).to_have_count(0)
    with pytest.raises(Exception, match="ERR_CONNECTION_REFUSED"):
        other.goto("/plans/mine")


def test_what_is_kept_cannot_be_read_without_the_pin(phone: Any) -> None:
    page = turn_on(phone("Maya"), PIN)
    kept = page.evaluate(
        """async () => {
          const seen = [];
          for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const asked of await cache.keys()) {
              seen.push(asked.url, await (await cache.match(asked)).text());
            }
          }
          const base = await new Promise(done => {
            const asked = indexedDB.open("page");
            asked.onsuccess = () => done(asked.result);
          });
          const store = base.transaction("page").objectStore("page");
          const all = await new Promise(done => {
            const asked = store.getAll();
            asked.onsuccess = () => done(asked.result);
          });
          base.close();
          const text = value => value instanceof ArrayBuffer
            ? new TextDecoder("latin1").decode(value)
            : value instanceof CryptoKey ? `key ${value.extractable}`
            : value && typeof value === "object" && !ArrayBuffer.isView(value)
              ? Object.values(value).map(text).join(" ") : String(value);
          return [...seen, ...all.map(text)].join("\\n");
        }"""
    )
    assert "key false" in kept
    # No shorter ones: three letters turn up by chance in what is sealed.
    for word in ("nobody shouts", "Maya", "Coach Lee", "Northtown", PIN, "482913"):
        assert word not in kept, word


def test_ten_wrong_pins_and_the_plan_is_gone(phone: Any, house: House) -> None:
    context = phone("Maya")
    turn_on(context, PIN)
    page = context.new_page()
    page.goto("/this-phone/open")
    for _ in range(10):
        page.fill("#pin", "111111")
        page.click("#open button")
        wait(lambda: page.input_value("#pin") == "", "the PIN was tried")
        page.wait_for_selector("#pin-wrong:not([hidden]), #pin-last:not([hidden])")
    assert page.is_visible("#pin-last")
    page.fill("#pin", PIN)
    page.click("#open button")
    page.wait_for_selector("#nothing-kept:not([hidden])")


@pytest.mark.parametrize("is_up", [True, False], ids=["server up", "server stopped"])
def test_leave_leaves_nothing(phone: Any, house: House, is_up: bool) -> None:
    context = phone("Maya")
    page = turn_on(context, PIN)
    if not is_up:
        house.stop()
    page.goto("/now")
    page.click("a.leave")
    wait(lambda: page.title() == "Pancakes", "the neutral page")
    if is_up:
        assert page.url == f"{house.address}/page"
    else:
        house.start()
    page.goto("/page")
    assert wait(lambda: kept_by(page) == NOTHING, "everything is gone")


def test_taking_it_off_the_phone_leaves_nothing(phone: Any) -> None:
    page = turn_on(phone("Maya"), PIN)
    assert kept_by(page)["caches"] == ["page"]
    page.click("#end")
    page.wait_for_selector("#kept", state="hidden")
    assert kept_by(page) == NOTHING


def test_taking_it_off_from_another_phone_wipes_it_when_it_is_online(phone: Any) -> None:
    first, second = phone("Maya"), phone("Maya")
    page = turn_on(first, PIN)
    other = second.new_page()
    other.goto("/this-phone")
    buttons = other.locator("li form button")
    assert buttons.count() > 0
    while left := buttons.count():
        buttons.first.click()
        wait(lambda most=left: buttons.count() < most, "one phone less")
    page.goto("/page")
    assert wait(lambda: kept_by(page) == NOTHING, "the lost phone has forgotten")


def test_a_pin_that_is_short_or_differs_keeps_nothing(phone: Any) -> None:
    page = phone("Maya").new_page()
    page.goto("/this-phone")
    page.fill("#pin", "12345")
    page.fill("#pin-again", "12345")
    page.click("button[value=all]")
    expect(page.locator("#pin-short")).to_be_visible()
    page.fill("#pin", "123456")
    page.fill("#pin-again", "123457")
    page.click("button[value=all]")
    expect(page.locator("#pin-differs")).to_be_visible()
    expect(page.locator("#pin-short")).to_be_hidden()
    assert kept_by(page) == NOTHING


def test_a_check_in_pressed_without_a_signal_is_sent_once(phone: Any, house: House) -> None:
    context = phone("a card")
    turn_on(context)
    before = house.stage.sam.page(f"/young-people/{house.stage.places['maya']}/check-ins")
    house.stop()
    page = context.new_page()
    page.goto("/now")
    assert "There is no signal now." in page.inner_text("main")
    # Beside it, always, the way that needs no data: our own number first.
    assert page.locator("a[href^='sms:']").first.get_attribute("href") == OUR_NUMBER
    assert look_at(page)["violations"] == []
    page.click("summary")
    page.fill("#note", "at the old mill")
    page.click("text=I want to come back")
    page.wait_for_selector("#waiting")
    assert "Nobody has it yet." in page.inner_text("main")
    assert page.locator("a[href^='sms:']").first.get_attribute("href") == OUR_NUMBER
    assert look_at(page)["violations"] == []
    house.start()
    page.click("#again")
    page.wait_for_url("**/this-phone/sent")
    seen = f"/young-people/{house.stage.places['maya']}/check-ins"
    text = house.stage.sam.page(seen).text
    assert text.count("at the old mill") == 1 + before.text.count("at the old mill")
    # Trying again, and opening pages again, sends nothing twice.
    for path in ("/now", "/now", "/page"):
        page.goto(path)
    assert house.stage.sam.page(seen).text.count("at the old mill") == text.count("at the old mill")


def test_an_answer_that_got_lost_on_the_way_back_does_not_make_two(
    phone: Any, house: House
) -> None:
    """The server kept it, the phone never heard: the same key goes again and counts once."""
    with Loser(house.demo.port) as loser:
        context = phone("a card")
        turn_on(context)
        page = context.new_page()
        page.goto("/now")
        page.click("summary")
        page.fill("#note", "said only once")
        loser.lose_next(context)
        page.click("text=Call me or text me")
        page.wait_for_selector("#waiting, h1:has-text('Sent')")
        if page.locator("#again").count():
            page.click("#again")
            page.wait_for_url("**/this-phone/sent")
        seen = house.stage.sam.page(f"/young-people/{house.stage.places['maya']}/check-ins").text
        assert seen.count("said only once") == 1


class Loser:
    """Loses the answer to one POST /now after the server has worked on it."""

    def __init__(self, port: int):
        self.port = port
        self.lost = threading.Event()

    def __enter__(self) -> "Loser":
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def lose_next(self, context: BrowserContext) -> None:
        def once(route: Any) -> None:
            if not self.lost.is_set() and route.request.method == "POST":
                self.lost.set()
                route.fetch()
                route.abort()
            else:
                route.continue_()

        context.route("**/now", once)


def test_pressing_online_goes_the_usual_way(phone: Any, house: House) -> None:
    context = phone("a card")
    turn_on(context)
    page = context.new_page()
    page.goto("/now")
    page.click("text=I'm OK")
    page.wait_for_url("**/now?sent=yes")
