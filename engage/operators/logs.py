"""Logs: one JSON object a line, only fields from a short list, so that nobody leaks into them."""

import logging
import re
import sys
import time
import traceback
from collections.abc import MutableMapping
from typing import Any
from uuid import UUID, uuid4

import structlog
from flask import Flask, Response, g, request

from engage.audit.actions import request_id
from engage.config import Settings
from engage.web.programs import for_programs

# What a line may hold. No text, name, number, code, token or address ever stands here.
FIELDS = frozenset(
    {
        "at", "level", "logger", "event", "request_id", "method", "route", "status", "ms",
        "error", "where", "count", "kind", "state", "klass", "level_no", "attempt", "provider",
        "queue", "step", "seconds", "late_seconds", "code_number", "reason", "revision", "port",
        "pid", "message_id", "inbound_id", "alert_id", "check_in_id", "plan_id", "actor_id",
        "organisation_id", "version",
    }
)  # fmt: skip
# Loggers whose sentences are their own and may be filled in; of all others only the pattern stays.
FILLED_IN = ("gunicorn.error", "alembic.runtime.migration")
# Every address with a code in it stands here: `/c/…`, `/sign-in/link/…` (tests/operators
# goes through them all), and whatever an address says after a question mark.
CODE_IN_PATH = re.compile(r"/([a-z]|link|new|forgotten|passkeys?|set-up)/[^\s/?#\"']+")
QUERY = re.compile(r"(?<=\S)\?[^\s\"']+")
NUMBER = re.compile(r"\+?\d[\d\s()-]{6,}\d")
FRAMES = 6

WEB = logging.getLogger("engage.web")
log = structlog.get_logger(WEB.name)


def keep_listed_fields(
    _logger: Any, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Drop every field that is not on the list, and whatever is not a plain value."""
    return {
        name: value
        for name, value in line.items()
        if name in FIELDS and isinstance(value, str | int | float | bool | UUID | list | None)
    }


def name_the_error(
    _logger: Any, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Say an error's class and where it happened; its message may hold what someone wrote."""
    found = line.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    if isinstance(found, BaseException):
        found = (type(found), found, found.__traceback__)
    if isinstance(found, tuple) and found[0] is not None:
        line["error"] = found[0].__name__
        frames = traceback.extract_tb(found[2])[-FRAMES:]
        line["where"] = [f"{_short(frame.filename)}:{frame.lineno}" for frame in frames]
    return line


def mask(sentence: str) -> str:
    """Hide the codes of links, what follows a question mark, and what looks like a phone number."""
    return NUMBER.sub("…", QUERY.sub("?…", CODE_IN_PATH.sub(r"/\1/…", sentence)))


def mask_event(
    _logger: Any, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Take of other people's sentences the pattern only, and mask what remains."""
    record = line.get("_record")
    event = str(line.get("event", ""))
    ours = line.get("_from_structlog") or not isinstance(record, logging.LogRecord)
    if not ours and not record.name.startswith(FILLED_IN):  # type: ignore[union-attr]
        event = str(record.msg)  # type: ignore[union-attr]
    line["event"] = mask(event)
    return line


def _short(filename: str) -> str:
    return "/".join(filename.split("/")[-2:])


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
]


def use_standard_logging() -> None:
    """Let our own loggers write through Python's logging, as everybody else's do."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def configure(level: str, stream: Any = None) -> None:
    """Send every logger of this process to standard error as JSON lines."""
    use_standard_logging()
    # Our own packages below say what broke by these two fields, never by a filled-in sentence.
    fields = structlog.stdlib.ExtraAdder(allow={"error", "where"})
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*SHARED, fields],
        processors=[
            mask_event,
            name_the_error,
            keep_listed_fields,
            structlog.processors.JSONRenderer(default=str, ensure_ascii=False),
        ],
        keep_exc_info=False,
        keep_stack_info=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter)
    handler.set_name("engage")
    root = logging.getLogger()
    root.handlers = [h for h in root.handlers if h.get_name() != "engage"] + [handler]
    root.setLevel(level)
    # They bring handlers of their own, which would write everything a second time, unmasked.
    for name in ("alembic", "sqlalchemy"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    # They write what was asked for, addresses included.
    for noisy in ("werkzeug", "urllib3", "httpx"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLevelName(level)))


def init_app(app: Flask, settings: Settings) -> None:
    """Give every request an id and one line in the log: the route, never the address."""
    if app.testing:
        use_standard_logging()
    else:
        configure(settings.log_level)

    @app.before_request
    @for_programs
    def begin() -> None:
        g.engage_request_id = str(uuid4())
        g.engage_started = time.perf_counter()
        request_id.set(g.engage_request_id)
        structlog.contextvars.bind_contextvars(request_id=g.engage_request_id)

    @app.after_request
    @for_programs
    def finish(response: Response) -> Response:
        if "engage_request_id" in g:
            response.headers["X-Request-ID"] = g.engage_request_id
            # What nobody reads is not even gathered.
            if not WEB.isEnabledFor(logging.INFO):
                return response
            log.info(
                "request",
                method=request.method,
                # The rule, `/c/<code>`, never the address somebody opened.
                route=request.url_rule.rule if request.url_rule else None,
                status=response.status_code,
                ms=round((time.perf_counter() - g.engage_started) * 1000, 1),
            )
        return response

    @app.teardown_request
    def forget(_error: BaseException | None) -> None:
        request_id.set(None)
        structlog.contextvars.unbind_contextvars("request_id")
