"""Start pages: each person sees what is theirs, and a stranger nothing."""

import pytest

from engage.db import db
from engage.messaging.models import Heartbeat
from tests.page import Page


@pytest.fixture
def home(client, sign_in):
    """Open somebody's own start page."""

    def go(person_id):
        sign_in(client, person_id)
        return Page(client.get("/"))

    return go


@pytest.fixture
def beat(app, now):
    def go(at):
        with app.app_context():
            db.session.add(Heartbeat(name="worker:test", at=at, started_at=at))
            db.session.commit()

    return go


def test_a_visitor_is_told_where_to_sign_in_and_whom_to_call(client, clock):
    page = Page(client.get("/"))
    assert page.link("I have a card with a code No sign-in needed") == "/c"
    assert "Childline" in page
    assert page.title == "My page"


@pytest.mark.parametrize("code", ["en", "cy", "es", "ar"])
def test_the_first_page_stands_in_every_language(client, clock, code):
    page = Page(client.get(f"/?lang={code}"))
    assert page.lang == code


def test_a_young_person_finds_four_choices_and_their_own_things(home, cast):
    page = home(cast.maya)
    form = page.form("/now")
    assert form.options("kind") == ["ok", "ready", "talk", "not-safe"]
    assert form.values["key"] != [""]
    assert "Not started. It is yours to write." in page
    assert "Maya" not in page.title


def test_what_a_young_person_said_is_followed_until_somebody_has_it(app, client, home, cast, clock):
    page = home(cast.maya)
    page.form("/now").submit(client, "talk")
    page = Page(client.get("/"))
    assert "You asked to talk." in page
    assert "Nobody has answered yet. We keep telling people until someone does." in page
    from engage.alerts import actions
    from engage.alerts.models import Alert
    from engage.alerts.rules import How
    from engage.clock import now

    with app.app_context():
        alert = db.session.query(Alert).one()
        actions.acknowledge(
            alert.id, cast.sam, how=How.PAGE, now=now(), viewer=cast.viewer(cast.sam)
        )
        db.session.commit()
    assert "Sam has it since" in Page(client.get("/"))


def test_a_carer_finds_whom_they_care_for_and_nobody_else(home, cast):
    page = home(cast.jo)
    assert "Maya" in page and "Kit" not in page
    assert (
        "I'm worried A few questions, and who to call" in page.form(f"/worried/{cast.maya}").buttons
    )
    assert "Last heard" not in page


def test_a_carer_of_nobody_is_told_what_will_be_here(home, cast):
    assert "Nobody is linked to you yet" in home(cast.zed_carer)


def test_a_worried_carer_finds_whom_to_call_first(client, home, cast):
    home(cast.jo)
    page = Page(client.get(f"/worried/{cast.maya}"))
    assert page.heading == "Worried about Maya?"
    assert "Call 999" in page and "Sam" in page
    assert "Start the questions" in page.form(f"/worried/{cast.maya}").buttons


@pytest.mark.parametrize("who", ["zed_carer", "far_zed_carer", "zed_worker", "kits_worker", "ines"])
def test_strangers_find_no_page_about_maya(client, sign_in, cast, who):
    sign_in(client, getattr(cast, who))
    assert client.get(f"/worried/{cast.maya}").status_code == 404
    if who != "ines":
        assert client.get(f"/young-people/{cast.maya}").status_code == 404


def test_a_worker_sees_what_waits_by_initials(client, home, cast, sign_in):
    sign_in(client, cast.maya)
    Page(client.get("/")).form("/now").submit(client, "not-safe")
    page = home(cast.sam)
    assert page.heading == "What needs you now"
    assert "In danger" in page or "Not safe" in page
    assert "Maya" not in page
    assert "No plan yet" in page


def test_a_worker_with_nothing_waiting_is_told_so(app, home, cast):
    page = home(cast.zed_worker)
    assert "Nothing waits for you" in page or "Plans that wait for you" in page


def test_supervisors_and_the_night_team_see_their_team(home, cast):
    for who in (cast.sue, cast.olu):
        assert "North team" in home(who)


def test_an_administrator_sees_numbers_and_no_names(home, cast):
    page = home(cast.adil)
    assert "You see numbers here" in page
    assert "Young people" in page
    for name in ("Maya", "Sam", "Jo", "Kit"):
        assert name not in page.main_text


def test_an_interviewer_sees_who_chose_them(home, cast):
    page = home(cast.ines)
    assert "People who chose you" in page
    assert page.link("M") == f"/young-people/{cast.maya}"


def test_staff_and_nobody_else_are_told_that_alerts_are_late(client, home, cast, beat, now):
    from datetime import timedelta

    beat(now - timedelta(seconds=61))
    assert "Alerts are delayed since 17:58" in home(cast.sam)
    assert "Alerts are delayed" not in home(cast.jo)
    assert "Alerts are delayed" not in home(cast.maya)


def test_no_banner_while_the_worker_lives(home, cast, beat, now):
    beat(now)
    assert "Alerts are delayed" not in home(cast.sam)


def test_the_header_leads_staff_where_they_may_go(home, cast):
    assert set(home(cast.sam).links) >= {"Young people", "Alerts", "Check-ins", "Plans"}
    assert "Alerts" not in home(cast.adil).links
    assert "Young people" not in home(cast.maya).links
