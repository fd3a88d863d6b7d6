"""Whose an unmatched text may be: whom a worker may choose from, also in a house of thousands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from engage.checkins.rules import is_named
from engage.people.access import Viewer
from engage.people.models import YoungPerson
from engage.people.queries import young_people
from engage.people.words import fold

# A list to choose from, on a phone, for each text of the board. Names are sealed: beyond so many
# that are opened, the page says what to type.
MOST_OFFERED, MOST_OPENED = 200, 5_000


@dataclass(frozen=True, slots=True)
class Choice:
    """Who may be chosen, by name; `is_cut`: there are more, to be found by name."""

    people: Sequence[YoungPerson]
    is_cut: bool


def choice(viewer: Viewer, texts: Iterable[str], typed: str, *, now: datetime) -> Choice:
    """Offer everybody the viewer may see; where they are too many, whom a text or `typed` names."""
    everybody = young_people(viewer, now=now, limit=MOST_OPENED)
    if len(everybody) <= MOST_OFFERED:
        return Choice(everybody, is_cut=False)
    sought = fold(typed)
    if sought:
        found = [each for each in everybody if _fits(sought, fold(str(each.name)))]
    else:
        said = list(texts)
        found = [each for each in everybody if any(is_named(one, str(each.name)) for one in said)]
    return Choice(found[:MOST_OFFERED], is_cut=True)


def _fits(sought: Sequence[str], name: Sequence[str]) -> bool:
    """Say whether each word that was typed begins one of the name's."""
    return all(any(word.startswith(part) for word in name) for part in sought)
