"""Talking to the provider over real sockets, and knowing its requests from forged ones."""

import io
import select
import socket
import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from engage.messaging.line import Line, NotConnected, Reply, _read
from engage.messaging.provider import Accepted, CannotAsk, Doubtful, OutgoingText, Refused
from engage.messaging.providers import provider_for
from engage.messaging.twilio import (
    TwilioProvider,
    _read_answer,
    is_signed,
    read_inbound,
    read_status,
)
from tests.standin.provider import ACCOUNT, NUMBER, TOKEN, sign
from tests.waiting import wait_for

PHONE = "+447700900123"
URL = "/webhooks/twilio/sms"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def outgoing(body: str = "Got it, thanks. ¿Ñ? & = + 😀") -> OutgoingText:
    return OutgoingText(uuid4(), PHONE, body, 600)


def test_a_text_arrives_as_it_was_meant(twilio, stand_in):
    text = outgoing()
    answer = twilio.send(text)
    [got] = stand_in.texts
    assert answer == Accepted(got.sid, "queued")
    assert (got.to, got.sender, got.body, got.valid) == (PHONE, NUMBER, text.body, "600")
    assert got.callback == f"http://localhost/webhooks/twilio/status?m={text.message_id}"


def test_a_record_is_deleted_whole_and_one_that_is_gone_is_no_matter(twilio, stand_in):
    sid = twilio.send(outgoing()).sid
    twilio.erase(sid)
    assert stand_in.texts == [] and twilio.report_on(sid) is None
    twilio.erase(sid)
    stand_in.moods.is_deaf = True
    with pytest.raises(CannotAsk):
        twilio.erase(sid)


def test_one_line_carries_many_texts(twilio, stand_in):
    for _ in range(5):
        assert isinstance(twilio.send(outgoing()), Accepted)
    assert len(stand_in.texts) == 5


@pytest.mark.parametrize(
    ("moods", "expected"),
    [
        ({"refuse_status": 400, "refuse_code": 21610}, Refused("HTTP 400 21610", 21610)),
        ({"refuse_status": 429, "refuse_code": 20429}, Refused("HTTP 429 20429", 20429, True)),
        ({"refuse_status": 503, "refuse_code": 20503}, Refused("HTTP 503 20503", 20503, True)),
        ({"refuse_status": 502, "plain_errors": True}, Doubtful("HTTP 502")),
        ({"refuse_status": 404, "plain_errors": True}, Refused("HTTP 404")),
        ({"drop_after": 1.0}, Doubtful("ValueError")),
        ({"drop_before": 1.0}, Doubtful("ValueError")),
    ],
)
def test_a_clear_no_is_told_from_doubt(twilio, stand_in, moods, expected):
    stand_in.set_moods(moods)
    assert twilio.send(outgoing()) == expected
    # The line recovers by itself.
    stand_in.set_moods({"refuse_status": 0, "drop_after": 0.0, "drop_before": 0.0})
    assert isinstance(twilio.send(outgoing()), Accepted)


def test_when_nobody_listens_nothing_was_sent(twilio_settings):
    # Held for as long as the test runs, or another process might be given it and listen.
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}"
        provider = TwilioProvider(twilio_settings.model_copy(update={"twilio_api_url": url}))
        assert provider.send(outgoing()) == Refused("ConnectionRefusedError", is_outage=True)
        with pytest.raises(CannotAsk):
            provider.sent_to(PHONE, since=LONG_AGO)
        with pytest.raises(CannotAsk):
            provider.forget("SM1")
        provider.close()


def test_while_tokens_rotate_the_one_that_works_is_found(twilio_settings):
    settings = twilio_settings.model_copy(
        update={"twilio_auth_token": f"not yet promoted token,{TOKEN}"}
    )
    provider = TwilioProvider(settings)
    assert isinstance(provider.send(outgoing()), Accepted)
    assert isinstance(provider.send(outgoing()), Accepted)
    assert len(provider.sent_to(PHONE, since=LONG_AGO)) == 2
    provider.close()


def test_a_wrong_token_is_a_matter_of_settings(twilio_settings):
    settings = twilio_settings.model_copy(update={"twilio_auth_token": "wrong"})
    provider = TwilioProvider(settings)
    assert provider.send(outgoing()) == Refused("HTTP 401 20003", 20003)
    provider.close()


def test_what_was_sent_to_a_number_is_listed_over_many_pages(twilio, stand_in):
    for number in range(120):
        stand_in.create({"To": PHONE, "Body": f"text {number}"})
    stand_in.create({"To": "+447700900124", "Body": "to somebody else"})
    stand_in.receive(PHONE, "from them")
    found = twilio.sent_to(PHONE, since=LONG_AGO)
    assert len(found) == 120
    assert found[0].body == "text 119"
    assert twilio.sent_to(PHONE, since=datetime.now(UTC) + timedelta(hours=1)) == []


def test_what_came_in_is_listed_with_its_time(twilio, stand_in):
    stand_in.receive(PHONE, "hello ŵ")
    stand_in.create({"To": PHONE, "Body": "ours"})
    [got] = twilio.received(since=LONG_AGO)
    assert (got.from_number, got.to_number, got.body) == (PHONE, NUMBER, "hello ŵ")
    assert got.sent_at is not None
    assert got.sent_at.tzinfo is UTC
    stand_in.moods.is_deaf = True
    with pytest.raises(CannotAsk, match="503"):
        list(twilio.received(since=LONG_AGO))


def test_the_providers_copy_of_the_words_is_emptied(twilio, stand_in):
    text = stand_in.create({"To": PHONE, "Body": "words"})
    twilio.forget(text.sid)
    assert text.body == ""
    twilio.forget("SMunknown")


def test_without_a_provider_texts_wait(settings):
    nobody = provider_for(settings.model_copy(update={"sms_provider": "none"}))
    assert nobody.send(outgoing()).code == 20404
    console = provider_for(settings)
    assert console.send(outgoing()).status == "delivered"
    for provider in (nobody, console):
        assert provider.sent_to(PHONE, since=LONG_AGO) == list(provider.received(since=LONG_AGO))
        provider.forget("x")


FORM = {
    "MessageSid": "SM" + "a" * 32,
    "AccountSid": ACCOUNT,
    "From": PHONE,
    "To": NUMBER,
    "Body": "not ok 😀",
    "OptOutType": "stop",
}


def test_a_request_of_the_provider_is_believed_under_any_current_token(twilio_settings):
    url = f"http://localhost{URL}?x=1&y=%20"
    right = sign(url, FORM)
    path = f"{URL}?x=1&y=%20"
    assert is_signed(twilio_settings, path, FORM.items(), right)
    rotating = twilio_settings.model_copy(update={"twilio_auth_token": f"new,{TOKEN}"})
    assert is_signed(rotating, path, FORM.items(), right)
    assert is_signed(rotating, path, FORM.items(), sign(url, FORM, "new"))


@pytest.mark.parametrize("signature", [None, "", "x", "é", "A" * 28, "A" * 10_000])
def test_a_poor_signature_is_refused(twilio_settings, signature):
    assert not is_signed(twilio_settings, URL, FORM.items(), signature)


def test_whatever_is_changed_the_signature_fails(twilio_settings):
    right = sign(f"http://localhost{URL}", FORM)
    assert is_signed(twilio_settings, URL, FORM.items(), right)
    assert not is_signed(twilio_settings, URL + "?", FORM.items(), right)
    assert not is_signed(twilio_settings, URL, {**FORM, "Body": "ok"}.items(), right)
    assert not is_signed(twilio_settings, URL, [*FORM.items(), ("Body", "ok")], right)
    empty = twilio_settings.model_copy(update={"twilio_auth_token": ""})
    assert not is_signed(empty, URL, FORM.items(), sign(f"http://localhost{URL}", FORM, ""))


def test_an_incoming_text_is_read_only_if_each_field_is_there_once_and_ours(twilio_settings):
    read = read_inbound(twilio_settings, FORM.items())
    assert (read.sid, read.from_number, read.body) == (FORM["MessageSid"], PHONE, FORM["Body"])
    assert read.opt_out_type == "STOP"
    for name in ("From", "To", "Body", "MessageSid", "AccountSid"):
        less = [item for item in FORM.items() if item[0] != name]
        assert read_inbound(twilio_settings, less) is None
        assert read_inbound(twilio_settings, [*FORM.items(), (name, FORM[name])]) is None
    for change in (
        {"AccountSid": "AC" + "1" * 32},
        {"MessageSid": "S" * 41},
        {"MessageSid": "a'b"},
    ):
        assert read_inbound(twilio_settings, {**FORM, **change}.items()) is None


def test_a_report_is_read_with_its_error(twilio_settings):
    form = {"MessageSid": "SM1", "AccountSid": ACCOUNT, "MessageStatus": "undelivered"}
    assert read_status(twilio_settings, form.items()) == ("SM1", "undelivered", None)
    with_code = [*form.items(), ("ErrorCode", "30003")]
    assert read_status(twilio_settings, with_code) == ("SM1", "undelivered", 30003)
    assert read_status(twilio_settings, [("MessageSid", "SM1")]) is None


@pytest.mark.parametrize("code", ["9" * 5000, "9" * 20, "٣٠٠٠٣", "-1", "1e5", ""])
def test_what_is_no_number_of_the_providers_is_none(twilio_settings, code):
    form = {"MessageSid": "SM1", "AccountSid": ACCOUNT, "MessageStatus": "failed"}
    fields = [*form.items(), ("ErrorCode", code)]
    assert read_status(twilio_settings, fields) == ("SM1", "failed", None)


@pytest.mark.parametrize("word", ["fai\x00led", "failed\n", "x" * 21, "\udcff", ""])
def test_what_is_no_word_of_the_providers_is_none(twilio_settings, word):
    form = {"MessageSid": "SM1", "AccountSid": ACCOUNT, "MessageStatus": word}
    assert read_status(twilio_settings, form.items()) == ("SM1", "", None)
    form = {"From": PHONE, "To": NUMBER, "Body": "ok", "MessageSid": "SM1", "AccountSid": ACCOUNT}
    text = read_inbound(twilio_settings, [*form.items(), ("OptOutType", word)])
    assert text is not None and text.opt_out_type == ""


@pytest.mark.parametrize(
    ("status", "said", "expected"),
    [
        (201, b'{"sid": "SM1", "status": "sent\\u0000"}', Accepted("SM1", "queued")),
        (201, b'{"sid": "SM1", "status": null}', Accepted("SM1", "queued")),
        (201, b'{"sid": "SM\\u0000"}', Doubtful("HTTP 201 without an id")),
        (201, b'{"sid": "%s"}' % (b"9" * 41), Doubtful("HTTP 201 without an id")),
        (201, b'{"sid": ["SM1"]}', Doubtful("HTTP 201 without an id")),
        (400, b'{"code": %s}' % (b"9" * 20), Refused("HTTP 400")),
        (503, b'{"code": true}', Doubtful("HTTP 503")),
        (429, b'{"code": "20429"}', Refused("HTTP 429 20429", 20429, True)),
    ],
)
@pytest.mark.parametrize("wait", ["²", "9" * 400, "-1", ""])
def test_nonsense_in_an_answer_stops_nobody(status, said, expected, wait):
    assert _read_answer(Reply(status, {"retry-after": wait}, said)) == expected


def test_a_list_with_broken_rows_still_has_the_others(twilio, monkeypatch):
    right = {"sid": "SM1", "direction": "inbound", "from": PHONE, "to": NUMBER, "body": None}
    sent = {"sid": "SM2", "status": "sent", "date_created": "Sun, 22 Nov 2026 18:00:00 +0000"}
    rows = [None, {}, {**right, "sid": None}, {**sent, "sid": "SM\x00"}, right, sent]
    monkeypatch.setattr(twilio, "_read", lambda path: {"messages": rows, "next_page_uri": None})
    [came] = twilio.received(since=LONG_AGO)
    assert (came.sid, came.from_number, came.body) == ("SM1", PHONE, "")
    assert [text.sid for text in twilio.sent_to(PHONE, since=LONG_AGO)] == ["SM2"]
    monkeypatch.setattr(twilio, "_read", lambda path: {"messages": None})
    assert list(twilio.received(since=LONG_AGO)) == []


@pytest.mark.parametrize(
    ("data", "body", "stays"),
    [
        (b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok", b"ok", True),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", b"", True),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x\r\nok\r\n0\r\n\r\n",
            b"ok",
            True,
        ),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", b"ok", False),
        (b"HTTP/1.0 200 OK\r\n\r\nall of it", b"all of it", False),
    ],
)
def test_answers_are_read_in_every_form_they_come(data, body, stays):
    reply, stays_open = _read(io.BytesIO(data))
    assert (reply.data, stays_open) == (body, stays)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"SMTP 200\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\noknot",
        b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200,
        b"HTTP/1.1 200 OK\r\n" + b"a" * 20_000,
    ],
)
def test_a_broken_answer_is_no_answer(data):
    with pytest.raises(ValueError):
        _read(io.BytesIO(data))


def test_a_line_the_other_side_closed_is_opened_again():
    served = []

    def serve(listener: socket.socket) -> None:
        for _ in range(2):
            connection, _address = listener.accept()
            with connection:
                served.append(connection.recv(10_000))
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        line = Line(f"http://127.0.0.1:{listener.getsockname()[1]}")
        assert line.post("/x", "A: b\r\n", b"c=d").data == b"ok"
        # The answer may be here before the other side has closed.
        first = line._own.connection.sock
        wait_for(lambda: select.select([first], [], [], 0)[0], "the other side has closed")
        assert line.post("/x", "A: b\r\n", b"c=d").data == b"ok"
        thread.join()
    line.close()
    assert served[0].endswith(b"\r\nA: b\r\nContent-Length: 3\r\n\r\nc=d")


def test_a_certificate_nobody_vouches_for_ends_before_anything_is_sent(stand_in):
    line = Line(stand_in.url.replace("http://", "https://"))
    with pytest.raises(NotConnected):
        line.post("/x", "", b"")
