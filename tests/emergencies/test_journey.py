"""An emergency from the call to the talk about it, as everybody meets it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engage.db import db
from engage.messaging.models import Message
from engage.plans.models import PlanAnswer
from tests.emergencies.pages import REASON, WROTE, fill
from tests.page import Page

pytestmark = pytest.mark.usefixtures("accounts")


def test_the_journey_of_an_emergency(app, cast, client, sign_in, at, clock):
    """Zed works in another team and is not linked to Maya. A call comes: she may hurt herself.

    He looks her up by her whole name, reads what will happen, says why, proves who he is and
    reads the one part he needs; a note on every page says that it is open. Sue and Sam are
    texted. He closes it; Sue looks it over and says that they need to talk. Maya sees it all.
    """
    page = at(cast.zed_worker)
    page = page.form("/emergencies/find").fill(who="maya").send(client)
    assert page.heading == "Found"
    page = page.click(client, "Maya")
    assert "Maya sees who opened what, and when." in page
    assert "Sam" in page, "their own worker may be able to help without this"
    page = fill(page).send(client)
    assert "Open to you until 19:00" in page
    assert "Closed parts of M are open to you until 19:00." in page
    assert "60 minutes left." in page
    clock.shift(timedelta(minutes=10))
    client.get("/")
    clock.shift(timedelta(minutes=8, seconds=30))
    page = page.click(client, "What safe means to me")
    assert WROTE in page
    assert "42 minutes left." in Page(client.get("/"))
    Page(client.get("/")).form("/close").submit(client)
    assert "open to you" not in Page(client.get("/"))
    with app.app_context():
        told = db.session.scalars(select(Message.person_id)).all()
    assert set(told) == {cast.sue, cast.sam}
    page = at(cast.sue)
    assert "Look it over by Tue 24 Nov 18:00" in page
    page = page.click(client, "Maya")
    assert REASON in page and "What was read" in page and "Zed" in page
    form = page.form("/review").fill(outcome="talk", note="Call Sam first next time.")
    page = form.send(client)
    assert "Nothing to look over." in page
    clock.shift(timedelta(hours=1))
    sign_in(client, cast.maya)
    with app.app_context():
        plan_id = db.session.scalars(select(PlanAnswer.plan_id)).first()
    page = Page(client.get(f"/plans/{plan_id}/opened"))
    assert "Zed opened this in an emergency: What safe means to me." in page
