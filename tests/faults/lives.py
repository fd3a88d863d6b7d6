"""Lives of a worker: each is a process of its own, most end by kill -9. Run as a process.

Forked from one process that has loaded everything, so that a life begins in milliseconds.
Reads {"kills": n, "at_once": n, "faults": "…"} as argument; prints how many lives ended.
"""

import json
import os
import random
import signal
import sys
import time
from typing import Any

from flask import Flask
from sqlalchemy import select

from engage import app as factory
from engage import config
from engage.db import db
from engage.messaging.models import Message
from engage.messaging.rules import MessageState
from engage.operators import logs
from engage.worker.running import Runner, run_until_told

SHORTEST, LONGEST = 0.1, 0.6  # seconds a life lasts before it is ended from outside
# Seconds. A killed claim counts as a try, and who is refused at the fifth waits up to 360.
PATIENCE = 420
OPEN = (MessageState.PENDING, MessageState.SENDING, MessageState.UNKNOWN)


def begin(app: Flask, faults: str) -> int:
    """Fork one life and return its process id."""
    child = os.fork()
    if child:
        return child
    random.seed()
    settings: config.Settings = app.extensions["engage"]
    app.extensions["engage"] = settings.model_copy(update={"faults": faults})
    try:
        run_until_told(Runner(app))
        os._exit(0)
    finally:
        os._exit(1)


def is_done(app: Flask) -> bool:
    """Say whether every text has ended or is with the provider."""
    with app.app_context():
        found = db.session.scalar(select(Message.id).where(Message.state.in_(OPEN)).limit(1))
        db.session.rollback()
        db.engine.dispose()  # no connection may be shared over the next fork
    return found is None


def live(app: Flask, plan: dict[str, Any]) -> int:
    """Begin lives and end them until enough have ended; then let the last ones finish."""
    ended, calm = 0, plan.get("calm", "")
    lives: dict[int, float] = {}
    while ended < plan["kills"]:
        while len(lives) < plan["at_once"]:
            end = time.monotonic() + random.uniform(SHORTEST, LONGEST)
            lives[begin(app, plan["faults"])] = end
        time.sleep(0.01)
        for child, end in list(lives.items()):
            if time.monotonic() > end:
                os.kill(child, signal.SIGKILL)
            gone, _status = os.waitpid(child, os.WNOHANG)
            if gone:
                del lives[child]
                ended += 1
    for child in lives:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    last = [begin(app, calm) for _ in range(plan["at_once"])]
    deadline = time.monotonic() + PATIENCE
    while not is_done(app) and time.monotonic() < deadline:
        time.sleep(0.3)
    for child in last:
        os.kill(child, signal.SIGTERM)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in last]
    assert codes == [0] * len(last), codes
    return ended


def main() -> None:
    app = factory.create_app(config.load(os.environ))
    logs.configure("ERROR")
    print(live(app, json.loads(sys.argv[1])), flush=True)


if __name__ == "__main__":
    main()
