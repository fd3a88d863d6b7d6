"""Carers and young people sign in with six digits; an unknown number looks like a known one."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engage.audit.models import AuditEntry
from engage.db import db
from engage.messaging.models import Message
from engage.people.models import LoginSession, Person, SignInCode
from engage.people.phone_actions import report_lost_phone, set_phone
from engage.people.viewer import SYSTEM
from tests.page import Page, follow

UNKNOWN = "07700 900 999"


@pytest.fixture
def codes(monkeypatch):
    """The digits as they are made: 000001, 000002 …"""
    made = iter(range(1, 1000))
    monkeypatch.setattr("engage.people.code_actions.secrets.randbelow", lambda _: next(made))


def number_of(app, person_id):
    with app.app_context():
        return db.session.get(Person, person_id).phone


def ask(client, number, where="/phone-sign-in"):
    return Page(client.get(where)).form().fill(number=number).send(client)


def texts(app):
    with app.app_context():
        return list(db.session.scalars(select(Message.person_id)))


def test_jo_signs_in_with_the_digits_she_got(app, client, cast, codes):
    page = ask(client, number_of(app, cast.jo), "/phone-sign-in?next=/page")
    assert texts(app) == [cast.jo]
    response = page.form().fill(code="000 001").submit(client)
    assert response.location == "/page"
    with app.app_context():
        rows = db.session.scalars(select(LoginSession).where(LoginSession.revoked_at.is_(None)))
        assert [(row.person_id, row.area) for row in rows] == [(cast.jo, "phone")]


def test_known_and_unknown_numbers_meet_the_same_pages_after_the_same_work(
    app, client, cast, codes
):
    def tables():
        with app.app_context():
            return sum(
                db.session.scalar(select(func.count()).select_from(table))
                for table in (SignInCode, AuditEntry, Message, LoginSession)
            )

    seen = []
    for number in (number_of(app, cast.jo), UNKNOWN, number_of(app, cast.ade)):
        visitor = app.test_client()
        before = tables()
        page = ask(visitor, number)
        made = tables() - before
        wrong = Page(page.form().fill(code="999999").submit(visitor))
        seen.append((made, page.main_text, wrong.main_text, wrong.status))
    assert seen[0] == seen[1] == seen[2]
    assert texts(app) == [cast.jo], "only somebody we know, who signs in by phone, gets a text"


def test_five_wrong_tries_end_a_code(app, client, cast, codes):
    page = ask(client, number_of(app, cast.jo))
    for _ in range(5):
        page = Page(page.form().fill(code="999999").submit(client))
    page = Page(page.form().fill(code="000001").submit(client))
    assert page.errors == ["These digits are not right, or too old."]


def test_a_code_is_good_for_ten_minutes_and_once(app, client, cast, codes, clock):
    number = number_of(app, cast.jo)
    page = ask(client, number)
    clock.shift(timedelta(minutes=10))
    assert Page(page.form().fill(code="000001").submit(client)).errors
    page = ask(client, number)
    other = app.test_client()
    page_of_another = ask(other, UNKNOWN)
    assert page.form().fill(code="000002").submit(client).status_code == 303
    assert Page(page_of_another.form().fill(code="000002").submit(other)).errors


def test_a_newer_code_ends_the_older_one(app, client, cast, codes):
    ask(client, number_of(app, cast.jo))
    page = ask(client, number_of(app, cast.jo))
    assert Page(page.form().fill(code="000001").submit(client)).errors
    assert page.form().fill(code="000002").submit(client).status_code == 303


def test_what_is_no_number_is_said_at_once(client, cast):
    for typed in ("hello", "12", "07700 900 12345678"):
        page = Page(Page(client.get("/phone-sign-in")).form().fill(number=typed).submit(client))
        assert page.errors == ["This is not a whole phone number. Check it and try again."]


def test_five_codes_in_a_quarter_of_an_hour_are_enough_for_any_number(app, client, cast, codes):
    for number in (number_of(app, cast.jo), UNKNOWN):
        for _ in range(5):
            ask(client, number)
        form = Page(client.get("/phone-sign-in")).form().fill(number=number)
        assert form.submit(client).status_code == 429


def test_a_lost_phone_gets_no_code_and_what_it_opened_is_shut(app, client, cast, codes, now):
    number = number_of(app, cast.jo)
    ask(client, number).form().fill(code="000001").submit(client)
    with app.app_context():
        report_lost_phone(cast.viewer(cast.sam), cast.jo, now=now)
        db.session.commit()
    assert client.get("/sign-in/passkeys").status_code == 303
    ask(app.test_client(), number)
    assert texts(app) == [cast.jo]


def test_people_who_share_a_phone_say_who_they_are(app, client, cast, codes, now):
    number = number_of(app, cast.jo)
    with app.app_context():
        set_phone(SYSTEM, cast.maya, number, now=now)
        db.session.commit()
    page = ask(client, number)
    page = follow(client, page.form().fill(code="000001").submit(client))
    assert page.heading == "Who are you?"
    assert page.form().submit(client, "Maya").status_code == 303
    with app.app_context():
        rows = db.session.scalars(select(LoginSession).where(LoginSession.revoked_at.is_(None)))
        assert [row.person_id for row in rows] == [cast.maya]


def test_where_the_plan_says_so_the_digits_alone_do_not_do(app, client, cast, codes):
    with app.app_context():
        db.session.get(Person, cast.maya).word_needed = True
        db.session.commit()
    page = ask(client, number_of(app, cast.maya))
    page = follow(client, page.form().fill(code="000001").submit(client))
    assert page.heading == "Your word"
    wrong = Page(page.form().fill(word="tangerine").submit(client))
    assert wrong.errors == ["That is not the word in your plan."]
    assert cast.sam in texts(app), "the word that means: I am not OK, is heard without a sign"
    assert wrong.form().fill(word="Blue-bird").submit(client).status_code == 200
    assert wrong.form().fill(word="BLUEBIRD").submit(client).status_code == 303


def test_the_steps_cannot_be_skipped(client, cast):
    for path in ("/phone-sign-in/code", "/phone-sign-in/who"):
        response = client.get(path)
        assert (response.status_code, response.location) == (303, "/phone-sign-in")
