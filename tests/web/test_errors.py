"""Whatever goes wrong, one reads plain words and a way on; nobody reads a trace."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engage.web import error_pages
from engage.web.errors import NotStored, TooMany
from tests.page import Page
from tests.web import site


@pytest.mark.parametrize(
    ("how", "status", "heading"),
    [
        ("stranger", 404, "This page is not here"),
        ("changed", 409, "Somebody changed this first"),
        ("broken", 500, "Something broke"),
        ("database", 503, "We could not do that just now"),
    ],
)
def test_what_goes_wrong_in_a_view_becomes_a_page_in_plain_words(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, how: str, status: int, heading: str
) -> None:
    page = Page(client.get(f"/fails/{how}"))
    assert (page.status, page.heading) == (status, heading)
    assert "Missing People" in page
    for secret in ("Maya", "Traceback", "Error", "select"):
        assert secret not in page.html
    assert "Maya" not in caplog.text


def test_the_log_says_where_it_broke_and_not_what_was_in_it(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    client.get("/fails/broken")
    assert "500: ValueError at site.py:" in caplog.text


def test_what_is_not_yours_looks_exactly_like_what_is_not_there(client: FlaskClient) -> None:
    mine, nothing = client.get("/fails/stranger"), client.get("/fail/stranger")
    assert mine.get_data() == nothing.get_data()
    assert mine.status_code == nothing.status_code == 404
    assert list(mine.headers.keys()) == list(nothing.headers.keys())


def test_even_a_forbidden_page_says_only_that_it_is_not_here(app: Flask) -> None:
    from werkzeug.exceptions import Forbidden, Unauthorized

    @app.get("/closed/<int:code>")
    def closed(code: int) -> str:
        raise {401: Unauthorized, 403: Forbidden}[code]()

    for code in (401, 403):
        assert Page(app.test_client().get(f"/closed/{code}")).status == 404


def test_a_page_opened_the_wrong_way_says_which_ways_there_are(client: FlaskClient) -> None:
    response = client.post("/now", headers={"Origin": "http://localhost"})
    assert response.status_code in {400, 405}
    response = client.put("/page", data={"csrf_token": "x"})
    assert response.status_code in {400, 405}
    response = client.get("/csp")
    assert Page(response).status == 405
    assert "POST" in response.headers["Allow"]


def test_a_database_that_is_away_says_when_to_try_again(client: FlaskClient) -> None:
    assert client.get("/fails/database").headers["Retry-After"] == "30"


def test_when_even_the_page_for_errors_breaks_there_is_still_an_answer(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_template(*_args: Any, **_more: Any) -> str:
        raise RuntimeError

    monkeypatch.setattr(error_pages, "render_template", no_template)
    page = Page(app.test_client().get("/fails/broken"))
    assert page.status == 500
    assert page.link("Leave") == "/leave"


def test_every_status_has_words() -> None:
    for status in range(400, 600):
        heading, sentences = error_pages.words(status)
        assert heading and sentences
        assert all(len(sentence.split()) <= 20 for sentence in sentences)


def test_a_redirect_raised_on_the_way_is_followed(app: Flask) -> None:
    from flask import abort, redirect

    @app.get("/elsewhere")
    def elsewhere() -> str:
        abort(redirect("/now", 303))

    assert app.test_client().get("/elsewhere").location == "/now"


def test_errors_say_what_they_are_about() -> None:
    assert str(TooMany(90)) == "Try again in 90 seconds."
    assert TooMany().wait == 60
    assert str(NotStored("full")) == "full"


def resend(app: Flask, typed: dict[str, str], **headers: str) -> Any:
    client = app.test_client()
    return client, client.post("/form", data=typed, headers=headers)


def test_a_form_that_lay_open_too_long_is_shown_again_with_what_was_typed() -> None:
    app = site.build()
    client, response = resend(app, {"name": "Coach Lee", "how": "friend", "csrf_token": "old"})
    page = Page(response)
    assert page.status == 400
    assert "Nothing is lost." in page
    assert "Coach Lee" in page
    form = page.form("/form")
    assert form.values["how"] == ["friend"]
    assert form.values["csrf_token"] != ["old"]
    assert form.send(client).heading == "Thank you"


def test_a_form_from_another_site_gets_no_second_chance_and_no_session() -> None:
    for elsewhere in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        _client, response = resend(site.build(), {"name": "Coach Lee"}, **elsewhere)
        page = Page(response)
        assert page.status == 400
        assert not page.forms
        assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("name", ["password", "new_password", "code", "pin", "totp_code"])
def test_secrets_are_never_shown_again(name: str) -> None:
    _client, response = resend(site.build(), {name: "bluebird 7", "name": "Jo"})
    page = Page(response)
    assert "bluebird" not in page.html
    assert page.link("Open the page again") == "/form"


def test_an_empty_form_without_a_token_is_asked_for_again() -> None:
    _client, response = resend(site.build(), {})
    assert Page(response).link("Open the page again") == "/form"
