"""Bad input: each kind gets a clear answer, and never one of ours that says we broke."""

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from tests.page import Page

URLENCODED = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"a=1&" * 5000, URLENCODED, 413),
        (b"note=" + b"x" * 600_000, URLENCODED, 413),
        (b"note=%ff%fe", URLENCODED, 400),
        (b"note=\xff\xfe", URLENCODED, 400),
        (b"note=%C3", URLENCODED, 400),
        (b"<a/>", "text/xml", 415),
        (b"\x00\x01", "application/octet-stream", 415),
        (b"note=%00", URLENCODED, 400),
        (b"", URLENCODED, 400),
        (b"", "", 400),
        (b"--x", "multipart/form-data", 400),
        (b"--x--", "multipart/form-data; boundary=y", 400),
        (b"{}", "application/json", 400),
    ],
)
def test_a_body_that_is_no_form_of_ours_is_refused_in_plain_words(
    client: FlaskClient, body: bytes, kind: str, status: int
) -> None:
    page = Page(client.post("/form", data=body, content_type=kind))
    assert page.status == status
    assert page.heading


def part(name: str, value: bytes) -> bytes:
    return b'--x\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n' % (
        name.encode(),
        value,
    )


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (part("note", b"\xff\xfe") + b"--x--", 400),
        (part("a", b"1") * 300 + b"--x--", 413),
        (part("note", b"x" * 70_000) + b"--x--", 413),
    ],
)
def test_bodies_in_parts_are_held_to_the_same(
    client: FlaskClient, body: bytes, status: int
) -> None:
    response = client.post("/form", data=body, content_type="multipart/form-data; boundary=x")
    assert Page(response).status == status


def test_the_provider_is_judged_by_its_own_rules(app: Flask) -> None:
    @app.post("/webhooks/echo")
    def echo() -> str:
        return str(len(request.get_data()))

    from engage.web.forms import csrf

    csrf.exempt(echo)
    client = app.test_client()
    answer = client.post("/webhooks/echo", data=b"Body=%ff&" * 300, content_type=URLENCODED)
    assert (answer.status_code, answer.text) == (200, "2700")


@pytest.mark.parametrize(
    "path", ["/now?lang=%ff", "/now?lang=../../etc", "/now?" + "a=1&" * 3000, "/%ff%00", "/a//b"]
)
def test_strange_addresses_give_a_page(client: FlaskClient, path: str) -> None:
    assert Page(client.get(path)).status in {200, 404}


def test_a_long_text_within_the_limits_arrives_whole(client: FlaskClient) -> None:
    page = Page(client.get("/form"))
    again = Page(page.form().fill(note="é" * 9000).submit(client))
    assert again.form().values["note"] == ["é" * 9000]
