"""The questions as an organisation words and orders them, version by version, and its own ways
of talking about them.
"""

import json
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engage.crypto import sealed
from engage.db import Base
from engage.questions.rules import Edits, QuestionSet, apply
from engage.questions.shipped import question_set
from engage.wordings.models import Version


class QuestionVersion(Version):
    """One version of an organisation's questions. What is published is never changed again."""

    __tablename__ = "question_versions"
    audited_as = "questions"

    edits = sealed("_edits")
    tested_with = sealed("_tested_with")

    @property
    def changes(self) -> Edits:
        """Return what this version changes in our questions."""
        return Edits.read(json.loads(self.edits))

    def as_set(self) -> QuestionSet:
        """Return the questions of this version."""
        changed = apply(self.changes, question_set(self.base), self.name)
        tested_on = self.tested_on.isoformat() if self.tested_on else ""
        return replace(changed, tested_with=self.tested_with or "", tested_on=tested_on)


class Strategy(Base):
    """One way of talking about a part of the plan, in an organisation's own words. With the
    `key` of one of ours it stands in its place; `is_hidden` takes ours out.
    """

    __tablename__ = "plan_strategies"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    key: Mapped[str] = mapped_column(String(40))
    topic: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(10))
    _text: Mapped[str] = mapped_column("text", Text)
    text = sealed("_text")
    is_hidden: Mapped[bool] = mapped_column(Boolean, default=False)
    changed_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    changed_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("organisation_id", "key"),)
