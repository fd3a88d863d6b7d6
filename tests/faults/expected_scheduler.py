"""One scheduler of expected check-ins as a process: takes what is due until it is killed."""

import os
import sys
import time
from datetime import datetime

from engage import app as factory
from engage import config
from engage.agreed.sweep_actions import sweep_expected
from engage.db import db, transaction


def main() -> None:
    now, limit = datetime.fromisoformat(sys.argv[1]), int(sys.argv[2])
    app = factory.create_app(config.load(os.environ))
    with app.app_context():
        while True:
            with transaction(db.session):
                done = sweep_expected(now=now, address="http://localhost", limit=limit)
            if not done:
                time.sleep(0.01)


if __name__ == "__main__":
    main()
