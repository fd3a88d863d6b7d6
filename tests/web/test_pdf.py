"""Making PDFs: nothing is fetched, nothing is said in the log, and a missing library is a word."""

import builtins
import logging
from typing import Any

import pytest

from engage.web import pdf
from tests import paper


@pytest.fixture(autouse=True)
def _afresh() -> Any:
    for kept in (pdf._weasyprint, pdf.can_make_pdf):
        kept.cache_clear()
    yield
    for kept in (pdf._weasyprint, pdf.can_make_pdf):
        kept.cache_clear()


def page(inside: str) -> str:
    return (
        f'<!doctype html><html lang="en"><title>x</title><body class="sheet">{inside}</body></html>'
    )


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/x.png",
        "https://localhost/x.png",
        "file:///etc/passwd",
        "/etc/passwd",
        "data:image/png;base64,iVBORw0KGgo=",
        "engage:../config.py",
        "engage:manifest.json",
        "ENGAGE:print.css",
    ],
)
@pytest.mark.parametrize(
    "way",
    ['<img src="{}">', '<div style="background: url({})">x</div>', '<object data="{}">x</object>'],
)
def test_a_page_that_asks_for_anything_is_not_made_or_made_without(way: str, address: str) -> None:
    paper.need_pdf()
    try:
        made = pdf.make_pdf(page(way.format(address)), "print.css")
    except pdf.AsksOutside:
        return
    # Not even a built file of ours stands in it where a page names it some other way.
    assert b"root:" not in made and b"/Image" not in made
    assert "root" not in paper.words_of(made)


def test_our_own_letters_are_used_and_are_inside() -> None:
    paper.need_pdf()
    fonts = paper.fonts_of(pdf.make_pdf(page("<p>abc ŵŷ نص</p>"), "print.css"))
    assert fonts == {"print-latin": True, "print-latin-ext": True, "print-arabic": True}


def test_the_words_say_what_stands_there() -> None:
    paper.need_pdf()
    made = pdf.make_pdf(
        page("<p>llwybr ŵyl</p><p dir='rtl' lang='ar'>خطتي للسلامة</p>"), "print.css"
    )
    assert paper.words_of(made).split("\n") == ["llwybr ŵyl", "خطتي للسلامة"]


@pytest.mark.parametrize("error", [ImportError, OSError])
def test_without_the_library_or_without_pango_there_is_a_word_for_it(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    real = builtins.__import__

    def missing(name: str, *rest: Any, **more: Any) -> Any:
        if name == "weasyprint":
            raise error("cannot load library")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", missing)
    with caplog.at_level(logging.WARNING), pytest.raises(pdf.NoPdf):
        pdf.make_pdf(page("x"), "print.css")
    assert not pdf.can_make_pdf()
    assert f"pdf: not available: {error.__name__}" in caplog.text


def test_the_log_repeats_nothing_of_a_page(caplog: pytest.LogCaptureFixture) -> None:
    paper.need_pdf()
    with caplog.at_level(logging.DEBUG):
        pdf.make_pdf(
            page('<p style="colour: secret-words">x</p><img alt="secret-words">'), "print.css"
        )
    assert "secret-words" not in caplog.text
