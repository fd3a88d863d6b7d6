"""Whoever holds a talk has it in their calendar: asked, moved, called off, in neutral words."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from uuid import UUID

import pytest
import vobject  # type: ignore[import-untyped]
from flask import Flask
from flask.testing import FlaskClient
from ical.calendar_stream import IcsCalendarStream
from sqlalchemy import select

from engage.calendar_mail import posting
from engage.config import Settings
from engage.db import db
from engage.episodes.rules import EpisodeState
from engage.interviews import actions, mailing
from engage.interviews.actions import Booking, Choice
from engage.interviews.models import InterviewHolder
from engage.interviews.rules import Who
from engage.messaging.none import NoProvider
from engage.people.access import SYSTEM
from engage.people.account_actions import create_account
from engage.people.models import Person
from engage.worker.calendar_mail import send_calendar_mails
from tests.cast import NOW, Cast
from tests.episodes.away import become, opened
from tests.interviews.conftest import Back, the_talk, tick
from tests.page import Page
from tests.staffings.mailserver import mail_server, read

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FIRST = NOW + 3 * DAY
INES, WYN = "ines@staff.example", "wyn@staff.example"
Post = Callable[..., list["Got"]]
Book = Callable[..., None]


class Got:
    """One letter, its file read by two libraries that did not write it."""

    def __init__(self, letter: EmailMessage):
        self.to, self.subject = letter["To"], letter["Subject"]
        body = letter.get_body(("plain",))
        assert body is not None
        self.body: str = body.get_content()
        [part] = [each for each in letter.walk() if each.get_content_type() == "text/calendar"]
        self.file = bytes(part.get_payload(decode=True) or b"").decode()
        calendar = vobject.readOne(self.file)
        [event] = IcsCalendarStream.calendar_from_ics(self.file).events
        other = calendar.vevent
        assert str(event.uid) == other.uid.value and event.sequence == int(other.sequence.value)
        assert event.dtstart == other.dtstart.value and event.status == other.status.value
        assert calendar.method.value == part.get_param("method")
        self.method, self.uid, self.sequence = calendar.method.value, event.uid, event.sequence
        self.at, self.rsvp = other.dtstart.value.astimezone(UTC), other.attendee.params["RSVP"]


@pytest.fixture
def staff(app: Flask, cast: Cast, back: Back) -> None:
    """Ines and Wyn sign in with addresses; Maya is back, and a talk is owed."""
    back()
    with app.app_context():
        create_account(SYSTEM, cast.ines, INES, now=NOW)
        create_account(SYSTEM, cast.kits_worker, WYN, now=NOW)
        db.session.commit()


@pytest.fixture
def book(app: Flask, cast: Cast, staff: None) -> Iterator[Book]:
    """Arrange it: `book()` with Ines in three days, `book(at, cast.kits_worker)`."""
    with app.app_context():

        def arrange(
            at: datetime = FIRST, who: UUID | None = cast.ines, place: str = "Park"
        ) -> None:
            booking = Booking(at, place, who, "" if who else "Somebody")
            actions.book(cast.viewer(cast.sam), cast.maya, booking, now=NOW)
            db.session.commit()

        yield arrange


@pytest.fixture
def post(settings: Settings, app: Flask, staff: None) -> Iterator[Post]:
    """Let the worker send what waits: `post()` returns every letter taken so far."""
    with mail_server() as (address, letters), app.app_context():
        ours = settings.model_copy(update={"mail_url": address})

        def send(now: datetime = NOW) -> list[Got]:
            send_calendar_mails(ours, NoProvider(), now)
            db.session.expire_all()
            return [Got(read(each)) for each in letters]

        yield send


def holder(person_id: UUID) -> InterviewHolder:
    db.session.expire_all()
    found = select(InterviewHolder).where(InterviewHolder.person_id == person_id)
    return db.session.scalars(found).one()


def test_a_booking_asks_whoever_holds_it_once_and_says_nothing_about_anybody(
    book: Book, post: Post, cast: Cast
) -> None:
    book(place="The café by the river")
    [letter] = post()
    assert (letter.to, letter.method, letter.at) == (INES, "REQUEST", FIRST)
    assert "25 November 2026 18:00" in letter.body and "/talk-records" in letter.body
    assert letter.rsvp == ["FALSE"], "nobody reads an answer"
    text = f"{letter.subject}\n{letter.body}\n{letter.file}".casefold()
    for word in ("maya", "café", "river", "sam", "missing", "care", "police", str(cast.maya)):
        assert word not in text, word
    assert len(post(NOW + DAY)) == 1, "nothing waits any more"


def test_another_time_replaces_it_and_a_change_of_heart_takes_it_back(
    book: Book, post: Post, cast: Cast
) -> None:
    book()
    post()
    book(FIRST + DAY)
    post()
    actions.choose(cast.viewer(cast.maya), cast.maya, Choice(Who.ADVOCATE), now=NOW)
    db.session.commit()
    letters = post()
    assert [each.method for each in letters] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [each.at for each in letters] == [FIRST, FIRST + DAY, FIRST + DAY]
    assert len({each.uid for each in letters}) == 1
    assert letters[0].sequence < letters[1].sequence < letters[2].sequence
    assert "has changed" in letters[1].body and "is off" in letters[2].body
    assert "26 November 2026 18:00" in letters[2].body
    assert len(post(NOW + DAY)) == 3


def test_somebody_else_holds_it_now_and_each_calendar_is_right(
    book: Book, post: Post, cast: Cast
) -> None:
    book()
    post()
    book(FIRST + HOUR, cast.kits_worker)
    letters = {each.to: each for each in post()[1:]}
    assert (letters[INES].method, letters[INES].at) == ("CANCEL", FIRST)
    assert (letters[WYN].method, letters[WYN].at) == ("REQUEST", FIRST + HOUR)
    assert len(letters) == 2
    book(FIRST + 2 * HOUR, cast.kits_worker)
    assert [each.to for each in post()[3:]] == [WYN], "Ines heard already that it is off"
    book(FIRST, cast.ines)
    again = {each.to: each for each in post()[4:]}
    assert (again[INES].method, again[WYN].method) == ("REQUEST", "CANCEL")
    assert "new appointment" in again[INES].body


@pytest.mark.parametrize("how", ["declined", "gone again", "took place before"])
def test_whatever_ends_it_frees_the_time(book: Book, post: Post, cast: Cast, how: str) -> None:
    book()
    post()
    sams = cast.viewer(cast.sam)
    match how:
        case "declined":
            actions.decline(sams, cast.maya, "", again_at=NOW + 9 * DAY, now=NOW)
        case "gone again":
            become(cast, opened(cast, now=NOW), EpisodeState.RETURNED, NOW + MINUTE)
            tick(NOW + MINUTE)
        case _:
            actions.note_done(sams, cast.maya, NOW - HOUR, now=NOW)
    db.session.commit()
    [_, letter] = post(NOW + MINUTE)
    assert (letter.method, letter.at) == ("CANCEL", FIRST)
    assert letter.sequence == the_talk().booked_number


def test_done_at_its_time_says_nothing_more(book: Book, post: Post, cast: Cast) -> None:
    book(NOW + HOUR)
    post()
    done_at = NOW + 2 * HOUR
    actions.note_done(cast.viewer(cast.sam), cast.maya, done_at, now=done_at)
    db.session.commit()
    assert len(post(done_at)) == 1


def test_the_same_again_changes_nothing(book: Book, post: Post, cast: Cast) -> None:
    book()
    post()
    book()
    assert len(post(NOW + MINUTE)) == 1 and the_talk().booked_number == 1
    book(place="The library")
    assert len(post(NOW + MINUTE)) == 2, "where it is stands on our page: worth a look"


def test_off_before_the_first_mail_went_nobody_hears_of_it(
    book: Book, post: Post, cast: Cast
) -> None:
    book()
    actions.choose(cast.viewer(cast.maya), cast.maya, Choice(Who.ADVOCATE), now=NOW)
    db.session.commit()
    assert post() == [] and holder(cast.ines).mail_due_at is None


def test_taken_away_while_the_first_mail_is_on_its_way(
    book: Book, settings: Settings, cast: Cast
) -> None:
    book()
    row = holder(cast.ines).id
    assert posting.take(mailing.POST, row, now=NOW)
    db.session.commit()
    letter = mailing.letter_for(row, settings, NOW)
    assert letter is not None
    book(FIRST, cast.kits_worker)
    posting.note_sent(mailing.POST, row, letter, now=NOW)
    db.session.commit()
    following = mailing.letter_for(row, settings, NOW)
    assert holder(cast.ines).mail_due_at == NOW
    assert following is not None and following.method == "CANCEL"
    assert following.sequence > letter.sequence


def test_arranged_again_while_a_worker_found_nothing_to_say(
    book: Book, settings: Settings, cast: Cast
) -> None:
    book()
    row = holder(cast.ines).id
    actions.choose(cast.viewer(cast.maya), cast.maya, Choice(Who.ADVOCATE), now=NOW)
    assert posting.take(mailing.POST, row, now=NOW)
    assert mailing.letter_for(row, settings, NOW) is None
    book(FIRST + DAY)
    posting.note_sent(mailing.POST, row, None, now=NOW)
    db.session.commit()
    assert holder(cast.ines).mail_due_at == NOW


def test_two_workers_send_one_mail_and_one_that_fell_silent_loses_it(
    book: Book, post: Post, cast: Cast
) -> None:
    book()
    row = holder(cast.ines).id
    assert posting.take(mailing.POST, row, now=NOW)
    db.session.commit()
    assert not posting.take(mailing.POST, row, now=NOW)
    assert post(NOW + MINUTE) == []
    assert len(post(NOW + posting.TAKEN_FOR)) == 1


def test_nobody_of_ours_without_an_address_or_no_more_gets_none(
    book: Book, post: Post, cast: Cast
) -> None:
    book(who=None)
    assert post() == [] and db.session.scalars(select(InterviewHolder)).all() == []
    book(who=cast.sue)
    assert post() == [], "Sue has no address"
    book()
    assert post(FIRST + 2 * HOUR) == [], "it is over"


@pytest.mark.parametrize("locale", ["en", "cy", "es", "ar"])
def test_each_language_has_neutral_mails(
    book: Book, settings: Settings, cast: Cast, locale: str
) -> None:
    book()
    db.session.get_one(Person, cast.ines).locale = locale
    db.session.commit()
    row = holder(cast.ines).id
    seen = []
    for who in (cast.ines, cast.kits_worker):
        book(who=who)
        letter = mailing.letter_for(row, settings, NOW)
        assert letter is not None and "%(" not in letter.body and "Maya" not in letter.body
        assert IcsCalendarStream.calendar_from_ics(letter.calendar.decode()).events[0].summary
        posting.note_sent(mailing.POST, row, letter, now=NOW)
        seen.append(letter.subject)
    assert len(set(seen)) == 2


def test_the_page_says_whether_their_calendar_heard(
    app: Flask,
    book: Book,
    post: Post,
    cast: Cast,
    sign_in: Callable[[FlaskClient, UUID], FlaskClient],
) -> None:
    sams = sign_in(app.test_client(), cast.sam)
    ours = app.extensions["engage"]
    app.extensions["engage"] = ours.model_copy(update={"mail_url": "smtp://127.0.0.1:1"})
    try:

        def says() -> str:
            return Page(sams.get(f"/young-people/{cast.maya}/talk")).text

        book()
        assert "Mail waits to be sent" in says()
        post()
        assert "Mail sent" in says()
        row = holder(cast.ines)
        row.mail_due_at, row.mailed_sequence = None, None
        db.session.commit()
        assert "Tell them yourself" in says()
    finally:
        app.extensions["engage"] = ours
    assert "Tell them yourself" not in says(), "no mail is sent here at all"
