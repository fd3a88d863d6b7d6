"""What machines ask, and the one line each request leaves in the log."""

import io
import json
import logging
from datetime import timedelta

import pytest
import structlog

from engage.db import db
from engage.messaging.models import Heartbeat
from engage.operators import logs
from engage.operators.health import METHODS


@pytest.fixture
def beat(app, clock):
    """Let the worker go round, some seconds ago."""

    def go(ago=0):
        from engage.clock import now

        with app.app_context():
            at = now() - timedelta(seconds=ago)
            db.session.query(Heartbeat).delete()
            db.session.add(Heartbeat(name="worker:test", at=at, started_at=at))
            db.session.commit()

    return go


def test_live_needs_nothing(app, client):
    assert client.get("/healthz/live").get_json() == {"status": "live"}


@pytest.mark.parametrize(("ago", "status"), [(0, 200), (59, 200), (61, 503)])
def test_ready_wants_a_heartbeat_younger_than_a_minute(client, beat, ago, status):
    beat(ago)
    answer = client.get("/healthz/ready")
    assert answer.status_code == status
    assert answer.get_json()["missing"] == ([] if status == 200 else ["worker"])


def test_ready_says_when_no_worker_ever_ran(client, clock):
    assert client.get("/healthz/ready").get_json()["missing"] == ["worker"]


def test_ready_says_when_the_database_is_gone(app, client, clock, monkeypatch):
    from sqlalchemy.exc import OperationalError

    def gone(_viewer):
        raise OperationalError("select", {}, Exception("gone"))

    monkeypatch.setattr("engage.operators.health.find_last_heartbeat", gone)
    answer = client.get("/healthz/ready")
    assert (answer.status_code, answer.get_json()["missing"]) == (503, ["database"])


@pytest.mark.parametrize("header", [None, "Bearer ", "Bearer wrong", "Basic secret", "secret"])
def test_metrics_are_closed_without_the_token(app, client, settings, header, monkeypatch):
    headers = {"Authorization": header} if header else {}
    assert client.get("/metrics", headers=headers).status_code == 404
    monkeypatch.setitem(
        app.extensions, "engage", settings.model_copy(update={"metrics_token": "secret"})
    )
    assert client.get("/metrics", headers=headers).status_code == 404


def test_metrics_count_what_waits_and_name_nobody(app, client, settings, cast, beat, monkeypatch):
    beat(7)
    monkeypatch.setitem(
        app.extensions, "engage", settings.model_copy(update={"metrics_token": "secret"})
    )
    client.get("/c/7HQ2-SECRET-CODE")
    page = client.get("/metrics", headers={"Authorization": "Bearer secret"})
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert "engage_worker_heartbeat_age_seconds 7.0" in text
    assert 'engage_texts_waiting{state="pending"} 0.0' in text
    assert "engage_alerts_open 0.0" in text
    assert "engage_requests_total" in text
    for secret in ("SECRET", "Maya", "447700"):
        assert secret not in text


def test_invented_methods_are_counted_as_one(client):
    from engage.operators.metrics import REQUESTS  # as late as the app itself does

    for method in ("MAYA", "X" * 40):
        client.open("/now", method=method)
    counted = {each.labels["method"] for each in REQUESTS.collect()[0].samples}
    assert "other" in counted and not counted - METHODS - {"other"}


@pytest.fixture
def written():
    """Everything logged from here on, as it would be written."""
    stream = io.StringIO()
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.configure("INFO", stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:] = before
    root.setLevel(level)


def test_a_request_leaves_one_line_with_its_route_and_not_its_address(client, clock, written):
    answer = client.get("/young-people/0a1b2c3d-0000-4000-8000-000000000000?name=Maya")
    (line,) = [line for line in written() if line["event"] == "request"]
    assert line["route"] == "/young-people/<uuid:young_person_id>"
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert (line["method"], line["status"]) == ("GET", answer.status_code)
    assert "0a1b2c3d" not in str(written()) and "Maya" not in str(written())


def test_fields_off_the_list_never_reach_the_log(clock, written):
    structlog.get_logger("engage.x").info(
        "text_sent", message_id="m1", body="meet me at Elm Road", number="+447700900123", ms=3
    )
    (line,) = written()
    assert (line["event"], line["message_id"], line["ms"]) == ("text_sent", "m1", 3)
    assert "Elm" not in str(line) and "7700" not in str(line)


def test_an_error_is_named_by_class_and_place_and_its_message_stays_out(clock, written):
    try:
        raise ValueError("Maya is at Elm Road, call +447700900123")
    except ValueError:
        logging.getLogger("some.library").exception("could not send %s", "Maya's text")
    (line,) = written()
    assert (line["error"], line["event"]) == ("ValueError", "could not send %s")
    assert line["where"][0].startswith("operators/test_health.py:")
    assert "Maya" not in str(line) and "7700" not in str(line)


@pytest.mark.parametrize("sentence", [
    "GET /c/7HQ2K9MXA4B7C HTTP/1.1", "see /a/ABC123?x=1", "call +44 7700 900 123 now",
])  # fmt: skip
def test_codes_and_numbers_in_sentences_are_masked(sentence):
    assert "…" in logs.mask(sentence)
    assert "7HQ2" not in logs.mask(sentence) and "900" not in logs.mask(sentence)


def test_plain_sentences_stay_as_they_are():
    assert logs.mask("Listening at port 8000, 16 threads") == "Listening at port 8000, 16 threads"
