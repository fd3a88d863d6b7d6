"""Keys: make fresh ones, see which of them are in use, move every sealed value to the first one."""

import functools
import hmac
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from itertools import chain
from typing import Any

from sqlalchemy import Column, String, Table, Text, bindparam, select, update

import engage
from engage.config import Settings
from engage.crypto import CannotUnseal, decode_key, keyring, new_key, seal, sealed, unseal
from engage.db import Base, db

SEALED = re.compile(r"([a-z0-9]{1,12})\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]{22,}")
INDEX = "index key"  # no id of an encryption key has a space
BATCH = 500  # rows in one transaction. Source: SAFETY 11.


@dataclass(frozen=True)
class SealedColumn:
    """A column that may hold sealed text, and the names its values may be bound to."""

    table: Table
    column: Column[Any]
    names: tuple[str, ...]

    def open(self, value: str, row_id: Any) -> tuple[str, str]:
        """Return the text and the name it is bound to, or raise CannotUnseal."""
        for name in self.names:
            try:
                return unseal(value, name, row_id), name
            except CannotUnseal:
                continue
        raise CannotUnseal(f"{self.names[0]} of {row_id} does not open with the keys set.")


@dataclass
class KeyStatus:
    """How many sealed values each key holds, and which values do not open."""

    by_key: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


def fresh_keys() -> dict[str, str]:
    """Make the three secrets a new installation needs, as lines for its environment."""
    return {
        "ENGAGE_SECRET_KEY": new_key(),
        "ENGAGE_ENCRYPTION_KEYS": f"k1:{new_key()}",
        "ENGAGE_INDEX_KEY": new_key(),
    }


def fingerprints(settings: Settings) -> dict[str, str]:
    """Return what tells each key from another of the same name, and gives nothing of it away."""
    pairs = [pair.partition(":") for pair in settings.encryption_keys.split(",") if pair]
    held = {name: key for name, _, key in pairs} | {INDEX: settings.index_key}
    return {
        name: hmac.digest(decode_key(key), b"fingerprint", "sha256")[:8].hex()
        for name, key in held.items()
    }


@functools.cache
def load_every_table() -> None:
    """Import every module of models, so that no table is forgotten because nobody loaded it: a
    worker has no pages, which would.
    """
    for module in pkgutil.walk_packages(engage.__path__, "engage."):
        if module.name.rpartition(".")[2].endswith("models"):
            import_module(module.name)


def sealed_columns() -> list[SealedColumn]:
    """List every column that may hold sealed text, in the order of the tables."""
    load_every_table()
    bound: dict[tuple[str, str], set[str]] = {}
    for mapper in Base.registry.mappers:
        table: Any = mapper.local_table
        for owner in mapper.class_.__mro__:
            for name, declared in vars(owner).items():
                if isinstance(declared, sealed):
                    column = mapper.columns[declared.attribute]
                    names = bound.setdefault((table.name, column.name), set())
                    names.add(f"{table.name}.{name}")
    found = []
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, String | Text) and "id" in table.columns:
                names = bound.get((table.name, column.name), set()) | {
                    f"{table.name}.{column.name}"
                }
                found.append(SealedColumn(table, column, tuple(sorted(names))))
    return found


def status(*, check: bool = False) -> KeyStatus:
    """Count the sealed values by key; with `check`, open every one of them as well."""
    result = KeyStatus()
    for place in sealed_columns():
        for row_id, value in chain.from_iterable(_batches(place)):
            result.by_key[value.partition(".")[0]] += 1
            if not check:
                continue
            try:
                place.open(value, row_id)
            except CannotUnseal:
                result.broken.append(f"{place.table.name}.{place.column.name} of {row_id}")
    return result


def rotate(broken: list[str]) -> Iterator[int]:
    """Seal anew, with the first key, what older keys sealed: a batch at a time.

    Yields the number of values moved after each batch, for the caller to commit. It may be
    stopped at any moment and started again: what is done is known by its key. Values that do
    not open are left as they are and named in `broken`.
    """
    active = keyring().active
    for place in sealed_columns():
        for rows in _batches(place):
            changed = []
            for row_id, value in rows:
                if value.partition(".")[0] == active:
                    continue
                try:
                    text, name = place.open(value, row_id)
                except CannotUnseal:
                    broken.append(f"{place.table.name}.{place.column.name} of {row_id}")
                    continue
                changed.append({"row": row_id, "old": value, "new": seal(text, name, row_id)})
            if changed:
                # A value somebody changed meanwhile is sealed with the first key already.
                db.session.connection().execute(
                    update(place.table)
                    .where(place.table.c.id == bindparam("row"), place.column == bindparam("old"))
                    .values({place.column: bindparam("new")}),
                    changed,
                )
                yield len(changed)


def _batches(place: SealedColumn) -> Iterator[list[tuple[Any, str]]]:
    row = place.table.c.id
    # Of what is large, such as photos, only a few are held in memory.
    at_once = place.column.info.get("rows_at_once", BATCH)
    sealed_ones = select(row, place.column).where(place.column.like("%.%.%"))
    page = wanted = sealed_ones.order_by(row).limit(at_once)
    while found := list(db.session.execute(page)):
        yield [(row_id, value) for row_id, value in found if SEALED.fullmatch(value)]
        page = wanted.where(row > found[-1][0])
