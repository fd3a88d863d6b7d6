"""A staffing is proposed, asked for, confirmed or declined, prepared, and ends."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from engage.audit.actions import record
from engage.audit.models import Actor
from engage.db import begin_write, db
from engage.episodes.models import Episode
from engage.episodes.notice_rules import Phase
from engage.episodes.rules import MISSING_FROM_CARE, is_still_out
from engage.evidence.actions import settle_from_record
from engage.people.access import SYSTEM, Verb, Viewer
from engage.policy.trigger_rules import Trigger, holding, next_instant
from engage.staffings.meeting_actions import Plan, call_off, plan_meeting
from engage.staffings.models import Meeting, Preparation, Staffing, StaffingReason
from engage.staffings.queries import episode_for, find_meeting
from engage.staffings.reading import (
    planned_of,
    reasons_of,
    staffing_of,
    standing_of,
    triggers_of,
)
from engage.staffings.rules import (
    LOOK_AGAIN,
    OPEN,
    Ask,
    Purpose,
    StaffingState,
    is_located,
)
from engage.staffings.telling import all_hear
from engage.web.errors import Changed, NotFound

WORDS = 2000
REASON = 500


def watch(episode: Episode, *, now: datetime) -> Staffing:
    """Begin to look whether a staffing should be proposed for a time away."""
    staffing = Staffing(
        episode_id=episode.id,
        young_person_id=episode.young_person_id,
        organisation_id=episode.organisation_id,
        state=StaffingState.WATCHED,
        next_look_at=now,
    )
    db.session.add(staffing)
    db.session.flush()
    _note("staffing:watched", staffing, SYSTEM, now)
    return staffing


def look_at(staffing: Staffing, episode: Episode, *, now: datetime) -> list[StaffingReason]:
    """Propose a staffing for every reason that holds now and was not noted before.

    Each reason is noted once for a time away. Set when to look again. Nothing is proposed once
    they are back.
    """
    triggers = triggers_of(staffing.organisation_id)
    noted = {each.trigger for each in reasons_of(staffing.id)}
    standing = standing_of(episode, was_asked=False)
    held = holding(triggers, standing, now)
    new = [_note_reason(staffing, each, now) for each in held if each.key not in noted]
    # It had ended because somebody knew where they are, and now nobody does.
    lost_again = staffing.state == StaffingState.CLOSED and bool(held)
    if new or lost_again:
        propose(staffing, SYSTEM, now=now, why=" ".join(each.trigger for each in new))
    ahead = next_instant(triggers, standing, now)
    staffing.next_look_at = (
        min(filter(None, (ahead, now + LOOK_AGAIN))) if is_still_out(episode.state) else None
    )
    return new


def ask_for_staffing(viewer: Viewer, episode_id: UUID, words: str, *, now: datetime) -> Staffing:
    """Ask for a staffing, saying why: a reason of its own. Source: S0 (a worker asks).

    Raises Changed when they are not missing, or one is proposed or goes on.
    """
    begin_write(db.session)
    episode = episode_for(viewer, episode_id, Verb.CREATE, now=now)
    if episode.state not in MISSING_FROM_CARE:
        raise Changed("staffing")
    staffing = staffing_of(episode_id) or watch(episode, now=now)
    if staffing.state in OPEN:
        raise Changed("staffing")
    triggers = triggers_of(staffing.organisation_id)
    rule = next((each for each in triggers if each.when == "asked"), None)
    before = [each for each in reasons_of(staffing.id) if each.trigger.startswith("asked")]
    db.session.add(
        StaffingReason(
            staffing_id=staffing.id,
            trigger="asked" if not before else f"asked_{len(before) + 1}",
            source=rule.source if rule else "",
            noted_at=now,
            by_id=viewer.person_id,
            words=words.strip()[:REASON] or None,
        )
    )
    propose(staffing, viewer, now=now, why="asked")
    return staffing


def confirm(viewer: Viewer, episode_id: UUID, plan: Plan, *, now: datetime) -> Meeting:
    """Say yes to a proposed staffing, with the day and time of the first.

    Raises Changed when it is not proposed any more, and what `plan_meeting` raises.
    """
    staffing = _decide(viewer, episode_id, StaffingState.CONFIRMED, "", now)
    return plan_meeting(viewer, episode_id, Purpose.STAFFING, plan, now=now, staffing=staffing)


def decline(viewer: Viewer, episode_id: UUID, reason: str, *, now: datetime) -> None:
    """Say no to a proposed staffing, and why. A reason that is new may propose it again."""
    if not reason.strip():
        raise ValueError("A staffing is declined with a reason.")
    _decide(viewer, episode_id, StaffingState.DECLINED, reason, now)


def close_staffing(
    viewer: Viewer, episode_id: UUID, reason: str, *, address: str, now: datetime
) -> int:
    """End a staffing because it is known where they are; its meetings are called off.

    Returns how many were. Raises Changed while nobody knows where they are, or when it is over.
    """
    begin_write(db.session)
    episode = episode_for(viewer, episode_id, Verb.EDIT, now=now)
    staffing = staffing_of(episode_id)
    if staffing is None or staffing.state not in OPEN or not is_located(episode.state):
        raise Changed("staffing")
    return end(staffing, episode, viewer, reason, address=address, now=now)


def end(
    staffing: Staffing,
    episode: Episode,
    viewer: Viewer,
    reason: str,
    *,
    address: str,
    now: datetime,
) -> int:
    """End a staffing and call off the meetings of its time away; return how many."""
    staffing.state, staffing.closed_at = StaffingState.CLOSED, now
    staffing.reason = reason.strip()[:REASON] or None
    staffing.next_look_at = now + LOOK_AGAIN if is_still_out(episode.state) else None
    planned = planned_of(episode.id)
    for meeting in planned:
        call_off(meeting, viewer, address=address, now=now)
    _note("staffing:closed", staffing, viewer, now)
    settle_notice(episode, viewer, planned, now=now)
    return len(planned)


def settle_notice(
    episode: Episode, viewer: Viewer, called_off: Sequence[Meeting], *, now: datetime
) -> None:
    """End, once they are back, what says that whoever was asked must hear of it.

    It stays open where somebody asked cannot hear by text or mail: a person tells them.
    """
    if not is_still_out(episode.state) and all_hear(called_off):
        back, heard = Phase.RETURNED, bool(called_off)
        settle_from_record(viewer, episode, "staffings", back, was_told=heard, now=now)


def prepare(viewer: Viewer, episode_id: UUID, answers: dict[Ask, str], *, now: datetime) -> None:
    """Keep what was written under the questions before a staffing. An empty one takes it away."""
    begin_write(db.session)
    episode = episode_for(viewer, episode_id, Verb.EDIT, now=now)
    staffing = staffing_of(episode.id)
    if staffing is None or staffing.state not in OPEN:
        raise Changed("staffing")
    assert viewer.person_id is not None
    there = {
        Ask(each.question): each
        for each in db.session.query(Preparation).filter_by(staffing_id=staffing.id)
    }
    for question, words in answers.items():
        kept = words.strip()[:WORDS]
        if question in there and kept == (there[question].words or ""):
            continue
        if question not in there and not kept:
            continue
        row = there.get(question) or Preparation(staffing_id=staffing.id, question=question)
        row.words, row.by_id, row.at = kept or None, viewer.person_id, now
        db.session.add(row)
    db.session.flush()
    _note("staffing:prepared", staffing, viewer, now)


def propose(staffing: Staffing, viewer: Actor, *, now: datetime, why: str) -> None:
    """Put a staffing before people, unless one goes on; new reasons then only stand beside it."""
    if staffing.state != StaffingState.CONFIRMED:
        staffing.state, staffing.proposed_at = StaffingState.PROPOSED, now
        staffing.closed_at = staffing.decided_at = staffing.decided_by_id = None
        staffing.reason = None
    db.session.flush()
    _note("staffing:proposed", staffing, viewer, now, why)


def _decide(
    viewer: Viewer, episode_id: UUID, state: StaffingState, reason: str, now: datetime
) -> Staffing:
    begin_write(db.session)
    episode = episode_for(viewer, episode_id, Verb.EDIT, now=now)
    found = staffing_of(episode_id)
    if found is None:
        raise NotFound("staffing")
    staffing = db.session.get_one(Staffing, found.id, with_for_update=True, populate_existing=True)
    if staffing.state != StaffingState.PROPOSED or not is_still_out(episode.state):
        raise Changed("staffing")
    staffing.state, staffing.decided_at = state, now
    staffing.decided_by_id = viewer.person_id
    staffing.reason = reason.strip()[:REASON] or None
    _note(f"staffing:{state}", staffing, viewer, now)
    return staffing


def _note_reason(staffing: Staffing, trigger: Trigger, now: datetime) -> StaffingReason:
    reason = StaffingReason(
        staffing_id=staffing.id,
        trigger=trigger.key,
        number=trigger.years or trigger.days,
        source=trigger.source,
        noted_at=now,
    )
    db.session.add(reason)
    return reason


def _note(verb: str, staffing: Staffing, viewer: Actor, now: datetime, reason: str = "") -> None:
    """Write the line of the audit about a staffing."""
    record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=staffing.young_person_id,
        object_kind="staffing",
        object_id=staffing.id,
        reason=reason or None,
    )


def note_export(viewer: Viewer, meeting_id: UUID, kind: str, *, now: datetime) -> None:
    """Write down that somebody took the notes of a meeting out, and as what."""
    begin_write(db.session)
    meeting = find_meeting(viewer, meeting_id, Verb.READ, now=now)
    record(
        "meeting:exported",
        viewer=viewer,
        now=now,
        subject_id=meeting.young_person_id,
        object_kind="meeting",
        object_id=meeting_id,
        reason=kind,
    )
