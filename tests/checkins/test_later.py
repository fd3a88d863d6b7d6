"""What was pressed without a signal: it arrives once, late and said to be, and wipes old phones."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from engage.alerts.models import Alert
from engage.checkins.later_views import OLDEST, pressed_at
from engage.checkins.models import CheckIn, SentBy
from engage.checkins.rules import Belief, Kind
from engage.db import db
from engage.people import copy_actions
from engage.people.phone_actions import report_lost_phone
from tests.cast import NOW, Cast
from tests.page import Page

KEY = "k" * 32


def milliseconds(at: datetime) -> str:
    return str(int(at.timestamp() * 1000))


@pytest.fixture
def token(app: Flask, cast: Cast, now: datetime) -> str:
    with app.app_context():
        made = copy_actions.keep_on_phone(cast.viewer(cast.maya), cast.maya, now=now)
        db.session.commit()
    return made


@pytest.fixture
def send(app: Flask, token: str) -> Callable[..., int]:
    """Send as a phone does that kept a check-in; a phone without any cookie."""

    def later(browser: FlaskClient | None = None, **fields: str) -> int:
        sent = {"token": token, "kind": "ok", "key": KEY, "at": milliseconds(NOW), **fields}
        return (browser or app.test_client()).post("/now/later", data=sent).status_code

    return later


def stored(app: Flask) -> list[CheckIn]:
    with app.app_context():
        return list(db.session.scalars(select(CheckIn).order_by(CheckIn.received_at)))


def test_it_arrives_with_the_time_at_which_it_was_pressed(
    app: Flask, send: Any, clock: Any
) -> None:
    pressed = NOW - timedelta(minutes=40)
    assert send(kind="ready", note="at the old mill", at=milliseconds(pressed)) == 204
    (check_in,) = stored(app)
    assert (check_in.kind, check_in.belief) == (Kind.READY, Belief.V1)
    assert check_in.sent_at == pressed and check_in.received_at == NOW
    assert check_in.sent_by == SentBy.LINK
    with app.app_context():
        assert db.session.get(CheckIn, check_in.id).note == "at the old mill"
        assert db.session.scalar(select(func.count()).select_from(Alert)) == 1


def test_however_often_it_comes_it_counts_once(app: Flask, send: Any) -> None:
    assert [send() for _ in range(5)] == [204] * 5
    assert len(stored(app)) == 1
    assert send(key="j" * 32) == 204
    assert len(stored(app)) == 2


def test_two_tries_at_the_same_moment_count_once(app: Flask, send: Any) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _try: send(kind="talk"), range(4)))
    assert set(answers) == {204}
    assert len(stored(app)) == 1


def test_what_arrived_on_the_page_is_not_counted_again_when_the_phone_never_heard(
    app: Flask, send: Any, cast: Cast, sign_in: Any
) -> None:
    browser = sign_in(app.test_client(), cast.maya)
    form = Page(browser.get("/now")).form("/now")
    key = form.values["key"][0]
    form.submit(browser, "ok")
    assert send(key=key) == 204
    assert len(stored(app)) == 1


@pytest.mark.parametrize("token_sent", ["", "x", "x" * 500])
def test_a_token_we_never_gave_is_told_to_forget_and_stores_nothing(
    app: Flask, send: Any, token_sent: str
) -> None:
    assert send(token=token_sent, kind="not-safe") == 410
    assert stored(app) == []


def end(app: Flask, cast: Cast) -> None:
    with app.app_context():
        report_lost_phone(cast.viewer(cast.sam), cast.maya, now=NOW)
        db.session.commit()


@pytest.mark.parametrize("kind", ["ok", "ready"])
def test_a_lost_phone_lowers_no_concern(app: Flask, send: Any, cast: Cast, kind: str) -> None:
    end(app, cast)
    assert send(kind=kind) == 410
    assert stored(app) == []


@pytest.mark.parametrize("fields", [{"kind": "not-safe"}, {"kind": "talk"}, {"note": "help me"}])
def test_what_raises_concern_is_heard_from_any_phone_and_least_believed(
    app: Flask, send: Any, cast: Cast, fields: dict[str, str]
) -> None:
    end(app, cast)
    assert send(**{"kind": "words", **fields}) == 410
    (check_in,) = stored(app)
    assert check_in.belief == Belief.V0


def test_nothing_pressed_and_nothing_written_stores_nothing(app: Flask, send: Any) -> None:
    assert send(kind="") == 204
    assert send(kind="nonsense", note="  ") == 204
    assert stored(app) == []


def test_no_cookie_is_needed_or_believed(app: Flask, send: Any, cast: Cast, sign_in: Any) -> None:
    zed = sign_in(app.test_client(), cast.zed_young)
    assert send(zed) == 204
    (check_in,) = stored(app)
    assert check_in.young_person_id == cast.maya


def test_another_site_cannot_make_a_browser_send_it(app: Flask, token: str) -> None:
    sent = {"token": token, "kind": "ok", "key": KEY}
    for headers in ({"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = app.test_client().post("/now/later", data=sent, headers=headers)
        assert answer.status_code == 400
    assert stored(app) == []


def test_asking_and_looking_change_nothing(app: Flask, token: str) -> None:
    assert app.test_client().get(f"/now/later?token={token}&kind=ok").status_code == 405
    assert stored(app) == []


@given(st.text(max_size=20))
def test_nonsense_for_a_time_is_no_time(sent: str) -> None:
    found = pressed_at(sent, NOW)
    assert found is None or NOW - OLDEST <= found <= NOW


@pytest.mark.parametrize(
    ("at", "believed"),
    [
        (NOW, True),
        (NOW - OLDEST, True),
        (NOW - OLDEST - timedelta(seconds=1), False),
        (NOW + timedelta(seconds=1), False),
        (datetime(1970, 1, 1, tzinfo=UTC), False),
    ],
)
def test_the_phones_clock_is_believed_within_a_week(at: datetime, believed: bool) -> None:
    assert (pressed_at(milliseconds(at), NOW) is not None) == believed


def test_a_flood_from_one_phone_is_slowed_down(send: Any) -> None:
    answers = [send(key=f"{n:032d}") for n in range(70)]
    assert answers[:50] == [204] * 50
    assert 429 in answers


def test_staff_read_when_it_was_pressed_and_not_only_when_it_came(
    app: Flask, send: Any, cast: Cast, sign_in: Any
) -> None:
    send(kind="talk", at=milliseconds(NOW - timedelta(minutes=40)))
    sam = sign_in(app.test_client(), cast.sam)
    for path in (
        "/check-ins",
        f"/young-people/{cast.maya}",
        f"/young-people/{cast.maya}/check-ins",
    ):
        page = Page(sam.get(path))
        assert "Pressed Sun 22 Nov 17:20, without a signal." in page, path


def test_what_came_at_once_is_not_said_to_be_late(
    app: Flask, send: Any, cast: Cast, sign_in: Any
) -> None:
    send(at=milliseconds(NOW - timedelta(minutes=2)))
    sam = sign_in(app.test_client(), cast.sam)
    assert "without a signal" not in sam.get("/check-ins").text
