"""The fields of our forms: GOV.UK's HTML in our words, and nothing else knows its library.

Every text field has a limit and refuses what is not text, and shows again what was typed.
"""

import re
import secrets
from collections.abc import Iterable, Sequence
from typing import Any, cast

from govuk_frontend_wtf.wtforms_widgets import (
    GovCharacterCount,
    GovCheckboxesInput,
    GovCheckboxInput,
    GovRadioInput,
    GovSelect,
    GovTextInput,
)
from wtforms import fields
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import StopValidation, ValidationError

from engage.i18n import LazyText, ngettext
from engage.i18n import gettext as _

Words = str | LazyText
# No person types these and no page may show them: controls but tab and new line, halves of
# characters, and what Unicode calls noncharacters.
NEVER = "".join(
    chr(plane + end) for plane in range(0, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF)
)
NOT_TEXT = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{NEVER}]")
KEY_SHAPE = re.compile(r"[A-Za-z0-9_-]{8,64}")
LINE_LIMIT = 200
AREA_LIMIT = 2000


def showable(typed: str) -> str:
    """Return what was typed without the signs that no page can show."""
    return NOT_TEXT.sub("", typed)


def as_text(words: Words) -> str:
    """Hand lazy words to WTForms, which says it wants text but only ever shows it."""
    return cast(str, words)


class OurWords:
    """Puts our words where the library has English ones, and leaves out what confuses."""

    def map_gov_params(self, field: Any, **kwargs: Any) -> dict[str, Any]:
        """Return the parameters of GOV.UK's macro for this field."""
        params: dict[str, Any] = super().map_gov_params(field, **kwargs)  # type: ignore[misc]
        if not (params.get("hint") or {}).get("text"):
            params.pop("hint", None)
        if "errorMessage" in params:
            params["errorMessage"]["visuallyHiddenText"] = _("Please fix")
        attributes = params.setdefault("attributes", {})
        if isinstance(field, fields.StringField):
            # What is typed may run the other way than the page: a name, a number, a sentence.
            attributes["dir"] = "auto"
        # Our own words say what is missing; the browser's come in another language.
        attributes.pop("required", None)
        attributes.pop("maxlength", None)
        if autocomplete := getattr(field, "autocomplete", ""):
            attributes["autocomplete"] = autocomplete
        params.update(field.gov_params())
        return params


class LineWidget(OurWords, GovTextInput):
    """One line of text."""


class AreaWidget(OurWords, GovCharacterCount):
    """Several lines of text, with the limit said beside it."""


class SmallPrint(OurWords):
    """Adds a line of small print to each answer that has one."""

    def map_gov_params(self, field: Any, **kwargs: Any) -> dict[str, Any]:
        """Return the parameters of GOV.UK's macro, small print with each answer."""
        params = super().map_gov_params(field, **kwargs)
        for item in params["items"]:
            if hint := field.hints.get(item["value"]):
                item["hint"] = {"text": hint}
        return params


class RadiosWidget(SmallPrint, GovRadioInput):
    """One answer of several."""


class CheckboxesWidget(SmallPrint, GovCheckboxesInput):
    """Any number of answers."""


class TickWidget(OurWords, GovCheckboxInput):
    """One thing to tick."""


class SelectWidget(OurWords, GovSelect):
    """One answer of a long list."""


class Needed:
    """Says in the field's own words what is missing; without words the field may stay empty."""

    def __init__(self, words: Words | None) -> None:
        self.words = words

    def __call__(self, form: Any, field: Any) -> None:
        """Stop at an empty answer."""
        if field.errors:
            raise StopValidation()
        empty = not field.data or (isinstance(field.data, str) and not field.data.strip())
        if empty and self.words is not None:
            raise StopValidation(str(self.words))
        if empty:
            raise StopValidation()


class TextField(fields.StringField):
    """One line. `kind` is text, tel, email, time or date; `needed` says what to fix when empty."""

    widget = LineWidget()

    def __init__(
        self,
        label: Words,
        *,
        needed: Words | None = None,
        hint: Words = "",
        limit: int = LINE_LIMIT,
        kind: str = "text",
        autocomplete: str = "off",
        validators: Sequence[Any] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(
            as_text(label), [Needed(needed), *validators], description=as_text(hint), **kwargs
        )
        self.limit = limit
        self.kind = kind
        self.autocomplete = autocomplete
        self.is_text = True

    def gov_params(self) -> dict[str, Any]:
        """Say what kind of keyboard fits."""
        params: dict[str, Any] = {"type": self.kind}
        if self.kind in {"text", "tel", "email"}:
            params["spellcheck"] = self.kind == "text"
        if self.kind in {"time", "date"}:
            params["classes"] = "govuk-input--width-10"
        return params

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep what was typed, without what no page can show."""
        if valuelist:
            # A program may send a file or a number here; a person's browser never does.
            sent: object = valuelist[0]
            typed = sent if isinstance(sent, str) else ""
            self.is_text = isinstance(sent, str) and not NOT_TEXT.search(typed)
            self.data = self.tidy(showable(typed))

    def tidy(self, typed: str) -> str:
        """Drop spaces around a line."""
        return " ".join(typed.split()) if self.kind == "text" else typed.strip()

    def pre_validate(self, form: Any) -> None:
        """Refuse what is too long or no text, in words; what was typed stays in the field."""
        if not self.is_text:
            raise StopValidation(_("Some signs could not be read. Check it and send it again."))
        too_many = len(self.data or "") - self.limit
        if too_many > 0:
            raise StopValidation(
                ngettext(
                    "This is %(num)s letter too long. Please make it shorter.",
                    "This is %(num)s letters too long. Please make it shorter.",
                    too_many,
                )
            )


class TextArea(TextField):
    """Several lines, with the limit said beside it."""

    widget = AreaWidget()

    def __init__(
        self, label: Words, *, limit: int = AREA_LIMIT, rows: int = 4, **kwargs: Any
    ) -> None:
        super().__init__(label, limit=limit, **kwargs)
        self.rows = rows

    def gov_params(self) -> dict[str, Any]:
        """Say the limit."""
        return {
            "rows": self.rows,
            "maxlength": self.limit,
            "textareaDescriptionText": ngettext(
                "You can write %(num)s letter.", "You can write up to %(num)s letters.", self.limit
            ),
        }

    def tidy(self, typed: str) -> str:
        """Keep the lines somebody made."""
        return typed.replace("\r\n", "\n").replace("\r", "\n").strip()


class PasswordField(TextField):
    """A password or a code; never sent back to the browser, and kept exactly as typed."""

    def gov_params(self) -> dict[str, Any]:
        """Hide what is typed. The library's own password box has English words in it."""
        return {"type": "password", "value": "", "spellcheck": False}

    def tidy(self, typed: str) -> str:
        """Change nothing."""
        return typed


class _Offered:
    """What fields with a list of answers share."""

    hints: dict[str, Words]
    choices: Any

    def offer(self, choices: Iterable[Sequence[Words]]) -> None:
        """Offer these answers: (value, words) or (value, words, small print)."""
        offered = [(str(value), words, more) for value, words, *more in choices]
        self.choices = [SelectChoice(value, words) for value, words, _more in offered]
        self.hints = {value: more[0] for value, _words, more in offered if more}

    def gov_params(self) -> dict[str, Any]:
        """Nothing beside the answers."""
        return {}


class Choices(_Offered, fields.RadioField):
    """One answer of several; nothing is chosen beforehand."""

    widget = RadiosWidget()

    def __init__(
        self,
        label: Words,
        *,
        choices: Iterable[Sequence[Words]] = (),
        needed: Words | None = None,
        hint: Words = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(
            as_text(label),
            [Needed(needed)],
            description=as_text(hint),
            choices=[],
            validate_choice=False,
            **kwargs,
        )
        self.offer(choices)

    def pre_validate(self, form: Any) -> None:
        """Refuse an answer that was not offered."""
        if self.data and self.data not in {c.value for c in self.choices}:
            raise StopValidation(_("Pick one of the answers."))


class Select(Choices):
    """One answer of a long list."""

    widget = SelectWidget()


class ManyChoices(_Offered, fields.SelectMultipleField):
    """Any number of answers; nothing is ticked beforehand."""

    widget = CheckboxesWidget()
    option_widget = fields.RadioField.option_widget

    def __init__(
        self,
        label: Words,
        *,
        choices: Iterable[Sequence[Words]] = (),
        needed: Words | None = None,
        hint: Words = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(
            as_text(label),
            [Needed(needed)],
            description=as_text(hint),
            choices=[],
            validate_choice=False,
            **kwargs,
        )
        self.offer(choices)

    def pre_validate(self, form: Any) -> None:
        """Refuse an answer that was not offered."""
        if set(self.data or []) - {c.value for c in self.choices}:
            raise StopValidation(_("Pick some of the answers."))


class Tick(fields.BooleanField):
    """One thing to tick."""

    widget = TickWidget()

    def __init__(
        self, label: Words, *, needed: Words | None = None, hint: Words = "", **kwargs: Any
    ) -> None:
        super().__init__(as_text(label), [Needed(needed)], description=as_text(hint), **kwargs)
        self.hints: dict[str, Words] = {}

    def gov_params(self) -> dict[str, Any]:
        """Nothing beside the label."""
        return {}


class Key(fields.HiddenField):
    """Makes sending the same page twice count once. A new page has a new key."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default=lambda: secrets.token_urlsafe(16), **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take a key of the right shape; anything else is as good as none."""
        sent = str(valuelist[0]) if valuelist else ""
        self.data = sent if KEY_SHAPE.fullmatch(sent) else secrets.token_urlsafe(16)


__all__ = [
    "Choices",
    "Key",
    "ManyChoices",
    "PasswordField",
    "Select",
    "TextArea",
    "TextField",
    "Tick",
    "ValidationError",
]
