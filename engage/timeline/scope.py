"""Whose timeline, of which time, and what its reader may know."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists

from engage.episodes.models import Episode
from engage.people.access import Access, Object, Verb


@dataclass(frozen=True)
class Scope:
    """Whose timeline: one young person's, or only what belongs to one of their episodes."""

    young_person_id: UUID
    now: datetime
    episode_id: UUID | None = None
    # What belongs to no episode by itself counts from here until here.
    begins_at: datetime | None = None
    ends_at: datetime | None = None

    def of_episode(self, column: Any) -> ColumnElement[bool]:
        """Tell, in SQL, whether a row of an episode is meant."""
        if self.episode_id is not None:
            return column == self.episode_id
        return exists().where(Episode.id == column, Episode.young_person_id == self.young_person_id)

    def about(self, column: Any, at: Any) -> list[ColumnElement[bool]]:
        """Tell, in SQL, whether a row about the young person falls into the time."""
        found = [column == self.young_person_id]
        if self.begins_at is not None:
            found.append(at >= self.begins_at)
        if self.ends_at is not None:
            found.append(at <= self.ends_at)
        return found


@dataclass(frozen=True)
class Sight:
    """What this reader may know of it. Source: SAFETY 5, O7, O8, O9, O10, O15, O16."""

    access: Access
    # They read about themselves: what happened, never what adults wrote to each other.
    is_own: bool

    def may(self, obj: Object, verb: Verb = Verb.READ, *, own: bool = False) -> bool:
        """Ask the access function; `own`: as somebody whose own thing it is."""
        owner = self.access.viewer.person_id if own else None
        return self.access.may(verb, obj, owner_id=owner)
