"""When people sit together about somebody who is missing: a pack's triggers. Plain Python."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from engage.policy.clock_rules import FACTS, date_faults, unknown_words

# What may hold, in the order in which it is shown. Source: S0, MISSION C36.
TRIGGERS = ("missing_for", "aged_at_most", "trafficking", "asked", "elevated_risk", "repeated")
# What each needs to be told beside its source.
NUMBERS: Mapping[str, frozenset[str]] = {
    "missing_for": frozenset({"days"}),
    "aged_at_most": frozenset({"years"}),
    "repeated": frozenset({"episodes", "days"}),
}
FACTS_OF: Mapping[str, frozenset[str]] = {
    "trafficking": frozenset({"facts"}),
    "elevated_risk": frozenset({"facts"}),
}
_KEYS = frozenset({"when", "source", "link", "effective", "checked_on"})
_HIGHEST = 366


@dataclass(frozen=True)
class Trigger:
    """One reason to propose a staffing, and whose rule it is."""

    when: str
    source: str
    since: date
    days: int = 0
    years: int = 0
    episodes: int = 0
    facts: tuple[str, ...] = ()
    link: str = ""
    pack: str = ""

    @property
    def key(self) -> str:
        """What is proposed once for each: the reason, with its number where it may stand twice."""
        return f"{self.when}_{self.episodes}" if self.episodes else self.when


@dataclass(frozen=True)
class Standing:
    """What is known about one time away, for holding triggers against it."""

    # Nobody knows where they are.
    is_unknown: bool
    missing_since: datetime
    # When earlier times away began, and this one.
    began: tuple[datetime, ...] = ()
    age: int | None = None
    facts: frozenset[str] = frozenset()
    was_asked: bool = False


def holding(triggers: Iterable[Trigger], standing: Standing, now: datetime) -> list[Trigger]:
    """List the triggers that hold, in the order of `TRIGGERS`.

    None while their whereabouts are known, but that a worker asks. An age that is not known
    counts as young: the stricter reading. Source: S0, MISSION C36.
    """
    found = [each for each in triggers if _holds(each, standing, now)]
    return sorted(found, key=lambda each: (TRIGGERS.index(each.when), each.episodes))


def next_instant(triggers: Iterable[Trigger], standing: Standing, now: datetime) -> datetime | None:
    """Return when time alone makes the next trigger hold; None when none is left."""
    ahead = [
        standing.missing_since + timedelta(days=each.days)
        for each in triggers
        if each.when == "missing_for"
    ]
    return min((at for at in ahead if at > now), default=None)


def _holds(trigger: Trigger, standing: Standing, now: datetime) -> bool:
    if trigger.when == "asked":
        return standing.was_asked
    if not standing.is_unknown:
        return False
    match trigger.when:
        case "missing_for":
            return now >= standing.missing_since + timedelta(days=trigger.days)
        case "aged_at_most":
            return standing.age is None or standing.age <= trigger.years
        case "repeated":
            since = now - timedelta(days=trigger.days)
            return sum(since < at <= now for at in standing.began) >= trigger.episodes
    return bool(set(trigger.facts) & standing.facts)


def trigger_faults(data: Any) -> list[tuple[str, str]]:
    """List what is wrong with a pack's `[[staffings]]`: (path, problem)."""
    if not isinstance(data, list) or not all(isinstance(each, Mapping) for each in data):
        return [("", "must be tables, each begun with [[staffings]]")]
    found, seen = [], set()
    for at, each in enumerate(data):
        found += [(f"[{at}].{key}", said) for key, said in _faults(each)]
        key = (each.get("when"), each.get("episodes"))
        if key in seen:
            found.append((f"[{at}].when", "is named twice"))
        seen.add(key)
    return found


def _faults(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    when = data.get("when")
    if when not in TRIGGERS:
        return [("when", f"must be one of: {', '.join(TRIGGERS)}")]
    numbers, lists = NUMBERS.get(when, frozenset()), FACTS_OF.get(when, frozenset())
    found = [] if data.get("source") else [("source", "is missing")]
    for name in data:
        if name not in _KEYS | numbers | lists:
            found.append((name, "is not a part of this trigger"))
    for name in sorted(numbers):
        value = data.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= _HIGHEST:
            found.append((name, f"must be a whole number from 1 to {_HIGHEST}"))
    for name in sorted(lists):
        if not data.get(name):
            found.append((name, "is missing"))
        found += unknown_words(data, name, FACTS.__contains__)
    return found + date_faults(data)


def build_triggers(
    data: Iterable[Mapping[str, Any]], pack: str, base: Collection[Trigger]
) -> tuple[Trigger, ...]:
    """Return the triggers of a pack over those of the wider place: its own word wins."""
    mine = [
        Trigger(
            when=each["when"],
            source=each["source"],
            since=each.get("effective") or each["checked_on"],
            days=each.get("days", 0),
            years=each.get("years", 0),
            episodes=each.get("episodes", 0),
            facts=tuple(each.get("facts", ())),
            link=each.get("link", ""),
            pack=pack,
        )
        for each in data
    ]
    named = {each.key for each in mine}
    return (*mine, *(each for each in base if each.key not in named))
