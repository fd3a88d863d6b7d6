"""The stand-in's HTTP: the provider's addresses, and `/control` for the tests."""

import base64
import json
import random
import re
import threading
import time
import urllib.parse
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.standin.provider import ACCOUNT, TOKEN, StandIn

MESSAGES = re.compile(rf"/2010-04-01/Accounts/{ACCOUNT}/Messages(?:/(\w+))?\.json")
RIGHT = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
PAGE = 50


class Handler(BaseHTTPRequestHandler):
    """One connection, kept alive."""

    protocol_version = "HTTP/1.1"
    server: "Server"

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        if url.path == "/control/texts":
            self._answer(200, [text.as_json() | asdict_light(text) for text in self._all()])
        elif found := MESSAGES.fullmatch(url.path):
            self._show(found[1]) if found[1] else self._list(url.path, query)
        else:
            self._answer(404, {"code": 20404})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        data = self.rfile.read(length)
        if self.path.startswith("/control/"):
            self._control(json.loads(data or b"{}"))
            return
        found = MESSAGES.fullmatch(self.path)
        if found is None:
            self._answer(404, {"code": 20404})
        elif self.headers.get("Authorization") != RIGHT:
            self._answer(401, {"code": 20003})
        else:
            form = dict(urllib.parse.parse_qsl(data.decode(), keep_blank_values=True))
            self._change(found[1], form) if found[1] else self._create(form)

    def do_DELETE(self) -> None:
        found, stand_in = MESSAGES.fullmatch(self.path), self.server.stand_in
        if stand_in.moods.is_deaf:
            self._answer(503, {"code": 20503})
        elif self.headers.get("Authorization") != RIGHT:
            self._answer(401, {"code": 20003})
        elif found is None or found[1] not in stand_in.by_sid:
            self._answer(404, {"code": 20404})
        else:
            with stand_in.guard:
                stand_in.texts.remove(stand_in.by_sid.pop(found[1]))
            self._answer(204, "")

    def _all(self) -> list[Any]:
        with self.server.stand_in.guard:
            return list(self.server.stand_in.texts)

    def _create(self, form: dict[str, str]) -> None:
        stand_in, moods = self.server.stand_in, self.server.stand_in.moods
        time.sleep(moods.delay)
        if random.random() < moods.drop_before:
            self._hang_up()
            return
        refusal = stand_in.refusal()
        if refusal is not None:
            self._answer(*refusal)
            return
        text = stand_in.create(form)
        if random.random() < moods.drop_after:
            self._hang_up()
            return
        self._answer(201, text.as_json())

    def _change(self, sid: str, form: dict[str, str]) -> None:
        text = self.server.stand_in.by_sid.get(sid)
        if text is None:
            self._answer(404, {"code": 20404})
            return
        text.body = form.get("Body", text.body)
        self._answer(200, text.as_json())

    def _show(self, sid: str) -> None:
        text = self.server.stand_in.by_sid.get(sid)
        if self.server.stand_in.moods.is_deaf:
            self._answer(503, {"code": 20503})
        elif text is None:
            self._answer(404, {"code": 20404})
        else:
            self._answer(200, text.as_json())

    def _list(self, path: str, query: dict[str, str]) -> None:
        stand_in = self.server.stand_in
        if stand_in.moods.is_deaf:
            self._answer(503, {"code": 20503})
            return
        number, page = min(int(query.get("PageSize", PAGE)), PAGE), int(query.get("Page", 0))
        with stand_in.guard:
            found = stand_in.listed(query)
        following = None
        if len(found) > (page + 1) * number:
            more = urllib.parse.urlencode({**query, "Page": page + 1, "PageSize": number})
            following = f"{path}?{more}"
        shown = found[page * number : (page + 1) * number]
        answer = {"messages": [text.as_json() for text in shown], "next_page_uri": following}
        self._answer(200, answer)

    def _control(self, said: dict[str, Any]) -> None:
        stand_in = self.server.stand_in
        if self.path == "/control/moods":
            stand_in.set_moods(said)
            self._answer(200, asdict(stand_in.moods))
        elif self.path == "/control/receive":
            self._answer(200, {"status": stand_in.receive(**said)})
        else:
            self._answer(404, {})

    def _hang_up(self) -> None:
        self.close_connection = True

    def _answer(self, status: int, said: Any) -> None:
        body = b"<html>Bad gateway</html>" if said is None else json.dumps(said).encode()
        body = b"" if status == 204 else body
        head = f"HTTP/1.1 {status} -\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        # In one piece: two writes would wait for each other's acknowledgement.
        self.wfile.write(head + body)


def asdict_light(text: Any) -> dict[str, Any]:
    """Return what the provider would not say of a text, but tests ask."""
    return {
        "callback": text.callback,
        "valid": text.valid,
        "created": text.created_at.timestamp(),
        "reported": text.reported,
    }


class Server(ThreadingHTTPServer):
    """Serves one stand-in."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, stand_in: StandIn, port: int = 0):
        super().__init__(("127.0.0.1", port), Handler)
        self.stand_in = stand_in

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def start(self) -> "Server":
        """Serve from a thread of this process."""
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def handle_error(self, *_: Any) -> None:
        """A client that was killed is no error of ours."""
