"""The tables of what was said in a talk. Entries are added, never overwritten."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engage.crypto import sealed
from engage.db import Base
from engage.talks.rules import Apart, Audience, EntryKind, TalkState
from engage.wordings.models import Version


class Talk(Base):
    """The record of one talk after coming back."""

    __tablename__ = "talks"

    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    # What is owed, by when and about which times away stands there.
    interview_id: Mapped[UUID] = mapped_column(ForeignKey("return_interviews.id"), unique=True)
    interviewer_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    # The questions it began with. Later versions change nothing here.
    question_set: Mapped[str] = mapped_column(String(20))
    state: Mapped[TalkState] = mapped_column(String(12), default=TalkState.WRITING)
    began_at: Mapped[datetime]
    # When the young person was told what must be passed on by law: before the first question.
    law_told_at: Mapped[datetime | None]
    read_back_at: Mapped[datetime | None]
    handed_in_at: Mapped[datetime | None]
    signed_off_at: Mapped[datetime | None]
    signed_off_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    # When it was last taken out for the case system; nothing is erased before.
    exported_at: Mapped[datetime | None]
    # The number of the newest entry; each takes the next one.
    last_number: Mapped[int] = mapped_column(Integer, default=0)

    __table_args__ = (Index("ix_talks_state", "organisation_id", "state"),)


class TalkEntry(Base):
    """Something that was said, passed over or put right, with who wrote it down and when."""

    __tablename__ = "talk_entries"

    talk_id: Mapped[UUID] = mapped_column(ForeignKey("talks.id"))
    question: Mapped[str] = mapped_column(String(40))
    # Which version of the questions it answers.
    question_set: Mapped[str] = mapped_column(String(20))
    kind: Mapped[EntryKind] = mapped_column(String(12))
    _words: Mapped[str | None] = mapped_column("words", Text)
    words = sealed("_words")
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    # When it was said, by the phone that wrote it down, and when it reached us.
    given_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    number: Mapped[int] = mapped_column(Integer)
    # Made by the phone or the page, so that what is sent twice is kept once.
    key: Mapped[str] = mapped_column(String(64))

    __table_args__ = (UniqueConstraint("talk_id", "key"), UniqueConstraint("talk_id", "number"))


class TalkShare(Base):
    """That a young person agreed to share a line with somebody, and until when."""

    __tablename__ = "talk_shares"

    talk_id: Mapped[UUID] = mapped_column(ForeignKey("talks.id"), index=True)
    question: Mapped[str] = mapped_column(String(40))
    audience: Mapped[Audience] = mapped_column(String(8))
    up_to: Mapped[int] = mapped_column(Integer)
    agreed_at: Mapped[datetime]
    # Who pressed: the young person, or whoever talked with them.
    recorded_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))


class TalkComment(Base):
    """What a supervisor asks about a record, or whoever wrote it answers. Added, never changed."""

    __tablename__ = "talk_comments"

    talk_id: Mapped[UUID] = mapped_column(ForeignKey("talks.id"), index=True)
    _words: Mapped[str | None] = mapped_column("words", Text)
    words = sealed("_words")
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


class TalkApart(Base):
    """What was told elsewhere: at the police's safe-and-well check, or by those who care for them.

    Never shown among what the young person said. Added, never changed.
    """

    __tablename__ = "talk_apart"

    interview_id: Mapped[UUID] = mapped_column(ForeignKey("return_interviews.id"), index=True)
    kind: Mapped[Apart] = mapped_column(String(16))
    _words: Mapped[str | None] = mapped_column("words", Text)
    words = sealed("_words")
    # Who said so, or who asked.
    _told_by: Mapped[str | None] = mapped_column("told_by", Text)
    told_by = sealed("_told_by")
    # When it was said.
    told_at: Mapped[datetime]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    recorded_at: Mapped[datetime]


class TalkQuestions(Version):
    """One version of an organisation's own questions for a talk."""

    __tablename__ = "talk_questions"
    audited_as = "talk_questions"

    edits = sealed("_edits")
    tested_with = sealed("_tested_with")
