"""Leave: nothing of us stays behind, and what one sees next has nothing to do with us."""

import pytest
from flask import Flask, session

from engage import i18n
from engage.web.leave import on_leave
from tests.page import Page, follow
from tests.web import site


@pytest.fixture
def signed_in() -> Flask:
    app = site.build()

    @app.get("/sign-in-for-a-test")
    def sign_in() -> str:
        session["who"] = "maya"
        return "ok"

    @app.get("/who")
    def who() -> str:
        return str(session.get("who", "nobody"))

    return app


def test_leaving_forgets_who_was_here_and_empties_the_browser_of_us(signed_in: Flask) -> None:
    client = signed_in.test_client()
    client.get("/sign-in-for-a-test")
    assert client.get("/who").text == "maya"
    response = client.get("/leave")
    assert response.status_code == 303
    assert response.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert response.headers["Cache-Control"] == "no-store"
    assert client.get("/who").text == "nobody"


def test_leaving_revokes_the_session_itself_and_works_when_that_fails(
    signed_in: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    revoked = []
    on_leave(signed_in, lambda: revoked.append(session["who"]))

    def fails() -> None:
        raise RuntimeError("no database")

    on_leave(signed_in, fails)
    client = signed_in.test_client()
    client.get("/sign-in-for-a-test")
    assert client.get("/leave").location == "/page"
    assert revoked == ["maya"]
    assert client.get("/who").text == "nobody"
    assert "RuntimeError" in caplog.text and "no database" not in caplog.text


@pytest.mark.parametrize("code", i18n.LOCALES)
def test_the_page_one_lands_on_says_nothing_of_us(code: str) -> None:
    client = site.build().test_client()
    page = Page(client.get("/page", query_string={"lang": code}))
    assert not page.links and not page.forms
    assert "Our place" not in page.html
    assert "leave" not in page.html.lower()
    assert page.title and page.title != "My page"


def test_an_organisation_may_send_people_elsewhere() -> None:
    app = site.build(ENGAGE_EXIT_URL="https://weather.example/")
    assert app.test_client().get("/leave").location == "https://weather.example/"


def test_every_page_has_the_way_out_twice_and_scripts_know_it() -> None:
    client = site.build().test_client()
    for path in ("/", "/form", "/nowhere"):
        links = Page(client.get(path)).all("a", href="/leave")
        assert len(links) == 2
        assert all(link.get("data-leave") is not None for link in links)


def test_leaving_twice_or_without_a_session_is_fine() -> None:
    client = site.build().test_client()
    for _ in range(2):
        assert follow(client, client.get("/leave")).heading == "Pancakes for four"
