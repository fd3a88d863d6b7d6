"""The link of whoever is asked: when it works, when it ends, and what it never opens."""

from datetime import timedelta

import pytest

from engage.db import db
from engage.episodes.rules import EpisodeState
from engage.people import links
from engage.people.models import LinkKind, Person
from engage.staffings import guest_actions, meeting_actions
from engage.staffings.actions import confirm
from engage.staffings.models import Meeting, MeetingGuest, MeetingWords
from engage.staffings.reading import link_of
from engage.staffings.rules import LASTS, LINK_LASTS, Answer, MeetingState, Part
from engage.web.errors import Changed, NotFound
from tests.cast import NOW
from tests.checkins.texting import ADDRESS
from tests.episodes.away import become, seen_as
from tests.page import Page
from tests.staffings.conftest import DAY, TUESDAY, episode_of, plan

SECOND = timedelta(seconds=1)
ENDS = TUESDAY + LASTS + LINK_LASTS


@pytest.fixture
def guest(missing, inside, cast):
    meeting = confirm(seen_as(cast.sam), missing(), plan(), now=NOW)
    asked = guest_actions.add_guest(
        seen_as(cast.sam), meeting.id, Part.COURT, "Ms Hall", "", address=ADDRESS, now=NOW
    )
    db.session.commit()
    return asked


def code_of(guest):
    return str(link_of(guest.id).code)


def opens(code, now):
    return links.find(LinkKind.MEETING, code, now=now) is not None


@pytest.mark.parametrize(
    ("at", "works"), [(NOW, True), (TUESDAY, True), (ENDS - SECOND, True), (ENDS, False),
                      (ENDS + 30 * DAY, False)],
)  # fmt: skip
def test_it_works_until_two_days_after_the_meeting(guest, at, works):
    assert opens(code_of(guest), at) is works


@pytest.mark.parametrize("days", [-1, 3, 20])
def test_it_moves_along_with_the_meeting(guest, cast, days):
    code, at = code_of(guest), TUESDAY + days * DAY
    meeting_actions.move_meeting(
        seen_as(cast.sam), guest.meeting_id, at, link="", place="", address=ADDRESS, now=NOW
    )
    db.session.commit()
    assert opens(code, at + LASTS + LINK_LASTS - SECOND)
    assert not opens(code, at + LASTS + LINK_LASTS)


def test_a_new_one_ends_the_old_one_at_once(guest, cast):
    old = code_of(guest)
    guest_actions.ask_again(seen_as(cast.sam), guest.id, now=NOW)
    db.session.commit()
    assert not opens(old, NOW) and opens(code_of(guest), NOW)


def test_whoever_is_taken_off_finds_nothing_from_then_on(guest, cast, client):
    code = code_of(guest)
    guest_actions.remove_guest(seen_as(cast.sam), guest.id, now=NOW)
    db.session.commit()
    assert client.get(f"/m/{code}").status_code == 404
    assert client.get(f"/m/{code}/calendar").status_code == 404


def test_a_link_of_another_kind_opens_no_meeting(guest, cast, client):
    code = links.issue(
        LinkKind.TRUSTED, young_person_id=cast.maya, person_id=cast.ade, now=NOW,
        expires_at=NOW + DAY,
    )  # fmt: skip
    db.session.commit()
    assert client.get(f"/m/{code}").status_code == 404
    assert client.get(f"/t/{code_of(guest)}").status_code == 404


def test_somebody_else_with_the_link_of_a_guest_hears_no_words_of_theirs(guest):
    with pytest.raises(NotFound):
        guest_actions.say(link_of(guest.id), "I am Maya", now=NOW)
    db.session.rollback()
    assert db.session.query(MeetingWords).count() == 0


@pytest.mark.parametrize("state", [MeetingState.HELD, MeetingState.CANCELLED])
def test_once_it_was_held_or_is_off_no_answer_is_taken(guest, state):
    link = link_of(guest.id)
    db.session.get_one(Meeting, guest.meeting_id).state = state
    db.session.commit()
    for said in (Answer.YES, Answer.NO):
        with pytest.raises(Changed):
            guest_actions.answer(link, said, now=NOW)
        db.session.rollback()
    assert db.session.get_one(MeetingGuest, guest.id).answer == Answer.NONE


def test_an_answer_may_be_changed_and_the_last_one_counts(guest):
    link = link_of(guest.id)
    for minute, said in enumerate((Answer.YES, Answer.NO, Answer.NO, Answer.YES)):
        guest_actions.answer(link, said, now=NOW + timedelta(minutes=minute))
    db.session.commit()
    row = db.session.get_one(MeetingGuest, guest.id)
    assert (row.answer, row.answered_at) == (Answer.YES, NOW + timedelta(minutes=3))


@pytest.mark.parametrize("said", ["", "maybe", "none", "YES", "y"])
def test_an_answer_that_is_none_is_not_there(guest, client, said):
    path = f"/m/{code_of(guest)}"
    token = Page(client.get(path)).form(path).values["csrf_token"][0]
    assert client.post(path, data={"csrf_token": token, "answer": said}).status_code == 404


AS_TYPED = {
    "small": str.lower,
    "in groups": lambda code: f"{code[:4]} {code[4:9]}-{code[9:]}",
    "with letters alike": lambda code: code.replace("0", "O").replace("1", "l"),
}


@pytest.mark.parametrize("how", AS_TYPED)
def test_a_code_is_read_as_people_type_it(guest, client, how):
    typed = AS_TYPED[how](code_of(guest))
    assert client.get(f"/m/{typed}").status_code == 200


def test_the_young_persons_own_words_are_kept_as_they_wrote_them_without_the_spaces(guest, cast):
    asked = guest_actions.ask_young_person(
        seen_as(cast.sam), guest.meeting_id, address=ADDRESS, now=NOW
    )
    guest_actions.say(link_of(asked.id), "  <b>Not</b> that house & no police\n ", now=NOW)
    db.session.commit()
    [words] = db.session.query(MeetingWords)
    assert (words.words, words.by_id) == ("<b>Not</b> that house & no police", None)
    with pytest.raises(ValueError, match="words"):
        guest_actions.say(link_of(asked.id), "   ", now=NOW)


@pytest.mark.parametrize("locale", ["en", "cy", "es", "ar"])
def test_in_every_language_the_page_of_a_guest_names_nobody(guest, client, locale):
    page = Page(client.get(f"/m/{code_of(guest)}?lang={locale}"))
    names = {str(one.name) for one in db.session.query(Person)}
    assert page.status == 200 and not [name for name in names if f" {name} " in f" {page.text} "]


def test_after_the_return_links_still_open_and_say_only_that_it_is_off(guest, cast, client):
    code = code_of(guest)
    episode = episode_of(db.session.get_one(Meeting, guest.meeting_id).episode_id)
    become(cast, episode, EpisodeState.AWAY)
    meeting_actions.cancel_meeting(seen_as(cast.sam), guest.meeting_id, address=ADDRESS, now=NOW)
    db.session.commit()
    page = Page(client.get(f"/m/{code}"))
    assert "This meeting is off." in page
    assert not [form for form in page.forms if form.action.startswith("/m/")]
    assert client.get(f"/m/{code}/calendar").status_code == 404
