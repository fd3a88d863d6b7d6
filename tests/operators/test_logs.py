"""The log says what broke and where, and nothing that anybody wrote."""

import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from flask import Flask

from engage.operators import logs


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the log says from here on; the log is put back as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("INFO", stream)
    yield stream
    root.handlers, root.level = handlers, level
    structlog.contextvars.clear_contextvars()


def last(lines: io.StringIO) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(lines.getvalue().splitlines()[-1])
    return found


def test_an_error_is_named_with_its_place(lines: io.StringIO) -> None:
    logging.getLogger("engage.web.error_pages").error(
        "500: %s at %s",
        "KeyError",
        "views.py:3",
        extra={"error": "KeyError", "where": "views.py:3"},
    )
    assert last(lines)["error"] == "KeyError"
    assert last(lines)["where"] == "views.py:3"


def test_what_fills_a_sentence_is_left_out(lines: io.StringIO) -> None:
    logging.getLogger("some.library").warning("could not greet %s", "Maya")
    assert last(lines)["event"] == "could not greet %s"
    assert "Maya" not in lines.getvalue()


def test_only_listed_fields_are_kept(lines: io.StringIO) -> None:
    structlog.get_logger("engage.web").info("request", status=200, body="help me", name="Maya")
    assert last(lines)["status"] == 200
    assert not {"body", "name"} & last(lines).keys()


def test_the_words_of_an_exception_are_left_out_and_its_place_is_kept(lines: io.StringIO) -> None:
    try:
        raise ValueError("Maya wrote: help me")
    except ValueError:
        logging.getLogger("engage.worker").exception("a step failed")
    assert last(lines)["error"] == "ValueError"
    assert "test_logs.py" in str(last(lines)["where"])
    assert "Maya" not in lines.getvalue()


@pytest.mark.parametrize(
    ("sentence", "hidden"),
    [
        ("GET /c/382N9JVTH272DGW8BKYHRFYE0W", "382N9JVTH272DGW8BKYHRFYE0W"),
        ("GET /a/XYZ?lang=cy", "XYZ"),
        ("Error handling request /sign-in?next=%2Fc%2FXYZ", "XYZ"),
        ("text to +447700900123", "900123"),
        ("text to 07700 900 123", "900 123"),
    ],
)
def test_codes_and_numbers_are_masked(sentence: str, hidden: str) -> None:
    assert hidden not in logs.mask(sentence)
    assert "…" in logs.mask(sentence)


def test_no_address_that_carries_a_code_shows_it(built_app: Flask) -> None:
    carrying = [r for r in built_app.url_map.iter_rules() if r.arguments & {"code", "token"}]
    assert len(carrying) > 10
    for rule in carrying:
        path = re.sub(r"<(code|token)>", "K7XQ9M", rule.rule)
        assert "K7XQ9M" not in logs.mask(f"Error handling request {path}"), path
