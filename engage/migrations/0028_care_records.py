"""What returns and fair comparison need to know of a time in care.

Revision ID: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of care records."""
    op.create_table(
        "care_records",
        sa.Column("young_person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("reference_index", sa.String(length=32), nullable=True),
        sa.Column("details", sa.Text(), nullable=True),
        sa.Column("care_began_on", sa.Date(), nullable=True),
        sa.Column("care_ended_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["young_person_id"],
            ["people.id"],
            name=op.f("fk_care_records_young_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_care_records_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_records")),
        sa.UniqueConstraint("young_person_id", name=op.f("uq_care_records_young_person_id")),
    )
    op.create_index(
        "uq_care_records_reference",
        "care_records",
        ["organisation_id", "reference_index"],
        unique=True,
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_table("care_records")
