"""Phrases that a person must read at once, in every language that somebody may write in."""

import functools
import tomllib
from pathlib import Path

from engage.checkins.words import lexicon
from engage.feedback.rules import Phrases, by_first_word
from engage.i18n import LOCALES
from engage.people.words import fold

FILE = Path(__file__).parent / "grave.toml"


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
