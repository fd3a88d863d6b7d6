"""Reports come late, twice and in any order: every order ends in the same, right state."""

import itertools
import random
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from engage.db import db
from engage.messaging.actions import record_status
from engage.messaging.callbacks import status_values
from engage.messaging.models import Message
from engage.messaging.rules import RANKS, MessageState
from tests.cast import NOW, Cast
from tests.messaging.desk import Counter, Desk, get, put

# The seven words of an ordinary life, two ends that contradict each other among them.
SEVEN = ("queued", "accepted", "sending", "sent", "undelivered", "failed", "delivered")
SID = "SM" + "1".zfill(32)


def new_row(**values: Any) -> SimpleNamespace:
    """A text that the provider took, as callbacks read it."""
    facts = {
        "klass": "Y", "state": MessageState.ACCEPTED, "provider_sid": SID, "former_sids": None,
        "status_rank": 0, "status_conflict": False, "not_after": NOW + timedelta(minutes=30),
        "fence": 1, "phone_index": "p", "person_id": None, "error_code": None,
        "needs_person_at": None, "finished_at": None, "forget_at": None, "due_at": None,
        "reason": None, "first_post_at": NOW,
    }  # fmt: skip
    return SimpleNamespace(**{**facts, **values})


def tell(row: SimpleNamespace, words: tuple[str, ...], code: int | None = None) -> SimpleNamespace:
    for second, word in enumerate(words):
        error = code if RANKS[word].state == MessageState.FAILED else None
        at = NOW + timedelta(seconds=second)
        changes = status_values(row, RANKS[word], sid=SID, error_code=error, now=at)
        for name, value in changes.items():
            setattr(row, name, value)
    return row


def test_all_5040_orders_of_seven_reports_end_with_what_arrived() -> None:
    orders = list(itertools.permutations(SEVEN))
    assert len(orders) == 5040
    for order in orders:
        row = tell(new_row(), order)
        assert (row.state, row.status_rank) == (MessageState.DELIVERED, 55), order
        # Both ends were reported: shown as arrived, with a flag. Source: SAFETY 6 R05.
        assert row.status_conflict, order
        assert row.needs_person_at is None and row.forget_at is not None, order


def test_all_orders_without_an_arrival_end_as_failed_and_call_for_a_person() -> None:
    words = ("queued", "accepted", "sending", "sent", "canceled", "failed", "undelivered")
    for order in itertools.permutations(words):
        row = tell(new_row(), order, code=30006)
        assert row.state == MessageState.FAILED, order
        assert row.status_rank == RANKS["undelivered"].rank
        assert row.error_code == 30006
        assert row.needs_person_at is not None and not row.status_conflict


def test_read_is_above_all_in_every_order() -> None:
    words = ("queued", "sending", "sent", "undelivered", "failed", "delivered", "read")
    for order in itertools.permutations(words):
        assert tell(new_row(), order).state == MessageState.READ, order


def test_reports_of_progress_alone_never_end_anything() -> None:
    words = ("scheduled", "queued", "accepted", "sending", "sent")
    for order in itertools.permutations(words):
        row = tell(new_row(), order)
        assert (row.state, row.finished_at) == (MessageState.SENT, None)


def test_repeats_change_nothing() -> None:
    shuffled = random.Random(7)
    for _ in range(300):
        words = tuple(shuffled.choices(SEVEN, k=20))
        once = tell(new_row(), tuple(dict.fromkeys(words)))
        many = tell(new_row(), words)
        assert (many.state, many.status_rank) == (once.state, once.status_rank)


@pytest.fixture
def taken(app: Flask, cast: Cast, clock: Any) -> UUID:
    """A text that the provider took under SID."""
    message_id = put(app, cast.maya)
    Desk(app, Counter()).rounds()
    return message_id


def report(
    app: Flask, message_id: UUID | None, word: str, sid: str = SID, code: int | None = None,
    at: datetime = NOW,
) -> None:  # fmt: skip
    with app.app_context():
        record_status(
            "twilio", message_id=message_id, sid=sid, status=word, error_code=code, now=at
        )
        db.session.commit()


@pytest.mark.parametrize("seed", range(12))
def test_orders_through_the_database_end_like_the_rule(app: Flask, taken: UUID, seed: int) -> None:
    order = list(SEVEN)
    random.Random(seed).shuffle(order)
    for word in order:
        report(app, taken if seed % 2 else None, word)
    row = get(app, taken)
    assert (row.state, row.status_rank, row.status_conflict) == (MessageState.DELIVERED, 55, True)
    assert row.forget_at == NOW + timedelta(hours=24)


def test_a_phone_that_was_off_gets_it_once_more_and_not_if_it_had_arrived_after_all(
    app: Flask, taken: UUID, clock: Any
) -> None:
    report(app, taken, "undelivered", code=30003)
    waiting = get(app, taken)
    assert (waiting.state, waiting.former_sids) == (MessageState.PENDING, [SID])
    # The network had it wrong: the very same text arrived a little later.
    report(app, taken, "delivered", at=NOW + timedelta(seconds=30))
    arrived = get(app, taken)
    assert (arrived.state, arrived.due_at) == (MessageState.DELIVERED, None)
    assert (arrived.provider_sid, arrived.status_conflict) == (SID, True)
    clock.shift(timedelta(minutes=6))
    provider = Counter()
    Desk(app, provider).rounds()
    assert provider.taken == []


def test_an_arrival_of_the_first_try_does_not_undo_a_second_that_has_left(
    app: Flask, taken: UUID, clock: Any
) -> None:
    report(app, taken, "undelivered", code=30003)
    clock.shift(timedelta(minutes=5))
    again = Counter(taken=[None])  # type: ignore[list-item]  # so that its id is another one
    Desk(app, again).rounds()
    second = get(app, taken)
    assert second.state == MessageState.ACCEPTED and second.provider_sid != SID
    report(app, taken, "delivered", at=NOW + timedelta(minutes=6))
    row = get(app, taken)
    assert (row.provider_sid, row.state) == (second.provider_sid, MessageState.ACCEPTED)
    assert row.status_conflict


def test_a_late_word_about_nobodys_text_is_no_error(app: Flask, taken: UUID) -> None:
    report(app, None, "delivered", sid="SMunknown")
    report(app, taken, "a word from next year")
    with app.app_context():
        assert db.session.query(Message).one().state == MessageState.ACCEPTED
