"""Staffings and team meetings.

Revision ID: 0025
"""

import sqlalchemy as sa
from alembic import op

from engage.db import UtcDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

PLANNED = "state = 'planned'"


def upgrade() -> None:
    """Make the tables of staffings, of who leads them, and of meetings."""
    _staffings()
    _meetings()
    _guests()


def _staffings() -> None:
    op.create_table(
        "staffings",
        _id("episode_id"),
        _id("young_person_id"),
        _id("organisation_id"),
        sa.Column("state", sa.String(length=12), nullable=False),
        _at("proposed_at", nullable=True),
        _at("decided_at", nullable=True),
        _id("decided_by_id", nullable=True),
        _text("reason", nullable=True),
        _number("every_days", nullable=True),
        _at("closed_at", nullable=True),
        _at("next_look_at", nullable=True),
        _id("id"),
        *_keys("staffings", episode_id="episodes", young_person_id="people",
               organisation_id="organisations", decided_by_id="people"),
        sa.UniqueConstraint("episode_id", name=op.f("uq_staffings_episode_id")),
    )  # fmt: skip
    op.create_index(op.f("ix_staffings_young_person_id"), "staffings", ["young_person_id"])
    _where("ix_staffings_next_look", "staffings", ["next_look_at"], "next_look_at IS NOT NULL")
    op.create_table(
        "staffing_reasons",
        _id("staffing_id"),
        sa.Column("trigger", sa.String(length=24), nullable=False),
        _number("number"),
        _text("source"),
        _at("noted_at"),
        _id("by_id", nullable=True),
        _text("words", nullable=True),
        _id("id"),
        *_keys("staffing_reasons", staffing_id="staffings", by_id="people"),
        sa.UniqueConstraint(
            "staffing_id", "trigger", name=op.f("uq_staffing_reasons_staffing_id_trigger")
        ),
    )
    op.create_table(
        "staffing_preparations",
        _id("staffing_id"),
        sa.Column("question", sa.String(length=12), nullable=False),
        _text("words", nullable=True),
        _id("by_id"),
        _at("at"),
        _id("id"),
        *_keys("staffing_preparations", staffing_id="staffings", by_id="people"),
        sa.UniqueConstraint(
            "staffing_id", "question", name=op.f("uq_staffing_preparations_staffing_id_question")
        ),
    )
    op.create_table(
        "facilitator_slots",
        _id("organisation_id"),
        _id("person_id"),
        sa.Column("region", sa.String(length=60), nullable=False),
        _number("weekday"),
        _number("minute"),
        _at("ended_at", nullable=True),
        _id("id"),
        *_keys("facilitator_slots", organisation_id="organisations", person_id="people"),
    )
    for name in ("organisation_id", "person_id"):
        op.create_index(op.f(f"ix_facilitator_slots_{name}"), "facilitator_slots", [name])


def _meetings() -> None:
    op.create_table(
        "meetings",
        _id("episode_id"),
        _id("young_person_id"),
        _id("staffing_id", nullable=True),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        _at("starts_at"),
        _id("facilitator_id", nullable=True),
        _id("planned_by_id"),
        _text("link", nullable=True),
        _text("place", nullable=True),
        _number("sequence"),
        _at("ended_at", nullable=True),
        _id("held_by_id", nullable=True),
        sa.Column("consult_on", sa.Date(), nullable=True),
        _text("notes", nullable=True),
        _id("id"),
        *_keys("meetings", episode_id="episodes", young_person_id="people",
               staffing_id="staffings", facilitator_id="people", planned_by_id="people",
               held_by_id="people"),
    )  # fmt: skip
    for name in ("episode_id", "young_person_id", "staffing_id"):
        op.create_index(op.f(f"ix_meetings_{name}"), "meetings", [name])
    slot = ["facilitator_id", "starts_at"]
    _where("uq_meetings_facilitator", "meetings", slot, PLANNED, unique=True)


def _guests() -> None:
    op.create_table(
        "meeting_guests",
        _id("meeting_id"),
        _id("person_id", nullable=True),
        sa.Column("part", sa.String(length=16), nullable=False),
        _text("name"),
        _text("email", nullable=True),
        sa.Column("answer", sa.String(length=8), nullable=False),
        _at("answered_at", nullable=True),
        _at("removed_at", nullable=True),
        _at("mail_due_at", nullable=True),
        _number("mail_tries"),
        _number("mailed_sequence", nullable=True),
        _at("mailed_at", nullable=True),
        _id("id"),
        *_keys("meeting_guests", meeting_id="meetings", person_id="people"),
    )
    _where("ix_meeting_guests_mail_due", "meeting_guests", ["mail_due_at"],
           "mail_due_at IS NOT NULL")  # fmt: skip
    op.create_table(
        "meeting_words",
        _id("meeting_id"),
        sa.Column("whose", sa.String(length=16), nullable=False),
        _id("by_id", nullable=True),
        _text("words", nullable=True),
        _at("at"),
        _id("id"),
        *_keys("meeting_words", meeting_id="meetings", by_id="people"),
    )
    op.create_table(
        "meeting_actions",
        _id("meeting_id"),
        _id("owner_id"),
        _text("words", nullable=True),
        _at("due_at"),
        _at("done_at", nullable=True),
        _id("done_by_id", nullable=True),
        _at("next_look_at", nullable=True),
        _id("id"),
        *_keys("meeting_actions", meeting_id="meetings", owner_id="people", done_by_id="people"),
    )
    for name in ("meeting_guests", "meeting_words", "meeting_actions"):
        op.create_index(op.f(f"ix_{name}_meeting_id"), name, ["meeting_id"])
    _where("ix_meeting_actions_next_look", "meeting_actions", ["next_look_at"],
           "next_look_at IS NOT NULL")  # fmt: skip


def _id(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _at(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, UtcDateTime(timezone=True), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _where(name: str, table: str, columns: list[str], only: str, *, unique: bool = False) -> None:
    where = sa.text(only)
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)


def _keys(table: str, **columns: str) -> list[sa.Constraint]:
    """Return the primary key, and a foreign key from each column to the id of a table."""
    found: list[sa.Constraint] = [sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))]
    for column, other in columns.items():
        name = op.f(f"fk_{table}_{column}")
        found.append(sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name))
    return found


def downgrade() -> None:
    """Take them away."""
    for name in ("meeting_actions", "meeting_words", "meeting_guests", "meetings",
                 "facilitator_slots", "staffing_preparations", "staffing_reasons",
                 "staffings"):  # fmt: skip
        op.drop_table(name)
