"""Talks after coming back.

Revision ID: 0018
"""

import sqlalchemy as sa
from alembic import op

from engage.db import UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

IS_OPEN = "state IN ('booked', 'declined', 'gone_again', 'offered', 'owed')"
IS_WATCHED = "next_look_at IS NOT NULL"
IS_CLOSED = "closed_at IS NOT NULL"


def _instant(name: str) -> sa.Column[object]:
    return sa.Column(name, UtcDateTime(timezone=True), nullable=True)


def upgrade() -> None:
    """Make the tables of talks, what they cover, and tries to reach somebody."""
    op.create_table(
        "return_interviews",
        sa.Column("young_person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("opened_at", UtcDateTime(timezone=True), nullable=False),
        _instant("due_at"),
        sa.Column("rule", sa.JSON(), nullable=True),
        sa.Column("others", sa.JSON(), nullable=False),
        _instant("next_look_at"),
        _instant("offered_at"),
        sa.Column("offered_by_id", sa.Uuid(), nullable=True),
        _instant("declined_at"),
        _instant("again_at"),
        sa.Column("decline_reason", sa.Text(), nullable=True),
        _instant("chosen_at"),
        sa.Column("who", sa.String(length=16), nullable=True),
        sa.Column("who_name", sa.Text(), nullable=True),
        sa.Column("wish", sa.String(length=12), nullable=True),
        sa.Column("manner", sa.String(length=8), nullable=True),
        sa.Column("needs_interpreter", sa.Boolean(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("where_to_meet", sa.Text(), nullable=True),
        sa.Column("when_it_suits", sa.Text(), nullable=True),
        sa.Column("may_know", sa.Text(), nullable=True),
        sa.Column("interviewer_id", sa.Uuid(), nullable=True),
        sa.Column("interviewer_name", sa.Text(), nullable=True),
        sa.Column("is_involved", sa.Boolean(), nullable=False),
        sa.Column("independent_offered", sa.Boolean(), nullable=False),
        _instant("booked_for"),
        sa.Column("place", sa.Text(), nullable=True),
        _instant("done_at"),
        sa.Column("done_by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys("return_interviews", young_person_id="people", organisation_id="organisations",
               offered_by_id="people", interviewer_id="people", done_by_id="people"),
    )  # fmt: skip
    op.create_index(
        op.f("ix_return_interviews_young_person_id"), "return_interviews", ["young_person_id"]
    )
    for name, columns, unique, where in (
        ("uq_return_interviews_open", ["young_person_id"], True, IS_OPEN),
        ("ix_return_interviews_next_look", ["next_look_at"], False, IS_WATCHED),
    ):
        op.create_index(
            name, "return_interviews", columns, unique=unique,
            sqlite_where=sa.text(where), postgresql_where=sa.text(where),
        )  # fmt: skip
    op.create_index(
        "ix_return_interviews_state", "return_interviews", ["organisation_id", "state", "due_at"]
    )
    op.create_table(
        "interview_episodes",
        sa.Column("interview_id", sa.Uuid(), nullable=True),
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys("interview_episodes", interview_id="return_interviews", episode_id="episodes"),
        sa.UniqueConstraint("episode_id", name=op.f("uq_interview_episodes_episode_id")),
    )
    op.create_index(
        op.f("ix_interview_episodes_interview_id"), "interview_episodes", ["interview_id"]
    )
    op.create_table(
        "interview_attempts",
        sa.Column("interview_id", sa.Uuid(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("reached", sa.String(length=12), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys("interview_attempts", interview_id="return_interviews", by_id="people"),
    )
    op.create_index(
        op.f("ix_interview_attempts_interview_id"), "interview_attempts", ["interview_id"]
    )
    # The sweep asks which times away ended lately: never all of history.
    op.create_index(
        "ix_episodes_closed", "episodes", ["closed_at"],
        sqlite_where=sa.text(IS_CLOSED), postgresql_where=sa.text(IS_CLOSED),
    )  # fmt: skip


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_episodes_closed", table_name="episodes")
    for table in ("interview_attempts", "interview_episodes", "return_interviews"):
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
