"""What was answered in a plan, as later features need it: by element, within what is shared."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engage.db import db
from engage.people.access import Viewer, access_to
from engage.plans import queries
from engage.plans.models import PlanAnswer, SafetyPlan
from engage.plans.page import may_open
from engage.plans.reading import SnapshotAnswer, may_read, shared_sections
from engage.questions.answer_rules import Step, decode, steps_of, wait_of
from engage.questions.shipped import every_question

YOUNG_PERSON = "young_person"
_OWNER = {"young_person": "young_person", "carer": "carer", "worker": "worker"}


def answers_to(
    viewer: Viewer, young_person_id: UUID, element: str, *, now: datetime
) -> list[SnapshotAnswer]:
    """List what each voice answered to an element of the plan ("4.18"), the young person first.

    From the agreed plan; while none is agreed, from what is written so far. Nothing that is not
    shared with this viewer now; an empty list where there is no plan. `.text` is the answer in
    the reader's words, `.content` as it is kept.
    """
    wanted = {q.id for q in every_question().questions if q.element == element}
    found = [a for a in _answers(viewer, young_person_id, now) if a.question in wanted]
    return sorted(found, key=lambda answer: list(_OWNER).index(answer.voice))


def _answers(viewer: Viewer, young_person_id: UUID, now: datetime) -> list[SnapshotAnswer]:
    live = queries.find_live_plan(viewer, young_person_id, now=now)
    if live is not None:
        return live.snapshot.answers
    access = access_to(viewer, young_person_id, now=now)
    if not may_open(access):
        return []
    shared = shared_sections(queries.list_grants(viewer, young_person_id, now=now))
    rows = db.session.scalars(
        select(PlanAnswer)
        .join(SafetyPlan, SafetyPlan.id == PlanAnswer.plan_id)
        .where(SafetyPlan.young_person_id == young_person_id)
    )
    return [
        SnapshotAnswer(a.question, a.voice, a.content, str(a.author_id), None)
        for a in rows
        if a.content and may_read(access, a.question, shared)
    ]


@dataclass(frozen=True)
class FirstSteps:
    """What adults try before they tell others (4.18). `wait` is the shortest wait that the young
    person or an adult agreed to; None when nobody named one. In danger nobody waits.
    """

    steps: list[Step] = field(default_factory=list)
    wait: timedelta | None = None


def first_steps(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> FirstSteps:
    """Return what to try first, in order: the young person's list, then what adults promised."""
    found = answers_to(viewer, young_person_id, "4.18", now=now)
    steps: list[Step] = []
    for answer in found:
        own = answer.voice == YOUNG_PERSON
        key, owner = ("steps", "") if own else ("will", _OWNER[answer.voice])
        steps += steps_of(answer.content, key, owner)
    waits = [wait for answer in found if (wait := wait_of(answer.content)) is not None]
    return FirstSteps(steps, min(waits, default=None))


@dataclass(frozen=True)
class WayBack:
    """How the young person would come back (4.13), each with what to do when it fails."""

    who: str = ""
    who_else: str = ""
    where: str = ""
    where_else: str = ""
    how: str = ""
    how_else: str = ""
    more: str = ""
    promised: list[Step] = field(default_factory=list)


def way_back(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> WayBack:
    """Return who, where and how, and what adults promised to do; words from before the question
    had parts stand in `more`.
    """
    found = answers_to(viewer, young_person_id, "4.13", now=now)
    promised = [
        step
        for answer in found
        if answer.voice != YOUNG_PERSON
        for step in steps_of(answer.content, "will", _OWNER[answer.voice])
    ]
    parts = _own_parts(found)
    if parts is None:
        return WayBack(more=next((a.content for a in _own(found)), ""), promised=promised)
    known = {name: str(parts.get(name, "")) for name in WayBack.__dataclass_fields__}
    return WayBack(**{**known, "promised": promised})  # type: ignore[arg-type]


@dataclass(frozen=True)
class Welcome:
    """What helps at the door (4.20): first things, who is there, what waits, what was promised."""

    helps: list[str] = field(default_factory=list)
    there: str = ""
    not_yet: list[str] = field(default_factory=list)
    promised: list[Step] = field(default_factory=list)


def welcome(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> Welcome:
    """Return what to get ready before the young person comes in."""
    found = answers_to(viewer, young_person_id, "4.20", now=now)
    promised = [
        step
        for answer in found
        if answer.voice != YOUNG_PERSON
        for step in steps_of(answer.content, "will", _OWNER[answer.voice])
    ]
    own = next((a.content for a in _own(found)), "")
    parts = decode(own) or {}
    return Welcome(
        [step.what for step in steps_of(own, "helps")],
        str(parts.get("there", "")),
        [step.what for step in steps_of(own, "not_yet")] if parts else [],
        promised,
    )


@dataclass(frozen=True)
class TalkChoice:
    """Whom the young person would talk to afterwards (4.21): `who` and `how` are choices of the
    question (i_know, worker, new, not_sure; home, out, walk, phone), empty when not said.
    """

    who: str = ""
    name: str = ""
    how: str = ""


def talk_choice(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> TalkChoice:
    """Return whom the young person would talk to, to begin their choice of interviewer with."""
    parts = _own_parts(answers_to(viewer, young_person_id, "4.21", now=now)) or {}
    return TalkChoice(*(str(parts.get(name, "")) for name in ("who", "name", "how")))


def pack_answers(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> list[SnapshotAnswer]:
    """List what may go to those who search, how the young person wants to be treated first
    (4.19). Names online only where they said that they may be used to find them.

    Never what they wrote about being away (4.14) or about pressure (4.6).
    """
    order = ["treat_me", "facts", "online"]
    known = {q.id for q in every_question().questions if q.in_pack}
    found = [a for a in _answers(viewer, young_person_id, now) if a.question in known]
    found = [a for a in found if a.question != "online" or _may_find(a)]
    return sorted(found, key=lambda a: (order.index(a.question), list(_OWNER).index(a.voice)))


def _may_find(answer: SnapshotAnswer) -> bool:
    return (decode(answer.content) or {}).get("use") == "message_then_find"


def _own(found: list[SnapshotAnswer]) -> list[SnapshotAnswer]:
    return [answer for answer in found if answer.voice == YOUNG_PERSON]


def _own_parts(found: list[SnapshotAnswer]) -> Mapping[str, Any] | None:
    return next((decode(answer.content) for answer in _own(found)), {})
