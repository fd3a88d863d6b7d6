"""Sixteen connections that send prepared requests, and what they cost the server."""

import multiprocessing
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psutil

CONNECTIONS = 16


@dataclass(frozen=True)
class Measured:
    """One round of load."""

    rate: float  # requests a second
    cpu: float  # microseconds of the server for a request
    p95: float  # milliseconds
    p99: float
    strange: int  # answers with another status than expected


def request(
    method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b""
) -> bytes:
    """Return the bytes of one request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _send(connection: socket.socket, data: bytes) -> tuple[int, bool]:
    connection.sendall(data)
    answer = b""
    while b"\r\n\r\n" not in answer:
        piece = connection.recv(65536)
        if not piece:
            raise ConnectionError("closed")
        answer += piece
    head, _, rest = answer.partition(b"\r\n\r\n")
    low = head.lower()
    at = low.find(b"content-length:")
    if at >= 0:
        length = int(low[at + 15 :].split(b"\r\n", 1)[0])
        while len(rest) < length:
            rest += connection.recv(65536)
    return int(head[9:12]), b"connection: close" in low


def _work(
    port: int, requests: Sequence[bytes], expected: int, results: Any, due: Sequence[float]
) -> None:
    taken, strange = [], 0
    connection: socket.socket | None = None
    for n, data in enumerate(requests):
        began = time.perf_counter()
        if due:
            time.sleep(max(0.0, due[n] - began))
            # What had to wait for an earlier one has waited since it was due.
            began = due[n]
        for _ in range(3):
            try:
                connection = connection or socket.create_connection(("127.0.0.1", port), 30)
                status, is_last = _send(connection, data)
                break
            except (ConnectionError, OSError):
                connection = None
        else:
            status, is_last = 0, True
        taken.append(time.perf_counter() - began)
        strange += status != expected
        if is_last and connection is not None:
            connection.close()
            connection = None
    if connection is not None:
        connection.close()
    results.put((taken, strange))


def family_cpu(pid: int) -> float:
    """Return the CPU seconds of a process and its children so far."""
    parent = psutil.Process(pid)
    times = [p.cpu_times() for p in (parent, *parent.children(recursive=True))]
    return sum(t.user + t.system for t in times)


def apply(
    pid: int, port: int, requests: list[bytes], expected: int, *, rate: float = 0.0
) -> Measured:
    """Send the requests over sixteen connections and measure the server.

    As fast as they are answered, or so many a second (`rate`), whether they are answered or not.
    """
    fork = multiprocessing.get_context("fork")
    results = fork.SimpleQueue()
    parts = [requests[n::CONNECTIONS] for n in range(CONNECTIONS)]
    start = time.perf_counter() + 0.2
    due = [start + n / rate for n in range(len(requests))] if rate else []
    workers = [
        fork.Process(target=_work, args=(port, part, expected, results, due[n::CONNECTIONS]))
        for n, part in enumerate(parts)
        if part
    ]
    before, began = family_cpu(pid), time.perf_counter()
    for worker in workers:
        worker.start()
    found = [results.get() for _ in workers]
    seconds = time.perf_counter() - began
    used = family_cpu(pid) - before
    for worker in workers:
        worker.join()
    taken = sorted(t for part, _ in found for t in part)
    return Measured(
        rate=len(taken) / seconds,
        cpu=used / len(taken) * 1e6,
        p95=taken[int(len(taken) * 0.95)] * 1000,
        p99=taken[int(len(taken) * 0.99)] * 1000,
        strange=sum(strange for _, strange in found),
    )
