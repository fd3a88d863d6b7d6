"""When the provider is well again, and when a text waited too long for a line."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import time_machine
from flask import Flask

from engage import clock as engage_clock
from engage.messaging.delivery import Claimed, Reader, Timing, may_still_post
from engage.messaging.models import Message
from engage.messaging.provider import Refused
from engage.messaging.rules import BREAKER_LIMIT, BREAKER_PAUSE, MessageState
from tests.cast import NOW, Cast
from tests.messaging.desk import MINUTE, Counter, Desk, get, put

SECOND = timedelta(seconds=1)


def test_alerts_that_were_refused_leave_at_once_and_nothing_else_is_hurried(
    app: Flask, cast: Cast, clock: time_machine.Traveller
) -> None:
    """An alert waits for no try of its own; a reply does, and what is meant for later stays."""
    provider = Counter(answers=[
        Refused("HTTP 503", code=20503, is_outage=True, retry_after=600)
        for _ in range(BREAKER_LIMIT)
    ])  # fmt: skip
    desk = Desk(app, provider)
    alerts = [
        put(app, cast.sam, klass="S", dedupe_key=f"alert:{n}") for n in range(BREAKER_LIMIT - 1)
    ]
    reply = put(app, cast.maya, dedupe_key="reply")
    later = put(app, cast.sue, klass="S", dedupe_key="later", not_before=NOW + 9 * MINUTE)
    desk.round()
    assert len(provider.taken) == BREAKER_LIMIT
    clock.shift(BREAKER_PAUSE + SECOND)
    tried = put(app, cast.sue, klass="S", dedupe_key="tried")
    desk.rounds()

    def states(*ids: UUID) -> set[str]:
        return {get(app, message_id).state for message_id in ids}

    assert states(tried, *alerts) == {MessageState.ACCEPTED}
    assert states(reply, later) == {MessageState.PENDING}
    waits: Message = get(app, reply)
    assert waits.due_at is not None
    assert waits.due_at > engage_clock.now() + 8 * MINUTE


def test_a_text_that_waited_for_a_line_is_looked_at_again_before_it_goes(
    app: Flask, cast: Cast, clock: time_machine.Traveller
) -> None:
    """Meanwhile they may have texted STOP."""
    provider = Counter()
    desk = Desk(app, provider)
    put(app, cast.maya)
    jobs = desk.claim()
    clock.shift(2 * SECOND)
    desk.work(jobs)
    assert provider.taken == []
    desk.rounds()
    assert len(provider.taken) == 1


def test_no_call_begins_that_could_outlast_the_lease() -> None:
    timing = Timing()
    room = timing.lease * 35 / 120

    def may(lease_left: timedelta) -> bool:
        row: Any = SimpleNamespace(due_at=NOW + lease_left, not_after=NOW + 60 * MINUTE)
        return may_still_post(Claimed(row, Reader(None, None, "en"), marked_at=NOW), NOW, timing)

    assert may(room + SECOND)
    assert not may(room)
