"""Reading what a program sends: one flat JSON object. What is wrong is named, field by field."""

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from engage.intake.arriving import Draft, clean
from engage.intake.rules import (
    MOST_CONTACT,
    MOST_NAME,
    MOST_REFERENCE,
    MOST_WORDS,
    About,
    Referrer,
    birth_problem,
    since_problem,
)
from engage.people.phones import NotANumber, parse_phone

LARGEST = 48 * 1024
FIELDS = {
    "reference": MOST_REFERENCE, "about": 20, "name": MOST_NAME, "birth_date": 10, "phone": 40,
    "since": 40, "words": MOST_WORDS, "contact": MOST_CONTACT,
}  # fmt: skip
NEEDED = ("reference", "about")
# So many problems are named; a body with more is not one of ours.
MOST_NAMED = 20
MOST_MEMBERS = 40
Problems = list[tuple[str, str]]


class BadBody(ValueError):
    """It cannot be taken; `problems` says what is wrong, as field and reason."""

    def __init__(self, problems: Problems):
        super().__init__(f"{len(problems)} problems")
        self.problems = problems[:MOST_NAMED]


def read_body(body: bytes, source: Referrer, *, region: str, now: datetime) -> Draft:
    """Read a referral, or raise BadBody with all that is wrong. `now` judges the times in it."""
    fields = _fields(_parsed(body))
    found: dict[str, Any] = {}
    problems: Problems = []
    for name, read in _readers(region, now).items():
        text = fields.get(name, "")
        try:
            found[name] = read(text) if text else None
        except ValueError as error:
            problems.append((name, str(error)))
    if not fields.get("words") and not fields.get("name"):
        problems.append(("words", "say something: words, a name, or both"))
    if problems:
        raise BadBody(problems)
    return Draft(
        source=source, words=fields.get("words", ""), name=fields.get("name", ""),
        reference=fields["reference"], contact=fields.get("contact", ""), **found,
    )  # fmt: skip


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadBody([("body", "is not UTF-8")]) from None
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except BadBody:
        raise
    except RecursionError:
        raise BadBody([("body", "is nested too deeply: send one flat object")]) from None
    except ValueError:
        raise BadBody([("body", "is not JSON")]) from None
    if not isinstance(found, dict):
        raise BadBody([("body", "is not a JSON object")])
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MOST_MEMBERS:
        raise BadBody([("body", f"has {len(pairs)} fields: at most {len(FIELDS)} are known")])
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise BadBody([(_shown(name), "stands here twice") for name in twice])
    return found


def _no_number(word: str) -> Any:
    raise BadBody([("body", f"{word} is not JSON")])


def _fields(found: dict[str, Any]) -> dict[str, str]:
    problems: Problems = []
    fields: dict[str, str] = {}
    for name, value in found.items():
        if name not in FIELDS:
            problems.append((_shown(name), f"is not a field: use {', '.join(FIELDS)}"))
        elif value is None:
            continue
        elif not isinstance(value, str):
            problems.append((name, "must be text"))
        elif clean(value.replace("\r\n", "\n")) != value.replace("\r\n", "\n"):
            problems.append((name, "holds signs that cannot be shown"))
        elif len(value) > FIELDS[name]:
            problems.append((name, f"is longer than {FIELDS[name]} signs"))
        else:
            fields[name] = value.replace("\r\n", "\n").strip()
    named = {name for name, _ in problems}
    for name in NEEDED:
        if name not in fields and name not in named:
            problems.append((name, "is missing"))
        elif name in fields and not fields[name]:
            problems.append((name, "is empty"))
    if problems:
        raise BadBody(problems)
    return fields


def _shown(name: str) -> str:
    return clean(name).replace("\n", " ")[:40] or "(empty)"


def _readers(region: str, now: datetime) -> dict[str, Callable[[str], Any]]:
    def about(text: str) -> About:
        if text not in set(About):
            raise ValueError(f"use one of: {', '.join(About)}")
        return About(text)

    def birth_date(text: str) -> date:
        try:
            born = date.fromisoformat(text)
        except ValueError:
            raise ValueError("write the date as 2010-12-31") from None
        if birth_problem(born, now.date()):
            raise ValueError("is not the date of birth of a young person")
        return born

    def phone(text: str) -> str:
        try:
            return parse_phone(text, region)
        except NotANumber:
            raise ValueError("is not a phone number") from None

    def since(text: str) -> datetime:
        try:
            at = datetime.fromisoformat(text)
            if at.tzinfo is None:
                raise ValueError("no offset")
            is_wrong = since_problem(at, now)
        except (ValueError, OverflowError):
            raise ValueError("write it as 2026-11-22T21:30:00+00:00") from None
        if is_wrong:
            raise ValueError("is still to come, or years ago")
        return at

    return {"about": about, "birth_date": birth_date, "phone": phone, "since": since}
