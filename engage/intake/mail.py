"""Reading one mail from outside: its words, and its files set aside. Nothing in it is ever run.

A mail is written by anybody. Headers, charsets and parts may be broken on purpose; what cannot be
read is kept whole for a person, and every limit that cut something off is said.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from html.parser import HTMLParser
from typing import Any

from engage.intake.arriving import (
    MOST_BYTES,
    MOST_FILE_NAME,
    MOST_FILES,
    Draft,
    SetAside,
    clean,
)
from engage.intake.rules import (
    MOST_CONTACT,
    MOST_NAME,
    MOST_REFERENCE,
    MOST_WORDS,
    About,
    Referrer,
    Trouble,
    birth_problem,
)
from engage.people.phones import NotANumber, parse_phone

MOST_MAIL = 10 * 1024 * 1024
MOST_PARTS, MOST_TEXT, MOST_HEADER = 200, 200_000, 998
# The words a form of the police or a school puts before what it says, folded.
LABELS = {
    "name": ("name", "full name", "child", "child name", "young person", "missing person"),
    "born": ("date of birth", "dob", "d.o.b.", "d.o.b", "born"),
    "phone": ("phone", "mobile", "telephone", "tel"),
    "reference": ("reference", "ref", "our reference", "our ref", "incident", "log", "urn"),
    "about": ("about", "status"),
}
_LABEL_OF = {label: name for name, labels in LABELS.items() for label in labels}
_LINE = re.compile(r"^[>\s*-]{0,6}([A-Za-z.' ]{2,24}?)\s*[:=]\s*(\S.{0,200})$", re.MULTILINE)
_DAY_FIRST = ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y")
_MONTH_FIRST = ("%m/%d/%Y", "%m-%d-%Y", "%B %d, %Y", "%b %d, %Y")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]+")


@dataclass(frozen=True)
class Letter:
    """A mail as it was understood. `key` is its own mark; without one, what it holds."""

    draft: Draft
    key: str
    files: tuple[SetAside, ...] = ()


@dataclass
class _Found:
    plain: list[str] = field(default_factory=list)
    files: list[SetAside] = field(default_factory=list)
    trouble: set[Trouble] = field(default_factory=set)


def read_mail(raw: bytes, source: Referrer, *, region: str, today: date) -> Letter:
    """Read a mail. Never raises for what stands in it: the unreadable is kept for a person.

    `region` is the organisation's country: how dates and phone numbers are written there.
    """
    key = f"sha256:{hashlib.sha256(raw).hexdigest()}"
    try:
        mail = message_from_bytes(raw[:MOST_MAIL])
        key = clean(str(mail.get("Message-ID", ""))).strip()[:MOST_HEADER] or key
        found = _read(mail)
        draft = _draft(mail, found, source, region, today)
    except Exception:  # noqa: BLE001 - whatever somebody sends, it is kept for a person
        found = _Found(trouble={Trouble.UNREADABLE})
        draft = Draft(About.OTHER, source)
    if len(raw) > MOST_MAIL:
        found.trouble.add(Trouble.TOO_LARGE)
    if not draft.contact or not (draft.words or found.files):
        found.trouble.add(Trouble.UNREADABLE)
    if Trouble.UNREADABLE in found.trouble:
        found.files.insert(0, _file("mail.eml", raw[:MOST_BYTES], len(raw)))
    # The gravest is said.
    trouble = next((each for each in Trouble if each in found.trouble), None)
    return Letter(replace(draft, trouble=trouble), key, tuple(found.files[:MOST_FILES]))


def _read(mail: Message) -> _Found:
    found = _Found()
    for number, (part, is_spare) in enumerate(_parts(mail)):
        if number >= MOST_PARTS:
            found.trouble.add(Trouble.FILES_LEFT)
            break
        kind = part.get_content_type()
        is_words = kind in ("text/plain", "text/html") and not _is_attached(part)
        if is_words and not is_spare:
            text = _text(part)
            if len(text) > MOST_TEXT:
                found.trouble.add(Trouble.CUT)
                _set_aside(found, "mail.html" if kind == "text/html" else "mail.txt", _bytes(part))
                text = text[:MOST_TEXT]
            text = stripped(text) if kind == "text/html" else text
            found.plain.append(clean(text).strip())
        elif not is_words:
            _set_aside(found, _name_of(part, number), _bytes(part))
    return found


def _parts(mail: Message) -> Iterator[tuple[Message, bool]]:
    """Yield the parts, and whether each only repeats in HTML what stands beside it as text."""
    waiting: list[tuple[Message, bool]] = [(mail, False)]
    while waiting:
        part, is_spare = waiting.pop(0)
        inside: Any = part.get_payload() if part.get_content_maintype() == "multipart" else None
        if not isinstance(inside, list):
            yield part, is_spare
            continue
        kinds = [each.get_content_type() for each in inside]
        has_plain = part.get_content_type() == "multipart/alternative" and any(
            kind == "text/plain" and _text(each).strip()
            for kind, each in zip(kinds, inside, strict=True)
        )
        waiting[:0] = [
            (each, has_plain and kind == "text/html")
            for kind, each in zip(kinds, inside, strict=True)
        ]
        if len(waiting) > MOST_PARTS * 2:
            raise ValueError("more parts than a letter has")


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _bytes(part: Message) -> bytes:
    if part.get_content_maintype() == "message":
        # A mail inside a mail is a file: it is not read as if its words were the sender's.
        inside: Any = part.get_payload()
        return b"".join(each.as_bytes() for each in inside) if isinstance(inside, list) else b""
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _text(part: Message) -> str:
    data = _bytes(part)
    for charset in (part.get_content_charset() or "utf-8", "utf-8", "cp1252"):
        try:
            return data.decode(charset)
        except (LookupError, ValueError):
            continue
    return data.decode("latin-1")


def _name_of(part: Message, number: int) -> str:
    try:
        name = str(make_header(decode_header(part.get_filename() or "")))
    except (LookupError, ValueError):
        name = ""
    name = _UNSAFE.sub("_", clean(name)).strip(" .")[-MOST_FILE_NAME:]
    return name or f"part-{number}"


def _file(name: str, data: bytes, size: int) -> SetAside:
    return SetAside(name, size, data)


def _set_aside(found: _Found, name: str, data: bytes) -> None:
    # One place is left for the mail itself.
    if len(found.files) >= MOST_FILES - 1:
        found.trouble.add(Trouble.FILES_LEFT)
    elif len(data) > MOST_BYTES:
        found.trouble.add(Trouble.FILES_LEFT)
        found.files.append(SetAside(name, len(data), None))
    else:
        found.files.append(_file(name, data, len(data)))


def _header(mail: Message, name: str) -> str:
    raw = str(mail.get(name, ""))[: MOST_HEADER * 4]
    try:
        text = str(make_header(decode_header(raw)))
    except (LookupError, ValueError):
        text = raw
    return " ".join(clean(text).split())


def _draft(mail: Message, found: _Found, source: Referrer, region: str, today: date) -> Draft:
    subject, sender = _header(mail, "Subject"), _header(mail, "From")
    body = "\n\n".join(each for each in found.plain if each)
    words = "\n\n".join(each for each in (subject, body) if each)
    said = labelled(body, region=region, today=today)
    if len(words) > MOST_WORDS and Trouble.CUT not in found.trouble:
        found.trouble.add(Trouble.CUT)
        _set_aside(found, "mail.txt", words.encode())
    return replace(said, source=source, words=words[:MOST_WORDS], contact=sender[:MOST_CONTACT])


def labelled(text: str, *, region: str, today: date) -> Draft:
    """Read lines such as "Date of birth: 4 March 2010"; what cannot be read stays in the words."""
    said: dict[str, str] = {}
    for match in _LINE.finditer(text[: MOST_WORDS * 2]):
        name = _LABEL_OF.get(" ".join(match[1].lower().split()))
        if name:
            said.setdefault(name, match[2].strip())
    about = said.get("about", "").lower()
    return Draft(
        About(about) if about in set(About) else About.OTHER,
        Referrer.OTHER,
        name=said.get("name", "")[:MOST_NAME],
        birth_date=read_day(said.get("born", ""), region=region, today=today),
        phone=_phone(said.get("phone", ""), region),
        reference=said.get("reference", "")[:MOST_REFERENCE],
    )


def read_day(text: str, *, region: str, today: date) -> date | None:
    """Read a date of birth as people of this country write it; None when it is none."""
    shapes = _MONTH_FIRST if region == "US" else _DAY_FIRST
    for shape in ("%Y-%m-%d", *shapes):
        try:
            day = datetime.strptime(text.strip(), shape).replace(tzinfo=UTC).date()
        except ValueError:
            continue
        return None if birth_problem(day, today) else day
    return None


def _phone(text: str, region: str) -> str | None:
    try:
        return parse_phone(text, region)
    except NotANumber:
        return None


class _Words(HTMLParser):
    """Keeps the words of a page and a new line where a browser would begin one."""

    UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript", "svg"})
    LINES = frozenset({"p", "br", "div", "li", "tr", "table", "h1", "h2", "h3", "h4", "blockquote"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin what is not shown, or a new line."""
        if tag in self.UNSEEN:
            self.hidden += 1
        elif tag in self.LINES:
            self.words.append("\n")
        elif tag in ("td", "th"):
            self.words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """End what is not shown."""
        if tag in self.UNSEEN and self.hidden:
            self.hidden -= 1
        elif tag in self.LINES:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep words that are shown."""
        if not self.hidden:
            self.words.append(" ".join(data.split(" ")))


def stripped(html: str) -> str:
    """Return the words of a page, without anything a browser would load or run."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    # A tag that is never closed must not hide everything after it.
    if reader.hidden and not "".join(reader.words).strip():
        return re.sub(r"<[^>]{0,2000}>", " ", html)
    lines = [" ".join(line.split()) for line in "".join(reader.words).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
