"""What a text that asks where to go costs: at most ten statements, whatever they typed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask

from tests.cast import Cast
from tests.checkins.test_cost import MOST, counted
from tests.checkins.texting import UNKNOWN, own_number, phone_of, text
from tests.places.test_queries import CROYDON, put

ASKED = {
    "a postcode of ours": "where cr0 2ab",
    "a district": "where cr0",
    "a postcode far from ours": "where cr9 9zz",
    "a postcode we do not know": "where zz1 1zz",
    "a town": "where croydon",
    "a town, nearly": "where croyden",
    "a town we do not know": "where nowhere",
    "no town at all": "where",
    "a shared position": "https://maps.google.com/?q=51.3728,-0.0990",
    "a position far away": "https://maps.google.com/?q=58.200,-6.380",
    "a Plus Code": "where 9C3W9WF2+4C",
    "a short code": "where 9WF2+4C",
}


@pytest.fixture
def town(app: Flask, cast: Cast) -> Iterator[Cast]:
    with app.app_context():
        own_number(cast)
        put(cast, "The Hub", CROYDON)
        put(cast, "Wolf Tower", (52.5860, -2.1290), town="Wolverhampton", postcode="WV1 1AA")
        yield cast


@pytest.mark.parametrize("words", ASKED.values(), ids=ASKED.keys())
def test_asking_where_to_go_costs_at_most_ten_statements(
    town: Cast, words: str, now: datetime
) -> None:
    number = phone_of(town.maya)
    text(number, "ok", now=now - timedelta(hours=1))
    with counted() as (statements, commits):
        assert text(number, words, now=now) is not None
    assert len(statements) <= MOST, (len(statements), statements)
    assert len(commits) == 1


@pytest.mark.parametrize("words", ["where croydon", "where cr0", "where nowhere"])
def test_a_stranger_who_asks_costs_no_more(town: Cast, words: str, now: datetime) -> None:
    with counted() as (statements, _):
        assert text(UNKNOWN, words, now=now) is not None
    assert len(statements) <= MOST, (len(statements), statements)
