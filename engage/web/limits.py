"""How often one may try. Signals of danger pass when the counter is broken; sign-ins do not."""

import ipaddress
import logging

from flask import Flask, current_app, request
from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from engage.config import Settings
from engage.web.errors import NotStored, TooMany

log = logging.getLogger(__name__)
KEY = "engage.web.limits"
_parsed: dict[str, RateLimitItem] = {}


def init_app(app: Flask, settings: Settings) -> None:
    """Count in Redis where there is one, else in memory (then each process counts by itself)."""
    address = settings.redis_url or "memory://"
    options = {"socket_timeout": 2, "socket_connect_timeout": 2} if settings.redis_url else {}
    storage = storage_from_string(address, **options)
    app.extensions[KEY] = FixedWindowRateLimiter(storage)


def count(what: str, who: str, most: str, *, fail_open: bool = False) -> None:
    """Count one try of `what` by `who`; raise TooMany beyond `most` ("5 per minute").

    `who` must not be readable personal data: pass a digest or `network()`.
    With `fail_open` a broken counter lets people through; without it nobody passes (503).
    """
    limit = _parsed.setdefault(most, parse(most))
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
