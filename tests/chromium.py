"""Chromium, and how a page is looked at in it."""

import functools
import os
import shutil
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

AXE_OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},  # off unless asked for, though part of WCAG 2.2 AA
}
LOOK = """async (options) => {
  const found = await axe.run(options);
  const root = document.documentElement;
  const fingers = 'a:not(p a):not(td a), button, summary, select, textarea,'
    + 'input:not([type=hidden])';
  const tall = e => e?.getBoundingClientRect().height ?? 0;
  const height = e => Math.max(
    tall(e), tall(e.closest('.govuk-radios__item, .govuk-checkboxes__item')));
  return {
    lang: root.lang, dir: root.dir, width: root.scrollWidth,
    violations: found.violations.map(v => [v.id, ...v.nodes.map(n => n.html.slice(0, 120)
      + ' ' + (n.any[0]?.message ?? n.all[0]?.message ?? ''))]),
    small: [...document.querySelectorAll(fingers)]
      .filter(e => tall(e) > 1 && height(e) < 47.5)
      .map(e => e.outerHTML.slice(0, 90)),
  }
}"""


@functools.cache
def axe_script() -> str:
    """Return axe-core, as the package brings it."""
    return (files("axe_playwright_python") / "axe.min.js").read_text()


def look_at(page: Page) -> dict[str, Any]:
    """Return what axe finds (WCAG 2.2 AA and good practice), language, width, small targets."""
    page.evaluate(axe_script())
    return page.evaluate(LOOK, AXE_OPTIONS)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("ENGAGE_TEST_CHROMIUM") or shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is not installed (make test installs it where it may)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()
