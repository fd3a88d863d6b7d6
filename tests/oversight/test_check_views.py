"""Checking the register against a pasted or uploaded list, by those who look after somebody."""

import io
from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engage.audit.models import AuditEntry
from engage.db import db
from engage.oversight.check_models import RegisterCheck
from engage.people.models import YoungPerson
from tests.cast import Cast
from tests.episodes.away import S, opened
from tests.page import Page

SignIn = Callable[[FlaskClient, UUID], FlaskClient]
HEAD = "name,date of birth,missing since\n"


@pytest.fixture
def born(app: Flask, cast: Cast) -> str:
    """Maya is missing; her day of birth."""
    with app.app_context():
        opened(cast, S.AWAY, policy="england")
        return str(db.session.get_one(YoungPerson, cast.maya).birth_date)


@pytest.fixture
def sam(client: FlaskClient, sign_in: SignIn, cast: Cast, born: str) -> FlaskClient:
    return sign_in(client, cast.sam)


def send(client: FlaskClient, text: str = "", whose: str = "police", sheet: bytes = b"") -> Page:
    form = Page(client.get("/missing/check")).form("/missing/check")
    data = {"csrf_token": form.values["csrf_token"][0], "whose": whose, "pasted": text}
    if sheet:
        data["sheet"] = (io.BytesIO(sheet), "list.csv")
    return Page(client.post("/missing/check", data=data, content_type="multipart/form-data"))


def kept(app: Flask) -> list[RegisterCheck]:
    with app.app_context():
        return list(db.session.scalars(select(RegisterCheck)))


def test_who_is_on_both_lists_and_who_on_one(app: Flask, sam: FlaskClient, born: str) -> None:
    page = send(sam, HEAD + f"Maya,{born},2026-11-22 18:00\nSomebody Else,2010-01-02,\n")
    assert "On both: 1" in page and "Only on their list: 1" in page and "Somebody Else" in page
    assert page.link("Maya").startswith("/episodes/")
    assert "Only on our list" not in page
    (check,) = kept(app)
    assert (check.both, check.only_theirs, check.only_ours, check.listed) == (1, 1, 0, 2)
    with app.app_context():
        written = db.session.scalars(
            select(AuditEntry.reason).where(AuditEntry.verb == "register:checked")
        ).all()
        assert written == ["police:2"]


def test_a_file_is_read_too_and_a_time_that_differs_is_said(sam: FlaskClient, born: str) -> None:
    sheet = ("\ufeff" + HEAD.replace(",", ";") + f"Maya;{born};2026-11-20 10:00\n").encode()
    page = send(sam, whose="ncmec", sheet=sheet)
    assert "On both, with other times: 1" in page and "The national centre (NCMEC): 1 line" in page


def test_who_was_not_reported_stands_first(sam: FlaskClient) -> None:
    page = send(sam, HEAD + "Somebody Else,2010-01-02,\n")
    assert "Only on our list: 1" in page and "Were they reported?" in page


def test_nothing_of_their_list_is_kept(app: Flask, sam: FlaskClient, born: str) -> None:
    send(sam, HEAD + "Quite Unusual Name,2010-01-02,\n")
    with app.app_context():
        connection = db.session.connection().connection.dbapi_connection
        if hasattr(connection, "iterdump"):
            assert not [line for line in connection.iterdump() if "Unusual" in line]
    page = Page(sam.get("/missing/check"))
    assert "You checked before" in page and "Only theirs: 1." in page and "Unusual" not in page


def test_mistakes_are_named_nothing_is_compared_and_nothing_typed_is_lost(
    app: Flask, sam: FlaskClient
) -> None:
    typed = HEAD + "Maya,soon,\n,2010-01-02,\n"
    page = send(sam, typed)
    assert page.status == 400 and "2 things to put right" in page
    assert "Line 2, date of birth: Write the date like 2010-12-31." in page
    assert "Line 3, name: The name is missing." in page
    assert page.form("/missing/check").values["pasted"][0].strip() == typed.strip()
    assert page.form("/missing/check").values["whose"] == ["police"]
    assert kept(app) == []


def test_a_hundred_mistakes_are_counted_and_fifty_shown(sam: FlaskClient) -> None:
    page = send(sam, HEAD + "Maya,soon,\n" * 100)
    assert "100 things to put right" in page and "Only the first 50 are shown." in page


@pytest.mark.parametrize(("text", "whose", "words"), [
    ("", "police", "Paste a list or choose a file."),
    (HEAD + "Maya,,\n", "", "Say whose list it is."),
    (HEAD + "Maya,,\n", "my aunt", "Pick one of the answers."),
])  # fmt: skip
def test_what_is_missing_is_said(sam: FlaskClient, text: str, whose: str, words: str) -> None:
    page = send(sam, text, whose)
    assert page.status == 400 and words in page


def test_a_list_never_says_whether_somebody_else_is_known(
    app: Flask, client: FlaskClient, sign_in: SignIn, cast: Cast, born: str
) -> None:
    for who in (cast.kits_worker, cast.far_zed_supervisor):
        page = send(sign_in(client, who), HEAD + f"Maya,{born},\n")
        assert "Only on their list: 1" in page and "On both" not in page
        assert not [link for link in page.links.values() if link.startswith("/episodes/")]


def test_the_check_is_for_those_who_look_after_somebody(
    client: FlaskClient, sign_in: SignIn, cast: Cast
) -> None:
    for who in (cast.jo, cast.maya, cast.ines, cast.adil, cast.zed_carer):
        theirs = sign_in(client, who)
        assert theirs.get("/missing/check").status_code == 404
        token = Page(theirs.get("/c")).form().values["csrf_token"][0]
        told = {"csrf_token": token, "whose": "police", "pasted": HEAD + "M,,\n"}
        assert theirs.post("/missing/check", data=told).status_code == 404
    for who in (cast.sue, cast.olu):
        assert sign_in(client, who).get("/missing/check").status_code == 200
