"""How far a text is believed, end to end: borrowed, shared, silent and wrong phones."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engage.alerts.models import Alert
from engage.alerts.rules import AlertKind
from engage.checkins.models import Candidate
from engage.checkins.rules import Belief, Kind, is_named
from engage.db import db
from engage.messaging.delivery import words_of
from engage.messaging.models import Message, OptOut
from engage.people.models import Person
from tests.cast import CODE_WORD, NOT_OK_WORD, NOW, Cast
from tests.checkins.texting import UNKNOWN, last_check_in, outbox, own_number, phone_of, text, told
from tests.page import Page

SignIn = Callable[[FlaskClient, UUID], FlaskClient]


@pytest.mark.parametrize(
    ("words", "name", "named"),
    [
        ("its maya pls help", "Maya", True),
        ("ITS MAYA!!", "Maya Smith", True),
        ("tell mayank hi", "Maya", False),
        ("im with coach lee", "Coach Lee", True),
        ("m a y a", "Maya", False),
        ("sian yma", "Siân", True),
        ("", "Maya", False),
        ("hello", "", False),
    ],
)
def test_a_first_name_in_a_text_is_a_hint(words: str, name: str, named: bool) -> None:
    assert is_named(words, name) is named


def test_a_first_name_from_a_borrowed_phone_is_offered_to_staff_and_proves_nothing(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    with app.app_context():
        own_number(cast)
        text(UNKNOWN, "its maya i need someone", now=NOW)
        assert last_check_in().young_person_id is None
        assert last_check_in().belief == Belief.V0
        assert [sent.words for sent in outbox() if sent.template == "reply_unknown"]
    sign_in(client, cast.sam)
    form = Page(client.get("/check-ins/unmatched")).form("/match")
    # Named, and still nobody is chosen beforehand: one press must not match a stranger's text.
    assert form.values["young_person"] == [""]
    assert "(named in the text)" in form.page.text
    form.fill(young_person=str(cast.maya)).send(client)
    with app.app_context():
        check_in = last_check_in()
        assert (check_in.young_person_id, check_in.belief) == (cast.maya, Belief.V0)


def test_a_worker_sees_only_their_own_young_people_named(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    with app.app_context():
        own_number(cast)
        text(UNKNOWN, "its maya i need someone", now=NOW)
    sign_in(client, cast.kits_worker)
    assert "(named in the text)" not in Page(client.get("/check-ins/unmatched")).text


def test_the_code_word_from_a_borrowed_phone_is_theirs_at_v1(inside: None, cast: Cast) -> None:
    text(UNKNOWN, f"ready {CODE_WORD}", now=NOW)
    check_in = last_check_in()
    assert (check_in.young_person_id, check_in.belief, check_in.kind) == (
        cast.maya, Belief.V1, Kind.READY
    )  # fmt: skip
    # The borrowed phone gets what every unknown phone gets, and never her own replies.
    assert {sent.template for sent in outbox() if sent.template.startswith("reply_")} == {
        "reply_unknown"
    }


def answers_to(hour: int, *bodies: str, apart: timedelta) -> list[str]:
    """What one unknown phone is answered, in an hour when no other sends anything."""
    # From the middle of ten minutes of the clock into the next.
    since = NOW + hour * timedelta(hours=1) + timedelta(minutes=5)
    phone = f"+4477009008{hour:02}"
    for turn, body in enumerate(bodies):
        text(phone, body, now=since + turn * apart)
    sent = Message.__table__.c
    rows = select(Message.__table__).where(
        sent.template.startswith("reply_"), sent.created_at >= since
    )
    found = db.session.execute(rows.order_by(sent.created_at)).all()
    return [f"{row.template} {row.locale} {words_of(row, row.locale)}" for row in found]


@pytest.mark.parametrize("says", ["{}", "{} ok", "{} listo", "{} stop", "listo {}"])
@pytest.mark.parametrize("locale", ["en", "cy", "ar"])
def test_from_an_unknown_phone_a_right_word_is_answered_like_a_wrong_one(
    says: str, locale: str, inside: None, cast: Cast
) -> None:
    db.session.get_one(Person, cast.maya).locale = locale
    db.session.commit()
    found = [
        answers_to(hour, says.format(word), "hello", apart=timedelta(seconds=5))
        for hour, word in enumerate((CODE_WORD, NOT_OK_WORD, "elephant"))
    ]
    assert found == [found[-1]] * 3 and len(found[-1]) == 1


@pytest.mark.parametrize("word", [CODE_WORD, NOT_OK_WORD, "elephant"])
def test_a_right_word_is_not_told_from_a_wrong_one_by_a_second_answer(
    word: str, inside: None, cast: Cast
) -> None:
    # Less than ten minutes apart.
    assert len(answers_to(0, word, "hello", apart=timedelta(minutes=9, seconds=59))) == 1
    assert len(answers_to(1, "hello", word, "hello", apart=timedelta(minutes=6))) == 2


def test_a_shared_number_asks_and_reveals_nothing_and_both_workers_hear(
    inside: None, cast: Cast
) -> None:
    kit = db.session.get_one(Person, cast.kit)
    kit.phone = phone_of(cast.maya)
    db.session.commit()
    text(phone_of(cast.maya), "im not ok", now=NOW)
    check_in = last_check_in()
    assert (check_in.young_person_id, check_in.belief) == (None, Belief.V0)
    rows = db.session.scalars(select(Candidate.young_person_id)).all()
    assert set(rows) == {cast.maya, cast.kit}
    replies = [sent.words for sent in outbox() if sent.template.startswith("reply_")]
    text(UNKNOWN, "im not ok", now=NOW)
    unknown = [sent.words for sent in outbox() if sent.template.startswith("reply_")][
        len(replies) :
    ]
    assert replies == unknown
    assert {cast.sam, cast.kits_worker} <= told("alert_unmatched")


def test_a_phone_silent_for_ninety_days_gets_no_texts_until_it_speaks(
    inside: None, cast: Cast
) -> None:
    maya = db.session.get_one(Person, cast.maya)
    maya.phone_verified_at = maya.phone_heard_at = NOW - timedelta(days=91)
    db.session.commit()
    text(phone_of(cast.maya), "ok", now=NOW)
    db.session.expire_all()
    assert db.session.get_one(Person, cast.maya).phone_heard_at == NOW


def test_wrong_number_suspends_the_phone_and_the_worker_hears(inside: None, cast: Cast) -> None:
    number = phone_of(cast.maya)
    text(number, "you have the wrong number", now=NOW)
    db.session.expire_all()
    assert db.session.get_one(Person, cast.maya).phone_suspended_at == NOW
    alert = db.session.scalars(select(Alert).where(Alert.kind == AlertKind.WRONG_NUMBER)).one()
    assert alert.young_person_id == cast.maya
    assert not [sent for sent in outbox() if sent.template.startswith("reply_")]
    # Whoever has it now is a stranger, whatever they write.
    text(number, "im ok", now=NOW + timedelta(minutes=1))
    check_in = last_check_in()
    assert (check_in.young_person_id, check_in.belief) == (None, Belief.V0)


@pytest.mark.parametrize("opt_out_type", ["STOP", None])
def test_stop_turns_texts_off_the_worker_hears_and_what_comes_is_still_read(
    inside: None, cast: Cast, opt_out_type: str | None
) -> None:
    number = phone_of(cast.maya)
    text(number, "STOP", now=NOW, opt_out_type=opt_out_type)
    assert db.session.scalars(select(OptOut)).one()
    assert told("alert_texts_off") == {cast.sam}
    confirmed = [s for s in outbox() if s.template == "reply_stop"]
    assert len(confirmed) == (0 if opt_out_type else 1)
    text(number, "im not ok", now=NOW + timedelta(minutes=1))
    assert told("alert_not_ok")
    assert last_check_in().young_person_id == cast.maya


def test_yes_starts_texts_again_only_while_they_are_off(inside: None, cast: Cast) -> None:
    number = phone_of(cast.maya)
    text(number, "yes", now=NOW)
    assert last_check_in().kind == Kind.YES
    text(number, "STOP", now=NOW + timedelta(minutes=1))
    text(number, "yes", now=NOW + timedelta(minutes=2))
    assert last_check_in().kind == Kind.START
    assert not db.session.scalars(select(OptOut)).all()


def test_the_worker_reads_that_texts_are_off_use_another_way(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    with app.app_context():
        own_number(cast)
        text(phone_of(cast.maya), "STOP", now=NOW)
    sign_in(client, cast.sam)
    page = Page(client.get(f"/young-people/{cast.maya}"))
    assert "No more texts to this phone: use another way" in page.text


@pytest.mark.parametrize("words", ["HELP", "help", "Help!", "AYUDA", "cymorth", "مساعدة"])
def test_help_alone_may_be_distress_and_a_person_hears_at_once(
    inside: None, cast: Cast, words: str
) -> None:
    text(phone_of(cast.maya), words, now=NOW, opt_out_type="HELP" if words == "HELP" else None)
    assert last_check_in().kind == Kind.HELP
    assert told("alert_help")
    # The provider has answered by itself: we add nothing.
    answered = [sent for sent in outbox() if sent.template.startswith("reply_")]
    assert bool(answered) is (words != "HELP")


def test_nothing_here_was_sent_twice(inside: None, cast: Cast) -> None:
    text(UNKNOWN, "hello", now=NOW)
    text(UNKNOWN, "hello?", now=NOW + timedelta(minutes=3))
    rows = db.session.scalars(select(Message).where(Message.template == "reply_unknown")).all()
    assert len(rows) == 1
