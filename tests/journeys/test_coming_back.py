"""Coming back, from the open door to "you said, we did" and a poster, in every language.

Everybody uses the pages as they are: whoever looks after Maya, her worker, who she talks to, she
herself. Fields are found by their names, so the same steps are taken in any language.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engage.cards import qr
from engage.db import db
from engage.episodes.models import Episode
from engage.episodes.notice_rules import STILL_OPEN
from engage.feedback.models import FeedbackAnswer
from engage.feedback.queries import get_code, get_poster
from engage.i18n import LOCALES
from engage.interviews.text_actions import hear_choices
from engage.outcomes.models import NextStep
from engage.people.models import Person
from engage.talks.shipped import question_set
from tests.cast import NOW, Cast
from tests.checkins.texting import outbox, own_number, phone_of, text
from tests.episodes.away import opened
from tests.evidence.telling import notices
from tests.interviews.conftest import the_talk, tick
from tests.page import Page
from tests.talks.test_later import Phone

SignIn = Callable[[FlaskClient, UUID], FlaskClient]
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# Number six on the list she is texted, in the digits of her own keyboard.
SIX = {"en": "6", "cy": " 6. ", "es": "6!", "ar": "٦"}
WORDS = {
    "en": "They let me sleep first.",
    "cy": "Ges i gysgu’n gyntaf.",
    "es": "Me dejaron dormir primero.",
    "ar": "تركوني أنام أولاً.",
}


@dataclass
class House:
    """Everybody's browser, in one language, and the clock they all live by."""

    app: Flask
    cast: Cast
    locale: str
    clock: Any
    sign_in: SignIn

    def browser(self, who: UUID | None = None) -> FlaskClient:
        """Return a browser in this language, with somebody signed in or nobody."""
        client = self.app.test_client()
        if who:
            self.sign_in(client, who)
        assert Page(client.get(f"/c?lang={self.locale}")).lang == self.locale
        return client

    def page(self, client: FlaskClient, path: str) -> Page:
        """Open a page; it must be there, and in this language."""
        page = Page(client.get(path))
        assert (page.status, page.lang) == (200, self.locale), path
        return page


@pytest.fixture(params=LOCALES)
def house(
    request: pytest.FixtureRequest, app: Flask, cast: Cast, clock: Any, sign_in: SignIn
) -> House:
    with app.app_context():
        own_number(cast)
        db.session.get_one(Person, cast.maya).locale = request.param
        db.session.commit()
    return House(app, cast, request.param, clock, sign_in)


def come_back(house: House) -> str:
    """Jo opens the door: the card, a step, and what she saw. Returns the time away."""
    with house.app.app_context():
        away = f"/episodes/{opened(house.cast, policy='england', now=NOW - HOUR).id}"
    sam, jo = house.browser(house.cast.sam), house.browser(house.cast.jo)
    house.page(sam, away).form(f"{away}/change").fill(state="returning").send(sam)
    page = house.page(jo, f"{away}/welcome")
    assert len([f for f in page.forms if f.action == f"{away}/welcome"]) >= 1
    page.form(f"{away}/welcome").submit(jo, press="glad:done")
    house.page(sam, away).form(f"{away}/change").fill(state="returned").send(sam)
    form = house.page(jo, f"{away}/return").form(f"{away}/return")
    form.fill(way="carer", by_choice="yes", injury="done", condition="Tired, and hungry").send(jo)
    with house.app.app_context():
        tick(NOW)  # the worker goes round: a talk is owed
    return away


def tell_everybody(house: House, away: str) -> None:
    """Sam says of everybody who must hear that they have been told, page by page."""
    sam = house.browser(house.cast.sam)
    told = f"{away}/told"
    for each in set(house.page(sam, told).links.values()):
        if not each.startswith(f"{told}/"):
            continue
        page = house.page(sam, f"{each}/contact")
        for _ in range(5):
            if page.path == each:
                break
            form = page.form(page.path)
            for name in form.names - {"csrf_token", "on", "at", "next_contact", "phone"}:
                offered = form.options(name)
                form.fill({name: offered[0] if offered else "NP-1234, desk of PC Doe"})
            page = form.send(sam)
        assert page.path == each
    with house.app.app_context():
        rows = notices(db.session.scalars(select(Episode)).one(), "returned")
        assert rows and all(row.state not in STILL_OPEN for row in rows.values())


def choose_by_text(house: House) -> None:
    """Sam offers it by text; Maya answers with one digit, and hears that it was heard."""
    sam, talk = house.browser(house.cast.sam), f"/young-people/{house.cast.maya}/talk"
    house.page(sam, talk).form(f"{talk}/offer").send(sam, press="text")
    house.clock.shift(5 * MINUTE)
    with house.app.app_context():
        asked = texts_to_maya(house)["talk_choice"]
        assert all(digit in asked for digit in "5678") and "Maya" not in asked
        text(phone_of(house.cast.maya), SIX[house.locale], now=NOW + 5 * MINUTE)
        assert hear_choices(now=NOW + 5 * MINUTE) == 1
        db.session.commit()
        assert the_talk().who == "advocate"
        assert "talk_chosen" in texts_to_maya(house)


def texts_to_maya(house: House) -> dict[str, str]:
    return {t.template: t.words for t in outbox() if t.to == house.cast.maya}


def book_and_hold(house: House) -> str:
    """Sam books Ines for an hour from now; she holds it, half of it without a signal."""
    sam = house.browser(house.cast.sam)
    booking = f"/young-people/{house.cast.maya}/talk/booking"
    form = house.page(sam, booking).form(booking)
    form.fill(interviewer=str(house.cast.ines), on="2026-11-22", at="19:10", place="مقهى Parc")
    form.send(sam)
    house.clock.move_to(NOW + 2 * HOUR)
    ines, here = house.browser(house.cast.ines), f"/young-people/{house.cast.maya}/talk-records"
    record = house.page(ines, here).form(here).send(ines).path
    page = house.page(ines, f"{record}/law")
    page = page.form(f"{record}/law").send(ines)
    page = page.form(page.path).fill(words=WORDS[house.locale]).send(ines)
    # The signal goes: what she writes stays on her phone, and arrives when there is one again.
    phone = Phone(ines)
    kept = phone.box("answer", ago=3, question="safe_with", words="Nan Ruth")
    answer = phone.send(kept)
    assert answer.status_code == 200 and answer.get_json()["done"] == [kept["id"]]
    for question in question_set().questions[1:]:
        page = house.page(ines, f"{record}/ask/{question.id}")
        if question.id != "safe_with":
            page.form(page.path).send(ines, press="1")
    return record


def read_back_and_sign_off(house: House, record: str) -> None:
    """Ines reads it back and agrees each line with Maya; Sue signs it off."""
    ines, sue = house.browser(house.cast.ines), house.browser(house.cast.sue)
    page = house.page(ines, f"{record}/read-back")
    assert WORDS[house.locale] in page and "Nan Ruth" in page
    page = page.form(f"{record}/read-back").send(ines)
    page = page.click(ines, next(w for w, at in page.links.items() if "/sharing/" in at))
    while page.path != f"{record}/sharing":
        page = page.form(page.path).fill(audiences=["worker"]).send(ines)
    house.page(ines, record).form(f"{record}/hand-in").send(ines)
    assert WORDS[house.locale] in house.page(sue, record)
    house.page(sue, record).form(f"{record}/sign-off").send(sue)
    with house.app.app_context():
        assert the_talk().state == "done"


def promise_and_do(house: House) -> None:
    """Sam promises what she asked for and does it; Maya reads both on her own page."""
    sam, maya = house.browser(house.cast.sam), house.browser(house.cast.maya)
    new = f"/young-people/{house.cast.maya}/next-steps/new"
    form = house.page(sam, new).form(new)
    form.fill(said=WORDS[house.locale], kind="change", what="A key of her own")
    form.fill(owner=str(house.cast.sam), due_on="2026-11-25").send(sam)
    assert "A key of her own" in house.page(maya, "/you-said")
    with house.app.app_context():
        step = f"/next-steps/{db.session.scalars(select(NextStep.id)).one()}"
    done = "The key is on the hook by the door."
    house.page(sam, step).form(f"{step}/end").fill(state="done", did=done).send(sam)
    page = house.page(maya, "/you-said")
    assert WORDS[house.locale] in page and done in page and "Maya" not in page.title


def say_at_the_poster(house: House) -> None:
    """Adil hangs up a poster; somebody answers at its code, and nobody knows who."""
    adil = house.browser(house.cast.adil)
    form = house.page(adil, "/feedback/posters").form("/feedback/posters")
    poster = form.fill(place="Hall of Elm House", about="any").send(adil)
    code = code_on(house, poster)
    phone = house.browser()
    page = house.page(phone, f"/f/{code}")
    form = page.form(f"/f/{code}").fill(about="carer", listened="5", words=WORDS[house.locale])
    assert form.send(phone).status == 200
    with house.app.app_context():
        answer = db.session.scalars(select(FeedbackAnswer)).one()
        assert (answer.words, answer.listened) == (WORDS[house.locale], 5)
        assert answer.poster_id is None


def code_on(house: House, poster: Page) -> str:
    """Return the code behind the drawing on a poster."""
    with house.app.app_context():
        admin = house.cast.viewer(house.cast.adil)
        found = get_poster(admin, UUID(poster.path.rsplit("/", 1)[1]), now=NOW)
        code = get_code(admin, found, now=NOW)
    assert qr.drawing(f"http://localhost/f/{code}") in poster.html
    return code


def test_coming_back_from_the_door_to_what_was_done_about_it(house: House) -> None:
    away = come_back(house)
    tell_everybody(house, away)
    choose_by_text(house)
    record = book_and_hold(house)
    read_back_and_sign_off(house, record)
    promise_and_do(house)
    say_at_the_poster(house)
