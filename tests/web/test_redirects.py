"""`next=`: only a path of our own is followed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.web.redirects import is_own_path, safe_next


@pytest.mark.parametrize("url", ["/", "/plans/1?x=2#y", "/a//b", "/?next=http://x", "/héllo"])
def test_a_path_of_our_own_is_followed(url: str) -> None:
    assert safe_next(url) == url


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "home",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " /home",
        "/ home",
        "http:evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/\x00",
        "http://[",
    ],
)
def test_anything_else_leads_to_the_first_page(url: str | None) -> None:
    assert safe_next(url) == "/"
    assert safe_next(url, "/home") == "/home"


@given(st.text(alphabet="/\\:\t\n\r @.evil%#?", max_size=12))
def test_no_text_that_passes_can_name_another_host(url: str) -> None:
    if is_own_path(url):
        assert url[0] == "/" and url[1:2] not in {"/", "\\"}
        assert not set(url) & set("\t\r\n \\")
