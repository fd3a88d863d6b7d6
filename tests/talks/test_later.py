"""What a phone kept of a talk: once, in order, with its own times, and nothing newer overridden."""

import json
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engage.db import db
from engage.people.models import Relationship, RelationshipKind
from engage.talks import actions, sharing_actions
from engage.talks.later_rules import SaidKind, read_said
from engage.talks.models import TalkEntry
from engage.talks.queries import get_page
from engage.talks.rules import Audience, EntryKind, TalkState
from tests.cast import Cast
from tests.talks.conftest import SOON, Held, later, the_record, the_talk
from tests.worries.test_boxes import lock

SENT = 1_800_000_000_000
MINUTE = 60_000


class Phone:
    """An interviewer's phone: what it was given, and what it sends."""

    def __init__(self, browser: FlaskClient):
        self.browser = browser
        token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/this-phone").text)
        assert token is not None
        sent = {"csrf_token": token[1], "what": "all"}
        self.kept = browser.post("/this-phone/keep", data=sent).get_json()
        self.token = self.kept["token"]
        self.talk = next(iter(self.kept["documents"]), {}).get("talk", {})

    def box(self, kind: str, *, ago: int = 0, **more: Any) -> dict[str, str]:
        """Lock one thing that was done so many minutes ago."""
        said = {"kind": kind, "key": f"talk-{uuid4().hex}", "about": self.talk.get("about"),
                "at": SENT - ago * MINUTE, "began": SENT - 60 * MINUTE}  # fmt: skip
        return {"id": str(uuid4()), "box": lock(self.token, {**said, **more})}

    def send(self, *boxes: Any, browser: FlaskClient | None = None, **more: Any) -> Any:
        data = {"token": self.token, "at": str(SENT), "said": json.dumps(boxes), **more}
        return (browser or self.browser).post("/talks/later", data=data)


@pytest.fixture
def phone(app: Flask, cast: Cast, booked: None, sign_in: Any, clock: Any) -> Phone:
    clock.move_to(later(60))
    return Phone(sign_in(app.test_client(), cast.ines))


def test_a_phone_is_given_what_a_talk_needs_and_no_more(phone: Phone) -> None:
    (document,) = phone.kept["documents"]
    assert phone.kept["talks"] is True and phone.kept["carer"] is False
    assert (document["title"], document["blocks"]) == ("Maya", [])
    talk = document["talk"]
    assert len(talk["questions"]) == 18 and not talk["law"]
    assert [value for value, _ in talk["audiences"]] == [each.value for each in Audience]
    kept = json.dumps(phone.kept)
    assert "+4477" not in kept and "The café" not in kept


def test_a_whole_talk_arrives_once_with_the_times_of_the_phone(
    app: Flask, cast: Cast, phone: Phone
) -> None:
    key = "talk-1"
    sent = [
        phone.box("law", ago=50),
        phone.box("answer", ago=40, question="before", words="A row", key=key),
        phone.box("answer", ago=39, question="helped", words=""),
        phone.box("correct", ago=30, question="before", words="A quarrel", key="talk-2"),
        phone.box("read_back", ago=20),
        phone.box("share", ago=10, question="before", audiences=["worker"], of="talk-2"),
    ]
    for _ in range(2):
        told = phone.send(*sent).get_json()
        assert told == {"done": [each["id"] for each in sent], "sign_in": False}
    with app.app_context():
        talk = the_record()
        assert (talk.began_at, talk.law_told_at, talk.read_back_at) == (
            later(0), later(10), later(40),
        )  # fmt: skip
        page = get_page(cast.viewer(cast.ines), talk.id, now=later(60))
        before, helped = page.line("before"), page.line("helped")
        assert before and helped and talk.last_number == 3
        assert before.answer.given_at == later(20) and before.answer.recorded_at == later(60)
        assert [each.words for each in before.corrections] == ["A quarrel"]
        assert helped.answer.kind == EntryKind.SKIPPED
        (line,) = get_page(cast.viewer(cast.sam), talk.id, now=later(60)).lines
        assert line.question.id == "before"


def test_both_stand_there_when_another_phone_said_otherwise_and_nothing_is_shared(
    app: Flask, cast: Cast, phone: Phone
) -> None:
    phone.send(phone.box("law", ago=50))
    with app.app_context():
        ines, talk = cast.viewer(cast.ines), the_record().id
        actions.answer(ines, talk, "before", "On the tablet", key="tablet", now=later(30))
        db.session.commit()
    here = phone.box("answer", ago=45, question="before", words="On the phone", key="talk-p")
    shared = phone.box("share", ago=40, question="before", audiences=["worker"], of="talk-p")
    phone.send(here, shared)
    with app.app_context():
        (line,) = get_page(cast.viewer(cast.ines), talk, now=later(60)).lines
        assert line.answer.words == "On the tablet"
        assert [each.words for each in line.earlier] == ["On the phone"]
    # Agreed to the words of the phone, which came last: both are seen, so both were meant by it.
    with app.app_context():
        assert line.newest == 2 and line.is_asked


def test_an_agreement_that_comes_late_does_not_open_what_was_taken_back_since(
    app: Flask, cast: Cast, phone: Phone
) -> None:
    answer = phone.box("answer", ago=50, question="before", words="A row", key="talk-1")
    share = phone.box("share", ago=40, question="before", audiences=["worker"], of="talk-1")
    phone.send(phone.box("law", ago=55), answer, phone.box("read_back", ago=45), share)
    with app.app_context():
        maya, talk = cast.viewer(cast.maya), the_record().id
        sharing_actions.withdraw_line(maya, talk, "before", Audience.WORKER, now=later(61))
        db.session.commit()
    # The answer to the first sending got lost: it is sent again.
    phone.send(share)
    with app.app_context():
        assert get_page(cast.viewer(cast.sam), talk, now=later(62)).lines == []


def test_three_agreements_in_a_row_end_with_the_last(app: Flask, cast: Cast, phone: Phone) -> None:
    def agree(ago: int, *whom: str) -> dict[str, str]:
        return phone.box("share", ago=ago, question="before", audiences=list(whom), of="talk-1")

    answer = phone.box("answer", ago=50, question="before", words="A row", key="talk-1")
    phone.send(phone.box("law", ago=55), answer, agree(40, "worker"), agree(39, "nobody"),
               agree(38, "worker", "police"))  # fmt: skip
    with app.app_context():
        (line,) = get_page(cast.viewer(cast.ines), the_record().id, now=later(60)).lines
        assert line.agreed == {Audience.WORKER, Audience.POLICE}


def test_all_of_it_waits_until_its_own_person_is_signed_in(
    app: Flask, cast: Cast, phone: Phone, sign_in: Any
) -> None:
    law = phone.box("law")
    for browser in (app.test_client(), sign_in(app.test_client(), cast.zed_worker)):
        assert phone.send(law, browser=browser).get_json() == {"done": [], "sign_in": True}
    assert phone.send(law).get_json()["sign_in"] is False


def test_what_arrives_after_sign_off_is_added_beside_it(
    app: Flask, cast: Cast, phone: Phone
) -> None:
    phone.send(phone.box("law", ago=50))
    with app.app_context():
        talk = the_record().id
        actions.hand_in(cast.viewer(cast.ines), talk, now=later(60))
        actions.sign_off(cast.viewer(cast.sue), talk, now=later(60))
        db.session.commit()
    phone.send(phone.box("answer", ago=45, question="before", words="Late", key="talk-l"))
    with app.app_context():
        assert the_record().state == TalkState.SIGNED_OFF
        (line,) = get_page(cast.viewer(cast.ines), talk, now=later(61)).lines
        assert (line.answer.kind, line.answer.words) == (EntryKind.LATER, "Late")


def test_nonsense_is_dropped_and_others_phones_bring_nothing(
    app: Flask, cast: Cast, phone: Phone, sign_in: Any
) -> None:
    odd = [
        phone.box("nothing"), phone.box("answer", about="x"), phone.box("law", key="no/key"),
        {"id": "x", "box": "xyz"}, phone.box("answer", question="before", words="No law said"),
        phone.box("law", about=str(uuid4())),
    ]  # fmt: skip
    assert len(phone.send(*odd).get_json()["done"]) == len(odd)
    assert phone.send("x", 3).get_json()["done"] == []
    assert phone.browser.post("/talks/later", data={"token": "unknown"}).status_code == 410
    jo = Phone(sign_in(app.test_client(), cast.jo))
    assert jo.send(jo.box("law", about=phone.talk["about"])).status_code == 410
    with app.app_context():
        assert the_talk().state == "booked"
        assert db.session.scalars(select(TalkEntry)).all() == []


@pytest.mark.parametrize("who", ["sam", "sue", "adil", "zed_worker"])
def test_only_interviewers_turn_it_on(app: Flask, cast: Cast, sign_in: Any, who: str) -> None:
    browser = sign_in(app.test_client(), getattr(cast, who))
    assert browser.get("/this-phone").status_code == 303


def test_a_phone_whose_interviewer_no_longer_is_forgets(
    app: Flask, cast: Cast, phone: Phone
) -> None:
    def still() -> int:
        sent = {"token": phone.token, "about": " ".join(phone.kept["about"])}
        return phone.browser.post("/this-phone/still", data=sent).status_code

    assert still() == 204 and len(phone.kept["about"]) == 1
    with app.app_context():
        theirs = select(Relationship).where(
            Relationship.kind == RelationshipKind.INTERVIEWER,
            Relationship.young_person_id == cast.maya,
        )
        for one in db.session.scalars(theirs):
            one.ends_at = later(1)
        db.session.commit()
    assert still() == 410


@pytest.mark.parametrize(
    ("kept", "good"),
    [
        ({}, True),
        ({"kind": "other"}, False),
        ({"about": "not an id"}, False),
        ({"about": None}, False),
        ({"key": None}, False),
        ({"key": "x" * 41}, False),
        ({"audiences": "worker"}, True),
        ({"audiences": [1, "worker"]}, True),
        ({"seen": True}, True),
        ({"seen": "3"}, True),
        ({"words": None}, True),
    ],
)
def test_what_a_phone_says_is_read_with_care(kept: dict[str, Any], good: bool) -> None:
    whole = {"kind": "share", "key": "talk-1", "about": str(uuid4()), "at": SENT, **kept}
    said = read_said(whole, SENT, SOON)
    assert (said is not None) is good
    if said is not None:
        assert said.kind is SaidKind.SHARE and said.seen == 0 and said.at == SOON


def test_a_clock_that_is_wrong_does_no_harm() -> None:
    whole = {"kind": "law", "key": "talk-1", "about": str(uuid4())}
    for at, ago in ((SENT + 99, 0), (SENT - 10**12, 7 * 24 * 60), ("x", 0), (None, 0)):
        said = read_said({**whole, "at": at}, SENT, SOON)
        assert said is not None and said.at == SOON - timedelta(minutes=ago)


def test_a_talk_that_was_handed_in_is_no_longer_given_to_phones(
    app: Flask, cast: Cast, held: Held, sign_in: Any, clock: Any
) -> None:
    talk = held()
    clock.move_to(SOON)
    phone = Phone(sign_in(app.test_client(), cast.ines))
    said = phone.talk["said"]
    assert said["stay"] == {"words": "A key", "seen": 3} and phone.talk["law"]
    with app.app_context():
        actions.hand_in(cast.viewer(cast.ines), talk, now=SOON)
        db.session.commit()
    assert Phone(sign_in(app.test_client(), cast.ines)).kept["documents"] == []
