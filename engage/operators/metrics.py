"""Numbers for a monitoring system: this process, and the work that waits. Nobody is in them."""

import os
from collections.abc import Iterator
from datetime import datetime

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import func, select

from engage.alerts.models import Alert
from engage.alerts.rules import AlertState
from engage.db import db
from engage.messaging.models import InboundMessage, Message
from engage.messaging.queries import find_last_heartbeat
from engage.messaging.rules import MessageState
from engage.operators.alarms import open_alarms
from engage.people.access import SYSTEM

REQUESTS = Counter(
    "engage_requests_total", "Requests answered.", ("method", "route", "status"), registry=REGISTRY
)
SECONDS = Histogram(
    "engage_request_seconds", "Time to answer.", ("route",), registry=REGISTRY,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)  # fmt: skip
WAITING = (MessageState.PENDING, MessageState.SENDING)


class Waiting:
    """Reads, when asked, how much work waits in the database: only what is open, never history."""

    def __init__(self, now: datetime):
        self.now = now

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield one gauge after the other."""
        texts = GaugeMetricFamily("engage_texts_waiting", "Texts to send.", labels=["state"])
        counted = dict.fromkeys(WAITING, 0)
        open_texts = (
            select(Message.state, func.count())
            .where(Message.due_at.is_not(None), Message.state.in_(WAITING))
            .group_by(Message.state)
        )
        for state, count in db.session.execute(open_texts):
            counted[MessageState(state)] = count
        for name, count in counted.items():
            texts.add_metric([str(name)], count)
        yield texts
        unread = select(func.count()).where(InboundMessage.handled_at.is_(None))
        yield _gauge("engage_inbound_unhandled", "Texts not worked on yet.", unread)
        alerts = select(func.count()).select_from(Alert).where(Alert.state == AlertState.OPEN)
        yield _gauge("engage_alerts_open", "Alerts nobody has taken yet.", alerts)
        sounding = GaugeMetricFamily("engage_alarms", "Alarms that are on.", labels=["kind"])
        for alarm in open_alarms():
            sounding.add_metric([alarm.kind], 1)
        yield sounding
        last = find_last_heartbeat(SYSTEM)
        yield GaugeMetricFamily(
            "engage_worker_heartbeat_age_seconds",
            "Since the worker last went round; -1 if it never did.",
            value=-1 if last is None else (self.now - last).total_seconds(),
        )


def _gauge(name: str, meaning: str, question: object) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, value=db.session.scalar(question) or 0)  # type: ignore[call-overload]


def page(now: datetime) -> bytes:
    """Return everything in the text format of Prometheus."""
    shared = CollectorRegistry()
    shared.register(Waiting(now))
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(shared)
        return bytes(generate_latest(shared))
    return bytes(generate_latest(shared) + generate_latest(REGISTRY))
