"""What several tests of check-ins start from."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask

from engage.cards import actions as card_actions
from engage.db import db
from tests.cast import Cast
from tests.checkins.texting import own_number


@pytest.fixture
def card(app: Flask, cast: Cast, now: datetime) -> card_actions.Card:
    with app.app_context():
        own_number(cast)
        made = card_actions.make_card(cast.viewer(cast.sam), cast.maya, now=now)
        db.session.commit()
    return made


@pytest.fixture
def inside(app: Flask, cast: Cast) -> Iterator[None]:
    """Inside the app, each organisation with a number of its own."""
    with app.app_context():
        own_number(cast)
        yield
