"""The audit chain: any change shows, at the right place."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from engage.audit.rules import CHAINED, FIRST, first_break, link_hash

START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def digest(text: str) -> str:
    return hashlib.sha256(b"key" + text.encode()).hexdigest()


@pytest.fixture
def chain() -> list[dict[str, Any]]:
    entries, previous = [], FIRST
    for number in range(1, 6):
        entry: dict[str, Any] = dict.fromkeys(CHAINED)
        entry |= {
            "id": uuid4(),
            "at": START + timedelta(seconds=number),
            "actor_kind": "carer",
            "verb": "plan:opened",
            "chain_no": number,
            "prev_hash": previous,
        }
        entry["hash"] = previous = link_hash(entry, previous, digest)
        entries.append(entry)
    return entries


def test_an_untouched_chain_has_no_break(chain: list[dict[str, Any]]) -> None:
    assert first_break(chain, digest) is None
    assert first_break([], digest) is None


@pytest.mark.parametrize("field", [name for name in CHAINED if name != "chain_no"])
def test_changing_any_field_breaks_the_chain_there(chain: list[dict[str, Any]], field: str) -> None:
    changed = START if field == "at" else "other"
    chain[2][field] = changed
    assert first_break(chain, digest) == 3


def test_a_removed_entry_is_found(chain: list[dict[str, Any]]) -> None:
    del chain[1]
    assert first_break(chain, digest) == 2


def test_swapped_entries_are_found(chain: list[dict[str, Any]]) -> None:
    chain[0], chain[1] = chain[1], chain[0]
    assert first_break(chain, digest) == 1


def test_a_chain_rewritten_without_the_key_is_found(chain: list[dict[str, Any]]) -> None:
    chain[4]["verb"] = "plan:closed"
    chain[4]["hash"] = link_hash(chain[4], chain[3]["hash"], lambda text: "0" * 64)
    assert first_break(chain, digest) == 5
