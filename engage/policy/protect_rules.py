"""Who outside must hear at once when somebody may have been hurt: a pack's [[protectors]]."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engage.policy.clock_rules import date_faults, unknown_words

# In the order in which they are called. Source: MISSION C49.
PROTECTORS = (
    "police", "child_protection", "designated_officer", "licensing", "placing_authority",
)  # fmt: skip
ABOUT = frozenset({"carer", "worker", "other", "unknown"})
_KEYS = frozenset({
    "to", "phone", "about", "name", "source", "link", "effective", "checked_on",
})  # fmt: skip


@dataclass(frozen=True)
class Protector:
    """Somebody outside whose work it is to protect."""

    to: str
    source: str
    since: date
    # What it is called there, as people say it; empty: our own words.
    name: str = ""
    # As dialled; empty where every area has its own.
    phone: str = ""
    # Only when it is about one of these; empty: always.
    about: tuple[str, ...] = ()
    link: str = ""
    pack: str = ""

    def holds(self, about: str) -> bool:
        """Say whether they must hear of it. While nobody knows who it is about, they must."""
        return not self.about or about in self.about or about == "unknown"


def protector_faults(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """List what is wrong with one protector as read from a pack: (key, problem)."""
    found = [(name, "is missing") for name in ("to", "source") if not data.get(name)]
    found += [(name, "is not a part of a protector") for name in data if name not in _KEYS]
    if data.get("to") and data["to"] not in PROTECTORS:
        found.append(("to", f"is not known. Known are: {', '.join(PROTECTORS)}"))
    for name in ("phone", "name"):
        if not isinstance(data.get(name, ""), str):
            found.append((name, "must be text"))
    found += unknown_words(data, "about", lambda each: each in ABOUT)
    return found + date_faults(data)


def build_protector(data: Mapping[str, Any], pack: str) -> Protector:
    """Make a protector from data without faults."""
    return Protector(
        to=data["to"],
        source=data["source"],
        since=data.get("effective") or data["checked_on"],
        name=data.get("name", ""),
        phone=data.get("phone", ""),
        about=tuple(data.get("about", ())),
        link=data.get("link", ""),
        pack=pack,
    )


def all_together(narrow: Iterable[Protector], wide: Iterable[Protector]) -> tuple[Protector, ...]:
    """Return those of a pack and of the wider place, one each: the narrower one's word wins."""
    mine = {each.to: each for each in narrow}
    both = {each.to: each for each in wide} | mine
    return tuple(both[to] for to in PROTECTORS if to in both)
