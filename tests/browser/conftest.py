"""One demonstration for all these tests, and Chromium signed in as anybody of its cast."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.stage import Stage
from tests.chromium import chromium  # noqa: F401 - a fixture
from tests.journeys.demonstration import Demonstration

NewBrowser = Callable[..., BrowserContext]


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
