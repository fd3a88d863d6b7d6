"""Kit, Carys and Sam write and agree a plan with every element by clicking: scripts on, then off.

The same story, in every language, is in tests/journeys/test_every_element_of_the_plan.py.
"""

import itertools
import os
import time

import pytest
from playwright.sync_api import Page, expect

from engage.i18n import LOCALES
from engage.questions.shipped import question_set
from tests.browser.conftest import NewBrowser
from tests.browser.stage import Stage

pytestmark = pytest.mark.browser
WRITTEN = [q for q in question_set().questions if q.is_written]
# Two minutes for a machine that does everything else besides; a person has fifteen.
PATIENCE = 420


def open_as(new_browser: NewBrowser, who: str, code: str, scripts: bool) -> Page:
    page = new_browser(who, java_script_enabled=scripts).new_page()
    page.goto(f"/?lang={code}")
    return page


def own_plan(page: Page, stage: Stage) -> str:
    """Return the address of a young person's own plan, begun if it was not."""
    page.goto("/plans/mine")
    if "/plans/for/" in page.url:
        page.locator("main form button").click()
    return page.url.removeprefix(stage.address).split("?")[0]


def answer(page: Page, path: str, mark: str) -> None:
    """Open a question and answer each of its fields as its kind wants it, then save."""
    page.goto(f"{path}?edit=1")
    form = page.locator(f"form[action='{path}']")
    for box in form.locator("textarea").all():
        box.fill(f"{mark} wrote this")
    for line in form.locator("input:not([type]), input[type=text]").all():
        line.fill(f"{mark} wrote a line")
    for phone in form.locator("input[type=tel]").all():
        phone.fill("45")
        if phone.get_attribute("name") != "p-wait":
            phone.fill("07700 900123")
    for choice in form.locator("select").all():
        choice.select_option(index=1)
    for day in form.locator("input[type=date]:visible").all():
        day.fill("2026-11-02")
    for name in dict.fromkeys(r.get_attribute("name") for r in form.locator("[type=radio]").all()):
        form.locator(f"[name='{name}']").first.check(force=True)
    ticks = form.locator("table input[type=checkbox]")
    if ticks.count():
        # A thumb does not hit the box itself: it is the cell that is pressed.
        was_ticked = ticks.nth(18).is_checked()
        form.locator(".week__time").nth(18).click()
        assert ticks.nth(18).is_checked() is not was_ticked
    form.get_by_role("button").filter(has=page.locator("svg")).last.click()
    page.wait_for_url("**/plans/*#after-*")


def share_everything(page: Page, plan: str) -> None:
    for whom in ("carer", "social_worker"):
        page.goto(f"{plan}/sharing/with/{whom}")
        page.locator("[name=everything]").select_option("always")
        page.locator("main form button").last.click()
        page.wait_for_url("**/sharing*")


def agree(page: Page, plan: str) -> None:
    page.goto(f"{plan}/agree")
    page.locator("[name=says][value=yes]").check(force=True)
    page.locator("main form button").last.click()
    page.wait_for_url(f"**{plan}")


# ENGAGE_TEST_BROWSER=long clicks through it in every language, with scripts and without.
EVERY = os.environ.get("ENGAGE_TEST_BROWSER") == "long"
WAYS = list(itertools.product((True, False), LOCALES)) if EVERY else [(True, "en"), (False, "ar")]


@pytest.mark.parametrize(("scripts", "code"), WAYS)
def test_three_people_write_and_agree_all_of_a_plan(
    new_browser: NewBrowser, stage: Stage, scripts: bool, code: str
) -> None:
    began = time.monotonic()
    kit = open_as(new_browser, "Kit", code, scripts)
    plan = own_plan(kit, stage)
    share_everything(kit, plan)
    for question in WRITTEN:
        if "young_person" in question.writers:
            answer(kit, f"{plan}/{question.id}", "Kit")
    carys = open_as(new_browser, "Carys", code, scripts)
    for question in WRITTEN:
        if "carer" in question.writers:
            answer(carys, f"{plan}/{question.id}", "Carys")
    sam = open_as(new_browser, "Sam", code, scripts)
    for question in WRITTEN:
        if "worker" in question.writers:
            answer(sam, f"{plan}/{question.id}", "Sam")
    kit.goto(f"{plan}/agree")
    kit.locator(f"form[action='{plan}/share'] button").click()
    agree(carys, plan)
    agree(sam, plan)
    kit.goto(plan)
    expect(kit.locator(".notice.is-good").first).to_be_visible()
    expect(kit.locator(".tasks .tag.is-good").nth(len(WRITTEN) - 1)).to_be_attached()
    assert kit.locator("html").get_attribute("lang") == code
    assert time.monotonic() - began < PATIENCE


def test_how_much_may_be_written_is_counted_while_typing(
    new_browser: NewBrowser, stage: Stage
) -> None:
    page = open_as(new_browser, "Sam", "en", True)
    page.goto(f"/plans/{stage.places['plan']}/honest?edit=1")
    page.locator("textarea").first.fill("A key \U0001f511")
    words = page.locator(".govuk-character-count__message").first.inner_text()
    assert "7" in words and "1000" in words


def test_enter_in_a_list_saves_and_moves_nothing(new_browser: NewBrowser, stage: Stage) -> None:
    # Kit, because Maya has asked for as many codes as one phone may.
    page = open_as(new_browser, "Kit", "en", True)
    path = f"{own_plan(page, stage)}/signs"
    page.goto(f"{path}?edit=1")
    lines = page.locator("[name^=p-signs][name$=what]")
    lines.nth(0).fill("I pack a bag")
    lines.nth(1).fill("I go quiet")
    before = [line.input_value() for line in page.locator("[name^=p-signs]").all()]
    lines.nth(1).press("Enter")
    page.wait_for_url("**/plans/*#after-signs")
    page.goto(f"{path}?edit=1")
    after = [line.input_value() for line in page.locator("[name^=p-signs]").all()]
    assert [line for line in after if line] == [line for line in before if line]
