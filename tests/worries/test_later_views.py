"""Where phones send what waited: the token says whose it is, the sign-in that it is sure."""

import json
import re
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from engage import clock
from engage.db import db
from engage.episodes.models import Episode
from engage.people.copy_models import PhoneCopy
from engage.people.models import RoleGrant
from engage.people.phone_actions import report_lost_phone
from engage.people.viewer import SYSTEM
from engage.worries.models import Worry, WorryAnswer, WorryDecision
from tests.cast import NOW, Cast
from tests.worries.test_boxes import lock

SENT = 1_800_000_000_000


class Phone:
    """Jo's phone: what it was given, and what it sends."""

    def __init__(self, browser: FlaskClient, about: Any):
        self.browser, self.about = browser, str(about)
        token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/this-phone").text)
        assert token is not None
        sent = {"csrf_token": token[1], "what": "all"}
        self.kept = browser.post("/this-phone/keep", data=sent).get_json()
        self.token = self.kept["token"]

    def box(self, kind: str = "answer", **more: Any) -> dict[str, str]:
        """Lock one thing, as the page does that draws the questions."""
        said = {"kind": kind, "key": str(uuid4()), "about": self.about, "set": "2026-1"}
        return {"id": str(uuid4()), "box": lock(self.token, {**said, "at": SENT, **more})}

    def answer(self, prompt: str, **form: str) -> dict[str, str]:
        return self.box(prompt=prompt, form={name: [said] for name, said in form.items()})

    def send(self, *boxes: Any, browser: FlaskClient | None = None, **more: Any) -> Any:
        data = {"token": self.token, "at": str(SENT), "said": json.dumps(boxes), **more}
        return (browser or self.browser).post("/worries/later", data=data)


@pytest.fixture
def jo(app: Flask, cast: Cast, client: FlaskClient, sign_in: Any) -> Phone:
    return Phone(sign_in(client, cast.jo), cast.maya)


def count(app: Flask, table: type) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_what_waited_is_taken_in_order_and_named_as_done(app: Flask, jo: Phone) -> None:
    sent = [jo.box("begin"), jo.answer("danger", answer="no"), jo.answer("today", words="a row")]
    assert jo.send(*sent).get_json() == {"done": [one["id"] for one in sent], "sign_in": False}
    assert jo.send(*sent).get_json()["sign_in"] is False
    assert count(app, Worry) == 1
    with app.app_context():
        rows = db.session.scalars(select(WorryAnswer).order_by(WorryAnswer.number)).all()
        assert [(row.prompt, row.value) for row in rows] == [("danger", "no"), ("today", "a row")]


def test_after_the_sign_in_ended_it_waits_and_nothing_is_lost(app: Flask, jo: Phone) -> None:
    stranger = app.test_client()
    words = jo.answer("today", words="a row")
    told = jo.send(words, browser=stranger).get_json()
    assert told == {"done": [], "sign_in": True}
    assert count(app, WorryAnswer) == 0
    assert jo.send(words).get_json() == {"done": [words["id"]], "sign_in": False}
    assert count(app, WorryAnswer) == 1


def test_somebody_else_signed_in_on_the_phone_is_not_taken_for_jo(
    app: Flask, cast: Cast, jo: Phone, sign_in: Any
) -> None:
    for who in (cast.kits_carer, cast.sam):
        other = sign_in(app.test_client(), who)
        told = jo.send(jo.answer("today", words="x"), browser=other).get_json()
        assert told == {"done": [], "sign_in": True}
    assert count(app, WorryAnswer) == 0


def test_danger_is_heard_although_nobody_is_signed_in(app: Flask, jo: Phone) -> None:
    danger, words = jo.answer("danger", answer="yes"), jo.answer("today", words="a row")
    told = jo.send(jo.box("begin"), words, danger, browser=app.test_client()).get_json()
    assert told["sign_in"] is True and danger["id"] in told["done"]
    assert words["id"] not in told["done"]
    with app.app_context():
        assert db.session.scalars(select(Episode)).one().was_missing


def test_a_phone_reported_lost_is_told_to_forget_and_danger_is_still_heard(
    app: Flask, cast: Cast, jo: Phone
) -> None:
    with app.app_context():
        for copy in db.session.scalars(select(PhoneCopy)):
            copy.ended_at = NOW
        db.session.commit()
    sent = [jo.answer("today", words="x"), jo.answer("danger", answer="yes")]
    assert jo.send(*sent).status_code == 410
    with app.app_context():
        assert [row.prompt for row in db.session.scalars(select(WorryAnswer))] == ["danger"]


def test_a_token_that_is_no_carers_gets_nothing_but_forget(
    app: Flask, cast: Cast, jo: Phone, sign_in: Any
) -> None:
    maya = sign_in(app.test_client(), cast.maya)
    token = re.search(r'name="csrf_token" value="([^"]+)"', maya.get("/this-phone").text)
    assert token is not None
    sent = {"csrf_token": token[1], "what": "page"}
    hers = maya.post("/this-phone/keep", data=sent).get_json()["token"]
    for other in (hers, "", "no such token"):
        assert jo.send(jo.box("begin"), token=other).status_code == 410
    # And a carer's token sends no check-in in a young person's name.
    tap = {"token": jo.token, "kind": "ok", "key": "k", "at": str(SENT)}
    assert app.test_client().post("/now/later", data=tap).status_code == 410
    assert count(app, Worry) == 0


@pytest.mark.parametrize("said", ["", "no json", "{}", '"x"', "[1]", '[{"id": 1, "box": "x"}]'])
def test_what_cannot_be_read_breaks_nothing(app: Flask, jo: Phone, said: str) -> None:
    assert jo.send(said=said).get_json() == {"done": [], "sign_in": False}


def test_what_can_never_be_kept_is_named_as_done_so_that_it_is_not_sent_for_ever(
    app: Flask, cast: Cast, jo: Phone
) -> None:
    sent = [
        {"id": "a", "box": "AAAA"}, jo.box("nonsense"), jo.answer("danger", answer="maybe"),
        jo.box("begin", about=str(cast.kit)), jo.answer("today", words="kept"),
    ]  # fmt: skip
    told = jo.send(*sent).get_json()
    assert told == {"done": [one["id"] for one in sent], "sign_in": False}
    assert count(app, WorryAnswer) == 1


@pytest.mark.parametrize("clock", ["", "soon", "9" * 40, "-5"])
def test_a_phone_without_a_sensible_clock_is_heard(app: Flask, jo: Phone, clock: str) -> None:
    jo.send(jo.answer("danger", answer="no"), at=clock)
    with app.app_context():
        given: datetime = db.session.scalars(select(WorryAnswer)).one().given_at
        assert given <= db.session.scalars(select(WorryAnswer)).one().recorded_at


def test_a_lost_phone_of_a_carer_ends_its_copy(app: Flask, cast: Cast, jo: Phone) -> None:
    with app.app_context():
        report_lost_phone(SYSTEM, cast.jo, now=NOW)
        db.session.commit()
    assert jo.send(jo.box("begin")).status_code == 410


def test_a_decision_waits_for_the_sign_in_and_then_counts(app: Flask, jo: Phone) -> None:
    begin, wait = jo.box("begin"), jo.box("wait", minutes="30", reason="On the bus", at=SENT)
    answer = jo.send(begin, wait, browser=app.test_client())
    assert answer.get_json() == {"done": [begin["id"]], "sign_in": True}
    assert count(app, WorryDecision) == 0
    for _ in range(2):
        assert wait["id"] in jo.send(wait).get_json()["done"]
    assert count(app, WorryDecision) == 1


@pytest.mark.parametrize("kind", ["wait", "not_missing"])
def test_a_decision_without_a_reason_is_not_sent_for_ever(app: Flask, jo: Phone, kind: str) -> None:
    box = jo.box(kind, minutes="30", reason="  ")
    assert jo.send(box).get_json()["done"] == [box["id"]]
    assert count(app, WorryDecision) == 0


class TestOnTheRota:
    """Olu's phone: she is on the rota of nights and weekends."""

    @pytest.fixture
    def olu(self, app: Flask, cast: Cast, sign_in: Any) -> Phone:
        return Phone(sign_in(app.test_client(), cast.olu), cast.maya)

    def test_what_she_said_comes_as_hers(self, app: Flask, cast: Cast, olu: Phone) -> None:
        olu.send(olu.box("begin"), olu.answer("danger", answer="no"))
        with app.app_context():
            assert db.session.scalars(select(WorryAnswer)).one().by_id == cast.olu

    def test_danger_said_on_the_rota_counts_although_it_is_over_since(
        self, app: Flask, cast: Cast, olu: Phone
    ) -> None:
        self._rota_ends(app, cast, clock.now() - timedelta(minutes=5))
        early = SENT - 600_000  # ten minutes before: on the rota
        box = olu.box(prompt="danger", form={"answer": ["yes"]}, at=early)
        olu.send(box, browser=app.test_client())
        with app.app_context():
            assert db.session.scalars(select(Worry)).one().state == "missing"

    def test_what_was_said_after_the_rota_is_nobodys(
        self, app: Flask, cast: Cast, olu: Phone
    ) -> None:
        self._rota_ends(app, cast, clock.now() - timedelta(minutes=5))
        olu.send(olu.box(prompt="danger", form={"answer": ["yes"]}), browser=app.test_client())
        assert count(app, Worry) == 0

    def _rota_ends(self, app: Flask, cast: Cast, at: datetime) -> None:
        with app.app_context():
            for grant in db.session.query(RoleGrant).filter_by(person_id=cast.olu):
                grant.ends_at = at
            db.session.commit()
