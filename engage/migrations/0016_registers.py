"""The register in its order, and each time it was checked against somebody else's list.

Revision ID: 0016
"""

import sqlalchemy as sa
from alembic import op

from engage.db import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

STILL_OUT = (
    "state IN ('away', 'in_touch', 'late', 'missing', 'ready_to_return', 'returning', 'worried')"
)


def upgrade() -> None:
    """Let nobody who is not back be without a time, and keep the checks."""
    op.execute(
        f"UPDATE episodes SET next_due_at = opened_at WHERE next_due_at IS NULL AND {STILL_OUT}"
    )
    op.create_index(
        "ix_episodes_next_due",
        "episodes",
        ["organisation_id", "next_due_at", "id"],
        sqlite_where=sa.text("next_due_at IS NOT NULL"),
        postgresql_where=sa.text("next_due_at IS NOT NULL"),
    )
    op.create_index("ix_people_list", "people", ["organisation_id", "kind", "id"])
    op.create_table(
        "register_checks",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("checked_by_id", sa.Uuid(), nullable=False),
        sa.Column("checked_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("whose", sa.String(length=8), nullable=False),
        sa.Column("listed", sa.Integer(), nullable=False),
        sa.Column("both", sa.Integer(), nullable=False),
        sa.Column("other_times", sa.Integer(), nullable=False),
        sa.Column("alike", sa.Integer(), nullable=False),
        sa.Column("only_ours", sa.Integer(), nullable=False),
        sa.Column("only_theirs", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_register_checks_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["people.id"], name=op.f("fk_register_checks_checked_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_checks")),
    )
    op.create_index("ix_register_checks_person", "register_checks", ["checked_by_id", "checked_at"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("register_checks")
    op.drop_index("ix_people_list", "people")
    op.drop_index("ix_episodes_next_due", "episodes")
