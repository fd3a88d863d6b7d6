"""The welcome card and what is noted of a return: rules, actions, pages, and who finds them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engage.audit.models import AuditEntry
from engage.db import db
from engage.episodes.rules import EpisodeState
from engage.returns import actions, labels, queries
from engage.returns.actions import NeedsReason, NotBack, Noted
from engage.returns.models import ReturnRecord, WelcomeMark
from engage.returns.rules import (
    CHECKS,
    SHOWN_FOR,
    STEPS,
    Check,
    Choice,
    Mark,
    Way,
    is_shown,
    left_open,
)
from engage.web.errors import NotFound
from tests.cast import NOW, Cast
from tests.episodes.away import become, opened
from tests.page import Page
from tests.sealing import all_sealed

SignIn = Callable[[FlaskClient, UUID], FlaskClient]
HOUR = timedelta(hours=1)
NOTED = Noted(
    Way.TRUSTED_PERSON, Choice.PARTLY, {"injury": Check.DONE, "substances": Check.DECLINED},
    where_to="Elm House", condition="Tired, a cut on one hand", needs="Food and a bed: yes",
)  # fmt: skip


@pytest.fixture
def away(app: Flask, cast: Cast) -> UUID:
    """Maya is missing; returns the episode."""
    with app.app_context():
        return opened(cast, policy="england").id


@pytest.fixture
def back(app: Flask, cast: Cast, away: UUID) -> UUID:
    """Maya is back; returns the episode."""
    with app.app_context():
        episode = db.session.get_one(queries.Episode, away)
        become(cast, episode, EpisodeState.RETURNED)
        return away


@pytest.mark.parametrize("state", EpisodeState)
def test_the_card_is_shown_from_setting_out_until_three_days_after(state: EpisodeState) -> None:
    last = NOW + SHOWN_FOR
    is_back = state in {EpisodeState.RETURNED, EpisodeState.CLOSED}
    assert is_shown(state, NOW, last - HOUR) is (is_back or state == EpisodeState.RETURNING)
    assert is_shown(state, NOW, last) is (state == EpisodeState.RETURNING)
    assert is_shown(state, None, NOW) is (state == EpisodeState.RETURNING)


def test_there_are_seventeen_steps_and_each_has_its_words() -> None:
    assert len(STEPS) == len(set(STEPS)) == 17
    assert set(labels.STEPS) == set(STEPS) and set(labels.CHECKS) == set(CHECKS)
    assert all(len(step) <= 16 for step in STEPS)


def test_what_nobody_asked_about_is_named_in_order() -> None:
    assert left_open({}) == list(CHECKS)
    assert left_open({"injury": Check.DECLINED, "mental_health": "done"}) == [
        "substances", "sexual_health",
    ]  # fmt: skip
    assert left_open(dict.fromkeys(CHECKS, Check.BOOKED)) == []


def test_steps_are_marked_and_changed_and_all_of_it_is_kept(
    app: Flask, cast: Cast, back: UUID
) -> None:
    with app.app_context():
        jo, sam = cast.viewer(cast.jo), cast.viewer(cast.sam)
        actions.mark(jo, back, "food", Mark.SKIPPED, now=NOW)
        actions.mark(sam, back, "food", Mark.DONE, now=NOW + HOUR)
        actions.mark(jo, back, "rest", Mark.DONE, now=NOW + HOUR)
        welcome = queries.get_welcome(jo, back, now=NOW + HOUR)
        assert welcome.marks == {"food": Mark.DONE, "rest": Mark.DONE}
        assert welcome.left == 15 and welcome.is_shown and welcome.may_mark
        assert len(db.session.scalars(select(WelcomeMark.id)).all()) == 3
        with pytest.raises(ValueError, match="no step"):
            actions.mark(jo, back, "interrogate", Mark.DONE, now=NOW)
        wanted = AuditEntry.verb.like("return:%")
        assert sorted(db.session.scalars(select(AuditEntry.verb).where(wanted))) == [
            "return:step_done", "return:step_done", "return:step_skipped",
        ]  # fmt: skip


def test_a_return_is_noted_once_and_corrected_with_a_reason(
    app: Flask, cast: Cast, back: UUID
) -> None:
    with app.app_context():
        jo = cast.viewer(cast.jo)
        actions.note_return(jo, back, NOTED, now=NOW)
        changed = Noted(Way.POLICE, Choice.NO)
        with pytest.raises(NeedsReason):
            actions.note_return(jo, back, changed, reason="  ", now=NOW + HOUR)
        actions.note_return(jo, back, changed, reason="It was the police", now=NOW + HOUR)
        db.session.commit()
        found = queries.get_facts(cast.viewer(cast.sam), back, now=NOW + HOUR)
        first, last = found.records
        assert (first.way, first.condition) == ("trusted_person", "Tired, a cut on one hand")
        assert (last.way, last.reason, found.latest) == ("police", "It was the police", last)
        assert first.checks == {
            "injury": "done", "substances": "declined", "sexual_health": "not_asked",
            "mental_health": "not_asked",
        }  # fmt: skip
        assert found.names[cast.jo] == "Jo"


def test_nothing_is_noted_of_a_return_before_it(app: Flask, cast: Cast, away: UUID) -> None:
    with app.app_context(), pytest.raises(NotBack):
        actions.note_return(cast.viewer(cast.sam), away, NOTED, now=NOW)


def test_the_words_are_sealed(app: Flask, cast: Cast, back: UUID) -> None:
    with app.app_context():
        actions.note_return(cast.viewer(cast.jo), back, NOTED, now=NOW)
        db.session.commit()
        raw = db.session.execute(
            select(ReturnRecord._condition, ReturnRecord._where_to, ReturnRecord._needs)
        ).one()
        assert all_sealed(raw)


@pytest.mark.parametrize(
    "who", ["zed_worker", "zed_carer", "zed_young", "far_zed_supervisor", "adil", "kit"]
)
def test_others_find_and_change_nothing(
    who: str, app: Flask, client: FlaskClient, cast: Cast, back: UUID, sign_in: SignIn
) -> None:
    with app.app_context():
        viewer = cast.viewer(getattr(cast, who))
        for call in (
            lambda: queries.get_welcome(viewer, back, now=NOW),
            lambda: queries.get_facts(viewer, back, now=NOW),
            lambda: actions.mark(viewer, back, "food", Mark.DONE, now=NOW),
            lambda: actions.note_return(viewer, back, NOTED, now=NOW),
        ):
            with pytest.raises(NotFound):
                call()
        assert queries.find_welcome(viewer, cast.maya, now=NOW) is None
    sign_in(client, getattr(cast, who))
    for end in ("welcome", "return"):
        assert client.get(f"/episodes/{back}/{end}").status_code == 404


def test_the_start_page_leads_to_the_card_while_it_is_shown(
    app: Flask, cast: Cast, back: UUID, now: datetime
) -> None:
    with app.app_context():
        jo = cast.viewer(cast.jo)
        assert queries.find_welcome(jo, cast.maya, now=NOW) == back
        assert queries.find_welcome(jo, cast.maya, now=NOW + SHOWN_FOR) is None
        assert queries.find_welcome(jo, cast.kit, now=NOW) is None


def test_a_carer_marks_steps_with_one_press(
    client: FlaskClient, cast: Cast, back: UUID, sign_in: SignIn
) -> None:
    page = Page(sign_in(client, cast.jo).get(f"/episodes/{back}/welcome"))
    assert "Ask nothing about it yet" in page.main_text
    answer = page.form().submit(client, press="food:done")
    assert answer.location.endswith("#food")
    page = Page(client.get(f"/episodes/{back}/welcome"))
    assert "Done" in page.main_text
    token = page.form().values["csrf_token"][0]
    for wrong in ("food:maybe", "cake:done", "", "food"):
        sent = {"csrf_token": token, "mark": wrong}
        assert client.post(f"/episodes/{back}/welcome", data=sent).status_code == 404


def test_a_carer_notes_the_return_and_corrects_it(
    client: FlaskClient, cast: Cast, back: UUID, sign_in: SignIn
) -> None:
    path = f"/episodes/{back}/return"
    page = Page(sign_in(client, cast.jo).get(path))
    assert "reason" not in page.form().names
    refused = page.form().fill(condition="Tired").submit(client)
    page = Page(refused)
    assert refused.status_code == 400
    assert page.errors == ["Pick how they came back.", "Pick one. “They did not say” is an answer."]
    assert page.form().values["condition"] == ["Tired"]
    page = page.form().fill(way="carer", by_choice="yes", injury="done").send(client)
    assert "With a carer" in page.main_text and "Sexual health and pregnancy" in page.main_text
    form = page.form().fill(way="police")
    assert Page(form.submit(client)).errors == [
        "Write why it is changed. What was noted before stays."
    ]
    page = page.form().fill(way="police", reason="I was wrong").send(client)
    assert "With the police" in page.main_text and "kept as it was said first" in page.main_text


def test_before_they_are_back_the_page_says_what_comes_first(
    client: FlaskClient, cast: Cast, away: UUID, sign_in: SignIn
) -> None:
    page = Page(sign_in(client, cast.sam).get(f"/episodes/{away}/return"))
    assert "Nobody has noted yet that they are back." in page.main_text
    refused = page.form().fill(way="carer", by_choice="yes").submit(client)
    assert Page(refused).errors == ["First note on the page of this time away that they are back."]
