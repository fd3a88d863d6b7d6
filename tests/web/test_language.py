"""Which language a page speaks."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engage.web import language
from tests.page import Page


def test_a_language_once_asked_for_is_kept(client: FlaskClient) -> None:
    assert Page(client.get("/now?lang=ar")).lang == "ar"
    assert Page(client.get("/now")).lang == "ar"
    assert Page(client.get("/now?lang=en")).lang == "en"
    assert Page(client.get("/now")).lang == "en"


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("cy-GB, en;q=0.5", "cy"),
        ("fr, es-MX;q=0.8, en;q=0.5", "es"),
        ("ar", "ar"),
        ("fr", "en"),
        ("", "en"),
        ("*", "en"),
        ("en;q=0.1, es", "es"),
    ],
)
def test_else_the_phone_says_which_language_it_likes(
    client: FlaskClient, accepted: str, expected: str
) -> None:
    response = client.get("/now", headers={"Accept-Language": accepted})
    assert Page(response).lang == expected


@pytest.mark.parametrize("asked", ["xx", "EN", "../en", "", "en'--"])
def test_a_language_we_do_not_speak_changes_nothing(client: FlaskClient, asked: str) -> None:
    client.get("/now?lang=es")
    assert Page(client.get("/now", query_string={"lang": asked})).lang == "es"


def test_one_readers_language_never_reaches_the_next(client: FlaskClient) -> None:
    client.get("/now?lang=ar")
    other = client.application.test_client()
    assert Page(other.get("/now")).lang == "en"


def test_somebody_signed_in_is_spoken_to_in_their_own_language(app: Flask) -> None:
    client = app.test_client()

    @app.get("/signed-in")
    def signed_in() -> str:
        language.keep("cy")
        language.keep("xx")
        return "ok"

    client.get("/signed-in")
    assert Page(client.get("/now")).lang == "cy"
