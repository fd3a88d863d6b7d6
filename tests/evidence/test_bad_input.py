"""Garbage sent to the forms about telling people: a clear answer, and nothing is kept of it."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from engage.db import db
from engage.evidence.forms import TellingForm
from engage.evidence.models import NoticeFact
from engage.evidence.rules import Field
from tests.page import Page
from tests.people.test_bad_input import GARBAGE

Missing = Callable[..., dict[str, str]]
Browse = Callable[[str], FlaskClient]
ENDS = ("contact", "numbers", "sent", "refused", "follow_up", "not", "look", "files")
NAMES = (*(str(name) for name in Field), "on", "at", "correction", "why", "words", "do", "paper")


@pytest.mark.parametrize("kind", GARBAGE)
@pytest.mark.parametrize("who", ["sam", "jo", "sue", "olu"])
def test_garbage_gets_a_clear_answer(missing: Missing, browse: Browse, who: str, kind: str) -> None:
    there, client = missing(), browse(who)
    token = Page(client.get("/c")).form().values["csrf_token"][0]
    for to in ("police", "juvenile_officer"):
        for end in ENDS:
            data = MultiDict({"csrf_token": token})
            for name in NAMES:
                data.setlist(name, GARBAGE[kind](name))
            answer = client.post(f"{there[to]}/{end}", data=data)
            assert answer.status_code < 500, (to, end)
            assert "<script>alert(1)" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("route", "pigeon", "Pick one of the answers."),
        ("name", "x" * 300, "too long"),
        ("name", "PC\x00Doe", "Some signs could not be read."),
        ("at", "25:99", "Write the day and the time"),
        ("on", "2026-02-30", "Write the day and the time"),
        ("on", "22/11/2026", "Write the day and the time"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    app: Flask, missing: Missing, browse: Browse, name: str, value: str, words: str
) -> None:
    there, sam = missing(), browse("sam")
    form = Page(sam.get(f"{there['police']}/contact")).form().fill(agency="Northtown station")
    form.values.update({"on": ["2026-11-22"], "at": ["17:50"], name: [value]})
    answer = Page(form.submit(sam))
    assert answer.status == 400
    assert any(words in each for each in answer.errors), answer.errors
    assert answer.form().values["agency"] == ["Northtown station"]
    with app.app_context():
        assert db.session.query(NoticeFact).count() == 0


def test_a_field_of_another_page_is_not_kept(app: Flask, missing: Missing, browse: Browse) -> None:
    there, sam = missing(), browse("sam")
    form = Page(sam.get(f"{there['police']}/numbers")).form().fill(report_number="NP-1")
    form.values.update({"late_reason": ["sneaked in"], "left_out": ["not_safe"]})
    form.submit(sam)
    with app.app_context():
        assert [fact.field for fact in db.session.query(NoticeFact)] == ["report_number"]


def test_a_reason_for_a_return_is_not_taken_for_who_is_missing(
    missing: Missing, browse: Browse
) -> None:
    there, sam = missing("england"), browse("sam")
    form = Page(sam.get(f"{there['parents']}/not")).form()
    form.values["why"] = ["never_told"]
    answer = Page(form.submit(sam))
    assert answer.status == 400 and answer.errors == ["Pick one of the answers."]


def test_every_field_that_a_page_may_ask_has_a_place_in_the_form(app: Flask) -> None:
    not_asked = {Field.TIME, Field.LEFT_OUT, Field.WHY, Field.SECOND_LOOK}
    with app.test_request_context():
        assert {str(name) for name in Field if name not in not_asked} <= set(TellingForm()._fields)
