"""Everybody on the staff has an account, and there are two administrators."""

import pytest

from engage.db import db
from engage.people.access import SYSTEM
from engage.people.account_actions import create_account
from engage.people.actions import create_worker, grant_role
from engage.people.models import Role

STAFF = ("sam", "sue", "olu", "ines", "adil", "zed_worker", "kits_worker")


@pytest.fixture(autouse=True)
def accounts(app, cast, now):
    with app.app_context():
        for name in STAFF:
            address = f"{name}@example.org"
            create_account(SYSTEM, getattr(cast, name), address, now=now, password="x")
        db.session.commit()


@pytest.fixture
def inside(app, accounts):
    """What follows happens inside an app context."""
    with app.app_context():
        yield


@pytest.fixture
def bea(app, cast, now):
    """Another administrator."""
    with app.app_context():
        made = create_worker(SYSTEM, organisation_id=cast.organisation, name="Bea", now=now).id
        grant_role(SYSTEM, made, Role.ADMIN, now=now)
        create_account(SYSTEM, made, "bea@example.org", now=now, password="x")
        db.session.commit()
    return made
