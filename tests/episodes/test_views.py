"""The register and the page of one episode, as those who look after somebody use them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engage.db import db
from engage.episodes.models import Episode
from engage.episodes.rules import EpisodeState
from engage.people.models import Organisation
from tests.cast import NOW, Cast
from tests.evidence.telling import tell_all
from tests.page import Page, follow, stands_in

SignIn = Callable[[FlaskClient, UUID], FlaskClient]


@pytest.fixture
def sam(app: Flask, client: FlaskClient, sign_in: SignIn, cast: Cast) -> FlaskClient:
    with app.app_context():
        db.session.get_one(Organisation, cast.organisation).policy = "missouri"
        db.session.commit()
    return sign_in(client, cast.sam)


def begin(client: FlaskClient, cast: Cast) -> Page:
    token = Page(client.get("/c")).form().values["csrf_token"][0]
    return follow(client, client.post(f"/away/{cast.maya}", data={"csrf_token": token}))


def change(client: FlaskClient, page: Page, state: str, **more: str) -> Page:
    form = page.form(f"{page.path}/change")
    return form.fill(state=state, **more).send(client)


def tell_everybody(app: Flask, cast: Cast, now: datetime) -> None:
    """Note that everybody was told who must hear of it."""
    with app.app_context():
        tell_all(cast, db.session.scalars(select(Episode)).one(), now=now)


def state_of(app: Flask) -> str:
    with app.app_context():
        return str(db.session.scalars(select(Episode.state)).one())


def test_an_episode_from_late_to_closed(
    app: Flask, sam: FlaskClient, cast: Cast, clock: time_machine.Traveller
) -> None:
    """The journey: late, missing, away at Nan Ruth's, back, everything told, closed."""
    page = begin(sam, cast)
    assert "Late back" in page and "Report to the police" in page
    page = change(sam, page, "missing")
    assert "Missing: nobody knows where they are" in page
    listed = Page(sam.get("/missing"))
    assert "Report to" in listed and listed.link("Maya") == page.path
    clock.shift(timedelta(minutes=10))
    page = change(sam, page, "away", source="trusted_person", reason="At Nan Ruth's")
    assert "At Nan Ruth's" in page
    page = change(sam, page, "returned")
    assert "Nobody you look after is away now." in Page(sam.get("/missing"))
    close = page.form(f"{page.path}/close")
    refused = Page(close.submit(sam))
    assert refused.status == 400 and "Something is still to be done" in refused
    assert "Somebody has not been told yet, or something about it is blank." in refused
    tell_everybody(app, cast, NOW + timedelta(minutes=10))
    page = Page(sam.get(page.path))
    while True:
        due = [f for f in page.forms if "/due/" in f.action]
        if not due:
            break
        page = due[0].fill(reason="NP-1234, desk of PC Doe").send(sam, press="done")
    page = page.form(f"{page.path}/close").send(sam)
    assert "Everything is done" in page
    assert state_of(app) == EpisodeState.CLOSED


def test_the_rule_that_wins_is_named_and_the_one_that_lost_too(
    sam: FlaskClient, cast: Cast
) -> None:
    page = begin(sam, cast)
    assert "Because: RSMo 210.795" in page
    assert "Also asked for, later: 42 USC 671(a)(35)(B)" in page
    assert page.link("Read the rule").startswith("https://")


@pytest.mark.parametrize(
    ("on", "at", "words"),
    [
        ("2026-11-23", "09:00", "This time has not come yet."),
        ("2026-11-22", "soon", "Write the day and the time"),
        ("", "09:00", "Write the day and the time"),
        ("2024-01-01", "09:00", "This is more than a year ago."),
    ],
)
def test_a_time_that_cannot_be_is_said_beside_the_field_and_kept(
    sam: FlaskClient, cast: Cast, on: str, at: str, words: str
) -> None:
    page = begin(sam, cast)
    form = page.form(f"{page.path}/time")
    form.values.update({"time-on": [on], "time-at": [at], "time-event": ["last_contact"]})
    answer = Page(form.submit(sam))
    assert answer.status == 400
    assert any(words in error for error in answer.errors)
    again = answer.form(f"{page.path}/time")
    assert again.values["time-on"] == [on] and again.values["time-at"] == [at]


def test_a_corrected_time_shows_both(sam: FlaskClient, cast: Cast) -> None:
    page = begin(sam, cast)
    form = page.form(f"{page.path}/time")
    form.values.update({"time-on": ["2026-11-22"], "time-at": ["17:00"]})
    form.values["time-event"] = ["discovered"]
    page = form.send(sam)
    assert "Somebody noticed, as first said" in page
    assert "17:00" in page and "18:00" in page


def test_back_before_they_were_gone_is_refused(sam: FlaskClient, cast: Cast) -> None:
    page = change(sam, begin(sam, cast), "missing")
    form = page.form(f"{page.path}/change").fill(state="returned")
    form.values.update({"on": ["2026-11-22"], "at": ["12:00"]})
    answer = Page(form.submit(sam))
    assert answer.status == 400
    assert "They cannot be back before they were gone." in answer


def test_not_needed_wants_a_reason(sam: FlaskClient, cast: Cast) -> None:
    page = begin(sam, cast)
    form = page.form(f"{page.path}/due/danger_check")
    answer = Page(form.submit(sam, press="not_needed"))
    assert answer.status == 400 and "Say why it is not needed." in answer
    page = form.fill(reason="Asked an hour ago").send(sam, press="not_needed")
    assert "Asked an hour ago" in page


def test_a_report_is_ended_only_by_saying_who_was_told(sam: FlaskClient, cast: Cast) -> None:
    page = begin(sam, cast)
    assert not [form for form in page.forms if form.action.endswith("/due/report_police")]
    token = page.form(f"{page.path}/change").values["csrf_token"]
    answer = sam.post(f"{page.path}/due/report_police", data={"csrf_token": token, "do": "done"})
    assert follow(sam, answer).heading == "Who has been told"
    assert "Report to the police" in Page(sam.get(page.path))


def test_a_second_start_leads_to_the_episode_that_runs(sam: FlaskClient, cast: Cast) -> None:
    assert begin(sam, cast).path == begin(sam, cast).path


@pytest.mark.parametrize("state", ["closed", "late", "nonsense", ""])
def test_what_cannot_follow_is_not_offered_nor_taken(
    app: Flask, sam: FlaskClient, cast: Cast, state: str
) -> None:
    page = begin(sam, cast)
    form = page.form(f"{page.path}/change")
    assert state not in form.options("state")
    form.values["state"] = [state]
    assert form.submit(sam).status_code == 400
    assert state_of(app) == EpisodeState.LATE


def test_a_carer_reads_and_adds_but_does_not_close_what_was_missing(
    app: Flask, sam: FlaskClient, sign_in: SignIn, cast: Cast
) -> None:
    page = change(sam, begin(sam, cast), "missing")
    jo = sign_in(app.test_client(), cast.jo)
    theirs = Page(jo.get(page.path))
    assert not [f for f in theirs.forms if f.action.endswith("/close")]
    change(jo, theirs, "returned", source="carer")
    assert state_of(app) == EpisodeState.RETURNED


def test_a_carer_goes_from_the_alert_to_the_episode_and_on_with_the_questions(
    app: Flask, client: FlaskClient, sign_in: SignIn, cast: Cast
) -> None:
    jo, olu = sign_in(app.test_client(), cast.jo), sign_in(app.test_client(), cast.olu)
    asked = Page(jo.get("/")).form(f"/worried/{cast.maya}").send(jo)
    alert = next(link for link in Page(olu.get("/alerts")).links.values() if "/alerts/" in link)
    page = Page(olu.get(alert)).click(olu, "What is due, and what became of it")
    assert "Somebody is worried" in page
    assert page.form(f"/worried/{cast.maya}").send(olu).path == asked.path
    theirs = Page(jo.get(page.path))
    assert theirs.form(f"/worried/{cast.maya}").send(jo).path == asked.path
    sam = sign_in(app.test_client(), cast.sam)
    assert not [f for f in Page(sam.get(page.path)).forms if "/worried/" in f.action]


def test_zed_finds_nothing(app: Flask, sam: FlaskClient, sign_in: SignIn, cast: Cast) -> None:
    page = begin(sam, cast)
    for who in (cast.zed_worker, cast.zed_carer, cast.zed_young, cast.far_zed_worker, cast.maya):
        zed = sign_in(app.test_client(), who)
        assert zed.get(page.path).status_code == 404
        token = Page(zed.get("/c")).form().values["csrf_token"][0]
        said = {"csrf_token": token, "state": "returned", "source": "worker", "do": "done"}
        for end in ("/change", "/time", "/close", "/due/report_police"):
            assert zed.post(page.path + end, data=said).status_code == 404
        assert zed.post(f"/away/{cast.maya}", data=said).status_code == 404
        assert not stands_in("Maya", zed.get("/missing").get_data(as_text=True))
    assert state_of(app) == EpisodeState.LATE
    assert NOW.tzinfo is not None
