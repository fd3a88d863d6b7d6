"""How the audit chain is made and checked. Plain Python; the keyed digest is passed in."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

FIRST = "0" * 64
CHAINED = (
    "id",
    "at",
    "actor_id",
    "actor_kind",
    "verb",
    "subject_id",
    "object_kind",
    "object_id",
    "reason",
    "request_id",
    "chain_no",
)
Digest = Callable[[str], str]


def link_hash(entry: Mapping[str, Any], previous: str, digest: Digest) -> str:
    """Return the hash of an entry that follows `previous` in the chain.

    Source: SAFETY 12 (keyed hash over the previous hash and the canonical JSON).
    """
    canonical = {name: _plain(entry[name]) for name in CHAINED}
    return digest(previous + "|" + json.dumps(canonical, sort_keys=True, separators=(",", ":")))


def first_break(
    entries: Iterable[Mapping[str, Any]], digest: Digest, start: int = 1, previous: str = FIRST
) -> int | None:
    """Return the number in the chain of the first entry that is wrong, or None.

    `entries` come in chain order from number `start`, which follows the hash `previous`: a
    missing number, a changed field and a changed hash are all found. A cut-off tail is not:
    compare with a kept head for that.
    """
    for expected, entry in enumerate(entries, start=start):
        right = entry["chain_no"] == expected and entry["prev_hash"] == previous
        if not right or entry["hash"] != link_hash(entry, previous, digest):
            return expected
        previous = entry["hash"]
    return None


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, int) else str(value)
