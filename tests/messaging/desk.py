"""A worker without threads: each round claims, sends and writes down, one after the other."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from queue import Empty
from typing import Any
from uuid import UUID

from flask import Flask

from engage import clock
from engage.db import db
from engage.messaging.actions import queue
from engage.messaging.delivery import Timing
from engage.messaging.inbound import InboundText
from engage.messaging.models import Message
from engage.messaging.provider import (
    Accepted,
    Answer,
    CannotAsk,
    OutgoingText,
    Report,
    SentText,
)
from engage.worker.sending import Dispatcher


@dataclass
class Counter:
    """A provider that does as it is told and remembers."""

    name: str = "twilio"
    answers: list[Answer] = field(default_factory=list)
    taken: list[OutgoingText] = field(default_factory=list)
    listed: list[SentText] = field(default_factory=list)
    inbox: list[InboundText] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)
    reports: dict[str, Report] = field(default_factory=dict)
    is_deaf: bool = False

    def send(self, text: OutgoingText) -> Answer:
        self.taken.append(text)
        default = Accepted(f"SM{len(self.taken):032}", "queued")
        return self.answers.pop(0) if self.answers else default

    def sent_to(self, number: str, *, since: datetime) -> list[SentText]:
        if self.is_deaf:
            raise CannotAsk("deaf")
        return [sent for sent in self.listed if sent.created_at >= since]

    def received(self, *, since: datetime) -> Iterator[InboundText]:
        if self.is_deaf:
            raise CannotAsk("deaf")
        return iter(self.inbox)

    def report_on(self, sid: str) -> Report | None:
        if self.is_deaf:
            raise CannotAsk("deaf")
        return self.reports.get(sid)

    def forget(self, sid: str) -> None:
        if self.is_deaf:
            raise CannotAsk("deaf")
        self.forgotten.append(sid)

    def erase(self, sid: str) -> None:
        if self.is_deaf:
            raise CannotAsk("deaf")
        self.erased.append(sid)


class Desk:
    """Sends with a provider, on the test's clock."""

    def __init__(self, app: Flask, provider: Any, *, rate: float = 0, owner: str = "desk"):
        self.app = app
        self.provider = provider
        self.dispatcher = Dispatcher(
            app, provider, owner=owner, timing=Timing(), senders=4, rate=rate
        )

    def claim(self) -> list[Any]:
        """Claim what is due and stop before anything is sent; return the jobs."""
        self.dispatcher.go_round(clock.now())
        jobs = []
        while True:
            try:
                jobs.append(self.dispatcher.senders.jobs.get_nowait()[-1])
            except Empty:
                return jobs

    def work(self, jobs: list[Any]) -> None:
        """Send claimed texts and write down what became of them."""
        for job in jobs:
            self.dispatcher.senders.work(*job)
        self.dispatcher.go_round(clock.now())

    def round(self) -> int:
        """Claim, send, write down; return how many were on the line."""
        jobs = self.claim()
        self.work(jobs)
        return len(jobs)

    def rounds(self) -> None:
        """Go round until nothing is due."""
        for _ in range(50):
            if not self.round():
                return


def put(app: Flask, to: Any, **options: Any) -> UUID:
    """Queue one text now and commit."""
    now = clock.now()
    options = {"klass": "Y", "now": now, "dedupe_key": f"test:{to}:{now}", **options}
    template = options.pop("template", "reply_neutral")
    with app.app_context():
        found = queue(template, to=to, **options)
        db.session.commit()
    assert found is not None
    return found


def get(app: Flask, message_id: UUID) -> Message:
    """Read one text as it stands."""
    with app.app_context():
        found = db.session.get(Message, message_id)
        assert found is not None
        db.session.expunge(found)
        return found


MINUTE = timedelta(minutes=1)
