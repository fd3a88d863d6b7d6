"""One scheduler as a process: takes what is due, a few at a time, until it is killed."""

import os
import sys
import time
from datetime import datetime

from engage import app as factory
from engage import config
from engage.agreed.sweep_actions import sweep_expected
from engage.alerts.sweep_actions import sweep
from engage.db import db, transaction
from engage.ways_back.sweep_actions import sweep_steps

SWEEPS = {"alerts": sweep, "expected": sweep_expected, "steps": sweep_steps}


def main() -> None:
    take, now = SWEEPS[sys.argv[1]], datetime.fromisoformat(sys.argv[2])
    limit = int(sys.argv[3])
    app = factory.create_app(config.load(os.environ), with_pages=False)
    with app.app_context():
        while True:
            with transaction(db.session):
                done = take(now=now, address="http://localhost", limit=limit)
            if not done:
                time.sleep(0.01)


if __name__ == "__main__":
    main()
