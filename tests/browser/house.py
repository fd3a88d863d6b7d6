"""A demonstration whose server is stopped and started, and what phones of its people keep."""

from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page

from tests.browser.stage import Stage
from tests.journeys.demonstration import Demonstration

PIN = "482 913"


class House:
    """A demonstration that may lose its server and get it back at the same address."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.demo = Demonstration(folder)
        try:
            self.demo.wait_until_ready()
            self.stage = Stage(self.demo)
        except BaseException:
            self.demo.stop()
            raise
        self.address = self.demo.address

    def stop(self) -> None:
        self.demo.stop()

    def start(self) -> None:
        self.demo = Demonstration(self.folder, self.demo.port)
        self.demo.wait_until_ready()
        self.stage.demo = self.demo


def turn_on(context: BrowserContext, pin: str = "") -> Page:
    """Turn keeping on, with the plan if there is a PIN."""
    page = context.new_page()
    page.goto("/this-phone")
    if pin:
        page.fill("#pin", pin)
        page.fill("#pin-again", pin)
    page.click("button[value=all]" if pin else "button[value=page]")
    page.wait_for_selector("#kept:not([hidden])")
    return page


def kept_by(page: Page) -> dict[str, Any]:
    """Return all that a browser keeps of us: names of caches, stores, workers."""
    return page.evaluate(
        """async () => ({
          caches: await caches.keys(),
          stores: (await indexedDB.databases()).map(one => one.name),
          workers: (await navigator.serviceWorker.getRegistrations()).length,
        })"""
    )
