"""Code words and not-OK words: kept only as blind indexes of their folded form."""

from engage.crypto import blind_index
from engage.people.words import fold

MAX_WORDS = 3  # in one code word
LOOKED_AT = 40  # words of a text: a code word stands near its start


def word_index(word: str) -> str | None:
    """Return the blind index of a code word or not-OK word, or None when nothing is left of it.

    The same for "Blue-bird", "blue bird" and "BLUE BIRD". Not bound to a person, so that a
    text from a borrowed phone can be matched; always look it up inside one organisation.
    """
    folded = " ".join(fold(word)[:MAX_WORDS])
    return blind_index("word", folded) if folded else None


def phrases(words: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Map the blind index of every run of one to three words to that run.

    Only the first LOOKED_AT words are looked at.
    """
    words = words[:LOOKED_AT]
    return {
        blind_index("word", " ".join(run)): run
        for length in range(1, MAX_WORDS + 1)
        for run in (words[at : at + length] for at in range(len(words) - length + 1))
    }
