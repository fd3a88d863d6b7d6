"""One demonstration for all these tests, and Chromium signed in as anybody of its cast."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.house import House
from tests.browser.stage import Stage
from tests.chromium import chromium  # noqa: F401 - a fixture
from tests.journeys.demonstration import Demonstration

NewBrowser = Callable[..., BrowserContext]
PATIENCE = 60_000  # milliseconds, as in tests/waiting.py


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A demonstration in which something of everything has happened."""
    running = Demonstration(tmp_path_factory.mktemp("browser"))
    try:
        running.wait_until_ready()
        yield Stage(running)
    finally:
        running.stop()


@pytest.fixture
def new_browser(chromium: Browser, stage: Stage) -> Iterator[NewBrowser]:  # noqa: F811
    """A browser of somebody's own, signed in as `who`; complaints of the browser fail the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def make(who: str | None = None, width: int = 360, **options: Any) -> BrowserContext:
        context = chromium.new_context(
            base_url=stage.address, viewport={"width": width, "height": 740}, locale="en-GB",
            **options,
        )  # fmt: skip
        context.set_default_timeout(PATIENCE)
        if who:
            context.add_cookies(stage.cookies(who))
        context.on("console", lambda said: said.type in {"error", "warning"} and note(said.text))
        context.on("weberror", lambda error: note(str(error.error)))
        context.on("request", lambda request: note_foreign(request.url))
        contexts.append(context)
        return context

    def note(words: str) -> None:
        # Chromium itself reports an answer like 404, which is what some tests ask for.
        if not re.search(r"status of 4\d\d", words):
            complaints.append(words)

    def note_foreign(url: str) -> None:
        if not url.startswith(stage.address + "/"):
            complaints.append(f"asked for {url}")

    yield make
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A demonstration of its own, because its server is stopped and started."""
    running = House(tmp_path_factory.mktemp("signal"))
    yield running
    running.stop()


@pytest.fixture
def phone(chromium: Browser, house: House) -> Iterator[NewBrowser]:  # noqa: F811
    """A phone of somebody's own; `who` is signed in on it, or holds Maya's card."""
    made: list[BrowserContext] = []
    if house.demo.process.poll() is not None:
        house.start()

    def make(who: str = "", **options: Any) -> BrowserContext:
        context = chromium.new_context(
            base_url=house.address, viewport={"width": 360, "height": 740}, locale="en-GB",
            **options,
        )  # fmt: skip
        context.set_default_timeout(PATIENCE)
        if who == "a card":
            context.new_page().goto(f"/c/{house.stage.places['card']}")
        elif who:
            context.add_cookies(house.stage.cookies(who))
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()
