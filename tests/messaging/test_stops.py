"""STOP is heard until the very moment a text leaves; only its own confirmation still goes."""

import pytest

from engage.db import db
from engage.messaging.actions import opt_out
from engage.messaging.rules import LAST_WORD, Reason
from engage.people.models import Person
from engage.worker import sending
from tests.cast import NOW
from tests.messaging.desk import Counter, Desk, get, put


@pytest.fixture
def provider():
    return Counter()


@pytest.fixture
def desk(app, clock, provider):
    return Desk(app, provider)


def test_the_one_confirmation_of_stop_goes_and_nothing_else(app, cast, desk, provider):
    with app.app_context():
        opt_out(db.session.get(Person, cast.maya).phone_index, how="text", now=NOW)
        db.session.commit()
    put(app, cast.maya, dedupe_key="other")
    last = put(app, cast.maya, template=LAST_WORD, dedupe_key="last", answers_at=NOW)
    desk.rounds()
    assert [sent.message_id for sent in provider.taken] == [last]


def test_a_stop_that_comes_while_a_text_is_made_ready_is_heard(
    app, cast, desk, provider, monkeypatch
):
    with app.app_context():
        index = db.session.get(Person, cast.maya).phone_index
    ready = sending.prepare

    def and_then_stop(*given):
        found = ready(*given)
        opt_out(index, how="text", now=NOW, person_id=cast.maya)
        db.session.commit()
        return found

    monkeypatch.setattr(sending, "prepare", and_then_stop)
    message_id = put(app, cast.maya)
    desk.rounds()
    assert provider.taken == []
    assert get(app, message_id).reason == Reason.OPTED_OUT
