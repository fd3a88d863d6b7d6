"""An installation in a place of its own, as an operator has it, and a little to back up in it."""

from datetime import timedelta
from typing import Any

from click.testing import CliRunner, Result
from flask import Flask

from engage import config
from engage.app import create_app
from engage.cli import main, open_app
from engage.db import alembic, db
from engage.messaging.models import Message
from engage.people import actions
from engage.people.access import SYSTEM
from engage.people.models import LoginSession
from tests.cast import NOW
from tests.database import ENVIRON


class House:
    """An installation on a database of its own."""

    def __init__(self, url: str, **changes: str):
        self.environ = {**ENVIRON, "DATABASE_URL": url, **changes}

    def run(self, *words: object, code: int = 0) -> Result:
        """Run the command as an operator does; it must end with this code."""
        opened: list[Flask] = []

        def noted(**options: Any) -> Flask:
            opened.append(open_app(**options))
            return opened[-1]

        command = [str(word) for word in words]
        done = CliRunner(env=self.environ).invoke(main, command, obj=noted)
        for app in opened:
            with app.app_context():
                db.engine.dispose()
        assert done.exit_code == code, (done.output, done.exception)
        return done

    def app(self) -> Flask:
        return create_app(config.load(self.environ))


def fill() -> None:
    """Migrate the tables and put a little of everything in them: what is too old to send, what was
    being sent, and somebody who is signed in.
    """
    alembic.upgrade()
    organisation = actions.create_organisation(
        SYSTEM, name="N", neutral_name="N", policy="england", now=NOW
    )
    maya = actions.create_young_person(
        SYSTEM, organisation_id=organisation.id, name="Maya", now=NOW
    )
    for number, (state, late) in enumerate(
        [("pending", 1), ("pending", -1), ("sending", 1), ("delivered", -1)]
    ):
        db.session.add(
            Message(
                dedupe_key=str(number), klass="Y", template="reply_neutral", state=state,
                person_id=maya.id, created_at=NOW, not_before=NOW, due_at=NOW,
                not_after=NOW + timedelta(hours=late),
            )
        )  # fmt: skip
    db.session.add(
        LoginSession(token_digest="x", area="phone", created_at=NOW, seen_at=NOW,
                     expires_at=NOW + timedelta(hours=8))
    )  # fmt: skip
    db.session.commit()
