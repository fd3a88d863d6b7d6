"""HTML parsed by html5lib as strictly as ever, in half of its time.

Two thirds of it went on reading a page sign by sign. Markup as our templates write it (tags in
lower case or not, values in quotes, known references) is cut here by one expression, into the very
tokens that html5lib's own reader makes of it; what stands inside what, and what may not, is still
for html5lib to say. At anything else, and at the first fault, html5lib reads it all by itself.
"""

import re
from collections.abc import Iterator
from html import entities
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from html5lib.constants import tokenTypes

# What html5lib never complains of; a wider set is for itself to judge.
ORDINARY = re.compile(r"[\t\n -~\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0001fffd]*")
VALUE = r"""\s*=\s*(?:"[^"]*"|'[^']*')"""
ATTRIBUTE = re.compile(rf"[ \n\t]+([a-zA-Z_][\w:.-]*)((?:{VALUE})?)", re.ASCII)
PIECE = re.compile(
    rf"""(?P<text>[^<]+)
    |<(?P<opens>[a-zA-Z][a-zA-Z0-9-]*)
      (?P<attributes>(?:[ \n\t]+[a-zA-Z_][\w:.-]*(?:{VALUE})?)*)[ \n\t]*(?P<void>/?)>
    |</(?P<ends>[a-zA-Z][a-zA-Z0-9-]*)[ \n\t]*>
    |(?P<doctype><!doctype[ ]html>)""",
    re.ASCII | re.VERBOSE | re.IGNORECASE,
)
REFERENCE = re.compile(r"&(?:#([0-9]{2,6})|([a-zA-Z][a-zA-Z0-9]*));")
SPACES = re.compile(r"[\t\n ]*")
START, END = tokenTypes["StartTag"], tokenTypes["EndTag"]
CHARACTERS, SPACE = tokenTypes["Characters"], tokenTypes["SpaceCharacters"]
DOCTYPE = {
    "type": tokenTypes["Doctype"], "name": "html", "publicId": None, "systemId": None,
    "correct": True,
}  # fmt: skip

Token = dict[str, Any]


class NotPlain(Exception):
    """Something that only html5lib's own reader shall judge."""


class Encoding:
    """What html5lib asks a reader about the bytes; there are none."""

    charEncoding = (None, "certain")

    def position(self) -> tuple[int, int]:
        """Nowhere: a fault is looked for again by html5lib itself."""
        return (0, 0)


class Pieces:
    """The tokens of plain markup; html5lib sets `state` where only words may follow."""

    # ruff: noqa: N815 - html5lib's own words
    dataState, rcdataState, rawtextState = "data", "words", "raw"
    scriptDataState, plaintextState = "raw", "raw"

    def __init__(self, html: str) -> None:
        self.html = html
        self.stream = Encoding()
        self.state = self.dataState

    def __iter__(self) -> Iterator[Token]:
        if not ORDINARY.fullmatch(self.html):
            raise NotPlain
        at, inside = 0, ""
        while at < len(self.html):
            piece = PIECE.match(self.html, at)
            if piece is None:
                raise NotPlain
            at, kind = piece.end(), piece.lastgroup
            if self.state != self.dataState:
                self._expect(piece, inside)
            if piece["text"] is not None:
                yield from _words(piece["text"])
            elif piece["ends"] is not None:
                self.state, name = self.dataState, piece["ends"].lower()
                yield {"type": END, "name": name, "data": {}, "selfClosing": False}
            elif kind == "doctype":
                yield dict(DOCTYPE)
            else:
                inside = piece["opens"].lower()
                yield {
                    "type": START, "name": inside, "data": _attributes(piece["attributes"]),
                    "selfClosing": piece["void"] == "/", "selfClosingAcknowledged": False,
                }  # fmt: skip

    def _expect(self, piece: re.Match[str], inside: str) -> None:
        """Inside <title> and the like stand words, then its end; inside <script> nothing."""
        is_end = (piece["ends"] or "").lower() == inside
        if not is_end and (piece["text"] is None or self.state != self.rcdataState):
            raise NotPlain


class Parser(html5lib.HTMLParser):
    """html5lib's, given the tokens of plain markup."""

    def parse_plain(self, html: str) -> Element | None:
        """Return the root of a page without a fault, or None where somebody else must look."""
        self.innerHTMLMode, self.container, self.scripting = False, "div", False
        self.tokenizer = Pieces(html)  # type: ignore[assignment]
        self.reset()
        try:
            self.mainLoop()
        except NotPlain:
            return None
        root: Element = self.tree.getDocument()
        return None if self.errors else root


def parse(html: str) -> tuple[Element, list[Any]]:
    """Return the root of a page, and its faults: line and column, what it is, more about it."""
    plain = Parser(namespaceHTMLElements=False).parse_plain(html)
    return (plain, []) if plain is not None else parse_slowly(html)


def parse_slowly(html: str) -> tuple[Element, list[Any]]:
    """Return the same as html5lib alone says it."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root: Element = parser.parse(html)
    return root, parser.errors


def _attributes(source: str) -> dict[str, str]:
    found = ATTRIBUTE.findall(source)
    values = {name.lower(): _value(value) for name, value in found}
    if len(values) < len(found):
        raise NotPlain
    return values


def _value(source: str) -> str:
    value = source.strip(" \t\n=")[1:-1] if source else ""
    if "&" not in value:
        return value
    if "&" in REFERENCE.sub("", value):
        raise NotPlain
    return REFERENCE.sub(_meaning, value)


def _words(text: str) -> Iterator[Token]:
    at = 0
    for reference in REFERENCE.finditer(text) if "&" in text else ():
        yield from _run(text[at : reference.start()])
        meaning, at = _meaning(reference), reference.end()
        yield {"type": SPACE if meaning in "\t\n\x0c \r" else CHARACTERS, "data": meaning}
    yield from _run(text[at:])


def _run(text: str) -> Iterator[Token]:
    if "&" in text:
        raise NotPlain
    spaces = SPACES.match(text)
    end = spaces.end() if spaces else 0
    if end:
        yield {"type": SPACE, "data": text[:end]}
    if end < len(text):
        yield {"type": CHARACTERS, "data": text[end:]}


def _meaning(reference: re.Match[str]) -> str:
    number, name = reference.groups()
    if number is not None and (32 <= int(number) <= 126 or 160 <= int(number) < 0xD800):
        return chr(int(number))
    if name is not None and f"{name};" in entities.html5:
        return entities.html5[f"{name};"]
    raise NotPlain
