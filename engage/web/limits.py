"""How often one may try. Signals of danger pass when the counter is broken; sign-ins do not."""

import functools
import ipaddress
import logging
import threading

from flask import Flask, current_app, request
from limits import RateLimitItem, parse
from limits.storage import Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from engage import clock
from engage.config import Settings
from engage.web.errors import NotStored, TooMany

log = logging.getLogger(__name__)
KEY = "engage.web.limits"
TIDY_EVERY = 60.0  # seconds


class Counters(Storage):
    """Counts in the memory of this process.

    The library's own starts a thread after nearly every count, to forget what has ended: more CPU
    than all else of a press on /now. Here whoever counts forgets it, once a minute.
    """

    def __init__(self) -> None:
        super().__init__()
        self._guard = threading.Lock()
        self._counts: dict[str, tuple[int, float]] = {}
        self._tidy_at = 0.0

    @property
    def base_exceptions(self) -> type[Exception]:
        """Nothing goes wrong here but by our own fault."""
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count, in a window that begins with its first try and lasts `expiry` seconds."""
        now = clock.now().timestamp()
        with self._guard:
            if now >= self._tidy_at:
                self._tidy_at = now + TIDY_EVERY
                self._counts = {k: v for k, v in self._counts.items() if v[1] > now}
            counted, until = self._counts.get(key, (0, 0.0))
            if until <= now:
                counted, until = 0, now + expiry
            self._counts[key] = counted + amount, until
            return counted + amount

    def get(self, key: str) -> int:
        """Return how many were counted in the window that lasts."""
        counted, until = self._counts.get(key, (0, 0.0))
        return counted if until > clock.now().timestamp() else 0

    def get_expiry(self, key: str) -> float:
        """Return when the window ends, in seconds since 1970; now if there is none."""
        now = clock.now().timestamp()
        return max(self._counts.get(key, (0, now))[1], now)

    def check(self) -> bool:
        """Say that it works."""
        return True

    def reset(self) -> int:
        """Forget everything; return how much that was."""
        with self._guard:
            many = len(self._counts)
            self._counts = {}
        return many

    def clear(self, key: str) -> None:
        """Forget one window."""
        with self._guard:
            self._counts.pop(key, None)


_parsed = functools.cache(parse)


def init_app(app: Flask, settings: Settings) -> None:
    """Count in Redis where there is one, else in memory (then each process counts by itself)."""
    options = {"socket_timeout": 2, "socket_connect_timeout": 2}
    storage = storage_from_string(settings.redis_url, **options) if settings.redis_url else None
    app.extensions[KEY] = FixedWindowRateLimiter(storage or Counters())


def count(what: str, who: str, most: str, *, fail_open: bool = False) -> None:
    """Count one try of `what` by `who`; raise TooMany beyond `most` ("5 per minute").

    `who` must not be readable personal data: pass a digest or `network()`.
    With `fail_open` a broken counter lets people through; without it nobody passes (503).
    """
    limit: RateLimitItem = _parsed(most)
    limiter: FixedWindowRateLimiter = current_app.extensions[KEY]
    try:
        allowed = limiter.hit(limit, what, who)
    except Exception as error:
        log.error("rate limit: counter unavailable: %s", type(error).__name__)
        if fail_open:
            return
        raise NotStored("The counter of tries is unavailable.") from error
    if not allowed:
        raise TooMany(limit.get_expiry())


def network() -> str:
    """Name where a request comes from: the IPv4 address, or the IPv6 /64 one household has."""
    address = request.remote_addr or "unknown"
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return address
