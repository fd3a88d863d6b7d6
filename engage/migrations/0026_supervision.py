"""Reflective supervision.

Revision ID: 0026
"""

import sqlalchemy as sa
from alembic import op

from engage.db import UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of what workers think over, and of what is said to it."""
    op.create_table(
        "reflections",
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("began_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("answers", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reflections")),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name=op.f("fk_reflections_episode_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_reflections_by_id")),
        sa.UniqueConstraint("episode_id", "by_id", name=op.f("uq_reflections_episode_id_by_id")),
    )
    op.create_table(
        "reflection_notes",
        sa.Column("reflection_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reflection_notes")),
        sa.ForeignKeyConstraint(
            ["reflection_id"], ["reflections.id"], name=op.f("fk_reflection_notes_reflection_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_reflection_notes_by_id")),
    )
    op.create_index(
        op.f("ix_reflection_notes_reflection_id"), "reflection_notes", ["reflection_id"]
    )


def downgrade() -> None:
    """Remove them."""
    op.drop_table("reflection_notes")
    op.drop_table("reflections")
