"""Where it is written down that somebody was, while they were missing.

Two records say so and are read by whoever reads the rest of a time away: where they were last
seen (the pages for those who search, O40) and where they said they were when they were ready to
come back (O27). What stands only in texts, plans and talks is not looked through. Words go with
their time (`[keep_days]`), and with them what stands here. See decision 152.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engage.checkins.ready_models import ReturnPlan
from engage.crypto import blind_index, unseal
from engage.db import db
from engage.missing_pack.models import PackFact
from engage.missing_pack.rules import Fact
from engage.patterns.place_rules import same_words
from engage.patterns.rules import TimeAway

SOME = 500
_fact: Any = PackFact.__table__
_plan: Any = ReturnPlan.__table__


def places_of(times: Iterable[TimeAway]) -> Mapping[UUID, frozenset[str]]:
    """Map times away to the places written down for them, in the words that are compared.

    Two statements for each five hundred.
    """
    found: dict[UUID, set[str]] = defaultdict(set)
    some_times = [each for each in times if each.episode_id is not None]
    for at in range(0, len(some_times), SOME):
        some = some_times[at : at + SOME]
        for episode_id, words in [*_last_seen(some), *_ready(some)]:
            if place := same_words(words):
                found[episode_id].add(place)
    return {episode_id: frozenset(places) for episode_id, places in found.items()}


def key_of(place: str) -> str:
    """Return the digest of a place that stands in addresses, so that no address tells of it."""
    return blind_index("pattern_place", place)


def _last_seen(times: Sequence[TimeAway]) -> Iterable[tuple[UUID, str]]:
    rows = db.session.execute(
        select(_fact.c.id, _fact.c.episode_id, _fact.c.words).where(
            _fact.c.episode_id.in_([each.episode_id for each in times]),
            _fact.c.fact == Fact.LAST_SEEN,
        )
    )
    return [(row.episode_id, unseal(row.words, "pack_facts.words", row.id)) for row in rows]


def _ready(times: Sequence[TimeAway]) -> Iterable[tuple[UUID, str]]:
    of: dict[UUID, list[TimeAway]] = defaultdict(list)
    for each in times:
        of[each.young_person_id].append(each)
    rows = db.session.execute(
        select(_plan.c.id, _plan.c.young_person_id, _plan.c.opened_at, _plan.c.place).where(
            _plan.c.young_person_id.in_(list(of)), _plan.c.place.is_not(None)
        )
    )
    for row in rows:
        for each in of[row.young_person_id]:
            is_over = each.returned_at is not None and each.returned_at < row.opened_at
            if each.opened_at <= row.opened_at and not is_over and each.episode_id:
                yield each.episode_id, unseal(row.place, "return_plans.place", row.id)
