"""What was missing around texts and alerts: what a text looks like, and what was set aside.

Revision ID: 0021
"""

import sqlalchemy as sa
from alembic import op

from engage.db import UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

INDEX = "ix_inbound_messages_set_aside"
TO_READ = "set_aside_for_id IS NOT NULL AND looked_at IS NULL"


def upgrade() -> None:
    """Keep what a text looks like from outside, and who reads what nobody was told of."""
    with op.batch_alter_table("check_ins") as table:
        table.add_column(sa.Column("looks_like", sa.String(length=16), nullable=True))
    with op.batch_alter_table("inbound_messages") as table:
        table.add_column(sa.Column("set_aside_for_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("looked_at", UtcDateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("looked_by_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(
            op.f("fk_inbound_messages_set_aside_for_id"),
            "organisations",
            ["set_aside_for_id"],
            ["id"],
        )
        table.create_foreign_key(
            op.f("fk_inbound_messages_looked_by_id"), "people", ["looked_by_id"], ["id"]
        )
    op.create_index(
        INDEX,
        "inbound_messages",
        ["set_aside_for_id", "received_at"],
        sqlite_where=sa.text(TO_READ),
        postgresql_where=sa.text(TO_READ),
    )


def downgrade() -> None:
    """Forget both; the texts stay."""
    op.drop_index(INDEX, "inbound_messages")
    with op.batch_alter_table("inbound_messages") as table:
        table.drop_constraint(op.f("fk_inbound_messages_looked_by_id"), type_="foreignkey")
        table.drop_constraint(op.f("fk_inbound_messages_set_aside_for_id"), type_="foreignkey")
        table.drop_column("looked_by_id")
        table.drop_column("looked_at")
        table.drop_column("set_aside_for_id")
    with op.batch_alter_table("check_ins") as table:
        table.drop_column("looks_like")
