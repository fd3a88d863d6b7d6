"""What is left by worker and home, as a supervisor sees it; and Zed, who finds nothing."""

import pytest

from engage.db import db
from engage.oversight.gap_models import GapMailStop
from tests.episodes.away import S, opened
from tests.page import Page

HERE = "/missing/gaps/by-worker"


@pytest.fixture
def away(app, cast):
    with app.app_context():
        opened(cast, S.MISSING, policy="missouri")
    return cast


@pytest.fixture
def sue(client, away, sign_in):
    return sign_in(client, away.sue)


def cells(page):
    return [" ".join(" ".join(row.itertext()).split()) for row in page.all("tr")]


def test_a_supervisor_sees_with_whom_and_where_how_much_is_left(sue):
    page = Page(sue.get("/missing/gaps"))
    assert page.links["By worker and home, and by mail"] == HERE
    page = Page(sue.get(HERE))
    found = cells(page)
    assert any(row.startswith("Sam ") for row in found)
    assert sum(row.startswith(("Worker", "Home")) for row in found) == 2
    assert "not whom to blame" in page and "Maya" not in page


def test_nothing_left_says_so(client, cast, sign_in):
    page = Page(sign_in(client, cast.sue).get(HERE))
    assert "Nothing is blank, and nobody is left to be told." in page


def test_without_a_mail_server_no_mail_is_promised(sue):
    page = Page(sue.get(HERE))
    assert "No mail is sent from here yet." in page
    assert not [form for form in page.forms if form.action == HERE]


def test_the_mail_is_stopped_and_wanted_again_with_a_press(app, sue, monkeypatch):
    ours = app.extensions["engage"].model_copy(update={"mail_url": "smtp://127.0.0.1:1"})
    monkeypatch.setitem(app.extensions, "engage", ours)
    page = Page(sue.get(HERE))
    assert "You get a mail at 07:30" in page
    page = page.form(HERE).send(sue, "Stop the mail")
    assert "You stopped the mail." in page
    with app.app_context():
        assert db.session.query(GapMailStop).count() == 1
    page = page.form(HERE).send(sue, "Send me the mail again")
    assert "You get a mail at 07:30" in page
    with app.app_context():
        assert db.session.query(GapMailStop).count() == 0


def test_anything_but_yes_and_no_is_not_there(sue):
    token = Page(sue.get("/c")).form().values["csrf_token"][0]
    assert sue.post(HERE, data={"csrf_token": token, "mail": "maybe"}).status_code == 404


@pytest.mark.parametrize("name", ["sam", "olu", "ines", "adil", "jo", "maya", "zed_worker"])
def test_whoever_supervises_nobody_finds_nothing(client, away, sign_in, name):
    stranger = sign_in(client, getattr(away, name))
    assert stranger.get(HERE).status_code == 404
    token = Page(stranger.get("/c")).form().values["csrf_token"][0]
    assert stranger.post(HERE, data={"csrf_token": token, "mail": "no"}).status_code == 404


def test_zed_who_supervises_elsewhere_sees_none_of_it(client, away, sign_in):
    page = Page(sign_in(client, away.far_zed_supervisor).get(HERE))
    assert "Nothing is blank" in page and "Sam" not in page
