"""Outcomes, safeguarding, published welcome standards.

Revision ID: 0024
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from engage.db import UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

COUNTS = ("booked_number", "reminded")
IS_WATCHED = sa.text("next_look_at IS NOT NULL")
MADE = (
    "next_steps", "next_step_lines", "screenings", "allegations", "allegation_hidden_from",
    "allegation_told", "alert_hidden_from", "welcome_standards",
)  # fmt: skip


def upgrade() -> None:
    """Make the tables of what happens next, of harm, and of what is promised at the door."""
    with op.batch_alter_table("return_interviews") as talks:
        talks.add_column(sa.Column("asked_by_text_at", UtcDateTime(timezone=True), nullable=True))
        for name in COUNTS:
            talks.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    _next_steps()
    _safeguarding()
    _table(
        "alert_hidden_from",
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alerts.id"], name=op.f("fk_alert_hidden_from_alert_id"),
            ondelete="CASCADE",
        ),
        *_keys("alert_hidden_from", person_id="people"),
        _once("alert_hidden_from", "alert_id", "person_id"),
    )  # fmt: skip
    _table(
        "welcome_standards",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("written_with", sa.Text(), nullable=True),
        sa.Column("written_on", sa.Date(), nullable=True),
        sa.Column("how_many", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        _instant("at"),
        *_keys("welcome_standards", organisation_id="organisations", by_id="people"),
        _once("welcome_standards", "organisation_id", "number"),
    )


def _next_steps() -> None:
    _table(
        "next_steps",
        sa.Column("young_person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("came_of", sa.String(length=8), nullable=False),
        sa.Column("came_of_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("aims", sa.JSON(), nullable=False),
        sa.Column("consent", sa.String(length=12), nullable=False),
        sa.Column("said", sa.Text(), nullable=True),
        sa.Column("what", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("is_theirs_to_read", sa.Boolean(), nullable=False),
        sa.Column("did", sa.Text(), nullable=True),
        _instant("ended_at", nullable=True),
        _instant("made_at"),
        _instant("next_look_at", nullable=True),
        sa.Column("times_told", sa.Integer(), nullable=False),
        *_keys("next_steps", young_person_id="people", organisation_id="organisations",
               owner_id="people"),
    )  # fmt: skip
    for first, name in (("young_person_id", "young_person"), ("owner_id", "owner")):
        op.create_index(f"ix_next_steps_{name}", "next_steps", [first, "state", "due_on"])
    _watched("next_steps")
    _table(
        "next_step_lines",
        sa.Column("next_step_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("turn", sa.String(length=8), nullable=False),
        _instant("at"),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        *_keys("next_step_lines", next_step_id="next_steps", by_id="people", owner_id="people"),
        _once("next_step_lines", "next_step_id", "number"),
    )


def _safeguarding() -> None:
    _table(
        "screenings",
        sa.Column("young_person_id", sa.Uuid(), nullable=False),
        sa.Column("tool", sa.Text(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("found", sa.String(length=12), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        _instant("at"),
        _instant("shared_at", nullable=True),
        sa.Column("shared_by_id", sa.Uuid(), nullable=True),
        *_keys("screenings", young_person_id="people", by_id="people", shared_by_id="people"),
    )
    _table(
        "allegations",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("young_person_id", sa.Uuid(), nullable=True),
        sa.Column("seen", sa.String(length=12), nullable=False),
        sa.Column("seen_id", sa.Uuid(), nullable=True),
        sa.Column("about", sa.String(length=8), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=True)
          for name in ("about_name", "words", "safe_now", "they_know")),
        _instant("opened_at"),
        sa.Column("opened_by_id", sa.Uuid(), nullable=False),
        _instant("due_at"),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("stage", sa.String(length=8), nullable=False),
        _instant("closed_at", nullable=True),
        sa.Column("closed_by_id", sa.Uuid(), nullable=True),
        sa.Column("alert_id", sa.Uuid(), nullable=True),
        _instant("next_look_at", nullable=True),
        *_keys("allegations", organisation_id="organisations", young_person_id="people",
               opened_by_id="people", closed_by_id="people"),
    )  # fmt: skip
    for table in ("screenings", "allegations"):
        op.create_index(op.f(f"ix_{table}_young_person_id"), table, ["young_person_id"])
    op.create_index(
        "ix_allegations_organisation", "allegations", ["organisation_id", "stage", "opened_at"]
    )
    _watched("allegations")
    _table(
        "allegation_hidden_from",
        sa.Column("allegation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        *_keys("allegation_hidden_from", allegation_id="allegations", person_id="people"),
        _once("allegation_hidden_from", "allegation_id", "person_id"),
    )
    _table(
        "allegation_told",
        sa.Column("allegation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("whom", sa.String(length=24), nullable=False),
        sa.Column("deed", sa.String(length=12), nullable=False),
        _instant("told_at", nullable=True),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("named", "reference", "reason")),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        _instant("at"),
        *_keys("allegation_told", allegation_id="allegations", by_id="people"),
        _once("allegation_told", "allegation_id", "number"),
    )


def downgrade() -> None:
    """Drop them."""
    for table in reversed(MADE):
        op.drop_table(table)
    with op.batch_alter_table("return_interviews") as talks:
        for name in (*COUNTS, "asked_by_text_at"):
            talks.drop_column(name)


def _table(name: str, *parts: Any) -> None:
    op.create_table(name, sa.Column("id", sa.Uuid(), nullable=False), *parts)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, UtcDateTime(timezone=True), nullable=nullable)


def _watched(table: str) -> None:
    """Let the sweep find what is due at the cost of what is due."""
    op.create_index(
        f"ix_{table}_next_look", table, ["next_look_at"],
        sqlite_where=IS_WATCHED, postgresql_where=IS_WATCHED,
    )  # fmt: skip


def _once(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _keys(table: str, **others: str) -> list[sa.Constraint]:
    """Return the primary key and what points at other tables."""
    return [
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *(
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
            for column, other in others.items()
        ),
    ]
