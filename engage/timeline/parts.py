"""Which tables stand on a timeline, for whom, and which lines each of them gives."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, literal

from engage.alerts.models import Alert, AlertNotice
from engage.audit.models import AuditEntry
from engage.checkins.models import CheckIn
from engage.checkins.ready_models import ReturnPlan
from engage.episodes.entries import lines
from engage.episodes.models import EpisodeChange, EpisodeClock, EpisodeTime
from engage.episodes.rules import Stage
from engage.messaging.models import InboundMessage, Message
from engage.people.access import Object, Verb
from engage.people.sharing_models import Circumstance
from engage.timeline import meeting_parts
from engage.timeline import response_parts as response
from engage.timeline.rules import Group
from engage.timeline.scope import Scope, Sight
from engage.worries.models import Reached, Worry

Lines = Select[Any]
# A code that signs them in, and the people they asked us to text to themselves.
FOR_THEM_ALONE = ("sign_in_code", "plan_copy")


def _states(scope: Scope, sight: Sight) -> Iterator[Lines]:
    t = EpisodeChange
    yield lines(
        "state", at=t.at, id=t.id, what=t.state, also=t.source, by=t.by_id, other_at=t.recorded_at,
        words=t._reason,
    ).where(scope.of_episode(t.episode_id))  # fmt: skip
    c = Circumstance
    yield lines(
        "noted", at=c.began_at, id=c.id, what=c.kind, by=c.opened_by_id
    ).where(*scope.about(c.young_person_id, c.began_at))  # fmt: skip
    yield from _handed(scope, sight)
    yield lines("noted_over", at=c.ended_at, id=c.id, what=c.kind, by=c.ended_by_id).where(
        c.ended_at.is_not(None), *scope.about(c.young_person_id, c.ended_at)
    )


def _handed(scope: Scope, sight: Sight) -> Iterator[Lines]:
    """Who answers for it from then on, and why they are away as far as anybody knows."""
    a = AuditEntry
    ours = (a.subject_id == scope.young_person_id, scope.of_episode(a.object_id))
    if not sight.is_own:
        yield lines("handed_over", at=a.at, id=a.id, what=a.reason, by=a.actor_id).where(
            *ours, a.verb == "episode:handed_over", a.reason.is_not(None)
        )
        yield lines("kind", at=a.at, id=a.id, what=a.reason, by=a.actor_id).where(
            *ours, a.verb == "episode:kind_noted", a.reason.is_not(None)
        )


def _times(scope: Scope, _sight: Sight) -> Iterator[Lines]:
    t = EpisodeTime
    yield lines(
        "time", at=t.at, id=t.id, what=t.event, also=t.source, by=t.by_id, other_at=t.recorded_at,
        words=t._reason,
    ).where(scope.of_episode(t.episode_id))  # fmt: skip


def _duties(scope: Scope, sight: Sight) -> Iterator[Lines]:
    if sight.is_own:
        return
    t, ours = EpisodeClock, scope.of_episode(EpisodeClock.episode_id)
    yield lines("due", at=t.started_at, id=t.id, what=t.name, other_at=t.due_at).where(ours)
    yield lines(
        "duty", at=t.done_at, id=t.id, what=t.name, also=t.stage, by=t.done_by_id,
        other_at=t.due_at, words=t._reason,
    ).where(ours, t.done_at.is_not(None))  # fmt: skip
    late = (t.done_at > t.due_at) & (t.stage != Stage.NOT_NEEDED)
    open_late = t.done_at.is_(None) & (t.due_at <= scope.now)
    yield lines("overdue", at=t.due_at, id=t.id, what=t.name).where(ours, late | open_late)


def _said(scope: Scope, sight: Sight) -> Iterator[Lines]:
    if not sight.may(Object.CHECK_IN):
        return
    t, words = CheckIn, sight.may(Object.CHECK_IN_WORDS)
    yield (
        lines(
            "check_in", at=t.received_at, id=t.id, what=t.kind, also=t.belief, other_at=t.sent_at,
            words=InboundMessage._body if words else None,
            words_row=t.inbound_id if words else None,
            more=t._note if words else None,
        )
        .select_from(t)
        .outerjoin(InboundMessage, InboundMessage.id == t.inbound_id)
        .where(*scope.about(t.young_person_id, t.received_at))
    )  # fmt: skip


def _texts(scope: Scope, sight: Sight) -> Iterator[Lines]:
    if not sight.may(Object.MESSAGE_LOG, Verb.READ_MASKED):
        return
    t, words = Message, sight.may(Object.MESSAGE_LOG)
    yield lines(
        "text", at=t.created_at, id=t.id, what=t.template, also=t.state,
        words=t._body if words else None,
    ).where(
        t.person_id == scope.young_person_id,
        t.template.not_in(FOR_THEM_ALONE),
        *scope.about(t.person_id, t.created_at),
    )  # fmt: skip


def _alerts(scope: Scope, sight: Sight) -> Iterator[Lines]:
    t = Alert
    told: ColumnElement[bool] = literal(True)
    if sight.is_own or not sight.may(Object.ALERT, own=True):
        return
    if not sight.may(Object.ALERT):
        told = exists().where(
            AlertNotice.alert_id == t.id,
            AlertNotice.person_id == sight.access.viewer.person_id,
        )
    for source, at, by in (
        ("alert", t.raised_at, None),
        ("alert_taken", t.acknowledged_at, t.acknowledged_by_id),
        ("alert_over", t.resolved_at, t.resolved_by_id),
    ):
        yield lines(source, at=at, id=t.id, what=t.kind, by=by).where(
            told, at.is_not(None), *scope.about(t.young_person_id, at)
        )


def _worries(scope: Scope, sight: Sight) -> Iterator[Lines]:
    yield from response.danger(scope, sight)
    if not sight.may(Object.PROMPT_ANSWERS):
        return
    t, ours = Worry, scope.of_episode(Worry.episode_id)
    yield lines("worry", at=t.opened_at, id=t.id, by=t.opened_by_id).where(ours)
    yield lines(
        "worry_decided", at=t.decided_at, id=t.id, what=t.state, by=t.decided_by_id,
        words=t._reason,
    ).where(ours, t.decided_at.is_not(None))  # fmt: skip
    if not sight.is_own:
        r = Reached
        yield (
            lines(
                "tried", at=r.at, id=r.id, what=r.how, also=r.outcome, by=r.by_id, to=r.person_id,
                words=r._named,
            )
            .select_from(r)
            .join(t, t.id == r.worry_id)
            .where(ours)
        )  # fmt: skip


def _way_back(scope: Scope, sight: Sight) -> Iterator[Lines]:
    yield from response.steps(scope, sight)
    if not sight.may(Object.CHECK_IN):
        return
    t = ReturnPlan
    yield lines(
        "way_back_answered", at=t.answered_at, id=t.id, what=t.answer, by=t.answered_by_id
    ).where(t.answered_at.is_not(None), *scope.about(t.young_person_id, t.answered_at))


# The sealed column behind the words of each kind of line, and behind what it says more.
SEALED = {
    "state": ("episode_changes.reason", ""),
    "time": ("episode_times.reason", ""),
    "duty": ("episode_clocks.reason", ""),
    "check_in": ("inbound_messages.body", "check_ins.note"),
    "text": ("messages.body", ""),
    "worry_decided": ("worries.reason", ""),
    "tried": ("worry_attempts.named", ""),
    **response.SEALED,
    **meeting_parts.SEALED,
}
PARTS: dict[Group, Callable[[Scope, Sight], Iterator[Lines]]] = {
    Group.STATES: _states,
    Group.TIMES: _times,
    Group.DUTIES: _duties,
    Group.SAID: _said,
    Group.TEXTS: _texts,
    Group.ALERTS: _alerts,
    Group.WORRIES: _worries,
    Group.NOTICES: response.notices,
    Group.OUTREACH: response.outreach,
    Group.WAY_BACK: _way_back,
    Group.PACKS: response.packs,
    Group.EFFORTS: response.efforts,
    Group.MEETINGS: meeting_parts.meetings,
}
GROUP_OF = {
    "handed_over": Group.STATES, "kind": Group.STATES,
    "state": Group.STATES, "noted": Group.STATES, "noted_over": Group.STATES,
    "time": Group.TIMES,
    "due": Group.DUTIES, "duty": Group.DUTIES, "overdue": Group.DUTIES,
    "check_in": Group.SAID,
    "text": Group.TEXTS,
    "alert": Group.ALERTS, "alert_taken": Group.ALERTS, "alert_over": Group.ALERTS,
    "worry": Group.WORRIES, "worry_decided": Group.WORRIES, "tried": Group.WORRIES,
    "danger_look": Group.WORRIES,
    "told": Group.NOTICES, "told_fact": Group.NOTICES, "paper": Group.NOTICES,
    "notice_ended": Group.NOTICES, "own_told": Group.NOTICES, "own_not_told": Group.NOTICES,
    "outreach": Group.OUTREACH, "lead": Group.OUTREACH, "asked": Group.OUTREACH,
    "ask_answered": Group.OUTREACH, "own_reached": Group.OUTREACH, "own_asked": Group.OUTREACH,
    "way_back_answered": Group.WAY_BACK, "step": Group.WAY_BACK, "step_ended": Group.WAY_BACK,
    "pack": Group.PACKS,
    "effort": Group.EFFORTS, "searcher": Group.EFFORTS, "court": Group.EFFORTS,
    "court_over": Group.EFFORTS,
    "staffing_reason": Group.MEETINGS, "staffing": Group.MEETINGS, "meeting_set": Group.MEETINGS,
    "meeting_held": Group.MEETINGS, "meeting_words": Group.MEETINGS,
    "meeting_done": Group.MEETINGS, "own_invited": Group.MEETINGS, "own_heard": Group.MEETINGS,
}  # fmt: skip
