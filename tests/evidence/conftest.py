"""An episode in which somebody is missing, and browsers of those around."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from engage.db import db
from engage.episodes.rules import EpisodeState
from tests.cast import Cast
from tests.episodes.away import opened
from tests.evidence.telling import notices


@pytest.fixture
def inside(app: Flask, cast: Cast) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def missing(app: Flask, cast: Cast) -> Callable[..., dict[str, str]]:
    """`missing("missouri")`: Maya is missing; the address of each notice by who must hear."""

    def begin(
        policy: str = "missouri",
        state: EpisodeState = EpisodeState.MISSING,
        facts: tuple[str, ...] = (),
    ) -> dict[str, str]:
        with app.app_context():
            episode = opened(cast, state, policy=policy, facts=facts)
            there = {to: f"/episodes/{episode.id}/told/{row.id}"
                     for to, row in notices(episode, "missing").items()}  # fmt: skip
            return {"episode": f"/episodes/{episode.id}", **there}

    return begin


@pytest.fixture
def browse(
    app: Flask, cast: Cast, sign_in: Callable[..., FlaskClient]
) -> Callable[..., FlaskClient]:
    """`browse("sam")` is Sam's."""

    def begin(who: str) -> FlaskClient:
        person: UUID = getattr(cast, who)
        return sign_in(app.test_client(), person)

    return begin


@pytest.fixture
def statements(app: Flask, inside: None) -> Iterator[list[str]]:
    """Every statement that reaches the database."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_more):  # type: ignore[no-untyped-def]
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)
