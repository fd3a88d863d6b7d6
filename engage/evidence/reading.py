"""Pieces of a notice, for callers that asked the access function."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engage.db import db
from engage.episodes.models import EpisodeClock
from engage.episodes.notice_models import EpisodeNotice
from engage.evidence.models import NoticeFact
from engage.evidence.rules import Field, blanks, is_late
from engage.policy.notice_rules import Notice, notice_from


@dataclass(frozen=True)
class NoticeLine:
    """One notice as a list shows it."""

    notice: EpisodeNotice
    rule: Notice
    due_at: datetime | None
    is_late: bool
    blank: tuple[Field, ...]


def facts_of(notice_ids: Collection[UUID]) -> dict[UUID, list[NoticeFact]]:
    """Return everything noted about these notices, in the order it was noted."""
    found: dict[UUID, list[NoticeFact]] = defaultdict(list)
    if notice_ids:
        for each in db.session.scalars(
            select(NoticeFact)
            .where(NoticeFact.notice_id.in_(notice_ids))
            .order_by(NoticeFact.number)
        ):
            found[each.notice_id].append(each)
    return found


def latest(facts: Iterable[NoticeFact]) -> dict[Field, NoticeFact]:
    """Return what counts of each field: the last one noted."""
    return {Field(each.field): each for each in facts}


def line_of(
    notice: EpisodeNotice,
    clocks: Mapping[str, EpisodeClock],
    known: Collection[Field],
    *,
    now: datetime,
) -> NoticeLine:
    """Return a notice with when it is due, whether it is late and what is blank.

    Somebody who came on the list after its clock was done has no due time.
    """
    clock, rule = clocks.get(notice.clock), notice_from(notice.rule)
    if clock is not None and clock.done_at is not None and clock.done_at < notice.appeared_at:
        clock = None
    late = is_late(
        notice.told_at or notice.ended_at,
        clock.started_at if clock else None,
        clock.due_at if clock else None,
        now=now,
    )
    blank = blanks(rule, known, is_late=late)
    return NoticeLine(notice, rule, clock.due_at if clock else None, late, blank)
