"""Filling a throwaway PostgreSQL database quickly: rows first, what finds them afterwards."""

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, insert, text

AT_ONCE = 5_000
# Nothing here has to outlive a power cut, and an index of millions is built in memory.
_SETTINGS = (
    "SET LOCAL synchronous_commit = off",
    "SET LOCAL work_mem = '256MB'",
    "SET LOCAL maintenance_work_mem = '512MB'",
)
# Foreign keys first: they lean on the primary keys of other tables.
_CONSTRAINTS = text(
    """
    SELECT c.conrelid::regclass::text AS table, quote_ident(c.conname) AS name,
           pg_get_constraintdef(c.oid) AS definition
    FROM pg_constraint c
    WHERE c.contype IN ('p', 'u', 'f')
      AND (c.conrelid = ANY(CAST(:tables AS regclass[]))
           OR (c.contype = 'f' AND c.confrelid = ANY(CAST(:tables AS regclass[]))))
    ORDER BY c.contype <> 'f', c.oid
    """
)
_INDEXES = text(
    """
    SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
    FROM pg_index i
    WHERE i.indrelid = ANY(CAST(:tables AS regclass[]))
      AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
    """
)


class Progress:
    """Says on standard error what was done and how long it took: a fill lasts minutes."""

    def __init__(self, what: str):
        self._what = what
        self._at = self._began = time.monotonic()

    def done(self, step: str) -> None:
        """Say that a step is done."""
        now = time.monotonic()
        took, whole = now - self._at, now - self._began
        print(f"  {self._what}: {step}, {took:.0f} s ({whole:.0f} s)", file=sys.stderr, flush=True)
        self._at = now


@contextmanager
def bare(connection: Connection, *tables: str) -> Iterator[None]:
    """Take keys and indexes off tables, let them be filled, and put all of them back.

    One transaction: rows that break a key fail the whole.
    """
    for setting in _SETTINGS:
        connection.exec_driver_sql(setting)
    named = {"tables": list(tables)}
    constraints = connection.execute(_CONSTRAINTS, named).all()
    for table, name, _ in constraints:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    indexes = connection.execute(_INDEXES, named).all()
    for name, _ in indexes:
        connection.exec_driver_sql(f"DROP INDEX {name}")
    yield
    for _, definition in indexes:
        connection.exec_driver_sql(definition)
    for table, name, definition in reversed(constraints):
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def copy(
    connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Copy rows in, as PostgreSQL likes them best."""
    driver: Any = connection.connection.driver_connection
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as into,
    ):
        for row in rows:
            into.write_row(row)


def put_in(connection: Connection, table: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that all name the same columns, by the quickest way each engine has.

    What the model would fill in by itself (a scalar default) is filled in here.
    """
    if connection.dialect.name != "postgresql":
        for start in range(0, len(rows), AT_ONCE):
            connection.execute(insert(table), rows[start : start + AT_ONCE])
        return
    names = list(rows[0])
    defaults = {
        column.name: column.default.arg
        for column in table.columns
        if column.name not in names and column.default is not None and column.default.is_scalar
    }
    values = tuple(str(v) if isinstance(v, str) else v for v in defaults.values())
    lines = ((*(row[name] for name in names), *values) for row in rows)
    with bare(connection, table.name):
        copy(connection, table.name, (*names, *defaults), lines)
