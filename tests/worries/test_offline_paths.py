"""Phones with and without a signal, mixed as they come: each worry has a next time or an end."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from engage.db import db
from engage.episodes.models import Episode
from engage.people.models import Organisation
from engage.web.errors import Changed
from engage.worries import actions, queries
from engage.worries.forms import read_answer
from engage.worries.later_actions import take_later
from engage.worries.later_rules import Said, SaidKind
from engage.worries.models import Worry, WorryAnswer, WorryDecision
from engage.worries.prompts import prompt_set
from engage.worries.rules import OPEN_STATES, WAIT_MINUTES, WorryState
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS
from tests.episodes.away import due_in, seen_as, swept
from tests.worries.test_every_path import MINUTE, POLICIES, check

KINDS = (
    [SaidKind.ANSWER] * 4
    + [SaidKind.WAIT] * 3
    + [SaidKind.NOT_MISSING, SaidKind.TRIED, SaidKind.MISSING, SaidKind.BEGIN]
)


class Dark:
    """A phone that has no signal: what is done on it lies there with its time."""

    def __init__(self, chance: random.Random, about: UUID, trusted: UUID):
        self.chance, self.about, self.trusted = chance, about, trusted
        self.began: datetime | None = None
        self.kept: list[Said] = []

    def press(self, now: datetime) -> None:
        kind = self.chance.choice(KINDS)
        if self.began is None:
            self.began, kind = now, SaidKind.BEGIN
        prompt = self.chance.choice([p for p in prompt_set().prompts if p.options])
        self.kept.append(
            Said(
                kind, str(uuid4()), now, self.began, self.about, None, "2026-1",
                prompt=prompt.id,
                form={"answer": [self.chance.choice(prompt.options)],
                      "ticked": list(prompt.options[:1])},
                person_id=self.trusted, how="call", outcome="no_answer",
                reason="On the bus",
                minutes=self.chance.choice(WAIT_MINUTES) if kind is SaidKind.WAIT else 0,
            )
        )  # fmt: skip

    def send(self, cast: Cast, who: UUID, now: datetime) -> Iterator[UUID]:
        """Send all that was kept, in order; some of it twice, as phones do."""
        for one in self.kept:
            for _ in range(self.chance.choice((1, 1, 2))):
                by = seen_as(who, now)
                yield take_later(by, one, read=read_answer, address=ADDRESS, now=now)
                db.session.commit()
        self.kept, self.began = [], None


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("seed", range(12))
def test_no_mix_of_phones_leaves_a_worry_without_a_next_time_or_an_end(
    cast: Cast, seed: int
) -> None:
    chance, now = random.Random(seed), NOW
    house = db.session.get_one(Organisation, cast.organisation)
    house.policy = POLICIES[seed % len(POLICIES)]
    db.session.commit()
    phones = {who: Dark(chance, cast.maya, cast.ade) for who in (cast.jo, cast.olu)}
    pressed = 0
    for _ in range(12):
        now += chance.choice((1, 4, 20, 90)) * MINUTE
        who, phone = chance.choice(list(phones.items()))
        if chance.random() < 0.7:
            phone.press(now)
            pressed += 1
        else:
            for worry_id in phone.send(cast, who, now):
                check(db.session.get_one(Worry, worry_id))
        swept(now)
    for who, phone in phones.items():
        for worry_id in phone.send(cast, who, now):
            check(db.session.get_one(Worry, worry_id))
    # Never two open at once, never the same press twice.
    open_ones = select(func.count()).where(Worry.state.in_(sorted(OPEN_STATES)))
    assert (db.session.scalar(open_ones) or 0) <= 1
    kept = sum(
        db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in (WorryAnswer, WorryDecision)
    )
    # Danger is an answer and a decision at once.
    assert kept <= 2 * pressed
    for worry in db.session.scalars(select(Worry)):
        counting = select(WorryDecision).where(
            WorryDecision.worry_id == worry.id, WorryDecision.counts.is_(True)
        )
        states = {row.state for row in db.session.scalars(counting)}
        decided = worry.state not in (WorryState.ASKING, WorryState.BACK)
        assert not decided or worry.state in states
        # Nothing that came late ever calmed what counted as missing.
        if WorryState.MISSING in states:
            assert worry.state in (WorryState.MISSING, WorryState.BACK)


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("minutes", WAIT_MINUTES)
@pytest.mark.parametrize("late", [0, 9, 11, 31, 61, 240])
def test_whenever_a_wait_comes_somebody_looks_again_in_time(
    cast: Cast, minutes: int, late: int
) -> None:
    """A wait of `minutes`, sent `late` minutes after it was pressed."""
    pressed = Said(
        SaidKind.WAIT, "k", NOW, NOW, cast.maya, None, "2026-1", reason="At Gran's", minutes=minutes
    )
    now = NOW + timedelta(minutes=late)
    by = seen_as(cast.jo, now)
    worry = db.session.get_one(
        Worry, take_later(by, pressed, read=read_answer, address=ADDRESS, now=now)
    )
    db.session.commit()
    check(worry)
    assert worry.look_again_at == NOW + timedelta(minutes=minutes)
    episode = db.session.get_one(Episode, worry.episode_id)
    page = queries.get_worry(by, worry.id, now=now)
    assert [d.counts for d in page.decisions] == [True]
    assert due_in(episode)["recheck"] <= max(now - NOW, timedelta(minutes=minutes))


@pytest.mark.usefixtures("inside")
def test_a_decision_with_a_signal_is_kept_with_who_and_when_too(cast: Cast) -> None:
    worry = actions.begin(seen_as(cast.jo), cast.maya, address=ADDRESS, now=NOW)
    at = NOW + 15 * MINUTE
    actions.wait(seen_as(cast.jo), worry.id, at, reason="Bus", now=NOW)
    actions.wait(seen_as(cast.olu), worry.id, at + MINUTE, reason="Rang him", now=NOW + MINUTE)
    actions.say_missing(seen_as(cast.jo), worry.id, address=ADDRESS, now=NOW + 2 * MINUTE)
    db.session.commit()
    page = queries.get_worry(seen_as(cast.sam), worry.id, now=NOW + 3 * MINUTE)
    assert [(page.names[d.by_id], d.state, d.reason) for d in page.decisions] == [
        ("Jo", "waiting", "Bus"), ("Olu", "waiting", "Rang him"), ("Jo", "missing", None),
    ]  # fmt: skip
    assert all(d.counts and not d.was_kept for d in page.decisions)
    with pytest.raises(Changed):
        actions.wait(seen_as(cast.jo), worry.id, at, reason="No", now=NOW + 4 * MINUTE)
