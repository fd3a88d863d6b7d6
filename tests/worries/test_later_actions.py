"""What a carer's phone kept: once, in order, with its own times, beside what others recorded."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update

from engage.alerts.models import Alert
from engage.alerts.rules import AlertKind
from engage.db import db
from engage.episodes import actions as episodes
from engage.episodes.models import Episode, EpisodeChange
from engage.episodes.reading import known_times
from engage.episodes.rules import EpisodeState, Event, Source
from engage.people.access import SYSTEM
from engage.people.actions import assign
from engage.people.models import Organisation, RelationshipKind
from engage.web.errors import NotFound
from engage.wordings.rules import WordingState
from engage.worries import actions, queries
from engage.worries.actions import NeedsReason
from engage.worries.forms import read_answer
from engage.worries.later_actions import take_later
from engage.worries.later_rules import Said, SaidKind
from engage.worries.models import (
    PromptVersion,
    Reached,
    Worry,
    WorryAnswer,
    WorryDecision,
)
from engage.worries.prompt_rules import BadAnswer
from engage.worries.rules import WorryState
from tests.cast import LONG_AGO, NOW, Cast
from tests.checkins.texting import ADDRESS
from tests.episodes.away import clocks, due_in, seen_as, swept
from tests.sealing import is_sealed

pytestmark = pytest.mark.usefixtures("inside")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LATER = NOW + 2 * HOUR


def said(cast: Cast, prompt: str = "", at: datetime = NOW, **form: str) -> Said:
    kind = SaidKind.ANSWER if prompt else SaidKind.BEGIN
    values = {name: [value] for name, value in form.items()}
    return Said(kind, str(uuid4()), at, NOW, cast.maya, None, "2026-1", prompt, values)


def take(cast: Cast, one: Said, now: datetime = LATER, by: UUID | None = None) -> Worry:
    worry_id = take_later(
        seen_as(by or cast.jo, now), one, read=read_answer, address=ADDRESS, now=now
    )
    db.session.commit()
    return db.session.get_one(Worry, worry_id, populate_existing=True)


def answers(worry: Worry) -> list[tuple[str, str, datetime]]:
    rows = select(WorryAnswer).where(WorryAnswer.worry_id == worry.id).order_by(WorryAnswer.number)
    return [(a.prompt, str(a.value), a.given_at) for a in db.session.scalars(rows)]


def missouri(cast: Cast) -> None:
    db.session.get_one(Organisation, cast.organisation).policy = "missouri"
    db.session.commit()


def test_answers_come_once_in_order_with_the_times_they_were_given(cast: Cast) -> None:
    all_of = [
        said(cast),
        said(cast, "danger", NOW + MINUTE, answer="no"),
        said(cast, "expected", NOW + 2 * MINUTE, ago="30"),
        said(cast, "today", NOW + 3 * MINUTE, words="a row at tea"),
    ]
    for one in all_of * 2:
        worry = take(cast, one)
    assert answers(worry) == [
        ("danger", "no", NOW + MINUTE),
        # Half an hour before it was pressed, not before it arrived.
        ("expected", (NOW - 28 * MINUTE).isoformat(), NOW + 2 * MINUTE),
        ("today", "a row at tea", NOW + 3 * MINUTE),
    ]
    assert db.session.scalar(select(func.count()).select_from(Worry)) == 1
    assert worry.prompt_set == "2026-1"


def test_the_clocks_count_from_when_the_phone_began(cast: Cast) -> None:
    missouri(cast)
    worry = take(cast, said(cast))
    page = queries.get_worry(seen_as(cast.jo, LATER), worry.id, now=LATER)
    assert page.due is not None and page.due.due_at == NOW + 2 * HOUR


def test_a_worry_that_somebody_began_meanwhile_is_joined_and_counts_from_the_first(
    cast: Cast,
) -> None:
    missouri(cast)
    worry = actions.begin(seen_as(cast.olu, NOW + HOUR), cast.maya, address=ADDRESS, now=NOW + HOUR)
    db.session.commit()
    assert take(cast, said(cast, "danger", NOW + MINUTE, answer="no")).id == worry.id
    assert known_times(worry.episode_id)[Event.DISCOVERED].at == NOW
    assert [given for _, _, given in answers(worry)] == [NOW + MINUTE]
    assert clocks(db.session.get_one(Episode, worry.episode_id))


def test_both_answers_are_shown_with_who_and_when_and_the_later_given_counts(cast: Cast) -> None:
    worry = take(cast, said(cast))
    actions.answer(
        seen_as(cast.olu, NOW + HOUR), worry.id, "usual", "different", key="o", address=ADDRESS,
        now=NOW + HOUR,
    )  # fmt: skip
    db.session.commit()
    take(cast, said(cast, "usual", NOW + MINUTE, answer="usual"))
    page = queries.get_worry(seen_as(cast.jo, LATER), worry.id, now=LATER)
    shown = [(one.by, one.answer.value, one.is_newest) for one in page.given["usual"]]
    assert shown == [("Jo", "usual", False), ("Olu", "different", True)]
    assert page.answers["usual"] == "different"


def test_danger_said_without_a_signal_tells_everybody_when_it_comes(cast: Cast) -> None:
    worry = take(cast, said(cast, "danger", NOW + MINUTE, answer="yes"))
    episode = db.session.get_one(Episode, worry.episode_id)
    assert (episode.state, worry.state) == (EpisodeState.MISSING, WorryState.MISSING)
    assert db.session.scalar(select(func.count()).select_from(Alert)) or 0 > 0


def test_deciding_that_they_are_missing_counts_once(cast: Cast) -> None:
    take(cast, said(cast))
    one = replace(said(cast), kind=SaidKind.MISSING)
    for _ in range(2):
        worry = take(cast, one)
    assert worry.state == WorryState.MISSING


def test_what_came_of_a_call_is_kept_once_with_its_time(cast: Cast) -> None:
    one = replace(
        said(cast, at=NOW + MINUTE), kind=SaidKind.TRIED, person_id=cast.ade, how="call",
        outcome="no_answer",
    )  # fmt: skip
    for _ in range(2):
        take(cast, one)
    tried = db.session.scalars(select(Reached)).one()
    assert (tried.person_id, tried.outcome, tried.at) == (cast.ade, "no_answer", NOW + MINUTE)


def test_what_comes_after_others_settled_it_is_kept_and_begins_nothing(cast: Cast) -> None:
    first = take(cast, said(cast), now=NOW)
    episodes.change_state(
        seen_as(cast.sam, NOW + HOUR), first.episode_id, EpisodeState.RETURNED,
        source=Source.WORKER, address=ADDRESS, now=NOW + HOUR,
    )  # fmt: skip
    db.session.commit()
    one = said(cast, "danger", NOW + MINUTE, answer="yes")
    for _ in range(2):
        assert take(cast, one).id == first.id
    assert answers(first) == [("danger", "yes", NOW + MINUTE)]
    assert db.session.get_one(Episode, first.episode_id).state == EpisodeState.RETURNED
    # Somebody is worried anew, later: that is another worry.
    fresh = replace(said(cast, at=LATER), began_at=LATER)
    assert take(cast, fresh, now=LATER + MINUTE).id != first.id


def test_a_question_that_this_worry_does_not_ask_is_kept_as_words(cast: Cast) -> None:
    own = {"id": "inhaler", "kind": "yes_no", "choices": [], "words": {"en": "Is it with her?"}}
    db.session.add(
        PromptVersion(
            organisation_id=cast.organisation, number=3, base="2026-1",
            state=WordingState.PUBLISHED,
            edits=json.dumps({"own": [own]}), made_by_id=cast.sue, changed_at=NOW,
        )
    )  # fmt: skip
    db.session.flush()
    worry = actions.begin(
        seen_as(cast.olu, NOW), cast.maya, address=ADDRESS, now=NOW, prompt_set="2026-1"
    )
    db.session.commit()
    take(cast, replace(said(cast, "inhaler", answer="no"), prompt_set="own-3"))
    assert answers(worry) == [("today", "Is it with her? No", NOW)]


def test_it_begins_with_the_questions_that_the_phone_asked(cast: Cast) -> None:
    for number, state in (
        (1, WordingState.REPLACED),
        (2, WordingState.PUBLISHED),
        (3, WordingState.DRAFT),
    ):
        db.session.add(
            PromptVersion(
                organisation_id=cast.organisation, number=number, state=state, base="2026-1",
                edits="{}", made_by_id=cast.sue, changed_at=NOW,
            )
        )  # fmt: skip
    db.session.commit()
    # One that nobody published, or that there never was, is not asked of anybody.
    for name, begun in (("own-1", "own-1"), ("own-3", "own-2"), ("own-9", "own-2")):
        worry = take(cast, replace(said(cast), prompt_set=name), now=NOW)
        assert worry.prompt_set == begun
        episodes.close(seen_as(cast.jo, NOW), worry.episode_id, reason="here", now=NOW)
        worry.state = WorryState.NOT_MISSING
        # Long ago, or what comes next would belong to it.
        of_it = EpisodeChange.episode_id == worry.episode_id
        db.session.execute(update(EpisodeChange).where(of_it).values(recorded_at=LONG_AGO))
        db.session.commit()


@pytest.mark.parametrize("name", ["zed_carer", "zed_young", "far_zed_carer", "kits_carer", "sam"])
def test_nobody_else_adds_to_it(cast: Cast, name: str) -> None:
    worry = take(cast, said(cast))
    for one in (said(cast, "today", words="x"), replace(said(cast), worry_id=worry.id)):
        with pytest.raises(NotFound):
            take(cast, one, by=getattr(cast, name))
        db.session.rollback()
    assert answers(worry) == []


def test_a_worry_of_another_young_person_is_never_taken_for_this_one(cast: Cast) -> None:
    worry = take(cast, said(cast))
    assign(SYSTEM, cast.kit, cast.jo, RelationshipKind.CARER, now=LONG_AGO)
    db.session.commit()
    with pytest.raises(NotFound):
        take(cast, replace(said(cast), young_person_id=cast.kit, worry_id=worry.id))
    db.session.rollback()
    with pytest.raises(NotFound):
        take(cast, replace(said(cast), young_person_id=None, worry_id=uuid4()))


def test_an_answer_that_is_none_is_refused(cast: Cast) -> None:
    for one in (said(cast, "danger", answer="maybe"), said(cast, "expected", clock="soon")):
        with pytest.raises(BadAnswer):
            take(cast, one)
        db.session.rollback()
    for one in (
        said(cast, "no_such_prompt", answer="yes"),
        replace(said(cast), kind=SaidKind.TRIED, person_id=cast.ade, outcome="shouted"),
    ):
        with pytest.raises(NotFound):
            take(cast, one)
        db.session.rollback()


def decided(
    cast: Cast, kind: SaidKind, at: datetime = NOW + MINUTE, *, minutes: int = 30, key: str = ""
) -> Said:
    one = replace(said(cast, at=at), kind=kind, reason="She is on the bus")
    one = replace(one, minutes=minutes) if kind is SaidKind.WAIT else one
    return replace(one, key=key) if key else one


def decisions(worry: Worry) -> list[tuple[str, datetime, bool]]:
    rows = select(WorryDecision).where(WorryDecision.worry_id == worry.id)
    ordered = rows.order_by(WorryDecision.at, WorryDecision.recorded_at)
    return [(d.state, d.at, d.counts) for d in db.session.scalars(ordered)]


class TestDecisionsFromAPhone:
    """Decided without a signal: by name, with a reason and the time at which it was."""

    def test_waiting_keeps_the_time_it_was_given_and_when_to_look_again(self, cast: Cast) -> None:
        one = decided(cast, SaidKind.WAIT)
        for _ in range(2):
            worry = take(cast, one, now=NOW + 5 * MINUTE)
        assert decisions(worry) == [("waiting", NOW + MINUTE, True)]
        assert worry.state == WorryState.WAITING
        assert (worry.decided_by_id, worry.decided_at) == (cast.jo, NOW + MINUTE)
        # Half an hour from when she pressed it, not from when it came.
        assert worry.look_again_at == NOW + 31 * MINUTE
        due = due_in(db.session.get_one(Episode, worry.episode_id))
        assert due["recheck"] == 31 * MINUTE

    def test_a_wait_that_is_over_when_it_comes_asks_somebody_at_once(self, cast: Cast) -> None:
        worry = take(cast, decided(cast, SaidKind.WAIT), now=LATER)
        assert worry.state == WorryState.WAITING and worry.look_again_at == NOW + 31 * MINUTE
        assert due_in(db.session.get_one(Episode, worry.episode_id))["recheck"] <= LATER - NOW
        swept(LATER + MINUTE)
        asked = select(Alert.kind).where(Alert.about_id == worry.episode_id)
        assert AlertKind.LOOK_AGAIN in db.session.scalars(asked).all()

    def test_a_late_wait_does_not_stop_who_was_asked_to_look_meanwhile(self, cast: Cast) -> None:
        worry = take(cast, said(cast), now=NOW)
        swept(LATER)
        running = select(Alert).where(
            Alert.kind == AlertKind.LOOK_AGAIN, Alert.about_id == worry.episode_id
        )
        before = [(a.id, a.state) for a in db.session.scalars(running)]
        assert before
        take(cast, decided(cast, SaidKind.WAIT), now=LATER)
        db.session.expire_all()
        assert [(a.id, a.state) for a in db.session.scalars(running)] == before

    def test_nobody_waits_longer_than_the_rules_let_them(self, cast: Cast) -> None:
        missouri(cast)
        # Two hours until the report: an hour after one and a half is past its margin.
        at = NOW + 90 * MINUTE
        worry = take(cast, decided(cast, SaidKind.WAIT, at, minutes=60), now=at)
        assert worry.look_again_at == NOW + 110 * MINUTE

    def test_not_missing_ends_it_with_the_name_the_reason_and_the_time(self, cast: Cast) -> None:
        take(cast, said(cast), now=NOW)
        worry = take(cast, decided(cast, SaidKind.NOT_MISSING))
        assert worry.state == WorryState.NOT_MISSING and worry.reason == "She is on the bus"
        assert worry.decided_at == NOW + MINUTE
        assert db.session.get_one(Episode, worry.episode_id).state == EpisodeState.CLOSED

    @pytest.mark.parametrize("kind", [SaidKind.WAIT, SaidKind.NOT_MISSING])
    def test_where_others_decided_since_both_are_kept_and_theirs_counts(
        self, cast: Cast, kind: SaidKind
    ) -> None:
        worry = take(cast, said(cast), now=NOW)
        olu = seen_as(cast.olu, NOW + 5 * MINUTE)
        at = NOW + 5 * MINUTE
        actions.wait(olu, worry.id, at + 15 * MINUTE, reason="I rang Gran", now=at)
        db.session.commit()
        take(cast, decided(cast, kind), now=NOW + 10 * MINUTE)
        state = "waiting" if kind is SaidKind.WAIT else "not_missing"
        assert decisions(worry) == [(state, NOW + MINUTE, False), ("waiting", at, True)]
        worry = db.session.get_one(Worry, worry.id, populate_existing=True)
        assert (worry.decided_by_id, worry.reason) == (cast.olu, "I rang Gran")
        page = queries.get_worry(seen_as(cast.sam), worry.id, now=NOW + 10 * MINUTE)
        assert [page.names[d.by_id] for d in page.decisions] == ["Jo", "Olu"]

    @pytest.mark.parametrize("kind", [SaidKind.WAIT, SaidKind.NOT_MISSING])
    def test_it_never_calms_what_counts_as_missing(self, cast: Cast, kind: SaidKind) -> None:
        worry = take(cast, said(cast), now=NOW)
        actions.say_missing(seen_as(cast.olu), worry.id, address=ADDRESS, now=NOW)
        db.session.commit()
        take(cast, decided(cast, kind, NOW + 5 * MINUTE))
        assert db.session.get_one(Worry, worry.id).state == WorryState.MISSING
        assert [counts for _, _, counts in decisions(worry)] == [True, False]

    def test_not_missing_waits_where_somebody_else_said_something_since(self, cast: Cast) -> None:
        worry = take(cast, said(cast), now=NOW)
        actions.answer(
            seen_as(cast.olu, NOW + HOUR), worry.id, "usual", "different", key="o",
            address=ADDRESS, now=NOW + HOUR,
        )  # fmt: skip
        db.session.commit()
        take(cast, decided(cast, SaidKind.NOT_MISSING))
        assert db.session.get_one(Worry, worry.id).state == WorryState.ASKING
        assert decisions(worry) == [("not_missing", NOW + MINUTE, False)]
        # What she herself said, or tried, since then stands against nothing.
        later = decided(cast, SaidKind.NOT_MISSING, NOW + HOUR + MINUTE)
        take(cast, said(cast, "today", NOW + HOUR + 2 * MINUTE, words="home again"))
        assert take(cast, later).state == WorryState.NOT_MISSING

    def test_that_they_are_missing_counts_whoever_decided_otherwise(self, cast: Cast) -> None:
        worry = take(cast, said(cast), now=NOW)
        at = NOW + 5 * MINUTE
        actions.wait(seen_as(cast.olu, at), worry.id, at + 15 * MINUTE, reason="Gran", now=at)
        db.session.commit()
        one = decided(cast, SaidKind.MISSING)
        for _ in range(2):
            worry = take(cast, one, now=NOW + 10 * MINUTE)
        assert worry.state == WorryState.MISSING
        assert decisions(worry) == [("missing", NOW + MINUTE, True), ("waiting", at, True)]

    def test_a_worry_after_one_that_was_over_is_another(self, cast: Cast) -> None:
        take(cast, said(cast), now=NOW)
        # All of it comes at once: not missing at one minute past, worried anew an hour later.
        first = take(cast, decided(cast, SaidKind.NOT_MISSING))
        fresh = replace(said(cast, at=NOW + HOUR), began_at=NOW + HOUR)
        second = take(cast, fresh)
        assert second.id != first.id and second.state == WorryState.ASKING
        # What belongs to the first stays with it.
        assert take(cast, said(cast, "today", NOW + HOUR, words="x")).id == second.id

    @pytest.mark.parametrize(
        ("change", "error"),
        [
            ({"reason": ""}, NeedsReason),
            ({"minutes": 0}, BadAnswer),
        ],
    )
    def test_without_a_reason_or_a_time_it_is_none(
        self, cast: Cast, change: dict[str, Any], error: type[Exception]
    ) -> None:
        worry = take(cast, said(cast), now=NOW)
        with pytest.raises(error):
            take(cast, replace(decided(cast, SaidKind.WAIT), **change))
        db.session.rollback()
        assert decisions(worry) == []

    @pytest.mark.parametrize("name", ["zed_carer", "zed_young", "far_zed_carer", "kits_carer"])
    def test_zed_decides_nothing(self, cast: Cast, name: str) -> None:
        worry = take(cast, said(cast), now=NOW)
        for kind in (SaidKind.WAIT, SaidKind.NOT_MISSING, SaidKind.MISSING):
            with pytest.raises(NotFound):
                take(cast, decided(cast, kind), by=getattr(cast, name))
            db.session.rollback()
        assert decisions(worry) == []

    def test_the_reason_is_sealed(self, cast: Cast) -> None:
        take(cast, decided(cast, SaidKind.WAIT), now=NOW + MINUTE)
        raw = db.session.scalar(select(WorryDecision.__table__.c.reason))
        assert is_sealed(raw)
