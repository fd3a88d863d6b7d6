"""Whose an unmatched text may be, in a house where a list of everybody is too long."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engage.conversations import board_queries
from engage.conversations.board_queries import choice
from engage.db import db
from engage.people.models import Person
from tests.cast import NOW, Cast
from tests.checkins.texting import UNKNOWN, own_number, text
from tests.page import Page


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one name be the most that is listed."""
    monkeypatch.setattr(board_queries, "MOST_OFFERED", 1)


@pytest.fixture(autouse=True)
def both(app: Flask, cast: Cast) -> None:
    """Give Sue a second young person to look after."""
    with app.app_context():
        db.session.get_one(Person, cast.kit).team_id = cast.team
        db.session.commit()


def offered(cast: Cast, typed: str = "", *texts: str) -> list[str]:
    found = choice(cast.viewer(cast.sue), texts, typed, now=NOW)
    assert found.is_cut
    return [str(each.name).split()[0] for each in found.people]


def test_whom_everybody_of_fits_on_a_list_is_all_offered(inside: None, cast: Cast) -> None:
    found = choice(cast.viewer(cast.sue), ["its maya"], "kit", now=NOW)
    assert not found.is_cut
    assert {cast.maya, cast.kit} <= {each.id for each in found.people}


def test_of_too_many_those_are_offered_whom_a_text_names(
    inside: None, large: None, cast: Cast
) -> None:
    assert offered(cast) == []
    assert offered(cast, "", "who is there", "its MAYA i need someone") == ["Maya"]


@pytest.mark.parametrize("typed", ["kit", " KIT ", "ki", "k"])
def test_of_too_many_somebody_is_found_by_what_is_typed(
    inside: None, large: None, cast: Cast, typed: str
) -> None:
    assert offered(cast, typed, "its maya") == ["Kit"]


@pytest.mark.parametrize("typed", ["zed", "maya nobody", "aya"])
def test_nobody_else_is_found(inside: None, large: None, cast: Cast, typed: str) -> None:
    assert offered(cast, typed) == []


def test_equal_names_keep_their_order(inside: None, cast: Cast) -> None:
    name = str(db.session.get_one(Person, cast.maya).name)
    db.session.get_one(Person, cast.kit).name = name
    db.session.flush()
    found = [each.id for each in choice(cast.viewer(cast.sue), [], "", now=NOW).people]
    both = [each for each in found if each in (cast.maya, cast.kit)]
    assert both == sorted(both) and len(both) == 2


def test_the_board_finds_whom_it_does_not_list(
    app: Flask, client: FlaskClient, large: None, cast: Cast, sign_in
) -> None:
    with app.app_context():
        own_number(cast)
        text(UNKNOWN, "who is there", now=NOW)
    sign_in(client, cast.sue)
    page = Page(client.get("/check-ins/unmatched"))
    assert page.form("/match").options("young_person") == [""]
    shown = Page(client.get("/check-ins/unmatched?q=Kit"))
    found = shown.form("/match")
    assert found.options("young_person") == ["", str(cast.kit)]
    # Nobody chosen: what was typed is still there, and so is whom it found.
    assert f'action="{found.action}?q=Kit"' in shown.html
    again = Page(client.post(f"{found.action}?q=Kit", data=dict(found.values)))
    assert again.form("/match").options("young_person") == ["", str(cast.kit)]
    assert 'value="Kit"' in again.html
