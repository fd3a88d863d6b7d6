"""Chromium, and how a page is looked at in it."""

import functools
import os
import shutil
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

AXE_OPTIONS = {
    "resultTypes": ["violations"],
    # Only rules about sound and film, and one that is off, would look at what it loads.
    "preload": False,
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},  # off unless asked for, though part of WCAG 2.2 AA
}
# Half of the time goes on colours, which no language changes.
ALL_BUT_COLOURS = {
    **AXE_OPTIONS,
    "rules": {"target-size": {"enabled": True}, "color-contrast": {"enabled": False}},
}
# What the other colour scheme can change.
COLOURS = {**AXE_OPTIONS, "runOnly": {"type": "rule", "values": ["color-contrast"]}, "rules": {}}
LOOK = """async (options) => {
  if (!window.axe) return null;
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


def with_axe(context: BrowserContext) -> BrowserContext:
    """Let each page of a context begin with axe-core, sent once instead of page by page."""
    context.add_init_script(axe_script())
    return context


def look_at(page: Page, options: dict[str, Any] = AXE_OPTIONS) -> dict[str, Any]:
    """Return what axe finds (WCAG 2.2 AA and good practice), language, width, small targets."""
    if seen := page.evaluate(LOOK, options):
        return seen
    page.evaluate(axe_script())
    return page.evaluate(LOOK, options)


def look_again(page: Page, scheme: str) -> list[Any]:
    """Return what axe finds in the other colours of a page it has looked at."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    return page.evaluate(LOOK, COLOURS)["violations"]


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
