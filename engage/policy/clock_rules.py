"""The clocks that law and policy set: when one starts, when it is due, and whose rule wins."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

UNITS = {"minutes": 60, "hours": 3600, "days": 86400}

# What a clock measures. A pack may set no other, so that a mistyped name is found at start-up.
CLOCKS = frozenset({
    "plan_due", "plan_review", "sharing_review", "plan_revision",
    "ready_answer", "trusted_answer", "referral_seen", "recheck", "young_wait", "danger_check",
    "count_as_missing", "report_police", "report_ncmec", "inform_supervisor",
    "inform_listed_people", "inform_partners", "update_police", "update_ncmec", "search_efforts",
    "contact_people",
    "return_notices", "health_check", "return_interview", "report_harm",
})  # fmt: skip

# What starts a clock.
EVENTS = frozenset({
    "placement_started", "plan_agreed", "sharing_agreed", "ready_signal", "trusted_asked",
    "referral_came",
    "worry_opened", "expected_back", "last_contact", "discovered", "information_received",
    "determined_missing", "report_made", "danger_checked", "effort_made", "returned",
    "interview_done", "harm_heard",
})  # fmt: skip

# What a rule may depend on. `younger_than_13` and its like come from the birth date.
FACTS = frozenset({
    "vulnerable", "repeat_episode", "health_need", "learning_need", "taken_suspected",
    "exploitation", "in_danger",
})  # fmt: skip
_AGE = re.compile(r"younger_than_(\d{1,2})")

RECIPIENTS = frozenset({
    "police", "ncmec", "supervisor", "listed_people", "young_person", "carer", "social_worker",
})  # fmt: skip
EVIDENCE = frozenset({
    "report_number", "name", "time", "what_was_sent", "refusal", "attempt", "outcome",
})  # fmt: skip


@dataclass(frozen=True)
class Clock:
    """A duration that somebody's rule sets: from which event, for what, and who says so."""

    name: str
    duration: timedelta
    starts_at: str
    source: str
    # When the rule came into force; else when we last read it.
    effective: date | None = None
    checked_on: date | None = None
    # The rule holds only when one of these facts does. Empty: it always holds.
    only_when: tuple[str, ...] = ()
    pack: str = ""
    to: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    link: str = ""
    # Starts again each time it was done, until the young person is back.
    repeats: bool = False

    def holds(self, facts: Collection[str], age: int | None) -> bool:
        """Say whether the rule applies to somebody of this age (None: not known).

        When the age is not known a rule for younger people holds: the stricter reading.
        """
        return when_holds(self.only_when, facts, age)

    @property
    def since(self) -> date:
        """The day the rule came into force, or was last read."""
        found = self.effective or self.checked_on
        assert found is not None  # clock_faults asks for one of them
        return found


@dataclass(frozen=True)
class Due:
    """One rule and the instant by which it wants the thing done (UTC)."""

    clock: Clock
    started_at: datetime
    due_at: datetime


@dataclass(frozen=True)
class Deadline:
    """The rule that wins, and those it won against, each with its own instant."""

    wins: Due
    others: tuple[Due, ...] = ()

    @property
    def due_at(self) -> datetime:
        """The instant by which it must be done (UTC)."""
        return self.wins.due_at


def deadline(
    clocks: Iterable[Clock],
    name: str,
    times: Mapping[str, datetime],
    *,
    facts: Collection[str] = (),
    age: int | None = None,
) -> Deadline | None:
    """Return when this clock is due: the earliest of all rules that hold and have started.

    `times` says when each event happened (aware, UTC). Durations are added in UTC, so that a
    night on which the clocks change is neither longer nor shorter. None when nothing started.
    Of two rules with the same instant the one of the narrower place wins, being listed first.
    """
    found = [
        Due(clock, times[clock.starts_at], times[clock.starts_at] + clock.duration)
        for clock in clocks
        if clock.name == name and clock.starts_at in times and clock.holds(facts, age)
    ]
    if not found:
        return None
    found.sort(key=lambda due: due.due_at)
    return Deadline(found[0], tuple(found[1:]))


def age_on(birth_date: date, on: date) -> int:
    """Return how old somebody is. Born on 29 February: a year older on 1 March."""
    had_birthday = (on.month, on.day) >= (birth_date.month, birth_date.day)
    return on.year - birth_date.year - (not had_birthday)


def when_holds(only_when: Collection[str], facts: Collection[str], age: int | None) -> bool:
    """Say whether a rule with these conditions holds: without any, always; else with one of them.

    When the age is not known (None) a rule for younger people holds: the stricter reading.
    """
    return not only_when or any(_holds(each, facts, age) for each in only_when)


def is_fact(word: str) -> bool:
    """Say whether a rule may depend on this."""
    return word in FACTS or bool(_AGE.fullmatch(word))


def _holds(fact: str, facts: Collection[str], age: int | None) -> bool:
    found = _AGE.fullmatch(fact)
    if found:
        return age is None or age < int(found[1])
    return fact in facts


def clock_faults(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """List what is wrong with one clock as read from a pack: (key, problem)."""
    found = [(name, "is missing") for name in ("name", "starts_at", "source") if not data.get(name)]
    found += [(name, "is not a part of a clock") for name in data if name not in _KEYS]
    for name, known in (("name", CLOCKS), ("starts_at", EVENTS)):
        if data.get(name) and data[name] not in known:
            found.append((name, f"is not known. Known are: {', '.join(sorted(known))}"))
    for name, known in (("to", RECIPIENTS), ("evidence", EVIDENCE)):
        found += unknown_words(data, name, lambda each, known=known: each in known)
    found += unknown_words(data, "only_when", is_fact)
    return found + _duration_faults(data) + date_faults(data)


_KEYS = frozenset({
    "name", "starts_at", "source", "effective", "checked_on", "only_when", "to", "evidence",
    "link", "repeats", "immediately", *UNITS,
})  # fmt: skip


def unknown_words(data: Mapping[str, Any], name: str, is_known: Any) -> list[tuple[str, str]]:
    """List the words of a list in a pack that nobody knows: (key, problem)."""
    values = data.get(name, [])
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        return [(name, "must be a list of words")]
    return [(name, f"has an unknown word: {each}") for each in values if not is_known(each)]


def _duration_faults(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    given = [unit for unit in (*UNITS, "immediately") if unit in data]
    if len(given) != 1:
        return [("name", "needs exactly one of minutes, hours, days or immediately = true")]
    value = data[given[0]]
    if given == ["immediately"]:
        return [] if value is True else [("immediately", "must be true")]
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        return [(given[0], "must be a whole number above 0")]
    return []


def date_faults(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """List what is wrong with a rule's dates and link: (key, problem)."""
    found = [
        (name, "must be a date, like 2014-01-16")
        for name in ("effective", "checked_on")
        if name in data and not isinstance(data[name], date)
    ]
    if "effective" not in data and "checked_on" not in data:
        found.append(("effective", "is missing (or checked_on: the day the rule was last read)"))
    if not str(data.get("link", "https://")).startswith("https://"):
        found.append(("link", "must begin with https://"))
    return found


def build_clock(data: Mapping[str, Any], pack: str) -> Clock:
    """Make a clock from data without faults."""
    seconds = next((data[unit] * size for unit, size in UNITS.items() if unit in data), 0)
    return Clock(
        name=data["name"],
        duration=timedelta(seconds=seconds),
        starts_at=data["starts_at"],
        source=data["source"],
        effective=data.get("effective"),
        checked_on=data.get("checked_on"),
        only_when=tuple(data.get("only_when", ())),
        pack=pack,
        to=tuple(data.get("to", ())),
        evidence=tuple(data.get("evidence", ())),
        link=data.get("link", ""),
        repeats=data.get("repeats", False),
    )


def as_data(clock: Clock) -> dict[str, Any]:
    """Return a clock as plain JSON values, to keep it as it was when something began."""
    return {
        "name": clock.name,
        "seconds": int(clock.duration.total_seconds()),
        "starts_at": clock.starts_at,
        "source": clock.source,
        "since": clock.since.isoformat(),
        "only_when": list(clock.only_when),
        "pack": clock.pack,
        "to": list(clock.to),
        "evidence": list(clock.evidence),
        "link": clock.link,
        "repeats": clock.repeats,
    }


def from_data(data: Mapping[str, Any]) -> Clock:
    """Return the clock that `as_data` kept."""
    return Clock(
        name=data["name"],
        duration=timedelta(seconds=data["seconds"]),
        starts_at=data["starts_at"],
        source=data["source"],
        effective=date.fromisoformat(data["since"]),
        only_when=tuple(data["only_when"]),
        pack=data["pack"],
        to=tuple(data["to"]),
        evidence=tuple(data["evidence"]),
        link=data["link"],
        repeats=data["repeats"],
    )
