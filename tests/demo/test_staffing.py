"""A short meeting is proposed in the demonstration, with its reasons, and nobody was told of it."""

import pytest

from engage.alerts.models import Alert
from engage.db import db
from engage.demo import seed
from engage.demo.meetings import ROBIN
from engage.episodes import sweep_actions as episodes
from engage.messaging.models import Message
from engage.people.models import Person
from engage.staffings import queries, sweep_actions
from engage.staffings.labels import reason_words
from tests.cast import NOW
from tests.checkins.texting import ADDRESS
from tests.episodes.away import seen_as


@pytest.fixture
def sam(app, clock, monkeypatch):
    """Sam of the demonstration, within its database."""
    monkeypatch.setattr(seed, "hash_password", lambda password: password[::-1])
    with app.app_context():
        seed.seed_once(now=NOW)
        db.session.commit()
        staff = db.session.query(Person).filter_by(kind="worker")
        yield seen_as(next(one.id for one in staff if one.name == "Sam"))


def test_it_waits_for_a_decision_with_its_reasons_in_words(sam):
    [line] = queries.staffings(sam, now=NOW)
    assert (line.name, line.staffing.state, line.next_at) == (ROBIN, "proposed", None)
    page = queries.get_staffing(sam, line.staffing.episode_id, now=NOW)
    assert {reason_words(each) for each in page.reasons} == {
        "14 years old or younger", "Known or suspected trafficking",
    }  # fmt: skip
    assert {each.name for each in page.suggested} == {"Sam", "Sue"}


def test_it_begins_quietly(sam):
    before = db.session.query(Alert).count(), db.session.query(Message).count()
    for sweep in (sweep_actions.sweep, episodes.sweep):
        sweep(now=NOW, address=ADDRESS)
    db.session.commit()
    assert (db.session.query(Alert).count(), db.session.query(Message).count()) == before
