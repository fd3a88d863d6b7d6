"""The form of one question: a field for words, or a field for each of its parts.

Fields of parts are named by their place: `p-wait`, `p-steps-2-what`, `p-bag-charger-has`.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField

from engage.plans.labels import CHOOSE, PART_PROBLEMS, YOUR_WORDS, slot_words
from engage.plans.models import PlanDraft, Voice
from engage.questions.answer_rules import (
    AREA_LIMIT,
    SLOTS,
    BadPart,
    Part,
    PartKind,
    PartProblem,
    as_parts,
    tidy_part,
)
from engage.questions.rules import Question
from engage.questions.wording import choice_words, column_words, part_words
from engage.web.forms import Choices, Form, ManyChoices, Select, TextArea, TextField, Tick

BLANK_ROWS, MORE_ROWS = 2, 3
_DRAFT_FIELDS = 400


class TurnForm(Form):
    """What every answer brings: what the writer had before their eyes, and whose words it is."""

    revision = HiddenField(default="0")
    mark = HiddenField(default="")
    voice = HiddenField(default=Voice.YOUNG_PERSON)

    @property
    def seen_revision(self) -> int:
        """Return the revision the writer saw; 0 when the field was tampered with."""
        sent = self.revision.data or ""
        return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 9 else 0

    def is_from_old_page(self) -> bool:
        """Say whether the form came from a page opened before the last sign-in, and forgive it:
        the page is shown again with the words in it, to be sent once more.
        """
        is_old = bool(self.csrf_token.errors)
        self.csrf_token.errors = []
        return is_old


class AnswerForm(TurnForm):
    """An answer in somebody's own words."""

    text = TextArea(YOUR_WORDS, rows=6)

    def fill(self, content: str) -> None:
        """Show what is written."""
        self.text.data = content

    def given(self) -> str:
        """Return what was typed."""
        return self.text.data or ""

    def say_bad_part(self, path: str, problem: PartProblem) -> None:
        """Say what is wrong with the words."""
        self.say("text", str(PART_PROBLEMS[problem]))

    def say_empty(self, words: str) -> None:
        """Ask for words."""
        self.say("text", words)


class PartsForm(TurnForm):
    """An answer in parts. `asked` are the parts, `places` each field's part by its name."""

    asked: ClassVar[tuple[Part, ...]] = ()
    places: ClassVar[dict[str, Part]] = {}
    sizes: ClassVar[dict[str, int]] = {}

    def fill(self, content: str) -> None:
        """Show what is written."""
        parts = as_parts(content, self.asked)
        for name, part in self.places.items():
            value = _value_at(parts, name.split("-")[1:])
            if value is not None:
                self[name].data = str(value) if part.kind is PartKind.MINUTES else value

    def given(self) -> dict[str, Any]:
        """Return what was typed, part by part, rows as they stand on the page."""
        found: dict[str, Any] = {}
        for part in self.asked:
            if part.kind is PartKind.ROWS:
                size = range(self.sizes[part.key])
                found[part.key] = [self._row(part, f"p-{part.key}-{at}") for at in size]
            elif part.kind is PartKind.ITEMS:
                found[part.key] = {i: self._row(part, f"p-{part.key}-{i}") for i in part.choices}
            else:
                found[part.key] = self[f"p-{part.key}"].data
        return found

    def _row(self, part: Part, start: str) -> dict[str, Any]:
        return {column.key: self[f"{start}-{column.key}"].data for column in part.columns}

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each part by the rules it is kept by, so that all is said at once."""
        is_valid = bool(super().validate(extra_validators))
        for name, part in self.places.items():
            if self[name].errors:
                continue
            try:
                tidy_part(part, self[name].data, name)
            except BadPart as bad:
                self.say(name, str(PART_PROBLEMS[bad.problem]))
                is_valid = False
        return is_valid

    def say_bad_part(self, path: str, problem: PartProblem) -> None:
        """Say what is wrong with a part as a whole, beside its first field."""
        names = [name for name in self.places if name.startswith(f"p-{path}")]
        self.say((names or list(self.places))[0], str(PART_PROBLEMS[problem]))

    def say_empty(self, words: str) -> None:
        """Ask for anything at all."""
        self.say(next(iter(self.places)), words)


def answer_form(
    asked: Question,
    voice: Voice | None,
    sent: MultiDict[str, str] | None = None,
    *,
    content: str = "",
    more: str = "",
) -> AnswerForm | PartsForm:
    """Return the form of a question for one voice: as it was sent, or to fill in. `content` is
    what is written so far, `more` the list that needs more lines.
    """
    form: AnswerForm | PartsForm
    if not asked.parts:
        form = AnswerForm(formdata=sent)
        form.text.limit = asked.limit
    else:
        form = _parts_form(asked, voice or Voice.YOUNG_PERSON, sent, content, more)
    if sent is None:
        form.fill(content)
    return form


def _parts_form(
    asked: Question, voice: Voice, sent: MultiDict[str, str] | None, content: str, more: str
) -> PartsForm:
    parts = asked.parts_for(voice)
    written = as_parts(content, parts)
    sizes = {
        part.key: _size(part, written.get(part.key) or [], sent, more)
        for part in parts
        if part.kind is PartKind.ROWS
    }
    places, fields = {}, {}
    for name, part, number in _places(parts, sizes):
        places[name] = part
        fields[name] = _field(asked.id, part, voice, number, is_column=number > 0)
    members = {**fields, "asked": parts, "places": places, "sizes": sizes}
    form: PartsForm = type("AskedForm", (PartsForm,), members)(formdata=sent)
    return form


def _size(part: Part, rows: list[Any], sent: MultiDict[str, str] | None, more: str) -> int:
    if sent is not None:
        found = (re.match(rf"p-{part.key}-(\d{{1,2}})-", name) for name in sent)
        size = max((int(match[1]) + 2 for match in found if match), default=1)
    else:
        size = len(rows) + (MORE_ROWS if more == part.key or not rows else BLANK_ROWS - 1)
    # One more than may be kept, so that one too many is said and not cut off.
    return min(size, part.most + 1 if sent is not None else part.most)


def _places(parts: tuple[Part, ...], sizes: Mapping[str, int]) -> Iterator[tuple[str, Part, int]]:
    for part in parts:
        if part.kind is PartKind.ROWS:
            rows = [(str(at), at + 1) for at in range(sizes[part.key])]
        elif part.kind is PartKind.ITEMS:
            rows = [(item, 1) for item in part.choices]
        else:
            yield f"p-{part.key}", part, 0
            continue
        for row, number in rows:
            for column in part.columns:
                yield f"p-{part.key}-{row}-{column.key}", column, number


def _field(question_id: str, part: Part, voice: Voice, number: int, *, is_column: bool) -> Field:
    words = part_words(question_id, part.key)
    label: Any = words.for_voice(voice)
    hint: Any = words.hint or ""
    if is_column:
        label, hint = column_words(part.key, number), ""
    if part.kind is PartKind.AREA:
        return TextArea(label, hint=hint, limit=part.limit or AREA_LIMIT, rows=4)
    if part.kind is PartKind.TICK:
        return Tick(label)
    if part.kind is PartKind.GRID:
        return ManyChoices(label, choices=[(slot, slot_words(slot)) for slot in SLOTS])
    if part.kind is PartKind.CHOICE:
        offered = choice_words(question_id, part.key)
        choices = [(one, offered[one]) for one in part.choices]
        if is_column:
            return Select(label, choices=[("", CHOOSE), *choices])
        return Choices(label, hint=hint, choices=choices)
    kind = {PartKind.PHONE: "tel", PartKind.MINUTES: "tel", PartKind.DATE: "date"}
    return TextField(label, hint=hint, limit=part.limit, kind=kind.get(part.kind, "text"))


def _value_at(parts: Any, path: list[str]) -> Any:
    for step in path:
        if isinstance(parts, list):
            parts = parts[int(step)] if int(step) < len(parts) else None
        elif isinstance(parts, dict):
            parts = parts.get(step)
        else:
            return None
    return parts


def draft_of(sent: MultiDict[str, str]) -> str:
    """Return a form as it was sent, to be given back later; empty when nothing was typed."""
    typed = [n for n in sent if n == "text" or n.startswith("p-")][:_DRAFT_FIELDS]
    fields = {name: sent.getlist(name) for name in typed}
    if not any(value.strip() for values in fields.values() for value in values):
        return ""
    kept = {"revision": sent.get("revision", "0"), "fields": fields}
    return json.dumps(kept, ensure_ascii=False)


def form_of_draft(asked: Question, voice: Voice, draft: PlanDraft) -> AnswerForm | PartsForm:
    """Return the form with what was typed in it when a sign-in ended."""
    kept = json.loads(draft.text)
    sent = MultiDict([(name, one) for name, values in kept["fields"].items() for one in values])
    sent["revision"] = kept["revision"]
    return answer_form(asked, voice, sent)
