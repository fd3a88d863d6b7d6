"""The daily digest of gaps, and meetings on the timeline.

Revision ID: 0032
"""

import sqlalchemy as sa
from alembic import op

from engage.db import UtcDateTime

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

DUE = sa.text("mail_due_at IS NOT NULL")


def upgrade() -> None:
    """Make the tables of the daily mail."""
    op.create_table(
        "gap_mails",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("mail_due_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_mails")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_gap_mails_person_id")),
        sa.UniqueConstraint("person_id", "day", name=op.f("uq_gap_mails_person_id_day")),
    )
    op.create_index("ix_gap_mails_day", "gap_mails", ["day"])
    op.create_index(
        "ix_gap_mails_due", "gap_mails", ["mail_due_at"], sqlite_where=DUE, postgresql_where=DUE
    )
    op.create_table(
        "gap_mail_stops",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("stopped_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_mail_stops")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_gap_mail_stops_person_id")
        ),
        sa.UniqueConstraint("person_id", name=op.f("uq_gap_mail_stops_person_id")),
    )


def downgrade() -> None:
    """Remove them."""
    op.drop_table("gap_mail_stops")
    op.drop_table("gap_mails")
