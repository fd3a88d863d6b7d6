"""What the plan says of when somebody checks in becomes an agreed time: one thing, kept once.

A promise was the young person's word alone. So it becomes a proposal of theirs that waits for
their worker's yes: nobody is told of a silence because of this change.

Revision ID: 0011
"""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

from engage.db import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_instant = UtcDateTime(timezone=True)
_promises = sa.table(
    "check_in_promises",
    sa.column("id", sa.Uuid),
    sa.column("relationship_id", sa.Uuid),
    sa.column("young_person_id", sa.Uuid),
    sa.column("every_hours", sa.Integer),
    sa.column("weekdays", sa.JSON),
    sa.column("local_time", sa.String),
    sa.column("time_zone", sa.String),
    sa.column("grace_minutes", sa.Integer),
    sa.column("made_at", _instant),
)
_times = sa.table(
    "agreed_times",
    sa.column("id", sa.Uuid),
    sa.column("organisation_id", sa.Uuid),
    sa.column("young_person_id", sa.Uuid),
    sa.column("relationship_id", sa.Uuid),
    sa.column("replaces_id", sa.Uuid),
    sa.column("repeat", sa.String),
    sa.column("days", sa.Integer),
    sa.column("wall", sa.String),
    sa.column("zone", sa.String),
    sa.column("every_hours", sa.Integer),
    sa.column("grace_minutes", sa.Integer),
    sa.column("may_ask", sa.Boolean),
    sa.column("state", sa.String),
    sa.column("proposed_by_id", sa.Uuid),
    sa.column("proposed_at", _instant),
    sa.column("young_agreed_at", _instant),
    sa.column("said_aloud", sa.Boolean),
    sa.column("ended_at", _instant),
    sa.column("ended_by_id", sa.Uuid),
)
_relationships = sa.table("relationships", sa.column("id", sa.Uuid), sa.column("ends_at", _instant))
_people = sa.table("people", sa.column("id", sa.Uuid), sa.column("organisation_id", sa.Uuid))


def upgrade() -> None:
    """Carry every promise over, and drop their table."""
    with op.batch_alter_table("agreed_times") as table:
        table.add_column(sa.Column("relationship_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("replaces_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("paused_at", _instant, nullable=True))
        for column, target in (
            ("relationship_id", "relationships"),
            ("replaces_id", "agreed_times"),
        ):
            name = op.f(f"fk_agreed_times_{column}")
            table.create_foreign_key(name, target, [column], ["id"])
    op.create_index(op.f("ix_agreed_times_relationship_id"), "agreed_times", ["relationship_id"])
    connection = op.get_bind()
    rows = connection.execute(
        sa.select(_promises, _relationships.c.ends_at, _people.c.organisation_id)
        .join(_relationships, _relationships.c.id == _promises.c.relationship_id)
        .join(_people, _people.c.id == _promises.c.young_person_id)
    ).mappings()
    known = set(connection.scalars(sa.select(_times.c.id)))
    for row in rows.all():
        if row["id"] in known:  # it was here before a downgrade
            connection.execute(
                _times.update()
                .where(_times.c.id == row["id"])
                .values(relationship_id=row["relationship_id"])
            )
        else:
            connection.execute(_times.insert().values(**_as_time(row)))
    op.drop_table("check_in_promises")


def _as_time(row: Mapping[Any, Any]) -> dict[str, Any]:
    weekly = row["every_hours"] is None
    is_over = row["ends_at"] is not None
    return {
        "id": row["id"],
        "organisation_id": row["organisation_id"],
        "young_person_id": row["young_person_id"],
        "relationship_id": row["relationship_id"],
        "repeat": "weekly" if weekly else "while_away",
        "days": sum(1 << day for day in set(row["weekdays"])) if weekly else 0,
        "wall": row["local_time"] if weekly else None,
        "zone": row["time_zone"],
        "every_hours": row["every_hours"],
        "grace_minutes": row["grace_minutes"],
        # They were never asked whether we may text them first.
        "may_ask": False,
        "state": "ended" if is_over else "proposed",
        "proposed_by_id": row["young_person_id"],
        "proposed_at": row["made_at"],
        "young_agreed_at": row["made_at"],
        "said_aloud": False,
        "ended_at": row["ends_at"],
        "ended_by_id": row["young_person_id"] if is_over else None,
    }


def downgrade() -> None:
    """Make promises again of what was said in plans. What holds goes on holding."""
    op.create_table(
        "check_in_promises",
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("young_person_id", sa.Uuid(), nullable=False),
        sa.Column("every_hours", sa.Integer(), nullable=True),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("local_time", sa.String(length=5), nullable=True),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("grace_minutes", sa.Integer(), nullable=False),
        sa.Column("made_at", _instant, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["relationship_id"],
            ["relationships.id"],
            name=op.f("fk_check_in_promises_relationship_id"),
        ),
        sa.ForeignKeyConstraint(
            ["young_person_id"],
            ["people.id"],
            name=op.f("fk_check_in_promises_young_person_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in_promises")),
        sa.UniqueConstraint("relationship_id", name=op.f("uq_check_in_promises_relationship_id")),
    )
    op.create_index(
        op.f("ix_check_in_promises_young_person_id"), "check_in_promises", ["young_person_id"]
    )
    connection = op.get_bind()
    said = connection.execute(
        sa.select(_times)
        .where(_times.c.relationship_id.is_not(None))
        .order_by(_times.c.proposed_at, _times.c.id)
    ).mappings()
    latest = {row["relationship_id"]: row for row in said}
    for row in latest.values():
        connection.execute(_promises.insert().values(**_as_promise(row)))
    _forget_what_only_the_plan_said(connection, latest.values())
    op.drop_index(op.f("ix_agreed_times_relationship_id"), table_name="agreed_times")
    with op.batch_alter_table("agreed_times") as table:
        for column in ("relationship_id", "replaces_id"):
            table.drop_constraint(op.f(f"fk_agreed_times_{column}"), type_="foreignkey")
            table.drop_column(column)
        table.drop_column("paused_at")


def _as_promise(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "relationship_id": row["relationship_id"],
        "young_person_id": row["young_person_id"],
        "every_hours": row["every_hours"],
        "weekdays": [day for day in range(7) if row["days"] >> day & 1],
        "local_time": row["wall"],
        "time_zone": row["zone"],
        "grace_minutes": row["grace_minutes"],
        "made_at": row["proposed_at"],
    }


def _forget_what_only_the_plan_said(
    connection: sa.Connection, kept: Iterable[Mapping[Any, Any]]
) -> None:
    """Take out what never held: it stands in its promise again."""
    expected = sa.table("expected_check_ins", sa.column("agreed_time_id", sa.Uuid))
    used = set(connection.scalars(sa.select(expected.c.agreed_time_id).distinct()))
    used |= set(
        connection.scalars(sa.select(_times.c.replaces_id).where(_times.c.replaces_id.is_not(None)))
    )
    worker_yes = sa.column("worker_agreed_at", _instant)
    for row in kept:
        if row["id"] not in used:
            connection.execute(
                _times.delete().where(_times.c.id == row["id"], worker_yes.is_(None))
            )
