"""What the record holds of what makes leaving likelier, and which triggers that meets. For callers
that asked the access function, or for the system: what is found here is no wider than what those
who may read it (O61) may read at its source.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engage.care_records.models import CareRecord
from engage.care_records.rules import PlacementType
from engage.db import db
from engage.episodes.models import Episode
from engage.heightened import rules
from engage.heightened.models import Flag, Offer, OfferFlag
from engage.heightened.rules import Found, Kind, Reply, State
from engage.people.models import Placement
from engage.safeguarding.models import Screening
from engage.safeguarding.rules import Found as Screened

# Many who do not know each other under one roof. Source: S0 (congregate care).
GROUP_HOMES = frozenset({PlacementType.CHILDRENS_HOME, PlacementType.SECURE})
FOUND_SOMETHING = (Screened.SOME, Screened.CLEAR)


def found_in_records(
    young_person_ids: Sequence[UUID], *, now: datetime
) -> dict[UUID, dict[Kind, Found]]:
    """Return what the record says about each of these young people. Few statements for many."""
    ids = list(young_person_ids)
    away, concerned = _away(ids)
    for young, done_at in _grouped(_screenings(ids)).items():
        concerned[young] += done_at
    began = _grouped(
        select(Placement.young_person_id, Placement.starts_at).where(
            Placement.young_person_id.in_(ids)
        )
    )
    grouped = _in_group_homes(ids, began)
    found: dict[UUID, dict[Kind, Found]] = {}
    for each in ids:
        lines = (
            rules.earlier_times(away[each], now),
            rules.moves(began.get(each, ()), now),
            rules.latest(Kind.EXPLOITATION, concerned[each], now),
            # It holds as long as they live there, however long.
            Found(Kind.GROUP_HOME, grouped[each]) if each in grouped else None,
        )
        found[each] = {line.kind: line for line in lines if line is not None}
    return found


def _away(ids: Sequence[UUID]) -> tuple[dict[UUID, list[datetime]], dict[UUID, list[datetime]]]:
    """Return when times away ended, and when one began in which exploitation was feared."""
    ended: dict[UUID, list[datetime]] = defaultdict(list)
    feared: dict[UUID, list[datetime]] = defaultdict(list)
    rows = db.session.execute(
        select(Episode.young_person_id, Episode.opened_at, Episode.closed_at, Episode.facts,
               Episode.was_missing)
        .where(Episode.young_person_id.in_(ids))
    )  # fmt: skip
    for young, opened_at, closed_at, facts, was_missing in rows:
        # One that was only late, or a mistake, is no time away.
        if closed_at is not None and was_missing:
            ended[young].append(closed_at)
        if "exploitation" in facts:
            feared[young].append(opened_at)
    return ended, feared


def _screenings(ids: Sequence[UUID]) -> Any:
    return select(Screening.young_person_id, Screening.at).where(
        Screening.young_person_id.in_(ids), Screening.found.in_(FOUND_SOMETHING)
    )


def _grouped(wanted: Any) -> dict[UUID, list[datetime]]:
    found: dict[UUID, list[datetime]] = defaultdict(list)
    for young, at in db.session.execute(wanted):
        found[young].append(at)
    return found


def _in_group_homes(
    ids: Sequence[UUID], began: Mapping[UUID, Sequence[datetime]]
) -> dict[UUID, datetime | None]:
    """Return who lives in a group home, with when they came there if that is known."""
    records = db.session.scalars(select(CareRecord).where(CareRecord.young_person_id.in_(ids)))
    return {
        each.young_person_id: max(began.get(each.young_person_id, ()), default=None)
        for each in records
        if each.details.placement_type in GROUP_HOMES
    }


def replies_to(flag_ids: Iterable[UUID]) -> dict[UUID, list[Offer]]:
    """Return the offers and reasons that answer each of these, the oldest first."""
    found: dict[UUID, list[Offer]] = defaultdict(list)
    rows = db.session.execute(
        select(OfferFlag.flag_id, Offer)
        .join(Offer, Offer.id == OfferFlag.offer_id)
        .where(OfferFlag.flag_id.in_(list(flag_ids)))
        .order_by(Offer.made_at, Offer.id)
    )
    for flag_id, offer in rows:
        found[flag_id].append(offer)
    return found


def as_replies(offers: Iterable[Offer]) -> list[Reply]:
    """Return what the rules need to know of these."""
    return [Reply(State(o.state), o.made_at, o.due_on, o.ended_at) for o in offers]


def facts_of(young_person_id: UUID) -> frozenset[str]:
    """Return what is noted of a young person in the words of the triggers for short meetings."""
    kinds = db.session.scalars(
        select(Flag.kind).where(Flag.young_person_id == young_person_id, Flag.ended_at.is_(None))
    )
    return rules.facts_of(Kind(kind) for kind in kinds)
