"""Papers: sent by people in a hurry, and by somebody who means harm."""

import io
from collections.abc import Callable

import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from engage.audit.models import AuditEntry
from engage.db import db
from engage.evidence import rules
from engage.evidence.models import NoticeFile
from engage.operators import keys
from tests.cast import Cast
from tests.evidence.papers import archive_in_pdf, bomb, located_picture, pdf, picture
from tests.page import Page, follow

Missing = Callable[..., dict[str, str]]
Browse = Callable[[str], FlaskClient]


@pytest.fixture
def papers(missing: Missing) -> str:
    """Where the papers of the police are."""
    return f"{missing()['police']}/files"


def send(client: FlaskClient, papers: str, data: bytes, name: str = "report.pdf") -> TestResponse:
    form = Page(client.get(papers)).form(papers)
    answer = form.fill(paper=(io.BytesIO(data), name)).submit(client)
    # The test's client keeps a large body in a file of its own.
    answer.request.environ["wsgi.input"].close()
    return answer


def kept(client: FlaskClient, papers: str, data: bytes, name: str = "report.pdf") -> str:
    """Send a paper; return its address."""
    page = follow(client, send(client, papers, data, name))
    return page.link(name)


def test_a_paper_is_kept_and_sent_back_as_a_file(papers: str, browse: Browse) -> None:
    sam = browse("sam")
    answer = sam.get(kept(sam, papers, pdf()))
    assert answer.data == pdf()
    assert len(pypdf.PdfReader(io.BytesIO(answer.data)).pages) == 1
    head = answer.headers
    assert head["Content-Type"] == "application/pdf"
    assert head["Content-Disposition"] == 'attachment; filename="file.pdf"'
    assert head["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in head["Cache-Control"]
    assert "default-src 'none'" in head["Content-Security-Policy"]


def test_a_picture_comes_back_without_where_it_was_taken(papers: str, browse: Browse) -> None:
    sam = browse("sam")
    answer = sam.get(kept(sam, papers, located_picture(), "IMG_1.JPG"))
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="file.jpg"'
    assert b"PhoneMaker" not in answer.data
    assert not Image.open(io.BytesIO(answer.data)).getexif()


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "nothing.pdf", "Choose a file first."),
        (b"MZ\x90\0", "report.pdf", "What is in this file is not a PDF, a JPEG or a PNG"),
        (b"<html><script>alert(1)</script>", "photo.png", "whatever its name says"),
        (archive_in_pdf(), "report.pdf", "Something else is hidden behind this PDF."),
        (pdf(b"/AA << /S /JavaScript >>"), "form.pdf", "has a program or another file in it"),
        (picture("PNG")[:200], "cut.png", "damaged, or only part of it came"),
        (bomb(), "small.png", "too many dots to handle"),
        (picture(size=(50, 50)), "tiny.jpg", "too small to read"),
        (pdf() + b" " * (rules.MOST_BYTES + 1 - len(pdf())), "big.pdf", "bigger than 10 MB"),
    ],
)
def test_what_cannot_be_kept_is_said_in_one_sentence(
    app: Flask, papers: str, browse: Browse, data: bytes, name: str, words: str
) -> None:
    sam = browse("sam")
    answer = Page(send(sam, papers, data, name))
    assert answer.status == 400
    assert len(answer.errors) == 1 and words in answer.errors[0]
    with app.app_context():
        assert db.session.query(NoticeFile).count() == 0


def test_what_lies_about_its_type_by_name_only_is_taken_for_what_it_is(
    papers: str, browse: Browse
) -> None:
    sam = browse("sam")
    answer = sam.get(kept(sam, papers, pdf(), "holiday.png"))
    assert answer.headers["Content-Type"] == "application/pdf"


def test_more_than_we_read_is_answered_without_reading_it(papers: str, browse: Browse) -> None:
    sam = browse("sam")
    body = b"--b\r\nContent-Disposition: form-data; name=paper; filename=x.pdf\r\n\r\n"
    kind = "multipart/form-data; boundary=b"
    answer = sam.post(papers, data=body + b"x" * (17 << 20), content_type=kind)
    assert "This file is bigger than 10 MB." in follow(sam, answer)


def test_what_was_noted_before_is_not_lost_with_a_bad_file(
    missing: Missing, browse: Browse
) -> None:
    there, sam = missing(), browse("sam")
    Page(sam.get(f"{there['police']}/contact")).form().fill(name="PC Doe").send(sam)
    assert send(sam, f"{there['police']}/files", b"MZ").status_code == 400
    assert "PC Doe" in Page(sam.get(there["police"]))


def test_a_name_is_shown_as_text_and_never_sent(papers: str, browse: Browse) -> None:
    sam = browse("sam")
    name = "<script>alert(1)</script>.pdf"
    page = follow(sam, send(sam, papers, pdf(), name))
    assert "<script>alert" not in page.html
    address = next(at for at in page.links.values() if at.startswith(f"{papers}/"))
    assert "script" not in sam.get(address).headers["Content-Disposition"]


def test_every_look_is_written_down(app: Flask, cast: Cast, papers: str, browse: Browse) -> None:
    sam, sue = browse("sam"), browse("sue")
    address = kept(sam, papers, pdf())
    sue.get(address)
    with app.app_context():
        lines = db.session.scalars(
            select(AuditEntry).where(AuditEntry.verb.like("notice:file_%")).order_by(AuditEntry.at)
        ).all()
        assert [(line.verb, line.actor_id) for line in lines] == [
            ("notice:file_added", cast.sam), ("notice:file_opened", cast.sue),
        ]  # fmt: skip
        assert {line.subject_id for line in lines} == {cast.maya}


def test_it_lies_sealed_and_moves_to_a_new_key(app: Flask, papers: str, browse: Browse) -> None:
    sam = browse("sam")
    kept(sam, papers, pdf(), "secret-name.pdf")
    with app.app_context():
        row = db.session.execute(text("SELECT content, name FROM notice_files")).one()
        assert "%PDF" not in row.content and "JVBERi0" not in row.content
        assert "secret" not in row.name
    sealed = {(place.table.name, place.column.name) for place in keys.sealed_columns()}
    assert {("notice_files", "content"), ("notice_files", "name"), ("notice_files", "reason"),
            ("notice_facts", "value"), ("notice_facts", "reason")} <= sealed  # fmt: skip


def test_who_may_fetch_it(papers: str, browse: Browse) -> None:
    sam = browse("sam")
    address = kept(sam, papers, pdf())
    for who in ("sue", "olu"):
        assert browse(who).get(address).status_code == 200
    for who in ("jo", "ines", "adil", "maya", "zed_worker", "zed_carer", "far_zed_worker",
                "far_zed_supervisor", "kits_worker"):  # fmt: skip
        assert browse(who).get(address).status_code == 404, who
    assert "report.pdf" not in Page(browse("jo").get(papers))


def test_a_carer_adds_one_and_fetches_and_takes_out_their_own(papers: str, browse: Browse) -> None:
    jo = browse("jo")
    address = kept(jo, papers, picture(), "slip.jpg")
    assert jo.get(address).status_code == 200
    page = Page(jo.get(papers))
    answer = Page(page.form(f"{address}/remove").submit(jo))
    assert answer.status == 400 and answer.errors == ["Say why. A few words are enough."]
    form = answer.form(f"{address}/remove")
    [field] = [name for name in form.names if name.endswith("reason")]
    page = form.fill({field: "It was the wrong picture"}).send(jo)
    assert "It was the wrong picture" in page and "slip.jpg" in page
    assert jo.get(address).status_code == 404


def test_what_was_taken_out_is_gone_and_that_it_was_there_stays(
    app: Flask, papers: str, browse: Browse
) -> None:
    sam = browse("sam")
    address = kept(sam, papers, pdf())
    form = Page(sam.get(papers)).form(f"{address}/remove")
    [field] = [name for name in form.names if name.endswith("reason")]
    form.fill({field: "About somebody else"}).send(sam)
    with app.app_context():
        row = db.session.execute(text("SELECT content, removed_at FROM notice_files")).one()
        assert row.content is None and row.removed_at is not None
    # Once is enough.
    assert form.submit(sam).status_code == 404


def test_there_are_at_most_so_many(
    app: Flask, papers: str, browse: Browse, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engage.evidence.file_actions.MOST_FILES", 1)
    sam = browse("sam")
    kept(sam, papers, pdf())
    answer = Page(send(sam, papers, pdf()))
    assert answer.status == 400 and "There are twenty files here already." in answer.errors[0]


def test_the_list_says_how_many_there_are(missing: Missing, browse: Browse) -> None:
    there, sam = missing(), browse("sam")
    kept(sam, f"{there['police']}/files", pdf())
    assert "1 file" in Page(sam.get(f"{there['episode']}/told"))
    assert "1 file" not in Page(browse("jo").get(f"{there['episode']}/told"))
