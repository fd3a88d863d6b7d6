"""Texts are written with the change they tell of, once, and sealed."""

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import event, select, text

from engage.db import db
from engage.messaging import actions
from engage.messaging.models import Message
from engage.messaging.outbox import queued_here
from engage.messaging.queries import find_opt_out, texts_needing_person, texts_of, texts_on_phone
from engage.messaging.rules import MessageState, Reason
from engage.people.access import SYSTEM
from engage.people.models import Person
from tests.messaging.desk import get, put
from tests.sealing import all_sealed

STRANGER = "+447700900999"


def test_the_same_text_is_queued_once(app, cast, now):
    with app.app_context():
        options = {"to": cast.maya, "klass": "Y", "now": now, "dedupe_key": "once"}
        first = actions.queue("reply_neutral", **options)
        assert first is not None
        assert actions.queue("reply_neutral", **options) is None
        rows = [
            actions.message_row(
                "reply_neutral", klass="S", now=now, person_id=cast.sam, dedupe_key=key
            )
            for key in ("once", "twice")
        ]
        actions.queue_many(rows)
        actions.queue_many([])
        db.session.commit()
        assert len(db.session.scalars(select(Message)).all()) == 2


def test_a_text_goes_nowhere_when_its_change_is_undone(app, cast, now):
    with app.app_context():
        actions.queue("reply_neutral", to=cast.maya, klass="Y", now=now, dedupe_key="undone")
        db.session.rollback()
        assert db.session.scalars(select(Message)).all() == []


def test_queuing_asks_for_the_worker_to_be_woken(app, cast):
    queued_here.set(False)
    put(app, cast.maya)
    assert queued_here.get()
    queued_here.set(False)


def test_what_a_text_says_and_a_strangers_number_are_sealed(app, cast, now):
    with app.app_context():
        person = db.session.get(Person, cast.maya)
        known = actions.queue(
            "sign_in_code", to=person, klass="O", now=now, params={"code": "918273"}, dedupe_key="a"
        )
        stranger = actions.queue("reply_neutral", to=STRANGER, klass="O", now=now, dedupe_key="b")
        db.session.commit()
        stored = db.session.execute(text("SELECT params, to_number FROM messages")).all()
        assert all_sealed(value for row in stored for value in row)
        first, second = db.session.get(Message, known), db.session.get(Message, stranger)
        assert first.params == '{"code":"918273"}'
        assert (first.person_id, first.phone_index) == (cast.maya, person.phone_index)
        assert (second.to_number, second.person_id) == (STRANGER, None)


def test_each_kind_of_text_lives_as_long_as_it_makes_sense(app, cast, now):
    def lives(to, klass, **options):
        row = get(app, put(app, to, klass=klass, dedupe_key=str(uuid4()), **options))
        return row.not_after - row.not_before

    assert lives(cast.sam, "S") == timedelta(hours=24)
    assert lives(cast.maya, "Y") == timedelta(minutes=30)
    assert lives(cast.ade, "O") == timedelta(hours=24)
    assert lives(STRANGER, "O") == timedelta(minutes=2)
    assert lives(cast.maya, "Y", not_after=now + timedelta(hours=3)) == timedelta(hours=3)


def test_queuing_many_texts_is_one_statement(app, cast, now):
    rows = [
        actions.message_row("reply_neutral", klass="S", now=now, person_id=cast.sam, dedupe_key=key)
        for key in "abcdefgh"
    ]
    seen = []
    with app.app_context():
        connection = db.session.connection()
        event.listen(connection, "before_cursor_execute", lambda *args: seen.append(args[2]))
        actions.queue_many(rows)
        db.session.commit()
    assert len(seen) == 1


def test_stop_and_start_are_kept_in_a_ledger_and_change_things_once(app, cast, now):
    with app.app_context():
        index = db.session.get(Person, cast.maya).phone_index
        facts = {"how": "text", "now": now, "person_id": cast.maya}
        assert actions.opt_out(index, **facts)
        assert not actions.opt_out(index, **facts)
        assert find_opt_out(SYSTEM, index) == now
        assert actions.opt_in(index, **facts)
        assert not actions.opt_in(index, **facts)
        assert find_opt_out(SYSTEM, index) is None
        db.session.commit()
        changes = db.session.execute(text("SELECT change FROM consent_entries ORDER BY change"))
        assert changes.scalars().all() == ["opted_in", "opted_out"]
        verbs = db.session.execute(text("SELECT verb FROM audit_entries")).scalars().all()
        assert {"phone:opted_out", "phone:opted_in"} <= set(verbs)


def test_texts_to_a_lost_phone_can_be_withdrawn(app, cast, now):
    waiting = put(app, cast.maya)
    with app.app_context():
        viewer = cast.viewer(cast.sam)
        assert actions.cancel_texts(viewer, cast.maya, now=now) == 1
        assert actions.cancel_texts(viewer, cast.maya, now=now) == 0
        db.session.commit()
    row = get(app, waiting)
    assert (row.state, row.reason, row.due_at) == (MessageState.BLOCKED, Reason.CANCELLED, None)


def test_a_text_that_needs_somebody_is_listed_until_somebody_took_care(app, cast, now):
    message_id = put(app, cast.maya, about=cast.maya)
    with app.app_context():
        viewer = cast.viewer(cast.sam)
        assert not actions.mark_handled(viewer, message_id, now=now)
        db.session.get(Message, message_id).needs_person_at = now
        db.session.commit()
        assert [m.id for m in texts_needing_person(viewer, [cast.maya])] == [message_id]
        assert texts_needing_person(viewer, [cast.kit]) == []
        assert actions.mark_handled(viewer, message_id, now=now)
        assert not actions.mark_handled(viewer, message_id, now=now)
        db.session.commit()
        assert texts_needing_person(viewer, [cast.maya]) == []
        assert [m.handled_by_id for m in texts_of(viewer, cast.maya)] == [cast.sam]


def test_words_older_than_ninety_days_are_erased_and_kinds_kept(app, cast, now):
    old = put(app, cast.maya, template="sign_in_code", params={"code": "1"})
    with app.app_context():
        row = db.session.get(Message, old)
        row.body, row.created_at = "Your code: 1", now - timedelta(days=91)
        fresh = actions.InboundText("twilio", "SM1", STRANGER, "+447700900000", "ok")
        actions.keep_inbound(fresh, source="webhook", now=now)
        actions.keep_inbound(
            actions.InboundText("twilio", "SM2", STRANGER, "+447700900000", "hello"),
            source="webhook",
            now=now - timedelta(days=91),
        )
        db.session.commit()
        assert actions.forget_bodies(now=now) == 2
        assert actions.forget_bodies(now=now) == 0
        db.session.commit()
        row = db.session.get(Message, old)
        assert (row.body, row.params, row.template) == (None, None, "sign_in_code")
        bodies = db.session.execute(text("SELECT count(body) FROM inbound_messages")).scalar()
        assert bodies == 1


def test_an_incoming_text_is_kept_once_and_its_repeats_are_counted(app, cast, now):
    incoming = actions.InboundText("twilio", "SM77", STRANGER, "+447700900000", "hello")
    with app.app_context():
        first = actions.keep_inbound(incoming, source="webhook", now=now)
        assert first is not None
        for _ in range(4):
            assert actions.keep_inbound(incoming, source="reconcile", now=now) is None
        assert actions.set_handled(first, person_id=cast.maya, now=now)
        assert not actions.set_handled(first, person_id=cast.maya, now=now)
        db.session.commit()
        assert db.session.execute(text("SELECT hits, source FROM inbound_messages")).all() == [
            (5, "webhook")
        ]


def test_the_demonstrations_phone_shows_what_reached_it(app, cast):
    known, stranger = put(app, cast.maya), put(app, STRANGER)
    with app.app_context():
        phone = db.session.get(Person, cast.maya).phone_index
        assert texts_on_phone(SYSTEM, phone) == []
        for message_id in (known, stranger):
            db.session.get(Message, message_id).state = MessageState.DELIVERED
        db.session.commit()
        assert [m.id for m in texts_on_phone(SYSTEM, phone)] == [known]
        index = db.session.get(Message, stranger).phone_index
        assert [m.id for m in texts_on_phone(SYSTEM, index)] == [stranger]
