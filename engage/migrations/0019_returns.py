"""Welcomes, and how somebody came back.

Revision ID: 0019
"""

import sqlalchemy as sa
from alembic import op

from engage.db import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of welcomes and of returns."""
    op.create_table(
        "welcome_marks",
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("mark", sa.String(length=8), nullable=False),
        *_added("welcome_marks"),
    )
    op.create_index(op.f("ix_welcome_marks_episode_id"), "welcome_marks", ["episode_id"])
    op.create_table(
        "return_records",
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("by_choice", sa.String(length=8), nullable=False),
        sa.Column("checks", sa.JSON(), nullable=False),
        sa.Column("where_to", sa.Text(), nullable=True),
        sa.Column("condition", sa.Text(), nullable=True),
        sa.Column("needs", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        *_added("return_records"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("return_records")
    op.drop_table("welcome_marks")


def _added(table: str) -> list[sa.Column[object] | sa.Constraint]:
    """Return what every row has that is added and never changed."""
    return [
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name=op.f(f"fk_{table}_episode_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f(f"fk_{table}_by_id")),
        sa.UniqueConstraint("episode_id", "number", name=op.f(f"uq_{table}_episode_id_number")),
    ]
