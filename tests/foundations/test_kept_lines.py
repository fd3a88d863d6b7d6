"""The line to the database that tests share brings nothing from one to the next."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from engage.config import Settings
from engage.db import db
from tests.database import Kept

SET, SHOW = {}, {}
SET["sqlite"], SHOW["sqlite"] = "PRAGMA synchronous=OFF", "PRAGMA synchronous"
SET["postgresql"], SHOW["postgresql"] = "SET lock_timeout = '1s'", "SHOW lock_timeout"
PID = "SELECT pg_backend_pid()"


def ask(statement: str) -> object:
    answer = db.session.scalar(text(statement))
    db.session.commit()
    db.session.close()
    return answer


def test_what_was_set_on_it_is_gone(app: Flask, kept: Kept) -> None:
    with app.app_context():
        engine = db.engine.dialect.name
        usual = ask(SHOW[engine])
        db.session.execute(text(SET[engine]))
        assert ask(SHOW[engine]) != usual
        kept.let_go()
        assert ask(SHOW[engine]) == usual


def test_one_to_a_server_stays_and_one_that_is_still_held_does_not(
    app: Flask, kept: Kept, settings: Settings
) -> None:
    if settings.is_sqlite:
        pytest.skip("a file is written over, so its lines are always closed")
    with app.app_context():
        first = ask(PID)
        kept.let_go()
        assert ask(PID) == first
        with db.engine.connect() as held:
            line: Any = held.connection.dbapi_connection
            kept.let_go()
            assert ask(PID) != first
        # The pool it came from is gone, so nobody else would close it.
        assert line.closed
