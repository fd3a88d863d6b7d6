"""The whole house against the stand-in provider: signed webhooks in, texts and reports out."""

import http.client
import re
import urllib.request
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from benchmarks.setting import ENVIRON, database, make_app, process, stand_in
from engage.db import db
from engage.messaging.models import InboundMessage, Message, MessageEvent
from engage.people.models import Person
from tests.cast import make_settled_cast
from tests.faults.test_outbound import Stage
from tests.waiting import free_port, wait_for

SERVE = """
import os
from engage import app, cli, config
cli.serve(
    app.create_app(config.load(os.environ)),
    port=int(os.environ["PORT"]), processes=1, threads=4, worker_inside=True,
)
"""


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/healthz/live", timeout=10) as answer:
            return bool(answer.status == 200)
    except (OSError, http.client.HTTPException):
        return False


class House(Stage):
    """Web and worker in one process, as one small organisation runs them."""

    @property
    def url(self) -> str:
        return self.environ["ENGAGE_PUBLIC_URL"]

    def serving(self):
        return process("-c", SERVE, environ=self.environ)

    def phone(self, person_id: object) -> str:
        with self.app.app_context():
            return str(db.session.get(Person, person_id).phone)

    def says(self, number: str, body: str, **more: str) -> int:
        return int(self.provider.receive(number, body, **more))

    def got(self, number: str) -> list[str]:
        return [text["body"] for text in self.provider.texts() if text["to"] == number]

    def count(self, table: type) -> int:
        with self.app.app_context():
            return len(db.session.scalars(select(table.id)).all())

    def has_heard_it_all(self) -> bool:
        """Whether every text is delivered, and we took all reports on it, the repeats too.

        Delivered alone says little: reports come in any order, and that one may come first.
        """
        texts = [one for one in self.provider.texts() if one["direction"] == "outbound-api"]
        is_told = len(texts) == self.count(Message) and all(t["reported"] == 6 for t in texts)
        return is_told and set(self.states()) == {"delivered"}

    def states(self) -> dict[str, int]:
        found = super().states()
        return {state: found[state] for state in sorted(found)}


@pytest.fixture
def house() -> Iterator[House]:
    with database("sqlite") as url, stand_in() as provider:
        port = free_port()
        environ = {
            **ENVIRON,
            **provider.environ(),
            "DATABASE_URL": url,
            "PORT": str(port),
            "ENGAGE_PUBLIC_URL": f"http://127.0.0.1:{port}",
        }
        app = make_app(environ)
        with app.app_context():
            cast = make_settled_cast()
        yield House(app, cast, provider, environ)
        with app.app_context():
            db.engine.dispose()


def test_a_text_comes_in_and_its_answers_go_out_and_are_reported(house: House) -> None:
    maya, sam, jo = (house.phone(getattr(house.cast, who)) for who in ("maya", "sam", "jo"))
    house.provider.moods(
        webhook=f"{house.url}/webhooks/twilio/sms",
        statuses="queued,sent,delivered",
        shuffle=True,
        repeat=2,
    )
    with house.serving():
        wait_for(lambda: answers(house.url), "the web answers")
        assert house.says(maya, "not ok", sid="SM" + "1" * 32) == 200
        wait_for(lambda: house.got(maya) and house.got(sam) and house.got(jo), "all have a text")
        # The same webhook again.
        assert house.says(maya, "not ok", sid="SM" + "1" * 32) == 200
        wait_for(house.has_heard_it_all, "we took every report, and each again")
    assert house.count(InboundMessage) == 1
    assert len(house.got(maya)) == 1
    assert set(house.states()) == {"delivered"}
    assert house.count(MessageEvent) == 3 * house.count(Message)
    assert re.search(r"Reply 1", house.got(sam)[0])


def test_texts_that_came_while_we_were_away_are_fetched_at_boot(house: House) -> None:
    maya, sam = house.phone(house.cast.maya), house.phone(house.cast.sam)
    house.provider.moods(webhook="")
    for number in range(3):
        assert house.says(maya, "not ok", sid=f"SM{number:032}") == 0
    house.provider.moods(webhook=f"{house.url}/webhooks/twilio/sms")
    with house.serving():
        wait_for(lambda: house.got(sam), "Sam has a text")
        # The provider tries one of them again after all.
        assert house.says(maya, "not ok", sid=f"SM{0:032}") == 200
        wait_for(lambda: house.count(InboundMessage) == 3, "all three are fetched")
