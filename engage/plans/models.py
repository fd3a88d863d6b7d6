"""The plan's tables. Whatever somebody wrote is sealed; who wrote it, and when, is not."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column

from engage.crypto import sealed
from engage.db import Base
from engage.questions.wording import plain


class Voice(StrEnum):
    """Whose words an answer is. Nobody writes over another voice's words."""

    YOUNG_PERSON = "young_person"
    CARER = "carer"
    WORKER = "worker"


class AnswerState(StrEnum):
    """What became of a question. A question nobody has opened has no row."""

    ANSWERED = "answered"
    SKIPPED = "skipped"


class VersionState(StrEnum):
    """How far a version of the plan has come."""

    SHARED = "shared"
    LIVE = "live"
    DECLINED = "declined"
    REPLACED = "replaced"


class Says(StrEnum):
    """What somebody said about a version they were asked to agree to."""

    YES = "yes"
    NO = "no"


class ReviewOutcome(StrEnum):
    """What a worker decided after reading a plan."""

    AGREED = "agreed"
    ASKED_TO_CHANGE = "asked_to_change"


class ReviewReason(StrEnum):
    """Why a plan should be looked at again."""

    TIME = "time"
    MOVE = "move"
    TRIO_CHANGE = "trio_change"
    EPISODE = "episode"


class Channel(StrEnum):
    """How a young person would check in with the person they chose."""

    TEXT = "text"
    CALL = "call"
    SOCIAL = "social"
    EMAIL = "email"


class SafetyPlan(Base):
    """A young person's one plan: it moves with them from home to home."""

    __tablename__ = "safety_plans"

    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), unique=True)
    # The home in which it was last due, so that a move starts a new clock once.
    placement_id: Mapped[UUID | None] = mapped_column(ForeignKey("placements.id"))
    question_set: Mapped[str] = mapped_column(String(20))
    started_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    started_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    review_due_at: Mapped[datetime | None] = mapped_column(index=True)
    review_reason: Mapped[ReviewReason] = mapped_column(String(12), default=ReviewReason.TIME)
    offer_again_on: Mapped[date | None] = mapped_column(Date)


class PlanAnswer(Base):
    """One voice's answer to one question. `revision` finds two people editing at once."""

    __tablename__ = "plan_answers"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("safety_plans.id"))
    question: Mapped[str] = mapped_column(String(40))
    voice: Mapped[Voice] = mapped_column(String(12))
    state: Mapped[AnswerState] = mapped_column(String(10))
    _text: Mapped[str | None] = mapped_column("text", Text)
    # As it is kept: words as they were typed, or parts (answer_rules.encode).
    content = sealed("_text", column="text")
    author_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    # Who pressed the keys, when that was not the author: "I'll say it, you type".
    typed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    revision: Mapped[int] = mapped_column(Integer, default=1)
    written_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("plan_id", "question", "voice"),)

    @property
    def text(self) -> str:
        """Return the answer in words, in the language in use; empty when there is none."""
        return plain(self.question, self.content, self.voice)


class PlanOpinion(Base):
    """Whether somebody agrees with an answer as it read at that revision, and why not."""

    __tablename__ = "plan_opinions"

    answer_id: Mapped[UUID] = mapped_column(ForeignKey("plan_answers.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    voice: Mapped[Voice] = mapped_column(String(12))
    agrees: Mapped[bool] = mapped_column(Boolean)
    _reason: Mapped[str | None] = mapped_column("reason", Text)
    reason = sealed("_reason")
    on_revision: Mapped[int] = mapped_column(Integer)
    said_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("answer_id", "person_id"),)


class PlanDraft(Base):
    """What somebody was typing when their sign-in ended: given back to them alone, for a day."""

    __tablename__ = "plan_drafts"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("safety_plans.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    question: Mapped[str] = mapped_column(String(40))
    voice: Mapped[Voice] = mapped_column(String(12))
    _text: Mapped[str] = mapped_column("text", Text)
    text = sealed("_text")
    saved_at: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = (UniqueConstraint("person_id", "plan_id", "question", "voice"),)


class PlanVersion(Base):
    """The plan as it was shared for agreement: every answer in one sealed snapshot."""

    __tablename__ = "plan_versions"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("safety_plans.id"))
    number: Mapped[int] = mapped_column(Integer)
    state: Mapped[VersionState] = mapped_column(String(10))
    _snapshot: Mapped[str] = mapped_column("snapshot", Text)
    snapshot = sealed("_snapshot")
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime]
    live_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("plan_id", "number"),
        Index(
            "uq_plan_versions_live",
            "plan_id",
            unique=True,
            sqlite_where=state == VersionState.LIVE,
            postgresql_where=state == VersionState.LIVE,
        ),
        Index(
            "uq_plan_versions_shared",
            "plan_id",
            unique=True,
            sqlite_where=state == VersionState.SHARED,
            postgresql_where=state == VersionState.SHARED,
        ),
    )


class PlanAgreement(Base):
    """One person's yes or no to one version, in their own words if they like."""

    __tablename__ = "plan_agreements"

    version_id: Mapped[UUID] = mapped_column(ForeignKey("plan_versions.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    voice: Mapped[Voice] = mapped_column(String(12))
    says: Mapped[Says] = mapped_column(String(4))
    _reason: Mapped[str | None] = mapped_column("reason", Text)
    reason = sealed("_reason")
    # Who wrote it down, when the person said it aloud.
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    said_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("version_id", "person_id"),)


class PlanReview(Base):
    """A worker has read the plan and said what should happen with it."""

    __tablename__ = "plan_reviews"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("safety_plans.id"), index=True)
    version_id: Mapped[UUID | None] = mapped_column(ForeignKey("plan_versions.id"))
    reviewer_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    outcome: Mapped[ReviewOutcome] = mapped_column(String(16))
    _comment: Mapped[str | None] = mapped_column("comment", Text)
    comment = sealed("_comment")
    # A word to the carer; the young person can read it too.
    _carer_comment: Mapped[str | None] = mapped_column("carer_comment", Text)
    carer_comment = sealed("_carer_comment")
    reviewed_at: Mapped[datetime]


class PersonTerms(Base):
    """What was agreed about one person in the plan: asked what, told what, reached how."""

    __tablename__ = "plan_person_terms"

    relationship_id: Mapped[UUID] = mapped_column(ForeignKey("relationships.id"), unique=True)
    _how_known: Mapped[str | None] = mapped_column("how_known", Text)
    how_known = sealed("_how_known")
    may_be_asked: Mapped[list[str]] = mapped_column(MutableList.as_mutable(JSON), default=list)
    may_be_told: Mapped[list[str]] = mapped_column(MutableList.as_mutable(JSON), default=list)
    # What they were asked for when they said yes; what was added later they have not agreed to.
    agreed_asks: Mapped[list[str] | None] = mapped_column(JSON)
    # For the check-in person alone.
    channel: Mapped[Channel | None] = mapped_column(String(8))
    _how_often: Mapped[str | None] = mapped_column("how_often", Text)
    how_often = sealed("_how_often")
    # The young person has read that their worker must be able to talk to this person.
    worker_may_talk: Mapped[bool] = mapped_column(Boolean, default=False)
    invited_at: Mapped[datetime | None]
    # Set when the young person has read that this person said no, or left.
    told_at: Mapped[datetime | None]
    # Set when a back-up person took the place of one of the three.
    stepped_in_at: Mapped[datetime | None]
