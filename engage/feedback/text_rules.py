"""Reading feedback that comes as a text: "RATE 7KFR2 4 they listened".

Two mistakes are possible. What was meant to have no name may be taken for an ordinary text, which
people read with a name beside it; or an ordinary text may be taken for feedback, and nobody comes.
So a text is feedback when it holds a poster's code early on, or begins with the word and goes on as
only feedback does. A digit alone, or a sentence that happens to begin with the word, never is.
See docs/decisions/0161-feedback-by-text.md.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from engage.people.words import fold

# No vowel makes a word of it, no letter is read as a digit. It begins with a digit, as no British
# postcode does, and ends with one.
DIGITS, LETTERS = "234679", "cdfghjkmnprtvwx"
LETTERS_OF_CODE = 3
SCORES = frozenset("12345")
EARLY = 4  # words; a code further on is part of a sentence
MOST_PIECES = 9  # of a text: enough for the word, a code typed letter by letter, and a score

_CODE = re.compile(rf"[{DIGITS}][{LETTERS}]{{3}}[{DIGITS}]")
_CODE_AND_SCORE = re.compile(rf"({_CODE.pattern})([1-5])?")
_TWO_DIGITS = re.compile(r"\d.*\d", re.DOTALL)
_VOWEL = re.compile(r"[aeiouy]")


@dataclass(frozen=True, slots=True)
class Rating:
    """What a text says as feedback. Without a poster's code it can be kept nowhere."""

    code: str
    score: int | None
    words: str
    # The language of the word it began with; None without that word.
    locale: str | None

    @property
    def is_called(self) -> bool:
        """Say whether it began with the word for it: else only a code we know makes it feedback."""
        return self.locale is not None


def read(body: str, begins: Mapping[str, str]) -> Rating | None:
    """Read a text as feedback; None for every other text. `begins`: word, folded -> language."""
    pieces = body.split(maxsplit=MOST_PIECES)
    first = next((word for piece in pieces for word in fold(piece)), None)
    # Nearly every text ends here: a code has two digits.
    if first is None or not (first in begins or _TWO_DIGITS.search(body)):
        return None
    tokens = [(word, at) for at, piece in enumerate(pieces[:MOST_PIECES]) for word in fold(piece)]
    locale, tokens = _without_word(tokens, begins)
    found = _code_in(tokens, is_called=locale is not None)
    if found is not None:
        code, score, rest = found
        return _rating(code, score, rest, pieces, locale)
    if locale is None or not _is_attempt([word for word, _at in tokens]):
        return None
    # They left out the code, or mistyped it.
    rest = tokens if _begins_with_score(tokens) else tokens[1:]
    return _rating("", None, rest, pieces, locale)


Tokens = list[tuple[str, int]]


def _without_word(tokens: Tokens, begins: Mapping[str, str]) -> tuple[str | None, Tokens]:
    first, at = tokens[0]
    if first in begins:
        return begins[first], tokens[1:]
    # "RATE7KFR2": no space between.
    for word, locale in begins.items():
        if first.startswith(word) and _CODE_AND_SCORE.fullmatch(first[len(word) :]):
            return locale, [(first[len(word) :], at), *tokens[1:]]
    return None, tokens


def _code_in(tokens: Tokens, *, is_called: bool) -> tuple[str, str | None, Tokens] | None:
    """Return code, score typed together with it, and what follows."""
    for start in range(min(len(tokens), EARLY)):
        whole = _CODE_AND_SCORE.fullmatch(tokens[start][0])
        rest = tokens[start + 1 :]
        # "7KFR22 3" has a letter too many: which of them, nobody knows.
        if whole and not (whole[2] and _begins_with_score(rest)):
            return whole[1], whole[2], rest
    if not is_called:
        return None
    # "7 KFR 2", "7k fr2": only right behind the word.
    joined = ""
    for at, (word, _piece) in enumerate(tokens[: len("7kfr2")]):
        joined += word
        if _CODE.fullmatch(joined):
            return joined, None, tokens[at + 1 :]
    return None


def _is_attempt(words: list[str]) -> bool:
    """Say whether what follows the word can only be meant as feedback."""
    if not words:
        return True
    first = words[0]
    if first in SCORES:
        return True
    digits, size = sum(letter.isdigit() for letter in first), len(first)
    if digits == size or not digits:
        return False
    # "7kf2", "7kfr22", "kfr2"; not "2nite", "gr8", "m8".
    return (digits > 1 and 3 <= size <= 7) or (4 <= size <= 5 and not _VOWEL.search(first))


def _begins_with_score(tokens: Tokens) -> bool:
    return bool(tokens) and tokens[0][0] in SCORES


def _rating(
    code: str, score: str | None, rest: Tokens, pieces: list[str], locale: str | None
) -> Rating:
    if score is None and _begins_with_score(rest):
        score, rest = rest[0][0], _after_score(rest)
    return Rating(code, int(score) if score else None, _as_typed(rest, pieces), locale)


def _after_score(rest: Tokens) -> Tokens:
    # "4/5": out of five.
    (_score, piece), *others = rest
    if others and others[0][1] == piece and others[0][0].isdigit():
        return others[1:]
    return others


def _as_typed(rest: Tokens, pieces: list[str]) -> str:
    """Return the words that are left as they were typed, as far as whole pieces are left."""
    if not rest:
        return " ".join(pieces[MOST_PIECES:])
    first = rest[0][1]
    own = [word for word, at in rest if at == first]
    begun = own if len(own) < len(fold(pieces[first])) else [pieces[first]]
    return " ".join([*begun, *pieces[first + 1 :]])
