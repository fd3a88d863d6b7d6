"""Photos, printed cards and copies on a phone.

Revision ID: 0005
"""

import sqlalchemy as sa
from alembic import op

from engage.db import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of photos and of copies on phones."""
    op.create_table(
        "plan_photos",
        sa.Column("young_person_id", sa.Uuid(), nullable=False),
        sa.Column("picture", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("added_by_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("agreed_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("agreed_how", sa.String(length=24), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["people.id"], name=op.f("fk_plan_photos_added_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["young_person_id"], ["people.id"], name=op.f("fk_plan_photos_young_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_photos")),
    )
    for name, when in (("agreed", "IS NOT NULL"), ("waiting", "IS NULL")):
        op.create_index(
            f"uq_plan_photos_{name}",
            "plan_photos",
            ["young_person_id"],
            unique=True,
            sqlite_where=sa.text(f"agreed_at {when}"),
            postgresql_where=sa.text(f"agreed_at {when}"),
        )
    op.create_table(
        "phone_copies",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=True),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name=op.f("fk_phone_copies_link_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_phone_copies_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_copies")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_phone_copies_token_digest")),
    )
    op.create_index(op.f("ix_phone_copies_person_id"), "phone_copies", ["person_id"])
    op.create_index(op.f("ix_phone_copies_link_id"), "phone_copies", ["link_id"])


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("phone_copies")
    op.drop_table("plan_photos")
