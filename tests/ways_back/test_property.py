"""Whatever happens in whatever order: no step lost, doubled, ownerless or forgotten."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from engage.checkins.ready_models import ReturnPlan, ReturnStep, StepState
from engage.db import db
from engage.people import links
from engage.people.models import LinkKind, Person, ReplyPolicy
from engage.ways_back import actions as returns
from engage.ways_back.rules import LIVE, WAY, Saying
from engage.ways_back.step_actions import say_by_link
from engage.ways_back.step_queries import steps_for
from engage.ways_back.sweep_actions import sweep_steps
from engage.ways_back.turned_away import unwanted_of
from engage.ways_back.wish_actions import Wishes, wish
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS, phone_of, text
from tests.ways_back.returning import code_for, plan, steps

SEQUENCES, LENGTH = 4, 12
WORDS = (None, "", "toast", "not Jo", "no questions", "soup")


class Life:
    """One way back, to which anything happens."""

    def __init__(self, cast: Cast, seed: int):
        self.cast, self.random = cast, random.Random(seed)
        # Each sequence a day after the one before, so that nothing is joined with older alerts.
        self.now = NOW + timedelta(days=seed)
        self.helpers = (cast.jo, cast.olu, cast.sam, cast.ade, cast.nan_ruth)
        self.key = 0

    def texts_a_digit(self) -> None:
        text(phone_of(self.cast.maya), str(self.random.randint(1, 4)), now=self.now)

    def texts_a_place(self) -> None:
        text(phone_of(self.cast.maya), "by the big tesco", now=self.now)

    def texts_ready(self) -> None:
        text(phone_of(self.cast.maya), "ready", now=self.now)

    def wishes(self) -> None:
        self.key += 1
        pick = self.random.choice
        wish(
            self.cast.viewer(self.cast.maya, self.now), self.cast.maya,
            Wishes(
                choice=pick((None, 1, 2, 3, 4)),
                at=pick((None, self.now + timedelta(minutes=45))),
                food=pick(WORDS), not_tonight=pick(WORDS), not_there=pick(WORDS),
                instead=pick(WORDS), who_id=pick((None, *self.helpers)),
            ),
            key=f"key-{self.now:%d}-{self.key:05}", locale="en", address=ADDRESS, now=self.now,
        )  # fmt: skip

    def texts_an_answer(self) -> None:
        helper = self.random.choice(self.helpers)
        text(phone_of(helper), self.random.choice("78"), now=self.now)

    def taps_an_answer(self) -> None:
        owned = [step for step in steps() if step.return_plan_id == plan().id]
        if not owned:
            return
        # An old link too: whatever was asked of them, whenever.
        owner = self.random.choice(owned).owner_id
        link = links.find(LinkKind.STEP, code_for(owner), now=self.now)
        if link is not None and db.session.get(ReturnStep, link.object_id).owner_id == owner:
            saying = self.random.choice([s for s in Saying if s is not Saying.MINE])
            say_by_link(link, saying, address=ADDRESS, now=self.now)

    def nothing(self) -> None:
        """Time goes by."""

    def live(self) -> None:
        """Let everything happen, and look after each thing whether all still holds."""
        acts: list[Callable[[], None]] = [
            self.texts_a_digit, self.texts_a_place, self.texts_ready, self.wishes, self.wishes,
            self.texts_an_answer, self.taps_an_answer, self.taps_an_answer, self.nothing,
        ]  # fmt: skip
        self.texts_ready()
        for _ in range(LENGTH):
            self.random.choice(acts)()
            db.session.commit()
            self.now += timedelta(minutes=self.random.choice((0, 1, 4, 11, 40)))
            # Two schedulers, one after the other: the second finds nothing left to do.
            self.sweep()
            self.check(plan())
            assert self.sweep() == 0
        returns.close(self.cast.viewer(self.cast.sam, self.now), self.cast.maya, now=self.now)
        db.session.commit()

    def sweep(self) -> int:
        done = sweep_steps(now=self.now, address=ADDRESS)
        db.session.commit()
        return done

    def check(self, now_open: ReturnPlan) -> None:
        mine = [step for step in steps() if step.return_plan_id == now_open.id]
        unwanted = unwanted_of(now_open.id)
        live = [step for step in mine if step.state in LIVE]
        assert max(Counter(step.slot for step in live).values(), default=0) <= 1
        for step in live:
            assert step.owner_id is not None and step.owner_id not in unwanted
            assert step.next_step_at is not None and step.next_step_at > self.now
        for step in mine:
            assert (step.state in LIVE) == (step.next_step_at is not None)
            followers = [other for other in mine if other.after_id == step.id]
            # Late and done after all: what had begun instead was taken back, not lost.
            wanted = 1 if step.state == StepState.FAILED else len(followers)
            assert len(followers) == wanted <= 1
        ways = [step for step in mine if step.slot == WAY]
        assert ways, "she said that she is ready, and there is no way"
        assert any(s.state in LIVE for s in ways) or ways[-1].state in (
            StepState.DONE, StepState.DROPPED)  # fmt: skip
        if not any(step.state in LIVE for step in ways):
            assert any(step.state == StepState.DONE for step in ways)
        for person_id in unwanted:
            viewer = self.cast.viewer(person_id, self.now)
            assert steps_for(viewer, self.cast.maya, now=self.now) == []


@pytest.mark.parametrize("start", [0, 50])
def test_no_sequence_loses_doubles_or_forgets_a_step(inside: None, cast: Cast, start: int) -> None:
    db.session.get_one(Person, cast.maya).reply_policy = ReplyPolicy.AGREED
    # A phone that nobody heard of for ninety days would be stale: not what this is about.
    db.session.commit()
    for seed in range(start, start + SEQUENCES):
        try:
            Life(cast, seed).live()
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error
