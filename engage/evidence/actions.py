"""Saying who was told and how, that they refused, or that they will not be told."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from engage.audit.actions import record
from engage.db import begin_write, db
from engage.episodes.actions import set_time
from engage.episodes.clock_actions import finish_row
from engage.episodes.models import Episode
from engage.episodes.notice_models import EpisodeNotice
from engage.episodes.notice_reading import notices_of
from engage.episodes.notice_rules import STILL_OPEN, ForYoung, NoticeState, Phase
from engage.episodes.reading import OPEN_STAGES, clocks_by_name, known_times
from engage.episodes.rules import Event, Source
from engage.evidence.models import NoticeFact
from engage.evidence.reading import facts_of, latest, line_of
from engage.evidence.rules import (
    ADDED_TO,
    ENOUGH_SAID,
    UPDATES,
    Field,
    LeftOut,
    TellingProblem,
    state_agreed,
    state_left_out,
    state_told,
    telling_problem,
)
from engage.people.access import Object, Verb, Viewer, require
from engage.people.models import PersonKind
from engage.web.errors import Changed, NotFound

YES, NO = "yes", "no"


class NeedsReason(ValueError):
    """Something is changed or left out, and nothing says why."""


class BadTelling(ValueError):
    """A time at which nobody can have been told, with what is wrong with it."""

    def __init__(self, problem: TellingProblem):
        super().__init__(str(problem))
        self.problem = problem


def note_told(
    viewer: Viewer,
    episode_id: UUID,
    notice_id: UUID,
    answers: Mapping[Field, str],
    *,
    now: datetime,
    told_at: datetime | None = None,
    reason: str | None = None,
) -> NoticeState:
    """Keep what is known of telling somebody; done when nothing that is wanted is blank.

    `told_at` is when (UTC); later pages leave it out. An empty answer changes nothing. Another
    one than before is a correction: it needs a reason, and the first one stays. The police told
    is also the time of the report: one act. Raises NeedsReason, BadTelling, NotFound.
    """
    episode, notice = _open(viewer, episode_id, notice_id, Verb.CREATE, now)
    if told_at is not None:
        answers = {**answers, Field.TIME: told_at.isoformat()}
        _check_time(episode, notice, told_at, now)
    _keep(viewer, episode, notice, answers, now, reason)
    if told_at is not None:
        notice.told_at = told_at
        _set_report_time(viewer, episode, notice, told_at, now, reason)
    if notice.told_at is not None:
        known = latest(facts_of([notice.id])[notice.id])
        line = line_of(notice, clocks_by_name(episode.id), known, now=now)
        _become(viewer, episode, notice, state_told(line.blank), now)
    return NoticeState(notice.state)


def note_refused(
    viewer: Viewer,
    episode_id: UUID,
    notice_id: UUID,
    answers: Mapping[Field, str],
    *,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Keep that they would not take it: who, why, and whom one turned to. It stays due.

    Raises Changed when they were told already, NeedsReason, NotFound.
    """
    episode, notice = _open(viewer, episode_id, notice_id, Verb.CREATE, now)
    if notice.told_at is not None:
        raise Changed("told")
    _keep(viewer, episode, notice, answers, now, reason)
    _become(viewer, episode, notice, NoticeState.REFUSED, now)


def note_follow_up(
    viewer: Viewer,
    episode_id: UUID,
    notice_id: UUID,
    answers: Mapping[Field, str],
    *,
    now: datetime,
) -> None:
    """Keep a further contact with somebody who was told, and when the next one is.

    Where the rules ask for it again and again, this is the contact they ask for.
    """
    episode, notice = _open(viewer, episode_id, notice_id, Verb.CREATE, now)
    if notice.told_at is None:
        raise Changed("not told yet")
    _keep(viewer, episode, notice, answers, now, None)
    row = clocks_by_name(episode.id).get(UPDATES.get(notice.to, ""))
    if answers.get(Field.FOLLOW_UP) and row is not None and row.stage in OPEN_STAGES:
        finish_row(viewer, episode, row, now=now)


def leave_out(
    viewer: Viewer,
    episode_id: UUID,
    notice_id: UUID,
    why: LeftOut,
    words: str | None,
    *,
    now: datetime,
) -> NoticeState:
    """Say that somebody will not be told, and why: not safe, or not needed.

    Police and the national centre wait for a supervisor's look, and stay due until then.
    Raises Changed when they were told already, NeedsReason, NotFound.
    """
    episode, notice = _open(viewer, episode_id, notice_id, Verb.EDIT, now)
    if notice.told_at is not None or notice.state not in STILL_OPEN:
        raise Changed(str(notice.state))
    words = (words or "").strip()
    if why not in ENOUGH_SAID and not words:
        raise NeedsReason(str(why))
    answers = {Field.LEFT_OUT: str(why), **({Field.WHY: words} if words else {})}
    # Said a second time after a supervisor's no: what was said before stays all the same.
    _keep(viewer, episode, notice, answers, now, words or str(why))
    _become(viewer, episode, notice, state_left_out(notice.to, why), now)
    return NoticeState(notice.state)


def look_at(
    viewer: Viewer,
    episode_id: UUID,
    notice_id: UUID,
    *,
    agrees: bool,
    now: datetime,
    words: str | None = None,
) -> None:
    """Give the second look of a supervisor: agree that somebody is not told, or ask to tell them.

    Never one's own. Raises Changed when nothing waits, NeedsReason for a no without words.
    """
    episode, notice = _open(viewer, episode_id, notice_id, Verb.APPROVE, now)
    if notice.state != NoticeState.WAITING:
        raise Changed(str(notice.state))
    said = latest(facts_of([notice.id])[notice.id])[Field.LEFT_OUT]
    if said.by_id == viewer.person_id:
        raise NotFound("second look")
    words = (words or "").strip() or None
    if not agrees and words is None:
        raise NeedsReason("no")
    _keep(viewer, episode, notice, {Field.SECOND_LOOK: YES if agrees else NO}, now, words)
    state = state_agreed(LeftOut(said.value)) if agrees else NoticeState.OPEN
    _become(viewer, episode, notice, state, now)


def settle_from_record(
    viewer: Viewer, episode: Episode, to: str, phase: Phase, *, was_told: bool, now: datetime
) -> bool:
    """End what nobody began to say of somebody: they were told by what was done, or there is
    nobody to tell. Returns whether it was open; what a person noted about it stays theirs.

    For callers that hold the episode and did the telling.
    """
    found = [row for row in notices_of(episode.id) if (row.to, row.phase) == (to, phase)]
    if not found or found[0].state != NoticeState.OPEN:
        return False
    notice = found[0]
    notice.told_at = now if was_told else None
    _become(viewer, episode, notice, NoticeState.DONE if was_told else NoticeState.NOT_NEEDED, now)
    return True


def choose_for_young_person(
    viewer: Viewer, episode_id: UUID, notice_id: UUID, chosen: ForYoung, *, now: datetime
) -> None:
    """Let the young person read on their own page that somebody was, or was not, told; or keep
    it back because reading it could put them in danger. Raises NotFound.
    """
    episode, notice = _open(viewer, episode_id, notice_id, Verb.EDIT, now)
    if notice.for_young == chosen:
        return
    notice.for_young = chosen
    record(
        "notice:opened_to_young_person" if chosen == ForYoung.OPEN else "notice:kept_back",
        viewer=viewer,
        now=now,
        subject_id=episode.young_person_id,
        object_kind="notice",
        object_id=notice.id,
    )


def _open(
    viewer: Viewer, episode_id: UUID, notice_id: UUID, verb: Verb, now: datetime
) -> tuple[Episode, EpisodeNotice]:
    """Return a notice with its episode, locked until the transaction ends, or raise NotFound."""
    begin_write(db.session)
    episode = db.session.get(Episode, episode_id, with_for_update=True, populate_existing=True)
    notice = db.session.get(EpisodeNotice, notice_id, populate_existing=True)
    if episode is None or notice is None or notice.episode_id != episode_id:
        raise NotFound("notice")
    require(viewer, verb, Object.EVIDENCE, episode.young_person_id, now=now)
    return episode, notice


def _check_time(episode: Episode, notice: EpisodeNotice, told_at: datetime, now: datetime) -> None:
    returned = known_times(episode.id).get(Event.RETURNED)
    problem = telling_problem(
        told_at, phase=notice.phase, returned_at=returned.at if returned else None, now=now
    )
    if problem is not None:
        raise BadTelling(problem)


def _keep(
    viewer: Viewer,
    episode: Episode,
    notice: EpisodeNotice,
    answers: Mapping[Field, str],
    now: datetime,
    reason: str | None,
) -> None:
    """Add what is new or different; raise NeedsReason for a correction without one."""
    reason = (reason or "").strip() or None
    known = latest(facts_of([notice.id])[notice.id])
    new = {
        name: value
        for name, value in answers.items()
        if value and (name in ADDED_TO or name not in known or known[name].value != value)
    }
    corrected = [name for name in new if name in known and name not in ADDED_TO]
    if corrected and reason is None:
        raise NeedsReason(", ".join(corrected))
    assert viewer.person_id is not None
    last = select(func.max(NoticeFact.number)).where(NoticeFact.notice_id == notice.id)
    number = db.session.scalar(last) or 0
    for at, (name, value) in enumerate(new.items(), start=number + 1):
        keeps_reason = name in corrected or name == Field.SECOND_LOOK
        db.session.add(
            NoticeFact(
                notice_id=notice.id, field=name, number=at, value=value, by_id=viewer.person_id,
                recorded_at=now, reason=reason if keeps_reason else None,
            )
        )  # fmt: skip
    if new:
        _note("notice:noted", viewer, episode, notice, now)
    db.session.flush()


def _set_report_time(
    viewer: Viewer,
    episode: Episode,
    notice: EpisodeNotice,
    told_at: datetime,
    now: datetime,
    reason: str | None,
) -> None:
    if notice.to != "police" or notice.phase != Phase.MISSING:
        return
    known = known_times(episode.id).get(Event.REPORT_MADE)
    if known is None or known.at != told_at:
        source = Source.CARER if viewer.kind is PersonKind.CARER else Source.WORKER
        set_time(
            viewer, episode.id, Event.REPORT_MADE, told_at, source=source, now=now, reason=reason
        )


def _become(
    viewer: Viewer, episode: Episode, notice: EpisodeNotice, state: NoticeState, now: datetime
) -> None:
    if notice.state != state:
        notice.state = state
        ended = state not in STILL_OPEN
        notice.ended_at = now if ended else None
        notice.ended_by_id = viewer.person_id if ended else None
        _note(f"notice:{state}", viewer, episode, notice, now)
    db.session.flush()
    _end_clocks(viewer, episode, now)


def _end_clocks(viewer: Viewer, episode: Episode, now: datetime) -> None:
    """End each running clock on whose list everybody was told or settled: one act, not two."""
    rows = notices_of(episode.id)
    clocks = clocks_by_name(episode.id)
    for name in dict.fromkeys(row.clock for row in rows):
        clock, mine = clocks.get(name), [row for row in rows if row.clock == name]
        if clock is None or clock.stage not in OPEN_STAGES:
            continue
        if all(row.state not in STILL_OPEN for row in mine):
            told = any(row.state == NoticeState.DONE for row in mine)
            finish_row(viewer, episode, clock, now=now, not_needed=not told)


def _note(
    verb: str,
    viewer: Viewer,
    episode: Episode,
    notice: EpisodeNotice,
    now: datetime,
) -> None:
    record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=episode.young_person_id,
        object_kind="notice",
        object_id=notice.id,
        reason=f"{notice.phase} {notice.to}",
    )
