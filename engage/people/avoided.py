"""Words that Engage does not use: one list for every language (`words_to_avoid.toml`)."""

import functools
import re
import tomllib
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any

from engage.people.words import fold


@functools.cache
def _lists() -> Mapping[str, Mapping[str, list[str]]]:
    text = resources.files("engage.people").joinpath("words_to_avoid.toml").read_text("utf-8")
    lists: dict[str, Any] = tomllib.loads(text)
    return lists


@functools.cache
def _pattern(kind: str) -> re.Pattern[str]:
    words = [word for each in _lists()[kind].values() for word in each]
    if kind == "names":
        return re.compile("|".join(words), re.IGNORECASE)
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)


def labels_in(text: str) -> list[str]:
    """List the words in a text that label or blame; every language's list counts everywhere."""
    said = _pattern("names").sub("", text)
    return [found.group() for found in _pattern("labels").finditer(said)]


def telling_words() -> Mapping[str, tuple[str, ...]]:
    """Return, by language, what tells somebody looking on what a text is about."""
    return {code: tuple(words) for code, words in _lists()["telling"].items()}


def telling_in(text: str, locales: Iterable[str] | None = None) -> list[str]:
    """List what in a text would tell somebody looking on; in every language unless some are
    named. Accents and capitals do not matter.
    """
    folded = fold(text)
    wanted = _lists()["telling"] if locales is None else {"en", *locales}
    listed = [word for code, words in telling_words().items() if code in wanted for word in words]
    return [word for word in listed if _stands_in(fold(word), folded)]


def _stands_in(parts: tuple[str, ...], folded: tuple[str, ...]) -> bool:
    size = len(parts)
    return any(folded[at : at + size] == parts for at in range(len(folded) - size + 1))
