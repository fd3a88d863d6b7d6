"""What was missing around somebody who is away: a searcher's own link, and what they read.

Revision ID: 0020
"""

import sqlalchemy as sa
from alembic import op

from engage.db import UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

WORDS = ("where_to_look", "hours", "call_name", "call_phone")


def upgrade() -> None:
    """Let searchers have a link and answer it, and a worker say what a young person reads."""
    with op.batch_alter_table("searchers") as table:
        for name in WORDS:
            table.add_column(sa.Column(name, sa.Text(), nullable=True))
        table.add_column(sa.Column("invited_at", UtcDateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("link_until", UtcDateTime(timezone=True), nullable=True))
    with op.batch_alter_table("searcher_lines") as table:
        table.add_column(sa.Column("looked", sa.String(length=12), nullable=True))
        table.alter_column("by_id", existing_type=sa.Uuid(), nullable=True)
    with op.batch_alter_table("recovery_needs") as table:
        table.alter_column("changed_by_id", existing_type=sa.Uuid(), nullable=True)
    with op.batch_alter_table("episode_notices") as table:
        table.add_column(sa.Column("for_young", sa.String(length=8), nullable=True))


def downgrade() -> None:
    """Take it back; what searchers answered themselves goes, as nobody noted it."""
    with op.batch_alter_table("episode_notices") as table:
        table.drop_column("for_young")
    op.execute("DELETE FROM recovery_needs WHERE changed_by_id IS NULL")
    with op.batch_alter_table("recovery_needs") as table:
        table.alter_column("changed_by_id", existing_type=sa.Uuid(), nullable=False)
    op.execute("DELETE FROM searcher_lines WHERE by_id IS NULL")
    with op.batch_alter_table("searcher_lines") as table:
        table.alter_column("by_id", existing_type=sa.Uuid(), nullable=False)
        table.drop_column("looked")
    with op.batch_alter_table("searchers") as table:
        for name in ("link_until", "invited_at", *reversed(WORDS)):
            table.drop_column(name)
