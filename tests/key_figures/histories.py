"""Lives of many young people, written straight into the tables, with all that goes wrong."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

from engage.db import db
from engage.episodes.models import Episode, EpisodeClock, EpisodeTime
from engage.episodes.notice_models import EpisodeNotice
from engage.episodes.notice_rules import NoticeState, Phase
from engage.episodes.rules import EpisodeState, Event, Source, Stage
from engage.intake.models import Referral
from engage.intake.rules import About, CameBy, Known, Referrer, State
from engage.interviews.models import InterviewAttempt, InterviewEpisode, ReturnInterview
from engage.interviews.rules import InterviewState, Reached, Who
from engage.people.models import Consent, Relationship, RelationshipKind, YoungPerson
from engage.plans.models import PlanVersion, SafetyPlan, VersionState
from tests.cast import Cast

BEGAN = datetime(2026, 2, 20, tzinfo=UTC)  # before the quarter, so that much lies outside
DAYS = 160
HOUR = timedelta(hours=1)


class Histories:
    """Makes lives from one seed."""

    def __init__(self, cast: Cast, seed: int):
        self.cast, self.random = cast, Random(seed)
        self.rows: list[Any] = []

    def add(self, many: int) -> None:
        """Write so many lives."""
        people = [self._young() for _ in range(many)]
        db.session.add_all(people)
        db.session.flush()
        for person in people:
            self._plan(person.id)
            self._trio(person.id)
            episodes = [
                self._episode(person.id) for _ in range(self.random.choice((0, 1, 1, 2, 3)))
            ]
            if episodes and self.random.random() < 0.8:
                self._talk(person.id, episodes)
        for kind in (Episode, ReturnInterview, SafetyPlan):
            db.session.add_all(row for row in self.rows if type(row) is kind)
            db.session.flush()
        db.session.add_all(self.rows)
        db.session.add_all(self._referral(person) for person in people)
        db.session.commit()

    def _young(self) -> YoungPerson:
        is_here = self.random.random() < 0.9
        ended = None if self.random.random() < 0.8 else self._at()
        return YoungPerson(
            id=uuid4(), created_at=self._at(), ended_at=ended, name="Young",
            organisation_id=self.cast.organisation if is_here else self.cast.other_organisation,
        )  # fmt: skip

    def _referral(self, person: YoungPerson) -> Referral:
        """What came in: about them or about nobody here, sometimes one that was sent twice."""
        known = self.random.choice(tuple(Known))
        state = self.random.choice((*State, State.WAITING, State.DONE))
        return Referral(
            organisation_id=person.organisation_id, came_by=CameBy.SHEET, source=Referrer.POLICE,
            about=About.MISSING, state=state, known=known, received_at=self._at(),
            key_index=uuid4().hex, content_digest="",
            young_person_id=person.id if known == Known.LOOKED_AFTER else None,
        )  # fmt: skip

    def _at(self) -> datetime:
        # Whole days often, so that the edges of the quarter are hit.
        hours = self.random.randrange(DAYS * 24)
        at = BEGAN + hours * HOUR
        if self.random.random() < 0.1:
            at = self.random.choice(
                [datetime(2026, 3, 31, 23, tzinfo=UTC), datetime(2026, 6, 30, 23, tzinfo=UTC)]
            ) + self.random.choice((-1, 0, 1)) * timedelta(seconds=1)
        return at

    def _maybe(self, at: datetime, hours: int, chance: float = 0.8) -> datetime | None:
        if self.random.random() > chance:
            return None
        return at + self.random.randrange(hours + 1) * HOUR

    def _plan(self, young: UUID) -> None:
        if self.random.random() < 0.3:
            return
        plan = SafetyPlan(
            id=uuid4(), young_person_id=young, question_set="1", started_at=BEGAN,
            changed_at=BEGAN,
        )  # fmt: skip
        self.rows.append(plan)
        live = self._maybe(self._at(), 0)
        ended = self._maybe(live, 2000, 0.4) if live else None
        self.rows.append(
            PlanVersion(
                plan_id=plan.id,
                number=1,
                snapshot="{}",
                made_by_id=self.cast.sam,
                made_at=BEGAN,
                state=VersionState.REPLACED,
                live_at=live,
                ended_at=ended,
            )
        )

    def _trio(self, young: UUID) -> None:
        for rank in range(self.random.choice((0, 2, 3, 3, 4))):
            consent = self.random.choice((Consent.YES, Consent.YES, Consent.YES, Consent.ASKED))
            self.rows.append(
                Relationship(
                    young_person_id=young,
                    person_id=self.cast.ade,
                    rank=rank,
                    starts_at=BEGAN,
                    kind=RelationshipKind.TRUSTED,
                    consent=consent,
                    consent_at=self._at() if consent is Consent.YES else None,
                    ends_at=self._maybe(self._at(), 0, 0.1),
                )
            )

    def _episode(self, young: UUID) -> tuple[UUID, datetime]:
        opened = self._at()
        here = self.random.random() < 0.9
        episode = Episode(
            id=uuid4(), young_person_id=young, state=EpisodeState.CLOSED, opened_at=opened,
            organisation_id=self.cast.organisation if here else self.cast.other_organisation,
            owner_id=self.cast.sam, packs=[], rules=[], facts=[],
            was_missing=self.random.random() < 0.8, closed_at=opened + 900 * HOUR,
        )  # fmt: skip
        self.rows.append(episode)
        for name in ("report_police", "report_ncmec", "inform_listed_people", "health_check"):
            if self.random.random() < 0.7:
                self._clock(episode.id, name, opened)
        for to in ("police", "parents", "school"):
            if self.random.random() < 0.7:
                self._notice(episode.id, to, opened)
        for number in range(1, self.random.choice((1, 2, 2, 3))):
            self.rows.append(
                EpisodeTime(
                    episode_id=episode.id,
                    event=Event.RETURNED,
                    number=number,
                    at=opened + self.random.randrange(600) * HOUR,
                    source=Source.CARER,
                    recorded_at=opened,
                )
            )
        return episode.id, opened

    def _clock(self, episode: UUID, name: str, opened: datetime) -> None:
        needed = self.random.random() < 0.9
        self.rows.append(
            EpisodeClock(
                episode_id=episode,
                name=name,
                started_at=opened,
                due_at=opened + 2 * HOUR,
                rule={},
                others=[],
                stage=Stage.RUNNING if needed else Stage.NOT_NEEDED,
                done_at=self._maybe(opened, 4),
            )
        )

    def _notice(self, episode: UUID, to: str, opened: datetime) -> None:
        self.rows.append(
            EpisodeNotice(
                episode_id=episode,
                to=to,
                phase=Phase.MISSING,
                rule={},
                appeared_at=opened,
                clock="report_police" if to == "police" else "inform_listed_people",
                state=self.random.choice(
                    [NoticeState.DONE, NoticeState.OPEN, NoticeState.NOT_SAFE]
                ),
                told_at=self._maybe(opened, 4, 0.7),
            )
        )

    def _talk(self, young: UUID, episodes: list[tuple[UUID, datetime]]) -> None:
        opened = max(at for _, at in episodes)
        here = self.random.random() < 0.9
        talk = ReturnInterview(
            id=uuid4(), young_person_id=young, state=InterviewState.DONE, opened_at=opened,
            organisation_id=self.cast.organisation if here else self.cast.other_organisation,
            due_at=self._maybe(opened, 90), offered_at=self._maybe(opened, 90),
            declined_at=self._maybe(opened, 120, 0.3), done_at=self._maybe(opened, 160, 0.6),
            chosen_at=self._maybe(opened, 24, 0.6), others=[],
            who=self.random.choice([Who.NOT_NOW, Who.ADVOCATE, Who.TEACHER, None]),
        )  # fmt: skip
        self.rows.append(talk)
        for episode, _at in episodes:
            self.rows.append(InterviewEpisode(interview_id=talk.id, episode_id=episode))
        for _ in range(self.random.randrange(3)):
            self.rows.append(
                InterviewAttempt(
                    interview_id=talk.id,
                    at=opened + self.random.randrange(80) * HOUR,
                    by_id=self.cast.sam,
                    reached=self.random.choice([Reached.TALKED, Reached.NO_ANSWER]),
                )
            )
