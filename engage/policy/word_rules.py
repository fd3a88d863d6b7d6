"""What people of a place call those in our sentences: a caregiver, a caseworker. Plain Python."""

import functools
import re
from collections.abc import Mapping
from typing import Any

# One, and several, as our English sentences say it. The other languages have one word for all
# places where we speak them.
TERMS: Mapping[str, tuple[str, str]] = {
    "carer": ("carer", "carers"),
    "social_worker": ("social worker", "social workers"),
    "interview": ("return interview", "return interviews"),
}
# What is typed into a sentence, such as %(carer)s, is no word of it.
_FOUND = {
    name: re.compile(rf"(?<!%\()\b(?:(an?) )?({many}|{one})\b", re.IGNORECASE)
    for name, (one, many) in TERMS.items()
}
LOOKED_FOR = " ".join(found.pattern for found in _FOUND.values())
_WORD = re.compile(r"[a-z]+(?:[ -][a-z]+){0,3}")
LONGEST = 30


def word_faults(data: Any) -> list[tuple[str, str]]:
    """List what is wrong with the words of a pack: (key, problem)."""
    if not isinstance(data, Mapping):
        return [("", "must be a table, begun with [words]")]
    found = []
    for name, said in data.items():
        if name not in TERMS:
            found.append((name, f"is not known. Known are: {', '.join(sorted(TERMS))}"))
        elif not (isinstance(said, list) and len(said) == 2 and all(map(_is_word, said))):
            found.append((name, 'must be one and several, like ["caregiver", "caregivers"]'))
    return found


def _is_word(said: Any) -> bool:
    return isinstance(said, str) and len(said) <= LONGEST and bool(_WORD.fullmatch(said))


def build_words(data: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Return the words of a pack from data without faults."""
    return {name: (one, many) for name, (one, many) in data.items()}


@functools.lru_cache(maxsize=8192)
def may_be_said_otherwise(sentence: str) -> bool:
    """Say whether a place could have its own word for something in a sentence."""
    return any(found.search(sentence) for found in _FOUND.values())


def in_words_of(words: Mapping[str, tuple[str, str]], sentence: str) -> str:
    """Return an English sentence of ours as a place would say it. What people wrote is never
    given to this.
    """
    for name, (one, many) in words.items():
        _, ours = TERMS[name]

        def put(at: re.Match[str], one: str = one, many: str = many, ours: str = ours) -> str:
            new = many if at[2].lower() == ours else one
            new = new.capitalize() if at[2][0].isupper() else new
            if not at[1]:
                return new
            article = "an" if new[0].lower() in "aeiou" else "a"
            return f"{article.capitalize() if at[1][0].isupper() else article} {new}"

        sentence = _FOUND[name].sub(put, sentence)
    return sentence
