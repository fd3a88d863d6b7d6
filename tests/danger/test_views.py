"""The screens: the question of danger, the trusted people, and what those people see."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engage import clock
from engage.asking.actions import ask_trusted
from engage.asking.models import TrustedAnswer
from engage.danger.models import DangerLook
from engage.db import db
from engage.episodes.models import Episode
from engage.messaging.models import Message
from engage.people.models import Person
from engage.plans.actions import start_plan
from engage.worries.models import Worry
from tests.asking.test_actions import share
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS, outbox
from tests.page import Page, follow

SignIn = Callable[[FlaskClient, UUID], FlaskClient]


@pytest.fixture
def jo(app: Flask, client: FlaskClient, sign_in: SignIn, cast: Cast) -> FlaskClient:
    with app.app_context():
        share(cast)
        start_plan(cast.viewer(cast.maya), cast.maya, now=NOW)
        db.session.commit()
    return sign_in(client, cast.jo)


def begin(client: FlaskClient, cast: Cast) -> tuple[str, str]:
    """Begin to be worried; return the addresses of the worry and of the danger question."""
    page = Page(client.get("/")).form(f"/worried/{cast.maya}").send(client)
    worry = "/".join(page.path.split("/")[:3])
    with client.application.app_context():
        episode = db.session.scalars(select(Worry.episode_id)).one()
    return worry, f"/episodes/{episode}/danger"


def press(client: FlaskClient, page: Page, value: str, name: str = "answer") -> Page:
    return page.form(page.path).send(client, press=value)


def test_a_new_fact_asks_about_danger_at_once_and_then_goes_on(jo: FlaskClient, cast: Cast) -> None:
    worry, danger = begin(jo, cast)
    page = press(jo, Page(jo.get(f"{worry}/ask/made_to_go")), "yes")
    assert page.path == danger and "Do you think Maya is in danger right now?" in page
    assert "Jo noted something that matters for their safety." in page
    assert page.link("Call 999") == "tel:999"
    assert "Your answer, your name and the time are kept." in page
    page = press(jo, page, "No")
    assert page.path.startswith(f"{worry}/ask/")
    page = Page(jo.get(danger))
    assert "Last looked at by Jo" in page and "We ask again" in page
    assert "New since somebody last looked" not in page


def test_yes_leads_to_the_call_screen(app: Flask, jo: FlaskClient, cast: Cast) -> None:
    worry, danger = begin(jo, cast)
    page = press(jo, Page(jo.get(danger)), "Yes, I think so")
    assert page.path == f"{worry}/call"
    with app.app_context():
        assert db.session.scalars(select(Episode.was_missing)).one()
        assert db.session.scalars(select(DangerLook.thinks)).all() == ["yes"]


def test_a_worker_without_the_questions_answers_there_too(
    app: Flask, jo: FlaskClient, sign_in: SignIn, cast: Cast
) -> None:
    worry, danger = begin(jo, cast)
    sam = sign_in(app.test_client(), cast.sam)
    page = press(sam, Page(sam.get(danger)), "I don't know")
    # Nothing more is asked of a worker than what to do next.
    assert page.path == worry
    assert jo.post(danger, data={"thinks": "perhaps"}).status_code in (400, 404)


def test_zed_finds_no_question_and_no_people(
    app: Flask, jo: FlaskClient, sign_in: SignIn, cast: Cast
) -> None:
    worry, danger = begin(jo, cast)
    for who in (cast.zed_worker, cast.zed_carer, cast.far_zed_worker):
        zed = sign_in(app.test_client(), who)
        assert zed.get(danger).status_code == 404
        assert zed.get(f"{worry}/people").status_code == 404


def test_all_three_are_texted_from_one_screen_and_their_answers_come_there(
    app: Flask, jo: FlaskClient, cast: Cast
) -> None:
    worry, _ = begin(jo, cast)
    page = Page(jo.get(f"{worry}/ask/danger")).click(jo, "People they trust")
    # Two presses from any question: one to come here, one to call.
    assert page.link("Call").startswith("tel:+44")
    assert "It does not say who it is about." in page and "1 yes, fine" in page
    page = page.form(f"{worry}/people/ask").send(jo)
    assert page.main_text.count("No answer yet.") == 3
    assert "Text all of them now" not in page
    with app.app_context():
        rows = db.session.scalars(select(Message).where(Message.template == "trusted_heard")).all()
        assert {row.person_id for row in rows} == {cast.ade, cast.coach_lee, cast.nan_ruth}
        next(row for row in rows if row.person_id == cast.ade).state = "failed"
        db.session.commit()
    page = page.click(jo, "See if somebody answered")
    assert "Our text did not reach them. Please call." in page
    # What came of a call is one press, and one stays on this screen.
    form = next(f for f in page.forms if f.values.get("person") == [str(cast.ade)])
    page = form.send(jo, press="Talked (Ade)")
    assert page.path == f"{worry}/people" and "Phone call: Talked (Jo" in page


def linked(app: Flask, cast: Cast, jo: FlaskClient) -> tuple[str, FlaskClient]:
    """Ask, and return what Coach Lee's text opens, with a phone of his own."""
    begin(jo, cast)
    with app.app_context():
        episode, now = db.session.scalars(select(Worry.episode_id)).one(), clock.now()
        ask_trusted(cast.viewer(cast.jo, now), cast.maya, episode, address=ADDRESS, now=now)
        db.session.commit()
        words = next(
            sent.words for sent in outbox()
            if sent.template == "trusted_heard" and sent.to == cast.coach_lee
        )  # fmt: skip
    return words.split(ADDRESS)[1].strip(), app.test_client()


def heard(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        rows = db.session.scalars(select(TrustedAnswer).order_by(TrustedAnswer.at)).all()
        return [(row.heard, row.how) for row in rows]


def test_a_trusted_person_answers_behind_the_link_and_reads_no_name(
    app: Flask, jo: FlaskClient, cast: Cast
) -> None:
    link, phone = linked(app, cast, jo)
    page = Page(phone.get(link))
    assert "Have you heard from them today?" in page and "Maya" not in page.text
    assert "Your answer goes to the people who look after them." in page
    assert heard(app) == []  # looking is no answer
    page = page.form(f"{link}/heard").send(phone, press="Yes, and I am worried")
    assert "Thank you, that helps." in page
    page = page.form(f"{link}/heard").send(phone, press="No")
    assert heard(app) == [("worried", "link"), ("no", "link")]
    assert phone.post(f"{link}/heard", data={"heard": "maybe"}).status_code in (400, 404)


def test_with_the_end_of_their_number_they_see_whom_it_is_about(
    app: Flask, jo: FlaskClient, cast: Cast
) -> None:
    link, phone = linked(app, cast, jo)
    with app.app_context():
        digits = str(db.session.get_one(Person, cast.coach_lee).phone)[-4:]
    form = Page(phone.get(link)).form(f"{link}/who")
    page = follow(phone, form.fill({"digits": digits}).submit(phone, "Show me who it is"))
    assert "Have you heard from Maya today?" in page
    page = page.form("/trusted/heard").send(phone, press="Yes, and all is fine")
    assert "Thank you, that helps." in page and heard(app) == [("fine", "link")]


def test_whoever_is_not_asked_sees_no_question(app: Flask, jo: FlaskClient, cast: Cast) -> None:
    """A link from before, on a quiet day."""
    from engage.people import links
    from engage.people.models import LinkKind

    with app.app_context():
        code = links.issue(
            LinkKind.TRUSTED, young_person_id=cast.maya, person_id=cast.ade, now=clock.now()
        )
        db.session.commit()
    page = Page(app.test_client().get(f"/t/{code}"))
    assert "Have you heard from them today?" not in page
    client = app.test_client()
    client.get(f"/t/{code}")
    form = {"heard": "fine", "csrf_token": page.form(f"/t/{code}").values["csrf_token"][0]}
    client.post(f"/t/{code}/heard", data=form)
    assert heard(app) == []
