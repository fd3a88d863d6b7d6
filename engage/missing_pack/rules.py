"""What may stand in a missing pack, in which order, and how a number is read aloud."""

import re
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum

from engage.people.rules import is_share_open

POLICE = "police"
TRIO = "trusted_people"
PHOTO = "photo"
# Facts that help to find somebody are adults' and belong to being missing: always in the pack.
ADULT_FACTS = "facts"
# How to meet them comes first: welfare before anything else. Source: S2, MISSION C41.
FIRST = ("treat_me",)
GROUP = 3
# What is dialled: at least six digits, whatever stands between them.
NUMBER = re.compile(r"\+?\d(?:[ ()/.-]*\d){5,}")


class Fact(StrEnum):
    """What is asked about today, one question a page. Source: MISSION C30."""

    LAST_SEEN = "last_seen"
    CLOTHES = "clothes"
    WITH_WHOM = "with_whom"
    PHONE = "phone"
    HEALTH = "health"


class Say(StrEnum):
    """What is read aloud on the phone, in the order in which an emergency operator asks: where,
    who, what happened, danger to life, how to know them, how to reach them, how to meet them.
    """

    WHERE = "where"
    WHO = "who"
    SINCE = "since"
    HEALTH = "health"
    LOOKS = "looks"
    CLOTHES = "clothes"
    WITH_WHOM = "with_whom"
    PHONE = "phone"
    MEET = "meet"
    CALL_BACK = "call_back"


def allowed_parts(
    choices: Mapping[str, str],
    present: Collection[str],
    offered: Iterable[str],
    *,
    override: Collection[str] = (),
) -> list[str]:
    """List the parts of the plan that may go to the police now, how to meet them first.

    `choices` maps a part to what the young person answered for the police; no answer is a no.
    `present` is what is noted about them now (away, danger). `override` names the parts that go
    in without a yes. Nothing that was not offered goes in, whoever names it.
    """
    found = [
        part
        for part in offered
        if part in override or (part in choices and is_share_open(choices[part], present))
    ]
    return sorted(found, key=lambda part: part not in FIRST)


def spelled(number: str) -> str:
    """Write a number so that it is read digit by digit: in threes from the end, and what is left
    over at the front alone. Signs that are no digits are left out, a leading plus is kept.
    """
    digits = [sign for sign in number if sign.isdigit()]
    head = len(digits) % GROUP
    groups = [digits[:head]] if head else []
    groups += [digits[at : at + GROUP] for at in range(head, len(digits), GROUP)]
    said = ", ".join(" ".join(group) for group in groups)
    return f"+ {said}" if number.strip().startswith("+") else said


def next_fact(known: Collection[str], after: str = "") -> Fact | None:
    """Return the next question that has no answer yet, or None; `after` was just asked."""
    order = list(Fact)
    start = order.index(Fact(after)) + 1 if after else 0
    return next((fact for fact in order[start:] if fact not in known), None)


def read_aloud(words: str) -> str:
    """Return a line with each number in it written out digit by digit behind it."""
    return NUMBER.sub(lambda found: f"{found[0]} ({spelled(found[0])})", words)
