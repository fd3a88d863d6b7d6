"""Who must be told of an episode, what was said to them, and papers that show it.

Revision ID: 0013
"""

import sqlalchemy as sa
from alembic import op

from engage.db import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

STAMP = UtcDateTime(timezone=True)


def upgrade() -> None:
    """Keep the notices of each episode, with every word about them that was ever noted."""
    with op.batch_alter_table("episodes") as episodes:
        episodes.add_column(sa.Column("notices", sa.JSON(), nullable=True))
    _notices()
    op.create_table(
        "notice_facts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(24), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", STAMP, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notice_facts"),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["episode_notices.id"], name="fk_notice_facts_notice_id"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_notice_facts_by_id"),
        sa.UniqueConstraint("notice_id", "number", name="uq_notice_facts_notice_id_number"),
    )
    _files()


def _notices() -> None:
    op.create_table(
        "episode_notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("told", sa.String(24), nullable=False),
        sa.Column("phase", sa.String(8), nullable=False),
        sa.Column("clock", sa.String(24), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("appeared_at", STAMP, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("told_at", STAMP, nullable=True),
        sa.Column("ended_at", STAMP, nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_episode_notices"),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["episodes.id"], name="fk_episode_notices_episode_id"
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["people.id"], name="fk_episode_notices_ended_by_id"
        ),
        sa.UniqueConstraint(
            "episode_id", "phase", "told", name="uq_episode_notices_episode_id_phase_told"
        ),
    )
    op.create_index("ix_episode_notices_state", "episode_notices", ["state", "episode_id"])


def _files() -> None:
    op.create_table(
        "notice_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(4), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_by_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", STAMP, nullable=False),
        sa.Column("removed_by_id", sa.Uuid(), nullable=True),
        sa.Column("removed_at", STAMP, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_notice_files"),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["episode_notices.id"], name="fk_notice_files_notice_id"
        ),
        sa.ForeignKeyConstraint(["added_by_id"], ["people.id"], name="fk_notice_files_added_by_id"),
        sa.ForeignKeyConstraint(
            ["removed_by_id"], ["people.id"], name="fk_notice_files_removed_by_id"
        ),
    )
    op.create_index("ix_notice_files_notice_id", "notice_files", ["notice_id"])


def downgrade() -> None:
    """Forget who was told."""
    for table in ("notice_files", "notice_facts", "episode_notices"):
        op.drop_table(table)
    with op.batch_alter_table("episodes") as episodes:
        episodes.drop_column("notices")
