"""The pages of staffings and meetings, as people use them; and Zed, who finds nothing."""

import re
from datetime import timedelta

import pytest
from ical.calendar_stream import IcsCalendarStream

from engage.audit.models import AuditEntry
from engage.db import db
from engage.episodes.forms import NO_SUCH_TIME, NOT_A_TIME
from engage.episodes.rules import EpisodeState
from engage.staffings import actions, guest_actions, meeting_actions
from engage.staffings.meeting_actions import Held
from engage.staffings.models import Meeting, MeetingGuest
from engage.staffings.reading import link_of
from engage.staffings.rules import Part, Purpose, Whose
from engage.web.pdf import can_make_pdf
from tests.cast import NOW
from tests.checkins.texting import ADDRESS
from tests.episodes.away import become, seen_as
from tests.page import Page, stands_in
from tests.staffings.conftest import DAY, TUESDAY, episode_of, give_slots, plan, staffing

S = EpisodeState
AFTER = TUESDAY + timedelta(minutes=40)
LINK = "A link begins with https://."


@pytest.fixture
def episode_id(missing):
    return missing()


@pytest.fixture
def meeting_id(app, cast, episode_id):
    """The first staffing is set for Tuesday."""
    with app.app_context():
        sam = seen_as(cast.sam)
        made = actions.confirm(
            sam, episode_id, plan(person_ids=(cast.sue, cast.jo), link="https://meet.example/1"),
            now=NOW,
        )  # fmt: skip
        db.session.commit()
        return made.id


@pytest.fixture
def codes(app, cast, meeting_id):
    """The codes of those who are asked: a guest from the court, and Maya."""
    with app.app_context():
        sam = seen_as(cast.sam)
        court = guest_actions.add_guest(
            sam, meeting_id, Part.COURT, "Ms Hall", "hall@court.example", address=ADDRESS, now=NOW
        )
        maya = guest_actions.ask_young_person(sam, meeting_id, address=ADDRESS, now=NOW)
        db.session.commit()
        return {"court": str(link_of(court.id).code), "maya": str(link_of(maya.id).code)}


def form_to(page, end):
    return next(each for each in page.forms if each.action.endswith(end))


def test_from_a_reason_to_a_set_meeting(app, cast, signed, episode_id):
    with app.app_context():
        give_slots(cast, cast.olu, (1, 14 * 60 + 30))
    sam = signed("sam")
    page = Page(sam.get("/staffings"))
    assert "Maya" in page and "To decide" in page
    page = Page(sam.get(f"/episodes/{episode_id}/staffing"))
    assert "Known or suspected trafficking" in page and "14 June 2024" in page
    page = Page(sam.get(f"/episodes/{episode_id}/meetings/staffing"))
    form = page.form(page.path)
    assert "Sam (Caseworker)" in page and "Sue (Supervisor)" in page and "Jo (Caregiver)" in page
    again = Page(form.fill(slot="").submit(sam))
    assert again.status == 400
    assert again.errors == ["Pick one of the free times, or write a day and a time."]
    [free] = [value for value in form.options("slot") if value]
    page = form.fill(slot=free, link="https://meet.example/1").send(sam)
    assert "Olu" in page and "No answer yet" in page and "Set" in page
    assert "Goes on" in Page(sam.get("/staffings"))
    page = Page(sam.get(f"/episodes/{episode_id}/staffing"))
    assert "Olu leads it." in page and "Sam decided on" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"on": "2026-11-20", "at": "10:00"}, "Pick a day and a time that are still to come."),
        ({"on": "tomorrow", "at": "10:00"}, str(NOT_A_TIME)),
        ({"on": "2027-03-28", "at": "01:30"}, str(NO_SUCH_TIME)),
        ({"on": "2026-11-24", "at": "10:00", "link": "ftp://x"}, LINK),
        ({"on": "2026-11-24", "at": "10:00", "link": "javascript:alert(1)"}, LINK),
    ],
)  # fmt: skip
def test_bad_times_and_links_are_said_beside_the_field(signed, episode_id, typed, said):
    sam = signed("sam")
    page = Page(sam.get(f"/episodes/{episode_id}/meetings/staffing"))
    again = Page(page.form(page.path).fill(**typed).submit(sam))
    assert again.status == 400 and again.errors == [said]
    kept = again.form(page.path).values
    assert all(kept[name] == [value] for name, value in typed.items())


def test_saying_no_with_a_reason(signed, episode_id):
    sue = signed("sue")
    page = Page(sue.get(f"/episodes/{episode_id}/staffing"))
    form = form_to(page, "/decline")
    again = Page(form.submit(sue))
    assert again.status == 400 and again.errors == ["Write why, in a few words."]
    page = form.fill({"decline-reason": "The county held one today"}).send(sue)
    assert "Somebody decided against a short meeting" in page
    assert "The county held one today" in page
    page = form_to(page, "/ask").fill({"ask-reason": "It is different now"}).send(sue)
    assert "A worker asks for it" in page and "It is different now" in page


def test_the_preparation_begins_with_what_the_record_says(signed, episode_id):
    sam = signed("sam")
    page = Page(sam.get(f"/episodes/{episode_id}/staffing/prepare"))
    form = page.form(page.path)
    assert "Missing" in form.values["known"][0]
    form.fill(where="The skate park").send(sam)
    page = Page(sam.get(page.path))
    assert page.form(page.path).values["where"] == ["The skate park"]


def test_running_the_meeting_to_its_notes_and_the_next_date(app, cast, signed, meeting_id, clock):
    sam = signed("sam")
    path = f"/meetings/{meeting_id}"
    page = Page(sam.get(path))
    page = form_to(page, "/words").fill(
        {"words-whose": "young_person", "words-words": "I want my own room"}
    ).send(sam)  # fmt: skip
    assert page.text.index("I want my own room") < page.text.index("The half hour")
    assert page.text.count("Until ") == 6 and "15:00" in page
    page = form_to(page, "/actions").fill(
        {"action-words": "Ring the aunt", "action-due": "2026-11-26"}
    ).send(sam)  # fmt: skip
    assert "Ring the aunt" in page and "To do" in page
    clock.move_to(AFTER)
    sam = signed("sam")
    page = Page(sam.get(f"{path}/notes"))
    form = page.form(page.path).fill(notes="Her aunt rang", minutes="25", consult="y", every="3")
    again = Page(form.submit(sam))
    assert again.status == 400
    assert again.errors == ["Nobody knows yet where they are: set the next date."]
    assert again.form(page.path).values["notes"] == ["Her aunt rang"]
    page = form.fill(on="2026-11-27", at="09:00").send(sam)
    assert "Held" in page and "Her aunt rang" in page
    with app.app_context():
        row = db.session.get_one(Meeting, meeting_id)
        assert staffing(row.episode_id).every_days == 3
        following = db.session.query(Meeting).filter(Meeting.id != meeting_id).one()
        assert f"{following.starts_at:%d %H:%M}" == "27 09:00"
        asked = db.session.query(MeetingGuest).filter_by(meeting_id=following.id)
        assert {each.person_id for each in asked} == {cast.sue, cast.jo}


@pytest.mark.parametrize("minutes", ["", "x", "0", "241", "-5", "١٥"])
def test_minutes_are_a_number_that_can_be(signed, meeting_id, clock, minutes):
    clock.move_to(AFTER)
    sam = signed("sam")
    page = Page(sam.get(f"/meetings/{meeting_id}/notes"))
    again = Page(
        page.form(page.path).fill(minutes=minutes, on="2026-11-27", at="09:00").submit(sam)
    )
    assert again.status == 400
    assert again.errors == ["Write the minutes as a number from 1 to 240."]


def test_notes_before_the_meeting_are_refused_kindly(signed, meeting_id):
    sam = signed("sam")
    page = Page(sam.get(f"/meetings/{meeting_id}/notes"))
    again = Page(page.form(page.path).fill(on="2026-11-27", at="09:00").submit(sam))
    assert again.errors == ["This meeting has not begun yet, or was more than a month ago."]


def test_moving_and_calling_off(app, cast, signed, meeting_id):
    sam = signed("sam")
    page = Page(sam.get(f"/meetings/{meeting_id}/move"))
    page = page.form(page.path).fill(on="2026-11-25", at="11:00").send(sam)
    assert "25 Nov 11:00" in page
    response = form_to(page, "/cancel").submit(sam)
    again = Page(response)
    assert again.status == 400
    assert "Nobody knows yet where they are: set the next date." in again
    with app.app_context():
        episode = db.session.get_one(Meeting, meeting_id).episode_id
        become(cast, episode_of(episode), S.AWAY)
    page = form_to(page, "/cancel").send(sam)
    assert "Called off" in page
    page = Page(sam.get(f"/episodes/{episode}/staffing"))
    page = form_to(page, "/close").fill({"close-reason": "At her aunt's"}).send(sam)
    assert "The short meetings are over" in page


def test_asking_somebody_from_outside_and_taking_them_off(signed, meeting_id):
    sam = signed("sam")
    page = Page(sam.get(f"/meetings/{meeting_id}"))
    form = form_to(page, "/guests")
    again = Page(form.fill({"guest-email": "no address"}).submit(sam))
    assert again.errors == ["Write a name."]
    again = Page(form.fill({"guest-name": "Ms Hall"}).submit(sam))
    assert again.errors == ["Write one email address, like name@example.org."]
    page = form.fill({"guest-part": "court", "guest-email": "hall@court.example"}).send(sam)
    assert "Ms Hall" in page and "Court or juvenile officer" in page
    assert re.search(r"/m/[0-9A-Z]{26}", page.text)
    form = next(f for f in page.forms if f.action.endswith("/remove"))
    assert page.text.count("Take them off the list") == 3
    page = form.send(sam)
    assert page.text.count("Take them off the list") == 2


def test_a_guest_sees_when_and_how_and_nothing_about_anybody(client, codes):
    path = f"/m/{codes['court']}"
    page = Page(client.get(path))
    for word in ("Maya", "Sam", "Hall", "missing", "care", "come back", "police"):
        assert word.lower() not in page.text.lower(), word
    assert "Tuesday 24 November 14:30" in page.text and "Join by video or phone" in page
    page = page.form(path).send(client, "I will come")
    assert "Thank you. They know that you come." in page
    page = page.form(path).send(client, "I cannot come")
    assert "Thank you for letting them know." in page


def test_what_a_guest_says_stands_on_the_workers_page(app, client, codes, signed, meeting_id):
    path = f"/m/{codes['court']}"
    Page(client.get(path)).form(path).send(client, "I will come")
    assert "Comes" in Page(signed("sam").get(f"/meetings/{meeting_id}"))
    with app.app_context():
        assert db.session.query(AuditEntry).filter_by(verb="meeting:said_yes").count() == 1


def test_opening_a_link_changes_nothing(app, client, codes):
    with app.app_context():
        before = db.session.query(AuditEntry).count()
    for _ in range(3):
        Page(client.get(f"/m/{codes['maya']}"))
    with app.app_context():
        assert db.session.query(AuditEntry).count() == before


def test_the_young_person_reads_the_promise_and_says_who_hears_before_writing(
    client, codes, signed, meeting_id
):
    path = f"/m/{codes['maya']}"
    page = Page(client.get(path))
    assert "Coming does not mean that you will be made to come back." in page
    hears = page.text.index("Your worker and those in the meeting hear this.")
    assert hears < page.text.index("What should they hear from you?")
    form = form_to(page, "/words")
    again = Page(form.submit(client))
    assert again.status == 400 and again.errors == ["Write something first, or leave it."]
    page = form.fill(words="Not that house again").send(client)
    assert "Kept. It is read first in the meeting." in page
    assert "Not that house again" not in page, "somebody else may hold the phone"
    found = Page(signed("sam").get(f"/meetings/{meeting_id}"))
    assert "Not that house again" in found


def test_the_calendar_file_of_a_guest_is_read_by_another_library(client, codes, meeting_id):
    response = client.get(f"/m/{codes['court']}/calendar")
    assert response.content_type == "text/calendar; charset=utf-8; method=PUBLISH"
    [event] = IcsCalendarStream.calendar_from_ics(response.get_data(as_text=True)).events
    assert event.dtstart == TUESDAY and event.summary == "Meeting"
    assert event.uid.startswith(str(meeting_id))
    assert not stands_in("Maya", response.get_data(as_text=True))


@pytest.mark.parametrize("code", ["NOTACODE", "0" * 26])
def test_unknown_and_ended_links_show_one_and_the_same_page(app, cast, client, codes, code, clock):
    unknown = Page(client.get(f"/m/{code}"))
    assert unknown.status == 404
    clock.move_to(TUESDAY + 3 * DAY)
    ended = Page(client.get(f"/m/{codes['court']}"))
    assert ended.status == 404 and ended.heading == unknown.heading
    assert client.get(f"/m/{codes['court']}/calendar").status_code == 404


def test_a_meeting_that_is_off_says_so_and_takes_no_answer(app, cast, client, codes, meeting_id):
    path = f"/m/{codes['court']}"
    form = Page(client.get(path)).form(path)
    with app.app_context():
        row = db.session.get_one(Meeting, meeting_id)
        become(cast, episode_of(row.episode_id), S.AWAY)
        meeting_actions.cancel_meeting(seen_as(cast.sam), meeting_id, address=ADDRESS, now=NOW)
        db.session.commit()
    assert "This meeting is off." in Page(client.get(path))
    assert form.submit(client).status_code == 409
    assert client.get(f"{path}/calendar").status_code == 404


def test_a_team_meeting_asks_the_young_person_too(app, signed, cast, episode_id):
    sam = signed("sam")
    page = Page(sam.get(f"/episodes/{episode_id}/meetings/team"))
    page = page.form(page.path).fill(on="2026-11-24", at="10:00").send(sam)
    assert "Team meeting" in page and "The young person" in page
    with app.app_context():
        guest = db.session.query(MeetingGuest).filter_by(part=Part.YOUNG_PERSON).one()
        assert guest.person_id == cast.maya
        assert db.session.query(Meeting).one().purpose == Purpose.TEAM


def test_who_leads_is_kept_by_supervisors_and_read_by_workers(signed, cast):
    sue = signed("sue")
    page = Page(sue.get("/facilitators"))
    form = page.form("/facilitators")
    again = Page(form.fill(region="North").submit(sue))
    assert again.errors == ["Write the time, like 14:30."]
    again = Page(form.fill(at="25:00").submit(sue))
    assert again.errors == ["Write the time, like 14:30."]
    page = form.fill(person=str(cast.olu), weekday="1", at="14:30").send(sue)
    assert "Olu, North" in page and "Free next on Tue 24 Nov 14:30." in page
    again = Page(page.form("/facilitators").fill(
        person=str(cast.olu), region="North", weekday="1", at="14:45").submit(sue))  # fmt: skip
    assert again.errors == ["They have another half hour at that time."]
    sam = signed("sam")
    assert "Take it out" not in Page(sam.get("/facilitators"))
    page = form_to(page, "/end").send(sue)
    assert "Nobody leads such meetings here yet." in page


def test_the_notes_leave_as_a_page_as_text_and_as_a_pdf(app, cast, signed, meeting_id, clock):
    with app.app_context():
        sam = seen_as(cast.sam)
        guest_actions.note_words(sam, meeting_id, Whose.YOUNG_PERSON, "My own <room>", now=NOW)
        meeting_actions.agree(sam, meeting_id, "Ring the aunt", cast.sam, AFTER + DAY, now=NOW)
        clock.move_to(AFTER)
        meeting_actions.hold(
            seen_as(cast.sam, AFTER), meeting_id,
            Held(28, "Her aunt rang\nand will again", next_plan=plan(AFTER + DAY)), now=AFTER,
        )  # fmt: skip
        db.session.commit()
    sam = signed("sam")
    page = Page(sam.get(f"/meetings/{meeting_id}/export"))
    said = page.text.index("My own <room>")
    assert said < page.text.index("Her aunt rang") < page.text.index("Ring the aunt")
    response = sam.get(f"/meetings/{meeting_id}/export.txt")
    text = response.get_data(as_text=True)
    assert response.content_type == "text/plain; charset=utf-8"
    assert "- My own <room> (The young person, " in text and "and will again" in text
    assert "- Ring the aunt: Sam, " in text and "- Jo, Caregiver: No answer yet" in text
    pdf = sam.get(f"/meetings/{meeting_id}/export.pdf")
    if can_make_pdf():
        assert pdf.content_type == "application/pdf" and pdf.data.startswith(b"%PDF")
    else:
        assert pdf.status_code == 303
    with app.app_context():
        rows = db.session.query(AuditEntry).filter_by(verb="meeting:exported").all()
        assert {row.reason for row in rows} == {"txt", "pdf"} - (
            {"pdf"} if not can_make_pdf() else set()
        )


def test_what_is_agreed_is_ticked_off_on_its_page(app, cast, signed, meeting_id):
    with app.app_context():
        meeting_actions.agree(
            seen_as(cast.sam), meeting_id, "Ring the aunt", cast.sam, NOW + DAY, now=NOW
        )
        db.session.commit()
    sam = signed("sam")
    page = form_to(Page(sam.get(f"/meetings/{meeting_id}")), "/done").send(sam)
    assert "Done" in page and "It is done" not in page
