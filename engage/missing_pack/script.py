"""What is read aloud on the phone, from a pack as it was made."""

from collections.abc import Callable
from typing import Any

from engage.i18n import use_locale
from engage.missing_pack import wording
from engage.missing_pack.rules import FIRST, Fact, Say, read_aloud

Content = dict[str, Any]


def spoken(content: Content) -> list[tuple[str, list[str]]]:
    """Return titles and lines in the order in which they are asked for, in the pack's language,
    each number written out digit by digit. What nobody knows is said, not left out.
    """
    lines: dict[Say, Callable[[Content], list[str]]] = {
        Say.WHERE: lambda c: [_fact(c, Fact.LAST_SEEN)],
        Say.WHO: _who,
        Say.SINCE: lambda c: [f"{words}: {at}" for words, at in c["since"]],
        Say.HEALTH: lambda c: [_fact(c, Fact.HEALTH)],
        Say.LOOKS: lambda c: _lines(c["looks"]),
        Say.CLOTHES: lambda c: [_fact(c, Fact.CLOTHES)],
        Say.WITH_WHOM: lambda c: [_fact(c, Fact.WITH_WHOM)],
        Say.PHONE: lambda c: [_fact(c, Fact.PHONE)],
        Say.MEET: lambda c: _lines([part for part in c["parts"] if part["id"] in FIRST]),
        Say.CALL_BACK: _call_back,
    }
    with use_locale(content["locale"]):
        found = [(str(wording.SAY_TITLES[say]), lines[say](content)) for say in Say]
        return [(title, [read_aloud(line) for line in said]) for title, said in found if said]


def first_words(content: Content) -> str:
    """Return the sentence to begin with, in the pack's language."""
    with use_locale(content["locale"]):
        return str(wording.FIRST_WORDS)


def neutral_title(content: Content) -> str:
    """Return the title of the file, which says nothing."""
    with use_locale(content["locale"]):
        return str(wording.NEUTRAL_TITLE)


def _fact(content: Content, fact: Fact) -> str:
    known = {name: words for name, _, words in content["facts"]}
    return str(known.get(fact.value) or wording.NOT_KNOWN)


def _who(content: Content) -> list[str]:
    who = content["who"]
    if not who["born"]:
        return [who["name"]]
    return [who["name"], str(wording.BORN) % {"date": who["born"], "age": who["age"]}]


def _lines(parts: list[dict[str, Any]]) -> list[str]:
    points = [point for part in parts for said in part["said"] for point in said["points"]]
    return [
        ": ".join(words for words in (point["label"], ", ".join(point["lines"])) if words)
        for point in points
    ]


def _call_back(content: Content) -> list[str]:
    back = content["call_back"]
    named = {"name": back["owner"], "organisation": back["organisation"]}
    found = [str(wording.CALL_OWNER) % named, back["owner_phone"]]
    return [line for line in found if line]
