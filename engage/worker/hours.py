"""The time that all workers agree on. Source: SAFETY 6 R13."""

from collections.abc import Callable
from datetime import datetime

import structlog
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from engage import clock, config
from engage.db import db

log = structlog.get_logger("engage.worker")


def database_now() -> datetime:
    """Return PostgreSQL's instant; on SQLite, which has one machine, that machine's.

    Not the instant its transaction began: the clock itself.
    """
    if db.engine.dialect.name != "postgresql":
        return clock.now()
    found: datetime = db.session.scalars(select(func.clock_timestamp())).one()
    db.session.rollback()
    return found


def hours_of(app: Flask) -> Callable[[], datetime]:
    """Return what tells a worker the time: the database, else this machine while it is away.

    Tests turn the clock of their own process, so there that one counts.
    """
    settings: config.Settings = app.extensions["engage"]
    if settings.environment is config.Environment.TEST:
        return clock.now

    def tell() -> datetime:
        try:
            with app.app_context():
                return database_now()
        except SQLAlchemyError as error:
            log.warning("database not asked for the time", exc_info=error)
            return clock.now()

    return tell
