"""Members of staff who can prove once more who they are."""

import pytest
from flask_security import hash_password

from engage.db import db
from engage.people.access import SYSTEM
from engage.people.account_actions import create_account
from engage.plans.actions import start_plan, write_answer
from engage.plans.models import Voice
from tests.emergencies.pages import PASSWORD, WROTE, asking, fill
from tests.page import Page


@pytest.fixture
def accounts(app, cast, now):
    """Everybody on the staff has an address and the same password, as in a demonstration."""
    with app.app_context():
        hashed = hash_password(PASSWORD)
        for name in ("sam", "sue", "olu", "zed_worker", "kits_worker", "ines", "adil"):
            person_id = getattr(cast, name)
            email = f"{name}@example.org"
            create_account(SYSTEM, person_id, email, now=now, password=hashed)
        db.session.commit()


@pytest.fixture
def plan(app, cast, now):
    """Maya has written what safe means to her, and shares it with nobody."""
    with app.app_context():
        maya = cast.viewer(cast.maya)
        plan_id = start_plan(maya, cast.maya, now=now).id
        write_answer(
            maya, plan_id, "safe", WROTE, voice=Voice.YOUNG_PERSON, seen_revision=0, now=now
        )
        db.session.commit()
        return plan_id


@pytest.fixture
def at(app, client, sign_in, plan):
    """Open a page as somebody: `at(cast.sam, "/emergencies")`."""

    def go(person_id, path="/emergencies"):
        sign_in(client, person_id)
        return Page(client.get(path))

    return go


@pytest.fixture
def opened(at, cast, client):
    """Olu has opened what safe means to Maya; the page of it."""
    return fill(at(cast.olu, asking(cast))).send(client)
