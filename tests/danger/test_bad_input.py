"""What cannot be an answer about danger is none; what is sent twice counts once, at once too."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from engage.alerts.models import Alert
from engage.alerts.rules import AlertKind
from engage.danger import actions
from engage.danger.models import DangerLook
from engage.danger.rules import UNSURE_AGAIN, New, NewKind, Thinks, look_sooner_at, newest_first
from engage.db import db
from engage.episodes.models import Episode
from engage.episodes.rules import EpisodeState
from engage.web.errors import Changed
from tests.at_once import at_once
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS
from tests.danger.test_views import begin
from tests.episodes.away import become, opened, seen_as
from tests.page import Page

SignIn = Callable[[FlaskClient, UUID], FlaskClient]


def looks(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(DangerLook)) or 0


@pytest.mark.parametrize("thinks", ["", "YES", "maybe", "yes ", "yes,no", "1", "ja", "\u202eyes"])
def test_what_was_not_offered_is_no_answer(
    app: Flask, client: FlaskClient, sign_in: SignIn, cast: Cast, thinks: str
) -> None:
    _, danger = begin(sign_in(client, cast.jo), cast)
    token = Page(client.get(danger)).form(danger).values["csrf_token"][0]
    sent = {"csrf_token": token, "thinks": thinks, "key": "k"}
    assert client.post(danger, data=sent).status_code == 404
    assert looks(app) == 0


def test_a_long_or_missing_key_is_no_harm(
    app: Flask, client: FlaskClient, sign_in: SignIn, cast: Cast
) -> None:
    _, danger = begin(sign_in(client, cast.jo), cast)
    token = Page(client.get(danger)).form(danger).values["csrf_token"][0]
    for key in ("", "k" * 400, "k" * 400):
        sent = {"csrf_token": token, "thinks": "no", "key": key}
        assert client.post(danger, data=sent).status_code == 303
    # The same key, however long, is the same press.
    assert looks(app) == 2


def test_without_the_token_of_the_page_nothing_is_kept(
    app: Flask, client: FlaskClient, sign_in: SignIn, cast: Cast
) -> None:
    _, danger = begin(sign_in(client, cast.jo), cast)
    assert client.post(danger, data={"thinks": "yes"}).status_code in (303, 400, 403)
    assert looks(app) == 0


def test_no_episode_looks_like_one_of_others(
    app: Flask, client: FlaskClient, sign_in: SignIn, cast: Cast
) -> None:
    _, danger = begin(sign_in(client, cast.jo), cast)
    zed = sign_in(app.test_client(), cast.zed_worker)
    theirs, none = zed.get(danger), zed.get(f"/episodes/{uuid4()}/danger")
    assert theirs.status_code == none.status_code == 404
    assert Page(theirs).text == Page(none).text


def test_the_same_press_six_times_at_once_is_one_look_and_one_alert(app: Flask, cast: Cast) -> None:
    with app.app_context():
        episode_id = opened(cast, EpisodeState.MISSING).id
        db.session.commit()
        before = db.session.scalar(select(func.count()).where(Alert.kind == AlertKind.CONCERN))

    def press() -> object:
        return actions.look(
            seen_as(cast.jo), episode_id, Thinks.YES, key="one", address=ADDRESS, now=NOW
        )

    at_once(app, [press] * 6)
    assert looks(app) == 1
    with app.app_context():
        after = db.session.scalar(select(func.count()).where(Alert.kind == AlertKind.CONCERN))
        assert (after or 0) - (before or 0) == 1


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("thinks", list(Thinks))
def test_once_they_are_back_nobody_looks_any_more(cast: Cast, thinks: Thinks) -> None:
    episode = opened(cast, EpisodeState.MISSING)
    become(cast, episode, EpisodeState.RETURNED)
    with pytest.raises(Changed):
        actions.look(seen_as(cast.jo), episode.id, thinks, key="k", address=ADDRESS, now=NOW)
    db.session.rollback()
    assert db.session.get_one(Episode, episode.id).state == EpisodeState.RETURNED


@given(st.sampled_from(list(Thinks)), st.datetimes(timezones=st.just(NOW.tzinfo)))
def test_only_not_knowing_brings_the_next_look_forward(thinks: Thinks, now) -> None:
    if now.year > 9000:
        return
    assert look_sooner_at(thinks, now) == (
        now + UNSURE_AGAIN if thinks is Thinks.DONT_KNOW else None
    )


minutes = st.integers(-300, 300)


@given(st.lists(st.tuples(st.sampled_from(list(NewKind)), minutes), max_size=8), minutes)
def test_news_is_what_came_after_the_last_look_newest_first(
    rows: list[tuple[NewKind, int]], since: int
) -> None:
    from datetime import timedelta

    found = [New(kind, NOW + timedelta(minutes=at)) for kind, at in rows]
    last = NOW + timedelta(minutes=since)
    shown = newest_first(found, last)
    assert sorted(shown, key=lambda each: each.at, reverse=True) == shown
    assert {id(each) for each in shown} == {id(each) for each in found if each.at > last}
    assert len(newest_first(found, None)) == len(found)
