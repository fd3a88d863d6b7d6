"""The quick way out: what is forgotten when somebody presses Leave."""

import logging
from collections.abc import Callable

from flask import Flask, current_app, session

log = logging.getLogger(__name__)
KEY = "engage.web.leave"


def on_leave(app: Flask, forget: Callable[[], None]) -> None:
    """Call `forget` when somebody leaves, before the session is emptied (revoke its row)."""
    app.extensions.setdefault(KEY, []).append(forget)


def forget_everything() -> None:
    """Revoke and empty the session; leaving works whatever else is broken."""
    for forget in current_app.extensions.get(KEY, []):
        try:
            forget()
        except Exception as error:  # noqa: BLE001 - nothing may stand in the way out
            log.error("leave: could not revoke the session: %s", type(error).__name__)
    session.clear()
