"""Which trusted people were asked, and what each of them said."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engage.asking.models import TrustedAnswer, TrustedQuestion
from engage.asking.rules import COUNTS_FOR, Heard, How, Open
from engage.db import db
from engage.messaging.models import Message
from engage.messaging.rules import MessageState, Reason
from engage.people.access import Object, Verb, Viewer, may

# The text did not, or will not, reach them: somebody calls instead.
_LOST = frozenset({
    MessageState.FAILED, MessageState.BLOCKED, MessageState.EXPIRED, MessageState.UNKNOWN,
    MessageState.DEAD,
})  # fmt: skip


@dataclass(frozen=True)
class Said:
    """One answer of a trusted person."""

    heard: Heard
    how: How
    at: datetime


@dataclass(frozen=True)
class Asked:
    """What became of asking one trusted person, the newest answer last."""

    person_id: UUID
    asked_at: datetime
    asked_by_id: UUID
    is_lost: bool = False
    has_stopped: bool = False
    is_silent: bool = False
    said: Sequence[Said] = field(default_factory=tuple)

    @property
    def last(self) -> Said | None:
        """Return the answer that counts now."""
        return self.said[-1] if self.said else None


def open_questions(viewer: Viewer, person_ids: Collection[UUID], *, now: datetime) -> list[Open]:
    """List the questions that these people may still answer, answered before or not.

    For the people themselves: whoever holds their phone, or their link.
    """
    rows = db.session.execute(
        select(TrustedQuestion.id, TrustedQuestion.young_person_id, TrustedQuestion.asked_at)
        .where(
            TrustedQuestion.person_id.in_(person_ids), TrustedQuestion.asked_at > now - COUNTS_FOR
        )
        .order_by(TrustedQuestion.asked_at, TrustedQuestion.id)
    )
    return [Open(row.id, row.young_person_id, row.asked_at) for row in rows]


def last_said(viewer: Viewer, question_ids: Collection[UUID]) -> Said | None:
    """Return the newest answer to any of these questions. For whoever was asked."""
    row = db.session.scalar(
        select(TrustedAnswer)
        .where(TrustedAnswer.question_id.in_(question_ids))
        .order_by(TrustedAnswer.at.desc(), TrustedAnswer.id)
        .limit(1)
    )
    return Said(Heard(row.heard), How(row.how), row.at) if row is not None else None


def asked_about(
    viewer: Viewer, young_person_id: UUID, episode_id: UUID, *, now: datetime
) -> dict[UUID, Asked]:
    """Return, by trusted person, how they were asked last in this time away and all they said.

    Nobody for a viewer who may not see who the trusted people are.
    """
    if not may(viewer, Verb.READ, Object.TRUSTED_PEOPLE, young_person_id, now=now):
        return {}
    found: dict[UUID, Asked] = {}
    said: dict[UUID, list[Said]] = {}
    for answer, person_id in db.session.execute(
        select(TrustedAnswer, TrustedQuestion.person_id)
        .join(TrustedQuestion, TrustedQuestion.id == TrustedAnswer.question_id)
        .where(TrustedQuestion.episode_id == episode_id)
        .order_by(TrustedAnswer.at, TrustedAnswer.id)
    ):
        one = Said(Heard(answer.heard), How(answer.how), answer.at)
        said.setdefault(person_id, []).append(one)
    for question, state, reason in db.session.execute(
        select(TrustedQuestion, Message.state, Message.reason)
        .outerjoin(Message, Message.id == TrustedQuestion.message_id)
        .where(
            TrustedQuestion.episode_id == episode_id,
            TrustedQuestion.young_person_id == young_person_id,
        )
        .order_by(TrustedQuestion.asked_at)
    ):
        answers = tuple(said.get(question.person_id, ()))
        found[question.person_id] = Asked(
            question.person_id,
            question.asked_at,
            question.asked_by_id,
            is_lost=state in _LOST,
            has_stopped=reason == Reason.OPTED_OUT,
            is_silent=not answers and (question.silent_at is None or question.silent_at <= now),
            said=answers,
        )
    return found
