"""When two descriptions of a place mean the same, and which places may be shown. Plain Python.

Only the same words count as the same place: nothing is guessed. What tells places apart (numbers,
names, "north") stays; what people write differently for one and the same thing goes.
Source: MISSION C55 ("same place, different young people"), C56 (min cell 5).
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from engage.feedback.rules import SMALLEST, to_five
from engage.patterns.rules import Cell, TimeAway

_LAST_SEEN = re.compile(r"^(?:(?:they|she|he) (?:was|were) )?(?:last )?seen\b[\s:]*")
# "Bus station, with Kit, at 16:30": the place comes first, what follows is about that time.
_AFTER = re.compile(r"[,;\n(\[]|\s[-–—]\s|\swith\s|\s(?:at\s)?\d{1,2}[:.]\d\d\b")
_AT_THE_START = frozenset({"at", "in", "near", "by", "outside", "inside", "the", "a", "an"})
# Only as the last word: "St Johns" is no street.
_LAST_WORD = {
    "st": "street", "rd": "road", "ave": "avenue", "ln": "lane", "sq": "square", "pk": "park",
    "stn": "station",
}  # fmt: skip
LONGEST = 80
# So few that several share one, so many that five are seldom in one.
BOXES = 16
# No place, or one that is another for everybody: five parks are not one.
_NO_PLACE = frozenset({
    "", "unknown", "not known", "dont know", "do not know", "nobody knows", "no idea", "none",
    "na", "somewhere", "home", "house", "school", "college", "work", "park", "street", "road",
    "shop", "shops", "station", "bus", "train", "car", "online", "phone", "outside", "friend",
    "friends", "friends house", "mates", "mates house", "hotel", "flat",
})  # fmt: skip


class Why(StrEnum):
    """For what somebody needs to know who was there. Kept in the audit as this code."""

    WELFARE_MEETING = "welfare_meeting"
    SAFETY_THERE = "safety_there"
    PLANS = "plans"


def same_words(text: str) -> str:
    """Return a place as it is compared; empty when no place is named.

    "At the Bus Stn., with Jo" and "bus station" are the same; "Elm Road 12" and "Elm Road" are
    not.
    """
    plain = unicodedata.normalize("NFKC", text)
    plain = plain.replace("’", "'").replace("'", "").casefold().strip()
    words = re.findall(r"\w+", _AFTER.split(_LAST_SEEN.sub("", plain))[0])
    while words and words[0] in _AT_THE_START:
        words = words[1:]
    if words:
        words[-1] = _LAST_WORD.get(words[-1], words[-1])
    found = " ".join(words)
    return "" if found in _NO_PLACE or len(found) > LONGEST else found


def shown_as(place: str) -> str:
    """Return what a page shows: made from the words compared, never from what one person wrote."""
    return place[:1].upper() + place[1:]


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of erased words about one place: boxes that are filled, and how many times."""

    boxes: int = 0
    times: int = 0

    def __add__(self, other: "Left") -> "Left":
        return Left(self.boxes | other.boxes, self.times + other.times)


NOTHING_LEFT = Left()
Box = Callable[[str, UUID], int]


def is_enough(how_many: int) -> bool:
    """Say whether so many young people hide each one."""
    return how_many >= SMALLEST


def at_least(place: str, there: Iterable[TimeAway], left: Left, box: Box) -> int:
    """Return how many different young people were at a place at the least: those still named,
    and one for each box that none of them fills.
    """
    named = {each.young_person_id for each in there}
    filled = 0
    for each in named:
        filled |= box(place, each)
    return len(named) + (left.boxes & ~filled).bit_count()


def _no_box(place: str, young_person_id: UUID) -> int:
    return 0


def place_cells(
    times: Iterable[TimeAway],
    places: Mapping[UUID, Iterable[str]],
    left: Mapping[str, Left] | None = None,
    box: Box = _no_box,
) -> tuple[list[Cell], bool]:
    """Count the times away of a block by place, the most first, and say if there are others.

    A place stands for five young people or more; of the others not even the name is told, nor
    how many there are. `places` maps an episode to where it is written down that they were, `left`
    a place to what is left of words that were erased, `box` who fills which box there.
    """
    left = left or {}
    found: dict[str, list[TimeAway]] = defaultdict(list, {place: [] for place in left})
    for each in times:
        for place in set(places.get(each.episode_id, ())) if each.episode_id else ():
            found[place].append(each)
    made = []
    for place, some in found.items():
        gone = left.get(place, NOTHING_LEFT)
        if is_enough(at_least(place, some, gone, box)):
            made.append(Cell(place, to_five(len(some) + gone.times)))
    return sorted(made, key=lambda cell: (-(cell.times or 0), cell.value)), len(made) < len(found)


def who_was_there(
    place: str,
    times: Iterable[TimeAway],
    places: Mapping[UUID, Iterable[str]],
    left: Left = NOTHING_LEFT,
    box: Box = _no_box,
) -> Sequence[UUID] | None:
    """List the young people of a block who are still written down at a place; None if it may not
    be shown: fewer than five, or none.
    """
    there = [each for each in times if each.episode_id and place in places.get(each.episode_id, ())]
    if not is_enough(at_least(place, there, left, box)):
        return None
    return sorted({each.young_person_id for each in there})
