"""The journey of somebody who is worried, on a phone, one thumb, one question a page."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engage.db import db
from engage.episodes.models import Episode
from engage.episodes.rules import EpisodeState
from engage.people.models import Organisation
from engage.worries.models import Worry, WorryAnswer
from engage.worries.prompts import prompt_set
from tests.cast import Cast
from tests.page import Page, follow

SignIn = Callable[[FlaskClient, UUID], FlaskClient]
PROMPTS = [prompt.id for prompt in prompt_set().prompts]


@pytest.fixture
def jo(client: FlaskClient, sign_in: SignIn, cast: Cast) -> FlaskClient:
    return sign_in(client, cast.jo)


def csrf_of(page: Page) -> str:
    return next(f.values["csrf_token"][0] for f in page.forms if "csrf_token" in f.values)


def begin(client: FlaskClient, cast: Cast) -> Page:
    page = Page(client.get("/"))
    return page.form(f"/worried/{cast.maya}").send(client)


def the_worry(app: Flask) -> Worry:
    with app.app_context():
        worry = db.session.scalars(select(Worry)).one()
        db.session.expunge(worry)
        return worry


def state_of(app: Flask) -> str:
    with app.app_context():
        return str(db.session.scalars(select(Episode.state)).one())


def press(client: FlaskClient, page: Page, value: str, name: str = "answer") -> Page:
    form = page.form(page.path)
    if name == "answer" or name == "ago":
        return form.send(client, press=value)
    return form.fill({name: value}).send(client, press="Next")


def test_danger_is_two_presses_from_the_home_page(app: Flask, jo: FlaskClient, cast: Cast) -> None:
    page = begin(jo, cast)
    assert "in danger right now" in page
    page = press(jo, page, "yes")
    assert page.path.endswith("/call")
    assert page.link("Call 999") == "tel:999"
    assert "report number" in page
    assert state_of(app) == EpisodeState.MISSING


def test_every_page_of_the_questions_shows_the_clock_and_the_report_button(
    app: Flask, jo: FlaskClient, cast: Cast
) -> None:
    with app.app_context():
        db.session.get_one(Organisation, cast.organisation).policy = "missouri"
        db.session.commit()
    page = begin(jo, cast)
    seen = []
    while "/ask/" in page.path:
        seen.append(page.path.rsplit("/", 1)[1])
        assert "If they are missing, the report is due by" in page
        assert "RSMo 210.795" in page
        assert page.link("Danger, or report now").endswith("/call")
        page = press(jo, page, "dont_know")
    assert seen == PROMPTS
    assert page.path == f"/worries/{the_worry(app).id}"
    assert "What to do next" in page


def test_where_the_report_is_due_at_once_the_page_says_so(jo: FlaskClient, cast: Cast) -> None:
    page = begin(jo, cast)
    assert "Once you decide that they are missing, the report is due at once." in page


def test_back_shows_the_question_before_with_what_was_said(jo: FlaskClient, cast: Cast) -> None:
    page = begin(jo, cast)
    page = press(jo, page, "no")
    page = Page(jo.get(page.link("Back")))
    assert page.path.endswith("/danger")
    assert "No" in page


def test_words_ticks_and_times_are_kept(app: Flask, jo: FlaskClient, cast: Cast) -> None:
    begin(jo, cast)
    address = f"/worries/{the_worry(app).id}/ask/"
    page = press(jo, Page(jo.get(address + "today")), "A row about <b>shoes</b>", "words")
    page = Page(jo.get(address + "today"))
    assert "A row about <b>shoes</b>" in page
    press(jo, Page(jo.get(address + "needs")), "no_phone", "ticked")
    press(jo, Page(jo.get(address + "expected")), "30", "ago")
    form = Page(jo.get(address + "expected")).form(address + "expected")
    form.fill(clock="17:05").send(jo, press="Next")
    with app.app_context():
        kept = [
            (a.prompt, str(a.value))
            for a in db.session.scalars(select(WorryAnswer).order_by(WorryAnswer.number))
        ]
    assert kept == [
        ("today", "A row about <b>shoes</b>"), ("needs", "no_phone"),
        ("expected", "2026-11-22T17:30:00+00:00"), ("expected", "2026-11-22T17:05:00+00:00"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("prompt", "sent"),
    [
        ("danger", {}), ("danger", {"answer": "maybe"}), ("expected", {"clock": "soonish"}),
        ("expected", {"ago": "7"}), ("expected", {"clock": "31:00"}),
        ("needs", {"ticked": "no_hat"}), ("usual", {"answer": "x" * 9000}),
        ("danger", {"answer": "\x00"}),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_asked_again_and_nothing_typed_is_lost(
    app: Flask, jo: FlaskClient, cast: Cast, prompt: str, sent: dict[str, str]
) -> None:
    begin(jo, cast)
    address = f"/worries/{the_worry(app).id}/ask/{prompt}"
    form = Page(jo.get(address)).form(address)
    answer = jo.post(address, data={"csrf_token": form.values["csrf_token"][0], **sent})
    assert answer.status_code == 400
    page = Page(answer)
    assert "Press one of the answers" in page
    if sent.get("clock"):
        assert page.form(address).values["clock"] == [sent["clock"]]


def test_not_missing_yet_keeps_the_name_the_reason_and_the_time(
    app: Flask, jo: FlaskClient, cast: Cast
) -> None:
    begin(jo, cast)
    address = f"/worries/{the_worry(app).id}"
    form = Page(jo.get(address)).form(address + "/wait")
    refused = form.submit(jo, press="30")
    assert refused.status_code == 400
    assert "Say in a few words how you know." in Page(refused)
    page = form.fill(reason="On the late bus").send(jo, press="30")
    assert "On the late bus" in page
    assert "18:30" in page
    worry = the_worry(app)
    assert worry.state == "waiting" and worry.decided_by_id == cast.jo


def test_a_wait_that_was_not_offered_is_refused(app: Flask, jo: FlaskClient, cast: Cast) -> None:
    begin(jo, cast)
    address = f"/worries/{the_worry(app).id}"
    form = Page(jo.get(address)).form(address + "/wait")
    token = form.values["csrf_token"][0]
    for minutes in ("", "9999", "-5", "soon"):
        said = {"csrf_token": token, "minutes": minutes, "reason": "x"}
        assert jo.post(address + "/wait", data=said).status_code == 400


def test_not_missing_ends_it_and_missing_leads_to_the_call(
    app: Flask, jo: FlaskClient, cast: Cast
) -> None:
    begin(jo, cast)
    address = f"/worries/{the_worry(app).id}"
    form = Page(jo.get(address)).form(address + "/wait")
    token = form.values["csrf_token"][0]
    missing = jo.post(address + "/missing", data={"csrf_token": token})
    assert missing.headers["Location"].endswith("/call")
    assert state_of(app) == EpisodeState.MISSING
    late = jo.post(address + "/not-missing", data={"csrf_token": token, "reason": "home"})
    assert late.status_code == 409


def test_not_missing_says_how_somebody_knows(app: Flask, jo: FlaskClient, cast: Cast) -> None:
    begin(jo, cast)
    address = f"/worries/{the_worry(app).id}"
    token = Page(jo.get(address)).form(address + "/wait").values["csrf_token"][0]
    refused = jo.post(address + "/not-missing", data={"csrf_token": token, "reason": ""})
    assert refused.status_code == 400
    done = jo.post(address + "/not-missing", data={"csrf_token": token, "reason": "In the bath"})
    page = follow(jo, done)
    assert "In the bath" in page
    assert state_of(app) == EpisodeState.CLOSED


def test_two_carers_on_two_phones_see_each_others_answers(
    app: Flask, client: FlaskClient, sign_in: SignIn, cast: Cast
) -> None:
    jo, olu = app.test_client(), app.test_client()
    sign_in(jo, cast.jo)
    sign_in(olu, cast.olu)
    page = begin(jo, cast)
    press(jo, page, "no")
    worry = the_worry(app)
    theirs = Page(olu.get(f"/worries/{worry.id}/ask/usual"))
    press(olu, theirs, "different")
    press(jo, Page(jo.get(f"/worries/{worry.id}/ask/usual")), "usual")
    for reader in (jo, olu):
        page = Page(reader.get(f"/worries/{worry.id}"))
        assert "Something is different" in page
        assert "It is like other times" in page


def test_the_page_for_the_next_shift_says_what_was_said_and_tried(
    app: Flask, jo: FlaskClient, cast: Cast
) -> None:
    page = begin(jo, cast)
    press(jo, page, "no")
    worry = the_worry(app)
    token = Page(jo.get(f"/worries/{worry.id}")).form(f"/worries/{worry.id}/wait")
    tried = {
        "csrf_token": token.values["csrf_token"][0], "person": str(cast.sam), "how": "call",
        "outcome": "no_answer", "key": "one",
    }  # fmt: skip
    assert jo.post(f"/worries/{worry.id}/tried", data=tried).status_code == 303
    page = Page(jo.get(f"/worries/{worry.id}/summary"))
    assert "No answer" in page
    assert "in danger right now" in page


@pytest.mark.parametrize(
    "wrong", [{"person": "nobody"}, {"how": "pigeon"}, {"outcome": "ok"}, {"person": ""}]
)
def test_a_try_that_makes_no_sense_is_not_there(
    app: Flask, jo: FlaskClient, cast: Cast, wrong: dict[str, str]
) -> None:
    begin(jo, cast)
    worry = the_worry(app)
    token = Page(jo.get(f"/worries/{worry.id}")).form(f"/worries/{worry.id}/wait")
    tried = {
        "csrf_token": token.values["csrf_token"][0], "person": str(cast.sam), "how": "call",
        "outcome": "talked", **wrong,
    }  # fmt: skip
    assert jo.post(f"/worries/{worry.id}/tried", data=tried).status_code == 404


@pytest.mark.parametrize("code", ["en", "cy", "es", "ar"])
def test_every_page_stands_in_every_language(
    app: Flask, jo: FlaskClient, cast: Cast, code: str
) -> None:
    jo.get(f"/?lang={code}")
    begin(jo, cast)
    worry = the_worry(app)
    pages = [f"/worries/{worry.id}{end}" for end in ("", "/call", "/summary")]
    pages += [f"/worries/{worry.id}/ask/{prompt}" for prompt in PROMPTS]
    for address in pages:
        assert Page(jo.get(address)).lang == code


def test_zed_finds_nothing(
    app: Flask, jo: FlaskClient, sign_in: SignIn, cast: Cast, clock: time_machine.Traveller
) -> None:
    begin(jo, cast)
    worry = the_worry(app)
    gets = [f"/worries/{worry.id}{end}" for end in ("", "/call", "/summary", "/ask/danger")]
    posts = [
        f"/worries/{worry.id}{end}"
        for end in ("/wait", "/missing", "/not-missing", "/tried", "/ask/danger")
    ]
    for who in (cast.zed_carer, cast.zed_worker, cast.zed_young, cast.kits_carer, cast.maya):
        zed = sign_in(app.test_client(), who)
        for address in gets:
            assert zed.get(address).status_code == 404, (who, address)
        token = csrf_of(Page(zed.get("/c")))
        said = {
            "csrf_token": token, "answer": "yes", "minutes": "10", "reason": "x",
            "person": str(cast.sam), "how": "call", "outcome": "talked",
        }  # fmt: skip
        for address in [*posts, f"/worried/{cast.maya}"]:
            assert zed.post(address, data=said).status_code == 404, (who, address)
    assert state_of(app) == EpisodeState.WORRIED
    clock.shift(timedelta(hours=1))
