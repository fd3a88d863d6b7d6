"""A quarter is found by when things were.

Revision ID: 0027
"""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Order episodes, returns and talks by when they were."""
    op.create_index("ix_episodes_opened", "episodes", ["organisation_id", "opened_at"])
    op.create_index("ix_episode_times_event", "episode_times", ["event", "at"])
    op.create_index(
        "ix_return_interviews_opened", "return_interviews", ["organisation_id", "opened_at"]
    )


def downgrade() -> None:
    """Remove the orders."""
    op.drop_index("ix_return_interviews_opened", "return_interviews")
    op.drop_index("ix_episode_times_event", "episode_times")
    op.drop_index("ix_episodes_opened", "episodes")
