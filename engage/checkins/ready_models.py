"""Coming back: the next step they agreed for it, and each time they said that they are ready."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engage.crypto import sealed
from engage.db import Base


class How(StrEnum):
    """How they would like to come back."""

    MET = "met"
    LIFT = "lift"
    OWN = "own"
    TALK = "talk"


class ReturnState(StrEnum):
    """How far a return has come."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class Answer(StrEnum):
    """What a person answered to "I am ready"."""

    ON_THE_WAY = "on_the_way"
    CALLING = "calling"
    LIFT_COMING = "lift_coming"
    SPOKEN = "spoken"


class StepKind(StrEnum):
    """What one step of coming back is."""

    MEET = "meet"
    LIFT = "lift"
    CALL = "call"
    TALK = "talk"
    OWN = "own"
    FOOD = "food"
    NOT_TONIGHT = "not_tonight"
    NOT_THERE = "not_there"
    # What was wished for did not work: a person finds another way.
    BY_HAND = "by_hand"


class StepState(StrEnum):
    """How far a step has come."""

    ASKED = "asked"
    AGREED = "agreed"
    DONE = "done"
    FAILED = "failed"
    DROPPED = "dropped"


class ReadyStep(Base):
    """The next step of a young person's plan for coming back: who, where, how, and what we text."""

    __tablename__ = "ready_steps"

    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), unique=True)
    how: Mapped[How] = mapped_column(String(6))
    _who: Mapped[str | None] = mapped_column("who", Text)
    who = sealed("_who")
    _place: Mapped[str | None] = mapped_column("place", Text)
    place = sealed("_place")
    # The very words that may be texted back to them; off unless they asked for it.
    may_text: Mapped[bool] = mapped_column(Boolean, default=False)
    _words: Mapped[str | None] = mapped_column("words", Text)
    words = sealed("_words")
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))


class ReturnPlan(Base):
    """One time a young person said "I am ready to come back", until a person has answered.

    `next_step_at` is when it climbs if nobody has; empty when nothing is due.
    """

    __tablename__ = "return_plans"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    check_in_id: Mapped[UUID] = mapped_column(ForeignKey("check_ins.id"))
    alert_id: Mapped[UUID | None] = mapped_column(ForeignKey("alerts.id"))
    state: Mapped[ReturnState] = mapped_column(String(10))
    opened_at: Mapped[datetime]
    answer_due_at: Mapped[datetime]
    next_step_at: Mapped[datetime | None]
    late_alert_id: Mapped[UUID | None] = mapped_column(ForeignKey("alerts.id"))
    # What they chose of the four ways, and where they said they are.
    choice: Mapped[int | None] = mapped_column(Integer)
    chosen_at: Mapped[datetime | None]
    _place: Mapped[str | None] = mapped_column("place", Text)
    place = sealed("_place")
    answer: Mapped[Answer | None] = mapped_column(String(12))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    # When they last said "ready", and when the steps are next to be brought in line with it.
    said_at: Mapped[datetime | None]
    steps_due_at: Mapped[datetime | None]
    # What they wish now, beyond what their plan says.
    wish_at: Mapped[datetime | None]
    wish_who_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    _wish_food: Mapped[str | None] = mapped_column("wish_food", Text)
    wish_food = sealed("_wish_food")
    _wish_not_tonight: Mapped[str | None] = mapped_column("wish_not_tonight", Text)
    wish_not_tonight = sealed("_wish_not_tonight")
    _wish_not_there: Mapped[str | None] = mapped_column("wish_not_there", Text)
    wish_not_there = sealed("_wish_not_there")
    _wish_instead: Mapped[str | None] = mapped_column("wish_instead", Text)
    wish_instead = sealed("_wish_instead")

    __table_args__ = (
        Index(
            "ix_return_plans_steps_due",
            "steps_due_at",
            sqlite_where=text("steps_due_at IS NOT NULL"),
            postgresql_where=text("steps_due_at IS NOT NULL"),
        ),
        Index(
            "uq_return_plans_open",
            "young_person_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index(
            "ix_return_plans_due",
            "next_step_at",
            sqlite_where=text("next_step_at IS NOT NULL"),
            postgresql_where=text("next_step_at IS NOT NULL"),
        ),
        Index("ix_return_plans_young_person", "young_person_id", "opened_at"),
    )


class ReturnStep(Base):
    """One step of coming back: what, by whom, by when, and what happens if it does not work.

    `next_step_at` is when somebody looks at it next; empty once it is over. `after_id` is the
    step that did not work, of which this is the only follower.
    """

    __tablename__ = "return_steps"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    return_plan_id: Mapped[UUID] = mapped_column(ForeignKey("return_plans.id"), index=True)
    # Ways to come exclude each other; everything else they wish stands beside it.
    slot: Mapped[str] = mapped_column(String(12))
    wish: Mapped[StepKind] = mapped_column(String(12))
    kind: Mapped[StepKind] = mapped_column(String(12))
    state: Mapped[StepState] = mapped_column(String(8))
    number: Mapped[int] = mapped_column(Integer)
    stage: Mapped[int] = mapped_column(Integer, default=0)
    after_id: Mapped[UUID | None] = mapped_column(ForeignKey("return_steps.id"), unique=True)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    asked_at: Mapped[datetime]
    times_asked: Mapped[int] = mapped_column(Integer, default=1)
    due_at: Mapped[datetime]
    next_step_at: Mapped[datetime | None]
    # What its owner texted and nobody has acted on yet: yes or no.
    said: Mapped[str | None] = mapped_column(String(3))
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    # Words and place of the plan are shown only to those with whom that part is shared.
    is_from_plan: Mapped[bool] = mapped_column(Boolean, default=False)
    _words: Mapped[str | None] = mapped_column("words", Text)
    words = sealed("_words")
    _place: Mapped[str | None] = mapped_column("place", Text)
    place = sealed("_place")
    _instead: Mapped[str | None] = mapped_column("instead", Text)
    instead = sealed("_instead")

    __table_args__ = (
        Index(
            "uq_return_steps_live",
            "return_plan_id",
            "slot",
            unique=True,
            sqlite_where=text("state IN ('asked', 'agreed')"),
            postgresql_where=text("state IN ('asked', 'agreed')"),
        ),
        Index(
            "ix_return_steps_due",
            "next_step_at",
            sqlite_where=text("next_step_at IS NOT NULL"),
            postgresql_where=text("next_step_at IS NOT NULL"),
        ),
    )


class ReturnUnwanted(Base):
    """Somebody whom the young person does not want there; they are never told."""

    __tablename__ = "return_unwanted"

    return_plan_id: Mapped[UUID] = mapped_column(ForeignKey("return_plans.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))

    __table_args__ = (UniqueConstraint("return_plan_id", "person_id"),)
