"""The board, the conversation, and who may open them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engage.alerts.models import Alert
from engage.cards import actions as card_actions
from engage.checkins.models import CheckIn, Handling
from engage.checkins.rules import Belief
from engage.db import db
from engage.people.models import Person, ReplyPolicy
from tests.cast import Cast
from tests.checkins.texting import UNKNOWN, own_number, phone_of, press, text, told
from tests.page import Page

SignIn = Callable[[FlaskClient, UUID], FlaskClient]


STAFF_PATHS = [
    "/young-people/{maya}/card",
    "/young-people/{maya}/card.svg",
    "/young-people/{maya}/check-ins",
]


@pytest.mark.parametrize("path", STAFF_PATHS)
@pytest.mark.parametrize(
    "who", ["zed_worker", "zed_carer", "zed_young", "far_zed_worker", "far_zed_supervisor", "kit"]
)
def test_a_stranger_finds_nothing(
    path: str, who: str, client: FlaskClient, card: card_actions.Card, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(client, getattr(cast, who))
    assert client.get(path.format(maya=cast.maya)).status_code == 404
    token = Page(client.get("/c")).form("/c").values["csrf_token"][0]
    for action in ("card", "card/close"):
        response = client.post(f"/young-people/{cast.maya}/{action}", data={"csrf_token": token})
        assert response.status_code == 404


def test_the_worker_reads_the_conversation_with_belief(
    app: Flask, client: FlaskClient, cast: Cast, now: datetime, sign_in: SignIn
) -> None:
    with app.app_context():
        own_number(cast)
        text(phone_of(cast.maya), "ok tangerine <b>", now=now)
    sign_in(client, cast.sam)
    page = Page(client.get(f"/young-people/{cast.maya}/check-ins"))
    assert "ok tangerine <b>" in page.text
    assert "not-OK word" in page.text
    assert "They got the answer everybody gets." in page.text
    assert "Got it, thanks." in page.text
    listed = Page(client.get("/check-ins"))
    assert "Not OK, they say" in listed.text
    assert "Maya" not in listed.text


def test_the_supervisor_sees_that_there_was_one_but_not_the_words(
    app: Flask, client: FlaskClient, cast: Cast, now: datetime, sign_in: SignIn
) -> None:
    with app.app_context():
        own_number(cast)
        text(phone_of(cast.maya), "with somebody secret", now=now)
    sign_in(client, cast.sue)
    page = Page(client.get(f"/young-people/{cast.maya}/check-ins"))
    assert "Wrote a message" in page.text
    assert "secret" not in page.html


def test_staff_match_an_unknown_text_and_its_alarm_reaches_the_right_people(
    app: Flask, client: FlaskClient, cast: Cast, now: datetime, sign_in: SignIn
) -> None:
    with app.app_context():
        own_number(cast)
        text(UNKNOWN, "its maya i am not ok", now=now)
    sign_in(client, cast.sam)
    page = Page(client.get("/check-ins/unmatched"))
    assert "its maya i am not ok" in page.text
    assert "ends in 777" in page.text
    form = next(f for f in page.forms if f.action.endswith("/match"))
    assert str(cast.zed_young) not in form.options("young_person")
    response = press(form, client, "It is theirs", young_person=str(cast.maya))
    assert response.status_code == 303
    with app.app_context():
        check_in = db.session.scalars(select(CheckIn)).one()
        assert (check_in.young_person_id, check_in.handled_how) == (cast.maya, Handling.MATCHED)
        assert check_in.belief == Belief.V0
        assert told("alert_not_ok") == {cast.ade, cast.jo, cast.sam}
        first = db.session.scalars(select(Alert).where(Alert.kind == "unmatched")).one()
        assert first.acknowledged_by_id == cast.sam
    assert press(form, client, "It is theirs", young_person=str(cast.maya)).status_code == 404


def test_staff_answer_or_leave_an_unknown_text(
    app: Flask, client: FlaskClient, cast: Cast, now: datetime, sign_in: SignIn
) -> None:
    with app.app_context():
        own_number(cast)
        text(UNKNOWN, "who is there", now=now)
        text("+447700900778", "hello", now=now + timedelta(minutes=6))
    sign_in(client, cast.olu)
    page = Page(client.get("/check-ins/unmatched"))
    answer = next(f for f in page.forms if f.action.endswith("/reply"))
    assert press(answer, client, "Send this answer", answer="reply_words").status_code == 303
    assert press(answer, client, "Send this answer", answer="reply_words").status_code in (404, 409)
    answer.values["answer"] = ["alert_sos"]
    assert answer.submit(client).status_code == 404
    page = Page(client.get("/check-ins/unmatched"))
    leave = next(f for f in page.forms if f.action.endswith("/leave"))
    assert press(leave, client, "Leave it").status_code == 303
    assert "Nothing waits here" in client.get("/check-ins/unmatched").text
    with app.app_context():
        assert told("reply_words") == {None}


@pytest.mark.parametrize("who", ["jo", "maya", "far_zed_worker", "ines", "adil"])
def test_the_board_is_for_the_organisations_workers(
    who: str, app: Flask, client: FlaskClient, cast: Cast, now: datetime, sign_in: SignIn
) -> None:
    with app.app_context():
        own_number(cast)
        text(UNKNOWN, "words for staff", now=now)
        check_in = db.session.scalars(select(CheckIn.id)).one()
    sign_in(client, getattr(cast, who))
    response = client.get("/check-ins/unmatched")
    assert response.status_code == 404 or "words for staff" not in response.text
    token = Page(client.get("/c")).form("/c").values["csrf_token"][0]
    for action in ("match", "reply", "leave"):
        data = {"csrf_token": token, "young_person": str(cast.maya), "answer": "reply_words"}
        sent = client.post(f"/check-ins/unmatched/{check_in}/{action}", data=data)
        assert sent.status_code == 404


def test_a_bad_page_mark_and_a_bad_id_are_not_an_error(
    client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(client, cast.sam)
    assert client.get("/check-ins?before=yesterday").status_code == 200
    assert client.get("/check-ins?before=2026-11-22T18:00:00").status_code == 200
    assert client.get("/check-ins?before=2026-11-22T18:00:00%2B00:00").status_code == 200


def test_nobody_is_chosen_beforehand_though_a_text_names_them(
    app: Flask, client: FlaskClient, cast: Cast, now: datetime, sign_in: SignIn
) -> None:
    with app.app_context():
        own_number(cast)
        text(UNKNOWN, "is maya there? its her mum", now=now)
    sign_in(client, cast.sam)
    page = Page(client.get("/check-ins/unmatched"))
    form = next(f for f in page.forms if f.action.endswith("/match"))
    assert form.values["young_person"] == [""]
    assert "Maya (named in the text)" in page.text
    answer = press(form, client, "It is theirs")
    assert answer.status_code == 422
    again = Page(answer)
    assert "Choose whose it is." in again.text and "its her mum" in again.text
    with app.app_context():
        assert db.session.scalars(select(CheckIn)).one().young_person_id is None


def test_choosing_nobody_tells_a_stranger_nothing(
    app: Flask, client: FlaskClient, cast: Cast, now: datetime, sign_in: SignIn
) -> None:
    with app.app_context():
        own_number(cast)
        text(UNKNOWN, "words for staff", now=now)
        check_in = db.session.scalars(select(CheckIn.id)).one()
    sign_in(client, cast.far_zed_worker)
    token = Page(client.get("/c")).form("/c").values["csrf_token"][0]
    data = {"csrf_token": token, "young_person": ""}
    assert client.post(f"/check-ins/unmatched/{check_in}/match", data=data).status_code == 404


@pytest.mark.parametrize("words", ["where croydon", "talk", "ready", "STOP"])
def test_whoever_may_not_read_our_words_learns_what_they_were(
    words: str, app: Flask, client: FlaskClient, cast: Cast, now: datetime, sign_in: SignIn
) -> None:
    with app.app_context():
        own_number(cast)
        db.session.get_one(Person, cast.maya).reply_policy = ReplyPolicy.AGREED
        db.session.commit()
        text(phone_of(cast.maya), words, now=now)
    sign_in(client, cast.sam)
    page = Page(client.get(f"/young-people/{cast.maya}/check-ins"))
    said = {"where croydon": "which town or postcode", "talk": "somebody will call",
            "ready": "how they want to come back", "STOP": "texts are off now"}  # fmt: skip
    assert said[words] in page.text
    assert "We sent a text." not in page.text
