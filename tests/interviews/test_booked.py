"""What is booked: a file for a worker's calendar, and reminders for the young person."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import vobject  # type: ignore[import-untyped]
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engage.db import db
from engage.interviews import actions
from engage.interviews.actions import Booking, Choice
from engage.interviews.reminding import remind
from engage.interviews.rules import Who, reminders_past
from engage.messaging.models import Message
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS
from tests.interviews.conftest import Back, the_talk
from tests.page import Page

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SignIn = Callable[[FlaskClient, UUID], FlaskClient]
Book = Callable[..., datetime]


@pytest.mark.parametrize(
    ("before", "past"),
    [(3 * DAY, 0), (DAY + HOUR, 0), (DAY, 1), (3 * HOUR, 1), (2 * HOUR, 2), (-HOUR, 2)],
)
def test_two_reminders_a_day_and_two_hours_before(before: timedelta, past: int) -> None:
    assert reminders_past(NOW, NOW - before) == past


@pytest.fixture
def book(app: Flask, cast: Cast, back: Back) -> Book:
    """Book Maya's talk with Ines: `book()` in three days, `book(5 * HOUR)`."""
    back()

    def arrange(ahead: timedelta = 3 * DAY) -> datetime:
        with app.app_context():
            at = NOW + ahead
            booking = Booking(at, "The park", cast.ines)
            actions.book(cast.viewer(cast.sam), cast.maya, booking, now=NOW)
            db.session.commit()
            return at

    return arrange


def went(at: datetime) -> int:
    done = remind(now=at, address=ADDRESS)
    db.session.commit()
    return done


def reminders() -> list[Message]:
    return list(db.session.scalars(select(Message).where(Message.template == "talk_reminder")))


def test_each_goes_once_and_never_after_the_time(app: Flask, cast: Cast, book: Book) -> None:
    at = book()
    with app.app_context():
        assert went(at - DAY - HOUR) == 0
        assert [went(at - DAY), went(at - DAY + HOUR)] == [1, 0]
        assert [went(at - 2 * HOUR), went(at - HOUR)] == [1, 0]
        assert went(at + HOUR) == 0
        assert all(each.person_id == cast.maya and each.klass == "Y" for each in reminders())
        assert {each.not_after for each in reminders()} == {at}
        said = str(reminders()[0].params)
        assert "18:00" in said and "park" not in said and "Ines" not in said


def test_asleep_for_a_day_one_is_enough(app: Flask, book: Book) -> None:
    at = book()
    with app.app_context():
        assert [went(at - HOUR), went(at - HOUR)] == [1, 0]
        assert len(reminders()) == 1


def test_booked_at_short_notice_nothing_goes_at_once(app: Flask, book: Book) -> None:
    at = book(5 * HOUR)
    with app.app_context():
        assert went(NOW) == 0
        assert went(at - 2 * HOUR) == 1


def test_another_time_has_its_own_reminders_and_none_when_it_is_off(
    app: Flask, cast: Cast, book: Book
) -> None:
    book()
    at = book(4 * DAY)
    with app.app_context():
        assert [went(at - 2 * DAY), went(at - DAY)] == [0, 1]
        choice = Choice(Who.ADVOCATE)
        actions.choose(cast.viewer(cast.maya), cast.maya, choice, now=at - 20 * HOUR)
        db.session.commit()
        assert went(at - 2 * HOUR) == 0


def test_a_worker_takes_it_into_their_calendar_in_neutral_words(
    app: Flask, client: FlaskClient, cast: Cast, book: Book, sign_in: SignIn
) -> None:
    at = book()
    sams = sign_in(client, cast.sam)
    path = f"/young-people/{cast.maya}/talk/calendar"
    assert path in Page(sams.get(f"/young-people/{cast.maya}/talk")).links.values()
    answer = sams.get(path)
    assert answer.content_type.startswith("text/calendar")
    first = vobject.readOne(answer.text).vevent
    assert first.dtstart.value.astimezone(UTC) == at
    book(4 * DAY)
    second = vobject.readOne(sams.get(path).text).vevent
    assert first.uid.value == second.uid.value
    assert int(second.sequence.value) > int(first.sequence.value)
    for word in ("Maya", "park", "Ines", "missing", "care"):
        assert word not in answer.text
    with app.app_context():
        assert the_talk().booked_number == 2


def test_nobody_else_gets_a_file_and_nothing_booked_has_none(
    app: Flask, cast: Cast, back: Back, sign_in: SignIn
) -> None:
    back()
    path = f"/young-people/{cast.maya}/talk/calendar"
    for who in (cast.sam, cast.zed_worker, cast.far_zed_worker, cast.jo, cast.kit, cast.maya):
        assert sign_in(app.test_client(), who).get(path).status_code == 404
