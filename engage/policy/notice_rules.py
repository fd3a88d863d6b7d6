"""Who is to be told when somebody is missing, and again when they are back: a pack's notices."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engage.policy.clock_rules import date_faults, is_fact, unknown_words, when_holds

# Whom a pack may name, in the order in which they are told. Sources: MISSION C21 to C23, C44.
TOLD = (
    "police", "ncmec", "highway_patrol", "task_force", "juvenile_officer", "court", "supervisor",
    "parents", "attorneys", "casa", "tribe", "siblings", "placing_authority", "host_authority",
    "listed_people", "treatment_team", "school", "warrants", "staffings",
)  # fmt: skip
MISSING, RETURNED = "missing", "returned"
# A notice is due when the clock is that it hangs on, so that one alert climbs for each clock and
# not one for every person on a list.
CLOCK_OF_PHASE: Mapping[str, frozenset[str]] = {
    MISSING: frozenset({
        "report_police", "report_ncmec", "inform_supervisor", "inform_listed_people",
        "inform_partners",
    }),
    RETURNED: frozenset({"return_notices"}),
}  # fmt: skip
# What must not stay blank, beside when, how and to whom: those three are always asked.
WANTED = frozenset({
    "agency", "report_number", "ncic_asked", "what_was_sent", "reported_by",
})  # fmt: skip
# Whom one turns to when they will not take the report. Source: MISSION C21.
ESCALATIONS = frozenset({"highway_patrol_trainer", "their_supervisor"})
_KEYS = frozenset({
    "to", "phase", "clock", "evidence", "only_when", "source", "link", "effective", "checked_on",
    "phone", "escalate_to",
})  # fmt: skip


@dataclass(frozen=True)
class Notice:
    """Somebody who must hear that a young person is missing, or that they are back."""

    to: str
    phase: str
    clock: str
    source: str
    since: date
    evidence: tuple[str, ...] = ()
    only_when: tuple[str, ...] = ()
    link: str = ""
    # As dialled; empty where every area has its own.
    phone: str = ""
    escalate_to: str = ""
    pack: str = ""

    def holds(self, facts: Collection[str], age: int | None) -> bool:
        """Say whether it applies to somebody of this age (None: not known), as a clock does."""
        return when_holds(self.only_when, facts, age)


def notice_faults(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """List what is wrong with one notice as read from a pack: (key, problem)."""
    needed = ("to", "phase", "clock", "source")
    found = [(name, "is missing") for name in needed if not data.get(name)]
    found += [(name, "is not a part of a notice") for name in data if name not in _KEYS]
    for name, known in (
        ("to", set(TOLD)),
        ("phase", set(CLOCK_OF_PHASE)),
        ("escalate_to", ESCALATIONS),
    ):
        if data.get(name) and data[name] not in known:
            found.append((name, f"is not known. Known are: {', '.join(sorted(known))}"))
    clocks = CLOCK_OF_PHASE.get(str(data.get("phase")), frozenset())
    if data.get("clock") and clocks and data["clock"] not in clocks:
        found.append(("clock", f"must be one of: {', '.join(sorted(clocks))}"))
    if not isinstance(data.get("phone", ""), str):
        found.append(("phone", "must be text, as dialled"))
    found += unknown_words(data, "evidence", lambda each: each in WANTED)
    found += unknown_words(data, "only_when", is_fact)
    return found + date_faults(data)


def twice_named(notices: Iterable[Mapping[str, Any]]) -> list[int]:
    """Return which notices of one file name somebody for a phase who was named before."""
    seen: set[tuple[Any, Any]] = set()
    found = []
    for at, each in enumerate(notices):
        key = (each.get("to"), each.get("phase"))
        if key in seen:
            found.append(at)
        seen.add(key)
    return found


def build_notice(data: Mapping[str, Any], pack: str) -> Notice:
    """Make a notice from data without faults."""
    return Notice(
        to=data["to"],
        phase=data["phase"],
        clock=data["clock"],
        source=data["source"],
        since=data.get("effective") or data["checked_on"],
        evidence=tuple(data.get("evidence", ())),
        only_when=tuple(data.get("only_when", ())),
        link=data.get("link", ""),
        phone=data.get("phone", ""),
        escalate_to=data.get("escalate_to", ""),
        pack=pack,
    )


def together(narrow: Iterable[Notice], wide: Iterable[Notice]) -> tuple[Notice, ...]:
    """Return the notices of a pack over those of the wider place: its own word on somebody wins."""
    mine = tuple(narrow)
    named = {(each.to, each.phase) for each in mine}
    return mine + tuple(each for each in wide if (each.to, each.phase) not in named)


def notice_data(notice: Notice) -> dict[str, Any]:
    """Return a notice as plain JSON values, to keep it as it was when an episode began."""
    return {
        "to": notice.to,
        "phase": notice.phase,
        "clock": notice.clock,
        "source": notice.source,
        "since": notice.since.isoformat(),
        "evidence": list(notice.evidence),
        "only_when": list(notice.only_when),
        "link": notice.link,
        "phone": notice.phone,
        "escalate_to": notice.escalate_to,
        "pack": notice.pack,
    }


def notice_from(data: Mapping[str, Any]) -> Notice:
    """Return the notice that `notice_data` kept."""
    return Notice(
        to=data["to"],
        phase=data["phase"],
        clock=data["clock"],
        source=data["source"],
        since=date.fromisoformat(data["since"]),
        evidence=tuple(data["evidence"]),
        only_when=tuple(data["only_when"]),
        link=data["link"],
        phone=data["phone"],
        escalate_to=data["escalate_to"],
        pack=data["pack"],
    )
