"""Questions of the plan as each organisation words and orders them.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

from engage.db import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    """Make the tables. Plans that exist keep the questions they were begun with."""
    op.create_table(
        "question_versions",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("base", sa.String(length=20), nullable=False),
        sa.Column("edits", sa.Text(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("published_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("tested_with", sa.Text(), nullable=True),
        sa.Column("tested_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        _key("question_versions", "organisation_id", "organisations.id"),
        _key("question_versions", "made_by_id", "people.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_versions")),
        sa.UniqueConstraint(
            "organisation_id", "number", name=op.f("uq_question_versions_organisation_id_number")
        ),
    )
    for state in ("draft", "published"):
        op.create_index(
            f"uq_question_versions_{state}",
            "question_versions",
            ["organisation_id"],
            unique=True,
            sqlite_where=sa.text(f"state = '{state}'"),
            postgresql_where=sa.text(f"state = '{state}'"),
        )
    op.create_table(
        "plan_strategies",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("topic", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_hidden", sa.Boolean(), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _key("plan_strategies", "organisation_id", "organisations.id"),
        _key("plan_strategies", "changed_by_id", "people.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_strategies")),
        sa.UniqueConstraint(
            "organisation_id", "key", name=op.f("uq_plan_strategies_organisation_id_key")
        ),
    )


def downgrade() -> None:
    """Back to one set of questions for all."""
    op.drop_table("plan_strategies")
    op.drop_table("question_versions")
