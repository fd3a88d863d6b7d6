"""The small site of tests/web, and Chromium to look at it."""

import functools
import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from engage import i18n
from tests.chromium import chromium  # noqa: F401 - a fixture
from tests.web import site

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    i18n.set_locale(i18n.DEFAULT)


SHARED = functools.cache(site.build)


@pytest.fixture
def app() -> Flask:
    """A site of one's own, to change."""
    return site.build()


@pytest.fixture
def client() -> FlaskClient:
    """A phone that never was here, on a site that nobody changes."""
    return SHARED().test_client()


def _whole(app: "WSGIApplication") -> "WSGIApplication":
    """Close what an answer is read from before it is sent: Werkzeug leaves it open when a
    browser hangs up in the middle, and an open file fails whichever test runs by then."""

    def answer(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        parts = app(environ, start)
        try:
            return [b"".join(parts)]
        finally:
            getattr(parts, "close", lambda: None)()

    return answer


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, _whole(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
