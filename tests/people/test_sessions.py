"""A session is a row: it ends when it should, at once, and visitors have none."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from engage import config
from engage.app import create_app
from engage.db import db
from engage.people import links, sessions
from engage.people.account_actions import end_sessions
from engage.people.actions import end_role
from engage.people.models import Link, LinkKind, LoginSession, Person, RoleGrant
from engage.people.phone_actions import report_lost_phone
from engage.people.signin import sign_in as begin
from engage.people.signin import sign_in_by_link
from engage.people.viewer import SYSTEM
from tests.database import ENVIRON
from tests.page import Page
from tests.sealing import is_sealed

CLOSED = "/alerts"  # any page for whoever is signed in


def rows(app):
    with app.app_context():
        return list(db.session.scalars(select(LoginSession)))


def is_in(client):
    return client.get(CLOSED).status_code == 200


@pytest.fixture
def counted(app):
    """The statements that were sent to the database."""
    seen = []
    with app.app_context():
        engine = db.engine

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def test_a_visitor_has_no_row_and_keeps_language_and_forms(app, client, cast):
    page = Page(client.get("/phone-sign-in?lang=cy"))
    assert page.lang == "cy"
    assert Page(client.get("/phone-sign-in")).lang == "cy"
    assert page.form().fill(number="hello").submit(client).status_code == 200
    assert rows(app) == []


def test_a_visitors_cookie_cannot_be_made_up_or_carry_more(app, client, cast):
    client.get("/phone-sign-in?lang=cy")
    kept = client.get_cookie("engage").value
    # Not the last sign: some of its bits count for nothing.
    changed = kept[:-5] + ("B" if kept[-5] == "A" else "A") + kept[-4:]
    for forged in (changed, "a.b", "a.b.c", ".", "x" * 4000, "\u00e9.x"):
        client.set_cookie("engage", forged)
        assert Page(client.get("/phone-sign-in")).lang == "en"
    payload = app.session_interface._visitors.dumps({"lang": "cy", "phone_who": [str(cast.maya)]})
    client.set_cookie("engage", payload)
    assert client.get("/phone-sign-in/who").location == "/phone-sign-in"


def test_only_digests_and_sealed_content_are_kept(app, client, cast, sign_in):
    sign_in(client, cast.jo).get("/phone-sign-in?lang=es")
    [row] = rows(app)
    cookie = client.get_cookie("engage").value
    assert len(cookie) == 43
    assert cookie not in (row.token_digest, row._content)
    assert is_sealed(row._content)


def test_the_cookie_is_not_for_scripts_nor_other_sites(client, cast):
    header = client.get("/phone-sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert "Path=/" in header


def test_over_https_the_cookie_is_bound_to_our_host(settings):
    https = {**ENVIRON, "DATABASE_URL": settings.database_url}
    app = create_app(config.load({**https, "ENGAGE_PUBLIC_URL": "https://engage.example"}))
    answer = app.test_client().get("/phone-sign-in", base_url="https://engage.example")
    assert answer.headers["Set-Cookie"].startswith("__Host-engage=")
    assert "Secure" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize(("who", "minutes"), [("sam", 15), ("jo", 15), ("maya", 5)])
def test_a_session_that_rests_too_long_ends(client, cast, sign_in, clock, who, minutes):
    sign_in(client, getattr(cast, who))
    for _ in range(3):
        clock.shift(timedelta(minutes=minutes) - timedelta(seconds=1))
        assert is_in(client)
    clock.shift(timedelta(minutes=minutes))
    assert not is_in(client)


def test_no_session_lasts_longer_than_a_working_day(client, cast, sign_in, clock):
    sign_in(client, cast.sam)
    for _ in range(47):
        clock.shift(timedelta(minutes=10))
        assert is_in(client)
    clock.shift(timedelta(minutes=10))
    assert not is_in(client)


def test_when_it_was_last_used_is_written_once_a_minute(app, client, cast, sign_in, clock):
    sign_in(client, cast.jo)
    seen = []
    for seconds in (10, 30, 25, 10):
        clock.shift(seconds)
        client.get("/page")
        seen.append(rows(app)[0].seen_at)
    assert len(set(seen)) == 2


def test_a_session_costs_one_query_and_a_visitor_none(client, cast, sign_in, counted):
    client.get("/page")
    assert counted == []
    sign_in(client, cast.jo)
    counted.clear()
    client.get("/page")
    assert len(counted) == 1


def test_ending_somebodys_sessions_holds_at_the_next_request(app, client, cast, sign_in, now):
    other = sign_in(app.test_client(), cast.sue)
    sign_in(client, cast.sam)
    with app.app_context():
        end_sessions(SYSTEM, cast.sam, now=now)
        db.session.commit()
    assert not is_in(client)
    assert is_in(other)


def test_a_lost_phone_closes_links_sessions_and_texts_in_one_act(app, client, cast, now):
    with app.app_context():
        for holder in (None, cast.maya, cast.ade):
            links.issue(LinkKind.CHECK_IN, young_person_id=cast.maya, person_id=holder, now=now)
        link = db.session.scalars(select(Link).where(Link.person_id.is_(None))).one()
        link_id = link.id
        db.session.commit()
    with app.test_request_context():
        sign_in_by_link(db.session.get(Link, link_id))
        response = app.make_response("")
        app.session_interface.save_session(app, sessions.current_session(), response)
    assert [row.revoked_at for row in rows(app)] == [None]
    with app.app_context():
        report_lost_phone(cast.viewer(cast.sam), cast.maya, now=now)
        db.session.commit()
        open_links = db.session.scalars(select(Link).where(Link.revoked_at.is_(None)))
        assert [link.person_id for link in open_links] == [cast.ade]
        assert db.session.get(Person, cast.maya).phone_suspended_at == now
    assert [row.revoked_at for row in rows(app)] == [now]


def test_a_role_that_ends_is_gone_at_the_next_request(app, client, cast, sign_in, now):
    sign_in(client, cast.sam)
    assert client.get("/young-people").status_code == 200
    with app.app_context():
        grant = db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == cast.sam)).one()
        end_role(SYSTEM, grant.id, now=now)
        db.session.commit()
    assert client.get("/young-people").status_code == 404


def test_leaving_and_signing_out_revoke_the_row(app, cast, sign_in):
    for leave in ("/leave", "/sign-out"):
        client = sign_in(app.test_client(), cast.jo)
        cookie = client.get_cookie("engage").value
        if leave == "/leave":
            client.get(leave)
        else:
            token = Page(client.get("/phone-sign-in")).form().values["csrf_token"][0]
            client.post(leave, data={"csrf_token": token})
        client.set_cookie("engage", cookie)
        assert not is_in(client)
    assert all(row.revoked_at and row._content is None for row in rows(app))


def test_signing_in_never_keeps_an_id_that_was_there_before(app, client, cast, sign_in):
    sign_in(client, cast.maya)
    planted = client.get_cookie("engage").value
    with app.test_request_context(headers={"Cookie": f"engage={planted}"}):
        sessions.current_session()["secret"] = "x"
        begin(cast.viewer(cast.jo))
        assert "secret" not in sessions.current_session()
        response = app.make_response("")
        app.session_interface.save_session(app, sessions.current_session(), response)
    assert not is_in(client), "the planted id opens nothing"
    assert {row.person_id for row in rows(app) if row.revoked_at is None} == {cast.jo}


def test_content_that_was_moved_to_another_row_opens_nothing(app, client, cast, sign_in):
    sign_in(client, cast.jo).get("/phone-sign-in")
    sign_in(app.test_client(), cast.sam).get("/phone-sign-in")
    with app.app_context():
        rows = {row.person_id: row for row in db.session.scalars(select(LoginSession))}
        assert rows[cast.sam]._content
        rows[cast.jo]._content = rows[cast.sam]._content
        db.session.commit()
    assert not is_in(client)


def test_when_the_database_is_gone_nobody_is_taken_for_a_stranger(
    client, cast, sign_in, monkeypatch
):
    sign_in(client, cast.jo)

    def gone(*_):
        raise OperationalError("", {}, Exception())

    monkeypatch.setattr(sessions, "_load", gone)
    answer = client.get(CLOSED)
    assert answer.status_code == 503
    assert "Set-Cookie" not in answer.headers
