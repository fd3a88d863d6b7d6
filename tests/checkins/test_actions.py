"""From a text to what people hear of it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, func, select

from engage.alerts.rules import AlertKind, AlertState
from engage.audit.models import AuditEntry
from engage.checkins.actions import receive_kept, receive_text
from engage.checkins.models import CheckIn, Word
from engage.checkins.rules import Belief, Kind
from engage.checkins.unread_actions import keep_raw, keep_unread, note_texts_off
from engage.crypto import blind_index
from engage.db import db
from engage.messaging.inbound import InboundText, opted_out_since
from engage.messaging.models import InboundMessage, Message
from engage.people.models import Person, ReplyPolicy
from tests.cast import CODE_WORD, NOT_OK_WORD, Cast
from tests.checkins.texting import (
    ADDRESS,
    SERVICE,
    UNKNOWN,
    alerts,
    last_check_in,
    outbox,
    phone_of,
    text,
    told,
)
from tests.sealing import is_sealed

pytestmark = pytest.mark.usefixtures("inside")


def test_ok_is_kept_passed_on_and_answered_and_raises_nothing(cast: Cast, now: datetime) -> None:
    received = text(phone_of(cast.maya), "ok", now=now)
    assert received is not None
    assert (received.kind, received.belief) == (Kind.OK, Belief.V1)
    assert received.young_person_id == cast.maya
    assert alerts() == []
    assert told("info_ok") == {cast.ade}
    assert told("reply_neutral") == {cast.maya}


@pytest.mark.parametrize("words", ["not ok", "I'm NOT safe", "sos", "stop he's hurting me"])
def test_danger_tells_check_in_person_carer_and_worker_at_once(
    words: str, cast: Cast, now: datetime
) -> None:
    text(phone_of(cast.maya), words, now=now)
    (alert,) = alerts()
    assert alert.urgency == "now"
    assert alert.state == AlertState.OPEN
    assert alert.next_due_at == now + timedelta(minutes=10)
    assert told(f"alert_{alert.kind}") == {cast.ade, cast.jo, cast.sam}


def test_danger_from_somebody_whose_name_does_not_open_tells_the_same_people(
    cast: Cast, now: datetime
) -> None:
    """As when a key was taken out too early."""
    maya = db.session.get_one(Person, cast.maya)
    maya._name = f"k9.{maya._name.partition('.')[2]}"
    db.session.commit()
    received = text(phone_of(cast.maya), "sos", now=now)
    assert received is not None
    assert received.young_person_id == cast.maya
    assert told("alert_sos") == {cast.ade, cast.jo, cast.sam}
    assert any("?" in one.words for one in outbox() if one.template == "alert_sos")


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("ready", AlertKind.READY),
        ("call me", AlertKind.TALK),
        ("i am at the park with dan", AlertKind.WORDS),
        ("where croydon", AlertKind.WHERE),
        ("yes", AlertKind.WORDS),
    ],
)
def test_other_signals_start_with_the_person_they_chose(
    words: str, kind: AlertKind, cast: Cast, now: datetime
) -> None:
    text(phone_of(cast.maya), words, now=now)
    (alert,) = alerts()
    assert alert.kind == kind
    assert told(f"alert_{kind}") == {cast.ade}


def test_the_text_to_adults_has_initials_a_link_and_no_name(cast: Cast, now: datetime) -> None:
    text(phone_of(cast.maya), "not ok", now=now)
    for sent in outbox():
        assert "Maya" not in sent.words
        if sent.template == "alert_not_ok":
            assert sent.words.startswith("M: ")
            assert f"{ADDRESS}/a/" in sent.words


def test_the_reply_is_in_the_language_of_the_word(cast: Cast, now: datetime) -> None:
    text(phone_of(cast.maya), "listo", now=now)
    reply = db.session.scalars(select(Message).where(Message.person_id == cast.maya)).one()
    assert reply.locale == "es"
    assert last_check_in().kind == Kind.READY


def test_the_not_ok_word_looks_the_same_and_raises_concern(cast: Cast, now: datetime) -> None:
    text(phone_of(cast.maya), f"ok {CODE_WORD}", now=now)
    text(phone_of(cast.maya), f"ok {NOT_OK_WORD}", now=now + timedelta(minutes=1))
    replies = {sent.words for sent in outbox() if sent.to == cast.maya}
    assert len(replies) == 1
    check_in = last_check_in()
    assert (check_in.kind, check_in.word, check_in.belief) == (Kind.NOT_OK, Word.NOT_OK, Belief.V2)
    assert told("alert_not_ok") == {cast.ade, cast.jo, cast.sam}


def test_the_code_word_raises_the_belief(cast: Cast, now: datetime) -> None:
    received = text(phone_of(cast.maya), f"{CODE_WORD.upper()} ok!", now=now)
    assert received is not None
    assert received.belief == Belief.V2
    assert last_check_in().word == Word.CODE


def test_a_plan_that_needs_the_word_counts_ok_only_with_it(cast: Cast, now: datetime) -> None:
    db.session.get_one(Person, cast.maya).word_needed = True
    db.session.commit()
    text(phone_of(cast.maya), "ok", now=now)
    assert told("info_ok_unsure") == {cast.ade}
    assert told("info_ok") == set()


def test_the_same_text_twice_is_one_check_in(cast: Cast, now: datetime) -> None:
    assert text(phone_of(cast.maya), "ready", now=now, sid="SMtwice") is not None
    for _ in range(4):
        assert text(phone_of(cast.maya), "ready", now=now, sid="SMtwice") is None
    assert db.session.scalar(select(func.count()).select_from(CheckIn)) == 1
    assert len(alerts()) == 1
    assert db.session.scalar(select(InboundMessage.hits)) == 5


def test_several_texts_in_a_row_are_one_alarm(cast: Cast, now: datetime) -> None:
    for minute, words in enumerate(["call me", "please", "hello??"]):
        text(phone_of(cast.maya), words, now=now + timedelta(minutes=minute))
    assert len(alerts()) == 1
    assert db.session.scalars(select(CheckIn.alert_id)).all() == [alerts()[0].id] * 3
    text(phone_of(cast.maya), "call me", now=now + timedelta(minutes=20))
    assert len(alerts()) == 2


def test_danger_never_hides_in_a_lesser_alarm(cast: Cast, now: datetime) -> None:
    text(phone_of(cast.maya), "call me", now=now)
    text(phone_of(cast.maya), "not ok", now=now)
    text(phone_of(cast.maya), "sos", now=now)
    assert {alert.kind for alert in alerts()} == {"talk", "not_ok", "sos"}  # at one instant


def test_danger_after_somebody_took_the_first_alarm_is_raised_again(
    cast: Cast, now: datetime
) -> None:
    text(phone_of(cast.maya), "not ok", now=now)
    text(phone_of(cast.jo), "1", now=now)
    text(phone_of(cast.maya), "not ok", now=now + timedelta(minutes=2))
    assert [alert.state for alert in alerts()] == ["acknowledged", "open"]


def test_stop_is_heard_of_and_later_texts_are_still_read(cast: Cast, now: datetime) -> None:
    text(phone_of(cast.maya), "STOP", now=now)
    index = blind_index("phone", phone_of(cast.maya))
    assert opted_out_since(index) == now
    assert told("alert_texts_off") == {cast.sam}
    assert told("reply_stop") == {cast.maya}
    text(phone_of(cast.maya), "sos", now=now + timedelta(minutes=1))
    assert told("alert_sos")
    text(phone_of(cast.maya), "yes", now=now + timedelta(minutes=2))
    assert opted_out_since(index) is None
    assert told("reply_start") == {cast.maya}


def test_nothing_is_added_when_the_provider_has_answered(cast: Cast, now: datetime) -> None:
    text(phone_of(cast.maya), "STOP", now=now, opt_out_type="STOP")
    text(phone_of(cast.maya), "HELP", now=now, opt_out_type="HELP")
    assert not [sent for sent in outbox() if sent.to == cast.maya]
    assert told("alert_help") == {cast.ade}


def test_a_wrong_number_gets_no_more_texts_and_the_worker_hears(cast: Cast, now: datetime) -> None:
    text(phone_of(cast.maya), "wrong number", now=now)
    assert db.session.get_one(Person, cast.maya).phone_suspended_at == now
    assert told("alert_wrong_number") == {cast.sam}
    assert not [sent for sent in outbox() if sent.to == cast.maya]
    text(phone_of(cast.maya), "ok", now=now + timedelta(minutes=1))
    assert last_check_in().young_person_id is None


@pytest.mark.parametrize("words", ["ok", "ready", "not ok", "help", "hello there", "info"])
def test_a_plan_without_replies_gets_none(words: str, cast: Cast, now: datetime) -> None:
    db.session.get_one(Person, cast.maya).reply_policy = ReplyPolicy.NONE
    db.session.commit()
    text(phone_of(cast.maya), words, now=now)
    assert not [sent for sent in outbox() if sent.to == cast.maya]


def test_agreed_replies_say_more_and_ask(cast: Cast, now: datetime) -> None:
    db.session.get_one(Person, cast.maya).reply_policy = ReplyPolicy.AGREED
    db.session.commit()
    text(phone_of(cast.maya), "ready", now=now)
    assert told("reply_ready") == {cast.maya}
    text(phone_of(cast.maya), "2", now=now + timedelta(minutes=3))
    check_in = last_check_in()
    assert (check_in.kind, check_in.choice) == (Kind.CHOICE, 2)
    text(phone_of(cast.maya), "2", now=now + timedelta(hours=3))
    assert last_check_in().kind == Kind.READY
    for words, template in [("sos", "reply_sos"), ("info", "reply_info"), ("where", "reply_where")]:
        text(phone_of(cast.maya), words, now=now + timedelta(hours=4))
        assert told(template) == {cast.maya}
    assert "999" in next(s.words for s in outbox() if s.template == "reply_sos")


def test_every_text_leaves_a_line_in_the_audit_and_no_words(cast: Cast, now: datetime) -> None:
    text(phone_of(cast.maya), "not ok please", now=now)
    verbs = set(db.session.scalars(select(AuditEntry.verb).where(AuditEntry.at == now)))
    assert {"check_in:received", "alert:raised"} <= verbs
    for entry in db.session.scalars(select(AuditEntry)):
        assert "please" not in (entry.reason or "")


def test_a_check_in_costs_at_most_ten_statements_and_one_commit(cast: Cast, now: datetime) -> None:
    number = phone_of(cast.maya)
    counted: list[str] = []
    commits: list[int] = []

    def statement(_conn: object, _cursor: object, sql: str, *_: object) -> None:
        counted.append(sql)

    event.listen(db.engine, "before_cursor_execute", statement)
    event.listen(db.engine, "commit", lambda _conn: commits.append(1))
    try:
        text(number, "not ok", now=now)
    finally:
        event.remove(db.engine, "before_cursor_execute", statement)
    assert len(counted) <= 10, counted
    assert len(commits) == 1


def test_words_and_numbers_are_sealed(cast: Cast, now: datetime) -> None:
    text(phone_of(cast.maya), "i am with dan", now=now)
    inbound = db.session.scalars(select(InboundMessage)).one()
    assert is_sealed(inbound._body)
    assert inbound.body == "i am with dan"
    assert phone_of(cast.maya) not in str(inbound._from_number)


def test_a_text_stored_raw_is_worked_on_once(cast: Cast, now: datetime) -> None:
    raw = InboundText("twilio", "SMraw", phone_of(cast.maya), SERVICE, "not ok")
    assert keep_raw(raw, now=now, address=ADDRESS)
    assert not keep_raw(raw, now=now, address=ADDRESS)
    db.session.commit()
    inbound_id = db.session.scalars(select(InboundMessage.id)).one()
    assert receive_kept(inbound_id, now=now, address=ADDRESS) is not None
    db.session.commit()
    assert receive_kept(inbound_id, now=now, address=ADDRESS) is None
    assert len(alerts()) == 1
    assert receive_kept(cast.maya, now=now, address=ADDRESS) is None


def test_a_text_we_failed_on_reaches_a_human(cast: Cast, now: datetime) -> None:
    raw = InboundText("twilio", "SMbad", phone_of(cast.maya), SERVICE, "not ok")
    assert keep_unread(raw, now=now, address=ADDRESS)
    assert not keep_unread(raw, now=now, address=ADDRESS)
    assert last_check_in().young_person_id is None
    assert told("alert_unmatched") == {cast.olu}


def test_a_refused_number_is_told_of_once_a_day(cast: Cast, now: datetime) -> None:
    assert note_texts_off(cast.maya, address=ADDRESS, now=now) is not None
    assert note_texts_off(cast.maya, address=ADDRESS, now=now) is None
    assert note_texts_off(cast.jo, address=ADDRESS, now=now) is None
    assert note_texts_off(cast.maya, address=ADDRESS, now=now + timedelta(days=1)) is not None


def test_a_text_to_a_number_of_no_organisation_is_kept_for_later(cast: Cast, now: datetime) -> None:
    stray = InboundText("twilio", "SMstray", UNKNOWN, "+447700900600", "ok")
    assert receive_text(stray, now=now, address=ADDRESS) is None
    db.session.commit()
    assert db.session.scalars(select(InboundMessage.handled_at)).one() is None


@pytest.mark.parametrize(
    ("said", "locales"),
    [
        # The word sets the language, and a number or a place goes on in it.
        (("جاهز", "٢", "محطة"), ["ar", "ar", "ar"]),
        (("barod", "2", "by the bus station"), ["cy", "cy", "cy"]),
        (("estoy lista", "1"), ["es", "es"]),
        # Another word sets another one; without any it is their own.
        (("barod", "talk"), ["cy", "en"]),
        (("hello", "sos"), ["en", "en"]),
    ],
)
def test_they_are_answered_on_in_the_language_they_spoke(
    inside: None, cast: Cast, now: datetime, said: tuple[str, ...], locales: list[str]
) -> None:
    db.session.get_one(Person, cast.maya).reply_policy = ReplyPolicy.AGREED
    db.session.commit()
    for at, words in enumerate(said):
        text(phone_of(cast.maya), words, now=now + at * timedelta(minutes=1))
    rows = db.session.scalars(
        select(Message).where(Message.person_id == cast.maya).order_by(Message.created_at)
    )
    assert [row.locale for row in rows if row.template.startswith("reply_")] == locales


def test_an_hour_later_their_own_language_is_back(inside: None, cast: Cast, now: datetime) -> None:
    text(phone_of(cast.maya), "barod", now=now)
    text(phone_of(cast.maya), "at dans", now=now + timedelta(minutes=61))
    assert last_check_in().locale == "en"
