"""The words of each language, as data: one TOML file a language, folded once when first used."""

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

from engage.people.words import fold

FILES = Path(__file__).parent
LISTS = (
    "ok", "ready_alone", "ready", "talk_alone", "talk", "sos", "not_ok", "negators", "harmless",
    "filler", "thanks", "stop", "stop_said_politely", "stop_phrases", "stop_fillers", "start",
    "yes", "no", "help", "info", "where", "where_not", "wrong_number",
)  # fmt: skip

Words = tuple[str, ...]


@dataclass(frozen=True)
class PhraseList:
    """Phrases of one meaning, found by their first word."""

    phrases: frozenset[Words]
    # First word -> lengths of the phrases that start with it, longest first.
    lengths: dict[str, tuple[int, ...]]

    def length_at(self, words: Words, at: int) -> int:
        """Return the length of the longest phrase that starts at this word, or 0."""
        for length in self.lengths.get(words[at], ()) if at < len(words) else ():
            if words[at : at + length] in self.phrases:
                return length
        return 0

    def __contains__(self, words: Words) -> bool:
        return words in self.phrases

    def stands_in(self, words: Words) -> bool:
        """Say whether one of the phrases stands anywhere in the words."""
        return any(self.length_at(words, at) for at in range(len(words)))

    def taken_from(self, words: Words) -> Words:
        """Return the words that are left when every phrase of the list is taken out."""
        left: list[str] = []
        at = 0
        while at < len(words):
            length = self.length_at(words, at)
            if not length:
                left.append(words[at])
            at += length or 1
        return tuple(left)


@dataclass(frozen=True)
class Lexicon:
    """The phrases of one language together with the signs of every language."""

    locale: str
    lists: dict[str, PhraseList]
    vocabulary: frozenset[str]


@functools.cache
def lexicon(locale: str) -> Lexicon:
    """Return the words of one language. Raises FileNotFoundError for a language without a file."""
    shared, own = _read("any"), _read(locale)
    unknown = sorted((shared.keys() | own.keys()) - set(LISTS))
    if unknown:
        raise ValueError(f"{locale}.toml: unknown list {unknown[0]}.")
    lists = {name: _phrase_list(shared.get(name, []) + own.get(name, [])) for name in LISTS}
    return Lexicon(
        locale=locale,
        lists=lists,
        vocabulary=frozenset(w for found in lists.values() for form in found.phrases for w in form),
    )


def _phrase_list(forms: list[str]) -> PhraseList:
    phrases = frozenset(folded for form in forms if (folded := fold(form)))
    lengths: dict[str, set[int]] = {}
    for phrase in phrases:
        lengths.setdefault(phrase[0], set()).add(len(phrase))
    return PhraseList(phrases, {w: tuple(sorted(n, reverse=True)) for w, n in lengths.items()})


def _read(name: str) -> dict[str, list[str]]:
    return tomllib.loads((FILES / f"{name}.toml").read_text("utf-8"))
