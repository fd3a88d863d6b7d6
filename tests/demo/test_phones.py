"""Everybody's phone: what is typed goes the way of the webhook; elsewhere there are none."""

import pytest

from engage import config
from engage.app import create_app
from engage.checkins.models import CheckIn
from engage.db import db
from engage.demo import configuration, greeting, phones, seed
from engage.messaging.models import InboundMessage
from engage.people.access import SYSTEM
from engage.people.models import Consent, Link, LinkKind, Person, Relationship
from engage.plans.queries import find_live_plan
from tests.cast import NOW
from tests.database import ENVIRON
from tests.page import Page

MAYA = "+447700900001"


@pytest.fixture
def people(app, clock, monkeypatch):
    """The cast of the demonstration; nobody signs in with a password here."""
    monkeypatch.setattr(seed, "hash_password", lambda password: password[::-1])
    with app.app_context():
        cast = seed.seed_once(now=NOW)
        db.session.commit()
    return cast


def test_the_cast_is_there_once_however_often_it_is_asked_for(app, people):
    with app.app_context():
        count = db.session.query(Person).count()
        again = seed.seed_once(now=NOW)
        db.session.commit()
        assert db.session.query(Person).count() == count
    assert again == people


def test_a_used_sign_in_link_is_replaced_when_asked_again(app, people):
    with app.app_context():
        for link in db.session.query(Link).filter_by(kind=LinkKind.SIGN_IN):
            link.revoked_at = NOW
        db.session.commit()
        again = seed.seed_once(now=NOW)
        db.session.commit()
    assert again["carers"][0]["sign_in_url"] != people["carers"][0]["sign_in_url"]


def test_the_cast_never_goes_among_other_people(app, cast):
    with app.app_context(), pytest.raises(seed.DatabaseInUse):
        seed.seed_once(now=NOW)


def test_mayas_plan_is_in_use_and_her_three_said_yes(app, people):
    maya_id = people["young_people"][0]["id"]
    with app.app_context():
        maya = db.session.query(Person).filter_by(kind="young_person").all()
        maya = next(one for one in maya if str(one.id) == maya_id)
        plan = find_live_plan(SYSTEM, maya.id, now=NOW)
        assert plan is not None
        links = db.session.query(Relationship).filter_by(young_person_id=maya.id).all()
        assert [r.kind for r in links if r.consent == Consent.YES].count("trusted") == 3
        assert any(r.kind == "check_in" for r in links)


def test_what_is_typed_arrives_as_a_text(app, client, people):
    page = Page(client.get("/demo/phones"))
    form = next(f for f in page.forms if f.values.get("number") == [MAYA])
    after = form.fill(words="not ok").send(client)
    assert "not ok" in after
    with app.app_context():
        assert db.session.query(InboundMessage).one().source == "console"
        assert db.session.query(CheckIn).one().kind == "not_ok"


def test_every_person_has_a_phone_there_and_so_has_nobody(client, people):
    page = Page(client.get("/demo/phones"))
    for name in ("Maya", "Kit", "Jo", "Ade", "Coach Lee", "Nan Ruth", "Sam", "Olu"):
        assert name in page
    assert "A phone nobody knows" in page
    numbers = [f.values["number"][0] for f in page.forms if "number" in f.values]
    assert numbers[0] == MAYA and numbers[-1] == phones.UNKNOWN
    assert len(numbers) == len(set(numbers)) == 13


def test_a_phone_that_is_not_in_the_demonstration_is_not_found(client, people):
    page = Page(client.get("/demo/phones"))
    form = page.forms[0]
    form.values["number"] = ["+447700900777"]
    assert form.submit(client).status_code == 404


def test_watching_leaves_the_fields_out_so_that_nothing_typed_is_lost(client, people):
    page = Page(client.get("/demo/phones?watch=1"))
    assert "Stop looking again by itself, to type" in page
    assert not [f for f in page.forms if "number" in f.values]


@pytest.mark.parametrize("words", ["", "   ", "x" * 1601, "=cmd|'/c calc'!A1", "<script>alert(1)"])
def test_odd_texts_are_shown_as_they_are(client, people, words):
    page = Page(client.get("/demo/phones"))
    form = next(f for f in page.forms if f.values.get("number") == [phones.UNKNOWN])
    assert form.fill(words=words).send(client).status == 200


def test_links_of_ours_can_be_pressed_and_others_are_words():
    found = phones.bits(
        "M. See http://localhost/a/ABC or https://evil.example/x", "http://localhost"
    )
    assert [(bit.words, bit.path) for bit in found] == [
        ("M. See ", ""),
        ("http://localhost/a/ABC", "/a/ABC"),
        (" or https://evil.example/x", ""),
    ]


def test_there_are_no_phones_outside_a_demonstration(tmp_path, settings):
    environ = {
        **ENVIRON,
        "ENGAGE_ENVIRONMENT": "production",
        "ENGAGE_SMS_PROVIDER": "none",
        "ENGAGE_PUBLIC_URL": "https://example.org",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'engage.db'}",
    }
    app = create_app(config.load(environ))
    client = app.test_client()
    for answer in (
        client.get("/demo/phones", base_url="https://example.org"),
        client.post("/demo/phones", base_url="https://example.org"),
    ):
        assert answer.status_code in (400, 404)
    assert not [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/demo")]


def test_a_demonstration_takes_nothing_from_this_machine(tmp_path):
    environ = {
        "TWILIO_AUTH_TOKEN": "real", "ENGAGE_SMS_PROVIDER": "twilio", "DATABASE_URL": "postgresql",
        "ENGAGE_LOG_LEVEL": "INFO",
    }  # fmt: skip
    made = configuration.prepare(tmp_path / "d", 8000, None, environ)
    assert config.load(made).sms_provider == "console"
    assert made["DATABASE_URL"].startswith("sqlite:///") and made["ENGAGE_LOG_LEVEL"] == "INFO"
    assert "TWILIO_AUTH_TOKEN" not in made
    again = configuration.prepare(tmp_path / "d", 8000, None, environ)
    assert again == made


def test_the_terminal_says_who_can_sign_in_and_how(people):
    said = greeting.words(people, "http://localhost:8000")
    for one in people["staff"]:
        assert one["email"] in said and one["password"] in said
    assert "http://localhost:8000/demo/phones" in said
    assert people["young_people"][0]["check_in_url"] in said
