"""Files that never change under their name: served first, compressed already, kept for ever."""

import functools
import json
import re
from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask
from markupsafe import Markup, escape
from whitenoise import WhiteNoise  # type: ignore[import-untyped]

from engage import i18n

ROOT = Path(__file__).parent.parent / "static"
DIST = ROOT / "dist"
HASHED = re.compile(r"\.[0-9a-f]{12}\.[a-z0-9]+$")


class AssetsMissing(Exception):
    """The style sheets and scripts were not built: run `make assets`."""


def init_app(app: Flask) -> None:
    """Serve engage/static before Flask is asked, with headers of its own."""
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=ROOT,
        prefix="static/",
        max_age=0,
        immutable_file_test=lambda _path, url: bool(HASHED.search(url)),
        add_headers_function=_add_headers,
        allow_all_origins=False,
    )


def _add_headers(headers: Headers, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["X-Robots-Tag"] = "noindex"


@functools.cache
def manifest() -> dict[str, str]:
    """Return logical name → file with its hash, as the build wrote it."""
    try:
        found: dict[str, str] = json.loads((DIST / "manifest.json").read_text())
    except FileNotFoundError:
        raise AssetsMissing("engage/static/dist is empty: run `make assets`.") from None
    return found


@functools.cache
def icons() -> dict[str, str]:
    """Return the inside of each icon's SVG."""
    found: dict[str, str] = json.loads((DIST / "icons.json").read_text())
    return found


def asset(name: str) -> str:
    """Return the address of a built file."""
    return f"/static/dist/{manifest()[name]}"


def style_sheet() -> str:
    """Return the address of the sheet for the direction this page is read in."""
    rtl = i18n.text_direction(i18n.current_locale()) == "rtl"
    return asset("app-rtl.css" if rtl else "app.css")


@functools.cache
def icon(name: str, cls: str = "") -> Markup:
    """Draw an icon beside words that say the same; screen readers pass over it."""
    # Nobody's page may break for want of a picture; a test finds names that are not built.
    inside = icons().get(name, "")
    return Markup(  # noqa: S704 - the inside is our own file, made by the build
        f'<svg class="icon {escape(cls)}" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
        f' stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"'
        f' focusable="false">{inside}</svg>'
    )
