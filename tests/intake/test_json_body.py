"""What a program sends is taken whole or refused with every fault named; nothing breaks us."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from engage.intake.arriving import Draft
from engage.intake.json_body import FIELDS, BadBody, read_body
from engage.intake.rules import MOST_WORDS, About, Referrer
from tests.cast import NOW

GOOD = {"reference": "123/26", "about": "missing", "words": "Not back"}


def read(body: bytes | dict[str, Any]) -> Draft:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_body(raw, Referrer.POLICE, region="GB", now=NOW)


def problems(body: bytes | dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(BadBody) as bad:
        read(body)
    return bad.value.problems


def test_a_whole_one_is_read() -> None:
    found = read(GOOD | {
        "name": " Maya ", "birth_date": "2010-03-04", "phone": "07700 900101", "contact": None,
        "since": "2026-11-22T17:30:00+00:00", "words": "Not back\r\nsince 9",
    })  # fmt: skip
    assert found == Draft(
        About.MISSING, Referrer.POLICE, words="Not back\nsince 9", name="Maya",
        birth_date=date(2010, 3, 4), phone="+447700900101", reference="123/26",
        since=datetime(2026, 11, 22, 17, 30, tzinfo=UTC),
    )  # fmt: skip
    assert read(b"\xef\xbb\xbf" + json.dumps(GOOD).encode()).reference == "123/26"


@pytest.mark.parametrize(
    ("changed", "field", "why"),
    [
        ({"reference": ""}, "reference", "is empty"),
        ({"reference": 7}, "reference", "must be text"),
        ({"reference": "x" * 81}, "reference", "is longer than 80 signs"),
        ({"about": "gone"}, "about", "use one of: missing, returned, worry, other"),
        ({"about": ["missing"]}, "about", "must be text"),
        ({"words": {"a": {"b": 1}}}, "words", "must be text"),
        ({"words": "x" * (MOST_WORDS + 1)}, "words", "is longer than 8000 signs"),
        ({"words": "a\0b"}, "words", "holds signs that cannot be shown"),
        ({"words": "\ud800"}, "words", "holds signs that cannot be shown"),
        ({"words": " "}, "words", "say something: words, a name, or both"),
        ({"birth_date": "04/03/2010"}, "birth_date", "write the date as 2010-12-31"),
        ({"birth_date": "2030-01-01"}, "birth_date", "is not the date of birth of a young person"),
        ({"phone": "call me"}, "phone", "is not a phone number"),
        ({"since": "yesterday"}, "since", "write it as 2026-11-22T21:30:00+00:00"),
        ({"since": "2026-11-22T17:30"}, "since", "write it as 2026-11-22T21:30:00+00:00"),
        ({"since": "0001-01-01T00:00:00+23:59"}, "since", "is still to come, or years ago"),
        ({"since": "2027-01-01T00:00:00Z"}, "since", "is still to come, or years ago"),
        ({"name": True}, "name", "must be text"),
        ({"name": 1e999}, "body", "Infinity is not JSON"),
        ({"a" * 99: "x"}, "a" * 40, "is not a field: use "),
    ],
)
def test_each_fault_is_named_by_its_field(changed: dict[str, Any], field: str, why: str) -> None:
    ((found, reason),) = problems(GOOD | changed)
    assert found == field and reason.startswith(why)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "is not JSON"),
        (b"{", "is not JSON"),
        (b"\xff\xfe{}", "is not UTF-8"),
        (b"[]", "is not a JSON object"),
        (b'"x"', "is not a JSON object"),
        (b"1" * 5000, "is not JSON"),
        (b'{"about": NaN}', "NaN is not JSON"),
        (b'{"about": -Infinity}', "-Infinity is not JSON"),
    ],
)
def test_what_is_no_object_at_all_is_refused_in_one_line(body: bytes, why: str) -> None:
    assert problems(body) == [("body", why)]


@pytest.mark.parametrize("body", [b"[" * 40_000, b'{"a":' * 8_000, b"[" * 99 + b"]" * 99])
def test_however_deep_it_is_nested_it_is_refused(body: bytes) -> None:
    ((field, why),) = problems(body)
    assert field == "body" and why.startswith("is n")


def test_a_name_that_stands_there_twice_is_refused() -> None:
    body = b'{"reference": "1", "about": "missing", "reference": "2", "words": "x"}'
    assert problems(body) == [("reference", "stands here twice")]


def test_five_thousand_fields_are_refused_in_one_line() -> None:
    many = {f"f{number}": "x" for number in range(5000)}
    assert problems(GOOD | many) == [("body", "has 5003 fields: at most 8 are known")]


def test_several_faults_are_named_at_once() -> None:
    assert problems({"name": 1, "colour": "red"}) == [
        ("name", "must be text"),
        ("colour", f"is not a field: use {', '.join(FIELDS)}"),
        ("reference", "is missing"),
        ("about", "is missing"),
    ]  # fmt: skip
