"""What every answer tells the browser, and which host names we answer to (SAFETY 13)."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, abort, request

from engage.config import Settings
from engage.web.programs import for_programs

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
        "report-uri /csp",
    ]
)
ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    # Not `no-referrer`: browsers then send forms with `Origin: null`, which we refuse.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
YEAR = 31_536_000
HOST_FREE = ("/healthz/", "/metrics")
LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}


class OurHeaders:
    """Adds our headers to every answer that does not say these itself.

    Around the app: its own list of headers is checked and copied three times over for each answer,
    which for what never changes was a twentieth of the cost of a text.
    """

    def __init__(self, app: Any, ours: dict[str, str]):
        self._app = app
        self._ours = [(name.lower(), (name, value)) for name, value in ours.items()]

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer as the app does."""

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            said = {name.lower() for name, _value in headers}
            ours = [pair for name, pair in self._ours if name not in said]
            return start_response(status, headers + ours, *error)

        answer: Iterable[bytes] = self._app(environ, start)
        return answer


def init_app(app: Flask, settings: Settings) -> None:
    """Send our headers with every answer and refuse other host names."""
    headers = dict(ALWAYS)
    if settings.is_https:
        headers["Strict-Transport-Security"] = f"max-age={YEAR}; includeSubDomains"
    app.config.update(
        SESSION_COOKIE_NAME="__Host-engage" if settings.is_https else "engage",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
    )

    headers["Cache-Control"] = "no-store"
    app.wsgi_app = OurHeaders(app.wsgi_app, headers)  # type: ignore[method-assign]

    @app.before_request
    @for_programs
    def refuse_other_hosts() -> None:
        # A load balancer asks for our health by address; nothing there is built from the host.
        if request.path.startswith(HOST_FREE):
            return
        if not is_our_host(request.host, settings):
            abort(400, "host")


def is_our_host(host: str, settings: Settings) -> bool:
    """Say whether a request for this host is meant for us; loopback is, outside production."""
    default = ":443" if settings.is_https else ":80"
    if host.lower().removesuffix(default) == settings.public_host.lower().removesuffix(default):
        return True
    name = host.lower().rsplit(":", 1)[0] if not host.endswith("]") else host.lower()
    return not settings.is_production and name in LOOPBACK


def is_from_elsewhere() -> bool:
    """Say whether the browser tells us that another site made it send this."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return True
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc.lower() != request.host.lower()
