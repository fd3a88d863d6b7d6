"""Talks that are moved or called off take their calendar entries along.

Revision ID: 0033
"""

import sqlalchemy as sa
from alembic import op

from engage.db import UtcDateTime

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

DUE = sa.text("mail_due_at IS NOT NULL")
IS_OPEN = sa.text("state IN ('booked', 'declined', 'gone_again', 'offered', 'owed')")


def upgrade() -> None:
    """Keep whose calendar has which talk, and when what stands there begins; order what is owed."""
    op.create_table(
        "interview_holders",
        sa.Column("interview_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        _at("mail_due_at"),
        sa.Column("mail_tries", sa.Integer(), nullable=False),
        sa.Column("mailed_sequence", sa.Integer(), nullable=True),
        _at("mailed_at"),
        _at("mailed_for"),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_holders")),
        sa.ForeignKeyConstraint(
            ["interview_id"],
            ["return_interviews.id"],
            name=op.f("fk_interview_holders_interview_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_interview_holders_person_id")
        ),
        sa.UniqueConstraint(
            "interview_id", "person_id", name=op.f("uq_interview_holders_interview_id_person_id")
        ),
    )
    op.create_index(
        "ix_interview_holders_mail_due",
        "interview_holders",
        ["mail_due_at"],
        sqlite_where=DUE,
        postgresql_where=DUE,
    )
    with op.batch_alter_table("meeting_guests") as table:
        table.add_column(_at("mailed_for"))
    op.create_index(
        "ix_return_interviews_open_due",
        "return_interviews",
        ["due_at", "id"],
        sqlite_where=IS_OPEN,
        postgresql_where=IS_OPEN,
    )


def downgrade() -> None:
    """Forget both; what stands in calendars stays there."""
    op.drop_index("ix_return_interviews_open_due", "return_interviews")
    with op.batch_alter_table("meeting_guests") as table:
        table.drop_column("mailed_for")
    op.drop_table("interview_holders")


def _at(name: str) -> sa.Column[object]:
    return sa.Column(name, UtcDateTime(timezone=True), nullable=True)
