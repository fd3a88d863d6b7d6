"""Ready to come back: what opens, who answers in time, and what may be texted."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engage.alerts.models import Alert
from engage.alerts.rules import AlertKind, AlertState
from engage.checkins.ready_models import Answer, How, ReadyStep, ReturnPlan, ReturnState
from engage.checkins.ready_rules import LONGEST_WORDS, tells_too_much
from engage.checkins.rules import Kind
from engage.checkins.tap_actions import Tap, receive_tap
from engage.db import db
from engage.messaging.models import Message
from engage.people.models import Person, ReplyPolicy
from engage.people.sharing_actions import share
from engage.ways_back import actions as ready
from engage.ways_back.actions import Step, TellsTooMuch
from engage.ways_back.queries import waiting_now
from engage.ways_back.sweep_actions import sweep_returns
from engage.web.errors import NotFound
from tests.cast import NOT_OK_WORD, NOW, Cast
from tests.checkins.texting import ADDRESS, outbox, own_number, phone_of, text, told
from tests.page import Page

SignIn = Callable[[FlaskClient, UUID], FlaskClient]
CORNER = Step(How.MET, who="Ade", place="Bus station", may_text=True, words="Same corner x")
TARGET = timedelta(minutes=10)  # of the English pack


def plans() -> list[ReturnPlan]:
    db.session.expire_all()
    return list(db.session.scalars(select(ReturnPlan).order_by(ReturnPlan.opened_at)))


def policy(cast: Cast, chosen: ReplyPolicy) -> None:
    db.session.get_one(Person, cast.maya).reply_policy = chosen
    db.session.commit()


def tick(minutes: float) -> int:
    done = sweep_returns(now=NOW + timedelta(minutes=minutes), address=ADDRESS)
    db.session.commit()
    return done


@pytest.fixture
def said_ready(inside: None, cast: Cast) -> Cast:
    policy(cast, ReplyPolicy.AGREED)
    text(phone_of(cast.maya), "ready", now=NOW)
    return cast


def test_ready_opens_a_return_with_a_clock(said_ready: Cast) -> None:
    (plan,) = plans()
    assert (plan.state, plan.answer_due_at) == (ReturnState.OPEN, NOW + TARGET)
    assert plan.alert_id == db.session.scalars(select(Alert.id)).one()
    assert told("reply_ready") == {said_ready.maya}


def test_a_press_on_the_page_opens_one_too(inside: None, cast: Cast) -> None:
    receive_tap(
        cast.viewer(cast.maya), cast.maya, Tap(Kind.READY, "key-12345678"), now=NOW,
        address=ADDRESS,
    )  # fmt: skip
    assert len(plans()) == 1


def test_saying_it_again_opens_no_second_one_and_does_not_turn_the_clock_back(
    said_ready: Cast,
) -> None:
    text(phone_of(said_ready.maya), "ready", now=NOW + timedelta(minutes=6))
    (plan,) = plans()
    assert plan.answer_due_at == NOW + TARGET


def test_what_they_choose_and_where_they_are_is_added(said_ready: Cast) -> None:
    phone = phone_of(said_ready.maya)
    text(phone, "2", now=NOW + timedelta(minutes=1))
    assert told("reply_choice_lift") == {said_ready.maya}
    text(phone, "outside the big tesco", now=NOW + timedelta(minutes=2))
    (plan,) = plans()
    assert (plan.choice, plan.place) == (2, "outside the big tesco")
    text(phone, "hurry up", now=NOW + timedelta(minutes=3))
    assert plans()[0].place == "outside the big tesco"


@pytest.mark.parametrize(
    ("digit", "template"),
    [("1", "reply_choice_meet"), ("2", "reply_choice_lift"), ("3", "reply_talk"),
     ("4", "reply_choice_talk")],
)  # fmt: skip
def test_each_choice_has_its_own_answer(said_ready: Cast, digit: str, template: str) -> None:
    text(phone_of(said_ready.maya), digit, now=NOW + timedelta(minutes=1))
    assert told(template) == {said_ready.maya}
    assert plans()[0].choice == int(digit)


def test_a_shared_position_says_where_and_asks_for_no_other_place(said_ready: Cast) -> None:
    phone = phone_of(said_ready.maya)
    text(phone, "1", now=NOW + timedelta(minutes=1))
    text(phone, "9C3XGV4F+2X", now=NOW + timedelta(minutes=2))
    assert plans()[0].place == "9C3XGV4F+2X"
    assert not told("reply_where") | told("alert_where")


def test_a_cry_for_help_is_no_place(said_ready: Cast) -> None:
    phone = phone_of(said_ready.maya)
    text(phone, "1", now=NOW + timedelta(minutes=1))
    text(phone, "help me", now=NOW + timedelta(minutes=2))
    assert plans()[0].place is None


def test_nobody_answers_in_time_and_more_people_hear(said_ready: Cast) -> None:
    assert tick(9.9) == 0
    assert tick(10) == 1
    assert tick(11) == 0
    assert told("alert_unanswered") == {said_ready.olu, said_ready.sam, said_ready.sue}
    alert = db.session.scalars(select(Alert).where(Alert.kind == AlertKind.UNANSWERED)).one()
    assert plans()[0].late_alert_id == alert.id


def test_that_somebody_has_it_is_no_answer_yet(said_ready: Cast) -> None:
    text(phone_of(said_ready.ade), "1", now=NOW + timedelta(minutes=1))
    assert db.session.scalars(select(Alert)).one().state == AlertState.ACKNOWLEDGED
    assert tick(10) == 1


@pytest.mark.parametrize("said", Answer)
def test_an_answer_stops_the_clock_and_is_texted_at_whatever_hour(
    said_ready: Cast, said: Answer
) -> None:
    sam = said_ready.viewer(said_ready.sam)
    now = NOW + timedelta(minutes=4)
    assert ready.answer(sam, said_ready.maya, said, now=now)
    assert not ready.answer(sam, said_ready.maya, said, now=now)
    db.session.commit()
    (plan,) = plans()
    assert (plan.state, plan.answered_by_id) == (ReturnState.ANSWERED, said_ready.sam)
    assert tick(30) == 0
    assert db.session.scalars(select(Alert)).one().acknowledged_by_id == said_ready.sam
    sent = [m for m in db.session.scalars(select(Message)) if m.template.startswith("ready_")]
    assert len(sent) == (0 if said is Answer.SPOKEN else 1)
    assert all(message.answers_at == now for message in sent)


def test_who_wants_no_texts_gets_no_answer_by_text(said_ready: Cast) -> None:
    policy(said_ready, ReplyPolicy.NONE)
    sam = said_ready.viewer(said_ready.sam)
    ready.answer(sam, said_ready.maya, Answer.CALLING, now=NOW + timedelta(minutes=4))
    assert not told("ready_calling")


def test_ready_again_after_an_answer_asks_again(said_ready: Cast) -> None:
    sam = said_ready.viewer(said_ready.sam)
    ready.answer(sam, said_ready.maya, Answer.CALLING, now=NOW + timedelta(minutes=4))
    db.session.commit()
    text(phone_of(said_ready.maya), "ready", now=NOW + timedelta(minutes=40))
    (plan,) = plans()
    assert (plan.state, plan.answer_due_at) == (ReturnState.OPEN, NOW + timedelta(minutes=50))
    assert tick(50) == 1


def test_when_it_is_over_the_next_time_is_a_new_one(said_ready: Cast) -> None:
    sam = said_ready.viewer(said_ready.sam)
    assert ready.close(sam, said_ready.maya, now=NOW + timedelta(minutes=5))
    assert not ready.close(sam, said_ready.maya, now=NOW + timedelta(minutes=5))
    db.session.commit()
    assert tick(30) == 0
    text(phone_of(said_ready.maya), "ready", now=NOW + timedelta(days=1))
    assert [plan.state for plan in plans()] == [ReturnState.CLOSED, ReturnState.OPEN]


def test_when_it_is_over_nobody_is_asked_what_came_of_it(said_ready: Cast) -> None:
    sam = said_ready.viewer(said_ready.sam)
    (alert,) = db.session.scalars(select(Alert))
    assert ready.close(sam, said_ready.maya, now=NOW + timedelta(minutes=5))
    db.session.commit()
    db.session.refresh(alert)
    assert (alert.state, alert.outcome, alert.next_due_at) == ("resolved", "handled", None)
    assert alert.resolved_by_id == said_ready.sam


def test_who_was_told_may_answer_and_a_stranger_may_not(said_ready: Cast) -> None:
    for who in ("zed_worker", "zed_carer", "far_zed_worker", "adil", "ines", "jo"):
        viewer = said_ready.viewer(getattr(said_ready, who))
        with pytest.raises(NotFound):
            ready.answer(viewer, said_ready.maya, Answer.CALLING, now=NOW)
    tick(10)
    jo = said_ready.viewer(said_ready.jo)
    with pytest.raises(NotFound):
        ready.answer(jo, said_ready.maya, Answer.CALLING, now=NOW)


def test_the_not_ok_word_opens_no_return_but_an_alarm(inside: None, cast: Cast) -> None:
    text(phone_of(cast.maya), f"ready {NOT_OK_WORD}", now=NOW)
    assert not plans()
    assert told("alert_not_ok")


def test_their_own_words_are_texted_only_if_they_asked_for_it(inside: None, cast: Cast) -> None:
    maya, sam = cast.viewer(cast.maya), cast.viewer(cast.sam)
    policy(cast, ReplyPolicy.AGREED)
    ready.write_step(sam, cast.maya, CORNER, now=NOW)
    step = db.session.scalars(select(ReadyStep)).one()
    assert (step.may_text, step.words, step.place) == (False, None, "Bus station")
    ready.write_step(maya, cast.maya, CORNER, now=NOW)
    db.session.commit()
    text(phone_of(cast.maya), "ready", now=NOW)
    words = next(sent.words for sent in outbox() if sent.template == "reply_ready_own")
    assert words.startswith("Same corner x You choose: text 1 meet me")
    assert "Bus station" not in words
    # A worker's later change leaves what their phone may show as it is.
    ready.write_step(sam, cast.maya, Step(How.LIFT), now=NOW)
    assert (step.how, step.may_text, step.words) == (How.LIFT, True, "Same corner x")


def test_a_neutral_plan_gets_the_words_alone_and_a_silent_one_nothing(
    inside: None, cast: Cast
) -> None:
    ready.write_step(cast.viewer(cast.maya), cast.maya, CORNER, now=NOW)
    db.session.commit()
    text(phone_of(cast.maya), "ready", now=NOW)
    assert [s.words for s in outbox() if s.template == "reply_own"] == ["Same corner x"]
    policy(cast, ReplyPolicy.NONE)
    text(phone_of(cast.maya), "ready", now=NOW + timedelta(minutes=7))
    assert len([s for s in outbox() if s.template.startswith("reply_")]) == 1


@pytest.mark.parametrize(
    "words",
    ["Sam from social worker team", "back to CARE", "the police know", "Heddlu yn aros",
     "la policía sabe", "الشرطة تعرف", "you are missing"],
)  # fmt: skip
def test_words_that_would_tell_are_refused(inside: None, cast: Cast, words: str) -> None:
    assert tells_too_much(words)
    maya, step = cast.viewer(cast.maya), Step(How.MET, may_text=True, words=words)
    with pytest.raises(TellsTooMuch):
        ready.write_step(maya, cast.maya, step, now=NOW)


@pytest.mark.parametrize("words", ["take care x"[:4], "carefree", "Same corner", "الركن نفسه", ""])
def test_harmless_words_stay(words: str) -> None:
    assert tells_too_much(words) is None


def test_the_list_of_those_who_are_ready_shows_only_ones_own(said_ready: Cast) -> None:
    viewer = said_ready.viewer(said_ready.sam)
    assert [one.name for one in waiting_now(viewer, now=NOW)] == ["Maya"]
    for who in said_ready.strangers.values():
        if who != said_ready.zed_young:
            assert not waiting_now(said_ready.viewer(who), now=NOW)


def path(cast: Cast) -> str:
    return f"/young-people/{cast.maya}/ready"


def test_on_screen_it_is_written_answered_and_ended(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    with app.app_context():
        own_number(cast)
        share(cast.viewer(cast.maya), cast.maya, "ready", now=NOW, agreed_how="own device",
              role="social_worker")  # fmt: skip
        db.session.commit()
    sign_in(client, cast.maya)
    page = Page(client.get(path(cast))).click(client, "Write it")
    filled = {"how": "met", "who": "Ade <b>", "place": "Bus station", "may_text": "y"}
    refused = Page(page.form("/step").fill({**filled, "words": "not the police"}).submit(client))
    assert refused.errors == ["Leave out “police”: it could tell someone too much."]
    page = refused.form("/step").fill(words="Same corner x").send(client)
    assert "Ade <b>" in page
    assert "Same corner x" in page
    with app.app_context():
        text(phone_of(cast.maya), "ready", now=NOW)
    page = Page(client.get(path(cast)))
    assert "Your people are told. Someone will answer you." in page
    sign_in(client, cast.sam)
    page = Page(client.get(path(cast)))
    assert "They are ready now and wait for an answer" in page
    assert "Bus station" in page
    page = page.form("/answer").send(client, "A lift is coming")
    assert "Sam answered at" in page.text
    sign_in(client, cast.maya)
    assert "A lift is coming to you" in Page(client.get(path(cast)))
    sign_in(client, cast.sam)
    page = Page(client.get(path(cast))).form("/close").send(client)
    assert "answered at" not in page.text


def test_what_they_did_not_share_is_not_shown(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    with app.app_context():
        own_number(cast)
        ready.write_step(cast.viewer(cast.maya), cast.maya, CORNER, now=NOW)
        text(phone_of(cast.maya), "ready", now=NOW)
    for who in (cast.sam, cast.olu, cast.sue):
        sign_in(client, who)
        page = Page(client.get(path(cast)))
        assert "Bus station" not in page.text
        assert "They have not shared this part" in page.text
        assert page.form("/answer")


@pytest.mark.parametrize(
    "who", ["zed_worker", "zed_carer", "zed_young", "far_zed_worker", "kit", "adil"]
)
def test_a_stranger_finds_nothing(
    who: str, app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    with app.app_context():
        own_number(cast)
        text(phone_of(cast.maya), "ready", now=NOW)
    sign_in(client, getattr(cast, who))
    assert client.get(path(cast)).status_code == 404
    assert client.get(f"{path(cast)}/step").status_code == 404
    token = Page(client.get("/c")).form("/c").values["csrf_token"][0]
    for there in ("step", "answer", "close"):
        data = {"csrf_token": token, "answer": "calling", "how": "met"}
        assert client.post(f"{path(cast)}/{there}", data=data).status_code == 404
    with app.app_context():
        assert plans()[0].state == ReturnState.OPEN


@pytest.mark.parametrize("locale", ["cy", "es", "ar"])
def test_the_pages_read_in_every_language(
    locale: str, app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    with app.app_context():
        own_number(cast)
        text(phone_of(cast.maya), "ready", now=NOW)
    for who in (cast.maya, cast.sam):
        sign_in(client, who)
        assert Page(client.get(f"{path(cast)}?lang={locale}")).lang == locale
    sign_in(client, cast.maya)
    assert Page(client.get(f"{path(cast)}/step?lang={locale}")).lang == locale


def test_the_words_are_short_enough_for_a_text() -> None:
    assert LONGEST_WORDS == 60
