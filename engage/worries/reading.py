"""Pieces of a worry, for callers that asked the access function."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from engage.db import db
from engage.episodes.models import Episode, EpisodeClock
from engage.episodes.reading import OPEN_STAGES
from engage.episodes.rules import REPORTS, Source
from engage.people.access import Viewer
from engage.people.models import PersonKind
from engage.policy.clock_rules import Clock, from_data
from engage.policy.queries import BadPack, pack
from engage.questions.answer_rules import wait_of
from engage.reviews.queries import Excerpt

DEFAULT_RECHECK = timedelta(hours=1)


@dataclass(frozen=True)
class DueReport:
    """By when a report is due if they are missing, and whose rule says so."""

    due_at: datetime
    rule: Clock

    @property
    def whose(self) -> str:
        """Whose rule it is and where it stands: Missouri: RSMo 210.795."""
        return whose_rule(self.rule)


def whose_rule(rule: Clock) -> str:
    """Return the place that sets a rule and its source, as the pack writes them (English)."""
    try:
        return f"{pack(rule.pack).title}: {rule.source}"
    except BadPack:
        # The pack was taken away since.
        return rule.source


def due_report(episode: Episode) -> DueReport | None:
    """Return the strictest report that is due and not made yet. For callers that may read it.

    None while no such clock runs: nobody has decided that they are missing, or it is done.
    """
    row = db.session.scalar(
        select(EpisodeClock)
        .where(
            EpisodeClock.episode_id == episode.id,
            EpisodeClock.name.in_(sorted(REPORTS)),
            EpisodeClock.stage.in_(OPEN_STAGES),
        )
        .order_by(EpisodeClock.due_at, EpisodeClock.name.desc())
        .limit(1)
    )
    return DueReport(row.due_at, from_data(row.rule)) if row is not None else None


def report_rules(episode: Episode) -> list[Clock]:
    """Return the rules that ask for a report once somebody decides that they are missing."""
    return [clock for clock in map(from_data, episode.rules) if clock.name in REPORTS]


def source_of(viewer: Viewer) -> Source:
    """Say as what this person knows what they tell."""
    return Source.CARER if viewer.kind is PersonKind.CARER else Source.WORKER


def agreed_wait(excerpt: Excerpt | None) -> timedelta | None:
    """Return the shortest time to wait that a plan agrees on, as the viewer may read it; None:
    it says nothing.
    """
    waits = [wait_of(answer.content) for answer in (excerpt.try_first if excerpt else ())]
    return min((wait for wait in waits if wait is not None), default=None)


def recheck_every(policy: str) -> timedelta:
    """Return after how long somebody looks again at the latest, by a policy pack."""
    try:
        return pack(policy).strictest("recheck").duration
    except KeyError:
        return DEFAULT_RECHECK


def young_wait(packs: Iterable[str], age: int | None) -> timedelta | None:
    """Return how long after they were expected one may wait for somebody of this age: the
    strictest of the policy packs. None: no pack calls that young, or the age is not known.

    A pack that calls everybody young says so with a rule without a condition.
    """
    if age is None:
        return None
    rules = (rule for name in packs for rule in pack(name).rules_for("young_wait"))
    return min((rule.duration for rule in rules if rule.holds((), age)), default=None)
