"""The tables of exports: what was asked for, and the file in sealed pieces."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engage.crypto import sealed
from engage.db import Base
from engage.exports.rules import TO_DO, ExportKind, ExportState, Sort


class Export(Base):
    """A file somebody asked for. It holds only what they could open."""

    __tablename__ = "exports"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    kind: Mapped[ExportKind] = mapped_column(String(20))
    # Of the return; of a case file the one in which it was asked for.
    year: Mapped[int] = mapped_column(Integer)
    # Whom a case file is about, and the language of whoever asked.
    young_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    locale: Mapped[str | None] = mapped_column(String(12))
    state: Mapped[ExportState] = mapped_column(String(10), default=ExportState.WAITING)
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    confirmed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    # How far the worker has come; a try that stopped is begun anew.
    tries: Mapped[int] = mapped_column(Integer, default=0)
    lease_until: Mapped[datetime | None]
    of: Mapped[int] = mapped_column(Integer, default=0)
    done: Mapped[int] = mapped_column(Integer, default=0)
    lines: Mapped[int] = mapped_column(Integer, default=0)
    # Why how many young people could not stand in it.
    left_out: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    ready_at: Mapped[datetime | None]
    forget_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_exports_organisation", "organisation_id", "asked_at"),
        Index(
            "ix_exports_to_do",
            "state",
            sqlite_where=state.in_(sorted(TO_DO)),
            postgresql_where=state.in_(sorted(TO_DO)),
        ),
    )


class ExportPart(Base):
    """A piece of a file. Pieces of a PDF are base64."""

    __tablename__ = "export_parts"

    export_id: Mapped[UUID] = mapped_column(ForeignKey("exports.id"))
    number: Mapped[int] = mapped_column(Integer)
    file: Mapped[Sort] = mapped_column(String(4), default=Sort.CSV)
    _content: Mapped[str] = mapped_column("content", Text)
    content = sealed("_content")

    __table_args__ = (UniqueConstraint("export_id", "number"),)
