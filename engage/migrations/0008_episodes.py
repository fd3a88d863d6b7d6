"""Away, missing, in touch, back.

Revision ID: 0008
"""

import sqlalchemy as sa
from alembic import op

from engage.db import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

STILL_OUT = (
    "state IN ('away', 'in_touch', 'late', 'missing', 'ready_to_return', 'returning', 'worried')"
)


def upgrade() -> None:
    """Make the four tables of an episode."""
    op.create_table(
        "episodes",
        sa.Column("young_person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("opened_by_id", sa.Uuid(), nullable=True),
        sa.Column("opened_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("packs", sa.JSON(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("was_missing", sa.Boolean(), nullable=False),
        sa.Column("next_due_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("closed_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["young_person_id"], ["people.id"], name=op.f("fk_episodes_young_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_episodes_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["people.id"], name=op.f("fk_episodes_opened_by_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_episodes_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_episodes")),
    )
    op.create_index(op.f("ix_episodes_young_person_id"), "episodes", ["young_person_id"])
    op.create_index("ix_episodes_organisation", "episodes", ["organisation_id", "state"])
    op.create_index(
        "uq_episodes_still_out",
        "episodes",
        ["young_person_id"],
        unique=True,
        sqlite_where=sa.text(STILL_OUT),
        postgresql_where=sa.text(STILL_OUT),
    )
    _history("episode_changes", sa.Column("state", sa.String(length=16), nullable=False))
    _history("episode_times", sa.Column("event", sa.String(length=24), nullable=False))
    op.create_table(
        "episode_clocks",
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("started_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("due_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("promised_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("others", sa.JSON(), nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("next_look_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("done_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name=op.f("fk_episode_clocks_episode_id")
        ),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["people.id"], name=op.f("fk_episode_clocks_done_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_episode_clocks")),
        sa.UniqueConstraint(
            "episode_id", "name", "round", name=op.f("uq_episode_clocks_episode_id_name_round")
        ),
    )
    op.create_index(
        "ix_episode_clocks_next_look",
        "episode_clocks",
        ["next_look_at"],
        sqlite_where=sa.text("next_look_at IS NOT NULL"),
        postgresql_where=sa.text("next_look_at IS NOT NULL"),
    )


def _history(name: str, what: sa.Column[str]) -> None:
    """Make a table of things that were said about an episode, one after the other."""
    op.create_table(
        name,
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        what,
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name=op.f(f"fk_{name}_episode_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f(f"fk_{name}_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_episode_id"), name, ["episode_id"])


def downgrade() -> None:
    """Take them away."""
    for name in ("episode_clocks", "episode_times", "episode_changes", "episodes"):
        op.drop_table(name)
