"""Deciding without a signal: with a name, a reason and a time, once, beside what others decided."""

# ruff: noqa: F811 - fixtures, asked for by name

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.house import PIN, House, turn_on
from tests.browser.kept_phones import (
    Thumb,
    is_kept,
    jos,  # noqa: F401 - a fixture
    jos_cookies,  # noqa: F401 - a fixture
    open_kept,
    settle,
    shown_to_others,
)
from tests.chromium import look_again, look_at

pytestmark = pytest.mark.browser
LANGUAGES = ["en", "cy", "es", "ar"]


def reach_end(thumb: Thumb) -> None:
    """Begin, leave the gates as they are, and go to what to do next."""
    thumb.begin()
    thumb.page.locator("#flow .as-link").last.click()
    thumb.page.wait_for_selector("#why")


def decide(page: Page, value: str, reason: str = "She is on the bus") -> None:
    page.fill("#why", reason)
    page.click(f"#flow button[value='{value}']")


@pytest.mark.parametrize("code", LANGUAGES)
def test_waiting_is_decided_without_a_signal_with_its_own_time(
    jos: Any, house: House, code: str
) -> None:
    context = jos(code)
    context.set_offline(True)
    page = open_kept(context)
    reach_end(Thumb(page))
    # Without a reason nothing is decided, and what is wrong stands beside the field.
    page.click("#flow button[value='30']")
    expect(page.locator("#flow [role=alert]")).to_be_visible()
    expect(page.locator("#why")).to_be_visible()
    assert look_at(page)["violations"] == [] and look_again(page, "dark") == []
    before = datetime.now(UTC)
    decide(page, "30")
    kept = page.locator("#flow .notice", has_text="bus")
    kept.wait_for()
    found = re.search(r"\d\d:(\d\d)", kept.inner_text())
    # The house may be in any time zone: what counts is how many minutes from now.
    minutes = {(before + timedelta(minutes=m)).strftime("%M") for m in (29, 30, 31)}
    assert found is not None and found[1] in minutes
    assert look_at(page)["violations"] == []
    context.set_offline(False)
    page.wait_for_selector("#all-sent:not([hidden])")
    shown = shown_to_others(house)
    # The phone and the house have clocks of their own, and a minute may end between them.
    then = datetime.strptime(found[0], "%H:%M")  # noqa: DTZ007
    near = [f"{then + timedelta(minutes=m):%H:%M}" for m in (-1, 0, 1)]
    assert "She is on the bus" in shown and any(each in shown for each in near)


def test_not_missing_is_decided_without_a_signal_and_ends_it(jos: Any, house: House) -> None:
    context = jos()
    context.set_offline(True)
    page = open_kept(context)
    reach_end(Thumb(page))
    decide(page, "not_missing", "At her brother's, I spoke with him")
    assert "At her brother's" in page.inner_text("#flow")
    page.click("#flow .as-link >> nth=-1")
    # Changing one's mind is beginning again.
    expect(page.locator("#document .choice.is-urgent")).to_be_visible()
    is_kept(page)
    context.set_offline(False)
    page.wait_for_selector("#all-sent:not([hidden])")
    with closing(sqlite3.connect(house.folder / "data" / "engage.db", 20)) as base:
        last = "SELECT state FROM worries ORDER BY opened_at DESC LIMIT 1"
        assert base.execute(last).fetchone()[0] == "not_missing"


def test_two_decisions_that_differ_are_both_shown(jos: Any, house: House) -> None:
    context = jos()
    context.set_offline(True)
    page = open_kept(context)
    reach_end(Thumb(page))
    decide(page, "15", "She said half past")
    # Meanwhile the night worker decides that she is missing.
    olu = house.stage.browser("Olu")
    page_ = olu.page(f"/worried/{house.stage.places['maya']}")
    form = olu.send(page_.form(f"/worried/{house.stage.places['maya']}"))
    place = re.sub(r"/ask/.*", "", form.path)
    olu.send(olu.page(f"{place}/call").form(f"{place}/missing"))
    context.set_offline(False)
    page.wait_for_selector("#all-sent:not([hidden])")
    shown = shown_to_others(house)
    assert "She said half past" in shown and "Please talk to each other" in shown
    assert re.search(r"Jo, \d\d:\d\d: Not missing yet", shown)
    assert re.search(r"Olu, \d\d:\d\d: Missing", shown)


def test_a_decision_that_found_no_signal_on_its_way_is_kept(jos: Any, house: House) -> None:
    context = jos()
    page = context.new_page()
    page.goto("/")
    page.click("main .choice.is-urgent")
    page.wait_for_url("**/ask/danger")
    page.goto(re.sub(r"/ask/.*", "", page.url))
    page.fill("main textarea", "I saw her at the stop")
    context.set_offline(True)
    page.click("main button[name=minutes] >> nth=0")
    page.wait_for_url("**/this-phone/worried")
    is_kept(page)
    context.set_offline(False)
    page.wait_for_selector("#all-sent:not([hidden])")
    assert "I saw her at the stop" in shown_to_others(house)


def test_the_night_team_has_the_same_on_its_own_phone(phone: Any, house: House) -> None:
    settle(house)
    context = phone("Olu")
    turn_on(context, PIN)
    context.set_offline(True)
    page = open_kept(context)
    assert "The young people of your rota" in page.inner_text("#list")
    first = page.locator("#document article", has_text="Maya").first
    first.locator("button.is-urgent").click()
    page.wait_for_selector("#flow h1")
    page.locator("#flow .choice").nth(1).click()
    is_kept(page)
    assert look_at(page)["violations"] == []
    context.set_offline(False)
    page.wait_for_selector("#all-sent:not([hidden])")
    assert re.search(r"Olu, \d\d:\d\d: No", shown_to_others(house))
