"""What an answer is made of: words, or parts such as lists with owners, times and dates."""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TIMES = ("morning", "afternoon", "evening", "night")
SLOTS = tuple(f"{day}-{time}" for day in DAYS for time in TIMES)
# Whoever does something in a plan is named by what they are to the young person, so that the
# next carer's name stands there after a move.
OWNERS = ("young_person", "carer", "worker", "out_of_hours", "trusted", "other")
MINUTES_MOST = 24 * 60
LINE_LIMIT = 200
AREA_LIMIT = 1000
ROWS_MOST = 12
_KIND = "parts"
_PHONE = re.compile(r"[+(]?[\d ()./+-]*\d[\d ()./+-]*")


class PartKind(StrEnum):
    """What one part of an answer holds."""

    LINE = "line"
    AREA = "area"
    PHONE = "phone"
    DATE = "date"
    MINUTES = "minutes"
    TICK = "tick"
    CHOICE = "choice"
    GRID = "grid"
    ROWS = "rows"
    ITEMS = "items"


class PartProblem(StrEnum):
    """Why a part cannot be kept as it was typed."""

    TOO_LONG = "too_long"
    NOT_A_CHOICE = "not_a_choice"
    NOT_A_DATE = "not_a_date"
    NOT_MINUTES = "not_minutes"
    NOT_A_PHONE = "not_a_phone"
    TOO_MANY = "too_many"
    NOT_THIS = "not_this"


@dataclass(frozen=True)
class Part:
    """One part of a question: a field, a list of rows, or things to tick off.

    `by` names the voices that are asked for it, none meaning all. Rows and items have `columns`;
    `choices` are the answers offered, the slots of a grid, or the things of a checklist.
    """

    key: str
    kind: PartKind
    limit: int = LINE_LIMIT
    choices: tuple[str, ...] = ()
    columns: tuple["Part", ...] = ()
    most: int = ROWS_MOST
    by: tuple[str, ...] = ()

    def is_for(self, voice: str) -> bool:
        """Say whether this voice is asked for this part."""
        return not self.by or voice in self.by

    @property
    def offered(self) -> tuple[str, ...]:
        """Return what may be picked here."""
        return SLOTS if self.kind is PartKind.GRID else self.choices


class BadPart(Exception):
    """A part that cannot be kept; `path` is where, such as `steps-2-what`."""

    def __init__(self, path: str, problem: PartProblem):
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


def plain_digits(typed: str) -> str:
    """Write digits of any script as 0 to 9: people type numbers as their phone offers them."""
    return "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in typed)


def encode(parts: Mapping[str, Any]) -> str:
    """Return parts as they are kept; no parts give an empty text."""
    if not parts:
        return ""
    content = {"kind": _KIND, "parts": parts}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def as_words(text: str) -> str:
    """Return typed words as they are kept: never to be taken for parts, whatever they say."""
    kept = clean(text)
    return kept.replace("{", "{ ", 1) if decode(kept) is not None else kept


def decode(content: str | None) -> dict[str, Any] | None:
    """Return the parts that `encode` wrote, or None for words, which stand as they were typed."""
    if not content or not content.startswith('{"kind":"parts"'):
        return None
    try:
        found = json.loads(content)
    except ValueError:
        return None
    parts = found.get("parts")
    return parts if isinstance(parts, dict) else None


def tidy(parts: Iterable[Part], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the given parts as they are kept: cleaned, in the question's order, empty ones left
    out. Raises BadPart at the first that cannot be kept; a part that was not asked is one.
    """
    wanted = list(parts)
    for key in given:
        if key not in {part.key for part in wanted}:
            raise BadPart(key, PartProblem.NOT_THIS)
    kept = {part.key: tidy_part(part, given.get(part.key), part.key) for part in wanted}
    return {key: value for key, value in kept.items() if value not in (None, "", [], {}, False)}


def tidy_part(part: Part, value: Any, path: str) -> Any:
    """Return one part as it is kept, None when it is empty; raises BadPart."""
    if value in (None, "", [], {}, False):
        return None
    if part.kind is PartKind.ROWS:
        return _rows(part, value, path)
    if part.kind is PartKind.ITEMS:
        return _items(part, value, path)
    if part.kind is PartKind.GRID:
        return _picked(part, value, path)
    if part.kind is PartKind.TICK:
        return True
    if part.kind is PartKind.MINUTES:
        return read_minutes(value, path)
    if not isinstance(value, str):
        raise BadPart(path, PartProblem.NOT_THIS)
    return _words(part, clean(value), path)


def _words(part: Part, text: str, path: str) -> str:
    if part.kind is PartKind.CHOICE and text not in part.choices:
        raise BadPart(path, PartProblem.NOT_A_CHOICE)
    if part.kind is PartKind.DATE and not _is_day(text):
        raise BadPart(path, PartProblem.NOT_A_DATE)
    if part.kind is PartKind.PHONE:
        text = plain_digits(text)
        if not is_phone(text):
            raise BadPart(path, PartProblem.NOT_A_PHONE)
    if part.kind in (PartKind.LINE, PartKind.PHONE):
        text = " ".join(text.split())
    if len(text) > part.limit:
        raise BadPart(path, PartProblem.TOO_LONG)
    return text


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).year >= 2000
    except ValueError:
        return False


def is_phone(typed: str) -> bool:
    """Say whether this could be dialled: three digits (999) to fifteen, as people write them."""
    typed = plain_digits(typed).strip()
    count = sum(c.isdigit() for c in typed)
    return bool(_PHONE.fullmatch(typed)) and 3 <= count <= 15


def read_minutes(typed: Any, path: str = "minutes") -> int:
    """Return a number of minutes, 1 to one day, or raise BadPart."""
    text = plain_digits(str(typed)).strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise BadPart(path, PartProblem.NOT_MINUTES)
    if not 0 < int(text) <= MINUTES_MOST:
        raise BadPart(path, PartProblem.NOT_MINUTES)
    return int(text)


def _rows(part: Part, value: Any, path: str) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise BadPart(path, PartProblem.NOT_THIS)
    rows = [_row(part, row, f"{path}-{at}") for at, row in enumerate(value)]
    kept = [row for row in rows if row]
    if len(kept) > part.most:
        raise BadPart(path, PartProblem.TOO_MANY)
    return kept


def _row(part: Part, row: Any, path: str) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise BadPart(path, PartProblem.NOT_THIS)
    found = {
        column.key: tidy_part(column, row.get(column.key), f"{path}-{column.key}")
        for column in part.columns
    }
    found = {key: kept for key, kept in found.items() if kept not in (None, "")}
    # An owner or a tick without a word beside it says nothing.
    weak = {c.key for c in part.columns if c.kind in (PartKind.CHOICE, PartKind.TICK)}
    return found if set(found) - weak else {}


def _items(part: Part, value: Any, path: str) -> dict[str, dict[str, Any]]:
    if not isinstance(value, dict) or set(value) - set(part.choices):
        raise BadPart(path, PartProblem.NOT_A_CHOICE)
    found = {}
    for item in part.choices:
        row = value.get(item) or {}
        if not isinstance(row, dict):
            raise BadPart(f"{path}-{item}", PartProblem.NOT_THIS)
        kept = {
            column.key: tidy_part(column, row.get(column.key), f"{path}-{item}-{column.key}")
            for column in part.columns
        }
        kept = {key: one for key, one in kept.items() if one not in (None, "")}
        if kept:
            found[item] = kept
    return found


def _picked(part: Part, value: Any, path: str) -> list[str]:
    if not isinstance(value, list) or not set(value) <= set(part.offered):
        raise BadPart(path, PartProblem.NOT_A_CHOICE)
    return [one for one in part.offered if one in value]


def moved_up(parts: Mapping[str, Any], key: str, at: int) -> dict[str, Any]:
    """Return the parts with one row of a list put a place earlier; out of range changes nothing."""
    rows = list(parts.get(key) or [])
    if 0 < at < len(rows):
        rows[at - 1], rows[at] = rows[at], rows[at - 1]
    return {**parts, key: rows}


def as_parts(content: str | None, parts: Iterable[Part]) -> dict[str, Any]:
    """Return what was answered, to fill a form: words from before the question had parts go,
    whole, into the first part that takes words.
    """
    found = decode(content)
    if found is not None or not content:
        return found or {}
    for part in parts:
        if part.kind in (PartKind.AREA, PartKind.LINE):
            return {part.key: content}
        if part.kind is PartKind.ROWS and part.columns:
            lines = [line.strip() for line in content.split("\n")]
            return {part.key: [{part.columns[0].key: line} for line in lines if line]}
    return {}


def slots_by_day(slots: Iterable[str]) -> dict[str, list[str]]:
    """Group the ticked times of a week by day, both in the order of the week."""
    found: dict[str, list[str]] = {}
    ticked = set(slots)
    for slot in SLOTS:
        day, _, time = slot.partition("-")
        if slot in ticked:
            found.setdefault(day, []).append(time)
    return found


@dataclass(frozen=True)
class Step:
    """One thing somebody would do. `owner` is one of OWNERS, or empty when nobody was named."""

    what: str
    owner: str = ""


def steps_of(content: str | None, key: str, owner: str = "") -> list[Step]:
    """Return the steps of a list, in order. Words from before lists had rows are one step each
    line. `owner` stands in where a row names nobody.
    """
    parts = decode(content)
    if parts is None:
        lines = (content or "").split("\n")
        return [Step(line.strip(), owner) for line in lines if line.strip()]
    rows = parts.get(key) or []
    return [Step(row["what"], row.get("who") or owner) for row in rows if row.get("what")]


def wait_of(content: str | None) -> timedelta | None:
    """Return how long was agreed to wait before others are told, or None if nothing was."""
    minutes = (decode(content) or {}).get("wait")
    return timedelta(minutes=minutes) if isinstance(minutes, int) else None


def clean(text: str) -> str:
    """Return the text as it is kept: one kind of line end, no invisible control characters.

    Marks that set the direction of writing stay, since names in another script need them.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return "".join(kept).strip()
