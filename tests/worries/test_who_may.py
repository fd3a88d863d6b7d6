"""Who reads and does what around a worry: every page, every kind of person, signed in for real."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from engage import clock
from engage.audit.models import AuditEntry
from engage.db import db
from engage.worries import actions
from engage.worries.models import Reached, Worry, WorryAnswer, WorryDecision
from tests.cast import Cast
from tests.checkins.texting import ADDRESS
from tests.page import Page

SignIn = Callable[[FlaskClient, UUID], FlaskClient]
# SAFETY 5, O10: carers and the night team answer; workers and supervisors read.
ANSWER = ("jo", "olu")
READ_ONLY = ("sam", "sue")
NOBODY = (
    "maya", "kit", "ade", "coach_lee", "kits_carer", "adil", "zed_worker", "zed_carer",
    "zed_young", "far_zed_worker", "far_zed_supervisor", "far_zed_carer", "far_zed_young",
)  # fmt: skip
PAGES = ("", "/call", "/summary", "/summary?for=police", "/people", "/ask/danger", "/ask/you")
POSTS = ("/wait", "/not-missing", "/missing", "/tried", "/ask/danger", "/people/ask")


@dataclass(frozen=True)
class Running:
    """A worry that runs about Maya."""

    id: UUID
    episode: UUID


@pytest.fixture
def running(app: Flask, cast: Cast) -> Running:
    with app.app_context():
        now = clock.now()
        worry = actions.begin(cast.viewer(cast.jo, now), cast.maya, address=ADDRESS, now=now)
        actions.wait(
            cast.viewer(cast.jo, now), worry.id, actions_latest(cast, worry), reason="SECRETWORDS",
            now=now,
        )  # fmt: skip
        db.session.commit()
        return Running(worry.id, worry.episode_id)


def actions_latest(cast: Cast, worry: Worry):
    from engage.worries.queries import get_worry

    now = clock.now()
    return get_worry(cast.viewer(cast.jo, now), worry.id, now=now).latest_look(now)


def kept(app: Flask) -> list[int]:
    with app.app_context():
        tables = (Worry, WorryAnswer, WorryDecision, Reached)
        return [db.session.scalar(select(func.count()).select_from(t)) or 0 for t in tables]


def token_of(browser: FlaskClient) -> str:
    page = Page(browser.get("/c"))
    return next(f.values["csrf_token"][0] for f in page.forms if "csrf_token" in f.values)


SAID = {
    "answer": "yes", "minutes": "10", "reason": "x", "how": "call", "outcome": "talked",
    "thinks": "yes",
}  # fmt: skip


@pytest.mark.parametrize("who", [*ANSWER, *READ_ONLY])
def test_those_around_read_every_page(
    app: Flask, cast: Cast, sign_in: SignIn, running: Running, who: str
) -> None:
    browser = sign_in(app.test_client(), getattr(cast, who))
    for end in PAGES:
        page = Page(browser.get(f"/worries/{running.id}{end}"))
        assert "None" not in page.text, end
    assert "SECRETWORDS" in Page(browser.get(f"/worries/{running.id}"))
    assert "SECRETWORDS" in Page(browser.get(f"/worries/{running.id}/summary"))


@pytest.mark.parametrize("who", READ_ONLY)
def test_who_only_reads_is_offered_no_button_and_changes_nothing(
    app: Flask, cast: Cast, sign_in: SignIn, running: Running, who: str
) -> None:
    browser = sign_in(app.test_client(), getattr(cast, who))
    page = Page(browser.get(f"/worries/{running.id}"))
    assert not [f for f in page.forms if f"/worries/{running.id}" in (f.action or "")]
    before, token = kept(app), token_of(browser)
    for end in POSTS:
        said = {**SAID, "csrf_token": token, "person": str(cast.sam)}
        answer = browser.post(f"/worries/{running.id}{end}", data=said)
        # Where they may read, the page has changed for them (409); nothing is kept either way.
        assert answer.status_code in (404, 409), end
    assert kept(app) == before


@pytest.mark.parametrize("who", NOBODY)
def test_nobody_else_finds_a_page_or_an_act(
    app: Flask, cast: Cast, sign_in: SignIn, running: Running, who: str
) -> None:
    browser = sign_in(app.test_client(), getattr(cast, who))
    for end in PAGES:
        answer = browser.get(f"/worries/{running.id}{end}")
        assert answer.status_code == 404 and "SECRETWORDS" not in answer.text, end
    assert browser.get(f"/episodes/{running.episode}/danger").status_code == 404
    before, token = kept(app), token_of(browser)
    for address in [
        *(f"/worries/{running.id}{end}" for end in POSTS),
        f"/worried/{cast.maya}", f"/episodes/{running.episode}/danger",
    ]:  # fmt: skip
        said = {**SAID, "csrf_token": token, "person": str(cast.sam)}
        assert browser.post(address, data=said).status_code == 404, address
    assert kept(app) == before


def test_without_a_sign_in_there_is_nothing(app: Flask, running: Running) -> None:
    browser = app.test_client()
    for end in PAGES:
        answer = browser.get(f"/worries/{running.id}{end}")
        assert answer.status_code in (302, 303, 404) and "SECRETWORDS" not in answer.text


def test_a_worry_that_never_was_looks_like_one_of_others(
    app: Flask, cast: Cast, sign_in: SignIn, running: Running
) -> None:
    zed = sign_in(app.test_client(), cast.zed_carer)
    theirs, none = (
        zed.get(f"/worries/{one}") for one in (running.id, uuid4())
    )  # fmt: skip
    assert theirs.status_code == none.status_code == 404
    assert Page(theirs).text == Page(none).text


def test_the_reason_stands_in_no_line_of_the_audit(app: Flask, running: Running) -> None:
    with app.app_context():
        lines = db.session.scalars(select(AuditEntry)).all()
        assert lines
        assert not [each for each in lines if "SECRETWORDS" in str(vars(each))]


WRONG: list[tuple[str, dict[str, str], int]] = [
    ("/wait", {}, 400),
    ("/wait", {"reason": "x"}, 400),
    ("/wait", {"minutes": "10"}, 400),
    ("/wait", {"minutes": "10", "reason": "   "}, 400),
    ("/wait", {"minutes": "9999", "reason": "x"}, 400),
    ("/wait", {"minutes": "-10", "reason": "x"}, 400),
    ("/wait", {"minutes": "ten", "reason": "x"}, 400),
    ("/wait", {"minutes": "١٠", "reason": "x"}, 400),
    ("/not-missing", {}, 400),
    ("/not-missing", {"reason": "\u200b \n"}, 400),
    ("/tried", {}, 404),
    ("/tried", {"how": "call"}, 404),
    ("/tried", {"how": "call", "outcome": "talked", "person": "x"}, 404),
    ("/ask/danger", {}, 400),
    ("/ask/danger", {"answer": "perhaps"}, 400),
    ("/ask/danger", {"answer": "yes,no"}, 400),
    ("/ask/expected", {"clock": "25:99"}, 400),
    ("/ask/expected", {"ago": "77"}, 400),
    ("/ask/needs", {"ticked": "a unicorn"}, 400),
    ("/ask/nothing", {"answer": "yes"}, 404),
]


@pytest.mark.parametrize("who", ANSWER)
def test_what_cannot_be_read_is_said_and_changes_nothing(
    app: Flask, cast: Cast, sign_in: SignIn, running: Running, who: str
) -> None:
    browser = sign_in(app.test_client(), getattr(cast, who))
    before, token = kept(app), token_of(browser)
    for end, data, status in WRONG:
        answer = browser.post(f"/worries/{running.id}{end}", data={**data, "csrf_token": token})
        assert answer.status_code == status, (end, data)
        if status == 400:
            page = Page(answer)
            assert "Traceback" not in page.text
            # What was typed is still there.
            assert data.get("reason", "").strip(" \n\u200b") in page.text
    assert kept(app) == before


@pytest.mark.parametrize("end", ["/wait", "/not-missing", "/missing", "/tried"])
def test_looking_at_an_address_does_nothing(
    app: Flask, cast: Cast, sign_in: SignIn, running: Running, end: str
) -> None:
    browser, before = sign_in(app.test_client(), cast.jo), kept(app)
    assert browser.get(f"/worries/{running.id}{end}").status_code in (404, 405)
    assert kept(app) == before
