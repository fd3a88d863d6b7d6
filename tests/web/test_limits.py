"""How often one may try; and what happens when nobody can count."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from engage.web import limits
from tests.page import Page
from tests.web import site


@pytest.fixture
def app() -> Flask:
    app = site.build()
    from engage.web.forms import csrf

    csrf.exempt(app.view_functions["try_once"])
    return app


def attempt(app: Flask, address: str = "192.0.2.1", query: str = "") -> TestResponse:
    return app.test_client().post(f"/try{query}", environ_base={"REMOTE_ADDR": address})


def test_too_many_tries_are_told_to_wait(app: Flask) -> None:
    assert [attempt(app).status_code for _ in range(3)] == [200, 200, 429]
    response = attempt(app)
    page = Page(response)
    assert page.heading == "Too many tries"
    assert "Missing People" in page
    assert response.headers["Retry-After"] == "60"


def test_one_network_does_not_use_up_anothers_tries(app: Flask) -> None:
    for _ in range(3):
        attempt(app)
    assert attempt(app, "192.0.2.2").status_code == 200


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("somewhere", "unknown"),
        (None, "unknown"),
    ],
)
def test_a_household_counts_as_one_network(app: Flask, address: str | None, expected: str) -> None:
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": address}):
        assert limits.network() == expected


class Broken:
    def hit(self, *_args: Any) -> bool:
        raise ConnectionError("redis://secret@host is away")


def test_with_a_broken_counter_a_signal_passes_and_a_sign_in_does_not(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    app.extensions[limits.KEY] = Broken()
    assert attempt(app, query="?open=1").status_code == 200
    assert Page(attempt(app)).status == 503
    assert "secret" not in caplog.text


def test_where_there_is_redis_it_counts_for_all_processes() -> None:
    app = site.build(REDIS_URL="redis://127.0.0.1:1/0")
    assert "Redis" in type(app.extensions[limits.KEY].storage).__name__
