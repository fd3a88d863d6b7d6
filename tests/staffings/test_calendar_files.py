"""Calendar files of meetings: one UID, a sequence that grows, and the right hour in every zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from ical.calendar_stream import IcsCalendarStream

from engage.db import db
from engage.episodes.rules import EpisodeState
from engage.people.models import Organisation
from engage.staffings import guest_actions, meeting_actions
from engage.staffings.actions import confirm
from engage.staffings.mailing import file_for
from engage.staffings.meeting_actions import Held
from engage.staffings.models import MeetingGuest
from engage.staffings.rules import Part
from tests.cast import NOW
from tests.checkins.texting import ADDRESS
from tests.episodes.away import become, seen_as
from tests.page import Page
from tests.staffings.conftest import DAY, TUESDAY, episode_of, plan

HALF = timedelta(minutes=30)


@pytest.fixture
def ask(missing, inside, cast, settings):
    """Set the first meeting for an instant and return its guest and a reader of their file."""

    def begin(at=TUESDAY, now=NOW):
        meeting = confirm(seen_as(cast.sam, now), missing(now=now), plan(at), now=now)
        guest = guest_actions.add_guest(
            seen_as(cast.sam, now), meeting.id, Part.COURT, "Ms Hall", "hall@court.example",
            address=ADDRESS, now=now,
        )  # fmt: skip
        db.session.commit()

        def read(later=now):
            row = db.session.get_one(MeetingGuest, guest.id)
            return file_for(row, settings, now=later).decode()

        return guest, read

    return begin


def one(file):
    [event] = IcsCalendarStream.calendar_from_ics(file).events
    return event


def move(cast, guest, at, *, place="", now=NOW):
    meeting_actions.move_meeting(
        seen_as(cast.sam, now), guest.meeting_id, at, link="", place=place, address=ADDRESS, now=now
    )
    db.session.commit()


@pytest.mark.parametrize(
    ("zone", "wall"),
    [
        ("Europe/London", "2027-03-27T14:30"),  # the day before the clocks go forward
        ("Europe/London", "2027-03-28T14:30"),
        ("Europe/London", "2027-10-31T14:30"),  # the day they go back
        ("Europe/London", "2027-07-01T00:00"),
        ("America/Chicago", "2027-03-14T09:00"),
        ("America/Chicago", "2027-11-07T09:00"),
        ("America/St_Johns", "2027-01-05T10:15"),  # half an hour apart from the others
        ("Pacific/Auckland", "2027-04-04T09:00"),
        ("Asia/Kathmandu", "2027-02-01T12:00"),
    ],
)
def test_a_calendar_shows_the_hour_on_the_wall_in_every_zone(cast, ask, zone, wall):
    now = datetime(2027, 1, 1, tzinfo=UTC)
    local = datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone))
    _guest, read = ask(local.astimezone(UTC), now)
    event = one(read())
    assert event.dtstart == local and event.dtend == local + HALF
    other = vobject.readOne(read()).vevent
    assert other.dtstart.value.astimezone(ZoneInfo(zone)).isoformat()[:16] == wall
    assert other.dtend.value - other.dtstart.value == HALF


@pytest.mark.parametrize("days", range(-2, 3))
def test_moving_across_the_change_of_the_clocks_keeps_half_an_hour(cast, ask, days):
    change = datetime(2027, 3, 28, 1, tzinfo=UTC)
    guest, read = ask(change - 5 * DAY, change - 20 * DAY)
    at = change + days * DAY - timedelta(minutes=15)
    move(cast, guest, at, now=change - 19 * DAY)
    event = one(read())
    assert (event.dtstart, event.dtend - event.dtstart) == (at, HALF)


def test_every_change_is_one_more_and_the_name_of_it_stays(cast, ask):
    guest, read = ask()
    files = [read()]
    for number in range(1, 4):
        move(cast, guest, TUESDAY + number * DAY)
        files.append(read())
    move(cast, guest, TUESDAY + 3 * DAY, place="Room 4")
    files.append(read())
    events = [one(file) for file in files]
    assert [each.sequence for each in events] == [0, 1, 2, 3, 4]
    assert len({each.uid for each in events}) == 1
    assert [each.dtstart for each in events[:4]] == [TUESDAY + n * DAY for n in range(4)]
    assert events[-1].location == "Room 4"


def test_reading_the_file_again_changes_nothing_but_its_stamp(ask):
    _guest, read = ask()
    first, later = one(read()), one(read(NOW + DAY))
    assert (first.uid, first.sequence, first.dtstart) == (later.uid, later.sequence, later.dtstart)


def test_whoever_was_taken_off_is_one_change_further_and_the_others_are_not(cast, ask, settings):
    guest, read = ask()
    other = guest_actions.add_guest(
        seen_as(cast.sam), guest.meeting_id, Part.OTHER, "Bo", "", address=ADDRESS, now=NOW
    )
    guest_actions.remove_guest(seen_as(cast.sam), guest.id, now=NOW)
    db.session.commit()
    assert one(read()).sequence == 1
    assert one(file_for(other, settings, now=NOW).decode()).sequence == 0


def test_the_next_meeting_is_another_entry(cast, ask, settings):
    guest, read = ask()
    after = TUESDAY + timedelta(hours=1)
    become(cast, episode_of(_meeting(guest).episode_id), EpisodeState.IN_TOUCH, NOW)
    meeting_actions.hold(
        seen_as(cast.sue, after), guest.meeting_id,
        Held(30, "x", next_plan=plan(TUESDAY + 7 * DAY, person_ids=(cast.jo,))), now=after,
    )  # fmt: skip
    db.session.commit()
    [asked] = db.session.query(MeetingGuest).filter_by(person_id=cast.jo)
    assert one(file_for(asked, settings, now=after).decode()).uid != one(read(after)).uid


def _meeting(guest):
    from engage.staffings.models import Meeting

    return db.session.get_one(Meeting, guest.meeting_id)


@pytest.mark.parametrize(
    "words",
    ["Room 4; bring, nothing\\", "Zimmer\r\nATTENDEE:MAILTO:zed@x.example", "غرفة 4", "🙂" * 30,
     "a" * 120],
)  # fmt: skip
def test_a_room_is_text_and_never_a_line_of_the_file(cast, ask, words):
    guest, read = ask()
    move(cast, guest, TUESDAY + DAY, place=words)
    file = read()
    assert not any(line.upper().startswith("ATTENDEE:MAILTO:ZED") for line in file.split("\r\n"))
    assert all(len(line.encode()) <= 75 for line in file.split("\r\n"))
    assert "".join(one(file).location.split()) == "".join(words.split())


@pytest.mark.parametrize("zone", ["Europe/London", "America/Chicago"])
def test_a_guest_reads_the_hour_of_the_house_and_keeps_the_same_instant(
    app, client, cast, ask, zone
):
    guest, _read = ask()
    db.session.get_one(Organisation, cast.organisation).time_zone = zone
    db.session.commit()
    from engage.staffings.reading import link_of

    path = f"/m/{link_of(guest.id).code}"
    shown = Page(client.get(path)).text
    assert TUESDAY.astimezone(ZoneInfo(zone)).strftime("%H:%M") in shown
    assert one(client.get(f"{path}/calendar").get_data(as_text=True)).dtstart == TUESDAY
