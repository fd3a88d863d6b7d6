"""Referrals that come in, and which young person they are about.

Revision ID: 0030
"""

import sqlalchemy as sa
from alembic import op

from engage.db import UtcDateTime

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_referrals_inbox": ("organisation_id", "state", "received_at", "id"),
    "ix_referrals_reference": ("organisation_id", "reference_index"),
    "ix_referrals_phone": ("organisation_id", "phone_index"),
}


def upgrade() -> None:
    """Make the tables of referrals and of programs that may send them."""
    op.create_table(
        "referral_senders",
        _id("organisation_id"),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        _at("made_at"),
        _at("revoked_at", nullable=True),
        _id("id"),
        *_keys("referral_senders", organisation_id="organisations"),
        sa.UniqueConstraint("token_digest", name=op.f("uq_referral_senders_token_digest")),
    )
    _referrals()
    op.create_table(
        "referral_turns",
        _id("referral_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("turn", sa.String(length=10), nullable=False),
        _at("at"),
        _id("by_id", nullable=True),
        _id("other_id", nullable=True),
        _text("words"),
        _id("id"),
        *_keys("referral_turns", referral_id="referrals", by_id="people"),
        sa.UniqueConstraint(
            "referral_id", "number", name=op.f("uq_referral_turns_referral_id_number")
        ),
    )
    op.create_table(
        "referral_files",
        _id("referral_id"),
        sa.Column("name", sa.Text(), nullable=False),
        _text("content"),
        sa.Column("is_kept", sa.Boolean(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        _id("id"),
        *_keys("referral_files", referral_id="referrals"),
    )
    op.create_index(op.f("ix_referral_files_referral_id"), "referral_files", ["referral_id"])


def _referrals() -> None:
    op.create_table(
        "referrals",
        _id("organisation_id"),
        sa.Column("came_by", sa.String(length=8), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("about", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("known", sa.String(length=14), nullable=False),
        sa.Column("trouble", sa.String(length=12), nullable=True),
        _at("received_at"),
        _at("since_at", nullable=True),
        _id("sender_id", nullable=True),
        sa.Column("key_index", sa.String(length=32), nullable=False),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.Column("reference_index", sa.String(length=32), nullable=True),
        sa.Column("phone_index", sa.String(length=32), nullable=True),
        *(_text(name) for name in ("name", "birth_date", "phone", "reference", "contact", "words")),
        _id("young_person_id", nullable=True),
        _id("team_id", nullable=True),
        _id("owner_id", nullable=True),
        _id("decided_by_id", nullable=True),
        _at("closed_at", nullable=True),
        _text("reason"),
        _id("merged_into_id", nullable=True),
        _id("id"),
        *_keys("referrals", organisation_id="organisations", sender_id="referral_senders",
               young_person_id="people", team_id="teams", owner_id="people",
               decided_by_id="people", merged_into_id="referrals"),
    )  # fmt: skip
    for name, columns in INDEXES.items():
        op.create_index(name, "referrals", list(columns))
    for name in ("young_person_id", "owner_id", "merged_into_id"):
        op.create_index(op.f(f"ix_referrals_{name}"), "referrals", [name])
    op.create_index("uq_referrals_key", "referrals", ["organisation_id", "key_index"], unique=True)


def _id(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _at(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, UtcDateTime(timezone=True), nullable=nullable)


def _text(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Text(), nullable=True)


def _keys(table: str, **targets: str) -> list[sa.Constraint]:
    return [
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *(
            sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
            for column, target in targets.items()
        ),
    ]


def downgrade() -> None:
    """Remove them."""
    for table in ("referral_files", "referral_turns", "referrals", "referral_senders"):
        op.drop_table(table)
