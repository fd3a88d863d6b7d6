"""Weight and keeping: what a phone on a slow network has to fetch, and what it may keep."""

import gzip

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engage.web import compression, static
from tests.page import Page

ONE_FLIGHT = 14_600  # bytes: HTML, headers and style sheet, compressed (issue 2)
SCRIPTS = 8 * 1024
# Loaded only by a phone that was told to keep pages for when there is no signal.
KEPT = {"sw", "offline", "worried", "talk"}
ROOM_FOR_THE_PLAN = 2_500  # what the real page may add: its own words and a longer language


def over_the_wire(response: object) -> int:
    headers = sum(len(k) + len(v) + 4 for k, v in response.headers)  # type: ignore[attr-defined]
    return headers + len(response.get_data())  # type: ignore[attr-defined]


def test_the_page_without_login_arrives_in_one_flight(client: FlaskClient) -> None:
    page = client.get("/now", headers={"Accept-Encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(page.get_data()).startswith(b"<!doctype html>")
    for name in ("app.css", "app-rtl.css"):
        with client.get(static.asset(name), headers={"Accept-Encoding": "gzip"}) as sheet:
            assert over_the_wire(page) + over_the_wire(sheet) < ONE_FLIGHT - ROOM_FOR_THE_PLAN


def test_scripts_are_small_and_not_needed() -> None:
    built = [p for p in static.DIST.iterdir() if p.suffix in {".mjs", ".js"}]
    sizes = {p.name.split(".")[0]: p.stat().st_size for p in built}
    assert sizes.keys() >= KEPT
    assert sum(size for name, size in sizes.items() if name not in KEPT) < SCRIPTS
    # A carer's phone keeps the questions, an interviewer's the talk: none keeps both.
    for other in ({"talk"}, {"worried"}):
        assert sum(sizes[name] for name in KEPT - other) < 3 * SCRIPTS


@pytest.mark.parametrize("path", ["/now", "/c", "/sign-in", "/phone-sign-in"])
def test_what_only_a_phone_that_keeps_pages_needs_is_on_no_other_page(
    path: str, client: FlaskClient
) -> None:
    page = Page(client.get(path, follow_redirects=True))
    wanted = [str(e.get("src")) for e in page.all("script")]
    assert wanted and not any(f"/{name}." in src for name in KEPT for src in wanted)


def test_a_page_asks_for_few_things_and_all_of_them_are_ours(client: FlaskClient) -> None:
    page = Page(client.get("/now"))
    wanted = [e.get("href") for e in page.all("link")] + [e.get("src") for e in page.all("script")]
    assert len(wanted) <= 4
    for name in wanted:
        assert name is not None and name.startswith("/static/dist/")
        with client.get(name) as file:
            assert file.status_code == 200


def test_a_built_file_is_kept_for_ever_and_comes_compressed(client: FlaskClient) -> None:
    for encoding in ("gzip", "br"):
        headers = {"Accept-Encoding": encoding}
        with client.get(static.asset("app.css"), headers=headers) as file:
            assert file.headers["Content-Encoding"] == encoding
            assert "immutable" in file.headers["Cache-Control"]
            assert file.headers["X-Content-Type-Options"] == "nosniff"
            assert "Access-Control-Allow-Origin" not in file.headers
            assert "Set-Cookie" not in file.headers


@pytest.mark.parametrize("path", ["manifest.json", "icons.json"])
def test_what_may_change_is_asked_for_again(client: FlaskClient, path: str) -> None:
    with client.get(f"/static/dist/{path}") as file:
        assert "immutable" not in file.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/static/../config.py", "/static/%2e%2e/config.py", "/static/"])
def test_nothing_else_is_served(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_without_assets_the_message_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setattr(static, "DIST", tmp_path)
    static.manifest.cache_clear()
    with pytest.raises(static.AssetsMissing, match="make assets"):
        static.asset("app.css")
    monkeypatch.undo()
    static.manifest.cache_clear()
    assert static.asset("app.css").startswith("/static/dist/app.")


def test_a_page_that_repeats_what_was_sent_is_never_compressed(client: FlaskClient) -> None:
    squeezed = {"Accept-Encoding": "gzip"}
    assert "Content-Encoding" not in client.get("/said?name=x", headers=squeezed).headers
    form = Page(client.get("/form")).form()
    assert "Content-Encoding" not in form.submit(client, headers=squeezed).headers
    assert "Content-Encoding" in client.get("/now?lang=cy", headers=squeezed).headers


def test_a_browser_that_reads_no_gzip_gets_none(app: Flask) -> None:
    client = app.test_client()
    for accepted in ("", "identity", "gzip;q=0", "br"):
        headers = client.get("/now", headers={"Accept-Encoding": accepted}).headers
        assert "Content-Encoding" not in headers
        assert "Accept-Encoding" in headers["Vary"]


def test_only_pages_worth_it_are_compressed(app: Flask) -> None:
    @app.get("/short")
    def short() -> str:
        return "x" * (compression.WORTH_IT - 1)

    client = app.test_client()
    for path in ("/short", "/robots.txt"):
        response = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert "Content-Encoding" not in response.headers
