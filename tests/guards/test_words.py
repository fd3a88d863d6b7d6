"""No label that hurts, in any language; and no sentence in a page that cannot be translated."""

import itertools
import re
from collections.abc import Iterable
from pathlib import Path

import polib
import pytest
from jinja2 import Environment

from engage.i18n import LOCALES, use_locale
from engage.people.avoided import labels_in, telling_words
from engage.questions.rules import WordProblem, word_problem
from engage.worries.prompt_rules import EditFault, Prompt, PromptKind, PromptSet, edit_faults
from engage.worries.prompt_rules import Edits as PromptEdits
from engage.worries.prompts import VERSIONS, prompt_set
from engage.worries.wording import ask, choice_words, hint
from tests.guards.code import APP, ROOT, place, report, template_files

WORDS_IN_TAGS = re.compile(r">\s*([^<>{}]*[A-Za-z]{3,}[^<>{}]*?)\s*<")
WORDS_IN_ATTRIBUTES = re.compile(
    r"""\b(?:aria-label|title|placeholder|alt)=["']([^"'{}]*[A-Za-z]{3,}[^"'{}]*)["']"""
)
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def bare_words(text: str) -> list[str]:
    """Return the words of a template that stand outside every translation."""
    text = re.sub(r"\{#.*?#\}|<!--.*?-->|<script.*?</script>", "", text, flags=re.DOTALL)
    text = re.sub(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}", "", text, flags=re.DOTALL)
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.DOTALL)
    found = WORDS_IN_TAGS.findall(text) + WORDS_IN_ATTRIBUTES.findall(text)
    return [words for words in found if not words.startswith("&")]


def catalogues() -> list[Path]:
    return sorted((ROOT / "translations").rglob("*.po*"))


def labels_in_files(paths: Iterable[Path]) -> list[str]:
    """List the words that label or blame in templates and texts."""
    return [f"{path}: {word!r}" for path in paths for word in labels_in(path.read_text())]


def labels_in_catalogues(paths: Iterable[Path]) -> list[str]:
    """List the words that label or blame in any sentence of a catalogue, and where."""
    found = []
    for path in paths:
        for entry in polib.pofile(str(path)):
            said = " ".join([entry.msgid, entry.msgid_plural, entry.msgstr])
            said += " ".join(entry.msgstr_plural.values())
            found += [f"{path}: {word!r} in {entry.msgid!r}" for word in labels_in(said)]
    return found


def labels_in_prompts(sets: Iterable[PromptSet]) -> list[str]:
    """List the words that label or blame in what somebody who is worried is asked, and may say."""
    found = []
    for prompts in sets:
        for prompt, code in itertools.product(prompts.prompts, LOCALES):
            with use_locale(code):
                answers = " ".join(choice_words(prompt, each) for each in prompt.options)
                said = f"{ask(prompt, code, '…')} {hint(prompt)} {answers}"
            found += [f"{prompt.id} ({code}): {word!r}" for word in labels_in(said)]
    return found


def test_no_template_or_text_uses_a_banned_word() -> None:
    report(labels_in_files(template_files(".html", ".txt", ".xml", ".json")))


def test_no_sentence_in_any_language_uses_a_banned_word() -> None:
    report(labels_in_catalogues(catalogues()))


def test_no_prompt_labels_or_blames_in_any_language() -> None:
    report(labels_in_prompts(prompt_set(version) for version in VERSIONS))


# One mistake for each language, to see that each list works everywhere.
MISTAKES = {
    "en": "When the kid absconded", "cy": "Pan oedd wedi dianc", "es": "Cuando se fue fugada",
    "ar": "عندما كان هارب",
}  # fmt: skip


def test_every_language_we_speak_has_words_to_avoid() -> None:
    assert set(MISTAKES) == set(LOCALES) == set(telling_words())


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_any_language_is_seen_in_every_place(mistake: str, tmp_path: Path) -> None:
    page, catalogue = tmp_path / "page.html", tmp_path / "messages.po"
    page.write_text(f"<p>{mistake}</p>")
    assert labels_in_files([page])
    entries = polib.POFile()
    entries.append(polib.POEntry(msgid="When they came back", msgstr=mistake))
    entries.save(str(catalogue))
    assert labels_in_catalogues([catalogue])
    asked = Prompt("own-1", PromptKind.YES_NO, own_words={"en": "Fine?", "cy": mistake})
    assert labels_in_prompts([PromptSet("x", (asked,))])
    assert word_problem(mistake) is WordProblem.LABEL
    faults = edit_faults(prompt_set(), PromptEdits(own=(asked,)))
    assert ("own-1", EditFault.BLAME) in faults


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
        assert labels_in(text), text
    for text in (
        "Call the Runaway Helpline",
        "Kids Help Phone",
        "skids",
        "kidney",
        "refugio",
        "refugiada",
    ):
        assert not labels_in(text), text


def test_words_outside_a_translation_are_caught() -> None:
    assert bare_words("<p>Hello there</p>") == ["Hello there"]
    assert bare_words('<a aria-label="Close this">+</a>') == ["Close this"]
    assert not bare_words("<p>{% trans %}Hello there{% endtrans %}</p><b>{{ _('Hi all') }}</b>")
    assert not bare_words("{# <p>Hello</p> #}<i>+</i>")


def test_templates_live_in_the_package() -> None:
    assert (APP / "templates").is_dir()
