"""Feedback by text: a poster's short code, the one digit of an answer, and texts that came before.

Revision ID: 0036
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for them. Posters that hang already have no code for texts."""
    with op.batch_alter_table("feedback_posters") as table:
        table.add_column(sa.Column("text_code", sa.Text()))
        table.add_column(sa.Column("text_digest", sa.String(length=64)))
        table.create_unique_constraint(op.f("uq_feedback_posters_text_digest"), ["text_digest"])
    op.add_column("feedback_answers", sa.Column("treated", sa.Integer()))
    op.create_table(
        "feedback_texts",
        sa.Column("sid_digest", sa.String(length=64), nullable=False),
        sa.Column("sid", sa.Text(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_texts")),
        sa.UniqueConstraint("sid_digest", name=op.f("uq_feedback_texts_sid_digest")),
        # As of answers: the order they came in is not kept.
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_feedback_texts_sid", "feedback_texts", ["tries"],
        sqlite_where=sa.text("sid IS NOT NULL"), postgresql_where=sa.text("sid IS NOT NULL"),
    )  # fmt: skip


def downgrade() -> None:
    """Forget them."""
    op.drop_table("feedback_texts")
    op.drop_column("feedback_answers", "treated")
    with op.batch_alter_table("feedback_posters") as table:
        table.drop_constraint(op.f("uq_feedback_posters_text_digest"), type_="unique")
        table.drop_column("text_digest")
        table.drop_column("text_code")
