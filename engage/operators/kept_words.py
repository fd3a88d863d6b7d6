"""Where words of one kind stand, which of them are past their time, and how a batch goes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, or_, select, update

from engage.db import db
from engage.episodes.models import Episode
from engage.patterns.place_keeping import COUNTED, erase_counted
from engage.people.models import Person
from engage.policy.keeping_rules import Kept

BATCH = 500


@dataclass(frozen=True)
class Words:
    """Where words of one kind stand: whose they are, since when, and what goes.

    `empties` names the columns that go; without them the whole row does.
    """

    kind: Kept
    table: Any
    young: Any
    since: Any
    empties: tuple[str, ...] = ()
    only: ColumnElement[bool] | None = None

    def old(self, house: UUID, now: datetime, kept: timedelta) -> Select[Any]:
        """Return the ids of those that are past their time."""
        columns = [getattr(self.table, name) for name in self.empties]
        wanted = (
            select(self.table.id)
            .join(Person, Person.id == self.young)
            .where(
                Person.organisation_id == house,
                self.since < now - kept,
                self.young.not_in(_in_an_episode(now - kept)),
            )
        )
        if self.only is not None:
            wanted = wanted.where(self.only)
        if columns:
            wanted = wanted.where(or_(*(column.is_not(None) for column in columns)))
        return wanted

    def erase(self, ids: Select[Any]) -> int:
        """Erase a batch; return how many rows that were."""
        if self.table not in COUNTED:
            return self._erase(self.table.id.in_(ids.limit(BATCH).scalar_subquery()))
        rows = db.session.scalars(ids.limit(BATCH)).all()
        return erase_counted(self.table, rows, lambda: self._erase(self.table.id.in_(rows)))

    def _erase(self, batch: ColumnElement[bool]) -> int:
        change: Any = delete(self.table)
        if self.empties:
            columns = {getattr(self.table, name): None for name in self.empties}
            change = update(self.table).values(columns)
        done = db.session.execute(change.where(batch).execution_options(synchronize_session=False))
        count: int = done.rowcount  # type: ignore[attr-defined]
        return count


def _in_an_episode(since: datetime) -> Select[Any]:
    return select(Episode.young_person_id).where(
        or_(Episode.closed_at.is_(None), Episode.closed_at >= since)
    )


def of(table: Any, key: Any, column: Any) -> Any:
    return select(column).where(table.id == key).scalar_subquery()
