"""How long words about a young person are kept, by kind. A pack may say otherwise.

This app is not the record: what must be kept for longer stands in the case system.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any


class Kept(StrEnum):
    """What is kept for a time of its own."""

    PLACES = "places"
    TEXTS = "texts"
    CHECK_INS = "check_ins"
    WAYS_BACK = "ways_back"
    WORRIES = "worries"
    EPISODES = "episodes"
    IMPORTANT_PEOPLE = "important_people"
    AGREED_TIMES = "agreed_times"
    DISCLOSURES = "disclosures"
    EVIDENCE = "evidence"
    OUTREACH = "outreach"
    ASKING = "asking"
    DANGER = "danger"
    EFFORTS = "efforts"
    SEARCHERS = "searchers"
    MISSING_PACKS = "missing_packs"
    COURT_ITEMS = "court_items"
    RETURNS = "returns"
    INTERVIEWS = "interviews"
    TALKS = "talks"
    STAFFINGS = "staffings"
    REFLECTIONS = "reflections"
    NEXT_STEPS = "next_steps"
    SAFEGUARDING = "safeguarding"
    REFERRALS = "referrals"
    HELP = "help"
    WELFARE = "welfare"


# Source: SAFETY 10 for texts (90 days after the episode closes). MISSION C66: places and texts
# are kept shortest. The others are our defaults, until an authority sets its own.
DEFAULT_DAYS: Mapping[Kept, int] = {
    Kept.PLACES: 30,
    Kept.TEXTS: 90,
    Kept.CHECK_INS: 90,
    Kept.WAYS_BACK: 90,
    Kept.WORRIES: 180,
    Kept.EPISODES: 180,
    Kept.IMPORTANT_PEOPLE: 90,
    Kept.AGREED_TIMES: 365,
    # As long as the audit. Source: SAFETY 10.
    Kept.DISCLOSURES: 7 * 365,
    # What shows that others were told is asked for longest after the episode itself.
    Kept.EVIDENCE: 365,
    Kept.OUTREACH: 180,
    Kept.ASKING: 180,
    Kept.DANGER: 365,
    Kept.EFFORTS: 180,
    # People outside, and a picture of the young person: no longer than needed.
    Kept.SEARCHERS: 90,
    Kept.MISSING_PACKS: 90,
    Kept.COURT_ITEMS: 365,
    Kept.RETURNS: 180,
    Kept.INTERVIEWS: 180,
    # After sign-off, and once they were taken out. Source: SAFETY 10.
    Kept.TALKS: 30,
    # What was agreed must outlive the notes of the case system being filled in.
    Kept.STAFFINGS: 365,
    # For those who learn from it, and nobody after.
    Kept.REFLECTIONS: 180,
    # They may want to read for a while what became of what they said.
    Kept.NEXT_STEPS: 365,
    # As long as the audit: what was done about harm is asked for years later. Our default.
    Kept.SAFEGUARDING: 7 * 365,
    # Who told us what and when is asked for as long as whom we told.
    Kept.REFERRALS: 365,
    # What may come back is looked for over a year. Our default.
    Kept.HELP: 365,
    # A place that draws young people is looked at again after a year. Our default.
    Kept.WELFARE: 365,
}
LONGEST_DAYS = 100 * 365
# The two that are kept shortest, and what was said in talks: that goes once it was taken out.
COUNTED_OTHERWISE = (Kept.PLACES, Kept.TEXTS, Kept.TALKS)


def keeping_faults(data: Any) -> list[tuple[str, str]]:
    """List what is wrong with a pack's `[keep_days]`, as name and problem."""
    if not isinstance(data, Mapping):
        return [("", "must be a table of days")]
    found = []
    for name, days in data.items():
        if name not in set(Kept):
            found.append((name, "is nothing that is kept for a time of its own"))
        elif isinstance(days, bool) or not isinstance(days, int) or not 0 < days <= LONGEST_DAYS:
            found.append((name, "must be a whole number of days above 0"))
    if found:
        return found
    days = {kind: data.get(kind, DEFAULT_DAYS[kind]) for kind in Kept}
    shortest = min(days[kind] for kind in Kept if kind not in COUNTED_OTHERWISE)
    for kind in (Kept.PLACES, Kept.TEXTS):
        if kind in data and days[kind] > shortest:
            found.append((kind, "must not be kept longer than anything else"))
    return found


def build_keeping(
    data: Mapping[str, int], base: Mapping[Kept, timedelta] | None
) -> dict[Kept, timedelta]:
    """Return how long each kind is kept: as this pack says, else the wider one, else by default."""
    kept = {kind: timedelta(days=days) for kind, days in DEFAULT_DAYS.items()}
    return kept | dict(base or {}) | {Kept(k): timedelta(days=d) for k, d in data.items()}
