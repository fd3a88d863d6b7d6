"""Whether the parts live: the database, and the worker by its heartbeat. And what is counted."""

import functools
import time
from datetime import datetime, timedelta

from flask import Flask, Response, g, request
from sqlalchemy.exc import SQLAlchemyError

from engage.config import Settings
from engage.db import db
from engage.messaging.queries import ALIVE, find_last_heartbeat
from engage.people.access import SYSTEM
from engage.web.programs import for_programs

LATE_AFTER = ALIVE
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})


def heartbeat_age(now: datetime) -> timedelta | None:
    """Return how long ago any worker last went round; None if none ever did."""
    last = find_last_heartbeat(SYSTEM)
    return None if last is None else max(now - last, timedelta(0))


def what_is_missing(now: datetime) -> list[str]:
    """Name the parts without which people would wait in vain; an empty list is good."""
    try:
        age = heartbeat_age(now)
    except SQLAlchemyError:
        db.session.rollback()
        return ["database"]
    return [] if age is not None and age <= LATE_AFTER else ["worker"]


def init_app(app: Flask, settings: Settings) -> None:
    """Count requests by route, method and status, for /metrics."""
    # Only now: whether processes share their counters must be settled before it is imported.
    from engage.operators.metrics import REQUESTS, SECONDS

    @app.before_request
    @for_programs
    def begin() -> None:
        g.engage_counted_from = time.perf_counter()

    # Each pair is looked up by a lock and four checks in the library: once is enough.
    requests_of = functools.cache(REQUESTS.labels)
    seconds_of = functools.cache(SECONDS.labels)

    @app.after_request
    @for_programs
    def count(response: Response) -> Response:
        asked = request._get_current_object()  # type: ignore[attr-defined]
        route = asked.url_rule.rule if asked.url_rule else "none"
        # Anybody may invent methods: each would be counted, and remembered, for ever.
        method = asked.method if asked.method in METHODS else "other"
        requests_of(method, route, str(response.status_code)).inc()
        began = g.get("engage_counted_from")
        if began is not None:
            seconds_of(route).observe(time.perf_counter() - began)
        return response
