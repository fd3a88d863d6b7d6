"""The tables of ongoing efforts, searchers, what is made ready, and what a court issued."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import (
    JSON,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from engage.crypto import sealed
from engage.db import Base
from engage.efforts.rules import (
    CourtKind,
    Looked,
    NeedKind,
    NeedState,
    Result,
    SearcherKind,
    SearcherState,
    Whom,
)


class Effort(Base):
    """Somebody is asked again and again while the young person is missing from care.

    Never without the next time and an owner; it ends with the episode and nothing else ends it.
    """

    __tablename__ = "efforts"

    episode_id: Mapped[UUID] = mapped_column(ForeignKey("episodes.id"))
    whom: Mapped[Whom] = mapped_column(String(16))
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    # The rule as it was when the episode began; see `Rhythm`.
    every_seconds: Mapped[int] = mapped_column(Integer)
    source: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(Text, default="")
    started_at: Mapped[datetime]
    next_due_at: Mapped[datetime]
    # When the sweep looks at it; None once the episode is over.
    next_look_at: Mapped[datetime | None] = mapped_column()
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("episode_id", "whom"),
        Index(
            "ix_efforts_next_look",
            "next_look_at",
            sqlite_where=next_look_at.is_not(None),
            postgresql_where=next_look_at.is_not(None),
        ),
    )

    @property
    def every(self) -> timedelta:
        """How often it is made."""
        return timedelta(seconds=self.every_seconds)


class EffortMade(Base):
    """An effort was made: when, by whom, which due time it met, and what came of it."""

    __tablename__ = "efforts_made"

    effort_id: Mapped[UUID] = mapped_column(ForeignKey("efforts.id"), index=True)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    due_at: Mapped[datetime]
    result: Mapped[Result] = mapped_column(String(12))
    _note: Mapped[str | None] = mapped_column("note", Text)
    note = sealed("_note")


class Searcher(Base):
    """Somebody asked to look, to keep a door open or to listen, and what they may know."""

    __tablename__ = "searchers"

    episode_id: Mapped[UUID] = mapped_column(ForeignKey("episodes.id"), index=True)
    # A trusted person of the plan, where it is one; else only what stands here is known.
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[SearcherKind] = mapped_column(String(16))
    _name: Mapped[str] = mapped_column("name", Text)
    name = sealed("_name")
    _phone: Mapped[str | None] = mapped_column("phone", Text)
    phone = sealed("_phone")
    asked_to: Mapped[list[str]] = mapped_column(JSON)
    may_know: Mapped[list[str]] = mapped_column(JSON)
    state: Mapped[SearcherState] = mapped_column(String(12))
    added_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[datetime]
    # All that they find behind their own link, and when it was last given to them.
    _where_to_look: Mapped[str | None] = mapped_column("where_to_look", Text)
    where_to_look = sealed("_where_to_look")
    _hours: Mapped[str | None] = mapped_column("hours", Text)
    hours = sealed("_hours")
    _call_name: Mapped[str | None] = mapped_column("call_name", Text)
    call_name = sealed("_call_name")
    _call_phone: Mapped[str | None] = mapped_column("call_phone", Text)
    call_phone = sealed("_call_phone")
    invited_at: Mapped[datetime | None]
    # None: no link is open.
    link_until: Mapped[datetime | None]


class SearcherLine(Base):
    """What happened with a searcher: asked, answered, heard something, stopped. Only added to."""

    __tablename__ = "searcher_lines"

    searcher_id: Mapped[UUID] = mapped_column(ForeignKey("searchers.id"), index=True)
    state: Mapped[SearcherState] = mapped_column(String(12))
    # None: the searcher, behind their own link; then what they answered.
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    looked: Mapped[Looked | None] = mapped_column(String(12))
    at: Mapped[datetime]
    number: Mapped[int] = mapped_column(Integer)
    _note: Mapped[str | None] = mapped_column("note", Text)
    note = sealed("_note")


class Need(Base):
    """Something that must be ready when they come back, and whose it is."""

    __tablename__ = "recovery_needs"

    episode_id: Mapped[UUID] = mapped_column(ForeignKey("episodes.id"))
    kind: Mapped[NeedKind] = mapped_column(String(16))
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    state: Mapped[NeedState] = mapped_column(String(12))
    # None: nobody has looked at it yet; it is there, with its owner, since they count as missing.
    changed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    changed_at: Mapped[datetime]
    _note: Mapped[str | None] = mapped_column("note", Text)
    note = sealed("_note")

    __table_args__ = (UniqueConstraint("episode_id", "kind"),)


class CourtItem(Base):
    """A warrant or order issued while they were away; it must be recalled when they are back."""

    __tablename__ = "court_items"

    young_person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    episode_id: Mapped[UUID] = mapped_column(ForeignKey("episodes.id"), index=True)
    kind: Mapped[CourtKind] = mapped_column(String(12))
    _number: Mapped[str] = mapped_column("number", Text)
    number = sealed("_number")
    _court: Mapped[str] = mapped_column("court", Text)
    court = sealed("_court")
    issued_on: Mapped[date] = mapped_column(Date)
    noted_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    noted_at: Mapped[datetime]
    recalled_at: Mapped[datetime | None]
    recalled_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    # Who said that it is recalled, and under which number.
    _recalled_how: Mapped[str | None] = mapped_column("recalled_how", Text)
    recalled_how = sealed("_recalled_how")
