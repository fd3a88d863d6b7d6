"""Maya is ready to come back, and her plan says how."""

from collections.abc import Iterator

import pytest
from flask import Flask

from engage.db import db
from engage.people.models import Person, ReplyPolicy
from tests.cast import NOW, Cast
from tests.checkins.texting import own_number, phone_of, text
from tests.ways_back.returning import swept


@pytest.fixture
def inside(app: Flask, cast: Cast) -> Iterator[None]:
    with app.app_context():
        own_number(cast)
        yield


@pytest.fixture
def ready(inside: None, cast: Cast) -> Cast:
    """Maya texted READY, and the worker has laid out what her plan says: talk first."""
    db.session.get_one(Person, cast.maya).reply_policy = ReplyPolicy.AGREED
    db.session.commit()
    text(phone_of(cast.maya), "ready", now=NOW)
    assert swept(0) == 1
    return cast
