"""Versions of an organisation's own wording: how far one is, and what it is called."""

import re
from enum import StrEnum

OWN = "own-"
_NAME = re.compile(rf"{OWN}(\d{{1,6}})", re.ASCII)


class WordingState(StrEnum):
    """How far a version is. Whatever began with a replaced one finishes on it."""

    DRAFT = "draft"
    PUBLISHED = "published"
    REPLACED = "replaced"


def name_of(number: int) -> str:
    """Return what a plan or a worry keeps to say with which version it began."""
    return f"{OWN}{number}"


def number_of(name: str) -> int:
    """Return the number in such a name; 0 for one of our own sets, and for no name at all."""
    found = _NAME.fullmatch(name)
    return int(found[1]) if found else 0
