"""What a request may be made of: sizes, numbers of fields, and text that is text."""

import io
from collections.abc import Callable
from typing import IO, Any, TypeVar
from urllib.parse import unquote_to_bytes

from flask import Flask, Request, abort, current_app, request

View = TypeVar("View", bound=Callable[..., Any])

MOST_FIELDS = 200
# These read and judge their own bodies: a signed text must not be lost to a general rule.
OWN_RULES = ("/webhooks/",)
MOST_BYTES = "engage_most_bytes"


class RequestInMemory(Request):
    """A request whose files stay in memory: what is sealed later never lies open on a disk."""

    def _get_file_stream(self, *_sizes: Any, **_more: Any) -> IO[bytes]:
        return io.BytesIO()


def takes_files(most: int) -> Callable[[View], View]:
    """Let this one view read a body of up to so many bytes; every other keeps the low limit."""

    def mark(view: View) -> View:
        setattr(view, MOST_BYTES, most)
        return view

    return mark


def init_app(app: Flask) -> None:
    """Refuse unreadable bodies before any view sees them."""
    # Everything typed by hand is far below this; a view that takes files raises its own limit.
    app.config.update(
        MAX_CONTENT_LENGTH=64 * 1024, MAX_FORM_MEMORY_SIZE=64 * 1024, MAX_FORM_PARTS=MOST_FIELDS
    )
    app.request_class = RequestInMemory
    app.before_request(allow_files)
    app.before_request(refuse_the_unreadable)


def allow_files() -> None:
    """Raise the limit for a view that takes files, before anything reads the body."""
    view = current_app.view_functions.get(request.endpoint or "")
    if most := getattr(view, MOST_BYTES, 0):
        request.max_content_length = most


def refuse_the_unreadable() -> None:
    """Answer 413 to too many fields, 415 to what is no form, 400 to what is no text."""
    if request.method in {"GET", "HEAD", "OPTIONS"} or request.path.startswith(OWN_RULES):
        return
    kind = request.mimetype
    if kind == "application/x-www-form-urlencoded":
        body = request.get_data(cache=True)
        if body.count(b"&") >= MOST_FIELDS:
            abort(413)
        if not _is_text(unquote_to_bytes(body)):
            abort(400)
    elif kind == "multipart/form-data":
        # Werkzeug puts U+FFFD where bytes are no text, and stops at MAX_FORM_PARTS by itself.
        if any("\ufffd" in value for values in request.form.listvalues() for value in values):
            abort(400)
    elif kind and request.path != "/csp" and not request.is_json:
        abort(415)


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
