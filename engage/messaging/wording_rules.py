"""What a text to a young person must not say, and how long it may be. Plain Python.

The phone may be in somebody else's hand: no name, no place, nothing official, no link, and
nothing that asks for a word the provider keeps for itself. Source: SAFETY 14, T01.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from engage.messaging.rules import segments
from engage.people.avoided import telling_in
from engage.people.words import fold


class FlawKind(StrEnum):
    """What is wrong with the words of a text."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NAME = "name"
    PLACE = "place"
    FORBIDDEN = "forbidden"
    LINK = "link"
    NUMBER = "number"
    KEYWORD = "keyword"


@dataclass(frozen=True)
class Flaw:
    """One thing to change, and the words it is about."""

    kind: FlawKind
    found: str = ""


# The provider answers these itself, and some of them end our texts.
KEYWORDS = frozenset(
    {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "start",
     "unstop", "help", "info"}
)  # fmt: skip
ASKS_FOR = frozenset({"reply", "text", "send", "ateb", "tecstio", "responde", "envia", "أرسل"})
# Names that are everyday words too count only when written as a name.
ALSO_WORDS = frozenset(
    {"will", "may", "hope", "grace", "mark", "rose", "joy", "art", "bill", "pat", "faith", "dawn",
     "sky", "summer", "ray", "jack", "rob", "sue", "drew", "chance", "guy", "kit", "max", "van",
     "bob", "jade", "ruby", "page"}
)  # fmt: skip
# Parts of the name of a home or an office that say nothing by themselves.
NOTHING_OF_A_PLACE = frozenset(
    {"house", "home", "road", "street", "lane", "avenue", "close", "court", "centre", "center",
     "lodge", "cottage", "park", "view", "north", "south", "east", "west", "town", "city", "the",
     "green", "hill", "place", "council"}
)  # fmt: skip
SHORTEST_PLACE = 5
SHORT_NAME = 2
_LINK = re.compile(
    r"(?:https?:|www\.|\b[\w-]+\.(?:com|org|net|uk|io|co|gov|info|app|me)\b)", re.IGNORECASE
)
_THREE_WORDS = re.compile(r"(?:///|\b)\w{2,}\.\w{2,}\.\w{2,}\b")
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b", re.IGNORECASE)
_STREET = re.compile(
    r"\b\d+\s+\w+\s+(?:road|rd|street|st|avenue|ave|lane|close|drive|way|calle|heol|stryd)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d(?:[\s().-]?\d){4,}")
# One segment where the network's own alphabet serves, two in alphabets of 70 letters a segment.
MOST_SEGMENTS = {True: 1, False: 2}


def flaws_of(
    words: str, *, locale: str, names: Iterable[str] = (), places: Iterable[str] = ()
) -> list[Flaw]:
    """List what must change before these words may go to a young person's phone."""
    if not words.strip():
        return [Flaw(FlawKind.EMPTY)]
    found = []
    counted = segments(words)
    if counted.count > MOST_SEGMENTS[counted.is_gsm]:
        found.append(Flaw(FlawKind.TOO_LONG, str(counted.units)))
    for kind, shape in (
        (FlawKind.LINK, _LINK),
        (FlawKind.PLACE, _THREE_WORDS),
        (FlawKind.PLACE, _POSTCODE),
        (FlawKind.PLACE, _STREET),
        (FlawKind.NUMBER, _NUMBER),
    ):
        match = shape.search(words)
        if match and not any(flaw.found in match[0] for flaw in found if flaw.found):
            found.append(Flaw(kind, match[0].strip()))
    folded = fold(words)
    found += [Flaw(FlawKind.NAME, name) for name in _named(words, folded, names)]
    found += [Flaw(FlawKind.PLACE, place) for place in _placed(folded, places)]
    found += [Flaw(FlawKind.FORBIDDEN, word) for word in telling_in(words, [locale])]
    if KEYWORDS & set(folded) and (ASKS_FOR & set(folded) or len(folded) == 1):
        found.append(Flaw(FlawKind.KEYWORD, next(w for w in folded if w in KEYWORDS)))
    return list(dict.fromkeys(found))


def _named(words: str, folded: Collection[str], names: Iterable[str]) -> list[str]:
    found = []
    as_written = set(re.findall(r"\w+", words))
    for name in names:
        for part in re.findall(r"\w+", name):
            plain = " ".join(fold(part))
            # "Maya's" is folded to "mayas".
            if len(plain) < 2 or not {plain, f"{plain}s"} & set(folded):
                continue
            is_everyday = plain in ALSO_WORDS or len(plain) <= SHORT_NAME
            if not is_everyday or part in as_written - {_first_word(words)}:
                found.append(part)
    return found


def _first_word(words: str) -> str:
    """Return the word that a capital letter says nothing about."""
    match = re.search(r"\w+", words)
    return match[0] if match and fold(match[0]) and fold(match[0])[0] in ALSO_WORDS else ""


def _placed(folded: tuple[str, ...], places: Iterable[str]) -> list[str]:
    found = []
    for place in places:
        parts = fold(place)
        telling = {
            part for part in parts if len(part) >= SHORTEST_PLACE and part not in NOTHING_OF_A_PLACE
        }
        if telling & set(folded) or (len(parts) > 1 and _stands_in(parts, folded)):
            found.append(place)
    return found


def _stands_in(parts: tuple[str, ...], folded: tuple[str, ...]) -> bool:
    size = len(parts)
    return any(folded[at : at + size] == parts for at in range(len(folded) - size + 1))
