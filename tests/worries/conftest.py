"""An application context with the cast, for every test of this folder that asks for it."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.cast import Cast
from tests.missing_pack.conftest import away  # noqa: F401 - a fixture
from tests.plans.conftest import plan  # noqa: F401 - a fixture


@pytest.fixture
def inside(app: Flask, cast: Cast) -> Iterator[None]:
    with app.app_context():
        yield
