"""One kept-alive HTTP line per thread: connect, write, read, and know which of them failed.

Sending a text is the one outside call that happens thousands of times an hour, and all we
need to know of a failure is whether it came before the first byte left. See decision 0005.
"""

import select
import ssl
import threading
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from typing import BinaryIO
from urllib.parse import urlsplit

CONNECT = 5.0  # seconds
READ = 30.0  # Source: SAFETY 7 (the provider may take about 26 s to fail)
LONGEST_LINE = 16_384
MOST_HEADERS = 100
LARGEST_BODY = 1_000_000


class NotConnected(Exception):
    """Nothing was sent."""


class LineLost(Exception):
    """Something was sent, and no whole answer came back."""


@dataclass(frozen=True)
class Reply:
    """An answer: its status, the headers by small name, and its body."""

    status: int
    headers: dict[str, str]
    data: bytes


class Line:
    """Posts forms to one host. Each thread has its own connection."""

    def __init__(self, base_url: str):
        parts = urlsplit(base_url)
        self._host = parts.netloc
        self._context = ssl.create_default_context() if parts.scheme == "https" else None
        self._own = threading.local()

    def post(self, path: str, headers: str, body: bytes) -> Reply:
        """Post a body; raises NotConnected or LineLost. `headers` are whole lines."""
        connection = self._connection()
        head = f"POST {path} HTTP/1.1\r\nHost: {self._host}\r\n{headers}"
        data = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
        is_whole = False
        try:
            connection.sock.sendall(data)
            reply, stays = _read(self._own.file)
            is_whole = stays
        except (OSError, ValueError) as error:
            raise LineLost(type(error).__name__) from None
        finally:
            if not is_whole:
                self._hang_up()
        return reply

    def close(self) -> None:
        """Hang up this thread's connection."""
        if getattr(self._own, "connection", None) is not None:
            self._hang_up()

    def _connection(self) -> HTTPConnection:
        connection: HTTPConnection | None = getattr(self._own, "connection", None)
        if connection is not None:
            # Readable while we asked nothing: the other side has hung up.
            if not select.select([connection.sock], [], [], 0)[0]:
                return connection
            self._hang_up()
        if self._context is not None:
            connection = HTTPSConnection(self._host, timeout=CONNECT, context=self._context)
        else:
            connection = HTTPConnection(self._host, timeout=CONNECT)
        try:
            connection.connect()
        except OSError as error:
            raise NotConnected(type(error).__name__) from None
        connection.sock.settimeout(READ)
        self._own.connection = connection
        self._own.file = connection.sock.makefile("rb")
        return connection

    def _hang_up(self) -> None:
        self._own.file.close()
        self._own.connection.close()
        self._own.connection = None


def _read(file: BinaryIO) -> tuple[Reply, bool]:
    """Read one answer; say whether the line stays open. Raises ValueError if it is malformed."""
    status = 100
    while 100 <= status < 200:
        version, _, rest = _line(file).partition(b" ")
        if not version.startswith(b"HTTP/1."):
            raise ValueError("no HTTP")
        status = int(rest[:3])
        headers = _headers(file)
    stays = version == b"HTTP/1.1" and headers.get("connection", "").lower() != "close"
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return Reply(status, headers, _chunks(file)), stays
    if "content-length" in headers:
        length = int(headers["content-length"])
        return Reply(status, headers, _exactly(file, length)), stays
    return Reply(status, headers, file.read(LARGEST_BODY)), False


def _line(file: BinaryIO) -> bytes:
    line = file.readline(LONGEST_LINE)
    if not line.endswith(b"\n"):
        raise ValueError("cut off")
    return line.rstrip(b"\r\n")


def _headers(file: BinaryIO) -> dict[str, str]:
    headers: dict[str, str] = {}
    for _ in range(MOST_HEADERS):
        line = _line(file)
        if not line:
            return headers
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.lower()] = value.strip()
    raise ValueError("too many headers")


def _exactly(file: BinaryIO, length: int) -> bytes:
    if not 0 <= length <= LARGEST_BODY:
        raise ValueError("too large")
    data = file.read(length)
    if len(data) < length:
        raise ValueError("cut off")
    return data


def _chunks(file: BinaryIO) -> bytes:
    data = b""
    while size := int(_line(file).partition(b";")[0], 16):
        data += _exactly(file, size)
        if _line(file) or len(data) > LARGEST_BODY:
            raise ValueError("bad chunk")
    _headers(file)
    return data
