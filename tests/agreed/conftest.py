"""What tests of agreed times start from."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.cast import Cast
from tests.checkins.texting import own_number


@pytest.fixture
def inside(app: Flask, cast: Cast) -> Iterator[None]:
    """Inside the app, each organisation with a number of its own."""
    with app.app_context():
        own_number(cast)
        yield
