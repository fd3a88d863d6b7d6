"""What came of an alert, and how often whoever has it was asked.

Revision ID: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ONCE = "uq_alert_notices_alert_id_level_person_id_round"
ONCE_A_TURN = "uq_alert_notices_alert_id_level_person_id_round_turn"
IS_HELD = "state = 'acknowledged'"
WAS_HELD = "state = 'open' AND held_before_id IS NOT NULL"


def upgrade() -> None:
    """Add the columns. Alerts that somebody has already are left in peace."""
    for column in (
        sa.Column("outcome", sa.String(8), nullable=True),
        sa.Column("outcome_note", sa.Text(), nullable=True),
        # No foreign key: SQLite would make the table anew, and others point at it.
        sa.Column("held_before_id", sa.Uuid(), nullable=True),
        sa.Column("turn", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("unanswered", sa.Integer(), nullable=False, server_default="0"),
    ):
        op.add_column("alerts", column)
    for name, indexed, condition in (
        ("ix_alerts_held", "acknowledged_by_id", IS_HELD),
        ("ix_alerts_held_before", "held_before_id", WAS_HELD),
    ):
        op.create_index(
            name,
            "alerts",
            [indexed],
            sqlite_where=sa.text(condition),
            postgresql_where=sa.text(condition),
        )
    with op.batch_alter_table("alert_notices") as notices:
        notices.add_column(sa.Column("turn", sa.Integer(), nullable=False, server_default="0"))
        notices.drop_constraint(ONCE, type_="unique")
        notices.create_unique_constraint(
            ONCE_A_TURN, ["alert_id", "level", "person_id", "round", "turn"]
        )


def downgrade() -> None:
    """Take them back, with the notices that were no step of the chain."""
    op.execute("DELETE FROM alert_notices WHERE turn > 0")
    with op.batch_alter_table("alert_notices") as notices:
        notices.drop_constraint(ONCE_A_TURN, type_="unique")
        notices.drop_column("turn")
        notices.create_unique_constraint(ONCE, ["alert_id", "level", "person_id", "round"])
    op.drop_index("ix_alerts_held_before", "alerts")
    op.drop_index("ix_alerts_held", "alerts")
    for name in ("unanswered", "turn", "held_before_id", "outcome_note", "outcome"):
        op.drop_column("alerts", name)
