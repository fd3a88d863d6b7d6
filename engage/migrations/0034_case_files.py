"""Exports may be a case file of one young person, in two files.

Revision ID: 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add whom a case file is about, its language, and to which file a piece belongs."""
    with op.batch_alter_table("exports") as exports:
        exports.add_column(sa.Column("young_person_id", sa.Uuid(), nullable=True))
        exports.add_column(sa.Column("locale", sa.String(length=12), nullable=True))
        exports.create_foreign_key(
            op.f("fk_exports_young_person_id"), "people", ["young_person_id"], ["id"]
        )
        exports.create_index("ix_exports_young_person_id", ["young_person_id"])
    with op.batch_alter_table("export_parts") as parts:
        parts.add_column(
            sa.Column("file", sa.String(length=4), nullable=False, server_default="csv")
        )
    # Only what stands there already needs it.
    with op.batch_alter_table("export_parts") as parts:
        parts.alter_column("file", server_default=None)


def downgrade() -> None:
    """Remove case files, and with them what they need."""
    op.execute(
        "DELETE FROM export_parts WHERE export_id IN"
        " (SELECT id FROM exports WHERE young_person_id IS NOT NULL)"
    )
    op.execute("DELETE FROM exports WHERE young_person_id IS NOT NULL")
    with op.batch_alter_table("export_parts") as parts:
        parts.drop_column("file")
    with op.batch_alter_table("exports") as exports:
        exports.drop_index("ix_exports_young_person_id")
        exports.drop_constraint(op.f("fk_exports_young_person_id"), type_="foreignkey")
        exports.drop_column("locale")
        exports.drop_column("young_person_id")
