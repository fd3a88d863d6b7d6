"""Posters are made and closed; answers are kept once, and grave ones reach a human."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from engage.alerts.models import Alert, AlertNotice
from engage.audit.models import AuditEntry
from engage.db import db
from engage.feedback import actions
from engage.feedback.counting import count_opening, forget_words
from engage.feedback.models import Poster, PosterWeek
from engage.feedback.queries import get_code, get_poster, get_urgent, posters, results
from engage.feedback.rules import Oddity, Subject
from engage.feedback.wording import folded, grave_phrases
from engage.messaging.models import Message
from engage.people import links
from engage.people.models import LinkKind
from engage.web.errors import NotFound
from tests.cast import Cast
from tests.feedback.conftest import Hang, kept

Say = Callable[..., bool]


def test_only_an_administrator_makes_and_closes_posters(
    app: Flask, cast: Cast, now: datetime, hang: Hang
) -> None:
    hung = hang()
    with app.app_context():
        for who in (cast.maya, cast.jo, cast.zed_worker, cast.ines, cast.olu):
            with pytest.raises(NotFound):
                actions.make_poster(cast.viewer(who), place="x", about=None, now=now)
            with pytest.raises(NotFound):
                actions.close_poster(cast.viewer(who), hung.id, now=now)
            with pytest.raises(NotFound):
                posters(cast.viewer(who), now=now)


def test_an_administrator_elsewhere_finds_no_poster(
    app: Flask, cast: Cast, now: datetime, hang: Hang
) -> None:
    hung = hang()
    with app.app_context():
        far = cast.viewer(cast.far_zed_supervisor)
        far = replace(far, grants=cast.viewer(cast.adil).grants)
        with pytest.raises(NotFound):
            get_poster(far, hung.id, now=now)
        assert posters(far, now=now) == []


def test_a_poster_closes_by_itself_after_a_year_and_at_once_when_told(
    app: Flask, cast: Cast, now: datetime, hang: Hang
) -> None:
    hung = hang()
    year = timedelta(days=365)
    with app.app_context():
        assert links.find(LinkKind.FEEDBACK, hung.code, now=now + year - timedelta(seconds=1))
        assert links.find(LinkKind.FEEDBACK, hung.code, now=now + year) is None
        viewer = cast.viewer(cast.adil)
        actions.close_poster(viewer, hung.id, now=now)
        actions.close_poster(viewer, hung.id, now=now + year)  # closing twice changes nothing
        db.session.commit()
        assert links.find(LinkKind.FEEDBACK, hung.code, now=now) is None
        poster = db.session.get_one(Poster, hung.id)
        assert poster.closed_at == now and posters(viewer, now=now) == []
        with pytest.raises(NotFound):
            get_code(viewer, poster, now=now)
        verbs = db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.verb)).all()
        assert [v for v in verbs if v.startswith("poster:")] == ["poster:closed", "poster:made"]


def test_an_answer_is_kept_with_its_quarter_and_nothing_else(
    app: Flask, hang: Hang, say: Say, now: datetime
) -> None:
    assert say(hang(), (5, None, 3, 4), "They made me tea.")
    (row,) = kept(app)
    assert (row.listened, row.kind, row.told, row.safe) == (5, None, 3, 4)
    assert row.words == "They made me tea." and row.about == Subject.CARER
    assert row.quarter_on == date(now.year, (now.month - 1) // 3 * 3 + 1, 1)
    assert row.poster_id is None and not row.needs_a_human


def test_the_same_page_sent_twice_counts_once(app: Flask, hang: Hang, say: Say) -> None:
    hung, other = hang(), hang(place="Kitchen")
    assert say(hung, key="same") and not say(hung, key="same")
    assert say(other, key="same")
    assert len(kept(app)) == 2


def test_nothing_at_all_is_refused(app: Flask, hang: Hang, say: Say) -> None:
    with pytest.raises(ValueError, match="Nothing"):
        say(hang(), (None,) * 4)
    assert kept(app) == []


GRAVE = [
    "the carer slapped me when I came in",
    "He HIT me!!",
    "i want to die",
    "Fe wnaeth e fy mwrw",
    "Dw i eisiau marw",
    "Me pegaron en la casa",
    "Quiero morir",
    "ضربني في الغرفة",
    "أريد أن أموت",
    "fine until page two " + "blah " * 500 + " then he slapped me",
]
HARMLESS = [
    "They were kind and made me food",
    "I hit the road at nine",
    "Nobody asked what I wanted",
    "Roedden nhw'n garedig",
    "Fueron amables conmigo",
    "كانوا لطفاء معي",
]


@pytest.mark.parametrize("words", GRAVE)
def test_grave_words_in_any_language_reach_those_on_duty_without_a_name(
    words: str, app: Flask, cast: Cast, hang: Hang, say: Say, now: datetime
) -> None:
    hung = hang(about=Subject.CARER)
    say(hung, (None,) * 4, words)
    (row,) = kept(app)
    assert row.needs_a_human and row.poster_id == hung.id
    with app.app_context():
        (alert,) = db.session.scalars(select(Alert).where(Alert.kind == "feedback"))
        assert alert.young_person_id is None and alert.about_id == row.id
        assert alert.next_due_at is not None  # it goes on until somebody has it
        told = set(db.session.scalars(select(AlertNotice.person_id)))
        assert cast.olu in told or cast.sue in told
        texts = db.session.scalars(select(Message).where(Message.template == "alert_feedback"))
        assert {text.klass for text in texts} == {"S"}
        found = get_urgent(cast.viewer(cast.sue), row.id, now=now)
        assert (found.place, found.words) == ("Hall of Elm House", words)


@pytest.mark.parametrize("words", HARMLESS)
def test_ordinary_words_wake_nobody(words: str, app: Flask, hang: Hang, say: Say) -> None:
    say(hang(), (4, 4, 4, 4), words)
    with app.app_context():
        assert db.session.scalar(select(Alert.id)) is None


def test_an_answer_sent_twice_raises_one_alert(app: Flask, hang: Hang, say: Say) -> None:
    hung = hang()
    say(hung, (None,) * 4, "he hit me", key="k")
    say(hung, (None,) * 4, "he hit me", key="k")
    with app.app_context():
        assert len(db.session.scalars(select(Alert.id)).all()) == 1


@pytest.mark.parametrize("who", ["maya", "jo", "sam", "ines", "adil", "far_zed_worker"])
def test_nobody_else_reads_what_needs_a_human(
    who: str, app: Flask, cast: Cast, hang: Hang, say: Say, now: datetime
) -> None:
    say(hang(), (None,) * 4, "he hit me")
    (row,) = kept(app)
    with app.app_context(), pytest.raises(NotFound):
        get_urgent(cast.viewer(getattr(cast, who)), row.id, now=now)


def test_what_is_not_urgent_is_read_by_nobody_on_its_own(
    app: Flask, cast: Cast, hang: Hang, say: Say, now: datetime
) -> None:
    say(hang(), (1, 1, 1, 2), "I did not like it")
    (row,) = kept(app)
    with app.app_context(), pytest.raises(NotFound):
        get_urgent(cast.viewer(cast.sue), row.id, now=now)


def test_phrases_are_found_beyond_the_length_of_a_text() -> None:
    assert len(folded("word " * 400)) == 400
    assert grave_phrases()["slapped"] == (("slapped",),)
    assert ("hurting", "me") in grave_phrases()["hurting"]


def test_openings_are_counted_by_week_and_a_burst_is_shown(
    app: Flask, cast: Cast, hang: Hang, now: datetime
) -> None:
    hung = hang()
    with app.app_context():
        for _ in range(3):
            count_opening(hung.id, now=now)
        for _ in range(60):
            count_opening(hung.id, now=now + timedelta(weeks=1))
        db.session.commit()
        weeks = db.session.scalars(select(PosterWeek).order_by(PosterWeek.week_on)).all()
        assert [week.times for week in weeks] == [3, 60]
        assert all(week.week_on.weekday() == 0 for week in weeks)
        viewer = cast.viewer(cast.adil)
        (line,) = posters(viewer, now=now + timedelta(weeks=1))
        assert (line.times, line.oddity) == (63, Oddity.SPIKE)
        (line,) = posters(viewer, now=now)
        assert line.times == 3


def test_results_are_for_workers_and_supervisors_of_the_organisation(
    app: Flask, cast: Cast, hang: Hang, say: Say, now: datetime
) -> None:
    hung = hang()
    for n in range(6):
        say(hung, (5, 4, 4, 5), f"words {n}", key=str(n))
    later = now + timedelta(days=100)
    with app.app_context():
        for who in (cast.sam, cast.sue):
            found = results(cast.viewer(who), now=later)
            assert [len(block.answers) for block in found[Subject.CARER]] == [6]
            assert found[Subject.POLICE] == []
            assert results(cast.viewer(who), now=now)[Subject.CARER] == []
        assert results(cast.viewer(cast.far_zed_worker), now=later)[Subject.CARER] == []
        for who in (cast.maya, cast.jo, cast.ines, cast.olu, cast.adil):
            with pytest.raises(NotFound):
                results(cast.viewer(who), now=later)


def test_words_are_forgotten_after_a_year_and_scores_stay(
    app: Flask, hang: Hang, say: Say, now: datetime
) -> None:
    say(hang(), (5, 4, 4, 5), "I was fed")
    with app.app_context():
        assert forget_words(now=now + timedelta(days=365)) == 0
        assert forget_words(now=now + timedelta(days=465)) == 1
        assert forget_words(now=now + timedelta(days=465)) == 0
        db.session.commit()
    (row,) = kept(app)
    assert row.words is None and row.safe == 5
