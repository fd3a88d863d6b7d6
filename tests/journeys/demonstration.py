"""A real `engage demo` in a process of its own, and browsers that open its pages strictly."""

import http.cookiejar
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.page import Page, words
from tests.waiting import ended, free_port
from tests.waiting import wait_for as wait


class Browser:
    """One person's browser: cookies of its own, every page parsed strictly."""

    def __init__(self, address: str):
        self.address = address
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def open(self, path: str, data: dict[str, Any] | None = None, headers=()) -> Any:
        """Open an address as a browser does, following where it leads."""
        url = urllib.parse.urljoin(self.address, path)
        body = urllib.parse.urlencode(data, doseq=True).encode() if data is not None else None
        request = urllib.request.Request(url, body, dict(headers))
        try:
            answer = self.opener.open(request)
        except urllib.error.HTTPError as error:
            answer = error
        text = answer.read()
        return SimpleNamespace(
            status_code=answer.status,
            content_type=answer.headers.get("Content-Type"),
            location=answer.headers.get("Location"),
            headers=answer.headers,
            request=SimpleNamespace(url=answer.url),
            get_data=lambda as_text=False: text.decode() if as_text else text,
        )

    def page(self, path: str) -> Page:
        """Open a page."""
        return Page(self.open(path))

    def send(self, form: Any, press: str | None = None) -> Page:
        """Send a form as filled in and read where it leads."""
        data = {name: list(values) for name, values in form.values.items()}
        if press is not None:
            button = form._button(press)
            data[button.get("name")] = [button.get("value", "")]
        origin = {"Origin": self.address, "Referer": form.page.url}
        return Page(self.open(form.action, data, origin.items()))


class Demonstration:
    """The process, its cast, and everybody's phone."""

    def __init__(self, folder: Path, port: int | None = None):
        self.folder = folder
        self.port = port or free_port()
        self.address = f"http://localhost:{self.port}"
        command = [sys.executable, "-m", "engage.cli", "demo", "--port", str(self.port)]
        # Nothing of this machine's settings may be needed, or reach it.
        environ = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("ENGAGE_", "TWILIO_", "DATABASE_URL", "REDIS_URL"))
        }
        self.log = (folder / "log").open("w")
        self.process = subprocess.Popen(
            [*command, "--data", str(folder / "data")],
            stdout=self.log, stderr=subprocess.STDOUT, env=environ,
        )  # fmt: skip
        self.phones = Browser(self.address)

    def wait_until_ready(self) -> float:
        """Wait until it says that it is ready; return the seconds that took."""
        began = time.monotonic()

        def is_ready() -> bool:
            assert self.process.poll() is None, (self.folder / "log").read_text()
            try:
                return self.phones.open("/healthz/ready").status_code == 200
            except OSError:
                return False

        wait(is_ready, "the demonstration is ready", 120)
        return time.monotonic() - began

    def make_it_day(self) -> None:
        """Move the organisation to where it is about noon now, or texts wait for the morning."""
        self.store("UPDATE organisations SET time_zone = ?", (where_it_is_noon(),))

    def store(self, statement: str, values: tuple[Any, ...]) -> None:
        """Change its database beside it, for what would take days to come about."""
        with closing(sqlite3.connect(self.folder / "data" / "engage.db", 20)) as database:
            database.execute(statement, values)
            database.commit()

    def text(self, number: str, what: str) -> None:
        """Type a text on somebody's phone."""
        page = self.phones.page("/demo/phones")
        form = next(f for f in page.forms if f.values.get("number") == [number])
        self.phones.send(form.fill(words=what))

    def got(self, number: str) -> list[str]:
        """The newest texts somebody got, oldest first."""
        return [line.split(" Got ", 1)[1] for line in self.lines(number)]

    def lines(self, number: str) -> list[str]:
        """The same with the second each of them came, so that no two are alike."""
        page = self.phones.page("/demo/phones")
        card = next(li for li in page.all("li") if li.get("id") == f"phone-{number[-3:]}")
        lines = [words(li) for ol in card.iter("ol") for li in ol.iter("li")]
        return [line for line in lines if " Got " in line]

    def wait_for_text(self, number: str, like: str, before: Sequence[str] = ()) -> str:
        """Wait until a phone got a text like this that is not among `lines` of before."""

        def found() -> str | None:
            new = [line for line in self.lines(number) if line not in before]
            texts = (line.split(" Got ", 1)[1] for line in new)
            return next((text for text in texts if re.search(like, text)), None)

        return wait(found, f"{number} gets {like!r}, has {self.got(number)}")

    def staff(self, cast: dict[str, Any], role: str) -> Browser:
        """Sign a member of staff in through the pages."""
        one = next(s for s in cast["staff"] if s["role"] == role)
        browser = Browser(self.address)
        form = browser.page("/sign-in").form("/sign-in")
        browser.send(form.fill(email=one["email"], password=one["password"]))
        return browser

    def cast(self) -> dict[str, Any]:
        """Who they are, as `seed-demo --json` prints it."""
        keys = json.loads((self.folder / "data" / "keys.json").read_text())
        environ = {
            **os.environ,
            **keys,
            "ENGAGE_ENVIRONMENT": "demo",
            "ENGAGE_PUBLIC_URL": self.address,
            "ENGAGE_SMS_PROVIDER": "console",
            "DATABASE_URL": f"sqlite:///{self.folder / 'data' / 'engage.db'}",
            "ENGAGE_LOG_LEVEL": "ERROR",
        }
        command = [sys.executable, "-m", "engage.cli", "seed-demo", "--json"]
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    def stop(self) -> int:
        """End it as a terminal does; return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = ended(self.process)
        self.log.close()
        return code


def where_it_is_noon() -> str:
    """Return a time zone in which it is between twelve and one o'clock now."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"
