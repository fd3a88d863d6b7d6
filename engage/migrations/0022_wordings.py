"""Decisions of a worry are kept one by one; one version of the prompts is in use.

Revision ID: 0022
"""

import sqlalchemy as sa
from alembic import op

from engage.db import UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

IN_USE = "uq_prompt_versions_published"
IS_IN_USE = "state = 'published'"


def upgrade() -> None:
    """Make the table of decisions, and let each house have one version of its prompts in use.

    What was in use beside a newer one, which nothing but a fault could leave, is replaced by it.
    """
    op.create_table(
        "worry_decisions",
        sa.Column("worry_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("look_again_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worry_decisions")),
        sa.ForeignKeyConstraint(
            ["worry_id"], ["worries.id"], name=op.f("fk_worry_decisions_worry_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_worry_decisions_by_id")),
        sa.UniqueConstraint("worry_id", "key", name=op.f("uq_worry_decisions_worry_id_key")),
    )
    op.create_index(op.f("ix_worry_decisions_worry_id"), "worry_decisions", ["worry_id"])
    op.execute(
        "UPDATE prompt_versions SET state = 'replaced' WHERE state = 'published' AND EXISTS ("
        "SELECT 1 FROM prompt_versions newer WHERE newer.state = 'published'"
        " AND newer.organisation_id = prompt_versions.organisation_id"
        " AND newer.number > prompt_versions.number)"
    )
    op.create_index(
        IN_USE,
        "prompt_versions",
        ["organisation_id"],
        unique=True,
        sqlite_where=sa.text(IS_IN_USE),
        postgresql_where=sa.text(IS_IN_USE),
    )


def downgrade() -> None:
    """Keep the newest decision of each worry only, as it stands on the worry."""
    op.drop_index(IN_USE, table_name="prompt_versions")
    op.drop_table("worry_decisions")
