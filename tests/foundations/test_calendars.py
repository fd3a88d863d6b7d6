"""Calendar files, read by two libraries that did not write them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream
from ical.event import Event

from engage.calendars import Appointment, Mailbox, Method, calendar_file, content_type

LONDON = ZoneInfo("Europe/London")
CHICAGO = ZoneInfo("America/Chicago")
STARTS = datetime(2026, 6, 3, 14, 0, tzinfo=UTC)
MEETING = Appointment(
    uid="0f3a@engage.example",
    sequence=0,
    stamped_at=datetime(2026, 6, 1, 9, 0, tzinfo=UTC),
    starts_at=STARTS,
    ends_at=STARTS + timedelta(minutes=30),
    summary="Meeting",
    organiser=Mailbox("team@council.example", "The team"),
    guest=Mailbox("guest@court.example", "A guest"),
    link="https://meet.example/abc",
)


class Mailboxed:
    """A calendar program as RFC 5546 describes it: one event a UID, the highest sequence stays."""

    def __init__(self):
        self.kept = {}

    def receive(self, file):
        calendar = vobject.readOne(file.decode())
        event = calendar.vevent
        there = self.kept.get(event.uid.value)
        if there is not None and int(there.sequence.value) > int(event.sequence.value):
            return
        if calendar.method.value == "CANCEL":
            self.kept.pop(event.uid.value, None)
        else:
            self.kept[event.uid.value] = event


def first(file) -> Event:
    """What the other library reads."""
    [event] = IcsCalendarStream.calendar_from_ics(file.decode()).events
    return event


def test_two_libraries_read_the_same_meeting():
    file = calendar_file(MEETING, Method.REQUEST)
    one, other = first(file), vobject.readOne(file.decode()).vevent
    assert one.uid == other.uid.value == MEETING.uid
    assert one.dtstart == other.dtstart.value == MEETING.starts_at
    assert one.dtend == other.dtend.value == MEETING.ends_at
    assert one.summary == other.summary.value == "Meeting"
    assert one.sequence == int(other.sequence.value) == 0
    assert one.dtstamp == other.dtstamp.value == MEETING.stamped_at
    assert one.location == MEETING.link
    assert [str(each.uri).lower() for each in one.attendees] == ["mailto:guest@court.example"]
    assert other.organizer.value.lower() == "mailto:team@council.example"
    assert other.attendee.params["RSVP"] == ["TRUE"]


def test_a_reminder_comes_half_an_hour_before_and_can_be_left_out():
    event = vobject.readOne(calendar_file(MEETING, Method.REQUEST).decode()).vevent
    assert event.valarm.trigger.value == -timedelta(minutes=30)
    quiet = calendar_file(replace(MEETING, remind_before=None), Method.REQUEST)
    assert b"VALARM" not in quiet


def test_an_update_replaces_the_first_and_arriving_late_the_first_does_not_come_back():
    program = Mailboxed()
    before = calendar_file(MEETING, Method.REQUEST)
    moved = replace(MEETING, sequence=1, starts_at=STARTS + timedelta(days=1),
                    ends_at=STARTS + timedelta(days=1, minutes=30))  # fmt: skip
    program.receive(before)
    program.receive(calendar_file(moved, Method.REQUEST))
    program.receive(before)
    [kept] = program.kept.values()
    assert kept.dtstart.value == moved.starts_at


def test_a_cancellation_cancels_and_reminds_nobody():
    program = Mailboxed()
    program.receive(calendar_file(MEETING, Method.REQUEST))
    file = calendar_file(replace(MEETING, sequence=1), Method.CANCEL)
    program.receive(file)
    assert program.kept == {}
    assert first(file).status == "CANCELLED"
    assert b"VALARM" not in file and b"METHOD:CANCEL" in file


def test_a_published_file_names_no_guest():
    file = calendar_file(MEETING, Method.PUBLISH)
    assert b"ATTENDEE" not in file and b"guest@court" not in file
    assert first(file).summary == "Meeting"


@pytest.mark.parametrize(
    ("local", "as_utc"),
    [
        # The hour that is missing in spring, and the one that comes twice in autumn.
        (datetime(2026, 3, 29, 0, 59, tzinfo=LONDON), "20260329T005900Z"),
        (datetime(2026, 3, 29, 2, 0, tzinfo=LONDON), "20260329T010000Z"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=LONDON), "20261025T003000Z"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=LONDON, fold=1), "20261025T013000Z"),
        (datetime(2026, 3, 8, 3, 0, tzinfo=CHICAGO), "20260308T080000Z"),
        (datetime(2026, 11, 1, 1, 15, tzinfo=CHICAGO, fold=1), "20261101T071500Z"),
    ],
)
def test_a_meeting_on_the_night_the_clocks_change_is_at_one_instant(local, as_utc):
    ends = (local.astimezone(UTC) + timedelta(minutes=30)).astimezone(local.tzinfo)
    file = calendar_file(replace(MEETING, starts_at=local, ends_at=ends), Method.REQUEST)
    assert f"DTSTART:{as_utc}".encode() in file
    event = first(file)
    assert event.dtend - event.dtstart == timedelta(minutes=30)
    assert event.dtstart == local.astimezone(UTC)


@settings(max_examples=40, deadline=None)
@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=120
    ).map(lambda text: f"[{text}]")
)
def test_any_text_is_folded_at_75_bytes_and_comes_back_whole(text):
    file = calendar_file(replace(MEETING, where=text, remind_before=None), Method.REQUEST)
    assert all(len(line) <= 75 for line in file.split(b"\r\n"))
    assert first(file).location == text


def test_arabic_comes_back_whole_and_no_letter_is_cut_by_the_fold():
    text = "اجتماع مع الفريق عبر الفيديو، يمكنك الحضور أو إخبارنا برأيك قبل الموعد، كما تريد"
    file = calendar_file(replace(MEETING, summary=text), Method.REQUEST)
    for line in file.split(b"\r\n"):
        line.decode()
    assert first(file).summary == vobject.readOne(file.decode()).vevent.summary.value == text


def test_a_second_line_in_a_place_cannot_smuggle_in_a_line_of_the_file():
    nasty = "Room 4\r\nATTENDEE:MAILTO:zed@nowhere.example\nSUMMARY:x"
    file = calendar_file(replace(MEETING, where=nasty), Method.REQUEST)
    assert [str(each.uri).lower() for each in first(file).attendees] == [
        "mailto:guest@court.example"
    ]
    assert first(file).summary == "Meeting"


@pytest.mark.parametrize("part", ["summary", "description"])
@pytest.mark.parametrize(
    "words", ["Missing from home", "About care", "with POLICE", "gyda'r heddlu", "La policía"]
)
def test_what_lock_screens_show_never_says_what_it_is_about(part, words):
    with pytest.raises(ValueError, match="nothing of that"):
        calendar_file(replace(MEETING, **{part: words}), Method.REQUEST)


@pytest.mark.parametrize(
    "changes",
    [
        {"starts_at": datetime(2026, 6, 3, 14, 0)},
        {"ends_at": STARTS},
        {"guest": None},
    ],
)
def test_a_file_that_no_calendar_could_place_is_refused(changes):
    with pytest.raises(ValueError):
        calendar_file(replace(MEETING, **changes), Method.REQUEST)


def test_the_media_type_names_the_method():
    assert content_type(Method.CANCEL) == "text/calendar; charset=utf-8; method=CANCEL"
