"""Word of somebody missing that nobody has in hand: those on duty hear of it, day or night."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from engage.alerts.actions import raise_alert
from engage.alerts.rules import AlertKind
from engage.db import Due, db
from engage.intake.models import Referral
from engage.intake.rules import MOST_APART, State

_DUE = Due(Referral, Referral.tell_at)


def sweep(*, now: datetime, address: str, limit: int = 500) -> int:
    """Raise an alert for each referral whose time is over and that waits; return how many were
    looked at. Many of one house at once are one alert. Once for each, and it climbs by itself.

    Nobody was matched yet, so the night team and supervisors of the whole house hear. The cost is
    what is due; the caller commits, and calls again while there were any.
    """
    found = _DUE.take(now=now, limit=limit)
    waiting: dict[UUID, list[Referral]] = defaultdict(list)
    for referral in found:
        referral.tell_at = None
        if referral.state == State.WAITING:
            waiting[referral.organisation_id].append(referral)
    for house in sorted(waiting):
        for referral in _apart(waiting[house]):
            raise_alert(
                AlertKind.REFERRAL,
                organisation_id=referral.organisation_id,
                young_person_id=None,
                dedupe_key=f"referral:{referral.id}",
                address=address,
                now=now,
                about_kind="referral",
                about_id=referral.id,
            )
    db.session.flush()
    return len(found)


def _apart(referrals: Sequence[Referral]) -> Sequence[Referral]:
    """Return those that are an alert each: all, or of very many the one that waits longest."""
    oldest_first = sorted(referrals, key=lambda each: (each.received_at, each.id))
    return oldest_first if len(referrals) <= MOST_APART else oldest_first[:1]
