"""Holding a talk: saved at every answer, read back, handed in, signed off, then only added to."""

from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from engage.audit.models import AuditEntry
from engage.db import db
from engage.episodes.rules import EpisodeState
from engage.interviews.models import InterviewEpisode
from engage.interviews.rules import InterviewState, Standing, standing
from engage.talks import actions, queries, waiting_queries
from engage.talks.actions import LawNotTold
from engage.talks.models import TalkEntry
from engage.talks.queries import get_page
from engage.talks.rules import Apart, EntryKind, TalkState
from engage.web.errors import Changed, NotFound
from tests.cast import NOW, Cast
from tests.episodes.away import become, opened
from tests.interviews.conftest import tick
from tests.talks.conftest import SOON, Held, later, the_record, the_talk


@pytest.mark.parametrize("who", ["sam", "sue", "olu", "jo", "maya", "zed_worker", "adil"])
def test_only_whoever_holds_the_talk_begins_its_record(
    app: Flask, cast: Cast, booked: None, who: str
) -> None:
    with app.app_context(), pytest.raises(NotFound):
        actions.begin(cast.viewer(getattr(cast, who)), cast.maya, now=SOON)


def test_begun_twice_it_is_one_record(app: Flask, cast: Cast, held: Held) -> None:
    talk = held()
    with app.app_context():
        assert actions.begin(cast.viewer(cast.ines), cast.maya, now=later(5)).id == talk


def test_nothing_is_asked_before_they_know_what_must_be_passed_on(
    app: Flask, cast: Cast, booked: None
) -> None:
    with app.app_context():
        ines = cast.viewer(cast.ines)
        talk = actions.begin(ines, cast.maya, now=SOON)
        with pytest.raises(LawNotTold):
            actions.answer(ines, talk.id, "before", "A row", key="k", now=SOON)
        with pytest.raises(LawNotTold):
            actions.hand_in(ines, talk.id, now=SOON)
        actions.tell_law(ines, talk.id, now=SOON)
        actions.tell_law(ines, talk.id, now=later(9))
        assert the_record().law_told_at == SOON


def test_every_answer_is_kept_with_its_version_time_and_writer_and_none_is_overwritten(
    app: Flask, cast: Cast, held: Held
) -> None:
    talk = held({"before": "A row"})
    with app.app_context():
        ines = cast.viewer(cast.ines)
        again = {"key": "k-2", "now": later(3)}
        actions.answer(ines, talk, "before", "A row, and I was tired", **again)
        actions.answer(ines, talk, "before", "sent twice", **again)
        actions.answer(ines, talk, "helped", "  ", key="k-3", now=later(4))
        page = get_page(ines, talk, now=later(5))
        first, passed = page.lines
        assert (first.answer.words, [e.words for e in first.earlier]) == (
            "A row, and I was tired", ["A row"],
        )  # fmt: skip
        assert passed.answer.kind == EntryKind.SKIPPED and page.skipped == [passed]
        assert {e.question_set for e in first.entries} == {page.questions.version}
        assert [e.number for e in first.entries] == [1, 2]


def test_a_phone_with_another_time_is_put_in_order_of_when_it_was_said(
    app: Flask, cast: Cast, held: Held
) -> None:
    talk = held({})
    with app.app_context():
        ines = cast.viewer(cast.ines)
        actions.answer(ines, talk, "before", "later", key="a", now=later(9), given_at=later(5))
        actions.answer(ines, talk, "before", "sooner", key="b", now=later(9), given_at=later(1))
        (line,) = get_page(ines, talk, now=later(9)).lines
        assert line.answer.words == "later" and [e.words for e in line.earlier] == ["sooner"]
        # A clock that runs ahead does not make an answer count for ever.
        actions.answer(ines, talk, "before", "ahead", key="c", now=later(10), given_at=later(999))
        assert max(e.given_at for e in db.session.scalars(select(TalkEntry))) == later(10)


def test_what_they_put_right_stands_beside_what_was_written(
    app: Flask, cast: Cast, held: Held
) -> None:
    talk = held()
    with app.app_context():
        ines = cast.viewer(cast.ines)
        actions.correct(ines, talk, "before", "Not a row: a quarrel", key="c", now=later(2))
        line = get_page(ines, talk, now=later(3)).line("before")
        assert line is not None
        assert line.answer.words == "We had a row about my phone."
        assert [each.words for each in line.corrections] == ["Not a row: a quarrel"]
        for question, words, problem in (
            ("harder", "x", NotFound), ("nothing", "x", NotFound), ("before", "  ", Changed),
        ):  # fmt: skip
            with pytest.raises(problem):
                actions.correct(ines, talk, question, words, key="d", now=later(3))


def test_handed_in_it_took_place_and_nothing_is_owed_any_more(
    app: Flask, cast: Cast, held: Held
) -> None:
    talk = held()
    with app.app_context():
        assert the_talk().state == InterviewState.BOOKED
        # Days later: what counts is when they talked.
        actions.hand_in(cast.viewer(cast.ines), talk, now=NOW + timedelta(days=6))
        assert (the_talk().state, the_talk().done_at) == (InterviewState.DONE, SOON)
        assert standing(the_talk().facts, NOW + timedelta(days=6)) == Standing.DONE_IN_TIME
        with pytest.raises(Changed):
            actions.hand_in(cast.viewer(cast.ines), talk, now=NOW)


def test_a_time_away_that_began_after_the_talk_is_owed_its_own(
    app: Flask, cast: Cast, held: Held
) -> None:
    talk = held()
    with app.app_context():
        again = opened(cast, policy="england", now=NOW + timedelta(days=1))
        become(cast, again, EpisodeState.RETURNED, NOW + timedelta(days=1, hours=1))
        tick(NOW + timedelta(days=1, hours=2))
        assert len(db.session.scalars(select(InterviewEpisode)).all()) == 2
        ines = cast.viewer(cast.ines)
        actions.hand_in(ines, talk, now=NOW + timedelta(days=2))
        db.session.commit()
        assert [e.id for e in get_page(ines, talk, now=SOON).episodes] != []
        tick(NOW + timedelta(days=2, hours=1))
        rows = db.session.scalars(select(InterviewEpisode)).all()
        assert len({row.interview_id for row in rows}) == 2


def test_a_supervisor_asks_is_answered_and_signs_off(app: Flask, cast: Cast, held: Held) -> None:
    talk = held()
    with app.app_context():
        ines, sue = cast.viewer(cast.ines), cast.viewer(cast.sue)
        with pytest.raises(Changed):
            actions.sign_off(sue, talk, now=later(1))
        actions.hand_in(ines, talk, now=later(1))
        (waiting,) = waiting_queries.to_sign_off(sue, now=later(2)).lines
        assert waiting.talk is not None and waiting.talk.id == talk
        actions.comment(sue, talk, "Did you offer a nurse?", now=later(2))
        actions.comment(ines, talk, "Yes, and Maya said no.", now=later(3))
        actions.sign_off(sue, talk, now=later(4))
        page = get_page(ines, talk, now=later(5))
        assert [c.words for c in page.comments] == [
            "Did you offer a nurse?", "Yes, and Maya said no.",
        ]  # fmt: skip
        assert (page.talk.state, page.talk.signed_off_by_id) == (TalkState.SIGNED_OFF, cast.sue)
        assert not waiting_queries.to_sign_off(sue, now=later(5)).lines
        for who in ("sam", "maya", "olu", "jo", "zed_worker", "far_zed_supervisor"):
            with pytest.raises(NotFound):
                actions.comment(cast.viewer(getattr(cast, who)), talk, "x", now=later(5))


@pytest.mark.parametrize("who", ["ines", "sam", "olu", "maya", "zed_worker", "far_zed_supervisor"])
def test_nobody_but_the_supervisor_signs_off(app: Flask, cast: Cast, held: Held, who: str) -> None:
    talk = held()
    with app.app_context():
        actions.hand_in(cast.viewer(cast.ines), talk, now=SOON)
        with pytest.raises(NotFound):
            actions.sign_off(cast.viewer(getattr(cast, who)), talk, now=SOON)


def test_signed_off_it_is_only_added_to(app: Flask, cast: Cast, held: Held) -> None:
    talk = held()
    with app.app_context():
        ines = cast.viewer(cast.ines)
        actions.hand_in(ines, talk, now=SOON)
        actions.sign_off(cast.viewer(cast.sue), talk, now=SOON)
        # A phone found a signal late: kept, beside what was signed off.
        actions.answer(ines, talk, "before", "From my phone", key="late", now=later(9))
        actions.answer(ines, talk, "helped", "Music", key="late-2", now=later(9))
        actions.correct(ines, talk, "stay", "A key of my own", key="late-3", now=later(9))
        page = get_page(ines, talk, now=later(9))
        before, helped, stay = (page.line(q) for q in ("before", "helped", "stay"))
        assert before and helped and stay
        assert before.answer.words == "We had a row about my phone." and not before.earlier
        assert [e.kind for e in (*before.corrections, *stay.corrections)] == [EntryKind.LATER] * 2
        assert helped.answer.words == "Music" and helped.has_words
        with pytest.raises(Changed):
            actions.read_back(ines, talk, now=later(9))
        with pytest.raises(Changed):
            actions.take_back(ines, talk, now=later(9))


def test_until_sign_off_it_can_be_taken_back_to_go_on(app: Flask, cast: Cast, held: Held) -> None:
    talk = held()
    with app.app_context():
        ines = cast.viewer(cast.ines)
        actions.hand_in(ines, talk, now=SOON)
        actions.take_back(ines, talk, now=later(1))
        assert the_record().state == TalkState.WRITING
        with pytest.raises(Changed):
            actions.sign_off(cast.viewer(cast.sue), talk, now=later(2))


def test_what_was_told_elsewhere_never_stands_in_the_talk(
    app: Flask, cast: Cast, held: Held
) -> None:
    talk = held()
    with app.app_context():
        sam = cast.viewer(cast.sam)
        for kind in Apart:
            actions.note_apart(
                sam, cast.maya, kind, f"kept apart: {kind}", told_by="Officer Brown",
                told_at=NOW, now=SOON,
            )  # fmt: skip
        reads = {}
        for who in ("maya", "jo", "sam", "sue", "olu", "ines", "adil", "zed_worker"):
            viewer = cast.viewer(getattr(cast, who))
            found = queries.kept_apart(viewer, the_talk().id, now=SOON)
            reads[who] = {each.kind for each in found}
            if who in ("sam", "ines"):
                page = get_page(viewer, talk, now=SOON)
                words = [str(e.words) for line in page.lines for e in line.entries]
                assert not [each for each in words if "kept apart" in each]
        both, police = set(Apart), {Apart.SAFE_AND_WELL}
        assert reads == {
            "maya": police, "jo": set(), "sam": both, "sue": both, "olu": police, "ines": both,
            "adil": set(), "zed_worker": set(),
        }  # fmt: skip


@pytest.mark.parametrize("who", ["jo", "maya", "olu", "sue", "adil", "zed_worker"])
@pytest.mark.parametrize("kind", Apart)
def test_who_may_not_note_what_was_told_elsewhere(
    app: Flask, cast: Cast, booked: None, who: str, kind: Apart
) -> None:
    with app.app_context():
        viewer = cast.viewer(getattr(cast, who))
        with pytest.raises(NotFound):
            actions.note_apart(viewer, cast.maya, kind, "x", told_by="", told_at=NOW, now=SOON)


def test_the_audit_says_what_was_done_and_never_what_was_said(
    app: Flask, cast: Cast, held: Held
) -> None:
    talk = held()
    with app.app_context():
        actions.note_opened(cast.viewer(cast.sam), talk, now=later(1))
        actions.note_opened(cast.viewer(cast.ines), talk, now=later(1))
        rows = [e for e in db.session.scalars(select(AuditEntry)) if e.verb.startswith("talk:")]
        assert Counter(e.verb for e in rows) == {
            "talk:begun": 1, "talk:law_told": 1, "talk:answered": 3, "talk:read_back": 1,
            "talk:opened": 1,
        }  # fmt: skip
        assert all(e.subject_id == cast.maya for e in rows)
        assert not [e for e in rows if e.reason and ("row" in e.reason or "Nan" in e.reason)]


def test_interviewers_find_the_talks_they_hold_and_nobody_elses(
    app: Flask, cast: Cast, booked: None
) -> None:
    with app.app_context():
        (mine,) = waiting_queries.held_by(cast.viewer(cast.ines), now=NOW).lines
        assert (mine.name, mine.talk) == ("Maya", None)
        for who in ("sam", "sue", "zed_worker"):
            assert not waiting_queries.held_by(cast.viewer(getattr(cast, who)), now=NOW).lines


def test_others_learn_how_far_a_record_is_only_if_they_may_see_the_talk(
    app: Flask, cast: Cast, held: Held
) -> None:
    held()
    with app.app_context():
        about = the_talk().id
        assert queries.state_of(cast.viewer(cast.sam), about, now=SOON) == TalkState.WRITING
        for who in ("zed_worker", "maya", "adil"):
            with pytest.raises(NotFound):
                queries.state_of(cast.viewer(getattr(cast, who)), about, now=SOON)
