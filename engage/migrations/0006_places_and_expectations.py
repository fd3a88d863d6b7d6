"""Safe places, agreed check-ins, coming back, and consent by purpose.

Revision ID: 0006
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from engage.db import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

AT = UtcDateTime(timezone=True)


def _keys(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{to}.id"], name=op.f(f"fk_{table}_{name}"))
        for name, to in columns.items()
    ]


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    """Make the tables."""
    _make_times()
    _make_returns()
    _make_places()


def _make_times() -> None:
    op.create_table(
        "agreed_times",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("young_person_id", sa.Uuid(), nullable=False),
        sa.Column("repeat", sa.String(length=12), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("wall", sa.String(length=5), nullable=True),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("every_hours", sa.Integer(), nullable=True),
        sa.Column("grace_minutes", sa.Integer(), nullable=False),
        sa.Column("may_ask", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("proposed_by_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", AT, nullable=False),
        sa.Column("young_agreed_at", AT, nullable=True),
        sa.Column("worker_agreed_at", AT, nullable=True),
        sa.Column("worker_id", sa.Uuid(), nullable=True),
        sa.Column("said_aloud", sa.Boolean(), nullable=False),
        sa.Column("running_since", AT, nullable=True),
        sa.Column("paused_until", AT, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys(
            "agreed_times",
            organisation_id="organisations",
            young_person_id="people",
            proposed_by_id="people",
            worker_id="people",
            ended_by_id="people",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreed_times")),
    )
    op.create_index(op.f("ix_agreed_times_young_person_id"), "agreed_times", ["young_person_id"])
    op.create_table(
        "expected_check_ins",
        sa.Column("agreed_time_id", sa.Uuid(), nullable=False),
        sa.Column("young_person_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("opens_at", AT, nullable=False),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("overdue_at", AT, nullable=False),
        sa.Column("next_step_at", AT, nullable=True),
        sa.Column("asked_at", AT, nullable=True),
        sa.Column("raised_at", AT, nullable=True),
        sa.Column("late_by", sa.Integer(), nullable=True),
        sa.Column("alert_id", sa.Uuid(), nullable=True),
        sa.Column("settled_at", AT, nullable=True),
        sa.Column("check_in_id", sa.Uuid(), nullable=True),
        sa.Column("check_in_kind", sa.String(length=16), nullable=True),
        sa.Column("belief", sa.Integer(), nullable=True),
        sa.Column("heard_at", AT, nullable=True),
        sa.Column("heard_by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys(
            "expected_check_ins",
            agreed_time_id="agreed_times",
            young_person_id="people",
            alert_id="alerts",
            check_in_id="check_ins",
            heard_by_id="people",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expected_check_ins")),
        sa.UniqueConstraint(
            "agreed_time_id", "due_at", name=op.f("uq_expected_check_ins_agreed_time_id_due_at")
        ),
    )
    op.create_index(
        op.f("ix_expected_check_ins_due"),
        "expected_check_ins",
        ["next_step_at"],
        **_where("next_step_at IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_expected_check_ins_open"),
        "expected_check_ins",
        ["young_person_id"],
        **_where("settled_at IS NULL"),
    )
    op.create_index(
        op.f("ix_expected_check_ins_young_person"),
        "expected_check_ins",
        ["young_person_id", "due_at"],
    )


def _make_returns() -> None:
    op.create_table(
        "ready_steps",
        sa.Column("young_person_id", sa.Uuid(), nullable=False),
        sa.Column("how", sa.String(length=6), nullable=False),
        sa.Column("who", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("may_text", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("changed_at", AT, nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys("ready_steps", young_person_id="people", changed_by_id="people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ready_steps")),
        sa.UniqueConstraint("young_person_id", name=op.f("uq_ready_steps_young_person_id")),
    )
    op.create_table(
        "return_plans",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("young_person_id", sa.Uuid(), nullable=False),
        sa.Column("check_in_id", sa.Uuid(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opened_at", AT, nullable=False),
        sa.Column("answer_due_at", AT, nullable=False),
        sa.Column("next_step_at", AT, nullable=True),
        sa.Column("late_alert_id", sa.Uuid(), nullable=True),
        sa.Column("choice", sa.Integer(), nullable=True),
        sa.Column("chosen_at", AT, nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("answer", sa.String(length=12), nullable=True),
        sa.Column("answered_at", AT, nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("closed_at", AT, nullable=True),
        sa.Column("closed_by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys(
            "return_plans",
            organisation_id="organisations",
            young_person_id="people",
            check_in_id="check_ins",
            alert_id="alerts",
            late_alert_id="alerts",
            answered_by_id="people",
            closed_by_id="people",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_plans")),
    )
    op.create_index(
        op.f("ix_return_plans_due"),
        "return_plans",
        ["next_step_at"],
        **_where("next_step_at IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_return_plans_young_person"), "return_plans", ["young_person_id", "opened_at"]
    )
    op.create_index(
        op.f("uq_return_plans_open"),
        "return_plans",
        ["young_person_id"],
        unique=True,
        **_where("closed_at IS NULL"),
    )


def _make_places() -> None:
    op.create_table(
        "text_consents",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("says_yes", sa.Boolean(), nullable=False),
        sa.Column("detail", sa.String(length=12), nullable=False),
        sa.Column("noted_by_id", sa.Uuid(), nullable=True),
        sa.Column("at", AT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys("text_consents", person_id="people", noted_by_id="people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_consents")),
    )
    op.create_index(op.f("ix_text_consents_person"), "text_consents", ["person_id", "at"])
    op.create_table(
        "places",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("text_name", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("run_by", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("town", sa.String(length=60), nullable=False),
        sa.Column("town_key", sa.String(length=60), nullable=False),
        sa.Column("postcode", sa.String(length=10), nullable=False),
        sa.Column("district", sa.String(length=6), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=False),
        sa.Column("hours", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=True),
        sa.Column("hidden_at", AT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys("places", organisation_id="organisations", changed_by_id="people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
    )
    op.create_index(op.f("ix_places_district"), "places", ["organisation_id", "district"])
    op.create_index(
        op.f("ix_places_position"), "places", ["organisation_id", "latitude", "longitude"]
    )
    op.create_index(op.f("ix_places_town"), "places", ["organisation_id", "town_key"])


def downgrade() -> None:
    """Forget agreed times, returns, places, and what was agreed by purpose."""
    for table in (
        "places",
        "text_consents",
        "return_plans",
        "ready_steps",
        "expected_check_ins",
        "agreed_times",
    ):
        op.drop_table(table)
