"""Second persons for what one person must not do alone.

Revision ID: 0002
"""

from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from engage.crypto import seal, unseal
from engage.db import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

AT = UtcDateTime(timezone=True)


def upgrade() -> None:
    """Add uses of emergency access, requests about staff and alarms about reading."""
    _make_uses()
    accesses = _take_out("emergency_accesses")
    _make_accesses(
        sa.Column("use_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["use_id"], ["emergency_uses.id"], name=op.f("fk_emergency_accesses_use_id")
        ),
    )
    op.create_index(op.f("ix_emergency_accesses_use_id"), "emergency_accesses", ["use_id"])
    _split(accesses)
    op.create_table(
        "staff_requests",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=True),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("role_ends_at", AT, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_foreign_keys(
            "staff_requests",
            organisation_id="organisations",
            person_id="people",
            team_id="teams",
            asked_by_id="people",
            decided_by_id="people",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_requests")),
    )
    op.create_index(op.f("ix_staff_requests_person_id"), "staff_requests", ["person_id"])
    op.create_index(
        "ix_staff_requests_waiting", "staff_requests", ["organisation_id", "state", "asked_at"]
    )
    op.create_table(
        "reading_alarms",
        sa.Column("dedupe_key", sa.String(length=60), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("raised_at", AT, nullable=False),
        sa.Column("seen_at", AT, nullable=True),
        sa.Column("seen_by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_foreign_keys(
            "reading_alarms",
            person_id="people",
            organisation_id="organisations",
            seen_by_id="people",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_alarms")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_reading_alarms_dedupe_key")),
    )
    op.create_index(
        "ix_reading_alarms_organisation", "reading_alarms", ["organisation_id", "raised_at"]
    )
    # What one person did lately is asked for each second; never by a batch change, which would
    # make the table anew and lose the triggers that guard it.
    op.drop_index(op.f("ix_audit_entries_actor_id"), table_name="audit_entries")
    op.create_index("ix_audit_entries_actor", "audit_entries", ["actor_id", "at"])


def downgrade() -> None:
    """Keep of each use what the first version had a place for."""
    op.drop_index("ix_audit_entries_actor", table_name="audit_entries")
    op.create_index(op.f("ix_audit_entries_actor_id"), "audit_entries", ["actor_id"])
    op.drop_table("reading_alarms")
    op.drop_table("staff_requests")
    accesses, uses = _take_out("emergency_accesses"), _take_out("emergency_uses")
    _make_accesses(
        sa.Column("reason_code", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("review_due_at", AT, nullable=False),
        sa.Column("reviewed_at", AT, nullable=True),
        sa.Column("reviewed_by_id", sa.Uuid(), nullable=True),
        *_foreign_keys("emergency_accesses", reviewed_by_id="people"),
    )
    _join(accesses, {use["id"]: use for use in uses})


def _make_uses() -> None:
    op.create_table(
        "emergency_uses",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("young_person_id", sa.Uuid(), nullable=False),
        sa.Column("sections", sa.JSON(), nullable=False),
        sa.Column("reason_code", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("starts_at", AT, nullable=True),
        sa.Column("ends_at", AT, nullable=True),
        sa.Column("review_due_at", AT, nullable=True),
        sa.Column("reviewed_at", AT, nullable=True),
        sa.Column("reviewed_by_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(length=8), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_foreign_keys(
            "emergency_uses",
            person_id="people",
            young_person_id="people",
            decided_by_id="people",
            reviewed_by_id="people",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_uses")),
    )
    op.create_index("ix_emergency_uses_person", "emergency_uses", ["person_id", "asked_at"])
    op.create_index(
        "ix_emergency_uses_young_person", "emergency_uses", ["young_person_id", "asked_at"]
    )


def _make_accesses(*more: sa.schema.SchemaItem) -> None:
    op.create_table(
        "emergency_accesses",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("young_person_id", sa.Uuid(), nullable=False),
        sa.Column("section", sa.String(length=40), nullable=False),
        sa.Column("starts_at", AT, nullable=False),
        sa.Column("ends_at", AT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *more,
        *_foreign_keys("emergency_accesses", person_id="people", young_person_id="people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_accesses")),
    )
    op.create_index(
        "ix_emergency_accesses_person", "emergency_accesses", ["person_id", "young_person_id"]
    )


def _foreign_keys(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, target in targets.items()
    ]


def _take_out(name: str) -> list[dict[str, object]]:
    """Return every row of a table, and drop it."""
    table = sa.Table(name, sa.MetaData(), autoload_with=op.get_bind(), resolve_fks=False)
    # Reflection does not know our types: ids and instants are read as the app reads them.
    for column in table.columns:
        if column.name.endswith("_at"):
            column.type = AT
        elif column.name == "id" or column.name.endswith("_id"):
            column.type = sa.Uuid()
        elif column.name == "sections":
            column.type = sa.JSON()
    rows = [dict(row) for row in op.get_bind().execute(sa.select(table)).mappings()]
    op.drop_table(name)
    return rows


def _put_in(name: str, rows: list[dict[str, object]]) -> None:
    if not rows:
        return
    columns: list[Any] = [
        sa.column(
            key,
            AT
            if key.endswith("_at")
            else sa.Uuid()
            if key == "id" or key.endswith("_id")
            else sa.JSON()
            if key == "sections"
            else sa.Text(),
        )
        for key in rows[0]
    ]
    op.bulk_insert(sa.table(name, *columns), rows)


def _split(accesses: list[dict[str, object]]) -> None:
    """Give every access of the first version a use of its own, its reason sealed anew."""
    uses, kept = [], []
    for row in accesses:
        use_id = uuid4()
        reason = unseal(str(row["reason"]), "emergency_accesses.reason", row["id"])  # type: ignore[arg-type]
        uses.append(
            {
                "id": use_id,
                "sections": [row["section"]],
                "reason": seal(reason, "emergency_uses.reason", use_id),
                "state": "opened",
                "asked_at": row["starts_at"],
                **{name: row[name] for name in _SHARED},
            }
        )
        kept.append({"use_id": use_id, **{name: row[name] for name in _KEPT}})
    _put_in("emergency_uses", uses)
    _put_in("emergency_accesses", kept)


def _join(accesses: list[dict[str, object]], uses: dict[object, dict[str, object]]) -> None:
    rows = []
    for row in accesses:
        use = uses[row["use_id"]]
        reason = unseal(str(use["reason"]), "emergency_uses.reason", use["id"])  # type: ignore[arg-type]
        rows.append(
            {
                **{name: row[name] for name in _KEPT},
                "reason": seal(reason, "emergency_accesses.reason", row["id"]),  # type: ignore[arg-type]
                **{name: use[name] for name in _OF_THE_USE},
            }
        )
    _put_in("emergency_accesses", rows)


_OF_THE_USE = ("reason_code", "review_due_at", "reviewed_at", "reviewed_by_id")
_SHARED = ("person_id", "young_person_id", "starts_at", "ends_at", *_OF_THE_USE)
_KEPT = ("id", "person_id", "young_person_id", "section", "starts_at", "ends_at")
