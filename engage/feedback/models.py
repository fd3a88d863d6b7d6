"""Posters, and answers that nobody's name, device, minute or place in a queue is kept with."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from engage.crypto import sealed
from engage.db import Base
from engage.feedback.rules import Subject


class Poster(Base):
    """A code that hangs somewhere or is sent round: `/f/<code>`. Its link holds the code."""

    __tablename__ = "feedback_posters"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    # Whom it asks about; None: whoever answers says.
    about: Mapped[Subject | None] = mapped_column(String(12))
    # Printed on it, so that one can see whether it hangs where it belongs.
    _place: Mapped[str] = mapped_column("place", Text)
    place = sealed("_place")
    made_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    # What a text names it by (`text_rules`), to be printed, and its keyed digest to look it up.
    _text_code: Mapped[str | None] = mapped_column("text_code", Text)
    text_code = sealed("_text_code")
    text_digest: Mapped[str | None] = mapped_column(String(64), unique=True)


class FeedbackAnswer(Base):
    """What one person said. Only the quarter is kept of when, and nothing of who or from where.

    Its id is random and SQLite keeps the table in the order of ids, so that not even the order in
    which answers came can be read. `key_digest` is of the page's own random key: sending a page
    twice counts once.
    """

    __tablename__ = "feedback_answers"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    about: Mapped[Subject] = mapped_column(String(12))
    quarter_on: Mapped[date] = mapped_column(Date)
    listened: Mapped[int | None] = mapped_column(Integer)
    kind: Mapped[int | None] = mapped_column(Integer)
    told: Mapped[int | None] = mapped_column(Integer)
    safe: Mapped[int | None] = mapped_column(Integer)
    # The one digit of an answer by text.
    treated: Mapped[int | None] = mapped_column(Integer)
    _words: Mapped[str | None] = mapped_column("words", Text)
    words = sealed("_words")
    # A person must read it now; where it was answered, so that somebody can look after those there.
    needs_a_human: Mapped[bool] = mapped_column(Boolean, default=False)
    poster_id: Mapped[UUID | None] = mapped_column(ForeignKey("feedback_posters.id"))
    key_digest: Mapped[str] = mapped_column(String(64), unique=True)

    __table_args__ = (
        Index("ix_feedback_answers_about", "organisation_id", "about", "quarter_on"),
        {"sqlite_with_rowid": False},
    )


class PosterWeek(Base):
    """How often a poster was opened in one week. Opened only: not how often it was answered."""

    __tablename__ = "feedback_poster_weeks"

    poster_id: Mapped[UUID] = mapped_column(ForeignKey("feedback_posters.id"))
    week_on: Mapped[date] = mapped_column(Date)
    times: Mapped[int] = mapped_column(Integer)

    __table_args__ = (UniqueConstraint("poster_id", "week_on"),)


class FeedbackText(Base):
    """That one text was feedback, so that it never counts twice. No number, words, time or order.

    `sid_digest` is of the provider's own id, which is of no use without the provider's record.
    `sid` is that id, sealed, only until the provider was told to delete its record; the records of
    our answers are deleted the same way.
    """

    __tablename__ = "feedback_texts"

    sid_digest: Mapped[str] = mapped_column(String(64), unique=True)
    _sid: Mapped[str | None] = mapped_column("sid", Text)
    sid = sealed("_sid")
    # How often the provider could not delete it: the others go first.
    tries: Mapped[int] = mapped_column(Integer, default=0)

    __table_args__ = (
        Index(
            "ix_feedback_texts_sid",
            "tries",
            sqlite_where=text("sid IS NOT NULL"),
            postgresql_where=text("sid IS NOT NULL"),
        ),
        {"sqlite_with_rowid": False},
    )
