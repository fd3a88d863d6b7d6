"""A time away whose talk was declined in time is settled, also when they go again.

Revision ID: 0035
"""

import sqlalchemy as sa
from alembic import op

from engage.db import UtcDateTime

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep since when the clock of a time away is over."""
    op.add_column("interview_episodes", sa.Column("settled_at", UtcDateTime(timezone=True)))


def downgrade() -> None:
    """Forget it: the clocks of all times away that a talk covers run again."""
    with op.batch_alter_table("interview_episodes") as table:
        table.drop_column("settled_at")
