"""Whatever is typed wrongly is said beside its field, once, and nothing typed is lost."""

import pytest

from engage.db import db
from engage.staffings import actions, meeting_actions
from engage.staffings.models import Meeting, MeetingAction, MeetingGuest, MeetingWords, Preparation
from tests.cast import NOW
from tests.checkins.texting import ADDRESS
from tests.episodes.away import S, become, seen_as
from tests.page import Page
from tests.staffings.conftest import episode_of, give_slots, plan, staffing


@pytest.fixture
def episode_id(missing):
    return missing()


@pytest.fixture
def meeting_id(app, cast, episode_id):
    with app.app_context():
        made = actions.confirm(seen_as(cast.sam), episode_id, plan(), now=NOW)
        db.session.commit()
        return made.id


@pytest.fixture
def sam(signed):
    return signed("sam")


def form_to(page, end):
    return next(each for each in page.forms if each.action.endswith(end))


def refused(client, form, typed, said):
    again = Page(form.fill(typed).submit(client))
    assert again.status == 400 and again.errors == [said]
    kept = next(each for each in again.forms if each.action == form.action).values
    assert {name: kept[name] for name in typed} == {name: [v] for name, v in typed.items()}


LATE, WHEN = "2026-11-24", "10:00"
AHEAD = "Pick a day and a time that are still to come."
LINK = "A link begins with https://."


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"on": "2026-11-22", "at": "17:59"}, AHEAD),
        ({"on": "2028-11-24", "at": WHEN}, AHEAD),
        ({"on": LATE, "at": WHEN, "link": "meet.example/1"}, LINK),
        ({"on": LATE, "at": WHEN, "link": "http://meet.example/1"}, LINK),
        ({"on": LATE, "at": WHEN, "link": "data:text/html,x", "place": "Room 4"}, LINK),
    ],
)
def test_moving_a_meeting(app, sam, meeting_id, typed, said):
    page = Page(sam.get(f"/meetings/{meeting_id}/move"))
    refused(sam, page.form(page.path), typed, said)
    with app.app_context():
        assert db.session.get_one(Meeting, meeting_id).sequence == 0


def test_moving_only_the_place_leaves_the_time(app, sam, meeting_id):
    page = Page(sam.get(f"/meetings/{meeting_id}/move"))
    page.form(page.path).fill(place="Room 4").send(sam)
    with app.app_context():
        row = db.session.get_one(Meeting, meeting_id)
        assert (str(row.place), row.sequence) == ("Room 4", 1)


@pytest.mark.parametrize("what", ["when", "who leads"])
def test_setting_a_meeting_keeps_all_that_was_ticked(app, cast, sam, episode_id, what):
    with app.app_context():
        give_slots(cast, cast.olu, (1, 870))
    page = Page(sam.get(f"/episodes/{episode_id}/meetings/staffing"))
    form = page.form(page.path)
    typed = {"link": "https://meet.example/1", "place": "Room 4"}
    if what == "who leads":
        typed |= {"on": "2026-11-24", "at": "25:61"}
    again = Page(form.fill(people=[str(cast.sue)], **typed).submit(sam))
    assert again.status == 400 and len(again.errors) == 1
    kept = again.form(page.path).values
    assert kept["people"] == [str(cast.sue)]
    assert all(kept[name] == [value] for name, value in typed.items())
    with app.app_context():
        assert staffing(episode_id).state == "proposed"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"guest-name": "  ", "guest-email": "hall@court.example"}, "Write a name."),
        ({"guest-name": "Ms Hall", "guest-email": "hall@court"},
         "Write one email address, like name@example.org."),
        ({"guest-name": "Ms Hall", "guest-email": "a@b.example,c@d.example"},
         "Write one email address, like name@example.org."),
    ],
)  # fmt: skip
def test_asking_somebody_from_outside(app, sam, meeting_id, typed, said):
    page = Page(sam.get(f"/meetings/{meeting_id}"))
    if typed["guest-name"].strip():
        refused(sam, form_to(page, "/guests"), typed, said)
    else:
        again = Page(form_to(page, "/guests").fill(typed).submit(sam))
        assert again.errors == [said]
        kept = form_to(again, "/guests").values
        assert kept["guest-email"] == [typed["guest-email"]]
    with app.app_context():
        assert db.session.query(MeetingGuest).count() == 0


def test_words_without_whose_they_are_are_not_lost(app, sam, meeting_id):
    page = Page(sam.get(f"/meetings/{meeting_id}"))
    again = Page(form_to(page, "/words").fill({"words-words": "My own room"}).submit(sam))
    assert again.status == 400 and again.errors == ["Pick whose words these are."]
    assert form_to(again, "/words").values["words-words"] == ["My own room"]
    with app.app_context():
        assert db.session.query(MeetingWords).count() == 0


@pytest.mark.parametrize("due", ["2026-11-21", "tomorrow", "2028-01-01", "0000-00-00"])
def test_something_agreed_by_a_day_that_cannot_be(app, sam, meeting_id, due):
    page = Page(sam.get(f"/meetings/{meeting_id}"))
    typed = {"action-words": "Ring the aunt", "action-due": due}
    said = "Pick a day that is still to come, like 2026-12-24."
    refused(sam, form_to(page, "/actions"), typed, said)
    with app.app_context():
        assert db.session.query(MeetingAction).count() == 0


def test_whoever_writes_down_what_is_agreed_stands_there_as_its_owner(cast, signed, meeting_id):
    for name in ("sam", "sue"):
        page = Page(signed(name).get(f"/meetings/{meeting_id}"))
        assert form_to(page, "/actions").values["action-owner"] == [str(getattr(cast, name))]


@pytest.mark.parametrize("deed", ["decline", "ask", "close"])
def test_no_deed_goes_without_a_reason(app, cast, sam, episode_id, deed):
    with app.app_context():
        if deed == "ask":
            actions.decline(seen_as(cast.sam), episode_id, "Held elsewhere", now=NOW)
        if deed == "close":
            actions.confirm(seen_as(cast.sam), episode_id, plan(), now=NOW)
            become(cast, episode_of(episode_id), S.AWAY)
        db.session.commit()
        before = staffing(episode_id).state
    page = Page(sam.get(f"/episodes/{episode_id}/staffing"))
    again = Page(form_to(page, f"/{deed}").fill({f"{deed}-reason": "   "}).submit(sam))
    assert again.status == 400 and again.errors == ["Write why, in a few words."]
    with app.app_context():
        assert staffing(episode_id).state == before


def test_what_was_prepared_too_long_is_said_and_kept(app, sam, episode_id):
    page = Page(sam.get(f"/episodes/{episode_id}/staffing/prepare"))
    words = "x" * 2001
    again = Page(page.form(page.path).fill(where=words, tried="The aunt").submit(sam))
    assert again.status == 400 and len(again.errors) == 1
    kept = again.form(page.path).values
    assert (kept["where"], kept["tried"]) == ([words], ["The aunt"])
    with app.app_context():
        assert db.session.query(Preparation).count() == 0


def test_who_prepared_last_stands_on_the_page(app, sam, signed, episode_id):
    here = f"/episodes/{episode_id}/staffing"
    assert "Questions, with what the record already says" in Page(sam.get(here))
    page = Page(sam.get(f"{here}/prepare"))
    again = page.form(page.path).fill(where="The arcade").send(sam)
    assert "Last written by Sam" in again
    sue = signed("sue")
    page = Page(sue.get(f"{here}/prepare"))
    assert "Last written by Sue" in page.form(page.path).fill(tried="The aunt").send(sue)


def test_two_press_at_once_and_the_second_is_told_kindly(app, cast, sam, signed, episode_id):
    page = Page(sam.get(f"/episodes/{episode_id}/staffing"))
    form = form_to(page, "/decline").fill({"decline-reason": "Held elsewhere"})
    with app.app_context():
        actions.confirm(seen_as(cast.sue), episode_id, plan(), now=NOW)
        db.session.commit()
    again = form.submit(sam)
    assert again.status_code == 409 and Page(again).heading
    with app.app_context():
        assert staffing(episode_id).state == "confirmed"


def test_a_young_person_without_a_phone_is_asked_by_a_link_and_no_text_is_promised(
    app, cast, sam, meeting_id
):
    assert "Ask them by text" in Page(sam.get(f"/meetings/{meeting_id}"))
    with app.app_context():
        from engage.people.models import Person

        db.session.get_one(Person, cast.maya).phone = None
        db.session.commit()
    page = Page(sam.get(f"/meetings/{meeting_id}"))
    assert "Ask them by text" not in page and "Make a link for them" in page
    assert "The young person" in form_to(page, "/young-person").send(sam)


def test_calling_off_twice_is_said_kindly(app, cast, sam, episode_id, meeting_id):
    with app.app_context():
        become(cast, episode_of(episode_id), S.AWAY)
    page = Page(sam.get(f"/meetings/{meeting_id}"))
    form = form_to(page, "/cancel")
    with app.app_context():
        meeting_actions.cancel_meeting(seen_as(cast.sue), meeting_id, address=ADDRESS, now=NOW)
        db.session.commit()
    assert form.submit(sam).status_code == 409
    with app.app_context():
        assert db.session.get_one(Meeting, meeting_id).sequence == 1
