"""The three people and places of a plan as one text to oneself: how it reads, how long it is."""

from collections.abc import Iterable
from dataclasses import dataclass

SHORT_LIMIT = 12
PLACES_LIMIT = 60
# Two texts where the network's own alphabet serves, three in the alphabets of 70 letters.
MOST_SEGMENTS = {True: 2, False: 3}


@dataclass(frozen=True)
class Entry:
    """One person as they will stand in the text. `number` is as people dial it, or empty."""

    short: str
    number: str = ""


def compose(entries: Iterable[Entry], places: str = "") -> str:
    """Return the text: a line for each person, then the places. No word of ours is in it."""
    lines = [f"{entry.short} {entry.number}".strip() for entry in entries if entry.short]
    return "\n".join([*lines, *([places] if places else [])])


def initial(name: str) -> str:
    """Return the first letter of a name, which tells the writer enough and others little."""
    return next((letter.upper() for letter in name if letter.isalnum()), "")


def is_their_name(short: str, name: str) -> bool:
    """Say whether somebody stands in the text under the name they have in the plan."""
    return len(short) > 1 and short.casefold() in {
        part.casefold() for part in [name, *name.split()]
    }
