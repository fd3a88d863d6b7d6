"""Sharing choices, important people, who is away.

Revision ID: 0004
"""

import sqlalchemy as sa
from alembic import op

from engage.db import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _key(table: str, column: str, to: str = "people.id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))


def _primary(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def upgrade() -> None:
    """Make the tables; carers and workers who could write beside a shared part still can."""
    _circumstances()
    _agreements()
    _disclosures()
    _important_people()
    _promises()
    with op.batch_alter_table("plan_person_terms") as table:
        table.add_column(sa.Column("stepped_in_at", UtcDateTime(timezone=True), nullable=True))
    with op.batch_alter_table("plan_reviews") as table:
        table.add_column(sa.Column("carer_comment", sa.Text(), nullable=True))
    # Homes that began lately, for plans that are due on arrival.
    _index("placements", "starts_at")
    op.execute(
        sa.text(
            "UPDATE share_grants SET level = 'act' WHERE grantee_role IN ('carer', 'social_worker')"
        )
    )


def _circumstances() -> None:
    op.create_table(
        "circumstances",
        sa.Column("young_person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("began_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("opened_by_id", sa.Uuid(), nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("about_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        _key("circumstances", "young_person_id"),
        _key("circumstances", "opened_by_id"),
        _key("circumstances", "ended_by_id"),
        _primary("circumstances"),
    )
    op.create_index("ix_circumstances_young_person", "circumstances", ["young_person_id", "kind"])
    op.create_index(
        "uq_circumstances_open",
        "circumstances",
        ["young_person_id", "kind"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _agreements() -> None:
    op.create_table(
        "sharing_agreements",
        sa.Column("young_person_id", sa.Uuid(), nullable=False),
        sa.Column("agreed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("agreed_how", sa.String(length=24), nullable=False),
        sa.Column("review_due_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _key("sharing_agreements", "young_person_id"),
        _primary("sharing_agreements"),
        sa.UniqueConstraint("young_person_id", name=op.f("uq_sharing_agreements_young_person_id")),
    )
    _index("sharing_agreements", "review_due_at")
    op.create_table(
        "share_proposals",
        sa.Column("young_person_id", sa.Uuid(), nullable=False),
        sa.Column("section", sa.String(length=40), nullable=False),
        sa.Column("grantee_kind", sa.String(length=12), nullable=False),
        sa.Column("grantee_id", sa.Uuid(), nullable=True),
        sa.Column("grantee_role", sa.String(length=20), nullable=True),
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("proposed_by_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("answered_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        _key("share_proposals", "young_person_id"),
        _key("share_proposals", "proposed_by_id"),
        _primary("share_proposals"),
    )
    _index("share_proposals", "young_person_id")


def _disclosures() -> None:
    op.create_table(
        "disclosures",
        sa.Column("young_person_id", sa.Uuid(), nullable=False),
        sa.Column("sections", sa.JSON(), nullable=False),
        sa.Column("reason_code", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("told_to", sa.Text(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("approved_by_id", sa.Uuid(), nullable=True),
        sa.Column("approved_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("withheld_why", sa.Text(), nullable=True),
        sa.Column("withheld_by_id", sa.Uuid(), nullable=True),
        sa.Column("withheld_until", UtcDateTime(timezone=True), nullable=True),
        sa.Column("seen_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        _key("disclosures", "young_person_id"),
        _key("disclosures", "made_by_id"),
        _key("disclosures", "approved_by_id"),
        _key("disclosures", "withheld_by_id"),
        _primary("disclosures"),
    )
    _index("disclosures", "young_person_id")


def _important_people() -> None:
    sealed = ("phone", "other_phone", "email", "social", "other_languages", "visits", "calls",
              "distance", "needed", "for_carer")  # fmt: skip
    op.create_table(
        "important_people",
        sa.Column("young_person_id", sa.Uuid(), nullable=False),
        sa.Column("tie", sa.String(length=12), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=True) for name in sealed),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("may_call", sa.String(length=12), nullable=False),
        sa.Column("never_said_by_young_person", sa.Boolean(), nullable=False),
        sa.Column("added_by_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("checked_by_id", sa.Uuid(), nullable=True),
        sa.Column("removed_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        _key("important_people", "young_person_id"),
        _key("important_people", "added_by_id"),
        _key("important_people", "checked_by_id"),
        _primary("important_people"),
    )
    _index("important_people", "young_person_id")


def _promises() -> None:
    op.create_table(
        "check_in_promises",
        sa.Column("relationship_id", sa.Uuid(), nullable=False),
        sa.Column("young_person_id", sa.Uuid(), nullable=False),
        sa.Column("every_hours", sa.Integer(), nullable=True),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("local_time", sa.String(length=5), nullable=True),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("grace_minutes", sa.Integer(), nullable=False),
        sa.Column("made_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _key("check_in_promises", "relationship_id", "relationships.id"),
        _key("check_in_promises", "young_person_id"),
        _primary("check_in_promises"),
        sa.UniqueConstraint("relationship_id", name=op.f("uq_check_in_promises_relationship_id")),
    )
    _index("check_in_promises", "young_person_id")


def downgrade() -> None:
    """Back to lines that are shared or not. What was shared for one case only is taken back."""
    op.execute(
        sa.text(
            "UPDATE share_grants SET withdrawn_at = agreed_at"
            " WHERE purpose <> 'always' AND withdrawn_at IS NULL"
        )
    )
    op.drop_index(op.f("ix_placements_starts_at"), table_name="placements")
    with op.batch_alter_table("plan_reviews") as table:
        table.drop_column("carer_comment")
    with op.batch_alter_table("plan_person_terms") as table:
        table.drop_column("stepped_in_at")
    for table_name in (
        "check_in_promises",
        "important_people",
        "disclosures",
        "share_proposals",
        "sharing_agreements",
        "circumstances",
    ):
        op.drop_table(table_name)
