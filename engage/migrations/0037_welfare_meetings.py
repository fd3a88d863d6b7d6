"""Welfare meetings, what is left of places, and when those on duty hear of a referral.

Revision ID: 0037
"""

import sqlalchemy as sa
from alembic import op

from engage.db import UtcDateTime

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

AT = UtcDateTime(timezone=True)
WAITS = sa.text("next_look_at IS NOT NULL")
TOLD = sa.text("tell_at IS NOT NULL")


def _keys(table: str, **columns: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))
            for column, target in columns.items()
        ),
    ]


def upgrade() -> None:
    """Make the tables; nobody is told of referrals that are here already."""
    _meetings()
    _actions()
    op.create_table(
        "place_tallies",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("place_index", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("boxes", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        *_keys("place_tallies", organisation_id="organisations.id"),
        sa.UniqueConstraint(
            "organisation_id",
            "year",
            "quarter",
            "place_index",
            name=op.f("uq_place_tallies_organisation_id_year_quarter_place_index"),
        ),
    )
    op.add_column("referrals", sa.Column("tell_at", AT, nullable=True))
    op.create_index(
        "ix_referrals_tell", "referrals", ["tell_at"], sqlite_where=TOLD, postgresql_where=TOLD
    )


def _meetings() -> None:
    op.create_table(
        "welfare_meetings",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("about", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("others", sa.Text(), nullable=True),
        sa.Column("noticed", sa.Text(), nullable=True),
        sa.Column("decided", sa.Text(), nullable=True),
        sa.Column("written_by_id", sa.Uuid(), nullable=False),
        sa.Column("written_at", AT, nullable=False),
        *_keys("welfare_meetings", organisation_id="organisations.id", written_by_id="people.id"),
    )
    op.create_index(
        "ix_welfare_meetings_held", "welfare_meetings", ["organisation_id", "held_on", "id"]
    )
    op.create_table(
        "welfare_present",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        *_keys("welfare_present", meeting_id="welfare_meetings.id", person_id="people.id"),
        sa.UniqueConstraint(
            "meeting_id", "person_id", name=op.f("uq_welfare_present_meeting_id_person_id")
        ),
    )
    op.create_index(op.f("ix_welfare_present_person_id"), "welfare_present", ["person_id"])
    op.create_table(
        "welfare_young_people",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("young_person_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", AT, nullable=False),
        *_keys(
            "welfare_young_people",
            meeting_id="welfare_meetings.id",
            young_person_id="people.id",
            by_id="people.id",
        ),
        sa.UniqueConstraint(
            "meeting_id",
            "young_person_id",
            name=op.f("uq_welfare_young_people_meeting_id_young_person_id"),
        ),
    )
    op.create_index(
        op.f("ix_welfare_young_people_young_person_id"), "welfare_young_people", ["young_person_id"]
    )
    op.create_table(
        "welfare_notes",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        *_keys("welfare_notes", meeting_id="welfare_meetings.id", by_id="people.id"),
    )
    op.create_index(op.f("ix_welfare_notes_meeting_id"), "welfare_notes", ["meeting_id"])


def _actions() -> None:
    op.create_table(
        "welfare_actions",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("did", sa.Text(), nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("next_look_at", AT, nullable=True),
        sa.Column("times_told", sa.Integer(), nullable=False),
        *_keys(
            "welfare_actions",
            meeting_id="welfare_meetings.id",
            organisation_id="organisations.id",
            owner_id="people.id",
        ),
    )
    op.create_index(op.f("ix_welfare_actions_meeting_id"), "welfare_actions", ["meeting_id"])
    op.create_index("ix_welfare_actions_owner", "welfare_actions", ["owner_id", "state", "due_on"])
    op.create_index(
        "ix_welfare_actions_next_look",
        "welfare_actions",
        ["next_look_at"],
        sqlite_where=WAITS,
        postgresql_where=WAITS,
    )
    op.create_table(
        "welfare_action_lines",
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("turn", sa.String(length=8), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        *_keys(
            "welfare_action_lines",
            action_id="welfare_actions.id",
            by_id="people.id",
            owner_id="people.id",
        ),
        sa.UniqueConstraint(
            "action_id", "number", name=op.f("uq_welfare_action_lines_action_id_number")
        ),
    )


def downgrade() -> None:
    """Remove them."""
    op.drop_index("ix_referrals_tell", "referrals")
    with op.batch_alter_table("referrals") as referrals:
        referrals.drop_column("tell_at")
    for table in (
        "place_tallies", "welfare_action_lines", "welfare_actions", "welfare_notes",
        "welfare_young_people", "welfare_present", "welfare_meetings",
    ):  # fmt: skip
        op.drop_table(table)
