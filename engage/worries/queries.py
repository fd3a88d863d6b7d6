"""What somebody who is worried sees: the prompts, the clock, the people, the advice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import case, exists, or_, select

from engage.asking.queries import Asked, asked_about
from engage.asking.rules import Heard
from engage.db import db
from engage.episodes.models import Episode, EpisodeChange
from engage.episodes.reading import age_of, names_of
from engage.episodes.rules import STILL_OUT, EpisodeState
from engage.people.access import Object, Verb, Viewer, is_in_force, may, require
from engage.people.models import (
    Organisation,
    Person,
    Relationship,
    Role,
    RoleGrant,
    YoungPerson,
)
from engage.people.queries import workers_of
from engage.plans.models import Voice
from engage.policy.queries import pack
from engage.questions.answer_rules import Step, steps_of
from engage.reviews.queries import Excerpt, excerpt_for_carer
from engage.web.errors import NotFound
from engage.worries.models import Reached, Worry, WorryAnswer, WorryDecision
from engage.worries.prompt_rules import PromptSet, effects_of
from engage.worries.reading import DueReport, agreed_wait, due_report, recheck_every, young_wait
from engage.worries.rules import OPEN_STATES, Advice, Circumstances, advise, look_again_at
from engage.worries.set_queries import get_set
from engage.worries.young_sets import with_own

NIGHT_HOURS = (22, 6)


@dataclass(frozen=True)
class Given:
    """One answer as somebody gave it; `agrees` is False when somebody else said otherwise."""

    answer: WorryAnswer
    by: str
    is_newest: bool


@dataclass(frozen=True)
class WorryPage:
    """One worry with everything its pages need."""

    worry: Worry
    episode: Episode
    young_person: YoungPerson
    prompts: PromptSet
    given: Mapping[str, Sequence[Given]]
    reached: Sequence[Reached]
    names: Mapping[UUID | None, str]
    excerpt: Excerpt | None
    workers: Sequence[Person]
    # On duty at night and at weekends, those who know the young person first.
    night_team: Sequence[Person]
    due: DueReport | None
    emergency: str
    circumstances: Circumstances
    # What the trusted people answered when we texted them.
    asked: Mapping[UUID, Asked]
    # Of the people to call: for a call button, never shown as a number.
    phones: Mapping[UUID, str]
    may_answer: bool
    # Everything that was decided, in the order in which it was: also what did not count.
    decisions: Sequence[WorryDecision] = ()

    @property
    def answers(self) -> dict[str, str]:
        """The answer that counts for each prompt: the newest."""
        return {prompt: str(all_[-1].answer.value) for prompt, all_ in self.given.items()}

    @property
    def first_name(self) -> str:
        """What the prompts call the young person."""
        return str(self.young_person.name).split()[0]

    @property
    def expected_at(self) -> datetime | None:
        """When they were expected back, if somebody said."""
        since = self.circumstances.since
        return since if since != self.episode.opened_at else None

    @property
    def plan_steps(self) -> list[Step]:
        """What the plan says to try first, in order."""
        return _plan_steps(self.excerpt)

    @property
    def is_open(self) -> bool:
        """Say whether nothing has been decided for good."""
        return self.worry.state in OPEN_STATES and self.episode.state in STILL_OUT

    def advice(self, now: datetime) -> list[Advice]:
        """Return what to do next, the gravest first."""
        return advise(self.circumstances, now)

    def latest_look(self, now: datetime) -> datetime:
        """Return until when somebody may leave it before they look again."""
        return look_again_at(self.circumstances, now)

    def last_outcome(self, person_id: UUID) -> Reached | None:
        """Return the last try to reach somebody."""
        return next((r for r in reversed(self.reached) if r.person_id == person_id), None)


def find_open_worry(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> Worry | None:
    """Return the worry that is open about a young person, which everybody around shares."""
    require(viewer, Verb.READ, Object.PROMPT_ANSWERS, young_person_id, now=now)
    return db.session.scalar(
        select(Worry)
        .join(Episode, Episode.id == Worry.episode_id)
        .where(
            Worry.young_person_id == young_person_id,
            Worry.state.in_(OPEN_STATES),
            Episode.state.in_(STILL_OUT),
        )
    )


def get_worry(viewer: Viewer, worry_id: UUID, *, now: datetime) -> WorryPage:
    """Return a worry that the viewer may read, or raise NotFound."""
    row = db.session.execute(
        select(Worry, Episode, YoungPerson, Organisation)
        .join(Episode, Episode.id == Worry.episode_id)
        .join(YoungPerson, YoungPerson.id == Worry.young_person_id)
        .join(Organisation, Organisation.id == YoungPerson.organisation_id)
        .where(Worry.id == worry_id)
    ).one_or_none()
    if row is None:
        raise NotFound("worry")
    worry, episode, young_person, organisation = row
    about = (Object.PROMPT_ANSWERS, worry.young_person_id)
    require(viewer, Verb.READ, *about, now=now)
    prompts = with_own(get_set(viewer, organisation.id, worry.prompt_set), worry)
    answers = db.session.scalars(
        select(WorryAnswer)
        .where(WorryAnswer.worry_id == worry_id)
        # What a phone kept comes later than it was given: the latest given counts.
        .order_by(WorryAnswer.given_at, WorryAnswer.number)
    ).all()
    reached = db.session.scalars(
        select(Reached).where(Reached.worry_id == worry_id).order_by(Reached.at, Reached.id)
    ).all()
    decisions = _decisions(worry_id)
    asked = asked_about(viewer, worry.young_person_id, episode.id, now=now)
    names = names_of(
        [
            *(a.by_id for a in answers),
            *(r.by_id for r in reached),
            *(r.person_id for r in reached),
            *(d.by_id for d in decisions),
            *asked,
            *(each.asked_by_id for each in asked.values()),
        ]
    )
    excerpt = _excerpt(viewer, worry.young_person_id, now)
    given = _given(answers, names)
    due = due_report(episode)
    return WorryPage(
        worry,
        episode,
        young_person,
        prompts,
        given,
        reached,
        names,
        excerpt,
        workers_of(viewer, worry.young_person_id, now=now),
        night_team(viewer, young_person, now=now),
        due,
        pack(organisation.policy).emergency,
        _circumstances(
            episode, young_person, organisation, prompts, given, reached, excerpt, due, asked, now
        ),
        asked=asked,
        phones=_phones(excerpt),
        may_answer=may(viewer, Verb.CREATE, *about, now=now) and episode.state in STILL_OUT,
        decisions=decisions,
    )


def _decisions(worry_id: UUID) -> Sequence[WorryDecision]:
    return db.session.scalars(
        select(WorryDecision)
        .where(WorryDecision.worry_id == worry_id)
        .order_by(WorryDecision.at, WorryDecision.recorded_at, WorryDecision.id)
    ).all()


def night_team(viewer: Viewer, young_person: YoungPerson, *, now: datetime) -> list[Person]:
    """List the out-of-hours workers on duty for a young person's team; those who were ever
    linked to the young person, or answered for them when they were away, come first.

    For callers that asked the access function. Source: MISSION C12.
    """
    knows = or_(
        exists().where(
            Relationship.person_id == Person.id, Relationship.young_person_id == young_person.id
        ),
        exists().where(Episode.owner_id == Person.id, Episode.young_person_id == young_person.id),
    )
    return list(
        db.session.scalars(
            select(Person)
            .join(RoleGrant, RoleGrant.person_id == Person.id)
            .where(
                RoleGrant.role == Role.OUT_OF_HOURS,
                Person.organisation_id == young_person.organisation_id,
                or_(RoleGrant.team_id == young_person.team_id, RoleGrant.team_id.is_(None)),
                is_in_force(RoleGrant, now),
                or_(Person.ended_at.is_(None), Person.ended_at > now),
            )
            .order_by(case((knows, 0), else_=1), RoleGrant.starts_at, Person.id)
            .limit(5)
        ).unique()
    )


def _excerpt(viewer: Viewer, young_person_id: UUID, now: datetime) -> Excerpt | None:
    try:
        return excerpt_for_carer(viewer, young_person_id, now=now)
    except NotFound:
        return None


def _phones(excerpt: Excerpt | None) -> dict[UUID, str]:
    wanted = [one.person_id for one in excerpt.people] if excerpt else []
    if not wanted:
        return {}
    people = db.session.scalars(select(Person).where(Person.id.in_(wanted)))
    return {person.id: person.phone or "" for person in people}


def _plan_steps(excerpt: Excerpt | None) -> list[Step]:
    found: list[Step] = []
    said = excerpt.try_first if excerpt else []
    # The young person's own steps come before what adults added.
    for answer in sorted(said, key=lambda each: each.voice != Voice.YOUNG_PERSON):
        for key in ("steps", "will"):
            # Words from before lists had parts are the same under both keys.
            found += [step for step in steps_of(answer.content, key) if step not in found]
    return found


def _agreed_wait(
    excerpt: Excerpt | None, answers: Mapping[str, Sequence[Given]]
) -> timedelta | None:
    found = agreed_wait(excerpt)
    if found is not None:
        return found
    said = str(answers["agreed"][-1].answer.value) if "agreed" in answers else ""
    return timedelta(minutes=int(said)) if said.isdigit() else None


def _given(
    answers: Sequence[WorryAnswer], names: Mapping[UUID | None, str]
) -> dict[str, list[Given]]:
    newest = {answer.prompt: answer for answer in answers}
    found: dict[str, list[Given]] = {}
    for answer in answers:
        line = Given(answer, names.get(answer.by_id, ""), newest[answer.prompt] is answer)
        found.setdefault(answer.prompt, []).append(line)
    return found


def _circumstances(
    episode: Episode,
    young_person: YoungPerson,
    organisation: Organisation,
    prompts: PromptSet,
    given: Mapping[str, Sequence[Given]],
    reached: Sequence[Reached],
    excerpt: Excerpt | None,
    due: DueReport | None,
    asked: Mapping[UUID, Asked],
    now: datetime,
) -> Circumstances:
    answers = {prompt: str(all_[-1].answer.value) for prompt, all_ in given.items()}
    tried = {each.person_id for each in reached} | {p for p, each in asked.items() if each.said}
    hour = now.astimezone(ZoneInfo(organisation.time_zone)).hour
    age = age_of(young_person.birth_date, now)
    return Circumstances(
        effects=frozenset(effects_of(prompts, answers)),
        age=age,
        since=_since(answers.get("expected"), episode),
        report_due_at=due.due_at if due else None,
        agreed_wait=_agreed_wait(excerpt, given),
        recheck_every=recheck_every(organisation.policy),
        young_wait=young_wait(episode.packs, age),
        plan_steps_left=0 if answers.get("plan") == "tried" else len(_plan_steps(excerpt)),
        people_left=sum(
            1 for person in (excerpt.people if excerpt else ()) if person.person_id not in tried
        ),
        earlier=_earlier(episode),
        trusted_worried=any(
            each.last is not None and each.last.heard is Heard.WORRIED for each in asked.values()
        ),
        is_night=hour >= NIGHT_HOURS[0] or hour < NIGHT_HOURS[1],
    )


def _since(said: str | None, episode: Episode) -> datetime:
    """Return when they were expected back: what was said, else when the worry began."""
    try:
        return datetime.fromisoformat(said or "")
    except ValueError:
        return episode.opened_at


def _earlier(episode: Episode) -> list[timedelta]:
    """Return how long each earlier time away lasted."""
    rows = db.session.execute(
        select(Episode.opened_at, EpisodeChange.at)
        .join(EpisodeChange, EpisodeChange.episode_id == Episode.id)
        .where(
            Episode.young_person_id == episode.young_person_id,
            Episode.id != episode.id,
            Episode.was_missing.is_(True),
            EpisodeChange.state == EpisodeState.RETURNED,
        )
        .order_by(Episode.opened_at.desc())
        .limit(50)
    )
    return [max(back - opened, timedelta(0)) for opened, back in rows]
