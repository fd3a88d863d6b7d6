"""Phone numbers as people type them, and as we keep them."""

import re
import unicodedata

import phonenumbers

LONGEST = 40


class NotANumber(ValueError):
    """What was typed cannot be a phone number."""


def parse_phone(typed: str, region: str) -> str:
    """Return the number as +, country code and digits, or raise NotANumber.

    `region` is the organisation's country ("GB"), used when no country code was typed.
    Takes spaces, dashes, brackets, "(0)" and the digits of every script. Only length and
    country are checked: the numbers kept free for drama are not in any plan, and a number
    proves itself when somebody reads back a code sent to it.
    """
    text = _plain_digits(typed.strip())
    if not text or len(text) > LONGEST or re.search(r"[^\d\s+()./\-\u2010-\u2015]", text):
        raise NotANumber(typed)
    try:
        number = phonenumbers.parse(text.replace("(0)", ""), region)
    except phonenumbers.NumberParseException:
        raise NotANumber(typed) from None
    whole = phonenumbers.ValidationResult.IS_POSSIBLE
    if phonenumbers.is_possible_number_with_reason(number) != whole or number.extension:
        raise NotANumber(typed)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _plain_digits(text: str) -> str:
    """Turn digits of every script into 0 to 9 and drop invisible marks of direction."""
    kept = []
    for character in unicodedata.normalize("NFKC", text):
        category = unicodedata.category(character)
        if category == "Nd":
            kept.append(str(unicodedata.digit(character)))
        elif category != "Cf":
            kept.append(character)
    return "".join(kept)


def mask_phone(number: str | None) -> str:
    """Return a number with only its last three digits, or an empty text. Source: SAFETY 5, O2."""
    return f"••• {number[-3:]}" if number else ""


def local_form(number: str, region: str) -> str:
    """Return a number the way people of that country write it."""
    parsed = phonenumbers.parse(number, None)
    own = phonenumbers.country_code_for_region(region) == parsed.country_code
    kind = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, kind.NATIONAL if own else kind.INTERNATIONAL)


def countries_of(number: str) -> frozenset[str]:
    """Return the countries a number may belong to, as two letters; none when it is no number.

    Several where they share a country code and nothing tells them apart: then all of them, but
    for +1, whose dear islands look like their neighbours. Source: SAFETY T21.
    """
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return frozenset()
    found = phonenumbers.region_code_for_number(parsed)
    if found is not None:
        return frozenset({found})
    if parsed.country_code in (None, 1):
        return frozenset()
    return frozenset(phonenumbers.region_codes_for_country_code(parsed.country_code or 0))
