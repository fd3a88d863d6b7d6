"""Away and in danger, noted by hand: one truth with the episode."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from engage.db import db
from engage.episodes import actions, circumstance_actions
from engage.episodes.models import Episode
from engage.people.circumstance_actions import note_away
from engage.people.rules import CircumstanceKind
from engage.people.sharing_queries import open_circumstances
from engage.web.errors import NotFound
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS
from tests.episodes.away import HOUR, S, become, clocks, opened, seen_as
from tests.page import Page

SignIn = Callable[[FlaskClient, UUID], FlaskClient]


def noted(cast: Cast, now=NOW) -> dict[str, UUID | None]:
    found = open_circumstances(seen_as(cast.sam), cast.maya, now=now)
    return {kind: one.about_id for kind, one in found.items()}


def episodes() -> int:
    return db.session.scalar(select(func.count()).select_from(Episode)) or 0


@pytest.mark.parametrize("state", [S.MISSING, S.AWAY])
def test_noting_away_by_hand_opens_the_episode_with_its_clocks(
    inside: None, cast: Cast, state: S
) -> None:
    made = circumstance_actions.note_away(
        seen_as(cast.sam), cast.maya, state, address=ADDRESS, now=NOW
    )
    episode = db.session.get_one(Episode, made)
    assert episode.state == state and episode.next_due_at and episode.owner_id == cast.sam
    assert noted(cast) == {"away": made}


def test_noting_it_again_leads_to_the_episode_and_changes_nothing(inside: None, cast: Cast) -> None:
    episode = opened(cast, S.WORRIED, by=cast.jo)
    again = circumstance_actions.note_away(
        seen_as(cast.olu), cast.maya, S.MISSING, address=ADDRESS, now=NOW + HOUR
    )
    assert again == episode.id and episodes() == 1
    assert db.session.get_one(Episode, again).state == S.WORRIED


def test_danger_while_they_are_away_is_a_fact_of_the_episode(inside: None, cast: Cast) -> None:
    episode = opened(cast, S.WORRIED, policy="nevada")
    assert "in_danger" not in episode.facts
    at = NOW + timedelta(minutes=5)
    assert circumstance_actions.note_danger(seen_as(cast.olu), cast.maya, now=at) == episode.id
    db.session.commit()
    assert noted(cast, at) == {"danger": episode.id}
    assert "in_danger" in db.session.get_one(Episode, episode.id).facts
    become(cast, episode, S.RETURNED, NOW + HOUR)
    assert noted(cast, NOW + HOUR) == {}


def test_danger_of_an_episode_in_which_nobody_was_missing_is_over_with_it(
    inside: None, cast: Cast
) -> None:
    episode = opened(cast, S.WORRIED)
    circumstance_actions.note_danger(seen_as(cast.sam), cast.maya, now=NOW)
    actions.close(seen_as(cast.sam), episode.id, now=NOW + HOUR, reason="asleep upstairs")
    assert noted(cast, NOW + HOUR) == {}


def test_danger_at_home_stands_alone_and_goes_along_when_they_go(inside: None, cast: Cast) -> None:
    assert circumstance_actions.note_danger(seen_as(cast.sam), cast.maya, now=NOW) is None
    assert noted(cast) == {"danger": None} and episodes() == 0
    made = circumstance_actions.note_away(
        seen_as(cast.sam), cast.maya, S.MISSING, address=ADDRESS, now=NOW + HOUR
    )
    assert noted(cast, NOW + HOUR) == {"away": made, "danger": made}
    assert "in_danger" in db.session.get_one(Episode, made).facts
    assert "danger_check" in clocks(db.session.get_one(Episode, made))


def test_that_danger_is_over_may_be_said_while_they_are_still_away(
    inside: None, cast: Cast
) -> None:
    episode = opened(cast)
    circumstance_actions.note_danger(seen_as(cast.sam), cast.maya, now=NOW)
    assert circumstance_actions.end(
        seen_as(cast.sam), cast.maya, CircumstanceKind.DANGER, now=NOW + HOUR
    )
    assert set(noted(cast, NOW + HOUR)) == {"away"}
    # What was a fact once is not taken back: a stricter rule stays.
    assert "in_danger" in db.session.get_one(Episode, episode.id).facts


@pytest.mark.parametrize("who", ["sue", "ines", "kits_worker", "zed_carer", "maya", "adil"])
def test_those_who_may_not_open_an_episode_note_nothing(inside: None, cast: Cast, who: str) -> None:
    viewer = seen_as(getattr(cast, who))
    with pytest.raises(NotFound):
        circumstance_actions.note_away(viewer, cast.maya, S.MISSING, address=ADDRESS, now=NOW)
    with pytest.raises(NotFound):
        circumstance_actions.note_danger(viewer, cast.maya, now=NOW)
    assert episodes() == 0


def test_the_page_opens_the_episode_and_shows_it_from_then_on(
    app: Flask, client: FlaskClient, sign_in: SignIn, cast: Cast
) -> None:
    sam, path = sign_in(client, cast.sam), f"/young-people/{cast.maya}/now"
    page = Page(sam.get(path))
    form = next(f for f in page.forms if "Missing: nobody knows where they are" in f.buttons)
    page = form.send(sam, press="missing")
    assert page.path.startswith("/episodes/") and "Missing: nobody knows where they are" in page
    now = Page(sam.get(path))
    assert "It ends when somebody says that they are back." in now
    assert page.path in now.links.values()
    assert not [f for f in now.forms if "Missing: nobody knows where they are" in f.buttons]
    page = next(f for f in now.forms if "Note this now" in f.buttons).send(sam, press="danger")
    assert page.path.startswith("/episodes/")
    page = Page(sam.get(path))
    page = next(f for f in page.forms if "The danger is over" in f.buttons).send(
        sam, press="danger"
    )
    assert page.path == path
    for what in ("away", "missing"):
        token = Page(sam.get(path)).forms[-1].values["csrf_token"]
        answer = sam.post(path, data={"csrf_token": token, "note": what})
        assert answer.status_code == 303 and "/episodes/" in answer.location
    with app.app_context():
        assert episodes() == 1


def test_a_note_from_before_there_was_an_episode_still_ends_by_hand(
    app: Flask, client: FlaskClient, sign_in: SignIn, cast: Cast
) -> None:
    with app.app_context():
        note_away(seen_as(cast.sam), cast.maya, now=NOW)
        db.session.commit()
    sam, path = sign_in(client, cast.sam), f"/young-people/{cast.maya}/now"
    page = Page(sam.get(path))
    page = next(f for f in page.forms if "They are back" in f.buttons).send(sam, press="away")
    assert page.path == path
    with app.app_context():
        assert noted(cast) == {}
