"""The address for programs: a token, one referral once, and a clear no to everything else."""

import json
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from engage.db import db
from engage.intake import program_views
from engage.intake.models import Referral, ReferralSender
from engage.intake.rules import Referrer
from engage.intake.sender_actions import add_sender, revoke_sender
from engage.people.access import SYSTEM
from tests.cast import NOW, Cast

ADDRESS = "/webhooks/referrals"
GOOD = {"reference": "123/26", "about": "missing", "words": "Not back", "name": "Maya"}


@pytest.fixture
def token(app: Flask, cast: Cast) -> str:
    with app.app_context():
        _, made = add_sender(SYSTEM, cast.organisation, "Police", Referrer.POLICE, now=NOW)
        db.session.commit()
        return made


def send(client: FlaskClient, token: str, body: Any = None, **more: Any) -> TestResponse:
    data = body if isinstance(body, bytes) else json.dumps(body or GOOD).encode()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return client.post(ADDRESS, data=data, headers=headers, content_type="application/json", **more)


def kept(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Referral)) or 0


def test_a_referral_is_kept_once_by_its_reference(
    app: Flask, client: FlaskClient, cast: Cast, token: str
) -> None:
    first, again = send(client, token), send(client, token)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json is not None and again.json is not None
    assert first.json["id"] == again.json["id"] and again.json["is_new"] is False
    other = send(client, token, GOOD | {"words": "She is back"})
    assert other.status_code == 409 and other.json is not None
    assert other.json["problems"][0]["field"] == "reference"
    with app.app_context():
        one = db.session.scalars(select(Referral)).one()
        assert one.id == UUID(first.json["id"]) and one.sender_id is not None
        assert (one.source, one.came_by, one.state) == ("police", "program", "waiting")
        assert (one.organisation_id, one.words) == (cast.organisation, "Not back")
    assert first.headers["Cache-Control"] == "no-store"


def test_two_programs_may_use_the_same_reference(
    app: Flask, client: FlaskClient, cast: Cast, token: str
) -> None:
    with app.app_context():
        _, other = add_sender(SYSTEM, cast.organisation, "School", Referrer.SCHOOL, now=NOW)
        db.session.commit()
    assert [send(client, each).status_code for each in (token, other)] == [201, 201]
    assert kept(app) == 2


@pytest.mark.parametrize("wrong", ["", "wrong", "x" * 5000, "ü"])
def test_without_a_token_in_force_nothing_is_kept(
    wrong: str, app: Flask, client: FlaskClient, token: str
) -> None:
    answer = client.post(
        ADDRESS,
        json=GOOD,
        headers={"Authorization": f"Bearer {wrong}".encode("latin-1").decode("latin-1")},
    )
    assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Bearer"
    assert client.post(ADDRESS, json=GOOD, headers={"Authorization": token}).status_code == 401
    assert kept(app) == 0


def test_a_token_that_was_taken_back_opens_nothing_at_once(
    app: Flask, client: FlaskClient, token: str
) -> None:
    with app.app_context():
        sender = db.session.scalars(select(ReferralSender)).one()
        assert token not in (sender.token_digest, sender.name) and len(token) >= 40
        revoke_sender(SYSTEM, sender.id, now=NOW)
        db.session.commit()
    assert send(client, token).status_code == 401


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[" * 40_000, "application/json", 400),
        (b'{"about": NaN}', "application/json", 400),
        (json.dumps({f"f{n}": 1 for n in range(4000)}).encode(), "application/json", 400),
        (b" " * 49_153, "application/json", 413),
        (b"reference=1", "application/x-www-form-urlencoded", 415),
        (b"--b--", "multipart/form-data; boundary=b", 415),
        (b"{}", "text/plain", 415),
        (b"{}", "", 415),
    ],
)
def test_whatever_is_sent_the_answer_is_clear_and_never_a_fault_of_ours(
    body: bytes, kind: str, status: int, app: Flask, client: FlaskClient, token: str
) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    answer = client.post(ADDRESS, data=body, content_type=kind, headers=headers)
    assert answer.status_code == status
    assert answer.json is not None and answer.json["error"]
    assert kept(app) == 0


def test_a_body_of_no_stated_length_is_refused(client: FlaskClient, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}", "Transfer-Encoding": "chunked"}
    answer = client.post(
        ADDRESS, input_stream=BytesIO(b"{}"), content_type="application/json", headers=headers
    )
    assert answer.status_code == 411


def test_faults_are_named_by_field(client: FlaskClient, token: str) -> None:
    answer = send(client, token, {"reference": 7, "about": "gone", "x": [1]})
    assert answer.status_code == 400 and answer.json is not None
    assert [each["field"] for each in answer.json["problems"]] == ["reference", "x"]


def test_too_many_are_told_when_to_come_back(
    client: FlaskClient, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program_views, "PER_TOKEN", "1 per minute")
    assert [send(client, token).status_code for _ in range(2)] == [201, 429]
    assert int(send(client, token).headers["Retry-After"]) >= 0
    monkeypatch.setattr(program_views, "WRONG_TOKENS", "1 per minute")
    assert [send(client, "no").status_code for _ in range(2)] == [401, 429]


@pytest.mark.parametrize("error", [OperationalError("", {}, Exception()), RuntimeError("x")])
def test_what_could_not_be_kept_is_said_so_and_may_come_again(
    error: Exception, app: Flask, client: FlaskClient, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(program_views, "receive", fail)
        answer = send(client, token)
    assert answer.status_code == 503 and answer.headers["Retry-After"]
    assert kept(app) == 0
    assert send(client, token).status_code == 201


def test_reading_the_address_tells_nothing(client: FlaskClient) -> None:
    assert client.get(ADDRESS).status_code == 405
