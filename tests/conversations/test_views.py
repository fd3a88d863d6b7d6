"""The pages on which workers read, answer, and see what waits."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engage.checkins.models import CheckIn
from engage.conversations.queue_queries import Waits, waiting
from engage.db import db
from engage.messaging.actions import opt_out
from engage.messaging.models import Message, TextSuggestion, WorkerText
from engage.messaging.rules import MessageState, Reason
from engage.people.models import Person
from engage.web.errors import NotFound
from tests.cast import NOW
from tests.checkins.texting import UNKNOWN, own_number, phone_of, press, text
from tests.page import Page

HOUR = timedelta(hours=1)
STRANGERS = ["zed_worker", "zed_carer", "zed_young", "far_zed_worker", "far_zed_supervisor", "kit"]


@pytest.fixture
def house(app, cast, clock):
    with app.app_context():
        own_number(cast)
    return cast


def conversation(client, cast):
    return Page(client.get(f"/young-people/{cast.maya}/check-ins"))


def form_of(client, cast):
    return next(f for f in conversation(client, cast).forms if f.action.endswith("/texts"))


def texts(app):
    with app.app_context():
        return db.session.scalar(select(func.count(WorkerText.id)))


def failed(app, cast):
    with app.app_context():
        row = Message(
            dedupe_key="f", klass="Y", template="reply_neutral", person_id=cast.maya,
            young_person_id=cast.maya, created_at=NOW - HOUR, not_before=NOW, not_after=NOW,
            state=MessageState.FAILED, reason=Reason.REFUSED, error_code=30006,
            needs_person_at=NOW - HOUR,
        )  # fmt: skip
        db.session.add(row)
        db.session.commit()


def test_a_worker_chooses_a_sentence_and_it_goes(app, client, house, sign_in):
    sign_in(client, house.sam)
    form = form_of(client, house)
    assert "Hi, all good? 1 yes 2 call me" in form.options("suggestion")
    done = press(form, client, "Send the text", suggestion="Hi, all good? 1 yes 2 call me")
    assert done.status_code == 303
    page = conversation(client, house)
    assert "Sam texted them." in page.text and "Waiting to be sent" in page.text
    assert "A worker texted them within the last day" in page.text


def test_what_must_change_stands_beside_the_words_that_stay(app, client, house, sign_in):
    sign_in(client, house.sam)
    done = press(form_of(client, house), client, "Send the text", words="Maya, the police ask")
    assert done.status_code == 422
    page = Page(done)
    assert "It holds a name." in page.text and "(police)" in page.text
    assert page.form(page.forms[0].action).values["words"] == ["Maya, the police ask"]
    assert "20 letters, 1 text." in page.text
    assert texts(app) == 0


def test_an_empty_form_says_what_to_do(app, client, house, sign_in):
    sign_in(client, house.sam)
    done = press(form_of(client, house), client, "Send the text")
    assert done.status_code == 422
    assert "Write a text, or choose one." in Page(done).text


def test_the_second_of_a_day_asks_why_and_goes_with_the_answer(app, client, house, sign_in):
    sign_in(client, house.sam)
    press(form_of(client, house), client, "Send the text", words="Hello you")
    form = form_of(client, house)
    again = press(form, client, "Send the text", words="Hello again")
    assert again.status_code == 422 and "Why must it go now?" in Page(again).text
    done = press(
        form, client, "Send the text", words="Hello again", reason="They asked me to ring."
    )
    assert done.status_code == 303
    assert texts(app) == 2


def test_texts_that_are_off_are_said_at_once_and_leave_nothing_to_press(
    app, client, house, sign_in
):
    with app.app_context():
        opt_out(db.session.get(Person, house.maya).phone_index, how="text", now=NOW)
        db.session.commit()
    sign_in(client, house.sam)
    page = conversation(client, house)
    assert "Texts are off: use another way" in page.text
    assert not [f for f in page.forms if f.action.endswith("/texts")]
    listed = Page(client.get("/young-people"))
    assert "Texts are off: use another way" in listed.text
    assert "use another way" in Page(client.get(f"/young-people/{house.maya}")).text


def test_a_text_that_did_not_arrive_is_seen_on_every_page_about_them(app, client, house, sign_in):
    failed(app, house)
    sign_in(client, house.sam)
    assert "Last text did not arrive" in Page(client.get("/young-people")).text
    page = conversation(client, house)
    assert "Did not arrive" in page.text
    assert "This number is a landline. It takes no texts." in page.text
    one = Page(client.get(f"/young-people/{house.maya}"))
    assert "This number is a landline." in one.text


@pytest.mark.parametrize("who", STRANGERS)
def test_a_stranger_can_neither_read_nor_write(app, client, house, sign_in, who):
    sign_in(client, getattr(house, who))
    assert client.get(f"/young-people/{house.maya}/check-ins").status_code == 404
    token = Page(client.get("/c")).form("/c").values["csrf_token"][0]
    data = {"csrf_token": token, "words": "hello"}
    assert client.post(f"/young-people/{house.maya}/texts", data=data).status_code == 404
    assert texts(app) == 0


def test_a_carer_reads_as_far_as_it_is_shared_and_has_nothing_to_send(client, house, sign_in):
    sign_in(client, house.maya)
    page = conversation(client, house)
    assert not [f for f in page.forms if f.action.endswith("/texts")]


def test_sentences_are_added_and_taken_away(app, client, house, sign_in):
    sign_in(client, house.sue)
    assert 'href="/text-suggestions"' in conversation(client, house).html
    form = Page(client.get("/text-suggestions")).form("/text-suggestions")
    bad = press(form, client, "Add this sentence", words="call the police", locale="en")
    assert bad.status_code == 422 and "(police)" in Page(bad).text
    assert (
        press(form, client, "Add this sentence", words="Tea? 1 yes", locale="en").status_code == 303
    )
    page = Page(client.get("/text-suggestions"))
    assert "Tea? 1 yes" in page.text
    away = next(f for f in page.forms if f.action.endswith("/retire"))
    assert press(away, client, "Take it away").status_code == 303
    assert "Tea? 1 yes" not in Page(client.get("/text-suggestions")).text


@pytest.mark.parametrize("who", ["sam", "jo", "zed_worker", "maya"])
def test_others_find_no_page_of_sentences(app, client, house, sign_in, who):
    sign_in(client, getattr(house, who))
    assert client.get("/text-suggestions").status_code == 404
    with app.app_context():
        assert db.session.scalar(select(func.count(TextSuggestion.id))) == 0


def queue(app, cast, who="sam", now=NOW):
    with app.app_context():
        return waiting(cast.viewer(getattr(cast, who)), now=now)


def test_the_queue_holds_what_somebody_sent_the_longest_waiting_first(app, house):
    with app.app_context():
        text(UNKNOWN, "who is there", now=NOW - 40 * timedelta(minutes=1))
        text(phone_of(house.maya), "im at dans, is that ok", now=NOW - timedelta(minutes=5))
    failed(app, house)
    found = queue(app, house)
    assert [(one.what, one.minutes, one.is_late) for one in found] == [
        (Waits.OTHER_WAY, 60, True),
        (Waits.MATCH, 40, True),
        (Waits.ANSWER, 5, False),
    ]
    assert [one.words for one in found] == ["", "who is there", "im at dans, is that ok"]
    assert [one.name for one in found] == ["M", "", "M"]


def test_what_somebody_has_goes_behind_what_nobody_has(app, client, house, sign_in):
    with app.app_context():
        first = text(phone_of(house.maya), "call me", now=NOW - HOUR)
        text(UNKNOWN, "hello?", now=NOW)
    sign_in(client, house.sam)
    page = Page(client.get(f"/alerts/{first.alert_id}"))
    press(page.form(f"/alerts/{first.alert_id}/take"), client, "I have it")
    found = queue(app, house)
    assert [(one.what, one.taken_by) for one in found] == [(Waits.MATCH, ""), (Waits.ANSWER, "Sam")]
    page = Page(client.get(f"/alerts/{first.alert_id}"))
    press(page.form(f"/alerts/{first.alert_id}/resolve"), client, "It is over in another way.")
    assert [one.what for one in queue(app, house)] == [Waits.MATCH]


def test_the_queue_shows_each_ones_own_and_no_words_to_whom_they_are_not_for(app, house):
    with app.app_context():
        text(phone_of(house.maya), "secret words", now=NOW)
    assert [one.words for one in queue(app, house, "olu")] == ["secret words"]
    assert [one.words for one in queue(app, house, "sue")] == [""]
    for who in ("kits_worker", "zed_worker", "far_zed_worker", "far_zed_supervisor"):
        assert queue(app, house, who) == []
    for who in ("jo", "maya", "ines", "adil"):
        with pytest.raises(NotFound):
            queue(app, house, who)


def test_the_page_of_the_queue_says_how_many_wait_too_long(app, client, house, sign_in):
    sign_in(client, house.sam)
    assert "Nobody waits." in Page(client.get("/check-ins/waiting")).text
    with app.app_context():
        text(phone_of(house.maya), "im at dans <b>", now=NOW - timedelta(minutes=11))
    page = Page(client.get("/check-ins/waiting"))
    assert "1 has waited for more than ten minutes." in page.text
    assert "11 minutes" in page.text and "im at dans <b>" in page.text
    assert "Maya" not in page.text


def test_the_board_says_how_long_a_text_has_waited(app, client, house, sign_in):
    with app.app_context():
        text(UNKNOWN, "who is there", now=NOW - 2 * HOUR)
        assert db.session.scalar(select(func.count(CheckIn.id))) == 1
    sign_in(client, house.olu)
    assert "2 hours" in Page(client.get("/check-ins/unmatched")).text


@pytest.mark.parametrize("who", ["jo", "maya", "ines", "adil", "ade"])
def test_the_queue_is_for_those_who_look_after_it(client, house, sign_in, who):
    sign_in(client, getattr(house, who))
    assert client.get("/check-ins/waiting").status_code == 404


def test_ready_said_after_something_graver_waits_beside_it(app, client, house, sign_in):
    """It joins the alert that is fresh, and still stands in the queue with its own clock."""
    with app.app_context():
        text(phone_of(house.maya), "not ok", now=NOW)
        text(phone_of(house.maya), "ready", now=NOW + timedelta(minutes=1))
        found = waiting(house.viewer(house.sam), now=NOW + 12 * timedelta(minutes=1))
        assert [(one.what, one.kind) for one in found] == [
            (Waits.ANSWER, "not_ok"), (Waits.READY, "ready"),
        ]  # fmt: skip
        assert found[1].is_late and found[1].is_urgent
    sign_in(client, house.sam)
    assert f"/young-people/{house.maya}/ready" in Page(client.get("/check-ins/waiting")).html


def test_ready_alone_waits_once(app, house):
    with app.app_context():
        text(phone_of(house.maya), "ready", now=NOW)
        found = waiting(house.viewer(house.sam), now=NOW)
        assert [(one.what, one.kind) for one in found] == [(Waits.ANSWER, "ready")]
