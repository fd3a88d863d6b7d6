"""The page of outreach, and the link of whoever was asked to get in touch."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engage.db import db
from engage.messaging.actions import opt_out
from engage.messaging.models import Message
from engage.outreach.models import OutreachAsk, OutreachTry
from engage.people.models import Person
from tests.cast import NOW, Cast
from tests.checkins.texting import outbox, told
from tests.page import Page

SignIn = Callable[[FlaskClient, UUID], FlaskClient]
KIND = "No trouble. I just want to know you are OK."
CROSS = "This is your last chance"


def path(episode: UUID) -> str:
    return f"/episodes/{episode}/outreach"


def test_it_says_who_leads_and_that_nobody_wrote_yet(
    client: FlaskClient, cast: Cast, episode: UUID, sign_in: SignIn
) -> None:
    sign_in(client, cast.sam)
    page = Page(client.get(f"/episodes/{episode}")).click(client, "Reaching out")
    assert "Sam leads this" in page.text
    assert "Nobody was named" in page.text
    assert "Nobody yet today." in page.text
    assert "Not yet tested with young people." in page.text


def test_somebody_else_is_named(
    client: FlaskClient, cast: Cast, episode: UUID, sign_in: SignIn
) -> None:
    sign_in(client, cast.sue)
    form = Page(client.get(path(episode))).form("/lead")
    page = form.fill({"lead-person": str(cast.olu)}).send(client)
    assert "Olu leads this" in page.text
    assert "Nobody was named" not in page.text
    assert "Sam:" in page.text


def test_a_message_of_the_library_is_sent_and_shows_today(
    app: Flask, client: FlaskClient, cast: Cast, episode: UUID, sign_in: SignIn
) -> None:
    sign_in(client, cast.sam)
    form = Page(client.get(path(episode))).form("/text")
    page = form.fill(suggestion=KIND.replace("No trouble.", "No trouble at all.")).send(client)
    assert "Sam: A message" in page.text
    sign_in(client, cast.olu)
    page = Page(client.get(path(episode)))
    assert "A worker texted them within the last day" in page.text
    refused = Page(page.form("/text").fill(words=KIND).submit(client))
    assert refused.status == 422
    page = refused.form("/text").fill(reason="Their mum rang, she worries").send(client)
    assert "Olu: A message" in page.text
    with app.app_context():
        assert len([s for s in outbox() if s.template == "from_worker"]) == 2


def test_words_that_hurt_are_shown_with_other_words_and_may_still_go(
    app: Flask, client: FlaskClient, cast: Cast, episode: UUID, sign_in: SignIn
) -> None:
    sign_in(client, cast.sam)
    form = Page(client.get(path(episode))).form("/text")
    assert "has_read" not in form.names
    page = Page(form.fill(words=CROSS).submit(client))
    assert page.status == 422
    assert "This sounds like a threat." in page.text
    assert "You choose how and when." in page.text
    again = page.form("/text")
    assert again.values["words"] == [CROSS]
    with app.app_context():
        assert not told("from_worker")
    again.fill(has_read="y").send(client)
    with app.app_context():
        assert told("from_worker") == {cast.maya}


def test_a_name_is_refused_even_when_read(
    app: Flask, client: FlaskClient, cast: Cast, episode: UUID, sign_in: SignIn
) -> None:
    sign_in(client, cast.sam)
    form = Page(client.get(path(episode))).form("/text")
    page = Page(form.fill(words="Maya, or else").submit(client))
    assert page.status == 422
    assert "It holds a name." in page.text
    with app.app_context():
        assert db.session.scalar(select(Message.id).where(Message.person_id == cast.maya)) is None


@pytest.mark.usefixtures("welsh")
def test_as_one_types_the_same_lists_answer_in_the_language_of_the_text(
    client: FlaskClient, cast: Cast, episode: UUID, sign_in: SignIn
) -> None:
    sign_in(client, cast.sam)
    token = Page(client.get(path(episode))).form("/text").values["csrf_token"][0]
    answer = client.post(f"{path(episode)}/check", data={"csrf_token": token, "words": "dy fai di"})
    (one,) = answer.json
    assert one["sounds"] == "This sounds like blame."
    assert one["found"] == "dy fai di"
    clean = client.post(f"{path(episode)}/check", data={"csrf_token": token, "words": ""})
    assert clean.json == []


def test_what_was_tried_is_noted_and_a_password_refused_without_losing_a_word(
    app: Flask, client: FlaskClient, cast: Cast, episode: UUID, sign_in: SignIn
) -> None:
    sign_in(client, cast.jo)
    page = Page(client.get(path(episode)))
    assert "Never with a password" in page.text
    assert not any("password" in name for form in page.forms for name in form.names)
    filled = {"try-channel": "social", "try-outcome": "seen", "try-account": "@her page"}
    refused = Page(
        page.form("/try").fill({**filled, "try-words": "got her password"}).submit(client)
    )
    assert refused.status == 400
    assert refused.form("/try").values["try-words"] == ["got her password"]
    with app.app_context():
        assert db.session.scalar(select(OutreachTry.id)) is None
    page = refused.form("/try").fill({"try-words": "She put up a song"}).send(client)
    assert "She put up a song" in page.text
    assert "Jo: Social media" in page.text


@pytest.mark.parametrize(
    ("on", "time"), [("2026-11-23", "08:00"), ("2026-11-22", "nonsense"), ("", "09:00")]
)
def test_a_time_that_cannot_be_is_said(
    client: FlaskClient, cast: Cast, episode: UUID, sign_in: SignIn, on: str, time: str
) -> None:
    sign_in(client, cast.jo)
    form = Page(client.get(path(episode))).form("/try")
    form.fill({"try-channel": "call", "try-outcome": "no_answer", "try-on": on, "try-at": time})
    page = Page(form.submit(client))
    assert page.status == 400
    assert page.errors


def test_a_phone_with_texts_off_says_to_use_another_way(
    app: Flask, client: FlaskClient, cast: Cast, episode: UUID, sign_in: SignIn
) -> None:
    with app.app_context():
        opt_out(db.session.get_one(Person, cast.maya).phone_index, how="text", now=NOW)
        db.session.commit()
    sign_in(client, cast.sam)
    page = Page(client.get(path(episode)))
    assert "No text reaches this phone now." in page.text
    assert not [form for form in page.forms if form.action.endswith("/text")]


def test_a_carer_sees_who_wrote_but_names_nobody_and_texts_not(
    client: FlaskClient, cast: Cast, episode: UUID, sign_in: SignIn
) -> None:
    sign_in(client, cast.jo)
    page = Page(client.get(path(episode)))
    assert {form.action.rpartition("/")[2] for form in page.forms} & {"lead", "text"} == set()
    token = page.form("/try").values["csrf_token"][0]
    for act in ("lead", "text", f"ask/{cast.ines}"):
        data = {"csrf_token": token, "words": KIND, "lead-person": str(cast.olu)}
        assert client.post(f"{path(episode)}/{act}", data=data).status_code == 404


def code_of(app: Flask, cast: Cast) -> str:
    with app.app_context():
        sent = next(s for s in outbox() if s.template == "alert_outreach")
        return sent.words.rpartition("/")[2]


def test_somebody_asked_answers_by_the_link(
    app: Flask, client: FlaskClient, cast: Cast, episode: UUID, sign_in: SignIn
) -> None:
    sign_in(client, cast.sam)
    page = Page(client.get(path(episode))).form(f"/ask/{cast.jo}").send(client)
    assert "Jo: No answer yet" in page.text
    code = code_of(app, cast)
    other = app.test_client()
    asked = Page(other.get(f"/o/{code}"))
    for word in ("Maya", "Jo", "Sam"):
        assert word not in asked.text
    assert Page(asked.form().submit(other)).status == 400
    refused = Page(asked.form().fill(answer="tried", words="I have the password").submit(other))
    assert refused.status == 400
    assert refused.form().values["words"] == ["I have the password"]
    done = refused.form().fill(words="Left a message").send(other)
    assert "I tried, no answer yet" in done.text
    assert "Left a message" in Page(client.get(path(episode))).text


def test_looking_at_the_link_changes_nothing_and_a_wrong_one_opens_nothing(
    app: Flask, client: FlaskClient, cast: Cast, episode: UUID, sign_in: SignIn
) -> None:
    sign_in(client, cast.sam)
    Page(client.get(path(episode))).form(f"/ask/{cast.jo}").send(client)
    code = code_of(app, cast)
    client.get(f"/o/{code}")
    client.head(f"/o/{code}")
    with app.app_context():
        assert db.session.scalars(select(OutreachAsk)).one().answer is None
    assert client.get("/o/NOSUCHCODE").status_code == 404


@pytest.mark.parametrize("who", ["zed_worker", "zed_carer", "zed_young", "far_zed_worker", "kit",
                                 "kits_carer", "adil", "ines", "maya"])  # fmt: skip
def test_a_stranger_finds_nothing(
    who: str, client: FlaskClient, cast: Cast, episode: UUID, sign_in: SignIn
) -> None:
    sign_in(client, getattr(cast, who))
    assert client.get(path(episode)).status_code == 404
    token = Page(client.get("/c")).form("/c").values["csrf_token"][0]
    for act in ("text", "try", "lead", "check", f"ask/{cast.jo}"):
        data = {"csrf_token": token, "words": KIND, "try-channel": "call"}
        assert client.post(f"{path(episode)}/{act}", data=data).status_code == 404


@pytest.mark.parametrize("locale", ["cy", "es", "ar"])
def test_the_pages_read_in_every_language(
    locale: str, app: Flask, client: FlaskClient, cast: Cast, episode: UUID, sign_in: SignIn
) -> None:
    sign_in(client, cast.sam)
    Page(client.get(path(episode))).form(f"/ask/{cast.jo}").send(client)
    assert Page(client.get(f"{path(episode)}?lang={locale}")).lang == locale
    assert Page(app.test_client().get(f"/o/{code_of(app, cast)}?lang={locale}")).lang == locale
