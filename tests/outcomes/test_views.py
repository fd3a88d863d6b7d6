"""The worker's pages about what happens next, and the young person's own."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engage.db import db
from engage.i18n import LOCALES
from engage.outcomes.models import NextStep
from engage.outcomes.rules import State
from tests.cast import Cast
from tests.outcomes.conftest import day, promised
from tests.outcomes.test_actions import ended
from tests.page import Page

SignIn = Callable[[FlaskClient, UUID], FlaskClient]


@pytest.fixture
def sams(client: FlaskClient, cast: Cast, talk: UUID, sign_in: SignIn) -> FlaskClient:
    return sign_in(client, cast.sam)


def about(cast: Cast) -> str:
    return f"/young-people/{cast.maya}/next-steps"


def filled(cast: Cast, sams: FlaskClient, **other: object) -> object:
    page = Page(sams.get(f"{about(cast)}/new"))
    return page.form(f"{about(cast)}/new").fill(
        {
            "said": "I want to go on training", "kind": "change", "what": "A lift to football",
            "owner": str(cast.sam), "due_on": day(3).isoformat(),
        } | other
    )  # fmt: skip


def test_a_worker_promises_moves_and_says_what_came_of_it_and_they_read_it(
    app: Flask, sams: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    page = Page(sams.get("/")).click(sams, "What I promised After talks and returns, by which day")
    assert "promised nothing" in page.main_text
    page = Page(sams.get(about(cast))).click(sams, "Promise something")
    assert page.main_text.index("reads it on their page") < page.main_text.index("own words")
    page = filled(cast, sams).send(sams)  # type: ignore[attr-defined]
    assert "A lift to football" in page.main_text and "Sam" in page.main_text
    page = Page(sams.get("/next-steps"))
    assert "Maya" in page.main_text
    step = next(link for link in page.links.values() if link.startswith("/next-steps/"))
    page = Page(sams.get(step)).form(f"{step}/move").fill(
        owner=str(cast.sue), due_on=day(5).isoformat(), reason="Sam is away"
    ).send(sams)  # fmt: skip
    assert "Sam is away" in page.main_text and "Sue" in page.main_text
    mayas = sign_in(app.test_client(), cast.maya)
    assert "We are on it" in Page(mayas.get("/you-said")).main_text
    page = Page(sams.get(step)).form(f"{step}/end").fill(
        state="not_done", did="No bus goes there. We ask again in spring."
    ).send(sams)  # fmt: skip
    assert "Could not be done" in page.main_text
    page = Page(mayas.get("/")).click(mayas, "You said, we did What we did about what you told us")
    assert "I want to go on training" in page.main_text and "No bus goes there" in page.main_text
    assert "We could not do it" in page.main_text


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"what": ""}, "Write what will happen."),
        ({"due_on": "tomorrow"}, "Write the day, like 2026-11-22."),
        ({"due_on": "2020-01-01"}, "Pick a day that is still to come."),
        ({"owner": ""}, "Pick who does it."),
        ({"kind": "brief_help"}, "Pick at least one aim."),
        ({"kind": "pre_assessment"}, "Ask them first. It begins only when they said yes."),
        ({"what": "x" * 1001}, "This is 1 letter too long. Please make it shorter."),
    ],
)
def test_what_cannot_be_is_told_and_what_was_typed_stays(
    sent: dict[str, str], told: str, sams: FlaskClient, cast: Cast
) -> None:
    answer = filled(cast, sams, **sent).submit(sams)  # type: ignore[attr-defined]
    page = Page(answer)
    assert answer.status_code == 400 and page.errors == [told]
    values = page.form(f"{about(cast)}/new").values
    assert values["said"] == ["I want to go on training"]


def test_without_words_nothing_ends(app: Flask, sams: FlaskClient, cast: Cast, talk: UUID) -> None:
    with app.app_context():
        step = f"/next-steps/{promised(cast, talk).id}"
    for sent in ({"state": "done"}, {"did": "Yes"}):
        answer = Page(sams.get(step)).form(f"{step}/end").fill(sent).submit(sams)
        assert answer.status_code == 400 and Page(answer).errors
    form = Page(sams.get(step)).form(f"{step}/move").fill(due_on="2020-01-01", reason="x")
    assert Page(form.submit(sams)).errors == ["Pick a day that is still to come."]


@pytest.mark.parametrize("locale", LOCALES)
def test_the_pages_speak_every_language(
    locale: str, app: Flask, sams: FlaskClient, cast: Cast, talk: UUID, sign_in: SignIn
) -> None:
    with app.app_context():
        step = f"/next-steps/{promised(cast, talk).id}"
        ended(cast, promised(cast, talk), State.DONE, "Ade drives you")
    for path in ("/next-steps", about(cast), f"{about(cast)}/new", step):
        assert Page(sams.get(f"{path}?lang={locale}")).lang == locale
    page = Page(sign_in(app.test_client(), cast.maya).get(f"/you-said?lang={locale}"))
    assert page.lang == locale and "Ade drives you" in page.main_text
    assert "Maya" not in page.title


def test_without_a_talk_or_a_return_nothing_can_come_of_it(
    client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    sams = sign_in(client, cast.sam)
    page = Page(sams.get(f"{about(cast)}/new"))
    assert "no talk and no return yet" in page.main_text


def test_a_supervisor_sees_what_is_late_in_their_team(
    app: Flask, cast: Cast, talk: UUID, sign_in: SignIn, clock: object
) -> None:
    with app.app_context():
        promised(cast, talk, due_on=day(0))
        clock.shift(timedelta(minutes=5))  # type: ignore[attr-defined]
        db.session.query(NextStep).one().due_on = day(-2)
        db.session.commit()
    page = Page(sign_in(app.test_client(), cast.sue).get("/next-steps"))
    assert "Late in your teams" in page.main_text and "Maya" in page.main_text


def test_strangers_and_carers_find_nothing(
    app: Flask, cast: Cast, talk: UUID, sign_in: SignIn
) -> None:
    with app.app_context():
        step = f"/next-steps/{promised(cast, talk).id}"
    for who in [*cast.strangers.values(), cast.jo, cast.kit, cast.maya, cast.adil]:
        other = sign_in(app.test_client(), who)
        token = Page(other.get("/c")).form().values["csrf_token"][0]
        for path in (about(cast), f"{about(cast)}/new", step):
            assert other.get(path).status_code == 404
        sent = {
            "csrf_token": token, "kind": "other", "what": "x", "owner": str(cast.sam),
            "due_on": day(3).isoformat(), "state": "done", "did": "x", "reason": "x",
        }  # fmt: skip
        for path in (f"{about(cast)}/new", f"{step}/end", f"{step}/move"):
            assert other.post(path, data=sent).status_code == 404
    for who in (cast.kit, cast.zed_young, cast.far_zed_young):
        assert "football" not in sign_in(app.test_client(), who).get("/you-said").text
    assert sign_in(app.test_client(), cast.jo).get("/you-said").status_code == 404


def test_their_page_costs_few_queries_however_much_was_promised(
    app: Flask, cast: Cast, talk: UUID, sams: FlaskClient, counted: Callable[[], int]
) -> None:
    with app.app_context():
        for _ in range(30):
            promised(cast, talk)
    before = counted()
    sams.get(about(cast))
    assert counted() - before <= 14
