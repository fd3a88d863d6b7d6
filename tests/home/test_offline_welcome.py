"""The welcome card on a carer's phone, for when there is no signal at the door."""

from datetime import timedelta

from flask import Flask

from engage.db import db
from engage.episodes.rules import EpisodeState
from engage.home.offline import documents_for
from engage.i18n import use_locale
from engage.returns.rules import STEPS
from engage.returns.standards_actions import Part, publish
from tests.cast import NOW, Cast
from tests.episodes.away import become, opened


def blocks(cast: Cast, who: str, later: timedelta = timedelta(0)) -> list[list[str]]:
    at = NOW + later
    found = documents_for(cast.viewer(getattr(cast, who), at), now=at)
    return [block for document in found for block in document["blocks"]]


def come_back(cast: Cast) -> None:
    episode = opened(cast, now=NOW - timedelta(days=1))
    become(cast, episode, EpisodeState.RETURNED, NOW)
    publish(cast.viewer(cast.sue), "Food first\n\nNo questions", Part(), today=NOW.date(), now=NOW)
    db.session.commit()


def test_while_they_come_back_the_card_is_kept_for_whoever_opens_the_door(
    app: Flask, cast: Cast
) -> None:
    with app.test_request_context():
        assert "The welcome" not in [words for _kind, words, *_ in blocks(cast, "jo")]
        come_back(cast)
        found = [words for _kind, words, *_ in blocks(cast, "jo")]
        start = found.index("The welcome")
        assert len(found[start + 1 : found.index("What is promised here")]) == len(STEPS)
        assert found[-2:] == ["Food first", "No questions"]


def test_three_days_later_it_is_kept_no_more(app: Flask, cast: Cast) -> None:
    with app.test_request_context():
        come_back(cast)
        later = [words for _kind, words, *_ in blocks(cast, "jo", timedelta(hours=73))]
        assert "The welcome" not in later


def test_it_speaks_the_carers_language(app: Flask, cast: Cast) -> None:
    with app.test_request_context():
        come_back(cast)
        with use_locale("ar"):
            found = [words for _kind, words, *_ in blocks(cast, "jo")]
        assert "Food first" in found and "The welcome" not in found


def test_others_are_given_no_card(app: Flask, cast: Cast) -> None:
    with app.test_request_context():
        come_back(cast)
        for who in ("kits_carer", "zed_carer", "far_zed_carer", "kit", "ade"):
            assert "The welcome" not in [words for _kind, words, *_ in blocks(cast, who)]
