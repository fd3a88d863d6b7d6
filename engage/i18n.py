"""Languages: which are offered, which one is in use, and one catalogue in memory for each."""

import functools
import gettext as catalogues
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

PACKAGE = Path(__file__).parent
DEFAULT = "en"
LOCALES: dict[str, str] = {
    "en": "English",
    "cy": "Cymraeg",
    "es": "Español",
    "ar": "العربية",
}
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
# What stands between two in a row; others write ", ".
COMMAS = {"ar": "، ", "fa": "، ", "ur": "، "}
_RIGHT_TO_LEFT_LETTER = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")

_own_words: list[Callable[[str], str]] = [str]
_may_differ: list[Callable[[str], bool]] = [lambda _sentence: False]
_terms = [""]
_current: ContextVar[str] = ContextVar("engage_locale", default=DEFAULT)


def current_locale() -> str:
    """Return the code of the language in use."""
    return _current.get()


def set_locale(code: str) -> None:
    """Use this language from here on in this request or task."""
    _current.set(code if code in LOCALES else DEFAULT)


@contextmanager
def use_locale(code: str) -> Iterator[None]:
    """Use this language inside the block."""
    token = _current.set(code if code in LOCALES else DEFAULT)
    try:
        yield
    finally:
        _current.reset(token)


def text_direction(code: str) -> str:
    """Return `rtl` or `ltr`."""
    return "rtl" if code in RIGHT_TO_LEFT else "ltr"


def stand_alone(value: object) -> object:
    """Keep a name or a number whole among words that run the other way.

    "Jo, 23 November" would change places in an Arabic sentence, and the halves of 116 000 too.
    Source: Unicode UAX 9 (first strong isolate; without a letter it runs left to right).
    """
    if current_locale() not in RIGHT_TO_LEFT or not isinstance(value, str):
        return value
    if not value or _RIGHT_TO_LEFT_LETTER.search(value) or "\u2068" in value:
        return value
    # Added on the left first, so that marked-up words stay marked up.
    return type(value)("\u2068") + value + "\u2069"


def comma() -> str:
    """Return what stands between two in a row in the language in use."""
    return COMMAS.get(current_locale(), ", ")


def in_a_row(words: Iterable[object]) -> str:
    """Write things one after the other: Friday, Saturday."""
    return comma().join(str(stand_alone(str(each))) for each in words)


@functools.cache
def catalogue(code: str) -> catalogues.NullTranslations:
    """Return the compiled catalogue, loaded once; English speaks for itself."""
    return catalogues.translation(
        "messages", str(PACKAGE / "translations"), languages=[code], fallback=True
    )


def say_with(
    own_words: Callable[[str], str], may_differ: Callable[[str], bool], terms: str = ""
) -> None:
    """Let this say English sentences as the reader's place would, before their placeholders are
    filled. `may_differ` says which of them a place could have another word in; `terms` names what
    it looks for.
    """
    _own_words[0], _may_differ[0], _terms[0] = own_words, may_differ, terms


@functools.cache
def _book_digest(code: str) -> str:
    found = catalogues.find("messages", str(PACKAGE / "translations"), languages=[code])
    return hashlib.sha256(Path(found).read_bytes()).hexdigest() if found else ""


def wording(code: str) -> str:
    """Return what changes whenever a sentence of ours in this language may have changed."""
    return f"{code} {_book_digest(code)} {_terms[0]}"


def is_said_everywhere(sentence: str, code: str) -> bool:
    """Say whether a sentence of this language is the same in every place."""
    return code != DEFAULT or not _may_differ[0](sentence)


def sentence(message: str) -> str:
    """Translate a sentence into the language in use; its placeholders stay as they are."""
    text = catalogue(_current.get()).gettext(message)
    return text if is_said_everywhere(text, _current.get()) else _own_words[0](text)


def counted_sentence(singular: str, plural: str, n: int) -> str:
    """Translate a sentence with a count; its placeholders stay as they are."""
    text = catalogue(_current.get()).ngettext(singular, plural, n)
    return text if is_said_everywhere(text, _current.get()) else _own_words[0](text)


def gettext(message: str, **values: object) -> str:
    """Translate a sentence into the language in use and fill its named placeholders."""
    text = sentence(message)
    return text % values if values else text


def ngettext(singular: str, plural: str, n: int, **values: object) -> str:
    """Translate a sentence with a count, by the plural rules of the language in use."""
    values.setdefault("num", n)
    return counted_sentence(singular, plural, n) % values


class LazyText:
    """A sentence that is translated when it is shown, not when it is declared."""

    def __init__(self, message: str, values: dict[str, object]):
        self.message = message
        self.values = values

    def __str__(self) -> str:
        return gettext(self.message, **self.values)

    def __html__(self) -> str:
        from markupsafe import escape

        return str(escape(str(self)))

    def __mod__(self, values: object) -> str:
        return str(self) % values

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other)

    def __hash__(self) -> int:
        return hash(self.message)


def lazy_gettext(message: str, **values: object) -> LazyText:
    """Declare a sentence for later: form labels, names of states."""
    return LazyText(message, values)


@functools.cache
def environment(code: str) -> Environment:
    """Return the Jinja environment for the texts of one language, with its catalogue built in."""
    jinja = Environment(
        loader=FileSystemLoader(PACKAGE / "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
    )
    book = catalogue(code)
    jinja.install_gettext_callables(  # type: ignore[attr-defined]
        book.gettext, book.ngettext, newstyle=True
    )
    return jinja


def render_text(template: str, code: str, /, **values: object) -> str:
    """Render a plain-text template (a text message, a mail) in this language."""
    with use_locale(code):
        return environment(code).get_template(template).render(**values).strip()
