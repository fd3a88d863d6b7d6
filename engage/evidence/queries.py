"""Who has been told, what is noted about it, and what is blank over all episodes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select

from engage.db import db
from engage.episodes.models import Episode, EpisodeClock
from engage.episodes.notice_models import EpisodeNotice
from engage.episodes.notice_reading import kept_notices, notices_of
from engage.episodes.notice_rules import (
    SECOND_LOOK,
    STILL_OPEN,
    ForYoung,
    NoticeState,
    Phase,
    young_person_reads,
)
from engage.episodes.reading import OPEN_STAGES, clocks_by_name, known_times, names_of
from engage.episodes.rules import EpisodeState, Event
from engage.evidence.models import NoticeFact, NoticeFile
from engage.evidence.reading import NoticeLine, facts_of, latest, line_of
from engage.evidence.rules import ADDED_TO, Field, Group, on_page
from engage.people.access import Access, Object, Verb, Viewer, access_to, visible_young_people
from engage.people.models import Role, YoungPerson
from engage.policy.notice_rules import Notice
from engage.policy.queries import pack
from engage.web.errors import NotFound

READERS = frozenset({Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS})


@dataclass(frozen=True)
class TellingPage:
    """Everybody who must hear of one episode."""

    episode: Episode
    young_person: YoungPerson
    lines: tuple[NoticeLine, ...]
    # What may be read of each, by notice.
    facts: Mapping[UUID, Mapping[Field, NoticeFact]]
    files: Mapping[UUID, int]
    names: Mapping[UUID | None, str]
    # Whom today's rules ask for beside these, or no longer: (to, phase).
    added: tuple[tuple[str, str], ...] = ()
    dropped: tuple[tuple[str, str], ...] = ()

    def of_phase(self, phase: str) -> list[NoticeLine]:
        """Return those who must hear that somebody is missing, or back."""
        return [line for line in self.lines if line.notice.phase == phase]

    @property
    def open_lines(self) -> list[NoticeLine]:
        """Return what still stands against closing."""
        return [line for line in self.lines if line.notice.state in STILL_OPEN]


@dataclass(frozen=True)
class NoticePage:
    """One notice: what counts, what was noted before, the papers, and what the viewer may do."""

    episode: Episode
    young_person: YoungPerson
    line: NoticeLine
    facts: Mapping[Field, NoticeFact]
    earlier: tuple[NoticeFact, ...]
    files: tuple[NoticeFile, ...]
    names: Mapping[UUID | None, str]
    returned_at: datetime | None
    may_tell: bool = False
    may_settle: bool = False
    may_agree: bool = False
    # Whose they are decides for those who read only what they noted themselves.
    hidden: frozenset[Field] = field(default_factory=frozenset)

    @property
    def notice(self) -> EpisodeNotice:
        """The row itself."""
        return self.line.notice

    @property
    def rule(self) -> Notice:
        """The rule it was made by."""
        return self.line.rule

    @property
    def young_person_reads(self) -> bool:
        """Say whether the young person reads on their own page what became of it."""
        chosen, row = self.notice.for_young, self.notice
        return young_person_reads(
            row.to,
            NoticeState(row.state),
            ForYoung(chosen) if chosen else None,
            was_told=row.told_at is not None,
        )

    @property
    def may_be_refused(self) -> bool:
        """Say whether they can refuse: a report is taken, or not."""
        return self.notice.phase == Phase.MISSING and self.notice.to in SECOND_LOOK

    @property
    def may_follow_up(self) -> bool:
        """Say whether further contacts with them are noted: they were told, and go on looking."""
        return self.may_be_refused and self.notice.told_at is not None

    def asked_on(self, group: Group) -> tuple[Field, ...]:
        """Return what one page asks that could be a correction."""
        here = on_page(self.rule, group, is_late=self.line.is_late)
        return tuple(name for name in here if name not in ADDED_TO)

    @property
    def is_waiting(self) -> bool:
        """Say whether a supervisor's look is wanted."""
        return self.notice.state == NoticeState.WAITING


@dataclass(frozen=True)
class Gap:
    """Somebody who has not been told yet, or something about it that is blank."""

    episode: Episode
    young_person: YoungPerson
    notice: EpisodeNotice
    due_at: datetime | None
    is_late: bool
    blank: tuple[Field, ...]


def told(viewer: Viewer, episode_id: UUID, *, now: datetime) -> TellingPage:
    """Return everybody who must hear of an episode, or raise NotFound."""
    episode, young_person, access = _episode(viewer, episode_id, now)
    rows = notices_of(episode_id)
    clocks = clocks_by_name(episode_id)
    everything = facts_of([row.id for row in rows])
    lines = tuple(line_of(row, clocks, latest(everything[row.id]), now=now) for row in rows)
    seen = {
        row.id: {
            name: fact for name, fact in latest(everything[row.id]).items() if _reads(access, fact)
        }
        for row in rows
    }
    added, dropped = _changed(episode)
    people = [row.ended_by_id for row in rows]
    people += [fact.by_id for facts in seen.values() for fact in facts.values()]
    return TellingPage(
        episode, young_person, lines, seen, _file_counts(access, rows), names_of(people), added,
        dropped,
    )  # fmt: skip


def get_notice(viewer: Viewer, episode_id: UUID, notice_id: UUID, *, now: datetime) -> NoticePage:
    """Return one notice of an episode, or raise NotFound."""
    episode, young_person, access = _episode(viewer, episode_id, now)
    notice = db.session.get(EpisodeNotice, notice_id)
    if notice is None or notice.episode_id != episode_id:
        raise NotFound("notice")
    everything = facts_of([notice_id])[notice_id]
    counts = latest(everything)
    seen = [fact for fact in everything if _reads(access, fact)]
    files = [each for each in _files(notice_id) if _reads_file(access, each)]
    returned = known_times(episode_id).get(Event.RETURNED)
    asker = counts.get(Field.LEFT_OUT)
    return NoticePage(
        episode,
        young_person,
        line_of(notice, clocks_by_name(episode_id), counts, now=now),
        {name: fact for name, fact in counts.items() if fact in seen},
        tuple(fact for fact in seen if counts[Field(fact.field)] is not fact),
        tuple(files),
        names_of([notice.ended_by_id, *(f.by_id for f in seen), *(f.added_by_id for f in files)]),
        returned.at if returned else None,
        may_tell=access.may(Verb.CREATE, Object.EVIDENCE),
        may_settle=access.may(Verb.EDIT, Object.EVIDENCE),
        may_agree=access.may(Verb.APPROVE, Object.EVIDENCE)
        and (asker is None or asker.by_id != viewer.person_id),
        hidden=frozenset(name for name, fact in counts.items() if fact not in seen),
    )


def get_file(
    viewer: Viewer, episode_id: UUID, notice_id: UUID, file_id: UUID, *, now: datetime
) -> tuple[NoticePage, NoticeFile]:
    """Return a paper the viewer may fetch, with its notice, or raise NotFound."""
    page = get_notice(viewer, episode_id, notice_id, now=now)
    found = next((each for each in page.files if each.id == file_id), None)
    if found is None or found.removed_at is not None:
        raise NotFound("file")
    return page, found


def gaps(viewer: Viewer, *, now: datetime, limit: int = 200) -> list[Gap]:
    """List whom nobody has told yet and what is blank, in all episodes of this viewer's young
    people; what is due first comes first. Three statements, however many there are.

    Only for those who read evidence: carers and interviewers get nothing. Source: MISSION C52.
    """
    grants = frozenset(grant for grant in viewer.grants if grant[0] in READERS)
    if not grants:
        return []
    open_clock = and_(
        EpisodeClock.episode_id == EpisodeNotice.episode_id,
        EpisodeClock.name == EpisodeNotice.clock,
        EpisodeClock.stage.in_(OPEN_STAGES),
    )
    rows = db.session.execute(
        select(EpisodeNotice, Episode, YoungPerson, EpisodeClock)
        .join(Episode, Episode.id == EpisodeNotice.episode_id)
        .join(YoungPerson, YoungPerson.id == Episode.young_person_id)
        .outerjoin(EpisodeClock, open_clock)
        .where(
            EpisodeNotice.state.in_(STILL_OPEN),
            visible_young_people(replace(viewer, grants=grants), now=now),
        )
        .order_by(EpisodeClock.due_at.is_(None), EpisodeClock.due_at, EpisodeNotice.id)
        .limit(limit)
    ).all()
    facts = facts_of([row[0].id for row in rows if row[0].state != NoticeState.OPEN])
    found = []
    for notice, episode, young_person, clock in rows:
        clocks = {clock.name: clock} if clock is not None else {}
        line = line_of(notice, clocks, latest(facts.get(notice.id, ())), now=now)
        found.append(Gap(episode, young_person, notice, line.due_at, line.is_late, line.blank))
    return found


def _episode(
    viewer: Viewer, episode_id: UUID, now: datetime
) -> tuple[Episode, YoungPerson, Access]:
    row = db.session.execute(
        select(Episode, YoungPerson)
        .join(YoungPerson, YoungPerson.id == Episode.young_person_id)
        .where(Episode.id == episode_id)
    ).one_or_none()
    if row is None:
        raise NotFound("episode")
    access = access_to(viewer, row[1].id, now=now)
    if not access.may(Verb.READ_MASKED, Object.EVIDENCE):
        raise NotFound("evidence")
    return row[0], row[1], access


def _reads(access: Access, fact: NoticeFact) -> bool:
    return access.may(Verb.READ, Object.EVIDENCE, owner_id=fact.by_id)


def _reads_file(access: Access, file: NoticeFile) -> bool:
    return access.may(Verb.READ, Object.EVIDENCE, owner_id=file.added_by_id)


def _files(notice_id: UUID) -> list[NoticeFile]:
    return list(
        db.session.scalars(
            select(NoticeFile)
            .where(NoticeFile.notice_id == notice_id)
            .order_by(NoticeFile.added_at, NoticeFile.id)
        )
    )


def _file_counts(access: Access, rows: list[EpisodeNotice]) -> dict[UUID, int]:
    found: dict[UUID, int] = {}
    for each in db.session.scalars(
        select(NoticeFile).where(
            NoticeFile.notice_id.in_([row.id for row in rows]), NoticeFile.removed_at.is_(None)
        )
    ):
        if _reads_file(access, each):
            found[each.notice_id] = found.get(each.notice_id, 0) + 1
    return found


def _changed(episode: Episode) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """Return whom today's packs name beside the kept rules, and whom no longer.

    A pack that changes never changes a running episode: both are shown. Source: decision 90.
    """
    if episode.state == EpisodeState.CLOSED:
        return (), ()
    kept = {(each.to, each.phase) for each in kept_notices(episode)}
    today = {(each.to, each.phase) for name in episode.packs for each in pack(name).notices}
    return tuple(sorted(today - kept)), tuple(sorted(kept - today))
