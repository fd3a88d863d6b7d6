"""The form in which what people type is compared: case, accents, scripts and noise taken away."""

import functools
import re
import unicodedata

MAX_CHARACTERS = 1600  # ten text messages: the provider's limit for one text

_SMILE = re.compile(r"[:;=]['-]?[)\]dp3](?![a-z0-9])|<3+", re.IGNORECASE)
_FROWN = re.compile(r"[:;=]['-]?[(\[/\\|](?![a-z0-9/])")
_APOSTROPHES = re.compile(r"['\u2018\u2019\u02bc\u00b4`\uff07]")
_WORD = re.compile(r"[a-z0-9]+")
# Letters that Unicode does not take apart, but people type for one another.
_ALIKE = {
    "\u0649": "\u064a",
    "\u0629": "\u0647",
    "\u06cc": "\u064a",
    "\u06a9": "\u0643",
    "\u0621": "",
    "\u0640": "",
    "\u0131": "i",
    "\u0142": "l",
    "\u00f8": "o",
    "\u0111": "d",
}


def fold(text: str) -> tuple[str, ...]:
    """Return the words of a text in the form in which they are compared.

    Case, accents, vowel marks, punctuation and invisible characters are dropped; digits of
    every script and full-width letters become plain ones; each emoji is a word of its own.
    """
    text = text[:MAX_CHARACTERS]
    text = _FROWN.sub(" \u2639 ", _SMILE.sub(" \u263a ", text))
    text = _APOSTROPHES.sub("", text)
    if text.isascii():
        return tuple(_WORD.findall(text.lower()))
    text = unicodedata.normalize("NFKD", text).casefold()
    return tuple("".join(map(_plain, unicodedata.normalize("NFKD", text))).split())


@functools.lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    if character in _ALIKE:
        return _ALIKE[character]
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.digit(character))
    if category[0] == "L":
        return character
    if category in ("Mn", "Me", "Mc", "Cf", "Sk"):
        return ""
    if category == "So" and not 0x2500 <= ord(character) < 0x25A0:
        return f" {character} "
    return " "
