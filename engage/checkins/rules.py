"""What a text means: plain rules over words kept as data, one file a language.

Two things matter more than understanding much. A text that raises concern is never read as
"fine", and a text that is not certainly an opt-out is never treated as one: it goes to a human.
"""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from engage.checkins.words import Lexicon, Words, lexicon
from engage.people.words import fold
from engage.places.plus_codes import find_full
from engage.places.rules import find_position

LANGUAGES = ("en", "cy", "es", "ar")
NEAR = 3  # words between "not" and the good word it turns around
OFTEN = 2  # words of a keyword
LONGEST_POSITION = 120  # letters of a map link
SHORT = 6  # words; up to here "not" turns a good word around wherever it stands

_POSTCODE = re.compile(r"[a-z]{1,2}\d[a-z\d]?\d[a-z]{2}")  # United Kingdom, spaces taken out
_RUN = re.compile(r"(.)\1{2,}")
_LAST_RUN = re.compile(r"(.)\1+$")
_ANY_RUN = re.compile(r"(.)\1+")
_PAIR = re.compile(r"(.)\1")


class Kind(StrEnum):
    """What was sent. Declared in order of weight: the first one that fits wins."""

    SOS = "sos"
    NOT_OK = "not_ok"
    STOP = "stop"
    START = "start"
    HELP = "help"
    INFO = "info"
    WRONG_NUMBER = "wrong_number"
    CHOICE = "choice"
    READY = "ready"
    TALK = "talk"
    WHERE = "where"
    OK = "ok"
    YES = "yes"
    NO = "no"
    THANKS = "thanks"
    FREE = "free"


class Belief(IntEnum):
    """How far we believe that the young person sent it. Source: SAFETY 2."""

    V0 = 0
    V1 = 1
    V2 = 2
    V3 = 3


RAISES = frozenset({Kind.SOS, Kind.NOT_OK, Kind.HELP})
DIGITS = {"1": Kind.OK, "2": Kind.READY, "3": Kind.TALK, "9": Kind.SOS}
_WEIGHT = {kind: weight for weight, kind in enumerate(Kind)}


@dataclass(frozen=True)
class Meaning:
    """What a text means, and the language of the word that said so."""

    kind: Kind
    locale: str
    choice: int | None = None
    place: str = ""

    @property
    def raises_concern(self) -> bool:
        """Say whether this alone is a reason to worry; needs no proof."""
        return self.kind in RAISES

    @property
    def lowers_concern(self) -> bool:
        """Say whether this claims that all is well; believed only as far as its proof."""
        return self.kind is Kind.OK


def understand(
    text: str,
    locale: str = "en",
    *,
    is_stopped: bool = False,
    choices: int = 0,
    without: Sequence[Words] = (),
) -> Meaning:
    """Say what a text means.

    `locale` is the sender's own language: it wins where a word belongs to several.
    `is_stopped`: texts to this number are off, so a bare "yes" turns them on again.
    `choices`: how many numbered answers the last question offered; 0 without a question.
    `without`: words that were recognised already (a code word) and say nothing more.
    """
    words = fold(text)
    for phrase in without:
        words = _cut(words, phrase)
    if not words:
        return Meaning(Kind.OK if without else Kind.FREE, locale)
    digit = _digit(words, locale, choices)
    if digit:
        return digit
    # Most texts are a keyword or two. What holds more is nobody's business once it is read.
    if len(words) <= OFTEN and not without:
        meaning = _remembered(words, locale, is_stopped)
    else:
        meaning = _weigh(words, locale, is_stopped)
    if meaning.kind in (Kind.FREE, Kind.WHERE) and is_position(text):
        return Meaning(Kind.WHERE, meaning.locale, place=text.strip()[:LONGEST_POSITION])
    return meaning


def is_position(text: str) -> bool:
    """Say whether a text shares where somebody is: a Plus Code, or a map link with numbers."""
    return bool(find_full(text) or find_position(text))


def _weigh(words: Words, locale: str, is_stopped: bool) -> Meaning:
    order = [locale, *(code for code in LANGUAGES if code != locale)]
    readings = [(code, _known(words, lexicon(code))) for code in order if code in LANGUAGES]
    best = max(_coverage(known, lexicon(code)) for code, known in readings)
    found = [
        (_read(known, lexicon(code), is_stopped, _coverage(known, lexicon(code)) == best), code)
        for code, known in readings
    ]
    kind, code = min(found, key=lambda pair: _WEIGHT[pair[0]])
    if kind is Kind.FREE and len(words) <= 2 and _POSTCODE.fullmatch("".join(words)):
        return Meaning(Kind.WHERE, locale, place=" ".join(words))
    if kind is Kind.WHERE:
        return Meaning(kind, code, place=_place(words, lexicon(code)))
    return Meaning(kind, locale if kind is Kind.FREE else code)


_remembered = functools.lru_cache(maxsize=1024)(_weigh)


def _cut(words: Words, phrase: Words) -> Words:
    for at in range(len(words) - len(phrase) + 1):
        if words[at : at + len(phrase)] == phrase:
            return words[:at] + words[at + len(phrase) :]
    return words


def _digit(words: Words, locale: str, choices: int) -> Meaning | None:
    lists = lexicon(locale if locale in LANGUAGES else "en").lists
    bare = lists["filler"].taken_from(words) if len(words) > 1 else words
    if len(bare) != 1 or len(bare[0]) != 1 or not bare[0].isdigit():
        return None
    number = int(bare[0])
    if 1 <= number <= choices:
        return Meaning(Kind.CHOICE, locale, choice=number)
    kind = DIGITS.get(bare[0])
    return Meaning(kind, locale) if kind else None


def _known(words: Words, lex: Lexicon) -> Words:
    return tuple(word if word in lex.vocabulary else _shortened(word, lex) for word in words)


def _shortened(word: str, lex: Lexicon) -> str:
    # "okkkk", "heeelp", "readyy": people hold a key down when they mean it.
    if not _PAIR.search(word):
        return word
    for pattern in (_RUN, _LAST_RUN, _ANY_RUN):
        for replacement in (r"\1\1", r"\1"):
            shorter = pattern.sub(replacement, word)
            if shorter in lex.vocabulary:
                return shorter
    return word


def _coverage(words: Words, lex: Lexicon) -> int:
    return sum(word in lex.vocabulary for word in words)


def _read(words: Words, lex: Lexicon, is_stopped: bool, is_its_language: bool) -> Kind:
    """Read a text by the words of one language.

    Only the language that knows most of the words may read a negation: "la" and "no" mean
    different things in different languages, while words of danger count in every one.
    """
    lists = lex.lists
    worrying = lists["harmless"].taken_from(words)
    if lists["sos"].stands_in(worrying):
        return Kind.SOS
    if lists["not_ok"].stands_in(worrying) and not _is_opt_out(words, lex):
        return Kind.NOT_OK
    alone = _read_alone(words, lex, is_stopped)
    if alone:
        return alone
    signs = _signs(words, lex)
    if "negator" in signs:
        return Kind.NOT_OK if is_its_language and _turns_good_around(signs) else Kind.FREE
    if lists["ready"].stands_in(words):
        return Kind.READY
    if lists["talk"].stands_in(words):
        return Kind.TALK
    if _asks_where(words, lex):
        return Kind.WHERE
    if "unknown" not in signs and "ok" in signs:
        return Kind.OK
    return Kind.FREE


def _read_alone(words: Words, lex: Lexicon, is_stopped: bool) -> Kind | None:
    """Read what counts only when it is the whole text."""
    lists = lex.lists
    if _is_opt_out(words, lex):
        return Kind.STOP
    if words in lists["start"] or (is_stopped and words in lists["yes"]):
        return Kind.START
    for name in ("help", "info", "wrong_number", "yes", "no"):
        if words in lists[name]:
            return Kind(name)
    if words in lists["ok"]:
        return Kind.OK
    if not lists["thanks"].taken_from(words):
        return Kind.THANKS
    bare = lists["filler"].taken_from(words)
    for name, kind in (("ready_alone", Kind.READY), ("talk_alone", Kind.TALK)):
        if words in lists[name] or bare in lists[name]:
            return kind
    if lists["filler"].taken_from(words) in lists["wrong_number"]:
        return Kind.WRONG_NUMBER
    return None


def _is_opt_out(words: Words, lex: Lexicon) -> bool:
    # "END" alone is an opt-out because the carrier makes it one; "end please" may be anything.
    # Source: MISSION 2.1 and F5.2 (47 CFR 64.1200(a)(10): any reasonable wording counts).
    lists = lex.lists
    if words in lists["stop"] or words in lists["stop_phrases"]:
        return True
    bare = lists["stop_fillers"].taken_from(words)
    return bare in lists["stop_said_politely"] or bare in lists["stop_phrases"]


def _signs(words: Words, lex: Lexicon) -> list[str]:
    """Name what each part of a text is: ok, negator, filler or unknown, longest phrase first."""
    signs: list[str] = []
    at = 0
    while at < len(words):
        length, sign = 0, "unknown"
        for name in ("ok", "harmless", "filler", "negators"):
            found = lex.lists[name].length_at(words, at)
            if found > length:
                length, sign = found, name
        signs.append({"harmless": "filler", "negators": "negator"}.get(sign, sign))
        at += length or 1
    return signs


def _turns_good_around(signs: list[str]) -> bool:
    good = [at for at, sign in enumerate(signs) if sign == "ok"]
    turned = [at for at, sign in enumerate(signs) if sign == "negator"]
    if len(signs) <= SHORT:
        return bool(good)
    return any(0 < there - here <= NEAR for here in turned for there in good)


def _asks_where(words: Words, lex: Lexicon) -> bool:
    length = lex.lists["where"].length_at(words, 0)
    if not length:
        return False
    return (len(words) == length or lex.lists["where_not"].length_at(words, length) == 0) and len(
        words
    ) - length <= SHORT


def _place(words: Words, lex: Lexicon) -> str:
    return " ".join(words[lex.lists["where"].length_at(words, 0) :])


def is_named(words: str, name: str) -> bool:
    """Say whether a text holds somebody's first name: a hint for a human, never a proof."""
    first = fold(name.split()[0]) if name.split() else ()
    said = fold(words)
    length = len(first)
    return bool(first) and any(
        said[at : at + length] == first for at in range(len(said) - length + 1)
    )


def believe(*, known_number: bool, shared_number: bool, word_matches: bool) -> Belief:
    """Say how far a text is believed to come from the young person. Source: SAFETY 2.

    A registered number that only they use, or their word from another phone: V1. Both: V2.
    A shared number alone says nothing about who of its users wrote: V0.
    """
    own_number = known_number and not shared_number
    if word_matches:
        return Belief.V2 if known_number else Belief.V1
    return Belief.V1 if own_number else Belief.V0
