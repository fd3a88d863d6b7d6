"""What the provider's calls do: 200 after commit, 403 unsigned, 503 not stored, nothing else."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from engage import webhooks
from engage.checkins import actions as checkin_actions
from engage.checkins.models import CheckIn
from engage.checkins.rules import Kind
from engage.db import db
from engage.messaging.actions import queue
from engage.messaging.models import InboundMessage, Message
from engage.messaging.rules import MessageState
from engage.people.models import Person
from engage.web.programs import is_for_programs
from tests.cast import CODE_WORD, NOT_OK_WORD, NOW, Cast
from tests.checkins.texting import SERVICE, UNKNOWN, own_number, phone_of, told
from tests.webhooks.signing import (
    ACCOUNT,
    NEXT_TOKEN,
    SMS,
    STATUS,
    TOKEN,
    Fields,
    encoded,
    incoming,
    signature,
)

FORM = "application/x-www-form-urlencoded"
Send = Callable[..., TestResponse]


@pytest.fixture
def provider(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The app set up for the provider, while it changes its token."""
    changes = {
        "sms_provider": "twilio",
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": f"{NEXT_TOKEN},{TOKEN}",
        "twilio_number": SERVICE,
    }
    changed = app.extensions["engage"].model_copy(update=changes)
    monkeypatch.setitem(app.extensions, "engage", changed)


@pytest.fixture
def maya(app: Flask, cast: Cast) -> Iterator[str]:
    with app.app_context():
        own_number(cast)
        yield phone_of(cast.maya)


@pytest.fixture
def send(client: FlaskClient, provider: None) -> Send:
    def post(path: str, fields: Fields, *, sign: str | None = "", body: bytes | None = None,
             kind: str = FORM) -> TestResponse:  # fmt: skip
        headers = {} if sign is None else {"X-Twilio-Signature": sign or signature(path, fields)}
        data = encoded(fields) if body is None else body
        return client.post(path, data=data, headers=headers, content_type=kind)

    return post


def stored() -> int:
    return db.session.scalar(select(func.count()).select_from(InboundMessage)) or 0


def test_a_signed_text_is_kept_and_answered_with_nothing_to_say(send: Send, maya: str) -> None:
    response = send(SMS, incoming(maya, "not ok", "SM1", SERVICE))
    assert response.status_code == 200
    assert response.mimetype == "text/xml"
    assert response.text.endswith("<Response/>")
    assert db.session.scalars(select(CheckIn)).one().kind == Kind.NOT_OK
    assert told("alert_not_ok")


def test_what_is_done_around_a_programs_call(app: Flask) -> None:
    before = [each.__name__ for each in app.before_request_funcs[None] if is_for_programs(each)]
    after = [each.__name__ for each in app.after_request_funcs[None] if is_for_programs(each)]
    assert before == ["begin", "begin", "refuse_other_hosts", "begin"]
    assert after == ["finish", "count", "wake_afterwards"]


def test_a_programs_call_is_named_held_to_our_host_and_gets_our_headers(
    client: FlaskClient, provider: None
) -> None:
    answer = client.post(SMS, data=b"x=1", content_type=FORM)
    assert (answer.status_code, len(answer.headers["X-Request-ID"])) == (403, 36)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert client.post(SMS, data=b"x=1", headers={"Host": "evil.example"}).status_code == 400


def test_a_text_is_kept_by_a_request_that_has_no_session(app: Flask, send: Send) -> None:
    # Other tests look on from inside the app, whose session a request then shares.
    fields = incoming(UNKNOWN, "hello", "SM1", SERVICE)
    assert {send(SMS, fields).status_code for _ in range(2)} == {200}
    with app.app_context():
        assert stored() == 1
        assert db.session.scalars(select(InboundMessage.hits)).one() == 2


def test_the_same_text_five_times_has_one_effect_and_five_good_answers(
    send: Send, maya: str
) -> None:
    fields = incoming(maya, "ready", "SM1", SERVICE)
    assert {send(SMS, fields).status_code for _ in range(5)} == {200}
    assert stored() == 1
    assert db.session.scalar(select(func.count()).select_from(CheckIn)) == 1


@pytest.mark.parametrize("token", [TOKEN, NEXT_TOKEN])
def test_both_tokens_count_while_they_change(token: str, send: Send, maya: str) -> None:
    fields = incoming(maya, "ok", "SM1", SERVICE)
    assert send(SMS, fields, sign=signature(SMS, fields, token)).status_code == 200


FIELDS = incoming(UNKNOWN, "ok", "SM1", SERVICE)


@pytest.mark.parametrize(
    "sign",
    [None, "AAAA", signature(SMS, FIELDS, "another token"), signature(STATUS, FIELDS),
     signature(SMS, FIELDS, TOKEN, "http://evil.example"), "x" * 5000, "é", " ",
     signature(SMS, FIELDS) + ","],
)  # fmt: skip
def test_a_forged_call_is_refused_and_leaves_nothing(
    sign: str | None, send: Send, maya: str
) -> None:
    assert send(SMS, FIELDS, sign=sign).status_code == 403
    assert stored() == 0


def without(name: str) -> Fields:
    return [(k, v) for k, v in FIELDS if k != name]


@pytest.mark.parametrize(
    "fields",
    [
        *[without(name) for name in ("From", "To", "Body", "MessageSid", "AccountSid")],
        *[[*FIELDS, (name, "again")] for name in ("From", "Body", "MessageSid", "AccountSid")],
        [*without("AccountSid"), ("AccountSid", "AC" + "b" * 32)],
        [*without("MessageSid"), ("MessageSid", "")],
        [*without("MessageSid"), ("MessageSid", "S" * 500)],
        [*without("MessageSid"), ("MessageSid", "SM'; --")],
        [],
    ],
)
def test_a_signed_call_with_missing_or_repeated_fields_is_refused(
    fields: Fields, send: Send, maya: str
) -> None:
    assert send(SMS, fields).status_code == 403
    assert stored() == 0


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"Body=" + b"a" * 600_000, FORM),
        (b"&".join(b"a%d=1" % n for n in range(5000)), FORM),
        (b"Body=%ff%fe%00&From=%c3%28", FORM),
        (b"\xff\xfe\x00\x01", FORM),
        (b'{"Body": "ok"}', "application/json"),
        (b"--x\r\n\r\n--x--", "multipart/form-data; boundary=x"),
        (b"", FORM),
        (b"Body=ok", "text/plain"),
    ],
)
@pytest.mark.parametrize("path", [SMS, STATUS])
def test_a_body_that_is_no_form_of_the_provider_is_refused(
    path: str, body: bytes, kind: str, send: Send, maya: str
) -> None:
    assert send(path, [], body=body, kind=kind).status_code == 403
    assert stored() == 0


@pytest.mark.parametrize(
    "words",
    ["", "a\x00b", "'; DROP TABLE people; --", "<script>alert(1)</script>", "=1+1", "👍" * 500,
     "x" * 1600, "\u202eko", "\ufffd\ufffd", "%00%ff", "a\r\nb"],
)  # fmt: skip
def test_whatever_a_person_writes_is_kept_as_it_is(words: str, send: Send, maya: str) -> None:
    assert send(SMS, incoming(maya, words, "SM1", SERVICE)).status_code == 200
    assert db.session.scalars(select(InboundMessage)).one().body == words


@pytest.mark.parametrize(
    "number", ["", "ENGAGE", "+1", "whatsapp:+447700900123", "9" * 300, "\x00"]
)
def test_a_strange_sender_or_receiver_is_kept_for_a_human(
    number: str, send: Send, maya: str
) -> None:
    assert send(SMS, incoming(number, "hello", "SM1", SERVICE)).status_code == 200
    assert send(SMS, incoming(maya, "hello", "SM2", number)).status_code == 200
    assert stored() == 2


def test_the_provider_answers_an_opt_out_itself_and_we_add_nothing(
    send: Send, maya: str, cast: Cast
) -> None:
    assert send(SMS, incoming(maya, "STOP", "SM1", SERVICE, OptOutType="STOP")).status_code == 200
    assert told("alert_texts_off") == {cast.sam}
    assert told("reply_stop") == set()


def test_a_fault_of_ours_still_brings_the_text_to_a_human(
    send: Send, maya: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkin_actions, "understand", lambda *_a, **_k: 1 / 0)
    assert send(SMS, incoming(maya, "not ok", "SM1", SERVICE)).status_code == 200
    assert db.session.scalars(select(CheckIn)).one().young_person_id is None
    assert told("alert_unmatched")
    assert db.session.scalars(select(InboundMessage)).one().body == "not ok"


def test_a_fault_in_that_too_keeps_the_text_for_later(
    send: Send, maya: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkin_actions, "understand", lambda *_a, **_k: 1 / 0)
    monkeypatch.setattr(webhooks, "keep_unread", lambda *_a, **_k: 1 / 0)
    assert send(SMS, incoming(maya, "not ok", "SM1", SERVICE)).status_code == 200
    assert db.session.scalars(select(InboundMessage)).one().handled_at is None


@pytest.mark.parametrize("path", [SMS, STATUS])
def test_a_database_that_is_away_means_try_again(
    path: str, send: Send, maya: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_a: object, **_k: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr(webhooks, "receive_text", away)
    monkeypatch.setattr(webhooks, "record_status", away)
    response = send(path, [*incoming(maya, "ok", "SM1", SERVICE), ("MessageStatus", "sent")])
    assert response.status_code == 503
    assert stored() == 0


@pytest.mark.parametrize("path", [SMS, STATUS])
def test_looking_at_the_address_tells_nothing(path: str, client: FlaskClient) -> None:
    assert client.get(path).status_code == 405
    assert client.post(path).status_code == 403
    assert client.post(path, headers={"Host": "evil.example"}).status_code in (400, 403)


def report(sid: str, status: str, **more: str) -> Fields:
    fields = {"MessageSid": sid, "MessageStatus": status, "AccountSid": ACCOUNT, **more}
    return list(fields.items())


def a_message(cast: Cast) -> Message:
    queue(
        "reply_neutral",
        to=db.session.get_one(Person, cast.maya),
        klass="Y",
        now=NOW,
        dedupe_key="one",
    )
    db.session.commit()
    return db.session.scalars(select(Message)).one()


def test_a_report_moves_its_text_up_and_repeats_change_nothing(
    send: Send, maya: str, cast: Cast
) -> None:
    message = a_message(cast)
    path = f"{STATUS}?m={message.id}"
    for status in ("sent", "delivered", "sent", "delivered"):
        assert send(path, report("SMout", status)).status_code == 200
    db.session.expire_all()
    assert db.session.scalars(select(Message)).one().state == MessageState.DELIVERED


@pytest.mark.parametrize("m", ["7d2e1f50-0000-4000-8000-000000000000", "x", "", "'--"])
def test_a_report_on_a_text_we_do_not_know_is_fine(m: str, send: Send, maya: str) -> None:
    assert send(f"{STATUS}?m={m}", report("SMother", "sent")).status_code == 200


@pytest.mark.parametrize(
    "fields", [report("SMout", "sent")[1:], [*report("SMout", "sent"), ("MessageStatus", "read")]]
)
def test_a_malformed_report_is_refused(fields: Fields, send: Send, maya: str) -> None:
    assert send(STATUS, fields).status_code == 403


@pytest.mark.parametrize(
    "odd", [{"ErrorCode": "9" * 5000}, {"ErrorCode": "9" * 20}, {"MessageStatus": "sent\x00"}]
)
def test_a_report_with_what_cannot_be_kept_is_answered_all_the_same(
    odd: dict[str, str], send: Send, maya: str, cast: Cast
) -> None:
    path = f"{STATUS}?m={a_message(cast).id}"
    fields = dict(report("SMout", "failed")) | odd
    assert send(path, list(fields.items())).status_code == 200


def test_a_text_is_not_lost_for_a_word_that_cannot_be_kept(send: Send, maya: str) -> None:
    fields = incoming(maya, "not ok", "SM1", SERVICE, OptOutType="\x00")
    assert send(SMS, fields).status_code == 200
    assert stored() == 1


def test_a_number_that_refuses_our_texts_is_told_to_the_worker(
    send: Send, maya: str, cast: Cast
) -> None:
    message = a_message(cast)
    path = f"{STATUS}?m={message.id}"
    for _ in range(2):
        assert send(path, report("SMout", "failed", ErrorCode="21610")).status_code == 200
    assert told("alert_texts_off") == {cast.sam}


def test_from_outside_the_two_words_look_the_same(send: Send, maya: str, cast: Cast) -> None:
    answers = [
        send(SMS, incoming(maya, f"ok {word}", f"SM{word}", SERVICE))
        for word in (CODE_WORD, NOT_OK_WORD)
    ]
    headers = [sorted(h for h in a.headers if h[0] != "X-Request-ID") for a in answers]
    assert headers[0] == headers[1]
    assert len({(a.status_code, a.text) for a in answers}) == 1
    replies = db.session.scalars(select(Message).where(Message.person_id == cast.maya)).all()
    assert {(r.template, r.locale, r.klass) for r in replies} == {("reply_neutral", "en", "Y")}
    assert told("alert_not_ok")
