"""The frame of every page, in every language, whatever is broken behind it."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from engage import i18n
from engage.web import layout
from tests.page import Page, words
from tests.web import site


def broken() -> str:
    raise RuntimeError("the database is gone")


@pytest.mark.parametrize("path", ["/", "/now", "/form", "/page", "/fails/stranger", "/nowhere"])
@pytest.mark.parametrize("code", i18n.LOCALES)
def test_every_page_is_whole_in_every_language(client: FlaskClient, path: str, code: str) -> None:
    page = Page(client.get(path, query_string={"lang": code}))
    assert page.lang == code
    assert page.dir == ("rtl" if code == "ar" else "ltr")
    sheet = page.one("link", rel="stylesheet").get("href", "")
    assert ("app-rtl." in sheet) == (code == "ar")


def test_the_first_two_stops_of_the_tab_key_are_leave_and_the_main_part(
    client: FlaskClient,
) -> None:
    page = Page(client.get("/now"))
    stops = [e for e in page.root.iter() if e.tag in {"a", "button", "input", "textarea"}]
    assert [e.get("href") for e in stops[:2]] == ["/leave", "#main"]
    assert page.one("main").get("id") == "main"


def test_the_tab_and_the_header_give_nothing_away(client: FlaskClient) -> None:
    page = Page(client.get("/"))
    assert page.title == "Our place"
    assert page.link("Our place") == "/"
    assert page.one("meta", name="robots").get("content") == "noindex, nofollow"
    assert not [m for m in page.all("meta") if m.get("property")]


def test_without_a_name_of_its_own_a_page_is_called_my_page(app: Flask) -> None:
    layout.frame(app).neutral_name = lambda: ""
    assert Page(app.test_client().get("/")).title == "My page"


def test_the_languages_are_named_in_themselves_and_lead_to_the_same_page(
    client: FlaskClient,
) -> None:
    page = Page(client.get("/said?name=Ade+and+Jo&lang=cy"))
    assert page.link("Español") == "?name=Ade+and+Jo&lang=es"
    assert page.link("العربية") == "?name=Ade+and+Jo&lang=ar"
    assert "Cymraeg" not in page.links
    item = next(e for e in page.all("li", lang="ar"))
    assert item.get("dir") == "rtl"


def test_a_form_that_was_sent_leads_to_the_first_page_in_a_language(client: FlaskClient) -> None:
    assert Page(client.get("/form")).link("Español") == "?lang=es"
    form = Page(client.get("/form")).form()
    assert Page(form.submit(client)).link("Español") == "/?lang=es"


@time_machine.travel(site.AT + timedelta(minutes=5), tick=False)
def test_delayed_alerts_are_said_on_top_with_the_local_time(app: Flask) -> None:
    client = app.test_client()
    assert not Page(client.get("/")).all(cls="banner")
    layout.frame(app).delayed_since = lambda: site.AT
    banner = Page(client.get("/")).one(cls="banner")
    assert words(banner) == "Alerts are delayed since 21:05. Please call people yourself."
    assert banner.get("role") == "alert"
    layout.frame(app).delayed_since = lambda: site.AT - timedelta(days=1)
    assert "since 21:05 (Sat 21 Nov)." in words(Page(client.get("/")).one(cls="banner"))
    layout.frame(app).delayed_since = lambda: "20:00"
    assert "since 20:00" in words(Page(client.get("/")).one(cls="banner"))


def test_times_are_shown_in_the_zone_of_the_reader(app: Flask) -> None:
    layout.frame(app).time_zone = lambda: "America/Chicago"
    assert "Sun 22 Nov 15:05" in Page(app.test_client().get("/"))


def test_somebody_signed_in_finds_their_places_and_where_they_are(app: Flask) -> None:
    layout.frame(app).navigation = lambda: [
        layout.NavigationLink("/", "Home"),
        layout.NavigationLink("/now", "My plan"),
    ]
    page = Page(app.test_client().get("/now"))
    assert words(page.one("a", aria_current="page")) == "My plan"
    assert page.link("Home") == "/"
    layout.frame(app).navigation = lambda: [layout.NavigationLink("/", "Home")]
    assert "Home" not in Page(app.test_client().get("/now")).links


def test_the_frame_stands_when_everything_behind_it_is_broken(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    frame = layout.frame(app)
    frame.neutral_name = frame.delayed_since = broken
    frame.helplines = frame.navigation = frame.time_zone = broken  # type: ignore[assignment]
    page = Page(app.test_client().get("/"))
    assert page.title == "My page"
    assert "In danger now? Call your emergency number." in page
    assert "layout: RuntimeError" in caplog.text
    assert "the database is gone" not in caplog.text


def test_the_address_to_print_is_the_public_one(app: Flask) -> None:
    with app.test_request_context("/"):
        assert layout.plain_address() == "localhost"
