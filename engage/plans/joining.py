"""How "and" sounds before the last of several names."""

import re

from engage.i18n import current_locale, in_a_row, stand_alone

# What it becomes, and before which sounds: Welsh "ac" before a vowel, Spanish "e" before an i,
# but not before ie. Source: both languages' grammars; the English sentence has one form.
SOUNDS = {
    "cy": (re.compile("[aeiouwyâêîôûŵŷ]", re.IGNORECASE), " a ", " ac "),
    "es": (re.compile("h?[ií](?![aeouáéóú])", re.IGNORECASE), " y ", " e "),
}


def join(sentence: str, found: list[str]) -> str:
    """Fill `first` and `last` of a sentence such as "%(first)s and %(last)s" in this language."""
    if current_locale() in SOUNDS:
        sound, plain, other = SOUNDS[current_locale()]
        if sound.match(found[-1]):
            sentence = sentence.replace(plain, other)
    return sentence % {"first": in_a_row(found[:-1]), "last": stand_alone(found[-1])}
