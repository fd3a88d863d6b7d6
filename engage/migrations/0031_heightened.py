"""What makes leaving likelier, and the help offered for it.

Revision ID: 0031
"""

import sqlalchemy as sa
from alembic import op

from engage.db import UtcDateTime

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

AT = UtcDateTime(timezone=True)
FROM_RECORD = "origin = 'record' AND ended_at IS NULL"


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
    """Make the tables."""
    _flags()
    _offers()
    op.create_table(
        "help_offer_flags",
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("flag_id", sa.Uuid(), nullable=False),
        *_keys("help_offer_flags", offer_id="help_offers.id", flag_id="help_flags.id"),
        sa.UniqueConstraint(
            "offer_id", "flag_id", name=op.f("uq_help_offer_flags_offer_id_flag_id")
        ),
    )
    op.create_index(op.f("ix_help_offer_flags_flag_id"), "help_offer_flags", ["flag_id"])
    op.create_table(
        "help_offer_lines",
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("turn", sa.String(length=8), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        *_keys(
            "help_offer_lines", offer_id="help_offers.id", by_id="people.id", owner_id="people.id"
        ),
        sa.UniqueConstraint("offer_id", "number", name=op.f("uq_help_offer_lines_offer_id_number")),
    )
    op.create_table(
        "help_looks",
        sa.Column("young_person_id", sa.Uuid(), nullable=False),
        sa.Column("next_look_at", AT, nullable=False),
        *_keys("help_looks", young_person_id="people.id"),
        sa.UniqueConstraint("young_person_id", name=op.f("uq_help_looks_young_person_id")),
    )
    op.create_index(op.f("ix_help_looks_next_look_at"), "help_looks", ["next_look_at"])


def _flags() -> None:
    op.create_table(
        "help_flags",
        sa.Column("young_person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("heard_from", sa.String(length=12), nullable=True),
        sa.Column("sign", sa.String(length=12), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("noted_at", AT, nullable=False),
        sa.Column("happened_at", AT, nullable=False),
        sa.Column("raised_at", AT, nullable=False),
        sa.Column("asks_at", AT, nullable=True),
        sa.Column("alert_id", sa.Uuid(), nullable=True),
        sa.Column("ending", sa.String(length=12), nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        *_keys(
            "help_flags",
            young_person_id="people.id",
            organisation_id="organisations.id",
            by_id="people.id",
            ended_by_id="people.id",
        ),
    )
    op.create_index("ix_help_flags_young_person", "help_flags", ["young_person_id", "raised_at"])
    op.create_index("ix_help_flags_by", "help_flags", ["by_id", "noted_at"])
    op.create_index(
        "ix_help_flags_asks",
        "help_flags",
        ["organisation_id", "asks_at"],
        sqlite_where=sa.text("asks_at IS NOT NULL"),
        postgresql_where=sa.text("asks_at IS NOT NULL"),
    )
    op.create_index(
        "uq_help_flags_record",
        "help_flags",
        ["young_person_id", "kind"],
        unique=True,
        sqlite_where=sa.text(FROM_RECORD),
        postgresql_where=sa.text(FROM_RECORD),
    )


def _offers() -> None:
    op.create_table(
        "help_offers",
        sa.Column("young_person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("what", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("is_theirs_to_read", sa.Boolean(), nullable=False),
        sa.Column("answered_at", AT, nullable=True),
        sa.Column("did", sa.Text(), nullable=True),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("next_look_at", AT, nullable=True),
        sa.Column("times_told", sa.Integer(), nullable=False),
        *_keys(
            "help_offers",
            young_person_id="people.id",
            organisation_id="organisations.id",
            owner_id="people.id",
            made_by_id="people.id",
        ),
    )
    op.create_index(op.f("ix_help_offers_young_person_id"), "help_offers", ["young_person_id"])
    op.create_index("ix_help_offers_owner", "help_offers", ["owner_id", "state", "due_on"])
    op.create_index(
        "ix_help_offers_next_look",
        "help_offers",
        ["next_look_at"],
        sqlite_where=sa.text("next_look_at IS NOT NULL"),
        postgresql_where=sa.text("next_look_at IS NOT NULL"),
    )


def downgrade() -> None:
    """Remove them."""
    for table in (
        "help_looks", "help_offer_lines", "help_offer_flags", "help_offers", "help_flags",
    ):  # fmt: skip
        op.drop_table(table)
