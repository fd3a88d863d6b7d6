"""How often one may try; and what happens when nobody can count."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from engage import clock
from engage.web import limits
from tests.page import Page
from tests.web import site


@pytest.fixture
def traveller() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 11, 2, 12, tzinfo=UTC), tick=False) as found:
        yield found


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


def test_a_window_begins_with_its_first_try_and_ends(traveller: Any) -> None:
    counters = limits.Counters()
    assert [counters.incr("a", 60) for _ in range(3)] == [1, 2, 3]
    assert counters.get("a") == 3
    assert counters.get_expiry("a") == pytest.approx(clock.now().timestamp() + 60)
    traveller.shift(59)
    assert counters.incr("a", 60) == 4
    traveller.shift(2)
    assert counters.get("a") == 0
    assert counters.incr("a", 60) == 1


def test_what_has_ended_is_forgotten_by_whoever_counts_next(traveller: Any) -> None:
    counters = limits.Counters()
    for n in range(50):
        counters.incr(f"somebody {n}", 30)
    traveller.shift(limits.TIDY_EVERY + 1)
    counters.incr("another", 30)
    assert counters.reset() == 1


def test_one_counter_can_be_forgotten_alone() -> None:
    counters = limits.Counters()
    counters.incr("a", 60)
    counters.incr("b", 60)
    counters.clear("a")
    assert (counters.get("a"), counters.get("b"), counters.check()) == (0, 1, True)
    assert counters.get_expiry("a") == pytest.approx(clock.now().timestamp(), abs=5)


def test_tries_at_once_are_all_counted_and_start_no_thread() -> None:
    counters, before = limits.Counters(), set(threading.enumerate())
    threads = [
        threading.Thread(target=lambda: [counters.incr("a", 60) for _ in range(200)])
        for _ in range(8)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert counters.get("a") == 1600
    # Not their number: a thread that an earlier test began may end meanwhile.
    assert set(threading.enumerate()) <= before
