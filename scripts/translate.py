"""Put sentences into a language's catalogue, and print what it still lacks.

    python scripts/translate.py cy             prints the missing sentences as JSON
    python scripts/translate.py cy FILE.json   fills them in from {"English": "Cymraeg", …}

A sentence with plural forms has a list, in the order of the catalogue's Plural-Forms.
A sentence with a context is keyed "context\\u0004English".
"""

import json
import sys
from pathlib import Path

import polib

TRANSLATIONS = Path(__file__).parent.parent / "translations"
PLURALS = {
    "cy": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n==3 ? 3 : n==6 ? 4 : 5);",
    "es": "nplurals=3; plural=(n==1 ? 0 : n!=0 && n%1000000==0 ? 1 : 2);",
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3"
    " : n%100>=11 ? 4 : 5);",
}


def catalogue(code: str) -> tuple[Path, polib.POFile]:
    """Open a language's catalogue, brought level with the template."""
    path = TRANSLATIONS / code / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    book = polib.pofile(str(path), wrapwidth=0) if path.exists() else polib.POFile(wrapwidth=0)
    book.metadata |= {
        "Project-Id-Version": "engage",
        "Language": code,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[code],
        "X-Reviewed": "not yet reviewed by a native speaker",
    }
    book.merge(polib.pofile(str(TRANSLATIONS / "messages.pot")))
    for entry in [entry for entry in book if entry.obsolete]:
        book.remove(entry)
    for entry in book.fuzzy_entries():
        entry.flags.remove("fuzzy")
        entry.msgstr = ""
    return path, book


def key(entry: polib.POEntry) -> str:
    """Name an entry in the JSON."""
    return f"{entry.msgctxt}\u0004{entry.msgid}" if entry.msgctxt else entry.msgid


def missing(book: polib.POFile) -> dict[str, str]:
    """Return what is not translated: sentence and, for plurals, its plural."""
    return {
        key(e): e.msgid_plural
        for e in book
        if not (all(e.msgstr_plural.values()) if e.msgid_plural else e.msgstr)
        or (e.msgid_plural and not e.msgstr_plural)
    }


def fill(book: polib.POFile, translated: dict[str, str | list[str]]) -> None:
    """Put translations in; a name of no sentence is an error."""
    entries = {key(entry): entry for entry in book}
    for name, text in translated.items():
        if name not in entries:
            print(f"no such sentence: {name!r}", file=sys.stderr)
        elif isinstance(text, list):
            entries[name].msgstr_plural = dict(enumerate(text))
        else:
            entries[name].msgstr = text


def main(code: str, *files: str) -> None:
    """Fill in from the files, save, and print what is missing."""
    path, book = catalogue(code)
    for name in files:
        fill(book, json.loads(Path(name).read_text(encoding="utf-8")))
    book.save(str(path))
    print(json.dumps(missing(book), ensure_ascii=False, indent=0))


if __name__ == "__main__":
    main(*sys.argv[1:])
