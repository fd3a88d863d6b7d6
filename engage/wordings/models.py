"""What every table of versions has: one draft and one in use for each organisation, by law of the
database. Each kind of wording has its own table (docs/decisions/0135-one-way-of-versions.md).
"""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from engage.db import Base
from engage.wordings.rules import WordingState, name_of


class Version(Base):
    """One version of an organisation's own wording. What is published is never changed again."""

    __abstract__ = True
    # What the audit calls it: "questions" makes "questions:published".
    audited_as: ClassVar[str]

    if TYPE_CHECKING:
        # Sealed by each table, because a sealed value is bound to the table in which it stands.
        edits: Any
        tested_with: Any

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    number: Mapped[int] = mapped_column(Integer)
    state: Mapped[WordingState] = mapped_column(String(10))
    # Which of our own sets the changes were made to.
    base: Mapped[str] = mapped_column(String(20))
    _edits: Mapped[str] = mapped_column("edits", Text)
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    changed_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    # Where and when young people tried it, as somebody recorded it.
    _tested_with: Mapped[str | None] = mapped_column("tested_with", Text)
    tested_on: Mapped[date | None] = mapped_column(Date)

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Any, ...]:
        """One number once, and one draft and one in use at most, for each organisation."""
        return (
            UniqueConstraint("organisation_id", "number"),
            *(
                Index(
                    f"uq_{cls.__tablename__}_{state}",
                    "organisation_id",
                    unique=True,
                    sqlite_where=text(f"state = '{state}'"),
                    postgresql_where=text(f"state = '{state}'"),
                )
                for state in (WordingState.DRAFT, WordingState.PUBLISHED)
            ),
        )

    @property
    def name(self) -> str:
        """Return what is kept to say that something began with this version."""
        return name_of(self.number)
