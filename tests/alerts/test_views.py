"""Alerts on screen, and behind the link in a text."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engage.alerts import actions, queries
from engage.alerts.models import Alert
from engage.alerts.rules import AlertKind, How
from engage.db import db
from engage.people.actions import end_placement
from engage.people.models import Organisation, Person
from engage.people.viewer import SYSTEM
from tests.alerts.test_actions import raised, swept
from tests.cast import Cast
from tests.checkins.texting import outbox, own_number, phone_of, text
from tests.page import Page, stands_in

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
    assert not stands_in("Maya", page.html)
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


def test_after_the_move_neither_the_link_nor_a_digit_takes_an_alert(
    app: Flask, client: FlaskClient, alert_id: UUID, cast: Cast, now: datetime
) -> None:
    path, sams = link_to(app, cast.jo), link_to(app, cast.sam)
    page = Page(client.get(path))
    with app.app_context():
        own_number(cast)
        end_placement(SYSTEM, cast.placement, now=now)
        db.session.commit()
        text(phone_of(cast.jo), "1", now=now)
    wrong = client.get("/a/0000000000")
    assert (wrong.status_code, client.get(path).status_code) == (404, 404)
    assert page.form(path).submit(client, "I have it").status_code == 404
    assert the(app, alert_id).state == "open"
    assert client.get(sams).status_code == 200


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
    over = page.form(f"{path}/resolve").fill({"note": "She is at Nan's"})
    page = over.send(client, "I spoke with them. It is over.")
    assert the(app, alert_id).state == "resolved"
    assert "Somebody spoke with them. It is over." in page.text
    assert "She is at Nan's" in page.text
    assert not [form for form in page.forms if form.action.startswith(path)]


def test_one_press_is_enough_and_none_is_a_kind_error(
    app: Flask, client: FlaskClient, alert_id: UUID, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(client, cast.sam)
    path = f"/alerts/{alert_id}"
    page = Page(client.get(path)).form(f"{path}/take").send(client, "I have it")
    token = page.form(f"{path}/resolve").values["csrf_token"][0]
    for wrong in ({}, {"outcome": "undone"}, {"outcome": "nonsense"}):
        answer = client.post(
            f"{path}/resolve", data={"csrf_token": token, "note": "typed words", **wrong}
        )
        assert answer.status_code == 422
        assert "typed words" in Page(answer).html
    assert the(app, alert_id).state == "acknowledged"
    page.form(f"{path}/resolve").send(client, "There was nothing to do.")
    assert the(app, alert_id).outcome == "nothing"


def test_it_is_passed_on_to_somebody_by_name_and_stays_visible(
    app: Flask, client: FlaskClient, alert_id: UUID, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(client, cast.sam)
    path = f"/alerts/{alert_id}"
    page = Page(client.get(path)).form(f"{path}/take").send(client, "I have it")
    form = page.form(f"{path}/pass-on")
    page = form.fill({"to": str(cast.sue)}).send(client, "Pass it on")
    assert "Sam had it before." in page.text
    assert the(app, alert_id).held_before_id == cast.sam
    token = page.form(f"{path}/take").values["csrf_token"][0]
    client.post(f"{path}/take", data={"csrf_token": token})
    stranger = {"csrf_token": token, "to": str(cast.zed_worker)}
    assert client.post(f"{path}/pass-on", data=stranger).status_code == 422
    assert the(app, alert_id).acknowledged_by_id == cast.sam


def test_what_somebody_has_stays_on_the_list_for_days(
    app: Flask, client: FlaskClient, cast: Cast, now: datetime, sign_in: SignIn
) -> None:
    with app.app_context():
        alert_id = raised(cast, now - timedelta(days=5))
        jo = cast.viewer(cast.jo)
        actions.acknowledge(alert_id, cast.jo, how=How.TEXT, now=now, viewer=jo)
        db.session.commit()
    sign_in(client, cast.sam)
    assert "Jo has it." in Page(client.get("/alerts")).text


def test_behind_the_link_it_is_kept_ended_or_passed_on_without_signing_in(
    app: Flask, client: FlaskClient, alert_id: UUID, cast: Cast
) -> None:
    path = link_to(app, cast.ade)
    page = Page(client.get(path)).form(path).send(client, "I have it")
    page = page.form(f"{path}/keep").send(client, "I am still on it")
    assert the(app, alert_id).state == "acknowledged"
    page = page.form(f"{path}/pass-on").send(client, "Somebody else must take it")
    assert the(app, alert_id).state == "open"
    page = page.form(path).send(client, "I have it")
    page = page.form(f"{path}/over").send(client, "It is over in another way.")
    assert "It is over. Thank you." in page.text
    found = the(app, alert_id)
    assert (found.state, found.outcome, found.resolved_by_id) == ("resolved", "other", cast.ade)


def test_a_code_ends_nothing_that_somebody_else_has(
    app: Flask, client: FlaskClient, alert_id: UUID, cast: Cast
) -> None:
    mine, theirs = link_to(app, cast.ade), link_to(app, cast.jo)
    Page(client.get(mine)).form(mine).send(client, "I have it")
    token = Page(client.get("/c")).form("/c").values["csrf_token"][0]
    for act in ("over", "keep", "pass-on"):
        client.post(f"{theirs}/{act}", data={"csrf_token": token, "outcome": "other"})
        assert client.post(f"/a/0000000000/{act}", data={"csrf_token": token}).status_code == 404
    assert the(app, alert_id).acknowledged_by_id == cast.ade


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
    for act in ("take", "resolve", "keep", "pass-on"):
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


def test_the_link_says_when_by_the_clock_of_their_organisation(
    app: Flask, client: FlaskClient, cast: Cast, alert_id: UUID
) -> None:
    """Whoever opens it is not signed in: nothing else says where they are."""
    with app.app_context():
        alert = db.session.get_one(Alert, alert_id)
        db.session.get_one(Organisation, cast.organisation).time_zone = "America/Chicago"
        there = alert.raised_at.astimezone(ZoneInfo("America/Chicago"))
        db.session.commit()
    page = Page(client.get(link_to(app, cast.jo)))
    assert f"{there:%H:%M}" in page.main_text
