"""Promises of plans become agreed times and promises again: nothing is lost on either way."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from engage.db import alembic, db
from tests.guards.test_migrations import empty_postgres_database, opened

AT = datetime(2026, 10, 1, 12, tzinfo=UTC)
HOUSE, YOUNG, FRIEND, AUNT = uuid4(), uuid4(), uuid4(), uuid4()
NOW_KEPT, ENDED = uuid4(), uuid4()  # relationships


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def before(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """A database as it was, with a promise that stands and one whose person was let go."""
    if request.param == "sqlite":
        yield from _filled(f"sqlite:///{tmp_path}/engage.db")
    else:
        with empty_postgres_database() as url:
            yield from _filled(url)


def _filled(url: str) -> Iterator[Flask]:
    for app in opened(url):
        alembic.upgrade("0010")
        put("organisations", id=HOUSE, name="N", neutral_name="N", policy="england",
            time_zone="Europe/London", region="GB", contact_times="{}", created_at=AT)  # fmt: skip
        for one, kind in ((YOUNG, "young_person"), (FRIEND, "trusted_person"),
                          (AUNT, "trusted_person")):  # fmt: skip
            put("people", id=one, organisation_id=HOUSE, kind=kind, name="x", locale="en",
                created_at=AT, word_needed=False, reply_policy="neutral")  # fmt: skip
        tie(NOW_KEPT, FRIEND, None)
        tie(ENDED, AUNT, AT + timedelta(days=3))
        promise(NOW_KEPT, every_hours=None, weekdays=[0, 4], local_time="21:30")
        promise(ENDED, every_hours=4, weekdays=[], local_time=None)
        db.session.commit()
        yield app


def table(name: str) -> sa.Table:
    return sa.Table(name, sa.MetaData(), autoload_with=db.engine, resolve_fks=False)


def put(name: str, /, **values: object) -> None:
    """Put in a row, with something plain wherever a value is asked for and none is given."""
    into = table(name)
    for column in into.columns:
        if column.name not in values and not column.nullable and column.server_default is None:
            values[column.name] = _something(column)
    row = {key: _plain(into, key, value) for key, value in values.items() if key in into.columns}
    db.session.execute(into.insert().values(**row))


def _something(column: sa.Column[object]) -> object:
    kinds = {sa.Boolean: False, sa.Integer: 0, sa.DateTime: AT, sa.Uuid: uuid4()}
    for kind, value in kinds.items():
        if isinstance(column.type, kind):
            return value
    return "x"


def _plain(into: sa.Table, key: str, value: object) -> object:
    if isinstance(value, UUID) and not isinstance(into.columns[key].type, sa.Uuid):
        return value.hex
    if isinstance(value, datetime) and db.engine.dialect.name == "sqlite":
        return value.replace(tzinfo=None)
    return value


def tie(one: UUID, person: UUID, ends_at: datetime | None) -> None:
    put("relationships", id=one, young_person_id=YOUNG, person_id=person, kind="check_in",
        rank=0, consent="yes", starts_at=AT, ends_at=ends_at)  # fmt: skip


def promise(relationship: UUID, **values: object) -> None:
    put("check_in_promises", id=relationship, relationship_id=relationship, young_person_id=YOUNG,
        time_zone="Europe/London", grace_minutes=60, made_at=AT, **values)  # fmt: skip


def promises() -> set[tuple[object, ...]]:
    columns = "every_hours, CAST(weekdays AS TEXT), local_time, time_zone, grace_minutes, made_at"
    found = db.session.execute(sa.text(f"SELECT {columns} FROM check_in_promises")).all()
    return {tuple(row) for row in found}


def times() -> list[sa.RowMapping]:
    columns = "repeat, days, wall, every_hours, grace_minutes, state, may_ask, worker_agreed_at"
    asked = sa.text(f"SELECT {columns} FROM agreed_times ORDER BY repeat")
    return list(db.session.execute(asked).mappings())


def test_a_promise_becomes_a_proposal_that_tells_nobody_anything(before: Flask) -> None:
    alembic.upgrade("0011")
    stands, let_go = times()
    assert (stands["repeat"], stands["days"], stands["wall"]) == ("weekly", 0b10001, "21:30")
    assert (stands["state"], stands["worker_agreed_at"]) == ("proposed", None)
    assert not stands["may_ask"], "they were never asked whether we may text them first"
    assert (let_go["repeat"], let_go["every_hours"]) == ("while_away", 4)
    assert let_go["state"] == "ended"
    assert db.session.execute(sa.text("SELECT count(*) FROM expected_check_ins")).scalar() == 0


def test_there_and_back_gives_the_same_promises_and_no_time_twice(before: Flask) -> None:
    was = promises()
    db.session.rollback()
    assert len(was) == 2
    alembic.upgrade("0011")
    db.session.rollback()
    alembic.downgrade("0010")
    assert promises() == was
    assert times() == []
    db.session.rollback()
    alembic.upgrade("0011")
    assert len(times()) == 2


def test_what_came_to_hold_in_between_holds_on_after_going_back(before: Flask) -> None:
    alembic.upgrade("0011")
    db.session.execute(
        sa.text("UPDATE agreed_times SET state = 'active', worker_agreed_at = proposed_at"
                " WHERE repeat = 'weekly'")
    )  # fmt: skip
    db.session.commit()
    alembic.downgrade("0010")
    assert [time["state"] for time in times()] == ["active"]
    assert len(promises()) == 2
    db.session.rollback()
    alembic.upgrade("0011")
    assert sorted(time["state"] for time in times()) == ["active", "ended"]
