"""Staffings and team meetings on a timeline: why, what was decided, when people met, who said what.

For those who read staffings (SAFETY 5, O51); the young person reads that they were asked, and
that their words were there, never what adults said.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select

from engage.audit.models import AuditEntry
from engage.episodes.entries import lines
from engage.people.access import Object
from engage.staffings.models import (
    Meeting,
    MeetingAction,
    MeetingGuest,
    MeetingWords,
    Staffing,
    StaffingReason,
)
from engage.staffings.rules import MeetingState, Part, Whose
from engage.timeline.scope import Scope, Sight

Lines = Select[Any]
DECIDED = ("staffing:confirmed", "staffing:declined", "staffing:closed")
SET = ("meeting:planned", "meeting:moved", "meeting:cancelled")


def meetings(scope: Scope, sight: Sight) -> Iterator[Lines]:
    """Reasons and decisions, meetings set, moved, called off and held, words and what was done."""
    if sight.is_own:
        yield from _own(scope)
        return
    if not sight.may(Object.STAFFING):
        return
    s, r, a = Staffing, StaffingReason, AuditEntry
    ours = scope.of_episode(s.episode_id)
    yield (
        lines("staffing_reason", at=r.noted_at, id=r.id, what=r.trigger, by=r.by_id, words=r._words)
        .select_from(r)
        .join(s, s.id == r.staffing_id)
        .where(ours)
    )
    yield (
        lines("staffing", at=a.at, id=a.id, what=a.verb, by=a.actor_id)
        .select_from(a)
        .join(s, s.id == a.object_id)
        .where(a.subject_id == scope.young_person_id, a.verb.in_(DECIDED), ours)
    )
    yield from _met(scope)


def _met(scope: Scope) -> Iterator[Lines]:
    m, w, d, a = Meeting, MeetingWords, MeetingAction, AuditEntry
    ours = scope.of_episode(m.episode_id)
    yield (
        lines("meeting_set", at=a.at, id=a.id, what=a.verb, also=m.purpose, by=a.actor_id)
        .select_from(a)
        .join(m, m.id == a.object_id)
        .where(a.subject_id == scope.young_person_id, a.verb.in_(SET), ours)
    )
    yield lines(
        "meeting_held", at=m.starts_at, id=m.id, what=m.purpose, by=m.held_by_id,
        to=m.facilitator_id,
    ).where(m.state == MeetingState.HELD, ours)  # fmt: skip
    yield (
        lines("meeting_words", at=w.at, id=w.id, what=w.whose, by=w.by_id, words=w._words)
        .select_from(w)
        .join(m, m.id == w.meeting_id)
        .where(ours)
    )
    yield (
        lines("meeting_done", at=d.done_at, id=d.id, by=d.done_by_id, words=d._words)
        .select_from(d)
        .join(m, m.id == d.meeting_id)
        .where(d.done_at.is_not(None), ours)
    )


def _own(scope: Scope) -> Iterator[Lines]:
    m, g, w, a = Meeting, MeetingGuest, MeetingWords, AuditEntry
    ours = scope.of_episode(m.episode_id)
    yield (
        lines("own_invited", at=a.at, id=a.id, what=m.state)
        .select_from(a)
        .join(g, g.id == a.object_id)
        .join(m, m.id == g.meeting_id)
        .where(
            a.subject_id == scope.young_person_id,
            a.verb == "meeting:asked",
            g.part == Part.YOUNG_PERSON,
            ours,
        )
    )
    # Only that it was there: whoever holds their phone need not read it again.
    yield (
        lines("own_heard", at=w.at, id=w.id)
        .select_from(w)
        .join(m, m.id == w.meeting_id)
        .where(w.whose == Whose.YOUNG_PERSON, ours)
    )


SEALED = {
    "staffing_reason": ("staffing_reasons.words", ""),
    "meeting_words": ("meeting_words.words", ""),
    "meeting_done": ("meeting_actions.words", ""),
}
