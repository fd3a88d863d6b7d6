"""Files for other systems, made by the worker.

Revision ID: 0029
"""

import sqlalchemy as sa
from alembic import op

from engage.db import UtcDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

TO_DO = "state IN ('queued', 'running')"


def upgrade() -> None:
    """Make the tables of exports."""
    op.create_table(
        "exports",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by_id", sa.Uuid(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("lease_until", UtcDateTime(timezone=True), nullable=True),
        sa.Column("of", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("ready_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("forget_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_exports_{column}"))
            for column, target in (
                ("organisation_id", "organisations.id"),
                ("asked_by_id", "people.id"),
                ("confirmed_by_id", "people.id"),
            )
        ),
    )
    op.create_index("ix_exports_organisation", "exports", ["organisation_id", "asked_at"])
    op.create_index(
        "ix_exports_to_do",
        "exports",
        ["state"],
        sqlite_where=sa.text(TO_DO),
        postgresql_where=sa.text(TO_DO),
    )
    op.create_table(
        "export_parts",
        sa.Column("export_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["export_id"], ["exports.id"], name=op.f("fk_export_parts_export_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_parts")),
        sa.UniqueConstraint("export_id", "number", name=op.f("uq_export_parts_export_id_number")),
    )


def downgrade() -> None:
    """Remove them."""
    op.drop_table("export_parts")
    op.drop_table("exports")
