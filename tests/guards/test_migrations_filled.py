"""Every numbered change keeps what stands in the tables, back and forth. Source: SAFETY 6 R19."""

import hashlib
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    Integer,
    LargeBinary,
    Numeric,
    Table,
    Time,
    Uuid,
    inspect,
    text,
)

from engage.crypto import seal, sealed
from engage.db import Base, UtcDateTime, alembic, db
from tests.guards.test_migrations import empty_postgres_database, opened

ROWS = 1000
# What a way down takes away on purpose: notices of a kind that the older tables cannot tell.
LESS = ("alert_notices",)
BEGAN = datetime(2026, 1, 1, 8, 30, tzinfo=UTC)
SPACE = uuid.UUID("0f5a2f56-0000-4000-8000-000000000000")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    if request.param == "sqlite":
        yield from opened(f"sqlite:///{tmp_path}/engage.db")
    else:
        with empty_postgres_database() as url:
            yield from opened(url)


def row_id(table: str, number: int) -> uuid.UUID:
    return uuid.uuid5(SPACE, f"{table}:{number}")


def sealed_names() -> dict[tuple[str, str], str]:
    """Return, by table and column, the name each sealed column is bound to."""
    found = {}
    for mapper in Base.registry.mappers:
        model = mapper.class_
        for attribute in vars(model).values():
            if isinstance(attribute, sealed):
                column = getattr(model, attribute.attribute).property.columns[0]
                table = model.__tablename__
                found[table, column.name] = f"{table}.{attribute.name}"
    return found


def value(column: Column[Any], number: int, names: dict[tuple[str, str], str]) -> Any:
    """Make up something that fits the column, different in each row."""
    for key in column.foreign_keys:
        if key.column.table is column.table:
            return None if column.nullable else row_id(column.table.name, number)
        return row_id(key.column.table.name, number)
    kind = column.type
    if isinstance(kind, Uuid):
        name = column.table.name if column.primary_key else f"{column.table.name}.{column.name}"
        return row_id(name, number)
    if isinstance(kind, UtcDateTime):
        return BEGAN + timedelta(minutes=number)
    if isinstance(kind, Date):
        return date(2000, 1, 1) + timedelta(days=number)
    if isinstance(kind, Time):
        return time(number % 24, number % 60)
    if isinstance(kind, Boolean):
        return number % 2 == 0
    if isinstance(kind, Integer):
        return number + 1
    if isinstance(kind, Float | Numeric):
        return number / 8
    if isinstance(kind, LargeBinary):
        return f"{column.name}{number}".encode()
    if isinstance(kind, JSON):
        return []
    if bound := names.get((column.table.name, column.name)):
        # A change that reads what is sealed must be able to.
        return seal(f"{column.name} {number}", bound, row_id(column.table.name, number))
    length = getattr(kind, "length", None) or 40
    return f"{number:x}{column.name}"[:length] if length > 3 else str(number % 10)


def fill(table: Table, names: dict[tuple[str, str], str]) -> None:
    rows = [{c.name: value(c, number, names) for c in table.columns} for number in range(ROWS)]
    db.session.execute(table.insert(), rows)
    db.session.commit()


def shapes() -> dict[str, list[str]]:
    """Return each table's columns as they are in the database now."""
    found = inspect(db.engine)
    names = set(found.get_table_names()) - {"alembic_version"}
    return {name: sorted(c["name"] for c in found.get_columns(name)) for name in sorted(names)}


def digest(name: str, columns: list[str]) -> tuple[int, str]:
    """Return how many rows a table has, and a hash of what stands in these columns."""
    named = ", ".join(f'"{column}"' for column in columns)
    rows = db.session.execute(text(f'SELECT {named} FROM "{name}"')).all()
    db.session.rollback()
    lines = sorted(repr([str(each) for each in row]) for row in rows)
    return len(rows), hashlib.sha256("\n".join(lines).encode()).hexdigest()


def digests(kept: dict[str, list[str]]) -> dict[str, tuple[int, str]]:
    return {name: digest(name, columns) for name, columns in kept.items()}


def test_a_thousand_rows_in_every_table_survive_the_way_down_and_up_again(app: Flask) -> None:
    """Step by step to the first tables and back, every table full: counts and contents stay."""
    alembic.upgrade()
    names = sealed_names()
    for table in Base.metadata.sorted_tables:
        fill(table, names)
    full, steps = shapes(), len(list(alembic.script_directory.walk_revisions())) - 1
    seen: list[dict[str, list[str]]] = []
    for _ in range(steps):
        alembic.downgrade()
        seen.append(shapes())
    # What no step takes away must be there, unchanged, at both ends.
    kept = {
        name: [column for column in columns if column in full[name]]
        for name, columns in seen[-1].items()
        if name in full
    }
    below = digests(kept)
    assert {name for name, (count, _) in below.items() if count != ROWS} == set(LESS)
    alembic.upgrade()
    assert shapes() == full
    changed = [name for name, was in below.items() if digest(name, kept[name]) != was]
    assert changed == []
