"""An application context with the cast, for every test of this folder that asks for it."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.cast import Cast


@pytest.fixture
def inside(app: Flask, cast: Cast) -> Iterator[None]:
    with app.app_context():
        yield
