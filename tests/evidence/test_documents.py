"""Files are judged by what is in them, and nothing in them runs here."""

import contextlib
import io
import time

import pypdf
import pytest
from PIL import Image

from engage.evidence.documents import BadFile, FileProblem, read_document
from engage.evidence.labels import FILE_PROBLEMS
from engage.evidence.rules import DOCUMENT_SIDE, MOST_BYTES
from tests.evidence.papers import archive, archive_in_pdf, bomb, located_picture, pdf, picture


def problem_of(data: bytes) -> FileProblem:
    with pytest.raises(BadFile) as caught:
        read_document(data)
    assert FILE_PROBLEMS[caught.value.problem]
    return caught.value.problem


def test_a_whole_pdf_is_kept_as_it_came() -> None:
    found = read_document(pdf())
    assert (found.kind, found.content) == ("pdf", pdf())
    assert len(pypdf.PdfReader(io.BytesIO(found.content)).pages) == 1


@pytest.mark.parametrize("tail", [b"", b"\n", b"\r\n", b"\n\n  \n"])
def test_white_space_behind_its_end_is_nothing(tail: bytes) -> None:
    assert read_document(pdf(tail=tail)).kind == "pdf"


def test_a_pdf_made_by_another_program_passes() -> None:
    out = io.BytesIO()
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(out)
    assert read_document(out.getvalue()).kind == "pdf"


def test_a_pdf_with_its_table_in_a_stream_passes() -> None:
    whole = pdf()
    at = whole.index(b"4 0 obj")
    moved = whole[: whole.rindex(b"startxref")] + b"startxref\n%d\n%%%%EOF\n" % at
    assert read_document(moved).kind == "pdf"


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_is_painted_anew_and_kept_as_jpeg(kind: str) -> None:
    found = read_document(picture(kind, (3000, 1500)))
    assert found.kind == "jpg"
    assert Image.open(io.BytesIO(found.content)).size == (DOCUMENT_SIDE, DOCUMENT_SIDE // 2)


def test_where_and_with_what_it_was_taken_is_gone() -> None:
    sent = located_picture()
    assert b"PhoneMaker" in sent
    found = read_document(sent).content
    assert b"PhoneMaker" not in found and b"station" not in found
    assert not Image.open(io.BytesIO(found)).getexif()


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", FileProblem.NOTHING),
        (b"x" * 50, FileProblem.OTHER_KIND),
        (b"GIF89a" + b"\0" * 50, FileProblem.OTHER_KIND),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", FileProblem.OTHER_KIND),
        (b"<html><script>alert(1)</script>", FileProblem.OTHER_KIND),
        (b"MZ" + b"\0" * 50, FileProblem.OTHER_KIND),
        (archive(), FileProblem.OTHER_KIND),
        (b"\n" + pdf(), FileProblem.OTHER_KIND),
        (b"GIF89a" + pdf(), FileProblem.OTHER_KIND),
        (b"%PDF-9.9\n" + pdf()[9:], FileProblem.BROKEN),
        (b"%PDF-1.7\nfoo", FileProblem.BROKEN),
        (pdf()[:-40], FileProblem.BROKEN),
        (pdf().replace(b"startxref\n", b"startxref\n9"), FileProblem.BROKEN),
        (pdf() + archive(), FileProblem.TWO_IN_ONE),
        (pdf() + b"<script>alert(1)</script>", FileProblem.TWO_IN_ONE),
        (archive_in_pdf(), FileProblem.TWO_IN_ONE),
        (pdf(b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), FileProblem.PROGRAM),
        (pdf(b"/OpenAction << /S /J#61vaScript >>"), FileProblem.PROGRAM),
        (pdf(b"/AA << /O << /S /L#61unch /F (cmd) >> >>"), FileProblem.PROGRAM),
        (pdf(b"/Names << /EmbeddedFiles 9 0 R >>"), FileProblem.PROGRAM),
        (pdf(b"/AcroForm << /XFA 9 0 R >>"), FileProblem.PROGRAM),
        (picture("PNG")[:300], FileProblem.BROKEN),
        (picture()[: len(picture()) // 2], FileProblem.BROKEN),
        (picture(size=(100, 100)), FileProblem.TOO_SMALL),
        (bomb(), FileProblem.TOO_LARGE),
        (bomb(11_000, 200), FileProblem.BROKEN),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, FileProblem.BROKEN),
        (b"\xff\xd8\xff" + archive(), FileProblem.BROKEN),
    ],
)  # fmt: skip
def test_what_is_something_else_is_refused_in_words(data: bytes, problem: FileProblem) -> None:
    found = problem_of(data)
    if data[:4] in (b"\x89PNG", b"\xff\xd8\xff" + archive()[:1]):
        # Where a decoder stops is its own business; that it says so kindly is ours.
        assert found in (problem, FileProblem.OTHER_KIND, FileProblem.BROKEN)
    else:
        assert found == problem


def test_ten_megabytes_pass_and_one_byte_more_does_not() -> None:
    base = len(pdf(stream=b""))
    nearly = pdf(stream=b"\x01" * (MOST_BYTES - base - 20))
    exact = pdf(stream=b"\x01" * (MOST_BYTES - base - 20 + MOST_BYTES - len(nearly)))
    assert len(exact) == MOST_BYTES
    assert read_document(exact).kind == "pdf"
    assert problem_of(exact + b"\n") == FileProblem.TOO_HEAVY


def test_chance_letters_in_what_is_packed_are_no_program() -> None:
    assert read_document(pdf(stream=b"\x00/JS \x01/Launch /XFA\x02")).kind == "pdf"


def test_a_picture_hidden_behind_a_picture_does_not_come_along() -> None:
    found = read_document(picture() + archive() + b"secret").content
    assert b"PK" not in found[-60:] and b"secret" not in found


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n" + b"stream\n" * 1_000_000,
        b"%PDF-1.7\n" + b"/#4a#53" * 1_000_000 + pdf(),
        b"%PDF-1.7\n" + b"startxref 1 %%EOF " * 400_000,
        b"%PDF-1.7\n" + b"/J" * 4_000_000 + pdf()[9:],
        pdf().replace(b"trailer", b"stream\n" * 1_000_000 + b"trailer"),
        pdf(b"/#4a" * 2_000_000),
        pdf(b"endstream" * 1_000_000),
    ],
)
def test_a_file_made_to_keep_us_busy_is_answered_soon(data: bytes) -> None:
    began = time.thread_time()  # of our own work: a busy machine may let us wait for longer
    with contextlib.suppress(BadFile):
        read_document(data[:MOST_BYTES])
    assert time.thread_time() - began < 5
