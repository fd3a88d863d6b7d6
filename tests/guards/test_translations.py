"""A language is complete or the build fails: no stale template, no gap, no guess."""

import subprocess
from pathlib import Path

import polib

from engage.i18n import LOCALES
from tests.guards.code import ROOT, place, report

TRANSLATIONS = ROOT / "translations"
# CLDR's number of plural forms; pybabel would write five for Welsh.
PLURALS = {"cy": 6, "es": 3, "ar": 6}


def unfinished(path: Path) -> list[str]:
    """Name the sentences of a language that are missing, guessed or out of use."""
    book = polib.pofile(str(path))
    found = [f"{place(path)}: not translated: {e.msgid!r}" for e in book.untranslated_entries()]
    found += [f"{place(path)}: fuzzy: {e.msgid!r}" for e in book.fuzzy_entries()]
    for entry in book:
        if entry.msgid_plural and not all(entry.msgstr_plural.values()):
            found.append(f"{place(path)}: not every plural: {entry.msgid!r}")
    return found


def sentences(path: Path) -> set[tuple[str, str, str]]:
    """Return what a catalogue holds, to compare two."""
    book = polib.pofile(str(path))
    return {(e.msgctxt or "", e.msgid, e.msgid_plural) for e in book if not e.obsolete}


def languages() -> dict[str, Path]:
    return {p.parent.parent.name: p for p in TRANSLATIONS.glob("*/LC_MESSAGES/messages.po")}


def test_the_template_holds_what_the_code_says(tmp_path: Path) -> None:
    command = ["sh", "scripts/messages.sh", "--check", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True)
    fresh, kept = sentences(tmp_path / "messages.pot"), sentences(TRANSLATIONS / "messages.pot")
    report([f"run `make messages`: {x[1]!r}" for x in sorted(fresh ^ kept)])


def test_every_language_offered_is_there() -> None:
    assert set(languages()) == set(LOCALES) - {"en"}


def test_every_language_is_complete() -> None:
    report([line for path in languages().values() for line in unfinished(path)])


def test_every_language_translates_the_same_sentences() -> None:
    wanted = sentences(TRANSLATIONS / "messages.pot")
    for path in languages().values():
        report([f"{place(path)}: {x[1]!r}" for x in sorted(wanted ^ sentences(path))])


def test_every_language_has_its_own_plural_forms() -> None:
    for code, path in languages().items():
        stated = polib.pofile(str(path)).metadata["Plural-Forms"]
        assert f"nplurals={PLURALS[code]};" in stated, f"{place(path)}: {stated}"


def test_a_gap_and_a_guess_are_caught(tmp_path: Path) -> None:
    book = polib.POFile()
    book.append(polib.POEntry(msgid="Home", msgstr="Hafan"))
    book.append(polib.POEntry(msgid="Leave", msgstr=""))
    book.append(polib.POEntry(msgid="Plan", msgstr="Cynllun", flags=["fuzzy"]))
    book.append(polib.POEntry(msgid="a", msgid_plural="b", msgstr_plural={0: "x", 1: ""}))
    book.save(str(tmp_path / "messages.po"))
    caught = "\n".join(unfinished(tmp_path / "messages.po"))
    assert "not translated: 'Leave'" in caught
    assert "fuzzy: 'Plan'" in caught
    assert "'a'" in caught
    assert "Home" not in caught


def test_only_the_quick_exit_is_called_leave() -> None:
    for path in languages().values():
        book = polib.pofile(str(path))
        leave = book.find("Leave")
        assert leave is not None
        assert [e.msgid for e in book if e.msgstr == leave.msgstr] == ["Leave"], place(path)
