"""Alerts on screen, and behind the link in a text."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engage.alerts import queries
from engage.alerts.models import Alert
from engage.alerts.rules import AlertKind
from engage.db import db
from engage.people.models import Person
from tests.alerts.test_actions import raised, swept
from tests.cast import Cast
from tests.checkins.texting import outbox
from tests.page import Page

SignIn = Callable[[FlaskClient, UUID], FlaskClient]


@pytest.fixture
def alert_id(app: Flask, cast: Cast, now: datetime) -> UUID:
    with app.app_context():
        return raised(cast, now, AlertKind.NOT_OK)


def link_to(app: Flask, person_id: UUID) -> str:
    """Return the path of the link in the alert's text to this person."""
    with app.app_context():
        words = next(s.words for s in outbox() if s.to == person_id and "/a/" in s.words)
    found = re.search(r"/a/\w+", words)
    assert found
    return found.group()


def the(app: Flask, alert_id: UUID) -> Alert:
    with app.app_context():
        return db.session.get_one(Alert, alert_id)


def test_the_link_shows_and_only_the_button_acts(
    app: Flask, client: FlaskClient, alert_id: UUID, cast: Cast
) -> None:
    path = link_to(app, cast.jo)
    for _ in range(2):
        page = Page(client.get(path))
        client.head(path)
        assert the(app, alert_id).state == "open"
    assert "Not OK, they say" in page.text
    assert "Maya" not in page.html
    answered = page.form(path).send(client, "I have it")
    assert "You have it. The others are told." in answered.text
    found = the(app, alert_id)
    assert (found.acknowledged_by_id, found.acknowledged_how) == (cast.jo, "link")
    other = Page(app.test_client().get(link_to(app, cast.sam)))
    assert "Jo has it. You do not need to do anything now." in other.text
    assert not other.forms


def test_a_wrong_or_old_code_shows_the_same_page_as_any_other(
    app: Flask, client: FlaskClient, alert_id: UUID, cast: Cast, clock: time_machine.Traveller
) -> None:
    path = link_to(app, cast.jo)
    wrong = client.get("/a/0000000000")
    clock.shift(timedelta(days=8))
    old = client.get(path)
    assert wrong.status_code == old.status_code == 404
    assert client.post(path).status_code in (400, 404)
    assert the(app, alert_id).state == "open"


def test_the_list_puts_what_is_open_and_urgent_first(
    app: Flask, client: FlaskClient, alert_id: UUID, cast: Cast, now: datetime, sign_in: SignIn
) -> None:
    with app.app_context():
        raised(cast, now - timedelta(hours=1), AlertKind.TALK)
    sign_in(client, cast.sam)
    text = Page(client.get("/alerts")).main_text
    assert text.index("Not OK, they say") < text.index("Wants to talk")
    assert "Maya" not in text


def test_the_worker_takes_it_and_says_when_it_is_over(
    app: Flask, client: FlaskClient, alert_id: UUID, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(client, cast.sam)
    path = f"/alerts/{alert_id}"
    page = Page(client.get(path))
    assert "Nobody has it yet." in page.text
    assert {"Ade", "Jo", "Sam"} <= set(page.text.split())
    page = page.form(f"{path}/take").send(client, "I have it")
    assert "Sam has it, on this page." in page.text
    page = page.form(f"{path}/resolve").send(client, "It is over")
    assert the(app, alert_id).state == "resolved"
    assert not [form for form in page.forms if form.action.startswith(path)]


def test_a_late_alert_and_one_told_to_nobody_say_so(
    app: Flask, client: FlaskClient, cast: Cast, now: datetime, sign_in: SignIn
) -> None:
    with app.app_context():
        for person in db.session.scalars(select(Person)):
            person.phone = None
        db.session.commit()
        alert_id = raised(cast, now)
        swept(now + timedelta(hours=1))
    sign_in(client, cast.sam)
    page = Page(client.get(f"/alerts/{alert_id}"))
    assert "late by 45 minutes" in page.text
    assert "There was nobody with a phone to tell." in page.text
    assert "Nobody could be told" in Page(client.get("/alerts")).text


@pytest.mark.parametrize(
    "who",
    ["zed_worker", "zed_carer", "zed_young", "far_zed_worker", "far_zed_supervisor",
     "far_zed_carer", "far_zed_young", "kit", "kits_carer", "maya", "adil"],
)  # fmt: skip
def test_a_stranger_finds_nothing(
    who: str, client: FlaskClient, alert_id: UUID, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(client, getattr(cast, who))
    assert "Not OK" not in client.get("/alerts").text
    assert client.get(f"/alerts/{alert_id}").status_code == 404
    token = Page(client.get("/c")).form("/c").values["csrf_token"][0]
    for act in ("take", "resolve"):
        answer = client.post(f"/alerts/{alert_id}/{act}", data={"csrf_token": token})
        assert answer.status_code == 404


@pytest.mark.parametrize("who", ["jo", "sam", "sue", "olu"])
def test_those_around_her_may_take_it(
    who: str, app: Flask, client: FlaskClient, alert_id: UUID, cast: Cast, sign_in: SignIn
) -> None:
    person = getattr(cast, who)
    sign_in(client, person)
    page = Page(client.get(f"/alerts/{alert_id}"))
    page.form(f"/alerts/{alert_id}/take").send(client, "I have it")
    assert the(app, alert_id).acknowledged_by_id == person


def test_visitors_are_sent_to_sign_in(client: FlaskClient, alert_id: UUID) -> None:
    for path in ("/alerts", f"/alerts/{alert_id}"):
        assert client.get(path).status_code == 303


@pytest.mark.parametrize("locale", ["cy", "es", "ar"])
def test_the_pages_read_in_every_language(
    locale: str, app: Flask, client: FlaskClient, alert_id: UUID, cast: Cast, sign_in: SignIn
) -> None:
    assert Page(client.get(f"{link_to(app, cast.jo)}?lang={locale}")).lang == locale
    sign_in(client, cast.sam)
    for path in ("/alerts", f"/alerts/{alert_id}", "/check-ins", "/check-ins/unmatched"):
        assert Page(client.get(f"{path}?lang={locale}")).lang == locale


def test_an_unmatched_alert_is_for_the_organisations_workers(
    app: Flask, cast: Cast, now: datetime
) -> None:
    with app.app_context():
        alert = Alert(
            dedupe_key="x", organisation_id=cast.organisation, kind=AlertKind.UNMATCHED,
            urgency="soon", raised_at=now, level=0, round=0,
        )  # fmt: skip
        db.session.add(alert)
        db.session.commit()
        for who, sees in [("sam", True), ("olu", True), ("jo", False), ("far_zed_worker", False)]:
            found = queries.alerts(cast.viewer(getattr(cast, who)), now=now)
            assert bool(found) is sees
