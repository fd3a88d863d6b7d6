"""Signing somebody in once more without a texted code."""

import json
import secrets
from collections.abc import Callable, Set
from copy import copy
from datetime import UTC, datetime, timedelta
from http.cookiejar import Cookie
from uuid import uuid4

from engage.crypto import Keyring
from tests.journeys.demonstration import Browser, Demonstration


class Lender:
    """Signs people in; those who need a texted code, with one only the first time.

    A number gets few codes in a quarter of an hour, and there are more and more tests.
    """

    def __init__(self, demo: Demonstration, sign_in: Callable[[str], Browser], texted: Set[str]):
        self.demo, self.sign_in, self.texted = demo, sign_in, texted
        self.first: dict[str, Cookie] = {}

    def browser(self, who: str) -> Browser:
        """Return a browser of somebody's own, signed in anew."""
        if who in self.first:
            return signed_in_again(self.demo, self.first[who])
        browser = self.sign_in(who)
        if who in self.texted:
            self.first[who] = copy(next(one for one in browser.jar if one.name == "engage"))
        return browser


def signed_in_again(demo: Demonstration, first: Cookie) -> Browser:
    """Put a session for the same person beside that of this cookie; return a browser with it."""
    keys = json.loads((demo.folder / "data" / "keys.json").read_text())
    ring = Keyring(keys["ENGAGE_ENCRYPTION_KEYS"], keys["ENGAGE_INDEX_KEY"])
    now, cookie = datetime.now(UTC), copy(first)
    cookie.value = secrets.token_urlsafe(32)
    times = (now, now, now + timedelta(hours=2))
    demo.store(
        "INSERT INTO login_sessions (id, token_digest, person_id, area, created_at, seen_at,"
        " expires_at) SELECT ?, ?, person_id, area, ?, ?, ? FROM login_sessions"
        " WHERE token_digest = ?",
        (uuid4().hex, ring.digest("token", cookie.value).hex(),
         *[f"{at:%Y-%m-%d %H:%M:%S.%f}" for at in times],
         ring.digest("token", str(first.value)).hex()),
    )  # fmt: skip
    browser = Browser(demo.address)
    browser.jar.set_cookie(cookie)
    return browser
