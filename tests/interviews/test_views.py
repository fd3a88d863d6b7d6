"""The young person's own page behind `/r/<code>`, and the worker's page about the talk."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engage.db import db
from engage.i18n import LOCALES
from engage.people import links
from engage.people.models import LinkKind
from tests.cast import NOW, Cast
from tests.interviews.conftest import Back, the_talk, tick
from tests.page import Page

SignIn = Callable[[FlaskClient, UUID], FlaskClient]


@pytest.fixture
def code(app: Flask, cast: Cast, back: Back) -> str:
    back()
    with app.app_context():
        made = links.issue(
            LinkKind.RETURN, young_person_id=cast.maya, person_id=cast.maya, now=NOW,
            expires_at=NOW + timedelta(days=30),
        )  # fmt: skip
        db.session.commit()
        return made


@pytest.fixture
def sams(client: FlaskClient, cast: Cast, back: Back, sign_in: SignIn) -> FlaskClient:
    back()
    return sign_in(client, cast.sam)


def talk(cast: Cast) -> str:
    return f"/young-people/{cast.maya}/talk"


@pytest.mark.parametrize("locale", LOCALES)
def test_by_the_link_they_choose_in_any_language(
    locale: str, app: Flask, client: FlaskClient, code: str
) -> None:
    answer = client.get(f"/r/{code}")
    assert answer.status_code == 303 and code not in answer.location
    page = Page(client.get(f"{answer.location}?lang={locale}"))
    assert page.lang == locale and "Maya" not in page.text
    form = page.form("/my-talk").fill(
        who="advocate", manner="walk", where="مقهى", needs_interpreter="y"
    )
    form.send(client)
    with app.app_context():
        found = the_talk()
        assert (found.who, found.manner, found.where) == ("advocate", "walk", "مقهى")
        assert found.needs_interpreter


def test_looking_changes_nothing_and_what_was_said_before_is_not_shown(
    app: Flask, client: FlaskClient, code: str
) -> None:
    client.get(f"/r/{code}")
    page = Page(client.get("/my-talk"))
    with app.app_context():
        assert the_talk().chosen_at is None
    form = page.form("/my-talk").fill(who="someone_else", who_name="Nan Ruth", may_know="Only Jo")
    page = form.send(client)
    assert "You can change it at any time" in page.main_text
    page = Page(client.get("/my-talk"))
    assert "You told us on" in page.main_text
    assert "Nan Ruth" not in page.text and "Only Jo" not in page.text


def test_nothing_picked_is_told_and_what_was_typed_stays(client: FlaskClient, code: str) -> None:
    client.get(f"/r/{code}")
    form = Page(client.get("/my-talk")).form("/my-talk").fill(where="The park")
    answer = form.submit(client)
    page = Page(answer)
    assert answer.status_code == 400
    assert page.errors == ["Pick one. “Nobody now” is fine, too."]
    assert page.form("/my-talk").values["where"] == ["The park"]


def test_unknown_and_expired_codes_get_the_one_page(
    client: FlaskClient, code: str, clock: object
) -> None:
    assert client.get("/r/NOSUCHCODE").status_code == 404
    clock.shift(timedelta(days=31))  # type: ignore[attr-defined]
    assert client.get(f"/r/{code}").status_code == 404


def test_a_card_and_others_who_are_signed_in_choose_nothing(
    app: Flask, client: FlaskClient, cast: Cast, back: Back, sign_in: SignIn
) -> None:
    back()
    with app.app_context():
        card = links.issue(LinkKind.CHECK_IN, young_person_id=cast.maya, now=NOW)
        db.session.commit()
    client.get(f"/c/{card}")
    assert client.get("/my-talk").status_code == 303
    for who in (cast.sam, cast.jo):
        other = sign_in(app.test_client(), who)
        assert other.get("/my-talk").status_code == 303
    kit = sign_in(app.test_client(), cast.kit)
    assert "Nothing is waiting for you here now." in Page(kit.get("/my-talk?lang=en")).main_text


def test_signed_in_they_choose_without_a_link(
    app: Flask, client: FlaskClient, cast: Cast, back: Back, sign_in: SignIn
) -> None:
    back()
    page = Page(sign_in(client, cast.maya).get("/my-talk"))
    page.form("/my-talk").fill(who="not_now").send(client)
    with app.app_context():
        assert the_talk().state == "declined"


def test_the_worker_offers_books_and_says_that_it_took_place(
    app: Flask, sams: FlaskClient, cast: Cast, clock: object
) -> None:
    page = Page(sams.get("/talks")).click(sams, "Maya")
    assert "Not offered yet" in page.main_text and "statutory guidance" in page.main_text
    page = page.form(f"{talk(cast)}/offer").send(sams, press="text")
    assert "Offered" in page.main_text
    page = page.click(sams, "Write down what they chose")
    page = page.form().fill(who="youth_worker", when="Sunday").send(sams)
    assert "A youth worker" in page.main_text and "Sunday" in page.main_text
    page = page.click(sams, "I tried to reach them")
    page = page.form().fill(reached="no_answer", note="Rang at six").send(sams)
    assert "Rang at six" in page.main_text
    form = page.click(sams, "Book it").form()
    form.fill(interviewer=str(cast.ines), on="2026-11-24", at="16:00", place="The park")
    page = form.send(sams)
    assert "Booked" in page.main_text and "Ines" in page.main_text
    clock.shift(timedelta(minutes=5))  # type: ignore[attr-defined]
    page = page.click(sams, "It took place").form().send(sams)
    assert "It took place" in page.main_text and "Took place in time" in page.main_text
    assert "No talk is owed to anybody now." in Page(sams.get("/talks")).main_text


@pytest.mark.parametrize(
    ("path", "sent", "told"),
    [
        ("booking", {"on": "2020-01-01", "at": "10:00"}, "still to come"),
        ("booking", {"on": "tomorrow", "at": "10:00"}, "like 2026-11-22"),
        ("declined", {"on": "2026-12-01", "at": "10:00"}, "did not say"),
        ("declined", {"reason": "Tired", "on": "2020-01-01", "at": "10:00"}, "still to come"),
        ("done", {"on": "2027-01-01", "at": "10:00"}, "have passed"),
        ("attempt", {}, "Pick what came of it."),
        ("choice", {}, "“Nobody now” is fine"),
    ],
)
def test_what_cannot_be_is_told_in_words(
    path: str, sent: dict[str, str], told: str, sams: FlaskClient, cast: Cast
) -> None:
    form = Page(sams.get(f"{talk(cast)}/{path}")).form(f"{talk(cast)}/{path}").fill(sent)
    answer = form.submit(sams)
    page = Page(answer)
    assert answer.status_code == 400 and any(told in each for each in page.errors), page.errors


def test_their_own_worker_is_not_booked_without_another_offered(
    sams: FlaskClient, cast: Cast
) -> None:
    form = Page(sams.get(f"{talk(cast)}/booking")).form(f"{talk(cast)}/booking")
    form.fill(interviewer_name="Sam", on="2026-11-24", at="16:00", is_involved="y")
    page = Page(form.submit(sams))
    assert page.errors == ["They take part in the care: offer somebody independent, too."]


def test_strangers_find_nothing(app: Flask, cast: Cast, back: Back, sign_in: SignIn) -> None:
    back()
    for who in (cast.zed_worker, cast.far_zed_worker, cast.far_zed_supervisor, cast.jo, cast.kit):
        other = sign_in(app.test_client(), who)
        assert other.get(talk(cast)).status_code == 404
        token = Page(other.get("/c")).form().values["csrf_token"][0]
        for what in ("offer", "choice", "attempt", "declined", "booking", "done"):
            sent = {"csrf_token": token, "who": "advocate", "reached": "talked", "reason": "x"}
            assert what == "offer" or other.get(f"{talk(cast)}/{what}").status_code == 404
            answer = other.post(f"{talk(cast)}/{what}", data=sent)
            assert answer.status_code == 404


def test_the_alert_of_a_late_talk_leads_to_it(
    app: Flask, sams: FlaskClient, cast: Cast, clock: object
) -> None:
    clock.shift(timedelta(minutes=9))  # type: ignore[attr-defined]
    with app.app_context():
        the_talk().next_look_at = NOW
        db.session.commit()
        assert tick(NOW + timedelta(minutes=9)) == 1
    page = Page(sams.get("/alerts"))
    alert = next(link for link in page.links.values() if link.startswith("/alerts/"))
    assert talk(cast) in Page(sams.get(alert)).links.values()
