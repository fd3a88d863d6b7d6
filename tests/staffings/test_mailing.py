"""Mails with calendar files go from the row, are tried again, replaced, and taken back."""

from datetime import timedelta

import pytest
import vobject
from ical.calendar_stream import IcsCalendarStream

from engage.calendar_mail import posting
from engage.db import db
from engage.episodes.rules import EpisodeState
from engage.messaging.none import NoProvider
from engage.people.models import Organisation
from engage.staffings import guest_actions, mailing, meeting_actions
from engage.staffings.actions import confirm
from engage.staffings.models import MeetingGuest
from engage.staffings.reading import link_of
from engage.staffings.rules import Part
from engage.worker.calendar_mail import send_calendar_mails
from tests.cast import NOW
from tests.checkins.texting import ADDRESS
from tests.episodes.away import become, seen_as
from tests.staffings.conftest import DAY, TUESDAY, episode_of, plan
from tests.staffings.mailserver import mail_server, read

MINUTE = timedelta(minutes=1)


@pytest.fixture
def hall(missing, inside, cast):
    """Ms Hall of the court is asked to Maya's first meeting."""
    meeting = confirm(
        seen_as(cast.sam), missing(), plan(link="https://meet.example/1", place="Room 4"), now=NOW
    )
    guest = guest_actions.add_guest(
        seen_as(cast.sam), meeting.id, Part.COURT, "Ms Hall", "hall@court.example",
        address=ADDRESS, now=NOW,
    )  # fmt: skip
    db.session.commit()
    return guest


@pytest.fixture
def post(settings):
    """Let the worker send what waits; return the letters taken so far."""
    with mail_server() as (address, letters):
        ours = settings.model_copy(update={"mail_url": address})

        def send(now):
            send_calendar_mails(ours, NoProvider(), now)
            db.session.expire_all()
            return [read(each) for each in letters]

        yield send


def calendar_in(letter):
    [part] = [each for each in letter.walk() if each.get_content_type() == "text/calendar"]
    return part, part.get_payload(decode=True).decode()


def guest_row(hall):
    return db.session.get_one(MeetingGuest, hall.id)


def test_the_first_mail_asks_and_says_nothing_about_anybody(hall, post):
    [letter] = post(NOW)
    assert letter["To"] == "hall@court.example"
    body = letter.get_body(("plain",)).get_content()
    assert "Tuesday 24 November 2026 14:30" in body and f"/m/{link_of(hall.id).code}" in body
    part, file = calendar_in(letter)
    assert part.get_param("method") == "REQUEST"
    event = vobject.readOne(file).vevent
    assert event.dtstart.value == TUESDAY and event.sequence.value == "0"
    assert event.location.value == "Room 4" and event.url.value == "https://meet.example/1"
    for text in (letter["Subject"], body, file):
        for word in ("Maya", "missing", "care", "police", "Sam", "staffing"):
            assert word.lower() not in text.lower(), word
    row = guest_row(hall)
    assert (row.mailed_sequence, row.mail_due_at) == (0, None)
    assert len(post(NOW + MINUTE)) == 1, "nothing waits any more"


def test_an_update_replaces_the_first_and_a_cancellation_ends_it(hall, post, cast):
    sam = seen_as(cast.sam)
    post(NOW)
    moved = TUESDAY + DAY
    meeting_actions.move_meeting(
        sam, hall.meeting_id, moved, link="", place="", address=ADDRESS, now=NOW
    )
    db.session.commit()
    post(NOW + MINUTE)
    become(cast, episode_of(_meeting(hall).episode_id), EpisodeState.AWAY)
    meeting_actions.cancel_meeting(sam, hall.meeting_id, address=ADDRESS, now=NOW)
    db.session.commit()
    letters = post(NOW + 2 * MINUTE)
    files = [calendar_in(each)[1] for each in letters]
    events = [IcsCalendarStream.calendar_from_ics(file).events[0] for file in files]
    assert len({each.uid for each in events}) == 1
    assert [each.sequence for each in events] == [0, 1, 2]
    assert events[1].dtstart == moved
    assert [calendar_in(each)[0].get_param("method") for each in letters] == [
        "REQUEST", "REQUEST", "CANCEL",
    ]  # fmt: skip
    assert "has changed" in letters[1].get_body(("plain",)).get_content()
    assert "is off" in letters[2].get_body(("plain",)).get_content()


def _meeting(hall):
    from engage.staffings.models import Meeting

    return db.session.get_one(Meeting, hall.meeting_id)


def test_whoever_is_taken_off_the_list_gets_a_cancellation_of_their_own(hall, post, cast):
    post(NOW)
    guest_actions.remove_guest(seen_as(cast.sam), hall.id, now=NOW)
    db.session.commit()
    letters = post(NOW + MINUTE)
    event = IcsCalendarStream.calendar_from_ics(calendar_in(letters[1])[1]).events[0]
    assert (event.status, event.sequence) == ("CANCELLED", 1)
    assert len(post(NOW + 2 * MINUTE)) == 2


def test_who_never_got_the_first_is_not_told_that_it_is_off(hall, post, cast):
    guest_actions.remove_guest(seen_as(cast.sam), hall.id, now=NOW)
    db.session.commit()
    assert post(NOW) == []


def test_a_server_that_is_away_is_tried_again_later_and_in_the_end_a_person_sees_it(
    hall, settings, cast
):
    ours = settings.model_copy(update={"mail_url": "smtp://127.0.0.1:1"})
    now, tries = NOW, 0
    while guest_row(hall).mail_due_at is not None:
        send_calendar_mails(ours, NoProvider(), now)
        db.session.expire_all()
        row, tries = guest_row(hall), tries + 1
        assert row.mailed_sequence is None
        if row.mail_due_at is not None:
            assert MINUTE < row.mail_due_at - now <= timedelta(hours=1)
            now = row.mail_due_at
    assert tries == posting.MOST_TRIES


def test_a_change_made_while_a_mail_was_on_its_way_is_sent_next(hall, cast, settings):
    letter = mailing.letter_for(hall.id, settings, NOW)
    meeting_actions.move_meeting(
        seen_as(cast.sam), hall.meeting_id, TUESDAY + DAY, link="", place="", address=ADDRESS,
        now=NOW,
    )  # fmt: skip
    posting.note_sent(mailing.POST, hall.id, letter, now=NOW)
    db.session.commit()
    assert guest_row(hall).mail_due_at == NOW
    assert mailing.letter_for(hall.id, settings, NOW).sequence == 1


def test_nothing_is_sent_about_a_meeting_that_is_over(hall, post):
    assert post(TUESDAY + DAY) == []
    assert guest_row(hall).mail_due_at is None


def test_without_a_mail_server_it_waits(hall, settings):
    send_calendar_mails(settings, NoProvider(), NOW)
    assert guest_row(hall).mail_due_at == NOW


@pytest.mark.parametrize("locale", ["en", "cy", "es", "ar"])
def test_every_language_has_a_neutral_mail_and_file(hall, cast, settings, locale):
    db.session.get_one(Organisation, cast.organisation).locale = locale
    db.session.commit()
    letter = mailing.letter_for(hall.id, settings, NOW)
    assert letter.subject and "%(" not in letter.body and "Maya" not in letter.body
    assert IcsCalendarStream.calendar_from_ics(letter.calendar.decode()).events[0].summary
