"""Whoever listens is one press away from whom to call, and loses nothing that was typed."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engage.db import db
from engage.safeguarding.models import Allegation
from engage.talks.models import TalkEntry
from tests.cast import Cast
from tests.interviews.conftest import back
from tests.page import Page, follow
from tests.talks.conftest import SOON, Held, booked, held

__all__ = ["back", "booked", "held"]
SignIn = Callable[[FlaskClient, UUID], FlaskClient]
HURT = "They say that somebody hurt them: whom to call"


@pytest.fixture
def ines(app: Flask, cast: Cast, sign_in: SignIn, clock: Any) -> FlaskClient:
    clock.move_to(SOON)
    return sign_in(app.test_client(), cast.ines)


def harm(cast: Cast) -> str:
    return f"/young-people/{cast.maya}/harm"


def entries(app: Flask) -> list[tuple[str, str | None, str | None]]:
    with app.app_context():
        rows = db.session.scalars(select(TalkEntry))
        return sorted((row.kind, row.question, row.words) for row in rows)


@pytest.mark.parametrize(
    "page",
    ["", "/law", "/read-back", "/sharing", "/sharing/before", "/ask/hurt", "/read-back/before"],
)
def test_from_every_page_of_a_talk_it_is_one_press(
    page: str, app: Flask, cast: Cast, held: Held, ines: FlaskClient
) -> None:
    record = f"/talk-records/{held(read_back=False)}"
    before = entries(app)
    shown = Page(ines.get(record + page))
    if HURT in shown.links:
        numbers = shown.click(ines, HURT)
    else:
        numbers = follow(ines, shown.form(shown.path).submit(ines, press=HURT))
    assert numbers.path == harm(cast) and "tel:999" in numbers.links.values()
    assert entries(app) == before  # looking is no answer, and passes nothing over
    numbers.form(harm(cast)).fill(about="unknown").send(ines)
    with app.app_context():
        assert db.session.scalars(select(Allegation)).one().seen == "talk"


def test_before_the_talk_begins_it_is_one_press_too(
    cast: Cast, booked: None, ines: FlaskClient
) -> None:
    page = Page(ines.get(f"/young-people/{cast.maya}/talk-records"))
    assert page.click(ines, HURT).path == harm(cast)


@pytest.mark.parametrize(
    ("page", "kind"), [("ask/hurt", "answer"), ("read-back/before", "correction")]
)
def test_what_was_typed_is_kept_first(
    page: str, kind: str, app: Flask, cast: Cast, held: Held, ines: FlaskClient
) -> None:
    record = f"/talk-records/{held(read_back=False)}"
    form = Page(ines.get(f"{record}/{page}")).form(f"{record}/{page}")
    assert form.fill(words="He hit me").send(ines, press=HURT).path == harm(cast)
    assert (kind, page.rsplit("/", 1)[1], "He hit me") in entries(app)


def test_too_long_is_said_and_stays_and_the_numbers_are_still_one_press_away(
    cast: Cast, held: Held, ines: FlaskClient
) -> None:
    path = f"/talk-records/{held(read_back=False)}/ask/hurt"
    answer = Page(ines.get(path)).form(path).fill(words="x" * 2_001).submit(ines, press=HURT)
    page = Page(answer)
    assert answer.status_code == 400 and "too long" in page.errors[0]
    assert len(page.form(path).values["words"][0]) == 2_001
    assert HURT in page.form(path).buttons
