"""Phrases that a person must read at once, in every language that somebody may write in."""

import functools
import tomllib
from pathlib import Path

from engage.checkins.words import lexicon
from engage.feedback.rules import Phrases, by_first_word
from engage.i18n import LOCALES
from engage.people.words import fold

FILE = Path(__file__).parent / "grave.toml"
BY_TEXT = Path(__file__).parent / "rate.toml"


def folded(text: str) -> tuple[str, ...]:
    """Return the words of a text in the form in which phrases are compared."""
    words = text.split()
    parts = (" ".join(words[at : at + 40]) for at in range(0, len(words), 40))
    return tuple(word for part in parts for word in fold(part))


@functools.cache
def grave_phrases() -> Phrases:
    """Return every phrase of danger or harm, of all languages: people mix them.

    Those that a text is read by, and those that people write afterwards about what was done.
    """
    afterwards = tomllib.loads(FILE.read_text(encoding="utf-8"))
    found = {fold(phrase) for phrases in afterwards.values() for phrase in phrases}
    for locale in LOCALES:
        found |= lexicon(locale).lists["sos"].phrases
    return by_first_word(found)


@functools.cache
def beginnings() -> dict[str, str]:
    """Return the words that feedback by text begins with, folded, and the language of each."""
    return {
        folded(word)[0]: locale
        for locale, words in _by_text()["begins"].items()
        for word in words
    }  # fmt: skip


def beginning(locale: str) -> str:
    """Return the word to print, in capitals where the script has them."""
    return _by_text()["begins"][locale][0].upper()


@functools.cache
def urgent_phrases() -> Phrases:
    """Return what in a text is a reason for a person to read it now, besides `grave_phrases`."""
    words = [word for several in _by_text()["urgent"].values() for word in several]
    return by_first_word({fold(word) for word in words})


@functools.cache
def _by_text() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(BY_TEXT.read_text(encoding="utf-8"))
