"""An application context with the cast, and the evening, for the tests of this folder."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.cast import Cast
from tests.timeline.evening import an_evening


@pytest.fixture
def inside(app: Flask, cast: Cast) -> Iterator[Cast]:
    with app.app_context():
        yield cast


@pytest.fixture
def evening(app: Flask, cast: Cast) -> str:
    """The id of the episode of that evening."""
    with app.app_context():
        return str(an_evening(cast).id)
