"""Outreach and the way back in steps.

Revision ID: 0014
"""

import sqlalchemy as sa
from alembic import op

from engage.db import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

IS_LIVE = "state IN ('asked', 'agreed')"
IS_NOW = "ended_at IS NULL"
WISHES = ("wish_food", "wish_not_tonight", "wish_not_there", "wish_instead")


def upgrade() -> None:
    """Add what a way back wishes, its steps, and how people reached out."""
    with op.batch_alter_table("return_plans") as plans:
        for name in ("said_at", "steps_due_at", "wish_at"):
            plans.add_column(sa.Column(name, UtcDateTime(timezone=True), nullable=True))
        plans.add_column(sa.Column("wish_who_id", sa.Uuid(), nullable=True))
        for name in WISHES:
            plans.add_column(sa.Column(name, sa.Text(), nullable=True))
        plans.create_foreign_key(
            op.f("fk_return_plans_wish_who_id_people"), "people", ["wish_who_id"], ["id"]
        )
    _due("return_plans", "ix_return_plans_steps_due", "steps_due_at")
    _steps()
    _outreach()
    _asks()


def _steps() -> None:
    op.create_table(
        "return_steps",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("young_person_id", sa.Uuid(), nullable=False),
        sa.Column("return_plan_id", sa.Uuid(), nullable=False),
        sa.Column("slot", sa.String(length=12), nullable=False),
        sa.Column("wish", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("after_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("times_asked", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("next_step_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("said", sa.String(length=3), nullable=True),
        sa.Column("answered_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("is_from_plan", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("instead", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys("return_steps", organisation_id="organisations", young_person_id="people",
               return_plan_id="return_plans", after_id="return_steps", owner_id="people"),
        sa.UniqueConstraint("after_id", name=op.f("uq_return_steps_after_id")),
    )  # fmt: skip
    op.create_index(op.f("ix_return_steps_return_plan_id"), "return_steps", ["return_plan_id"])
    op.create_index(op.f("ix_return_steps_owner_id"), "return_steps", ["owner_id"])
    op.create_index(
        "uq_return_steps_live",
        "return_steps",
        ["return_plan_id", "slot"],
        unique=True,
        sqlite_where=sa.text(IS_LIVE),
        postgresql_where=sa.text(IS_LIVE),
    )
    _due("return_steps", "ix_return_steps_due", "next_step_at")
    op.create_table(
        "return_unwanted",
        sa.Column("return_plan_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys("return_unwanted", return_plan_id="return_plans", person_id="people"),
        sa.UniqueConstraint(
            "return_plan_id", "person_id", name=op.f("uq_return_unwanted_return_plan_id_person_id")
        ),
    )


def _outreach() -> None:
    op.create_table(
        "outreach_leads",
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("since", UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("named_by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys("outreach_leads", episode_id="episodes", person_id="people", named_by_id="people"),
    )
    op.create_index(
        "uq_outreach_leads_now",
        "outreach_leads",
        ["episode_id"],
        unique=True,
        sqlite_where=sa.text(IS_NOW),
        postgresql_where=sa.text(IS_NOW),
    )
    op.create_table(
        "outreach_tries",
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("young_person_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys("outreach_tries", episode_id="episodes", young_person_id="people", by_id="people"),
        sa.UniqueConstraint("episode_id", "key", name=op.f("uq_outreach_tries_episode_id_key")),
    )
    op.create_index("ix_outreach_tries_young_person", "outreach_tries", ["young_person_id", "at"])


def _asks() -> None:
    op.create_table(
        "outreach_asks",
        sa.Column("episode_id", sa.Uuid(), nullable=False),
        sa.Column("young_person_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=12), nullable=True),
        sa.Column("answered_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys("outreach_asks", episode_id="episodes", young_person_id="people",
               person_id="people", asked_by_id="people"),
    )  # fmt: skip
    op.create_index(
        "ix_outreach_asks_young_person", "outreach_asks", ["young_person_id", "asked_at"]
    )


def _due(table: str, name: str, column: str) -> None:
    some = sa.text(f"{column} IS NOT NULL")
    op.create_index(name, table, [column], sqlite_where=some, postgresql_where=some)


def _keys(table: str, **columns: str) -> list[sa.schema.Constraint]:
    return [
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
            )
            for column, other in columns.items()
        ),
    ]


def downgrade() -> None:
    """Take all of it away again."""
    for table in ("outreach_asks", "outreach_tries", "outreach_leads", "return_unwanted"):
        op.drop_table(table)
    op.drop_table("return_steps")
    op.drop_index("ix_return_plans_steps_due", table_name="return_plans")
    with op.batch_alter_table("return_plans") as plans:
        plans.drop_constraint(op.f("fk_return_plans_wish_who_id_people"), type_="foreignkey")
        for name in ("said_at", "steps_due_at", "wish_at", "wish_who_id", *WISHES):
            plans.drop_column(name)
