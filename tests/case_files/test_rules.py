"""A case file as data in pieces and as a page for paper, whatever its chapters hold."""

import json
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.case_files.drawing import as_html, chapter, ending, opening
from engage.case_files.labels import CHAPTERS
from engage.case_files.rules import (
    ON_PAPER,
    Chapter,
    Entry,
    Said,
    Written,
    as_data,
    count,
    said,
)
from engage.i18n import LOCALES, use_locale
from tests.cast import NOW

WHO = UUID("11111111-2222-3333-4444-555555555555")
TEXT = st.text(max_size=30)
ENTRIES = st.builds(
    Entry, TEXT, TEXT, TEXT, st.lists(st.builds(Said, TEXT, TEXT), max_size=3).map(tuple)
)
FILES = st.builds(
    lambda all_of_them, cut: [
        Written(each, tuple(entries), each in cut)
        for each, entries in zip(Chapter, all_of_them, strict=True)
    ],
    st.lists(st.lists(ENTRIES, max_size=3), min_size=len(Chapter), max_size=len(Chapter)),
    st.sets(st.sampled_from(Chapter)),
)


def in_pieces(chapters: list[Written]) -> str:
    found = [opening(WHO, now=NOW)]
    found += [chapter(each, is_first=n == 0) for n, each in enumerate(chapters)]
    return "".join([*found, ending(chapters)])


def drawn(chapters: list[Written], code: str = "en") -> str:
    with use_locale(code):
        return as_html(chapters, "Sam", code, now=NOW, region="GB")


@given(FILES)
def test_the_pieces_are_one_object_that_holds_all_of_it(chapters: list[Written]) -> None:
    found = json.loads(in_pieces(chapters))
    assert found["young_person_id"] == str(WHO)
    assert list(found["parts"]) == list(Chapter)
    assert found["count"] == sum(len(part["entries"]) for part in found["parts"].values())
    assert found["left_out"] == any(part["left_out"] for part in found["parts"].values())
    for each in chapters:
        headings = [entry["heading"] for entry in found["parts"][each.chapter]["entries"]]
        assert headings == [entry.heading for entry in each.entries]


def test_what_is_empty_is_not_there() -> None:
    assert said(("Name", "Maya"), ("Born", ""), ("Reference", None), (None, "words")) == (
        Said("Name", "Maya"), Said("", "words"),
    )  # fmt: skip
    found = as_data(Written(Chapter.PLAN, (Entry("Safe"),), is_cut=True))
    assert found == {"left_out": True, "entries": [{"heading": "Safe"}]}


def test_of_very_many_the_paper_holds_the_latest_and_says_so() -> None:
    entries = tuple(Entry(f"happened {n}.") for n in range(ON_PAPER + 2))
    found = Written(Chapter.HAPPENED, entries)
    assert found.is_shortened
    assert len(as_data(found)["entries"]) == count([found]) == ON_PAPER + 2
    page = drawn([found])
    assert "happened 1." not in page
    assert "happened 2." in page and f"happened {ON_PAPER + 1}." in page
    assert "Only the latest stand here." in page
    assert "Only the latest" not in drawn([Written(Chapter.HAPPENED, entries[:ON_PAPER])])


def test_the_paper_says_where_something_is_left_out_and_nowhere_else() -> None:
    page = drawn([Written(Chapter.PLAN), Written(Chapter.TALKS, is_cut=True)])
    plan, talks = page.split(str(CHAPTERS[Chapter.TALKS]))
    assert "Something is kept from this reader" in plan
    assert "Something in this part is left out" not in plan
    assert "Something in this part is left out" in talks
    assert "left out: it is kept" not in drawn([Written(Chapter.PLAN)])


def test_words_that_look_like_tags_are_words() -> None:
    entry = Entry("<b>x</b>", said=(Said("<i>who</i>", "<script>alert(1)</script>\nsecond"),))
    page = drawn([Written(Chapter.HAPPENED, (entry,))])
    assert "<script>" not in page and "<i>who" not in page
    assert '&lt;script&gt;alert(1)&lt;/script&gt;</p><p dir="ltr">second' in page


@pytest.mark.parametrize("code", LOCALES)
def test_it_is_in_the_language_of_whoever_asked(code: str) -> None:
    entry = Entry("Maya", said=(Said("Maya", "Soup\nBread"),))
    page = drawn([Written(Chapter.PLAN, (entry,), is_cut=True)], code)
    assert f'<html lang="{code}" dir="{"rtl" if code == "ar" else "ltr"}">' in page
    # What people wrote in another language is read from its own side, our words from the page's.
    assert '<p dir="ltr">Soup</p><p dir="ltr">Bread</p>' in page
    assert "<p><small>Maya</small></p>" in page
    with use_locale(code):
        assert str(CHAPTERS[Chapter.PLAN]) in page
    assert ("The plan" in page) == (code == "en")


def test_every_chapter_has_its_words() -> None:
    assert set(CHAPTERS) == set(Chapter)
