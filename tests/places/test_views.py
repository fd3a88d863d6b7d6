"""The directory on screen: everybody reads it, staff keep it, and a card opens the nearest."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engage.audit.models import AuditEntry
from engage.cards import actions as card_actions
from engage.db import db
from engage.places import actions
from engage.places.actions import PlaceFacts
from engage.places.models import Place
from engage.places.rules import RunBy, What
from tests.cast import Cast
from tests.page import Page

SignIn = Callable[[FlaskClient, UUID], FlaskClient]
ROOTS = PlaceFacts(
    "Roots <b>", What.YOUTH, "Croydon", 51.3728, -0.0990, run_by=[RunBy.BLACK_LED],
    languages=["so"], address="12 High St", phone="020 7946 0100", hours="Mon-Fri 9-17",
    note="Hot food.", text_name="R House",
)  # fmt: skip
FILLED = {
    "name": "The Hub", "what": "drop_in", "run_by": ["community"], "town": "Sutton",
    "position": "51.36, -0.19", "hours": "Mon-Fri 9:00-17:00", "languages": ["en"],
}  # fmt: skip
FILLED["position"] = "51.3601, -0.1901"


@pytest.fixture
def roots(app: Flask, cast: Cast, now: datetime) -> UUID:
    with app.app_context():
        made = actions.add_place(cast.viewer(cast.sam), cast.organisation, ROOTS, now=now)
        db.session.commit()
        return made.id


@pytest.mark.parametrize("who", ["maya", "jo", "sam", "sue", "olu", "ines", "adil", "zed_worker"])
def test_everybody_signed_in_reads_the_directory(
    who: str, client: FlaskClient, cast: Cast, roots: UUID, sign_in: SignIn
) -> None:
    sign_in(client, getattr(cast, who))
    page = Page(client.get("/places"))
    assert "Roots <b>" in page
    assert "Closed now" in page  # it is a Sunday evening
    page = page.click(client, "Roots <b>")
    for words in ("Hot food.", "12 High St, Croydon", "Black-led", "Somali", "Monday"):
        assert words in page.text
    assert page.link("Call 020 7946 0100") == "tel:02079460100"


@pytest.mark.parametrize("who", ["far_zed_worker", "far_zed_carer", "far_zed_young"])
def test_a_stranger_finds_nothing(
    who: str, client: FlaskClient, cast: Cast, roots: UUID, sign_in: SignIn
) -> None:
    sign_in(client, getattr(cast, who))
    assert "Roots" not in Page(client.get("/places?q=croydon")).text
    assert client.get(f"/places/{roots}").status_code == 404
    assert client.get(f"/places/{roots}/edit").status_code == 404


@pytest.mark.parametrize("who", ["maya", "jo", "ines", "zed_carer", "zed_young"])
def test_only_those_who_keep_it_may_change_it(
    who: str, client: FlaskClient, cast: Cast, roots: UUID, sign_in: SignIn
) -> None:
    sign_in(client, getattr(cast, who))
    page = Page(client.get(f"/places/{roots}"))
    assert "Change or check this" not in page.links
    token = {"csrf_token": Page(client.get("/c")).form("/c").values["csrf_token"][0]}
    for path in ("/places/new", f"/places/{roots}/edit", f"/places/{roots}/hide"):
        assert client.post(path, data={**token, **FILLED}).status_code == 404


def test_without_signing_in_the_directory_is_closed(client: FlaskClient, roots: UUID) -> None:
    assert client.get("/places").status_code in (302, 303)
    assert client.get(f"/places/{roots}").status_code in (302, 303)


def test_staff_add_change_hide_and_show_a_place(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(client, cast.sam)
    page = Page(client.get("/places")).click(client, "Add a place")
    page = page.form("/places/new").fill(FILLED).send(client)
    assert page.heading == "The Hub"
    page = page.click(client, "Change or check this")
    edit = page.form("/edit")
    assert edit.values["position"] == ["51.36010, -0.19010"]
    assert edit.values["run_by"] == ["community"]
    page = edit.fill(name="The New Hub", postcode="sm11aa").send(client)
    assert page.heading == "The New Hub"
    assert "SM1 1AA" in page.text
    page = page.form("/hide").send(client)
    assert "Hidden: only staff see it." in page
    assert "The New Hub" not in Page(client.get("/places")).text
    assert "The New Hub" in Page(client.get("/places?hidden=yes")).text
    page = page.form("/show").send(client)
    assert "Hidden" not in page.text
    with app.app_context():
        verbs = list(db.session.scalars(select(AuditEntry.verb).where(
            AuditEntry.verb.startswith("place:"))))  # fmt: skip
    assert sorted(verbs) == ["place:added", "place:changed", "place:hidden", "place:shown"]


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"name": ""}, "Write its name."),
        ({"town": " "}, "Write the town."),
        ({"what": ""}, "Pick what it is."),
        ({"what": "castle"}, "Pick one of the answers."),
        ({"hours": "late"}, "“late” could not be read. Write it like Mon-Fri 9:00-17:00."),
        ({"position": "somewhere"}, "Write two numbers, like 51.3728, -0.0990."),
        ({"position": ""}, "Write its position, so that it can be found as the nearest."),
        ({"run_by": ["mafia"]}, "Pick some of the answers."),
        ({"name": "N" * 81}, "This is 1 letter too long."),
    ],
)
def test_what_is_wrong_stands_beside_the_field_and_nothing_typed_is_lost(
    values: dict, problem: str, app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(client, cast.sam)
    token = Page(client.get("/places/new")).form("/places/new").values["csrf_token"][0]
    data = {**FILLED, "note": "Bring a <friend>", **values, "csrf_token": token}
    page = Page(client.post("/places/new", data=data))
    assert page.status == 400
    assert any(line.startswith(problem) for line in page.errors), page.errors
    assert page.form("/places/new").values["note"] == ["Bring a <friend>"]
    with app.app_context():
        assert not db.session.scalars(select(Place)).all()


def test_a_search_by_place_lists_the_nearest_and_by_words_what_fits(
    client: FlaskClient, cast: Cast, roots: UUID, sign_in: SignIn
) -> None:
    sign_in(client, cast.maya)
    for typed in ("croydon", "CR0", "51.3728,-0.0990", "hot food", "roots"):
        page = Page(client.get("/places", query_string={"q": typed}))
        assert ("Roots <b>" in page) == (typed != "CR0"), typed
    assert "Nothing fits this." in Page(client.get("/places?q=atlantis"))
    assert "Roots" in Page(client.get("/places?run_by=black_led")).text
    assert "Roots" not in Page(client.get("/places?run_by=lgbtq")).text
    assert "Roots" in Page(client.get("/places?run_by=nonsense&language=so")).text


def test_a_card_opens_the_nearest_places_and_no_address_tells_where(
    app: Flask, client: FlaskClient, cast: Cast, card: card_actions.Card, roots: UUID
) -> None:
    client.get(f"/c/{card.code}")
    page = Page(client.get("/now/places"))
    answer = page.form("/now/places").fill(q="Croydon").submit(client)
    assert answer.status_code == 200
    assert answer.request.query_string == b""
    found = Page(answer)
    assert "Roots <b>" in found
    assert "12 High St, Croydon" in found
    assert "Maya" not in found.text
    missed = Page(found.form("/now/places").fill(q="Atlantis").submit(client))
    assert "We know no place near there." in missed
    with app.app_context():
        assert not db.session.scalars(
            select(AuditEntry).where(AuditEntry.verb.startswith("check_in"))
        ).all()


def test_without_a_card_there_is_nothing_to_search_and_still_somewhere_to_go(
    client: FlaskClient, cast: Cast, roots: UUID
) -> None:
    page = Page(client.get("/now/places"))
    assert not [form for form in page.forms if form.action == "/now/places"]
    assert "Roots" not in page.text
    assert "a hospital, at any hour" in page.text
    token = Page(client.get("/c")).form("/c").values["csrf_token"][0]
    answer = client.post("/now/places", data={"csrf_token": token, "q": "croydon"})
    assert "Roots" not in Page(answer).text


@pytest.mark.parametrize("locale", ["cy", "es", "ar"])
def test_the_directory_reads_in_every_language(
    locale: str, client: FlaskClient, cast: Cast, roots: UUID, sign_in: SignIn
) -> None:
    sign_in(client, cast.sam)
    for path in ("/places", f"/places/{roots}", "/places/new"):
        page = Page(client.get(f"{path}?lang={locale}"))
        assert page.lang == locale


def test_open_now_shows_only_what_is_open(
    app: Flask, client: FlaskClient, cast: Cast, roots: UUID, sign_in: SignIn
) -> None:
    with app.app_context():
        place = db.session.get_one(Place, roots)
        place.hours = "always"
        db.session.commit()
    sign_in(client, cast.maya)
    name = "Roots"
    page = Page(client.get("/places?open=yes"))
    assert name in page.main_text
    with app.app_context():
        db.session.get_one(Place, roots).hours = ""
        db.session.commit()
    page = Page(client.get("/places?open=yes"))
    assert name not in page.main_text and "Nothing fits this." in page.text
    assert name in Page(client.get("/places")).main_text
