"""The guided prompts and what was answered.

Revision ID: 0009
"""

import sqlalchemy as sa
from alembic import op

from engage.db import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

IS_OPEN = "state IN ('asking', 'waiting')"
IS_DRAFT = "state = 'draft'"


def upgrade() -> None:
    """Make the tables of worries and of the prompts as each organisation words them."""
    op.create_table(
        "worries",
        sa.Column("young_person_id", sa.Uuid(), nullable=False),
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("prompt_set", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("opened_by_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("look_again_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys("worries", young_person_id="people", episode_id="episodes",
               opened_by_id="people", decided_by_id="people"),
    )  # fmt: skip
    op.create_index(op.f("ix_worries_young_person_id"), "worries", ["young_person_id"])
    op.create_index(op.f("ix_worries_episode_id"), "worries", ["episode_id"])
    op.create_index(
        "uq_worries_open",
        "worries",
        ["young_person_id"],
        unique=True,
        sqlite_where=sa.text(IS_OPEN),
        postgresql_where=sa.text(IS_OPEN),
    )
    _answers()
    _versions()


def _answers() -> None:
    op.create_table(
        "worry_answers",
        sa.Column("worry_id", sa.Uuid(), nullable=False),
        sa.Column("prompt", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("given_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys("worry_answers", worry_id="worries", by_id="people"),
        sa.UniqueConstraint("worry_id", "key", name=op.f("uq_worry_answers_worry_id_key")),
    )
    op.create_index(op.f("ix_worry_answers_worry_id"), "worry_answers", ["worry_id"])
    op.create_table(
        "worry_attempts",
        sa.Column("worry_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("named", sa.Text(), nullable=True),
        sa.Column("how", sa.String(length=8), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys("worry_attempts", worry_id="worries", person_id="people", by_id="people"),
        sa.UniqueConstraint("worry_id", "key", name=op.f("uq_worry_attempts_worry_id_key")),
    )
    op.create_index(op.f("ix_worry_attempts_worry_id"), "worry_attempts", ["worry_id"])


def _versions() -> None:
    op.create_table(
        "prompt_versions",
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
        *_keys("prompt_versions", organisation_id="organisations", made_by_id="people"),
        sa.UniqueConstraint(
            "organisation_id", "number", name=op.f("uq_prompt_versions_organisation_id_number")
        ),
    )
    op.create_index(
        "uq_prompt_versions_draft",
        "prompt_versions",
        ["organisation_id"],
        unique=True,
        sqlite_where=sa.text(IS_DRAFT),
        postgresql_where=sa.text(IS_DRAFT),
    )
    op.create_table(
        "prompt_votes",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("prompt", sa.String(length=40), nullable=False),
        sa.Column("is_good", sa.Boolean(), nullable=False),
        sa.Column("instead", sa.Text(), nullable=True),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys("prompt_votes", version_id="prompt_versions", recorded_by_id="people"),
    )
    op.create_index(op.f("ix_prompt_votes_version_id"), "prompt_votes", ["version_id"])


def _keys(table: str, **columns: str) -> list[sa.Constraint]:
    """Return the primary key, and a foreign key from each column to the id of a table."""
    found: list[sa.Constraint] = [sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))]
    for column, other in columns.items():
        name = op.f(f"fk_{table}_{column}")
        found.append(sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name))
    return found


def downgrade() -> None:
    """Take them away."""
    for name in ("prompt_votes", "prompt_versions", "worry_attempts", "worry_answers", "worries"):
        op.drop_table(name)
