"""What a case file is made of. Plain Python.

Source: issue 8 item 9; SAFETY 10 (this app is not the record: it is exported before it is erased),
SAFETY 5.3 (what an emergency opens is not exported).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

# So many happenings a PDF holds, the latest; the data holds them all. 2,000 took 200 MB to draw.
ON_PAPER = 1_500


class Chapter(StrEnum):
    """The parts of a case file, in their order. Each is gathered by itself."""

    PERSON = "person"
    PLAN = "plan"
    HAPPENED = "happened"
    TALKS = "talks"
    # Never beside what the young person said. Source: SAFETY 5, O46 and O47.
    APART = "apart"
    MEETINGS = "meetings"
    NEXT_STEPS = "next_steps"


@dataclass(frozen=True, slots=True)
class Said:
    """Words, and what they answer or whose they are (may be empty)."""

    about: str
    words: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a chapter, in words. `at` is an instant in UTC as text, `when` in words."""

    heading: str
    when: str = ""
    at: str = ""
    said: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """One chapter: its entries, and whether something in it is kept from the reader."""

    chapter: Chapter
    entries: tuple[Entry, ...] = ()
    is_cut: bool = False

    @property
    def on_paper(self) -> tuple[Entry, ...]:
        """Return what the PDF holds: of very many entries the latest."""
        return self.entries[-ON_PAPER:]

    @property
    def is_shortened(self) -> bool:
        """Say whether the PDF holds fewer than there are."""
        return len(self.entries) > ON_PAPER


def said(*pairs: tuple[object, object]) -> tuple[Said, ...]:
    """Return what has words, in order."""
    return tuple(Said(str(about or ""), str(words)) for about, words in pairs if words)


def as_data(written: Written) -> dict[str, Any]:
    """Return a chapter for other programs; what is empty is not there."""
    return {
        "left_out": written.is_cut,
        "entries": [dict(_filled(entry)) for entry in written.entries],
    }


def _filled(entry: Entry) -> Iterator[tuple[str, Any]]:
    yield "heading", entry.heading
    if entry.at:
        yield "at", entry.at
    if entry.when:
        yield "when", entry.when
    if entry.said:
        yield "said", [{"about": one.about, "words": one.words} for one in entry.said]


def count(chapters: Iterable[Written]) -> int:
    """Return how many entries a file holds."""
    return sum(len(chapter.entries) for chapter in chapters)
