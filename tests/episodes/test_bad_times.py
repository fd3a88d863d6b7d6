"""Times that no clock showed, or that cannot be so: said in clear words, and nothing lost."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engage.db import db
from engage.episodes.forms import NO_SUCH_TIME, NOT_A_TIME, WhenForm
from engage.episodes.reading import times_of
from engage.episodes.rules import Event
from tests.cast import NOW, Cast
from tests.episodes.away import HOUR, S, become, opened
from tests.page import Page

SignIn = Callable[[FlaskClient, UUID], FlaskClient]


def instant(app: Flask, on: str, at: str, zone: str = "Europe/London"):
    with app.test_request_context():
        form = WhenForm(formdata=None, data={"on": on, "at": at})
        return form.instant(zone, NOW), form.why


@pytest.mark.parametrize(
    ("zone", "on", "gone", "before", "after"),
    [
        ("Europe/London", "2026-03-29", "01:30", "00:59", "02:00"),
        ("America/Chicago", "2026-03-08", "02:15", "01:59", "03:00"),
        ("America/New_York", "2026-03-08", "02:59", "01:59", "03:00"),
    ],
)
def test_an_hour_that_the_clocks_skipped_did_not_exist(
    app: Flask, zone: str, on: str, gone: str, before: str, after: str
) -> None:
    assert instant(app, on, gone, zone) == (None, NO_SUCH_TIME)
    first, _ = instant(app, on, before, zone)
    second, _ = instant(app, on, after, zone)
    assert second - first == timedelta(minutes=1)


def test_of_an_hour_that_came_twice_the_first_counts(app: Flask) -> None:
    at, _ = instant(app, "2026-10-25", "01:30")
    assert at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_leap_day_is_a_day_in_leap_years_alone(app: Flask) -> None:
    assert instant(app, "2028-02-29", "12:00")[0] == datetime(2028, 2, 29, 12, tzinfo=UTC)
    assert instant(app, "2026-02-29", "12:00") == (None, NOT_A_TIME)


@pytest.mark.parametrize(
    ("on", "at"),
    [("2026-11-22", ""), ("", "18:00"), ("soon", "18:00"), ("2026-11-22", "25:00"),
     ("2026-11-22", "18:00+05:00"), ("0001-01-01", "00:00"), ("2026-13-01", "18:00")],
)  # fmt: skip
def test_what_is_no_time_is_none(app: Flask, on: str, at: str) -> None:
    assert instant(app, on, at, "Asia/Tokyo") == (None, NOT_A_TIME)


def test_nothing_filled_in_means_now(app: Flask) -> None:
    assert instant(app, "", "")[0] == NOW


@pytest.fixture
def page_of(app: Flask, client: FlaskClient, sign_in: SignIn, cast: Cast):
    """Sam, and the page of an episode in which Maya was missing since two hours."""
    with app.app_context():
        episode = opened(cast, S.MISSING, now=NOW - 2 * HOUR)
        path = f"/episodes/{episode.id}"
    sam = sign_in(client, cast.sam)
    return sam, path


@pytest.mark.parametrize(
    ("on", "at", "words"),
    [
        ("2026-03-29", "01:30", "this time did not exist"),
        ("2026-11-22", "12:00", "They cannot be back before they were gone."),
        ("2026-11-23", "12:00", "This time has not come yet."),
        ("2020-11-22", "12:00", "This is more than a year ago."),
        ("the 22nd", "12:00", "Write the day and the time, like 2026-11-22 and 21:30."),
    ],
)
def test_a_return_that_cannot_be_is_said_beside_the_field(
    page_of: tuple[FlaskClient, str], on: str, at: str, words: str
) -> None:
    sam, path = page_of
    form = Page(sam.get(path)).form(f"{path}/change")
    page = Page(form.fill(state="returned", on=on, at=at, reason="her own words").submit(sam))
    assert page.status == 400 and words in page
    typed = page.form(f"{path}/change").values
    assert (typed["on"], typed["at"], typed["state"]) == ([on], [at], ["returned"])
    assert typed["reason"][0].strip() == "her own words"


def test_the_return_is_set_once_and_a_correction_keeps_the_first_with_its_reason(
    app: Flask, page_of: tuple[FlaskClient, str], cast: Cast
) -> None:
    sam, path = page_of
    with app.app_context():
        from engage.episodes.models import Episode

        episode = db.session.get_one(Episode, UUID(path.rsplit("/", 1)[1]))
        become(cast, episode, S.RETURNED)
    form = Page(sam.get(path)).form(f"{path}/time")
    told = {"time-event": "returned", "time-on": "2026-11-22", "time-at": "17:30"}
    page = Page(form.fill(told).submit(sam))
    assert page.status == 400 and "Say why this time is changed. The first one is kept." in page
    page = page.form(f"{path}/time").fill({"time-reason": "the bus driver said so"}).send(sam)
    assert "as first said" in page
    with app.app_context():
        times = [t for t in times_of([UUID(path.rsplit("/", 1)[1])])[UUID(path[-36:])]
                 if t.event == Event.RETURNED]  # fmt: skip
        assert [t.at for t in times] == [NOW, NOW - HOUR / 2]
        assert [t.reason for t in times] == [None, "the bus driver said so"]
