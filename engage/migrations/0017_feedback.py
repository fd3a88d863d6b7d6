"""What young people say about how they were treated, without who or when.

Revision ID: 0017
"""

import sqlalchemy as sa
from alembic import op

from engage.db import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of posters and answers."""
    op.create_table(
        "feedback_posters",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.String(length=12), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("closes_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("closed_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys("feedback_posters", organisation_id="organisations", made_by_id="people"),
    )
    op.create_index(
        op.f("ix_feedback_posters_organisation_id"), "feedback_posters", ["organisation_id"]
    )
    op.create_table(
        "feedback_answers",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.String(length=12), nullable=False),
        sa.Column("quarter_on", sa.Date(), nullable=False),
        sa.Column("listened", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Integer(), nullable=True),
        sa.Column("told", sa.Integer(), nullable=True),
        sa.Column("safe", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("needs_a_human", sa.Boolean(), nullable=False),
        sa.Column("poster_id", sa.Uuid(), nullable=True),
        sa.Column("key_digest", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys("feedback_answers", organisation_id="organisations", poster_id="feedback_posters"),
        sa.UniqueConstraint("key_digest", name=op.f("uq_feedback_answers_key_digest")),
        # No number that counts up with every answer: the order they came in is not kept.
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_feedback_answers_about", "feedback_answers", ["organisation_id", "about", "quarter_on"]
    )
    op.create_table(
        "feedback_poster_weeks",
        sa.Column("poster_id", sa.Uuid(), nullable=False),
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys("feedback_poster_weeks", poster_id="feedback_posters"),
        sa.UniqueConstraint(
            "poster_id", "week_on", name=op.f("uq_feedback_poster_weeks_poster_id_week_on")
        ),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("feedback_poster_weeks", "feedback_answers", "feedback_posters"):
        op.drop_table(table)


def _keys(table: str, **others: str) -> list[sa.Constraint]:
    """Return the primary key and what points at other tables."""
    return [
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *(
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
            for column, other in others.items()
        ),
    ]
