"""What is promised whoever comes back: published in versions, shown at the door."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engage.db import db
from engage.episodes.rules import EpisodeState
from engage.i18n import LOCALES
from engage.returns.models import WelcomeStandards
from engage.returns.standards_actions import NotYetWritten, Part, publish
from engage.returns.standards_queries import find_standards
from engage.web.errors import NotFound
from tests.cast import NOW, Cast
from tests.episodes.away import become, opened
from tests.page import Page

SignIn = Callable[[FlaskClient, UUID], FlaskClient]
TODAY = NOW.date()
WITH = Part("Youth club", date(2026, 10, 3), 9)
NEW = "/welcome-standards/new"


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        (Part(), True),
        (WITH, True),
        (Part("Youth club", TODAY, 1), True),
        (Part("Youth club"), False),
        (Part("Youth club", TODAY), False),
        (Part("Youth club", TODAY, 0), False),
        (Part("Youth club", TODAY + timedelta(days=1), 9), False),
        (Part("", TODAY, 9), False),
        (Part("", None, 9), False),
    ],
)
def test_the_young_peoples_part_is_told_whole_or_as_not_yet(part: Part, whole: bool) -> None:
    assert part.is_whole(TODAY) is whole


def test_a_new_version_counts_and_the_one_before_stays(app: Flask, cast: Cast) -> None:
    with app.app_context():
        for who, words, part in ((cast.sue, "Food", Part()), (cast.adil, "Food first", WITH)):
            publish(cast.viewer(who), words, part, today=TODAY, now=NOW)
        db.session.commit()
        found = find_standards(cast.viewer(cast.maya))
        assert found is not None
        assert (found.number, found.words, found.how_many) == (2, "Food first", 9)
        assert db.session.query(WelcomeStandards).count() == 2
        assert find_standards(cast.viewer(cast.far_zed_worker)) is None


def test_half_told_or_empty_is_not_published(app: Flask, cast: Cast) -> None:
    with app.app_context():
        sue = cast.viewer(cast.sue)
        for words, part in ((" ", WITH), ("Food", Part("Youth club"))):
            with pytest.raises(NotYetWritten):
                publish(sue, words, part, today=TODAY, now=NOW)


def test_nobody_else_publishes(app: Flask, cast: Cast) -> None:
    with app.app_context():
        for who in (cast.sam, cast.jo, cast.maya, cast.olu, cast.ines, cast.zed_worker):
            with pytest.raises(NotFound):
                publish(cast.viewer(who), "Food", WITH, today=TODAY, now=NOW)


@pytest.mark.parametrize("locale", LOCALES)
def test_it_is_published_and_stands_on_the_welcome_card(
    locale: str, app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    sues = sign_in(client, cast.sue)
    form = Page(sues.get(f"{NEW}?lang={locale}")).form(NEW)
    form.fill(words="Food first\nNo questions tonight", where="Youth club", on="2026-10-03",
              how_many="9").send(sues)  # fmt: skip
    with app.app_context():
        episode = opened(cast, now=NOW - timedelta(days=1))
        become(cast, episode, EpisodeState.RETURNED, NOW)
        db.session.commit()
        welcome = f"/episodes/{episode.id}/welcome"
    for who, path in ((cast.jo, welcome), (cast.maya, "/welcome-standards")):
        page = Page(sign_in(app.test_client(), who).get(f"{path}?lang={locale}"))
        assert page.lang == locale and "None" not in page.main_text
        assert "No questions tonight" in page.main_text and "Youth club" in page.main_text


@pytest.mark.parametrize(
    "sent",
    [{"where": "Youth club"}, {"on": "2026-10-03"}, {"how_many": "9"},
     {"where": "x", "on": "yesterday", "how_many": "9"},
     {"where": "x", "on": "2026-10-03", "how_many": "few"},
     {"where": "x", "on": "2026-10-03", "how_many": "-2"}],
)  # fmt: skip
def test_half_a_part_is_told_in_words_and_nothing_typed_is_lost(
    sent: dict[str, str], client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    sues = sign_in(client, cast.sue)
    answer = Page(sues.get(NEW)).form(NEW).fill({"words": "Food first"} | sent).submit(sues)
    page = Page(answer)
    assert answer.status_code == 400
    assert page.errors == ["Fill in where, when and how many, or leave all three empty."]
    assert page.form(NEW).values["words"] == ["Food first"]


def test_while_nothing_is_written_it_says_so(
    client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    page = Page(sign_in(client, cast.jo).get("/welcome-standards"))
    assert (
        "Nothing is written down yet." in page.main_text and "Write a new version" not in page.links
    )


def test_strangers_read_nothing_of_it(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    with app.app_context():
        publish(cast.viewer(cast.sue), "Food first", Part(), today=TODAY, now=NOW)
        db.session.commit()
    assert "Food first" not in client.get("/welcome-standards", follow_redirects=True).text
    for who in (cast.far_zed_worker, cast.far_zed_carer, cast.far_zed_young):
        other = sign_in(app.test_client(), who)
        assert "Food first" not in other.get("/welcome-standards").text
        assert other.get(NEW).status_code == 404
    for who in (cast.jo, cast.sam, cast.maya):
        assert sign_in(app.test_client(), who).get(NEW).status_code == 404
