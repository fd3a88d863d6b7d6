"""The plan's sentences by question, and an answer put into words in the language in use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from engage.i18n import LazyText, ngettext
from engage.i18n import lazy_gettext as _
from engage.questions.answer_rules import Part, PartKind, decode, slots_by_day
from engage.questions.rules import Question
from engage.questions.shipped import every_question
from engage.questions.wording_away import AWAY, PEOPLE
from engage.questions.wording_back import BACK, LOOKING, SHARING
from engage.questions.wording_kinds import PartWords, QuestionWords
from engage.questions.wording_parts import CHOICES, COLUMNS, DAYS, LIST, PARTS, TIMES
from engage.questions.wording_staying import ME, STAYING
from engage.web.when import local_words

QUESTIONS: dict[str, QuestionWords] = {
    **ME, **STAYING, **PEOPLE, **AWAY, **BACK, **LOOKING, **SHARING,
}  # fmt: skip
# For a question of an organisation's own, where only its id is known.
OWN_QUESTION = QuestionWords(
    title=_("A question from your team"), ask=_("A question from your team"), why=None
)
DAY_TIMES = _("%(day)s: %(times)s")
DONE_BY = _("%(what)s (%(who)s)")
GIVEN_ON = _("given on %(date)s")
LOW = _("needs filling up")
LISTED = _("%(first)s, %(second)s")


@dataclass(frozen=True)
class Line:
    """One line of an answer; `phone` is what a button beside it would ring."""

    words: str
    phone: str = ""


@dataclass(frozen=True)
class Told:
    """One part of an answer in words: what it is called, if anything, and its lines."""

    label: str
    lines: list[Line]
    is_list: bool = False


def words_of(question_id: str) -> QuestionWords:
    """Return our sentences of a question, or neutral ones for an organisation's own."""
    return QUESTIONS.get(question_id, OWN_QUESTION)


def part_words(question_id: str, key: str) -> PartWords:
    """Return what a part is called."""
    return PARTS.get((question_id, key), LIST)


def choice_words(question_id: str, key: str) -> Mapping[str, LazyText]:
    """Return the words of the answers offered in a part or in a column of this name."""
    return CHOICES.get(f"{question_id}_{key}") or CHOICES[key]


def column_words(key: str, number: int) -> str:
    """Return what a column of the numbered row is called."""
    words = COLUMNS[key]
    return str(words) % {"number": number} if key == "what" else str(words)


def told(question_id: str, content: str | None, voice: str | None = None) -> list[Told]:
    """Put what somebody answered into words, part by part, in the language in use.

    Words that were typed stay as they were typed. Parts we no longer know are left out.
    """
    parts = decode(content)
    if parts is None:
        return [Told("", [Line(content)])] if content else []
    question = every_question().find(question_id) or _OWN_LIST
    found = []
    for part in question.parts:
        lines = _lines(question_id, part, parts[part.key]) if part.key in parts else []
        if lines:
            label = str(part_words(question_id, part.key).for_voice(voice))
            found.append(Told(label, lines, part.kind in _LISTS))
    return found


def plain(question_id: str, content: str | None, voice: str | None = None) -> str:
    """Return the same as one text with a line for each point: for texts, prints, comparisons."""
    found = []
    for one in told(question_id, content, voice):
        mark = "• " if one.is_list else ""
        lines = [f"{mark}{_spoken(line)}" for line in one.lines]
        found.append("\n".join([*([one.label] if one.label else []), *lines]))
    return "\n".join(found)


def _spoken(line: Line) -> str:
    return str(DONE_BY) % {"what": line.words, "who": line.phone} if line.phone else line.words


_LISTS = (PartKind.ROWS, PartKind.ITEMS, PartKind.GRID)
_OWN_LIST = Question(
    "", kind=every_question().questions[0].kind, element="", source="",
    parts=(Part("list", PartKind.ROWS, columns=(Part("what", PartKind.LINE),)),),
)  # fmt: skip


def _lines(question_id: str, part: Part, value: Any) -> list[Line]:
    if part.kind is PartKind.ROWS:
        return [_row(question_id, part, row) for row in value]
    if part.kind is PartKind.ITEMS:
        words = choice_words(question_id, part.key)
        return [Line(_with(str(words[item]), _marks(row))) for item, row in value.items()]
    if part.kind is PartKind.GRID:
        return [
            Line(str(DAY_TIMES) % {"day": DAYS[day], "times": _joined([str(TIMES[t]) for t in at])})
            for day, at in slots_by_day(value).items()
        ]
    if part.kind is PartKind.CHOICE:
        return [Line(str(choice_words(question_id, part.key).get(value, value)))]
    if part.kind is PartKind.MINUTES:
        return [Line(ngettext("%(num)s minute", "%(num)s minutes", value))]
    return [Line(str(value))]


def _row(question_id: str, part: Part, row: Mapping[str, Any]) -> Line:
    said, more = [], _marks(row)
    for column in part.columns:
        value = row.get(column.key)
        if not value or column.key in ("has", "low", "given_on", "phone"):
            continue
        if column.kind is PartKind.CHOICE:
            more.append(str(choice_words(question_id, column.key).get(value, value)))
        else:
            said.append(str(value))
    words, phone = ": ".join(said), str(row.get("phone") or "")
    return Line(_with(words or phone, more), phone if words else "")


def day_words(day: date) -> str:
    """Write a day in the language in use: 22 November 2026."""
    return local_words(datetime.combine(day, time(12), UTC), "d MMMM y")


def _marks(row: Mapping[str, Any]) -> list[str]:
    found = []
    if row.get("given_on"):
        found.append(str(GIVEN_ON) % {"date": day_words(date.fromisoformat(row["given_on"]))})
    if row.get("low"):
        found.append(str(LOW))
    return found


def _with(what: str, more: list[str]) -> str:
    return str(DONE_BY) % {"what": what, "who": _joined(more)} if more else what


def _joined(found: list[str]) -> str:
    text = found[0]
    for one in found[1:]:
        text = str(LISTED) % {"first": text, "second": one}
    return text
