"""Kind words: which ones blame, threaten or talk down, and what may never be asked for."""

import functools
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from engage.people.words import fold

TONES = Path(__file__).parent / "tones"
LANGUAGES = ("en", "cy", "es", "ar")
# What somebody writes who was given, or tries, the way into somebody else's account. Nobody may
# look that way. Source: MISSION C35, "never scraping or passwords".
_SECRET = re.compile(
    r"(?<!\w)(?:pass\s?words?|pass\s?codes?|pwd|pin code|log(?:ged)? ?in(?:to)? (?:as|with)|"
    r"fake (?:account|profile)|cyfrinair|cyfrineiriau|cyfrif ffug|contraseñas?|clave de acceso|"
    r"cuenta falsa|perfil falso|كلمة السر|كلمة المرور|كلمات السر|حساب مزيف|حساب وهمي)(?!\w)",
    re.IGNORECASE,
)


class Tone(StrEnum):
    """What is unkind about some words."""

    BLAME = "blame"
    THREAT = "threat"
    CONDESCENSION = "condescension"


@dataclass(frozen=True)
class Flag:
    """Words that may hurt, and how. A human reads it and may send all the same."""

    tone: Tone
    found: str


FINE = "fine"


@functools.cache
def phrases(locale: str) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Return the listed phrases of a language, each as folded words, the longest first."""
    listed = tomllib.loads((TONES / f"{locale}.toml").read_text())
    return {
        name: tuple(sorted({fold(each) for each in listed[name]}, key=lambda p: (-len(p), p)))
        for name in (*Tone, FINE)
    }


def flags_of(words: str, *, locale: str) -> list[Flag]:
    """List what in these words blames, threatens or talks down.

    In the language of the text, and in English in any case. The longest phrase at each place.
    """
    found: dict[Flag, None] = {}
    for language in dict.fromkeys((locale if locale in LANGUAGES else "en", "en")):
        listed = phrases(language)
        folded = _without(fold(words), listed[FINE])
        for tone in Tone:
            found |= dict.fromkeys(_found(folded, tone, listed[tone]))
    # "tu culpa" within "por tu culpa" is said once.
    flags = list(found)
    return [f for f in flags if not any(_is_within(f, other) for other in flags)]


def _without(folded: tuple[str, ...], fine: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Take "not your fault" out, and leave a gap that no phrase reaches across."""
    for phrase in fine:
        size = len(phrase)
        for at in range(len(folded) - size, -1, -1):
            if folded[at : at + size] == phrase:
                folded = (*folded[:at], "", *folded[at + size :])
    return folded


def _found(
    folded: tuple[str, ...], tone: Tone, listed: Iterable[tuple[str, ...]]
) -> Iterable[Flag]:
    for phrase in listed:
        size = len(phrase)
        if any(folded[at : at + size] == phrase for at in range(len(folded) - size + 1)):
            yield Flag(tone, " ".join(phrase))


def _is_within(flag: Flag, other: Flag) -> bool:
    return (
        flag is not other
        and flag.found != other.found
        and f" {flag.found} " in (f" {other.found} ")
    )


def asks_for_secrets(words: str) -> bool:
    """Say whether a note speaks of a password, or of looking in as somebody else."""
    return bool(_SECRET.search(words))
