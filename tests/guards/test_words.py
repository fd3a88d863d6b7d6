"""No label that hurts, in any language; and no sentence in a page that cannot be translated."""

import re
from pathlib import Path

import polib
from jinja2 import Environment

from tests.guards.code import APP, ROOT, place, report, template_files

# MISSION, "No labels": what a young person is never called, and what never happened "to" a home.
BANNED = {
    "en": r"awol|abscond\w*|runaways?|run-aways?|non-?complian\w*|kids?"
    r"|placement (?:failure|breakdown)s?|troublemakers?|attention[- ]seek\w*|manipulative",
    "cy": r"ffoadur\w*|ffoaduriaid|rhedeg i ffwrdd|wedi dianc|dihangwr|anufudd\w*"
    r"|methiant lleoliad",
    "es": r"fugad[oa]s?|fug(?:a|arse|ó)|prófug[oa]s?|desobediente\w*|incumplidor\w*"
    r"|fracaso de la acogida",
    "ar": "هارب|هاربة|هروب|هاربين|متمرد|متمردة|عاصي|فاشل|فشل الإيداع",
}
PATTERNS = {
    code: re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE) for code, words in BANNED.items()
}
# Helplines keep the names they chose.
PROPER_NAMES = re.compile(
    r"(?:National )?Runaway (?:Safeline|Helpline)|\bKids? Help Phone", re.IGNORECASE
)
WORDS_IN_TAGS = re.compile(r">\s*([^<>{}]*[A-Za-z]{3,}[^<>{}]*?)\s*<")
WORDS_IN_ATTRIBUTES = re.compile(
    r"""\b(?:aria-label|title|placeholder|alt)=["']([^"'{}]*[A-Za-z]{3,}[^"'{}]*)["']"""
)
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def banned_in(text: str) -> list[str]:
    """Return the banned words in a text; every language's list counts everywhere."""
    text = PROPER_NAMES.sub("", text)
    return [found.group() for pattern in PATTERNS.values() for found in pattern.finditer(text)]


def bare_words(text: str) -> list[str]:
    """Return the words of a template that stand outside every translation."""
    text = re.sub(r"\{#.*?#\}|<!--.*?-->|<script.*?</script>", "", text, flags=re.DOTALL)
    text = re.sub(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}", "", text, flags=re.DOTALL)
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.DOTALL)
    found = WORDS_IN_TAGS.findall(text) + WORDS_IN_ATTRIBUTES.findall(text)
    return [words for words in found if not words.startswith("&")]


def catalogues() -> list[Path]:
    return sorted((ROOT / "translations").rglob("*.po*"))


def test_no_template_or_text_uses_a_banned_word() -> None:
    found = []
    for path in template_files(".html", ".txt", ".xml", ".json"):
        found += [f"{place(path)}: {word!r}" for word in banned_in(path.read_text())]
    report(found)


def test_no_sentence_in_any_language_uses_a_banned_word() -> None:
    found = []
    for path in catalogues():
        for entry in polib.pofile(str(path)):
            said = " ".join([entry.msgid, entry.msgid_plural, entry.msgstr])
            said += " ".join(entry.msgstr_plural.values())
            found += [f"{place(path)}: {word!r} in {entry.msgid!r}" for word in banned_in(said)]
    report(found)


def test_every_word_on_a_page_can_be_translated() -> None:
    found = []
    for path in template_files(".html"):
        found += [f"{place(path)}: {words!r}" for words in bare_words(path.read_text())]
    report(found)


def test_every_template_parses() -> None:
    jinja = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)
    for path in template_files(".html", ".txt"):
        jinja.parse(path.read_text(), filename=str(path))


def test_languages_keep_every_placeholder() -> None:
    """A forgotten or invented placeholder would break the page in that language only."""
    found = []
    for path in catalogues():
        for entry in polib.pofile(str(path)).translated_entries():
            known = set(PLACEHOLDER.findall(f"{entry.msgid} {entry.msgid_plural}"))
            for text in filter(None, [entry.msgstr, *entry.msgstr_plural.values()]):
                used = set(PLACEHOLDER.findall(text))
                # A form for exactly one, two or none may say the number in words.
                missing = known - used - {"num", "count", "n"}
                if missing or used - known:
                    found.append(f"{place(path)}: {entry.msgid!r}: {missing or used - known}")
    report(found)


def test_banned_words_are_caught_in_four_languages_and_helplines_keep_their_names() -> None:
    for text in ("He was AWOL", "an absconder", "wedi dianc eto", "se fugó", "هو هارب الآن"):
        assert banned_in(text), text
    for text in ("Call the Runaway Helpline", "skids", "kidney", "refugio", "refugiada"):
        assert not banned_in(text), text


def test_words_outside_a_translation_are_caught() -> None:
    assert bare_words("<p>Hello there</p>") == ["Hello there"]
    assert bare_words('<a aria-label="Close this">+</a>') == ["Close this"]
    assert not bare_words("<p>{% trans %}Hello there{% endtrans %}</p><b>{{ _('Hi all') }}</b>")
    assert not bare_words("{# <p>Hello</p> #}<i>+</i>")


def test_templates_live_in_the_package() -> None:
    assert (APP / "templates").is_dir()
