"""tests/markup.py: what it reads itself it reads as html5lib does; it leaves html5lib the rest."""

from xml.etree.ElementTree import tostring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.markup import Parser, parse, parse_slowly
from tests.web.test_page_parser import GOOD

# Whatever may stand somewhere in a page, right or wrong.
PIECES = [
    "<p>", "</p>", "<div>", "</div>", "<b>", "</b>", "<a href='/x'>", "</a>", "<br>", "<br/>",
    "<ul>", "<li>", "</ul>", "<table>", "<tr>", "<td>", "</table>", "<form>", "</form>",
    "<select>", "<option selected>", "</option>", "</select>", "<textarea>", "\n\n", "</textarea>",
    "<title>", "</title>", "<script src=/x>", '<script src="/x">', "</script>", "<style>",
    "</style>", "<svg viewBox='0 0 1 1'>", "<path d=''/>", "</svg>", "<p class=x>",
    "<p id='a' id='b'>",
    '<p title="&quot;a&#39;&nbsp;b">', '<p title="a&b">', "<p\n hidden >", "</p >", "</p x>", "<P>",
    "words", " ", "\t", "\f", "\r", "\x00", "&amp;", "&nbsp;", "&nosuch;", "&", "&#8217;", "&#x41;",
    "&#0;", "&lt", "<", ">", "<!-- so -->", "<!doctype html>", "<?x?>", "é", "😀", "\ufdd0",
    "<head>",
    "<body>", "<html lang='cy'>", "</body>", "</html>", "<main>", "</main>", "<noscript>",
]  # fmt: skip


def same(html: str) -> bool:
    """Say whether a page was read here and not left to html5lib; fail if it was read otherwise."""
    root, faults = parse(html)
    wanted, wanted_faults = parse_slowly(html)
    assert (tostring(root), faults) == (tostring(wanted), wanted_faults)
    return Parser(namespaceHTMLElements=False).parse_plain(html) is not None


@given(st.lists(st.sampled_from(PIECES), max_size=12), st.integers(0, len(GOOD)))
def test_any_page_is_read_as_html5lib_reads_it(pieces: list[str], at: int) -> None:
    same("".join(pieces))
    same(GOOD[:at] + "".join(pieces) + GOOD[at:])


@pytest.mark.parametrize("piece", PIECES)
def test_each_piece_alone_is_read_as_html5lib_reads_it(piece: str) -> None:
    same(GOOD.replace("</h1>", f"</h1>{piece}"))
    same(GOOD.replace("</main>", f"{piece}</main>"))
    same(GOOD.replace("</title>", f"{piece}</title>"))


@pytest.mark.parametrize(
    "more", ["", "<p>&amp; &nbsp;&#39;é</p>", "<svg viewBox='0 0 1 1'><path d=''/></svg>", "<br/>"]
)
def test_what_our_templates_write_is_read_here(more: str) -> None:
    assert same(GOOD.replace("</h1>", f"</h1>{more}"))
