"""What was said in a talk goes a month after sign-off, and never before it was taken out."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from engage.db import db
from engage.episodes.models import Episode
from engage.operators import keeping
from engage.policy.keeping_rules import DEFAULT_DAYS, Kept
from engage.talks import actions
from engage.talks.models import TalkApart, TalkComment, TalkEntry
from engage.talks.queries import get_page
from engage.talks.rules import Apart
from tests.cast import NOW, Cast
from tests.episodes.away import S
from tests.talks.conftest import SOON, Held

DAY = timedelta(days=1)
MONTH = DEFAULT_DAYS[Kept.TALKS] * DAY


def erase(kind: Kept, at: datetime) -> int:
    done = keeping.erase(kind, now=at)
    db.session.commit()
    db.session.expire_all()
    return done


@pytest.fixture
def signed(app: Flask, cast: Cast, held: Held) -> UUID:
    """A talk that was signed off; the time away it was about is closed."""
    talk = held()
    with app.app_context():
        ines, sue = cast.viewer(cast.ines), cast.viewer(cast.sue)
        actions.comment(ines, talk, "A word", now=SOON)
        actions.note_apart(
            ines, cast.maya, Apart.SAFE_AND_WELL, "Cold", told_by="PC Doe", told_at=NOW, now=SOON
        )
        actions.hand_in(ines, talk, now=SOON)
        actions.sign_off(sue, talk, now=SOON)
        db.session.execute(update(Episode).values(state=S.CLOSED, closed_at=NOW))
        db.session.commit()
    return talk


def test_it_is_a_month_as_the_safety_page_says() -> None:
    assert timedelta(days=30) == MONTH


def test_taken_out_it_goes_after_a_month_and_that_they_talked_stays(
    app: Flask, cast: Cast, signed: UUID
) -> None:
    with app.app_context():
        ines = cast.viewer(cast.ines)
        actions.note_taken_out(ines, signed, "", now=SOON)
        db.session.commit()
        assert erase(Kept.TALKS, SOON + MONTH - DAY) == 0
        assert erase(Kept.TALKS, SOON + MONTH + DAY) == 4
        assert db.session.scalars(select(TalkEntry)).all() == []
        assert db.session.scalars(select(TalkComment)).all() == []
        page = get_page(ines, signed, now=SOON)
        assert page.talk.signed_off_at == SOON and page.lines == []


def test_not_taken_out_it_stays_however_old(app: Flask, cast: Cast, signed: UUID) -> None:
    with app.app_context():
        # Handed to somebody in part is not taken out.
        actions.note_taken_out(cast.viewer(cast.ines), signed, "police", now=SOON)
        db.session.commit()
        assert erase(Kept.TALKS, NOW + 900 * DAY) == 0


def test_what_was_added_after_it_was_taken_out_is_taken_out_first(
    app: Flask, cast: Cast, signed: UUID
) -> None:
    with app.app_context():
        ines = cast.viewer(cast.ines)
        actions.note_taken_out(ines, signed, "", now=SOON)
        actions.correct(ines, signed, "stay", "Late", key="late", now=SOON + DAY)
        db.session.commit()
        erase(Kept.TALKS, SOON + MONTH + DAY)
        assert [e.words for e in db.session.scalars(select(TalkEntry))] == ["Late"]
        actions.note_taken_out(ines, signed, "", now=SOON + 2 * DAY)
        db.session.commit()
        assert erase(Kept.TALKS, SOON + MONTH + DAY) == 1


def test_what_is_kept_apart_goes_with_what_is_known_about_the_talk(
    app: Flask, cast: Cast, signed: UUID
) -> None:
    with app.app_context():
        erase(Kept.INTERVIEWS, NOW + 400 * DAY)
        assert db.session.scalars(select(TalkApart)).all() == []
