"""Judging a file that somebody sends as evidence: by what is in it, never by its name.

Nothing here runs, unpacks or follows anything. A picture is painted anew (`photos/pictures.py`),
so that only its pixels are kept; a PDF is looked at from outside and kept as it came.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from engage.evidence.rules import DOCUMENT_SIDE, MOST_BYTES
from engage.photos.pictures import NotUsable, read_picture
from engage.photos.rules import PhotoProblem

_JPEG, _PNG, _PDF = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-"
_HEAD = re.compile(rb"%PDF-[12]\.\d[\s%]")
_END = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF\s*$")
_STREAM, _STREAM_ENDS = re.compile(rb"stream\r?\n"), b"endstream"
_ZIP_END, _ZIP_LOOKS = b"PK\x05\x06", 65_600  # an archive is found from its end
_TAIL = 1024  # bytes at the end in which a reader looks for the mark


def _spelled(name: str) -> bytes:
    # Each letter of a name may also be written as #xx. Source: ISO 32000-1, 7.3.5.
    return b"".join(b"(?:%c|(?i:#%02x))" % (ord(each), ord(each)) for each in name)


# What makes a program or a parcel of a PDF. Only what stands in plain sight is found; that is why
# it is never opened here and only ever sent as a file to keep.
_PROGRAMS = re.compile(
    b"/(?:%s)(?![A-Za-z0-9#])"
    % b"|".join(map(_spelled, ("JavaScript", "JS", "Launch", "EmbeddedFiles", "EmbeddedFile",
                               "RichMedia", "XFA")))
)  # fmt: skip


class FileProblem(StrEnum):
    """Why a file cannot be kept."""

    NOTHING = "nothing"
    TOO_HEAVY = "too_heavy"
    OTHER_KIND = "other_kind"
    BROKEN = "broken"
    TOO_LARGE = "too_large"
    TOO_SMALL = "too_small"
    MOVES = "moves"
    PROGRAM = "program"
    TWO_IN_ONE = "two_in_one"
    TOO_MANY = "too_many"


class BadFile(Exception):
    """This file cannot be kept; `problem` says why."""

    def __init__(self, problem: FileProblem):
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True)
class Document:
    """A file as it is kept: `kind` is pdf or jpg."""

    kind: str
    content: bytes


_SAME = {
    PhotoProblem.NOTHING: FileProblem.NOTHING,
    PhotoProblem.TOO_HEAVY: FileProblem.TOO_HEAVY,
    PhotoProblem.NOT_A_PHOTO: FileProblem.OTHER_KIND,
    PhotoProblem.OTHER_KIND: FileProblem.OTHER_KIND,
    PhotoProblem.BROKEN: FileProblem.BROKEN,
    PhotoProblem.TOO_LARGE: FileProblem.TOO_LARGE,
    PhotoProblem.TOO_SMALL: FileProblem.TOO_SMALL,
    PhotoProblem.MOVES: FileProblem.MOVES,
}


def read_document(data: bytes) -> Document:
    """Return the file in these bytes as we keep it, or raise BadFile."""
    if not data:
        raise BadFile(FileProblem.NOTHING)
    if len(data) > MOST_BYTES:
        raise BadFile(FileProblem.TOO_HEAVY)
    if data.startswith(_PDF):
        if problem := _pdf_problem(data):
            raise BadFile(problem)
        return Document("pdf", data)
    if not data.startswith((_JPEG, _PNG)):
        raise BadFile(FileProblem.OTHER_KIND)
    try:
        return Document("jpg", read_picture(data, side=DOCUMENT_SIDE).jpeg)
    except NotUsable as refused:
        raise BadFile(_SAME[refused.problem]) from None


def _pdf_problem(data: bytes) -> FileProblem | None:
    """Return what is wrong with a PDF from outside: head, table of contents, end, programs."""
    if not _HEAD.match(data):
        return FileProblem.BROKEN
    if _ZIP_END in data[-_ZIP_LOOKS:]:
        return FileProblem.TWO_IN_ONE
    end = _END.search(data[-_TAIL:])
    if end is None:
        # A whole PDF with something behind it is two files; without its mark it was cut short.
        return FileProblem.TWO_IN_ONE if b"%%EOF" in data else FileProblem.BROKEN
    table = data[int(end.group(1)) :][:40].lstrip()
    if not (table.startswith(b"xref") or re.match(rb"\d+ \d+ obj", table)):
        return FileProblem.BROKEN
    # What is packed in streams is noise to us, in which any three letters turn up by chance.
    return FileProblem.PROGRAM if any(map(_PROGRAMS.search, _in_sight(data))) else None


def _in_sight(data: bytes) -> list[bytes]:
    """Return what stands between the streams; in one pass, whatever somebody made of the file."""
    *before, last = data.split(_STREAM_ENDS)
    return [*(_STREAM.split(piece, maxsplit=1)[0] for piece in before), last]
