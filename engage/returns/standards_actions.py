"""Publish a version of what is promised to whoever comes back."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from engage.audit.actions import record
from engage.db import begin_write, db
from engage.people.access import Object, Verb, Viewer, require
from engage.returns.models import WelcomeStandards


class NotYetWritten(Exception):
    """Nothing is promised in it, or the young people's part is told by halves."""


@dataclass(frozen=True)
class Part:
    """Where, when and with how many young people it was written. Without a place: not yet."""

    where: str = ""
    on: date | None = None
    how_many: int | None = None

    def is_whole(self, today: date) -> bool:
        """Say whether it is "not yet", or where, when and how many are all told."""
        if not self.where.strip():
            return self.on is None and self.how_many is None
        return self.on is not None and self.on <= today and bool(self.how_many)


def publish(viewer: Viewer, words: str, part: Part, *, today: date, now: datetime) -> None:
    """Publish new words; those before stay readable. Raises NotYetWritten."""
    require(viewer, Verb.EDIT, Object.QUESTIONS, None, now=now)
    if not words.strip() or not part.is_whole(today):
        raise NotYetWritten
    assert viewer.organisation_id is not None and viewer.person_id is not None
    begin_write(db.session)
    highest = select(func.max(WelcomeStandards.number)).where(
        WelcomeStandards.organisation_id == viewer.organisation_id
    )
    made = WelcomeStandards(
        organisation_id=viewer.organisation_id, number=(db.session.scalar(highest) or 0) + 1,
        words=words, written_with=part.where or None, written_on=part.on,
        how_many=part.how_many, by_id=viewer.person_id, at=now,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    record(
        "welcome_standards:published",
        viewer=viewer,
        now=now,
        object_kind="welcome_standards",
        object_id=made.id,
    )
