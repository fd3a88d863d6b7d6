"""Searchers, ongoing efforts, needs, warrants and packs made.

Revision ID: 0015
"""

import sqlalchemy as sa
from alembic import op

from engage.db import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

IS_LOOKED_AT = "next_look_at IS NOT NULL"


def upgrade() -> None:
    """Make the tables of what goes on while somebody is away, and keep what people agreed to."""
    with op.batch_alter_table("plan_person_terms") as table:
        table.add_column(sa.Column("agreed_asks", sa.JSON(), nullable=True))
    _efforts()
    _searchers()
    _return()
    _packs()


def _efforts() -> None:
    op.create_table(
        "efforts",
        _id("episode_id"),
        sa.Column("whom", sa.String(length=16), nullable=False),
        _id("owner_id"),
        sa.Column("every_seconds", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        _at("started_at"),
        _at("next_due_at"),
        _at("next_look_at", nullable=True),
        _at("ended_at", nullable=True),
        _id("id"),
        *_keys("efforts", episode_id="episodes", owner_id="people"),
        sa.UniqueConstraint("episode_id", "whom", name=op.f("uq_efforts_episode_id_whom")),
    )
    op.create_index(
        "ix_efforts_next_look",
        "efforts",
        ["next_look_at"],
        sqlite_where=sa.text(IS_LOOKED_AT),
        postgresql_where=sa.text(IS_LOOKED_AT),
    )
    op.create_table(
        "efforts_made",
        _id("effort_id"),
        _id("by_id"),
        _at("at"),
        _at("due_at"),
        sa.Column("result", sa.String(length=12), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        _id("id"),
        *_keys("efforts_made", effort_id="efforts", by_id="people"),
    )
    op.create_index(op.f("ix_efforts_made_effort_id"), "efforts_made", ["effort_id"])


def _searchers() -> None:
    op.create_table(
        "searchers",
        _id("episode_id"),
        _id("person_id", nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("asked_to", sa.JSON(), nullable=False),
        sa.Column("may_know", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        _id("added_by_id"),
        _at("added_at"),
        _id("id"),
        *_keys("searchers", episode_id="episodes", person_id="people", added_by_id="people"),
    )
    op.create_index(op.f("ix_searchers_episode_id"), "searchers", ["episode_id"])
    op.create_table(
        "searcher_lines",
        _id("searcher_id"),
        sa.Column("state", sa.String(length=12), nullable=False),
        _id("by_id"),
        _at("at"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        _id("id"),
        *_keys("searcher_lines", searcher_id="searchers", by_id="people"),
    )
    op.create_index(op.f("ix_searcher_lines_searcher_id"), "searcher_lines", ["searcher_id"])


def _return() -> None:
    op.create_table(
        "recovery_needs",
        _id("episode_id"),
        sa.Column("kind", sa.String(length=16), nullable=False),
        _id("owner_id"),
        sa.Column("state", sa.String(length=12), nullable=False),
        _id("changed_by_id"),
        _at("changed_at"),
        sa.Column("note", sa.Text(), nullable=True),
        _id("id"),
        *_keys("recovery_needs", episode_id="episodes", owner_id="people", changed_by_id="people"),
        sa.UniqueConstraint("episode_id", "kind", name=op.f("uq_recovery_needs_episode_id_kind")),
    )
    op.create_table(
        "court_items",
        _id("young_person_id"),
        _id("episode_id"),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("court", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        _id("noted_by_id"),
        _at("noted_at"),
        _at("recalled_at", nullable=True),
        _id("recalled_by_id", nullable=True),
        sa.Column("recalled_how", sa.Text(), nullable=True),
        _id("id"),
        *_keys("court_items", young_person_id="people", episode_id="episodes",
               noted_by_id="people", recalled_by_id="people"),
    )  # fmt: skip
    op.create_index(op.f("ix_court_items_young_person_id"), "court_items", ["young_person_id"])
    op.create_index(op.f("ix_court_items_episode_id"), "court_items", ["episode_id"])


def _packs() -> None:
    op.create_table(
        "pack_facts",
        _id("episode_id"),
        sa.Column("fact", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        _id("by_id"),
        _at("at"),
        sa.Column("number", sa.Integer(), nullable=False),
        _id("id"),
        *_keys("pack_facts", episode_id="episodes", by_id="people"),
    )
    op.create_index(op.f("ix_pack_facts_episode_id"), "pack_facts", ["episode_id"])
    op.create_table(
        "missing_packs",
        _id("episode_id"),
        _id("young_person_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        _id("made_by_id"),
        _at("made_at"),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("circumstances", sa.JSON(), nullable=False),
        sa.Column("overridden", sa.JSON(), nullable=False),
        _id("disclosure_id", nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("picture", sa.Text(), nullable=True),
        _id("id"),
        *_keys("missing_packs", episode_id="episodes", young_person_id="people",
               made_by_id="people", disclosure_id="disclosures"),
        sa.UniqueConstraint(
            "episode_id", "number", name=op.f("uq_missing_packs_episode_id_number")
        ),
    )  # fmt: skip
    op.create_index(op.f("ix_missing_packs_young_person_id"), "missing_packs", ["young_person_id"])


def _id(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _at(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, UtcDateTime(timezone=True), nullable=nullable)


def _keys(table: str, **columns: str) -> list[sa.Constraint]:
    """Return the primary key, and a foreign key from each column to the id of a table."""
    found: list[sa.Constraint] = [sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))]
    for column, other in columns.items():
        name = op.f(f"fk_{table}_{column}")
        found.append(sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name))
    return found


def downgrade() -> None:
    """Take them away."""
    for name in ("missing_packs", "pack_facts", "court_items", "recovery_needs",
                 "searcher_lines", "searchers", "efforts_made", "efforts"):  # fmt: skip
        op.drop_table(name)
    with op.batch_alter_table("plan_person_terms") as table:
        table.drop_column("agreed_asks")
