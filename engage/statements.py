"""Statements that are built once and then handed straight to the database's driver.

For what every text and every tap passes through. SQLAlchemy still writes the SQL and converts the
values. What it does anew each time a statement runs (a context, a look-up in its cache, a result
object: 60–80 µs, three quarters of the CPU of an incoming text) is left out. Whoever listens to
`before_cursor_execute` hears of these statements as of all others. See docs/decisions/0040.
"""

import functools
import json
import re
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Delete, Table, Update
from sqlalchemy.engine import Dialect

from engage.driver import COUNT, FETCH_ALL, FETCH_ONE, run, run_alone

Row = dict[str, Any]
Keys = Sequence[str] | None
MOST_IN_ONE = 32  # rows of one INSERT on SQLite
_as_json = json.JSONEncoder(default=str, separators=(",", ":")).encode


class Query:
    """A SELECT whose conditions never change, only the values of its named parameters."""

    def __init__(self, statement: Any):
        self._statement = statement
        self._ready: dict[str, tuple[_Ready, Callable[[Sequence[Any]], Any]]] = {}

    def all(self, connection: Connection, asked: Mapping[str, Any]) -> list[Any]:
        """Return every row, as named tuples. `asked` holds all that has no value of its own."""
        name = connection.dialect.name
        if name not in self._ready:
            dialect, statement = connection.dialect, self._statement
            self._ready[name] = _make_ready(statement, dialect), _reader(statement, dialect)
        ready, read = self._ready[name]
        rows = run_alone(connection, ready.sql, ready.bind(asked), FETCH_ALL)
        return [read(row) for row in rows]


@dataclass(frozen=True)
class _Ready:
    """What is left to do when a statement runs."""

    sql: str
    bind: Callable[[Mapping[str, Any]], Any]


def _make_ready(statement: Any, dialect: Dialect) -> _Ready:
    compiled = statement.compile(dialect=dialect)
    asked = [name for name, bound in compiled.binds.items() if bound.required]
    # Lists of constants ("kind IN (…)") are written out here, once.
    state = compiled.construct_expanded_state(dict.fromkeys(asked))
    writers = dict(state.processors)
    for name, bound in compiled.binds.items():
        writers[name] = bound.type.dialect_impl(dialect).bind_processor(dialect)
    constants = {
        name: _converted(value, writers.get(name))
        for name, value in state.parameters.items()
        if name not in asked
    }
    askers = [(name, writers[name]) for name in asked]

    def by_name(values: Mapping[str, Any]) -> dict[str, Any]:
        bound = {name: _converted(values[name], process) for name, process in askers}
        return constants | bound

    order = state.positiontup
    if order is None:
        return _Ready(state.statement, by_name)
    filled = [constants.get(name) for name in order]
    places = [
        (name, writer, [at for at, each in enumerate(order) if each == name])
        for name, writer in askers
    ]

    def in_order(values: Mapping[str, Any]) -> list[Any]:
        bound = filled.copy()
        for name, writer, positions in places:
            value = _converted(values[name], writer)
            for at in positions:
                bound[at] = value
        return bound

    return _Ready(state.statement, in_order)


def _converted(value: Any, process: Callable[[Any], Any] | None) -> Any:
    return value if process is None else process(value)


def _reader(statement: Any, dialect: Dialect) -> Callable[[Sequence[Any]], Any]:
    columns = list(statement.selected_columns)
    names = [column.name for column in columns]
    kind: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
    make: Callable[[Sequence[Any]], Any] = kind._make
    types = [column.type.dialect_impl(dialect) for column in columns]
    found = [each.result_processor(dialect, None) for each in types]
    processors = [(at, process) for at, process in enumerate(found) if process is not None]

    def read(values: Sequence[Any]) -> Any:
        row = list(values)
        for at, process in processors:
            row[at] = process(row[at])
        return make(row)

    return read if processors else make


class Into:
    """Rows for one table, as dictionaries of its columns; plain defaults may be left out. One that
    is there already by the columns `once` (`()`: by any unique key) is left alone, or changed as
    `then` says; `hits` is a column that counts how often it came.
    """

    def __init__(self, table: Any, *, once: Keys = None, hits: str = "", then: str = ""):
        self.table: Table = table
        self._defaults = {
            column.name: column.default.arg
            for column in self.table.columns
            if column.default is not None and column.default.is_scalar
        }
        self._known = ""
        if once is not None:
            then = f"UPDATE SET {hits} = {self.table.name}.{hits} + 1" if hits else then
            keys = f" ({', '.join(once)})" if once else ""
            self._known = f" ON CONFLICT{keys} DO {then or 'NOTHING'}"
        self.is_new = f"{hits} = 1" if hits else "1 = 1"

    def insert(self, connection: Connection, rows: Sequence[Row]) -> int:
        """Insert rows that all have the same columns; return how many were added."""
        if not rows:
            return 0
        if connection.dialect.name == "sqlite" and len(rows) > MOST_IN_ONE:
            return sum(self.insert(connection, part) for part in _parts(rows, MOST_IN_ONE))
        added: int = run(connection, *self.ready(connection, rows), COUNT)
        return added

    def copy(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Insert thousands of rows that are certainly new: by COPY on PostgreSQL."""
        if connection.dialect.name == "sqlite":
            self.insert(connection, rows)
        elif rows:
            rows = self.complete(rows)
            names = tuple(rows[0])
            raw = connection.connection.driver_connection
            assert raw is not None
            into = f"COPY {self.table.name} ({', '.join(names)}) FROM STDIN"
            with raw.cursor().copy(into) as copy:
                copy.write("".join(_copied(row, names) for row in rows))

    def ready(
        self, connection: Connection, rows: Sequence[Row], *, then: str = "", name: str = "rows"
    ) -> tuple[str, Any]:
        """Return the statement that inserts these rows, and its values.

        `then` follows at its end. `name`: of the parameter on PostgreSQL.
        """
        rows = self.complete(rows)
        names = tuple(rows[0])
        if connection.dialect.name == "sqlite":
            values = [
                convert(value) if (convert := _FOR_SQLITE.get(type(value))) else value
                for row in rows
                for value in map(row.__getitem__, names)
            ]
            return self._from_values(names, len(rows)) + then, values
        return self.from_json(names, name) + then, {name: _as_json(rows)}

    def from_json(self, names: tuple[str, ...], name: str, where: str = "") -> str:
        """Return the statement that inserts any number of rows out of one value (PostgreSQL)."""
        columns, table = ", ".join(names), self.table.name
        return (
            f"INSERT INTO {table} ({columns}) SELECT {columns}"
            f" FROM json_populate_recordset(NULL::{table}, %({name})s::json){where}{self._known}"
        )

    @functools.lru_cache(maxsize=128)  # noqa: B019 - there is one for each table, for ever
    def _from_values(self, names: tuple[str, ...], count: int) -> str:
        row = f"({', '.join('?' * len(names))})"
        return (
            f"INSERT INTO {self.table.name} ({', '.join(names)})"
            f" VALUES {', '.join([row] * count)}{self._known}"
        )

    def complete(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Return the rows with what their columns hold where nothing is said."""
        if self._defaults.keys() <= rows[0].keys():
            return rows
        return [{**self._defaults, **row} for row in rows]


class Change:
    """An UPDATE or a DELETE that is built once, with named values."""

    def __init__(self, statement: Update | Delete):
        self._statement = statement
        self._ready: dict[str, _Ready] = {}

    def make(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Change the rows that fit; return how many there were."""
        changed: int = run(connection, *self.ready(connection, values), COUNT)
        return changed

    def make_each(self, connection: Connection, many: Sequence[Mapping[str, Any]]) -> None:
        """Change what fits each of these values, one after another."""
        if not many:
            return
        sql, _ = self.ready(connection, many[0])
        bind = self._ready[connection.dialect.name].bind
        run(connection, sql, [bind(values) for values in many], COUNT, is_many=True)

    def ready(self, connection: Connection, values: Mapping[str, Any]) -> tuple[str, Any]:
        """Return the statement and its values."""
        name = connection.dialect.name
        ready = self._ready.get(name)
        if ready is None:
            ready = self._ready[name] = _make_ready(self._statement, connection.dialect)
        return ready.sql, ready.bind(values)


Addition = tuple[Into, Sequence[Row]]
Additions = Sequence[Addition]
Changes = Sequence[tuple[Change, Mapping[str, Any]]]


def write_once(
    connection: Connection,
    first: tuple[Into, Row],
    then: Additions,
    changes: Changes = (),
    *,
    is_all: bool = False,
) -> bool:
    """Write a row and all that follows from it; nothing follows if the row was there before.

    Returns whether it was new. One statement on PostgreSQL, one a table on SQLite. Everything
    is prepared before SQLite's turn at writing is taken. Rows that others point at go before them.
    `is_all`: this transaction writes nothing else, so PostgreSQL may commit it with the statement.
    """
    into, row = first
    then = [(table, rows) for table, rows in then if rows]
    if connection.dialect.name != "sqlite":
        return _write_in_one(connection, into, row, then, changes, is_all)
    opening, values = into.ready(connection, [row], then=f" RETURNING {into.is_new}")
    rest = [table.ready(connection, rows) for table, rows in then]
    rest += [change.ready(connection, named) for change, named in changes]
    if _points_at(into, tuple(table for table, _ in then)):
        _check_references_at_commit(connection)
    found = run(connection, opening, values, FETCH_ONE)
    if found is None or not found[0]:
        return False
    for sql, values in rest:
        run(connection, sql, values, COUNT)
    return True


def write(connection: Connection, rows: Additions, changes: Changes = ()) -> int:
    """Write rows and changes one after another; return how many rows that were."""
    count = sum(table.insert(connection, some) for table, some in rows)
    return count + sum(change.make(connection, named) for change, named in changes)


@functools.lru_cache(maxsize=128)
def _points_at(into: Into, others: tuple[Into, ...]) -> bool:
    tables = {other.table for other in others}
    return any(key.column.table in tables for key in into.table.foreign_keys)


def _check_references_at_commit(connection: Connection) -> None:
    """Let a row be written on SQLite before the one it points at, in this transaction only."""
    raw: Any = connection.connection.dbapi_connection
    raw.begin_write()
    run(connection, "PRAGMA defer_foreign_keys = ON", (), COUNT)


def _write_in_one(
    connection: Connection, into: Into, row: Row, then: Additions, changes: Changes, is_all: bool
) -> bool:
    (row,) = into.complete([row])
    then = [(table, table.complete(rows)) for table, rows in then]
    shape = tuple((table, tuple(rows[0])) for table, rows in then)
    values = {"first": _as_json([row])}
    values |= {f"rows_{n}": _as_json(rows) for n, (_, rows) in enumerate(then)}
    updates = []
    for change, named in changes:
        sql, bound = change.ready(connection, named)
        updates.append(sql)
        values |= bound
    sql = _in_one(into, tuple(row), shape, tuple(updates))
    found = (run_alone if is_all else run)(connection, sql, values, FETCH_ONE)
    return found is not None and bool(found[0])


@functools.lru_cache(maxsize=128)
def _in_one(
    into: Into,
    names: tuple[str, ...],
    then: tuple[tuple[Into, tuple[str, ...]], ...],
    updates: tuple[str, ...],
) -> str:
    """Return one statement: the first row, and the others where that one is new.

    PostgreSQL checks foreign keys at its end, so no order is needed among the parts.
    """
    condition = "(SELECT is_new FROM opening)"
    parts = [f"opening AS ({into.from_json(names, 'first')} RETURNING {into.is_new} AS is_new)"]
    parts += [
        f"part_{n} AS ({table.from_json(columns, f'rows_{n}', f' WHERE {condition}')})"
        for n, (table, columns) in enumerate(then)
    ]
    parts += [f"change_{n} AS ({sql} AND {condition})" for n, sql in enumerate(updates)]
    return f"WITH {', '.join(parts)} SELECT is_new FROM opening"


def _parts(rows: Sequence[Row], size: int) -> Iterator[Sequence[Row]]:
    return (rows[at : at + size] for at in range(0, len(rows), size))


def _instant(value: datetime) -> str:
    # In a time zone of people two hours of a year have the same name: only UTC is remembered.
    return _written(value) if value.tzinfo is UTC else _written(value.astimezone(UTC))


@functools.lru_cache(maxsize=256)
def _written(value: datetime) -> str:
    # The same moment stands in most columns of what is written together.
    return value.isoformat(" ", "microseconds")[:26]


# How the column types write what SQLite does not know.
_FOR_SQLITE: dict[type, Callable[[Any], str]] = {
    UUID: lambda value: f"{value.int:032x}",
    datetime: _instant,
}


def _copied(row: Row, names: tuple[str, ...]) -> str:
    return "\t".join([_for_copy(row[name]) for name in names]) + "\n"


def _for_copy(value: Any) -> str:
    """Write a value in COPY's text format."""
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value if _PLAIN.match(value) else value.translate(_COPY_ESCAPES)
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


_PLAIN = re.compile(r"[^\\\t\n\r]*\Z")
_COPY_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
