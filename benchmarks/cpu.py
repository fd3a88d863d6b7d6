"""The CPU of a text and of a press: one process, one thread, no server between.

`python -m benchmarks.cpu [sqlite|postgresql] [--profile text|tap|page|reference]`. Where others
use the machine, requests a second say nothing; the CPU that one process needs for them still does.
"""

import argparse
import base64
import cProfile
import io
import itertools
import os
import pstats
import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import setting
from benchmarks.filling import SERVICE
from benchmarks.rows import Row, at_most
from tests.webhooks.signing import SMS, TOKEN, encoded, incoming, signature

# Many short rounds: some of them fall between what the neighbours do.
PEOPLE, REQUESTS, ROUNDS, CARDS = 2_000, 20, 120, 200
Ask = Callable[[dict[str, Any]], tuple[int, dict[str, str], bytes]]
_sids = itertools.count(1)


def environ_of(
    method: str, path: str, body: bytes = b"", cookie: str = "", **more: str
) -> dict[str, Any]:
    """Return what gunicorn hands to an app for one request."""
    path, _, query = path.partition("?")
    found = {
        "REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": query,
        "RAW_URI": path, "SERVER_PROTOCOL": "HTTP/1.1", "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "HTTP_HOST": "localhost", "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_PORT": "40000", "SERVER_SOFTWARE": "gunicorn", "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0), "wsgi.input": io.BytesIO(body), "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
        "wsgi.input_terminated": True, **more,
    }  # fmt: skip
    if cookie:
        found["HTTP_COOKIE"] = cookie
    if body:
        found["CONTENT_TYPE"] = "application/x-www-form-urlencoded"
        found["CONTENT_LENGTH"] = str(len(body))
    return found


def asking(app: Any) -> Ask:
    """Return what calls an app as a server would."""

    def ask(environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        said: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
            said["status"], said["headers"] = int(status[:3]), dict(headers)

        parts = app(environ, start)
        try:
            body = b"".join(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        return said["status"], said["headers"], body

    return ask


def text(number: str, words: str) -> dict[str, Any]:
    """Return one signed text."""
    fields = incoming(number, words, f"SM{next(_sids):032}", SERVICE)
    return environ_of("POST", SMS, encoded(fields), HTTP_X_TWILIO_SIGNATURE=signature(SMS, fields))


def open_card(ask: Ask, code: str) -> tuple[str, str]:
    """Follow a card's link; return the cookie and the page."""
    _, headers, _ = ask(environ_of("GET", f"/c/{code}"))
    cookie = headers["Set-Cookie"].split(";")[0]
    _, _, page = ask(environ_of("GET", "/now", cookie=cookie))
    return cookie, page.decode()


def press(cookie: str, page: str) -> dict[str, Any]:
    """Return one press of "I'm OK" with a key of its own."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    said = f"csrf_token={token[1]}&kind=ok&key=bench{next(_sids):020}".encode()
    return environ_of("POST", "/now", said, cookie)


def programs(engine: str, ours: str, other: str) -> dict[str, tuple[Ask, Callable[[], Any], int]]:
    """Return each kind of request: who answers, how one is made, its status."""
    from benchmarks import inbound
    from benchmarks.reference import web as reference
    from engage.cli import counters_of_many

    counters = counters_of_many()
    counters.__enter__()
    app, town = inbound.prepared(inbound.environ_for(ours), PEOPLE)
    codes = inbound.cards_of(app, town, CARDS)
    ask = asking(app)
    pages = [open_card(ask, code) for code in codes]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        path.write_text(re.sub(r'value="[0-9a-f]{32}"', 'value="{{ key }}"', pages[0][1]))
        plain = asking(
            reference.make_app(
                {
                    "DATABASE_URL": other,
                    "TWILIO_AUTH_TOKEN": TOKEN,
                    "PAGE": str(path),
                    "ENGAGE_PUBLIC_URL": "http://localhost",
                    "PEOPLE": str(PEOPLE),
                    "KEY": base64.b64encode(b"0" * 32).decode(),
                }
            )
        )
    numbers, phones = itertools.count(), itertools.cycle(pages)
    return {
        "text": (ask, lambda: text(town.number(next(numbers)), "call me"), 200),
        "tap": (ask, lambda: press(*next(phones)), 303),
        "page": (ask, lambda: environ_of("GET", "/now", cookie=pages[0][0]), 200),
        "reference": (plain, lambda: text(town.number(next(numbers)), "call me"), 200),
    }


def cost(ask: Ask, make: Callable[[], Any], status: int, requests: int = REQUESTS) -> float:
    """Return the microseconds of CPU that one request takes."""
    asked = [make() for _ in range(requests)]
    began = time.process_time()
    answers = [ask(environ)[0] for environ in asked]
    used = time.process_time() - began
    assert set(answers) == {status}, set(answers)
    return used / requests * 1e6


def measure(engine: str) -> list[Row]:
    """Compare what the four kinds of request cost; the least of several rounds counts."""
    with setting.database(engine) as ours, setting.database(engine) as other:
        known = programs(engine, ours, other)
        found: dict[str, list[float]] = {name: [] for name in known}
        for _ in range(ROUNDS):
            for name, each in known.items():
                found[name].append(cost(*each))
    least = {name: min(some) for name, some in found.items()}
    rows = [Row(f"{engine}: CPU of a {name}, alone", each, "us") for name, each in least.items()]
    return [
        *rows,
        at_most(f"{engine}: text / reference, alone", [least["text"] / least["reference"]], "x", 2),
        at_most(f"{engine}: tap / reference, alone", [least["tap"] / least["reference"]], "x", 2),
    ]


def run() -> list[Row]:
    """Measure on every database there is."""
    return [row for engine in setting.engines() for row in measure(engine)]


def profile(engine: str, name: str) -> None:
    """Print where one kind of request spends its time."""
    with setting.database(engine) as ours, setting.database(engine) as other:
        ask, make, status = programs(engine, ours, other)[name]
        cost(ask, make, status, 200)
        asked = [make() for _ in range(2_000)]
        seen = cProfile.Profile(time.process_time)
        seen.enable()
        for environ in asked:
            ask(environ)
        seen.disable()
        for order in ("tottime", "cumtime"):
            pstats.Stats(seen).sort_stats(order).print_stats(60)


if __name__ == "__main__":
    from benchmarks.__main__ import show

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engine", nargs="?", default="sqlite")
    parser.add_argument("--profile", default="")
    chosen = parser.parse_args()
    os.environ.setdefault("ENGAGE_TEST_POSTGRES", "postgresql+psycopg:///postgres")
    if chosen.profile:
        profile(chosen.engine, chosen.profile)
    else:
        print("\n".join(show(row) for row in measure(chosen.engine)))
