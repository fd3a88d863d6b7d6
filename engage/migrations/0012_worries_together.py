"""What trusted people answer, looks at danger, and prompts for one young person.

Revision ID: 0012
"""

import sqlalchemy as sa
from alembic import op

from engage.db import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and let a worry keep which prompts of the young person's it began with."""
    _trusted()
    op.create_table(
        "danger_looks",
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("thinks", sa.String(length=10), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys("danger_looks", episode_id="episodes", by_id="people"),
        sa.UniqueConstraint("episode_id", "key", name=op.f("uq_danger_looks_episode_id_key")),
    )
    op.create_index(op.f("ix_danger_looks_episode_id"), "danger_looks", ["episode_id"])
    op.create_table(
        "young_prompts",
        sa.Column("young_person_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("prompts", sa.Text(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys("young_prompts", young_person_id="people", made_by_id="people"),
        sa.UniqueConstraint(
            "young_person_id", "number", name=op.f("uq_young_prompts_young_person_id_number")
        ),
    )
    with op.batch_alter_table("worries") as table:
        table.add_column(
            sa.Column("young_set", sa.Integer(), nullable=False, server_default=sa.text("0"))
        )


def _trusted() -> None:
    op.create_table(
        "trusted_questions",
        sa.Column("young_person_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("silent_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys("trusted_questions", young_person_id="people", person_id="people",
               asked_by_id="people"),
    )  # fmt: skip
    for column in ("young_person_id", "person_id", "episode_id"):
        op.create_index(op.f(f"ix_trusted_questions_{column}"), "trusted_questions", [column])
    op.create_index(
        "ix_trusted_questions_silent_at",
        "trusted_questions",
        ["silent_at"],
        sqlite_where=sa.text("silent_at IS NOT NULL"),
        postgresql_where=sa.text("silent_at IS NOT NULL"),
    )
    op.create_table(
        "trusted_answers",
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("heard", sa.String(length=8), nullable=False),
        sa.Column("how", sa.String(length=4), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys("trusted_answers", question_id="trusted_questions"),
    )
    op.create_index(op.f("ix_trusted_answers_question_id"), "trusted_answers", ["question_id"])


def _keys(table: str, **columns: str) -> list[sa.Constraint]:
    """Return the primary key, and a foreign key from each column to the id of a table."""
    found: list[sa.Constraint] = [sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))]
    for column, other in columns.items():
        name = op.f(f"fk_{table}_{column}")
        found.append(sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name))
    return found


def downgrade() -> None:
    """Take them away."""
    with op.batch_alter_table("worries") as table:
        table.drop_column("young_set")
    for name in ("young_prompts", "danger_looks", "trusted_answers", "trusted_questions"):
        op.drop_table(name)
