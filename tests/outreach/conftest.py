"""Maya is away, in an episode of her own."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask

from engage.db import db
from engage.people.models import Person
from tests.cast import Cast
from tests.checkins.texting import own_number
from tests.episodes.away import opened


@pytest.fixture
def inside(app: Flask, cast: Cast) -> Iterator[Cast]:
    with app.app_context():
        own_number(cast)
        yield cast


@pytest.fixture
def episode(app: Flask, cast: Cast) -> UUID:
    with app.app_context():
        own_number(cast)
        return opened(cast, policy="england").id


@pytest.fixture
def welsh(episode: UUID, app: Flask, cast: Cast) -> None:
    with app.app_context():
        db.session.get_one(Person, cast.maya).locale = "cy"
        db.session.commit()
