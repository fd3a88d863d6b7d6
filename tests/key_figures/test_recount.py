"""The figures against a count by hand: from raw rows, one life after the other, without SQL."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from engage.db import db
from engage.episodes.models import Episode, EpisodeClock, EpisodeTime
from engage.episodes.notice_models import EpisodeNotice
from engage.intake.models import Referral
from engage.interviews.models import InterviewAttempt, InterviewEpisode, ReturnInterview
from engage.key_figures.counting import count_all
from engage.key_figures.queries import get_quarter
from engage.key_figures.reading import Scope, cases_of
from engage.key_figures.rules import Figure, measured
from engage.people.models import Person, Relationship
from engage.plans.models import PlanVersion, SafetyPlan
from tests.cast import NOW, Cast
from tests.key_figures.histories import Histories

# Spring 2026 in London, where clocks were an hour ahead of UTC.
BEGIN = datetime(2026, 3, 31, 23, 0, tzinfo=UTC)
END = datetime(2026, 6, 30, 23, 0, tzinfo=UTC)
MANY = 250


def rows(table: Any) -> list[Any]:
    return list(db.session.scalars(select(table)))


class Recount:
    """Counts as somebody would with a pencil."""

    def __init__(self, cast: Cast) -> None:
        self.here = cast.organisation
        self.episodes = [e for e in rows(Episode) if e.organisation_id == self.here]
        self.clocks = {(c.episode_id, c.name): c for c in rows(EpisodeClock) if c.round == 0}
        self.notices = rows(EpisodeNotice)
        self.back: dict[Any, datetime] = {}
        for time in sorted(rows(EpisodeTime), key=lambda t: t.number):
            if time.event == "returned":
                self.back[time.episode_id] = time.at
        self.missing = [e for e in self.episodes if e.was_missing and BEGIN <= e.opened_at < END]
        self.ended = [
            e for e in self.episodes if e.id in self.back and BEGIN <= self.back[e.id] < END
        ]
        self.talks = [
            t for t in rows(ReturnInterview)
            if t.organisation_id == self.here and BEGIN <= t.opened_at < END
        ]  # fmt: skip
        self.covers = rows(InterviewEpisode)
        self.attempts = rows(InterviewAttempt)

    def all(self) -> dict[str, tuple[int, int]]:
        children = Counter(e.young_person_id for e in self.missing)
        found = {
            "referrals": self._share(
                r.known == "looked_after"
                for r in rows(Referral)
                if r.organisation_id == self.here
                and BEGIN <= r.received_at < END
                and r.state != "merged"
            ),
            "episodes": (len(self.missing), len(self.missing)),
            "children_missing": (len(children), len(children)),
            "went_again": (sum(n >= 2 for n in children.values()), len(children)),
            "without_police": self._share(self._was_police_told(e) is False for e in self.ended),
            "police_on_time": self._share(self._clock_kept("report_police")),
            "ncmec_on_time": self._share(self._clock_kept("report_ncmec")),
            "others_on_time": self._share(self._others_told()),
            "health_checks": self._share(self._health()),
            "contacted_24": self._share(self._contacts(24)),
            "contacted_48": self._share(self._contacts(48)),
            "talks_72": self._share(self._held(72)),
            "talks_on_time": self._share(self._held(None)),
            "talks_done": self._share(t.done_at is not None for t in self.talks),
            "chose_who": self._share(
                bool(t.chosen_at and t.who != "not_now") for t in self.talks if t.done_at
            ),
        }
        people = [
            p for p in rows(Person)
            if p.kind == "young_person" and p.organisation_id == self.here
            and p.created_at < END and (p.ended_at is None or p.ended_at >= END)
        ]  # fmt: skip
        whose = {p.id: p.young_person_id for p in rows(SafetyPlan)}
        planned = {
            whose[v.plan_id] for v in rows(PlanVersion)
            if v.live_at and v.live_at < END and not (v.ended_at and v.ended_at < END)
        }  # fmt: skip
        yes = Counter(
            r.young_person_id for r in rows(Relationship)
            if r.kind == "trusted" and r.consent == "yes" and r.consent_at and r.consent_at < END
            and not (r.ends_at and r.ends_at < END)
        )  # fmt: skip
        found["plans_agreed"] = self._share(p.id in planned for p in people)
        found["trios"] = self._share(yes[p.id] >= 3 for p in people)
        return found

    @staticmethod
    def _share(found: Iterator[bool]) -> tuple[int, int]:
        listed = list(found)
        return sum(listed), len(listed)

    def _was_police_told(self, episode: Any) -> bool:
        return any(
            n.told_at for n in self.notices if n.episode_id == episode.id and n.to == "police"
        )

    def _clock_kept(self, name: str) -> Iterator[bool]:
        for episode in self.missing:
            clock = self.clocks.get((episode.id, name))
            if clock and clock.stage != "not_needed":
                yield bool(clock.done_at and clock.done_at <= clock.due_at)

    def _others_told(self) -> Iterator[bool]:
        missing = {e.id for e in self.missing}
        for notice in self.notices:
            clock = self.clocks.get((notice.episode_id, notice.clock))
            wanted = notice.state not in ("not_safe", "not_needed") and notice.to != "police"
            if notice.episode_id in missing and clock and wanted:
                yield bool(notice.told_at and notice.told_at <= clock.due_at)

    def _health(self) -> Iterator[bool]:
        for episode in self.ended:
            clock = self.clocks.get((episode.id, "health_check"))
            if episode.was_missing and clock and clock.stage != "not_needed":
                yield bool(clock.done_at and clock.done_at <= clock.due_at)

    def _returned(self, talk: Any) -> datetime | None:
        covered = [c.episode_id for c in self.covers if c.interview_id == talk.id]
        return min((self.back[e] for e in covered if e in self.back), default=None)

    def _contacts(self, hours: int) -> Iterator[bool]:
        for talk in self.talks:
            if (back := self._returned(talk)) is None:
                continue
            tried = [a.at for a in self.attempts
                     if a.interview_id == talk.id and a.reached == "talked"]  # fmt: skip
            tried += [at for at in (talk.offered_at, talk.done_at) if at]
            yield any(at <= back + timedelta(hours=hours) for at in tried)

    def _held(self, hours: int | None) -> Iterator[bool]:
        for talk in self.talks:
            back = self._returned(talk)
            limit = talk.due_at if hours is None else back and back + timedelta(hours=hours)
            if back is None or limit is None:
                continue
            said = [talk.offered_at, talk.declined_at, limit]
            if talk.done_at is None and None not in said and said == sorted(said):
                continue
            yield bool(talk.done_at and talk.done_at <= limit)


@pytest.mark.parametrize("seed", range(4))
def test_a_thousand_lives_are_counted_as_by_hand(app: Flask, cast: Cast, seed: int) -> None:
    with app.app_context():
        Histories(cast, seed).add(MANY)
        expected = Recount(cast).all()
        page = get_quarter(cast.viewer(cast.sue), "2026-Q2", now=NOW)
        found = {str(f): (m.counted, m.of) for f, m in page.figures.items()}
        assert found == expected
        # The histories are worth counting: every figure has both kinds, most of them many.
        assert all(of > 20 for _, of in found.values())
        shares = [found[figure] for figure in Figure if not page.figures[figure].is_count]
        assert all(0 < counted < of for counted, of in shares)
        assert sum(page.figures[Figure.TALKS_72].left_out.values()) > 10
        # Counted where the rows are or listed one by one, while it runs and when it is over.
        for now in (NOW, BEGIN + timedelta(days=20), BEGIN + timedelta(days=60)):
            scope = Scope(cast.organisation, BEGIN, END, now)
            listed = {figure: measured(figure, cases_of(scope, figure)) for figure in Figure}
            assert count_all(scope) == listed
