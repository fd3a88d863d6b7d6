"""tests/page.py itself: each mistake it is there for is caught."""

import pytest
from flask import Flask

from tests.page import Page

GOOD = """<!doctype html>
<html lang="en" dir="ltr"><head><meta charset="utf-8"><title>Our place</title></head>
<body><a href="tel:116000">Call</a><main><h1>Hello <b>you</b></h1>
<form method="post" action="/go"><input type="hidden" name="csrf_token" value="t">
<label for="a">Name</label><input id="a" name="a"><button>Send</button></form>
</main></body></html>"""
FORM = '<input type="hidden" name="csrf_token" value="t">'


def page(html: str, content_type: str = "text/html; charset=utf-8") -> Page:
    app = Flask("a page")
    app.add_url_rule("/", view_func=lambda: app.response_class(html, content_type=content_type))
    return Page(app.test_client().get("/"))


def test_a_good_page_passes_and_can_be_read() -> None:
    good = page(GOOD)
    assert (good.title, good.heading, good.lang, good.dir) == (
        "Our place",
        "Hello you",
        "en",
        "ltr",
    )
    assert good.main_text == "Hello you Name Send"
    assert "Call Hello you" in good
    assert good.form().names == {"csrf_token", "a"}


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("<!doctype html>", "", "doctype"),
        ("</main>", "", "not valid HTML"),
        ("<b>you</b>", "<b>you", "not valid HTML"),
        ("<b>you</b>", "&nosuch;", "not valid HTML"),
        (' lang="en"', "", "no lang"),
        (' dir="ltr"', "", "dir is"),
        ('dir="ltr"', 'dir="rtl"', "dir is"),
        ('lang="en"', 'lang="ar"', "dir is"),
        ("Our place", "", "empty title"),
        ("<h1>Hello <b>you</b></h1>", "", "0 of <h1"),
        ("</h1>", "</h1><h1>Twice</h1>", "2 of <h1"),
        ('id="a"', 'id="b"', "missing ids"),
        ("</h1>", '</h1><p id="a">x</p>', "ids used twice"),
        ('<label for="a">Name</label>', "", "has no label"),
        ('<label for="a">Name</label>', '<label for="a"></label>', "has no label"),
        ('<input id="a"', '<input type="radio" id="a"', "not in a fieldset"),
        ("<button>Send</button>", "<button></button>", "has no words"),
        ("</h1>", '</h1><img src="/x.png">', "no alt"),
        ("</h1>", '</h1><p style="color:red">x</p>', "inline style"),
        ("</h1>", '</h1><p onclick="x()">x</p>', "inline handler"),
        ("</h1>", "</h1><script>x()</script>", "inline script"),
        ("</h1>", '</h1><img alt="" src="https://evil.example/x">', "leaves our origin"),
        ("</h1>", '</h1><a href="//evil.example">x</a>', "leaves our origin"),
        ("</h1>", '</h1><a href="/\\\\evil.example">x</a>', "leaves our origin"),
        ("</h1>", '</h1><a href="https://evil.example">x</a>', "leaves our origin"),
        ("</h1>", '</h1><a href="javascript:x()">x</a>', "leaves our origin"),
        ('action="/go"', 'action="https://evil.example/go"', "leaves our origin"),
        (FORM, "", "no CSRF token"),
        ('method="post"', 'method="get"', "CSRF token in a GET"),
        ("<title>", '<meta property="og:title" content="x"><title>', "OpenGraph"),
    ],
)
def test_each_mistake_is_caught(old: str, new: str, why: str) -> None:
    assert old in GOOD
    with pytest.raises(AssertionError, match=why):
        page(GOOD.replace(old, new, 1))


def test_what_is_no_page_is_refused() -> None:
    with pytest.raises(AssertionError, match="text/plain"):
        page(GOOD, "text/plain")


def test_a_link_that_is_marked_as_leaving_may_leave() -> None:
    link = '</h1><a href="https://www.gov.example/" rel="external noreferrer">x</a>'
    assert page(GOOD.replace("</h1>", link)).link("x") == "https://www.gov.example/"


def test_only_what_a_form_has_can_be_filled_in() -> None:
    form = page(GOOD).form("/go")
    assert form.fill(a="x").values["a"] == ["x"]
    with pytest.raises(AssertionError, match="no field 'b'"):
        form.fill(b="x")
    with pytest.raises(AssertionError, match="no button 'Delete'"):
        form.submit(Flask("x").test_client(), press="Delete")
