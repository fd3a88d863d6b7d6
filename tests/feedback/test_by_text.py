"""Feedback by text: kept without its phone, answered at once, and never in the way of danger."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from time_machine import Traveller

from engage import webhooks
from engage.alerts.models import Alert
from engage.checkins.models import CheckIn
from engage.crypto import blind_index
from engage.db import db
from engage.feedback import actions, text_limits
from engage.feedback.models import FeedbackText
from engage.feedback.queries import get_urgent
from engage.feedback.rules import Subject
from engage.feedback.text_limits import ANSWERS
from engage.messaging.inbound import InboundText
from engage.messaging.models import InboundMessage, Message, OptOut
from engage.operators.alarms import open_alarms
from engage.worker import receiving
from engage.worker.copies import tidy_copies
from tests.cast import Cast
from tests.checkins.texting import SERVICE, UNKNOWN, phone_of
from tests.feedback.conftest import Hang, Line, code_of, kept
from tests.messaging.desk import Counter
from tests.page import Page
from tests.webhooks.signing import ACCOUNT, SMS, STATUS, incoming

SignIn = Callable[[FlaskClient, UUID], FlaskClient]
FALLBACK = "/webhooks/twilio/fallback"
THANKS, AGAIN = "Thank you. It is kept without", "Nothing was kept. Text RATE"
GRAVE, LATER = "Thank you for telling", "too many texts came"


def rows(app: Flask, table: Any) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table)) or 0


def is_nowhere(app: Flask) -> bool:
    """Say that no table for texts, check-ins or the outbox holds anything."""
    return not any(rows(app, table) for table in (InboundMessage, CheckIn, Message, OptOut))


@pytest.fixture
def code(app: Flask, hang: Hang) -> str:
    return code_of(app, hang())


def test_a_text_is_kept_as_an_answer_and_thanked_for(app: Flask, line: Line, code: str) -> None:
    said = line.text(f"RATE {code} 4 They listened")
    assert said.startswith(THANKS) and "999" in said
    (row,) = kept(app)
    assert (row.about, row.treated, row.words) == (Subject.CARER, 4, "They listened")
    assert (row.listened, row.kind, row.told, row.safe, row.poster_id) == (None,) * 5
    assert is_nowhere(app) and rows(app, Alert) == 0


@pytest.mark.parametrize(
    ("body", "said"),
    [("rate {} 4", THANKS), ("sgorio {} 4", "Diolch."), ("opino {} 4", "Gracias."),
     ("رأيي {} ٤", "شكرًا."), ("{} 4", THANKS)],
)  # fmt: skip
def test_it_is_answered_in_the_language_of_its_word(
    body: str, said: str, app: Flask, line: Line, code: str
) -> None:
    assert line.text(body.format(code)).startswith(said)
    assert [row.treated for row in kept(app)] == [4]


def test_a_poster_about_anybody_keeps_it_under_a_heading_of_its_own(
    app: Flask, client: FlaskClient, cast: Cast, line: Line, hang: Hang, sign_in: SignIn,
    clock: Traveller,
) -> None:  # fmt: skip
    code = code_of(app, hang(about=None))
    for score in (1, 4, 4, 5, 5):
        line.text(f"RATE {code} {score} So {score}")
    sign_in(client, cast.sue)
    assert "Not said who" not in Page(client.get("/feedback")).main_text
    clock.shift(timedelta(days=100))
    page = Page(sign_in(client, cast.sue).get("/feedback"))
    assert "Not said who" in page.main_text and page.main_text.count("So 4") == 2
    assert "How did people treat you? (by text) 8 of 10 5" in re.sub(r"\s+", " ", page.main_text)


@pytest.mark.parametrize("path", [SMS, FALLBACK])
def test_the_same_text_again_counts_once_and_has_the_same_answer(
    path: str, app: Flask, line: Line, code: str
) -> None:
    said = {line.text(f"RATE {code} 2 Late", sid="SM1", path=p) for p in (SMS, path, path)}
    assert len(said) == 1 and len(kept(app)) == 1 and rows(app, FeedbackText) == 1


@pytest.mark.parametrize("body", ["RATE {} 4", "rate 4 they listened", "RATE 7KF2 1", "RATE"])
def test_a_code_that_opens_nothing_has_one_answer_and_nobody_sees_of_it(
    body: str, app: Flask, cast: Cast, line: Line, hang: Hang, now: Any
) -> None:
    hung = hang()
    code = code_of(app, hung)
    with app.app_context():
        actions.close_poster(cast.viewer(cast.adil), hung.id, now=now)
        db.session.commit()
    assert line.text(body.format(code)).startswith(AGAIN)
    assert line.text("RATE 7CCC2 1 bad") == line.text(body.format(code))
    assert kept(app) == [] and is_nowhere(app) and rows(app, Alert) == 0


def test_a_poster_past_its_year_opens_nothing(
    app: Flask, line: Line, code: str, clock: Traveller
) -> None:
    clock.shift(timedelta(days=366))
    assert line.text(f"RATE {code} 4").startswith(AGAIN)
    assert kept(app) == []


def test_an_old_code_never_becomes_another_posters(
    app: Flask, hang: Hang, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chance draws the first poster's code again, then another."""
    drawn = iter("ccc22" + "ccc22" + "ddd33")
    monkeypatch.setattr("engage.feedback.actions.secrets.choice", lambda _from: next(drawn))
    monkeypatch.setattr("engage.feedback.actions.links.issue", lambda *_a, **_k: "")
    monkeypatch.setattr("tests.feedback.conftest.get_code", lambda *_a, **_k: "")
    first, second = hang(), hang(place="Kitchen")
    assert (code_of(app, first), code_of(app, second)) == ("2CCC2", "3DDD3")


DANGER = ["he hit me", "help", "someone hurt me", "9", "dwi eisiau marw", "ayuda", "ضربني"]


@pytest.mark.parametrize("words", DANGER)
def test_words_of_danger_reach_those_on_duty_without_a_name_and_say_where_help_is(
    words: str, app: Flask, cast: Cast, line: Line, code: str, now: Any
) -> None:
    said = line.text(f"RATE {code} 1 {words}", by=_phone(app, cast.maya))
    assert said.startswith(GRAVE) and "999" in said and "SOS" in said
    (row,) = kept(app)
    assert row.needs_a_human and row.words == words
    with app.app_context():
        (alert,) = db.session.scalars(select(Alert))
        assert (alert.kind, alert.young_person_id, alert.about_id) == ("feedback", None, row.id)
        assert alert.next_due_at is not None
        found = get_urgent(cast.viewer(cast.sue), row.id, now=now)
        assert (found.words, found.place) == (words, "Hall of Elm House")
        assert db.session.scalar(select(func.count()).select_from(InboundMessage)) == 0
        whom = db.session.scalars(select(Message.person_id)).all()
        assert cast.maya not in whom


def test_danger_behind_a_code_nobody_knows_reaches_them_too_and_still_without_a_name(
    app: Flask, client: FlaskClient, cast: Cast, line: Line, sign_in: SignIn
) -> None:
    assert line.text("RATE 7CCC2 1 he hit me", by=_phone(app, cast.maya)).startswith(GRAVE)
    (row,) = kept(app)
    assert (row.about, row.organisation_id, row.poster_id) == (
        Subject.UNSAID, cast.organisation, None,
    )  # fmt: skip
    page = Page(sign_in(client, cast.sue).get(f"/feedback/urgent/{row.id}"))
    assert "he hit me" in page.main_text and "None that we know" in page.main_text
    assert "Maya" not in page.main_text


def test_ordinary_words_of_feedback_wake_nobody(app: Flask, line: Line, code: str) -> None:
    for words in ("bad", "they helped me", "it was rough", "sad"):
        assert line.text(f"RATE {code} 2 {words}").startswith(THANKS)
    assert rows(app, Alert) == 0


@pytest.mark.parametrize("body", ["1", "2", "4", "5", "9", "STOP", "help", "hurt", "rate my day"])
def test_every_other_text_is_what_it_was_before(
    body: str, app: Flask, cast: Cast, line: Line, code: str
) -> None:
    assert line.text(body, by=_phone(app, cast.maya)) == ""
    assert rows(app, InboundMessage) == rows(app, CheckIn) == 1
    assert kept(app) == [] and rows(app, FeedbackText) == 0


@pytest.mark.parametrize("words", ["STOP", "stop texting me", "parar", "4 STOP"])
def test_who_wants_no_more_texts_gets_none_and_the_posters_code_is_not_stored_beside_it(
    words: str, app: Flask, cast: Cast, line: Line, code: str
) -> None:
    assert line.text(f"RATE {code} {words}", by=_phone(app, cast.maya)) == ""
    with app.app_context():
        (row,) = db.session.scalars(select(InboundMessage))
        assert code.lower() not in str(row.body).lower() and "rate" not in str(row.body).lower()
        assert db.session.scalar(select(func.count()).select_from(OptOut)) == 1
    assert kept(app) == []
    # Afterwards they may say what they think, and get no text for it.
    assert line.text(f"RATE {code} 5", by=_phone(app, cast.maya)) == ""
    assert [answer.treated for answer in kept(app)] == [5]


def test_one_phone_is_kept_ten_times_an_hour_and_told_once(
    app: Flask, cast: Cast, line: Line, code: str
) -> None:
    said = [line.text(f"RATE {code} 1 number {n}") for n in range(13)]
    assert [s.startswith(THANKS) for s in said] == [True] * 10 + [False] * 3
    assert LATER in said[10] and said[11:] == ["", ""]
    assert len(kept(app)) == 10
    assert line.text(f"RATE {code} 5", by=_phone(app, cast.maya)).startswith(THANKS)
    assert line.text("ok", by=UNKNOWN) == "" and rows(app, InboundMessage) == 1


def test_a_flooded_poster_still_hears_of_danger(
    app: Flask, line: Line, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_limits, "BY_POSTER", "1 per hour")
    assert line.text(f"RATE {code} 5").startswith(THANKS)
    assert LATER in line.text(f"RATE {code} 5", by="+447700900111")
    assert line.text(f"RATE {code} 1 he hit me", by="+447700900112").startswith(GRAVE)
    assert len(kept(app)) == 2


def test_nobody_is_answered_without_end_nor_far_away_nor_when_the_budget_is_spent(
    app: Flask, line: Line, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert line.text(f"RATE {code} 5", by="+12025550123") == ""
    monkeypatch.setattr(text_limits, "ANSWERS", "1 per hour")
    assert line.text(f"RATE {code} 5", by="+447700900111").startswith(THANKS)
    assert line.text(f"RATE {code} 5", by="+447700900112") == ""
    monkeypatch.setattr(text_limits, "ANSWERS", ANSWERS)
    monkeypatch.setattr(text_limits, "spent", lambda **_: 10**6)
    assert line.text(f"RATE {code} 5", by="+447700900113") == ""
    # Where help is, is said all the same.
    assert line.text(f"RATE {code} 1 help", by="+447700900114").startswith(GRAVE)
    assert len(kept(app)) == 5


def test_what_is_kept_and_cannot_be_answered_stays_kept(
    app: Flask, line: Line, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: Any) -> int:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(text_limits, "spent", broken)
    assert line.text(f"RATE {code} 4") == ""
    assert len(kept(app)) == 1


@pytest.mark.parametrize("path", [SMS, FALLBACK])
def test_what_cannot_be_stored_is_sent_again_and_never_stored_like_another_text(
    path: str, app: Flask, line: Line, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for error in (OperationalError("INSERT", {}, Exception("gone")), ZeroDivisionError()):

        def broken(*_a: Any, _error: Exception = error, **_k: Any) -> None:
            raise _error

        with monkeypatch.context() as patch:
            patch.setattr("engage.feedback.by_text.note_text", broken)
            answer = line.call(path, incoming(UNKNOWN, f"RATE {code} 4", "SM1", SERVICE))
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert kept(app) == [] and is_nowhere(app)
    assert line.text(f"RATE {code} 4", sid="SM1", path=path).startswith(THANKS)
    assert len(kept(app)) == 1


def test_what_no_webhook_brought_is_kept_once_and_not_answered_late(
    app: Flask, cast: Cast, line: Line, code: str, settings: Any, now: Any
) -> None:
    missed = [
        InboundText("twilio", sid, UNKNOWN, SERVICE, body, sent_at=now)
        for sid, body in (("SMa", f"RATE {code} 3 Fine"), ("SMb", "RATE 7CCC2 3"), ("SMc", "ok"))
    ]
    line.text(f"RATE {code} 3 Fine", sid="SMa")
    with app.app_context():
        receiving.fetch_missed(settings, Counter(inbox=missed), now)
        (alarm,) = open_alarms()
        assert (alarm.kind, alarm.number, alarm.hits) == ("missed_texts", 2, 1)
        receiving.fetch_missed(settings, Counter(inbox=missed), now)
        # What is known already alarms nobody.
        assert [each.hits for each in open_alarms()] == [1]
    assert len(kept(app)) == 1 and rows(app, FeedbackText) == 2
    with app.app_context():
        assert db.session.scalars(select(InboundMessage.provider_sid)).all() == ["SMc"]


def test_missed_feedback_that_cannot_be_kept_stops_no_other_and_is_found_again(
    app: Flask, line: Line, code: str, settings: Any, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_a: Any, **_k: Any) -> None:
        raise ZeroDivisionError

    inbox = [
        InboundText("twilio", "SMa", UNKNOWN, SERVICE, f"RATE {code} 3", sent_at=now),
        InboundText("twilio", "SMb", UNKNOWN, SERVICE, "ok", sent_at=now + timedelta(seconds=1)),
    ]
    with app.app_context():
        with monkeypatch.context() as patch:
            patch.setattr("engage.feedback.by_text.note_text", broken)
            receiving.fetch_missed(settings, Counter(inbox=inbox), now)
        assert db.session.scalars(select(InboundMessage.provider_sid)).all() == ["SMb"]
        receiving.fetch_missed(settings, Counter(inbox=inbox), now)
        assert db.session.scalars(select(InboundMessage.provider_sid)).all() == ["SMb"]
    assert len(kept(app)) == 1


def report(word: str, sid: str) -> list[tuple[str, str]]:
    return [("MessageSid", sid), ("MessageStatus", word), ("AccountSid", ACCOUNT), ("To", UNKNOWN)]


def test_the_providers_records_of_both_ways_are_deleted_whole_and_then_forgotten(
    app: Flask, line: Line, code: str, settings: Any, now: Any
) -> None:
    answer = line.call(SMS, incoming(UNKNOWN, f"RATE {code} 4", "SMin", SERVICE))
    assert f'statusCallback="http://localhost{STATUS}?f=1"' in answer.text
    told = f"{STATUS}?{webhooks.OF_FEEDBACK}=1"
    for word in ("queued", "sending", "sent", "delivered", "nonsense"):
        assert line.call(told, report(word, "SMout")).status_code == 200
    assert line.call(STATUS, report("sent", "SMother")).status_code == 200
    provider = Counter(is_deaf=True)
    with app.app_context():
        tidy_copies(settings, provider, now)
        assert set(db.session.scalars(select(FeedbackText.tries))) == {0, 1}
        provider.is_deaf = False
        tidy_copies(settings, provider, now)
        assert sorted(provider.erased) == ["SMin", "SMout"]
        left = db.session.scalars(select(FeedbackText)).all()
        assert [row.sid for row in left] == [None, None]
        tidy_copies(settings, provider, now)
        assert len(provider.erased) == 2


def test_a_shared_number_brings_danger_to_all_who_answer_it(
    app: Flask, cast: Cast, line: Line
) -> None:
    with app.app_context():
        db.session.execute(
            text("UPDATE organisations SET service_number = :number"), {"number": SERVICE}
        )
        db.session.commit()
    assert line.text("RATE 7CCC2 1 he hit me").startswith(GRAVE)
    whose = {row.organisation_id for row in kept(app)}
    assert whose == {cast.organisation, cast.other_organisation}


def test_a_number_that_is_nobodys_is_not_feedback(app: Flask, line: Line) -> None:
    assert line.text("RATE 7CCC2 1", to="+447700900599") == ""
    assert rows(app, InboundMessage) == 1 and kept(app) == []


def _phone(app: Flask, person_id: UUID) -> str:
    with app.app_context():
        return phone_of(person_id)


def test_the_limits_know_a_phone_by_a_secret_that_stands_nowhere(app: Flask) -> None:
    with app.app_context():
        index = blind_index("phone", UNKNOWN)
    shown = text_limits._disguised(UNKNOWN)
    assert shown == text_limits._disguised(UNKNOWN) != text_limits._disguised(SERVICE)
    assert UNKNOWN not in shown and index not in shown
