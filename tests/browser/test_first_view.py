"""The first view of /now is small enough for a bad connection: sizes, which do not vary."""

import pytest
from playwright.sync_api import Page, Response

from tests.browser.conftest import NewBrowser
from tests.browser.stage import Stage

pytestmark = pytest.mark.browser
ONE_FLIGHT, EVERYTHING, SCRIPTS, REQUESTS = 14_600, 30_000, 8_000, 5


def sizes(page: Page, path: str) -> dict[str, int]:
    """Open a page; return for each kind of file how many bytes came, headers included."""
    came: list[Response] = []
    page.on("response", lambda one: came.append(one))
    page.goto(path, wait_until="networkidle")
    found: dict[str, int] = {}
    for one in came:
        measured = one.request.sizes()
        kind = one.request.resource_type
        size = measured["responseHeadersSize"] + measured["responseBodySize"]
        found[kind] = found.get(kind, 0) + size
    return {**found, "requests": len(came)}


@pytest.mark.parametrize("code", ["en", "cy", "es", "ar"])
def test_the_page_without_login_is_small(new_browser: NewBrowser, stage: Stage, code: str) -> None:
    context = new_browser()
    context.request.get(f"/c/{stage.places['card']}?lang={code}")
    found = sizes(context.new_page(), f"/now?lang={code}")
    requests = found.pop("requests")
    assert requests <= REQUESTS
    assert found["document"] + found["stylesheet"] <= ONE_FLIGHT, found
    assert sum(found.values()) <= EVERYTHING, found
    assert found["script"] <= SCRIPTS, found
    assert set(found) <= {"document", "stylesheet", "script", "image", "other"}, found
