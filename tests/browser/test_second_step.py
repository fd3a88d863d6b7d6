"""The second step, recovery codes, new passwords and what forms say back, as every page is."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from passlib.totp import TOTP
from playwright.sync_api import Browser, BrowserContext, Page, expect

from engage.demo.configuration import own_keys
from engage.i18n import LOCALES
from tests.browser.conftest import NewBrowser
from tests.browser.stage import Stage
from tests.browser.test_every_page import NARROW, faults_seen
from tests.chromium import chromium, with_axe  # noqa: F401 - one is a fixture
from tests.journeys.demonstration import Demonstration

pytestmark = pytest.mark.browser
RESET_LINK = """
import os
from engage import config
from engage.app import create_app
from engage.db import db
from engage.people.access import SYSTEM
from engage.people.account_queries import find_account
from flask_security.recoverable import generate_reset_password_token
with create_app(config.load(os.environ)).app_context():
    print(generate_reset_password_token(find_account(SYSTEM, "sam@example.org")))
"""


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """A demonstration whose staff need a second step, as everywhere else."""
    running = Demonstration(tmp_path_factory.mktemp("strict"))
    try:
        running.wait_until_ready()
        running.words = {one["name"]: one["password"] for one in running.cast()["staff"]}
        running.store("UPDATE organisations SET is_demo = 0", ())
        yield running
    finally:
        running.stop()


@pytest.fixture
def page(chromium: Browser, strict: Demonstration) -> Iterator[Page]:  # noqa: F811
    context: BrowserContext = chromium.new_context(
        base_url=strict.address, viewport={"width": NARROW, "height": 740}, locale="en-GB"
    )
    yield with_axe(context).new_page()
    context.close()


def give_password(page: Page, word: str, email: str = "sam@example.org") -> None:
    page.goto("/sign-in")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", word)
    page.click("main form button")
    page.wait_for_load_state()


def press(page: Page) -> None:
    """Send the form on the page."""
    page.locator("main form button").last.click()
    page.wait_for_load_state()


def speak(page: Page, code: str, path: str) -> None:
    page.goto(f"{path}?lang={code}")


def test_the_second_step_from_set_up_to_recovery(page: Page, strict: Demonstration) -> None:
    """Sam sets up his app, mistypes, signs in with it, and keeps codes for a lost phone."""
    wrong: list[str] = []
    word = strict.words["Sam"]
    give_password(page, word)
    setting_up, checking = "/sign-in/second-step/set-up", "/sign-in/second-step"
    for code in LOCALES:
        speak(page, code, setting_up)
        wrong += faults_seen(page, code)
        press(page)
        wrong += faults_seen(page, code)
    speak(page, "en", setting_up)
    press(page)
    key = TOTP(key=re.sub(r"[\s-]", "", page.locator("p.code").inner_text()))
    page.fill("input[name=code]", key.generate().token)
    press(page)
    assert page.url == f"{strict.address}/"
    for code in LOCALES:
        speak(page, code, "/sign-in/recovery-codes")
        wrong += faults_seen(page, code)
        press(page)
        expect(page.locator("ul.code li")).to_have_count(8)
        wrong += faults_seen(page, code)
        speak(page, code, setting_up)
        wrong += faults_seen(page, code)
    page.goto("/leave")
    give_password(page, word)
    assert checking in page.url
    for code in LOCALES:
        speak(page, code, checking)
        wrong += faults_seen(page, code)
        page.fill("input[name=code]", "000000")
        press(page)
        expect(page.locator(".govuk-error-summary")).to_have_count(1)
        wrong += faults_seen(page, code)
    for code in LOCALES:
        speak(page, code, "/sign-in/recovery")
        wrong += faults_seen(page, code)
        page.fill("input[name=code]", "not a code")
        press(page)
        wrong += faults_seen(page, code)
    assert not wrong, "\n".join(wrong)


def test_new_passwords_by_mail_and_by_invitation(page: Page, strict: Demonstration) -> None:
    keys = own_keys(strict.folder / "data" / "keys.json")
    environ = {
        **os.environ, **keys, "ENGAGE_ENVIRONMENT": "demo",
        "ENGAGE_PUBLIC_URL": strict.address, "ENGAGE_LOG_LEVEL": "ERROR",
        "DATABASE_URL": f"sqlite:///{strict.folder / 'data' / 'engage.db'}",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", RESET_LINK], env=environ, capture_output=True, text=True, check=True
    )
    made = subprocess.run(
        [sys.executable, "-m", "engage.cli", "staff", "create", "--name", "Nia", "--email",
         "nia@example.org", "--role", "social_worker"],
        env=environ, capture_output=True, text=True, check=True,
    )  # fmt: skip
    paths = [
        f"/sign-in/forgotten/{done.stdout.strip()}",
        made.stdout.strip().removeprefix(strict.address),
    ]
    wrong = []
    for path in paths:
        for code in LOCALES:
            speak(page, code, path)
            expect(page.locator("input[name=password]")).to_have_count(1)
            wrong += faults_seen(page, code)
            page.fill("input[name=password]", "short")
            press(page)
            expect(page.locator(".govuk-error-summary")).to_have_count(1)
            wrong += faults_seen(page, code)
    assert not wrong, "\n".join(wrong)


# What a form says back when nothing, or the wrong thing, was typed: who, where, which form.
FORMS = [
    ("nobody", "/sign-in", "main form"),
    ("nobody", "/phone-sign-in", "main form"),
    ("nobody", "/c", "main form"),
    ("Sam", "/sign-in/passkeys", "main form"),
    ("Sam", "/emergencies", "form[action$=find]"),
    ("Sam", "/emergencies/young-people/{kit}", "form[action*=young-people]"),
    ("Sue", "/staff/new", "main form"),
    ("Sue", "/staff/{member}", "form[action$=roles]"),
    ("Sue", "/emergencies/{use}", "form[action$=review]"),
    ("Adil", "/staff/teams", "main form"),
]


@pytest.mark.parametrize("who", ["nobody", "Sam", "Sue", "Adil"])
def test_what_a_form_says_back_can_be_read_by_everybody(
    new_browser: NewBrowser, stage: Stage, who: str
) -> None:
    page = with_axe(new_browser(None if who == "nobody" else who, width=NARROW)).new_page()
    wrong = []
    for path, form in [(path, form) for name, path, form in FORMS if name == who]:
        for code in LOCALES:
            speak(page, code, path.format(**stage.places))
            page.locator(f"{form} button").last.click()
            page.wait_for_load_state()
            summaries = page.locator(".govuk-error-summary, .govuk-error-message").count()
            assert summaries, f"{path} {code} says nothing"
            wrong += faults_seen(page, code)
    assert not wrong, "\n".join(wrong)
