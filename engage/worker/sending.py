"""The sending loop: one dispatcher holds the database, many senders hold the line."""

import itertools
import queue
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from flask import Flask
from sqlalchemy.exc import IntegrityError

from engage import clock
from engage.checkins.unread_actions import note_texts_off
from engage.config import Settings
from engage.db import db, transaction
from engage.messaging import faults
from engage.messaging.budget_rules import Limits, stage_of
from engage.messaging.claiming import claim, hurry_alerts
from engage.messaging.delivery import (
    Claimed,
    Prepared,
    Timing,
    mark_posting,
    may_still_post,
    prepare,
)
from engage.messaging.doubt import ask_since, judge
from engage.messaging.outcomes import Found, NoAnswer, Outcome, Unposted, is_outage, write_outcomes
from engage.messaging.provider import (
    Accepted,
    CannotAsk,
    Doubtful,
    OutgoingText,
    Provider,
    Refused,
)
from engage.messaging.rules import CLAIM_ORDER, Breaker, Pace, segments, validity_seconds
from engage.messaging.spending import note_spent, spent
from engage.worker.alarming import Sounder

log = structlog.get_logger("engage.worker")
BEAT = 0.25  # seconds between two rounds while texts flow: many share a transaction
FAST = 0.25  # seconds; for a provider that answers sooner texts are prepared ahead
AHEAD = 5  # times the number of senders
ORDER = {klass: place for place, klass in enumerate(CLAIM_ORDER)}
LAST = len(ORDER)
Job = tuple[Claimed, bool]


@dataclass
class Senders:
    """Threads that each hold one text on the line at a time."""

    app: Flask
    provider: Provider
    timing: Timing
    number: int
    on_done: Callable[[], None]

    def __post_init__(self) -> None:
        # Staff alerts also overtake what waits here. The number keeps equals in their order.
        self.jobs: queue.PriorityQueue[tuple[int, int, Job | None]] = queue.PriorityQueue()
        self._numbers = itertools.count()
        self.done: queue.SimpleQueue[tuple[Claimed, Outcome]] = queue.SimpleQueue()
        self.usual_seconds = 0.0
        self.is_stopping = False
        self._threads = [
            threading.Thread(target=self._run, name=f"sender-{n}", daemon=True)
            for n in range(self.number)
        ]

    def start(self) -> None:
        """Begin to take jobs."""
        for thread in self._threads:
            thread.start()

    def stop(self, seconds: float) -> None:
        """Finish what is on the line, hand back the rest, and wait at most this long."""
        self.is_stopping = True
        for _ in self._threads:
            self.jobs.put((LAST, next(self._numbers), None))
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(deadline - time.monotonic(), 0))

    def _run(self) -> None:
        while (job := self.jobs.get()[2]) is not None:
            self.work(*job)

    def put(self, text: Claimed, is_question: bool) -> None:
        """Leave a text for the next free line."""
        self.jobs.put((ORDER[text.row.klass], next(self._numbers), (text, is_question)))

    def work(self, text: Claimed, is_question: bool) -> None:
        """Send one text, or ask about it, and leave the outcome for the dispatcher."""
        try:
            outcome = self._ask(text) if is_question else self._send(text)
        except Exception as error:  # a sender outlives whatever goes wrong
            log.warning("sender failed", exc_info=error)
            outcome = NoAnswer() if is_question else Doubtful(type(error).__name__)
        self.done.put((text, outcome))
        self.on_done()

    def _send(self, text: Claimed) -> Outcome:
        faults.point("before_check")
        now = clock.now()
        if self.is_stopping or not may_still_post(text, now, self.timing):
            return Unposted()
        number = text.reader.number
        assert number is not None
        outgoing = OutgoingText(
            text.row.id, number, text.body, validity_seconds(now, text.row.not_after)
        )
        faults.point("before_post")
        began = time.monotonic()
        answer = self.provider.send(outgoing)
        self.usual_seconds += ((time.monotonic() - began) - self.usual_seconds) / 8
        faults.point("after_post")
        return answer

    def _ask(self, text: Claimed) -> Outcome:
        if self.is_stopping:
            return Doubtful("not asked")
        if text.reader.number is None:
            return NoAnswer()  # nobody can be asked about a number we no longer hold
        try:
            listed = self.provider.sent_to(text.reader.number, since=ask_since(text))
        except CannotAsk as error:
            log.warning("provider not asked", exc_info=error)
            return NoAnswer()
        faults.point("after_ask")
        with self.app.app_context():
            return judge(text, listed)


class Dispatcher:
    """Claims what is due, hands it to the senders and writes down what became of it."""

    def __init__(
        self,
        app: Flask,
        provider: Provider,
        *,
        owner: str,
        timing: Timing,
        senders: int,
        rate: float,
        sharers: Callable[[], int] = lambda: 1,
    ):
        self.app = app
        self.provider = provider
        self.owner = owner
        settings: Settings = app.extensions["engage"]
        self.address: str = settings.public_url.rstrip("/")
        self.alarms = Sounder(settings)
        self._budget = settings.sms_daily_budget
        self._open_limits = Limits(
            countries=settings.sms_countries, own_number=settings.twilio_number
        )
        self.timing = timing
        self.pace = Pace(rate)
        self.breaker = Breaker()
        self.sharers = sharers
        self.signal = threading.Event()
        self._urgent = threading.Event()
        self.is_stopping = False
        self.senders = Senders(app, provider, timing, senders, self.signal.set)
        self._out = 0
        self._is_backed_up = False
        self._is_well_again = False
        self._unwritten: list[tuple[Claimed, Outcome]] = []
        self._thread = threading.Thread(target=self._run, name="dispatcher", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self.senders.start()
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """Claim nothing more, finish what is on the line, give back the rest."""
        self.is_stopping = True
        self.wake()
        self._thread.join(seconds)
        self.senders.stop(seconds)
        self._write_last()

    def wake(self) -> None:
        """Look at the outbox now, also between two beats."""
        self._urgent.set()
        self.signal.set()

    def is_alive(self) -> bool:
        """Say whether the loop still goes round."""
        return self._thread.is_alive()

    def _run(self) -> None:
        while not self.is_stopping:
            self.signal.wait(1)
            self.signal.clear()
            self._urgent.clear()
            try:
                busy = self.go_round(clock.now())
            except Exception as error:  # the database may be back in a second
                log.warning("sending failed", exc_info=error)
                time.sleep(1)
                busy = True
            if busy:
                self._urgent.wait(BEAT)

    def go_round(self, now: datetime) -> bool:
        """Write outcomes, claim and hand over once; say whether texts are flowing."""
        self._collect(now)
        wanted = 0 if self.is_stopping else self._room()
        wanted = self.breaker.allowance(wanted, now) if wanted else 0
        if wanted:
            wanted = self.pace.allowance(wanted, now, self.sharers())
        with self.app.app_context():
            try:
                with transaction(db.session):
                    self._write(self._unwritten, now)
                    if self._is_well_again:
                        hurry_alerts(now)
                    rows = claim(
                        owner=self.owner, now=now, limit=wanted, timing=self.timing,
                        is_backed_up=self._is_backed_up,
                    )  # fmt: skip
            except IntegrityError:
                self._write_singly(now)
                return True
            self._is_well_again = False
            if wanted:
                self._is_backed_up = len(rows) == wanted
            refused = [o.code for _, o in self._unwritten if isinstance(o, Refused) and o.code]
            self._unwritten = []
            if refused:
                self.alarms.refused(refused, now)
            faults.point("after_claim")
            if rows:
                self.breaker.tried(now)
                self._hand_over(prepare(rows, now, self._limits(now)), now)
        if self._unwritten or (rows and len(rows) == wanted):
            self.signal.set()
        return bool(rows) or self._out > 0

    def _limits(self, now: datetime) -> Limits:
        if not self._budget:
            return self._open_limits
        return replace(self._open_limits, stage=stage_of(spent(now=now), self._budget))

    def _room(self) -> int:
        """Return how many more texts to take: those on the line, and some waiting behind.

        Not behind a slow provider, where they would grow stale.
        """
        ahead = AHEAD if self.senders.usual_seconds < FAST and self.pace.per_second <= 0 else 1
        return max(self.senders.number * ahead - self._out, 0)

    def _collect(self, now: datetime) -> None:
        while True:
            try:
                text, outcome = self.senders.done.get_nowait()
            except queue.Empty:
                return
            self._out -= 1
            ill = is_outage(outcome)
            if ill is not None:
                was_down = self.breaker.down_since is not None
                self.breaker.note(ill, now)
                self._is_well_again |= was_down and not ill
            self._unwritten.append((text, outcome))

    def _hand_over(self, found: Prepared, now: datetime) -> None:
        with transaction(db.session):
            leaving = mark_posting(found.to_send, self.provider.name, now)
            self._write(found.held, now)
            used = note_spent(leaving, now=now) if leaving and self._budget else None
        if used is not None:
            self.alarms.spent(*used, now)
        faults.point("after_mark")
        if len(leaving) < len(found.to_send):
            left = {text.row.id for text in leaving}
            held = [text for text in found.to_send if text.row.id not in left]
            self._unwritten += [(text, Unposted()) for text in held]
        for text in leaving:
            self.pace.spend(segments(text.body).count if self.pace.per_second else 0)
            self.senders.put(text, False)
        for text in found.to_ask:
            self.senders.put(text, True)
        self._out += len(leaving) + len(found.to_ask)

    def _write(self, outcomes: Sequence[tuple[Claimed, Outcome]], now: datetime) -> None:
        for person_id in write_outcomes(outcomes, now, self.timing, random.random()):  # noqa: S311
            note_texts_off(person_id, address=self.address, now=now)

    def _write_singly(self, now: datetime) -> None:
        """Write outcomes one by one: the provider gave two texts the same id."""
        while self._unwritten:
            text, outcome = self._unwritten[-1]
            try:
                with transaction(db.session):
                    self._write([(text, outcome)], now)
            except IntegrityError:
                assert isinstance(outcome, Accepted | Found)
                log.error("one id for two texts", message_id=text.row.id)
                with transaction(db.session):
                    self._write([(text, replace(outcome, sid=""))], now)
            self._unwritten.pop()

    def _write_last(self) -> None:
        now = clock.now()
        self._collect(now)
        try:
            with self.app.app_context(), transaction(db.session):
                self._write(self._unwritten, now)
            self._unwritten = []
        except Exception as error:  # the leases end by themselves
            log.warning("last outcomes not written", exc_info=error)
