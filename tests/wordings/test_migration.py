"""The numbered change that lets one version be in use keeps every version, both ways."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from engage.db import UtcDateTime, alembic, db
from tests.guards.test_migrations import empty_postgres_database, opened

HERE, THERE, SUE = (UUID(int=number) for number in (1, 2, 3))
NOW = datetime(2026, 11, 22, 18, tzinfo=UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def before(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """Tables as they were before the change."""
    if request.param == "sqlite":
        for app in opened(f"sqlite:///{tmp_path}/engage.db"):
            alembic.upgrade("0021")
            yield app
        return
    with empty_postgres_database() as url:
        for app in opened(url):
            alembic.upgrade("0021")
            yield app


def table(name: str) -> sa.Table:
    return sa.Table(
        name, sa.MetaData(),
        sa.Column("id", sa.Uuid()), sa.Column("organisation_id", sa.Uuid()),
        sa.Column("number", sa.Integer()), sa.Column("state", sa.String(10)),
        sa.Column("base", sa.String(20)), sa.Column("edits", sa.Text()),
        sa.Column("made_by_id", sa.Uuid()), sa.Column("changed_at", UtcDateTime(timezone=True)),
    )  # fmt: skip


def add(name: str, house: UUID, number: int, state: str) -> None:
    row = {
        "id": uuid4(), "organisation_id": house, "number": number, "state": state,
        "base": "2026-1", "edits": f"as it was {number}", "made_by_id": SUE, "changed_at": NOW,
    }  # fmt: skip
    db.session.execute(table(name).insert().values(row))


def states(name: str) -> list[tuple[UUID, int, str, str]]:
    t = table(name).c
    wanted = sa.select(t.organisation_id, t.number, t.state, t.edits)
    found = db.session.execute(wanted.order_by(t.organisation_id, t.number)).all()
    db.session.rollback()
    return [tuple(row) for row in found]


def put(name: str, row_id: UUID, **known: object) -> None:
    """Put in a row with something in every column that may not be empty."""
    found = sa.Table(name, sa.MetaData(), autoload_with=db.engine)
    row: dict[str, object] = {}
    for column in found.columns:
        if column.nullable or column.name in known:
            continue
        kind = column.type.python_type
        row[column.name] = NOW.replace(tzinfo=None) if kind is datetime else kind() \
            if kind is not UUID else row_id  # fmt: skip
    row |= {"id": row_id, **known}
    as_stored = {
        key: value.hex if isinstance(value, UUID) and db.engine.dialect.name == "sqlite" else value
        for key, value in row.items()
    }
    db.session.execute(found.insert().values(as_stored))


def make_houses() -> None:
    """Put in whom the versions belong to."""
    for house in (HERE, THERE):
        put("organisations", house)
    put("people", SUE, organisation_id=HERE)


def test_every_version_stays_and_the_newest_in_use_is_the_one(before: Flask) -> None:
    make_houses()
    for number, state in ((1, "replaced"), (2, "published"), (3, "published"), (4, "draft")):
        add("prompt_versions", HERE, number, state)
    add("prompt_versions", THERE, 1, "published")
    add("question_versions", HERE, 1, "published")
    db.session.commit()
    was = states("question_versions")
    alembic.upgrade("0022")
    after = [
        (HERE, 1, "replaced", "as it was 1"),
        (HERE, 2, "replaced", "as it was 2"),
        (HERE, 3, "published", "as it was 3"),
        (HERE, 4, "draft", "as it was 4"),
        (THERE, 1, "published", "as it was 1"),
    ]
    assert states("prompt_versions") == after
    assert states("question_versions") == was
    with pytest.raises(IntegrityError):
        add("prompt_versions", HERE, 5, "published")
    db.session.rollback()
    alembic.downgrade("0021")
    assert states("prompt_versions") == after
    assert not sa.inspect(db.engine).has_table("worry_decisions")
    alembic.upgrade("0022")
    assert states("prompt_versions") == after
    assert sa.inspect(db.engine).has_table("worry_decisions")
