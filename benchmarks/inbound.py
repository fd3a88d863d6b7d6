"""An incoming text, and the page without login, against the reference program."""

import base64
import itertools
import re
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import setting
from benchmarks.filling import NOW, SERVICE, Town, fill
from benchmarks.load import Measured, apply, request
from benchmarks.rows import Row, at_least, at_most
from tests.faults.house import free_port
from tests.webhooks.signing import ACCOUNT, SMS, TOKEN, encoded, incoming, signature

ROUNDS, TEXTS, PAGES = 5, 600, 400
PEOPLE, FEW, MANY = 5_000, 1_000, 100_000
CARDS = 40
STEADY, STEADY_TEXTS = 50, 500  # texts a second: about a fifth of what two cores take at most
WEB = ("-m", "engage.cli", "web")
REFERENCE = ("-m", "benchmarks.reference.web")
_sids = itertools.count(1)


@dataclass
class Served:
    """A running program under measurement."""

    pid: int
    port: int

    def get(self, path: str, cookie: str = "") -> tuple[int, str, Any]:
        """Return status, body and headers of one page."""
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", headers={"Host": "localhost", "Cookie": cookie}
        )
        opener = urllib.request.build_opener(_Stay)
        with opener.open(asked, timeout=60) as answer:
            return answer.status, answer.read().decode(), answer.headers


class _Stay(urllib.request.HTTPRedirectHandler):
    def http_error_303(self, _req: Any, answer: Any, *_rest: Any) -> Any:
        return answer


@contextmanager
def serving(environ: dict[str, str], *command: str) -> Iterator[Served]:
    port = free_port()
    clean = {**environ, "PORT": str(port), "WEB_CONCURRENCY": "2"}
    with setting.process(*command, environ=clean) as started:
        served = Served(started.pid, port)
        for _ in range(600):
            try:
                served.get("/now" if REFERENCE[1] in command else "/healthz/live")
                break
            except OSError:
                time.sleep(0.1)
        yield served


def texts(town: Town, count: int, words: str) -> list[bytes]:
    """Return signed texts, each from the next young person."""
    made = []
    for _ in range(count):
        n = next(_sids)
        fields = incoming(town.number(n), words, f"SM{n:032}", SERVICE)
        headers = {"X-Twilio-Signature": signature(SMS, fields)}
        made.append(request("POST", SMS, headers, encoded(fields)))
    return made


def environ_for(url: str) -> dict[str, str]:
    return {
        **setting.ENVIRON,
        "ENGAGE_PUBLIC_URL": "http://localhost",
        "ENGAGE_LOG_LEVEL": "ERROR",
        "DATABASE_URL": url,
        "ENGAGE_SMS_PROVIDER": "twilio",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_NUMBER": SERVICE,
    }


def prepared(environ: dict[str, str], people: int) -> tuple[Any, Town]:
    """Return the app and the town of a migrated, filled database."""
    from engage import app as factory
    from engage import config
    from engage.db import alembic, db

    app = factory.create_app(config.load(environ))
    with app.app_context():
        alembic.upgrade()
        db.session.close()
    return app, fill(app, people)


def cards_of(app: Any, town: Town, many: int = CARDS) -> list[str]:
    """Make cards of several young people: how often one may press is limited."""
    from engage.db import db
    from engage.people import links
    from engage.people.models import LinkKind

    with app.app_context():
        codes = [
            links.issue(LinkKind.CHECK_IN, young_person_id=each, now=NOW)
            for each in town.young[:many]
        ]
        db.session.commit()
        db.engine.dispose()
    return codes


def open_page(served: Served, code: str, locale: str) -> tuple[str, str]:
    """Follow the card's link and return the cookie and the page."""
    _, _, headers = served.get(f"/c/{code}?lang={locale}")
    cookie = str(headers["Set-Cookie"]).split(";")[0]
    served.get(f"/now?lang={locale}", cookie)
    _, page, _ = served.get("/now", cookie)
    return cookie, page


def taps(pages: list[tuple[str, str]], count: int) -> list[bytes]:
    """Return presses of "I'm OK", each with its own key, from several phones in turn."""
    made = []
    for n in range(count):
        cookie, page = pages[n % len(pages)]
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert token
        said = f"csrf_token={token[1]}&kind=ok&key=bench{next(_sids):020}"
        made.append(request("POST", "/now", {"Cookie": cookie}, said.encode()))
    return made


def measure(engine: str) -> list[Row]:
    with setting.database(engine) as url, setting.database(engine) as other:
        environ = environ_for(url)
        app, town = prepared(environ, PEOPLE)
        codes = cards_of(app, town)
        with (
            tempfile.TemporaryDirectory() as folder,
            serving(environ, *WEB) as ours,
        ):
            pages = [open_page(ours, code, "en") for code in codes]
            welsh, _ = open_page(ours, codes[0], "cy")
            page = pages[0][1]
            path = Path(folder) / "page.html"
            path.write_text(re.sub(r'value="[0-9a-f]{32}"', 'value="{{ key }}"', page))
            plain = {
                "DATABASE_URL": other, "TWILIO_AUTH_TOKEN": TOKEN, "PAGE": str(path),
                "ENGAGE_PUBLIC_URL": "http://localhost", "PEOPLE": str(PEOPLE),
                "KEY": base64.b64encode(b"0" * 32).decode(),
            }  # fmt: skip
            with serving(plain, *REFERENCE) as reference:
                return compare(engine, ours, reference, town, pages, welsh)


def at_a_steady_rate(engine: str, ours: Served, reference: Served, town: Town) -> list[Row]:
    """Return the p99 of both far from their limit: not what the bar asks, which is at it."""
    found = [
        statistics.median(
            apply(one.pid, one.port, texts(town, STEADY_TEXTS, "call me"), 200, rate=STEADY).p99
            for _ in range(3)
        )
        for one in (ours, reference)
    ]
    what = f"{engine}: p99 at {STEADY} texts a second"
    return [Row(f"{what} (no bar)", found[0], "ms"), Row(f"{what}, reference", found[1], "ms")]


def compare(
    engine: str,
    ours: Served,
    reference: Served,
    town: Town,
    pages: list[tuple[str, str]],
    welsh: str,
) -> list[Row]:
    cookie, page = pages[0]
    found: dict[str, list[tuple[Measured, Measured]]] = {}

    def both(what: str, mine: list[bytes], theirs: list[bytes], status: int, other: int) -> None:
        pair = (
            apply(ours.pid, ours.port, mine, status),
            apply(reference.pid, reference.port, theirs, other),
        )
        assert not pair[0].strange and not pair[1].strange, (what, pair)
        found.setdefault(what, []).append(pair)

    now = request("GET", "/now", {"Cookie": cookie})
    for round_no in range(ROUNDS + 1):
        both("text", texts(town, TEXTS, "call me"), texts(town, TEXTS, "call me"), 200, 200)
        both("page", [now] * PAGES, [now] * PAGES, 200, 200)
        both("tap", taps(pages, 200), texts(town, 200, "ok"), 303, 200)
        pair = (
            apply(ours.pid, ours.port, [request("GET", "/now", {"Cookie": welsh})] * PAGES, 200),
            apply(ours.pid, ours.port, [now] * PAGES, 200),
        )
        found.setdefault("welsh", []).append(pair)
        if round_no == 0:
            found.clear()  # the first round warms both up

    def ratios(what: str, of: str) -> list[float]:
        return [getattr(a, of) / getattr(b, of) for a, b in found[what]]

    def ours_alone(label: str, what: str, of: str, unit: str) -> Row:
        middle = statistics.median(getattr(a, of) for a, _ in found[what])
        return Row(f"{engine}: {label}", middle, unit)

    reference_p99 = statistics.median(b.p99 for _, b in found["text"])
    p99 = [a.p99 for a, _ in found["text"]]
    text, tap, welsh_cpu = ratios("text", "rate"), ratios("tap", "rate"), ratios("welsh", "cpu")
    return [
        at_least(f"{engine}: texts a second, ours / reference", text, "ratio", 0.5),
        at_most(f"{engine}: CPU of a text, ours / reference", ratios("text", "cpu"), "ratio", 2.0),
        at_least(f"{engine}: /now a second / reference", ratios("page", "rate"), "ratio", 0.4),
        at_least(f"{engine}: POST /now a second / reference text", tap, "ratio", 0.5),
        at_most(f"{engine}: CPU of /now in Welsh / in English", welsh_cpu, "ratio", 1.15),
        at_most(f"{engine}: p99 of a text", p99, "ms", 40)
        if engine == "sqlite"
        else ours_alone("p99 of a text", "text", "p99", "ms"),
        Row(f"{engine}: p99 of a text, reference", reference_p99, "ms"),
        *at_a_steady_rate(engine, ours, reference, town),
        ours_alone("texts a second", "text", "rate", "1/s"),
        ours_alone("CPU of a text", "text", "cpu", "us"),
        ours_alone("/now a second", "page", "rate", "1/s"),
        ours_alone("CPU of /now", "page", "cpu", "us"),
        Row(f"{engine}: bytes of /now", float(len(page.encode())), "B"),
    ]


def growth() -> list[Row]:
    """Compare the 95th percentile with 100,000 people and with 1,000, in turns."""
    with setting.database("sqlite") as small, setting.database("sqlite") as large:
        environs = [environ_for(small), environ_for(large)]
        towns = [prepared(e, n)[1] for e, n in zip(environs, (FEW, MANY), strict=True)]
        with serving(environs[0], *WEB) as few, serving(environs[1], *WEB) as many:
            found = []
            for round_no in range(ROUNDS + 1):
                a = apply(few.pid, few.port, texts(towns[0], TEXTS, "ok"), 200)
                b = apply(many.pid, many.port, texts(towns[1], TEXTS, "ok"), 200)
                if round_no:
                    found.append(b.p95 / a.p95)
    return [at_most(f"sqlite: p95 of a text among {MANY} / {FEW}", found, "ratio", 1.3)]


def run() -> list[Row]:
    """Measure on every database there is."""
    rows = [row for engine in setting.engines() for row in measure(engine)]
    return [*rows, *growth()]
