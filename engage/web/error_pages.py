"""A page in plain words for everything that can go wrong. Never a trace, never an oracle."""

import logging
import re
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from flask import Flask, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from engage.i18n import gettext as _
from engage.web.errors import Changed, NotFound, NotStored, TooMany
from engage.web.fields import showable
from engage.web.forms import FROM_ELSEWHERE

log = logging.getLogger(__name__)
# Shown when even the page for errors cannot be made.
LAST_RESORT = (
    '<!doctype html><html lang="en" dir="ltr"><head><meta charset="utf-8"><title>Sorry</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"></head><body><main>'
    "<h1>Something broke</h1><p>It is our fault, not yours.</p><p>What you sent may not have"
    ' arrived. Please try again in a minute.</p><p><a href="/leave">Leave</a></p>'
    "</main></body></html>"
)
SECRET = re.compile(r"pass|code|pin|totp|token|secret", re.IGNORECASE)
UNSEEN = {"csrf_token", "key"}


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_error_handler(CSRFError, _not_from_our_page)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(NotFound, lambda _error: page(404))
    app.register_error_handler(Changed, lambda _error: page(409))
    app.register_error_handler(NotStored, _not_stored)
    app.register_error_handler(TooMany, _too_many)
    for error in (OperationalError, InterfaceError, TimeoutError):
        app.register_error_handler(error, _not_stored)
    app.register_error_handler(Exception, _broken)


def words(status: int) -> tuple[str, list[str]]:
    """Return the heading and the sentences of a page for this status."""
    known: dict[int, Callable[[], tuple[str, list[str]]]] = {
        400: lambda: (
            _("That did not work"),
            [_("We could not read what was sent."), _("Go back and try again.")],
        ),
        404: lambda: (
            _("This page is not here"),
            [
                _("The link may be old, or one letter may be wrong."),
                _("Check it, or ask the person who gave it to you for a new one."),
            ],
        ),
        405: lambda: (
            _("That did not work"),
            [_("This page cannot be opened like that."), _("Start again from the first page.")],
        ),
        409: lambda: (
            _("Somebody changed this first"),
            [_("What you sent was not kept."), _("Go back, look again and send it once more.")],
        ),
        413: lambda: (
            _("That is too much at once"),
            [_("Nothing was kept."), _("Go back, make it shorter and send it again.")],
        ),
        429: lambda: (
            _("Too many tries"),
            [_("Please wait a few minutes, then try again.")],
        ),
        500: lambda: (
            _("Something broke"),
            [
                _("It is our fault, not yours."),
                _("What you sent may not have arrived. Please try again in a minute."),
            ],
        ),
        503: lambda: (
            _("We could not do that just now"),
            [_("Nothing was kept."), _("Please try again in a minute.")],
        ),
    }
    same = {401: 404, 403: 404, 410: 404, 414: 413, 415: 400, 431: 413, 501: 405}
    status = same.get(status, status)
    return known.get(status, known[400 if status < 500 else 500])()


def page(status: int, **context: Any) -> Response:
    """Return the page for this status."""
    heading, sentences = words(status)
    html = render_template("web/error.html", heading=heading, sentences=sentences, **context)
    return make_response(html, status)


def _refused(error: HTTPException) -> Response:
    if error.response is not None:
        return cast(Response, error.response)
    status = error.code or 500
    if status < 400:
        return error.get_response()
    response = page(404 if status in {401, 403} else status)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def _not_stored(error: Exception) -> Response:
    log.error("503: %s", type(error).__name__, extra={"error": type(error).__name__})
    response = page(503)
    response.headers["Retry-After"] = "30"
    return response


def _too_many(error: TooMany) -> Response:
    response = page(429)
    response.headers["Retry-After"] = str(error.wait)
    return response


def _broken(error: Exception) -> Response:
    kind, where = type(error).__name__, _where(error)
    log.error("500: %s at %s", kind, where, extra={"error": kind, "where": where})
    try:
        return page(500)
    except Exception as second:  # noqa: BLE001 - whatever broke, people get an answer
        log.error("500: the page for it broke too: %s", type(second).__name__)
        return Response(LAST_RESORT, 500, content_type="text/html; charset=utf-8")


def _where(error: Exception) -> str:
    # Places only: the words of an error may hold what somebody wrote.
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    return " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames))


def _not_from_our_page(error: CSRFError) -> Response:
    # Another site's form gets no second chance and no new session: a button here would send it.
    if error.description == FROM_ELSEWHERE:
        return page(400)
    sent = request.form.items(multi=True)
    typed = [(showable(n), showable(v)) for n, v in sent if n != "csrf_token"]
    if not typed or any(SECRET.search(name) for name, _value in typed):
        return page(400, again=request.path)
    sentences = [v.strip() for n, v in typed if n not in UNSEEN and " " in v.strip()]
    heading = _("Please send that once more")
    html = render_template("web/send_again.html", heading=heading, typed=typed, said=sentences)
    return make_response(html, 400)
