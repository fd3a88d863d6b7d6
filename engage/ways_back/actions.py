"""Writing the next step for coming back, and answering when somebody is ready."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engage.agreed.access import may_answer
from engage.alerts.actions import acknowledge
from engage.alerts.rules import How as Way
from engage.alerts.taken_actions import resolve
from engage.alerts.taken_rules import Outcome
from engage.audit.actions import record
from engage.checkins.ready_models import Answer, How, ReadyStep, ReturnPlan, ReturnState
from engage.checkins.ready_rules import LONGEST_WORDS, STILL_WAITING, tells_too_much
from engage.db import db
from engage.messaging.actions import queue
from engage.messaging.consent_actions import note_consent
from engage.messaging.consent_models import Purpose
from engage.messaging.rules import Klass
from engage.people.access import Object, Verb, Viewer, access_to, require
from engage.people.models import Person, PersonKind, ReplyPolicy
from engage.ways_back.laying import drop_all
from engage.ways_back.queries import find_open
from engage.ways_back.step_actions import TEMPLATES, note_answer, settle
from engage.web.errors import NotFound


class TellsTooMuch(Exception):
    """The words would tell somebody looking on; `word` is the first of them."""

    def __init__(self, word: str):
        super().__init__(word)
        self.word = word


@dataclass(frozen=True)
class Step:
    """The next step, as they want it. `words` are texted only if `may_text`."""

    how: How
    who: str = ""
    place: str = ""
    may_text: bool = False
    words: str = ""
    # How much we may text back at all; None leaves it as it is.
    replies: ReplyPolicy | None = None


def write_step(viewer: Viewer, young_person_id: UUID, step: Step, *, now: datetime) -> None:
    """Write down who, where and how; raises TellsTooMuch for words that no text may hold."""
    require(viewer, Verb.CREATE, Object.PLAN_SHARED, young_person_id, now=now)
    assert viewer.person_id is not None
    words = " ".join(step.words.split())[:LONGEST_WORDS]
    word = tells_too_much(words)
    if word is not None:
        raise TellsTooMuch(word)
    # Only they decide what their phone may show; a worker's pen changes nothing of that.
    is_own = viewer.kind is PersonKind.YOUNG_PERSON
    found = db.session.scalars(
        select(ReadyStep).where(ReadyStep.young_person_id == young_person_id)
    ).first()
    if found is None:
        found = ReadyStep(young_person_id=young_person_id, may_text=False)
        db.session.add(found)
    found.how, found.changed_at, found.changed_by_id = step.how, now, viewer.person_id
    found.who, found.place = step.who or None, step.place or None
    if is_own:
        found.may_text, found.words = step.may_text and bool(words), words or None
        note_consent(viewer, young_person_id, Purpose.OWN_WORDS, says_yes=found.may_text, now=now)
        if step.replies is not None:
            _set_replies(viewer, young_person_id, step.replies, now)
    record(
        "ready_step:written",
        viewer=viewer,
        now=now,
        subject_id=young_person_id,
        object_kind="ready_step",
        object_id=found.id,
    )


def _set_replies(viewer: Viewer, young_person_id: UUID, policy: ReplyPolicy, now: datetime) -> None:
    """Keep how much they want texted back. Source: SAFETY 14, "only the young person knows"."""
    person = db.session.get_one(Person, young_person_id)
    if person.reply_policy == policy:
        return
    person.reply_policy = policy
    record(
        "replies:chosen",
        viewer=viewer,
        now=now,
        subject_id=young_person_id,
        object_kind="person",
        object_id=young_person_id,
        reason=str(policy),
    )


def answer(viewer: Viewer, young_person_id: UUID, said: Answer, *, now: datetime) -> bool:
    """Answer somebody who is ready: the clock stops, and they are texted if their plan says so.

    False when nobody waits for an answer.
    """
    plan = _plan(viewer, young_person_id, now)
    if plan is None or plan.state != ReturnState.OPEN or viewer.person_id is None:
        return False
    note_answer(plan, said, viewer.person_id, viewer, now=now)
    person = db.session.get_one(Person, young_person_id)
    template = TEMPLATES.get(said)
    if template and person.reply_policy != ReplyPolicy.NONE:
        queue(
            template,
            to=person,
            klass=Klass.YOUNG_PERSON,
            now=now,
            dedupe_key=f"return:{plan.id}:{said}:{int(now.timestamp())}",
            about=young_person_id,
            # They asked and wait for this, at whatever hour it is.
            answers_at=now if now - plan.opened_at <= STILL_WAITING else None,
            object_kind="return_plan",
            object_id=plan.id,
        )
    _record("return:answered", viewer, plan, now, str(said))
    settle(plan, said, viewer, now=now)
    return True


def close(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> bool:
    """Note that this return is over: they are back, or want something else now.

    False when none is under way. It closes no episode: only a person does that, elsewhere.
    """
    plan = _plan(viewer, young_person_id, now)
    if plan is None:
        return False
    plan.state, plan.closed_at, plan.closed_by_id = ReturnState.CLOSED, now, viewer.person_id
    plan.next_step_at = None
    drop_all(plan, viewer, now=now)
    for alert_id in (plan.alert_id, plan.late_alert_id):
        # Whoever has it need not be asked what came of it: this is what came of it.
        if alert_id is not None and viewer.person_id is not None:
            acknowledge(alert_id, viewer.person_id, how=Way.PAGE, now=now, viewer=viewer)
            resolve(viewer, alert_id, Outcome.HANDLED, now=now)
    _record("return:closed", viewer, plan, now, None)
    return True


def _plan(viewer: Viewer, young_person_id: UUID, now: datetime) -> ReturnPlan | None:
    access = access_to(viewer, young_person_id, now=now)
    plan = find_open(viewer, young_person_id)
    if plan is None:
        if not access.may(Verb.EDIT, Object.ALERT):
            raise NotFound("return")
        return None
    if not may_answer(access, plan):
        raise NotFound("return")
    return plan


def _record(verb: str, viewer: Viewer, plan: ReturnPlan, now: datetime, reason: str | None) -> None:
    record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=plan.young_person_id,
        object_kind="return_plan",
        object_id=plan.id,
        reason=reason,
    )
