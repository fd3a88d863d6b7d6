"""Budgets, alarms, texts that workers write, and how often an incoming text was tried.

Revision ID: 0007
"""

import sqlalchemy as sa
from alembic import op

from engage.db import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INSTANT = UtcDateTime(timezone=True)


def upgrade() -> None:
    """Make the four tables and the two columns."""
    op.create_table(
        "send_days",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.Column("staff_segments", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_send_days"),
        sa.UniqueConstraint("sent_on", name="uq_send_days_sent_on"),
    )
    op.create_table(
        "operator_alarms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("raised_at", INSTANT, nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("cleared_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_operator_alarms"),
    )
    op.create_index(
        "ix_operator_alarms_open",
        "operator_alarms",
        ["kind"],
        unique=True,
        sqlite_where=sa.text("cleared_at IS NULL"),
        postgresql_where=sa.text("cleared_at IS NULL"),
    )
    op.create_table(
        "worker_texts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("young_person_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("override_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_worker_texts_message_id"),
        sa.ForeignKeyConstraint(
            ["young_person_id"], ["people.id"], name="fk_worker_texts_young_person_id"
        ),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name="fk_worker_texts_author_id"),
        sa.PrimaryKeyConstraint("id", name="pk_worker_texts"),
        sa.UniqueConstraint("message_id", name="uq_worker_texts_message_id"),
    )
    op.create_index(
        "ix_worker_texts_young_person", "worker_texts", ["young_person_id", "written_at"]
    )
    op.create_table(
        "text_suggestions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("locale", sa.String(12), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("retired_at", INSTANT, nullable=True),
        sa.Column("retired_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_text_suggestions_organisation_id"
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["people.id"], name="fk_text_suggestions_made_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["retired_by_id"], ["people.id"], name="fk_text_suggestions_retired_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_text_suggestions"),
    )
    op.create_index(
        "ix_text_suggestions_organisation", "text_suggestions", ["organisation_id", "locale"]
    )
    op.add_column(
        "inbound_messages",
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
    )
    op.add_column("inbound_messages", sa.Column("tried_at", INSTANT, nullable=True))


def downgrade() -> None:
    """Drop them again."""
    with op.batch_alter_table("inbound_messages") as table:
        table.drop_column("tried_at")
        table.drop_column("tries")
    op.drop_table("text_suggestions")
    op.drop_table("worker_texts")
    op.drop_table("operator_alarms")
    op.drop_table("send_days")
