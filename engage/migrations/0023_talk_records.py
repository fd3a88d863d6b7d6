"""What was said in a talk, signed off and shared line by line.

Revision ID: 0023
"""

import sqlalchemy as sa
from alembic import op

from engage.db import UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLES = ("talk_questions", "talk_apart", "talk_comments", "talk_shares", "talk_entries", "talks")


def _at(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, UtcDateTime(timezone=True), nullable=nullable)


def _id(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _short(name: str, length: int) -> sa.Column[object]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def upgrade() -> None:
    """Make the tables of talks, their entries, shares, comments, and what is kept apart."""
    op.create_table(
        "talks",
        _id("young_person_id"), _id("organisation_id"), _id("interview_id"), _id("interviewer_id"),
        _short("question_set", 20), _short("state", 12), _at("began_at"),
        *(_at(name, nullable=True)
          for name in ("law_told_at", "read_back_at", "handed_in_at", "signed_off_at")),
        _id("signed_off_by_id", nullable=True), _at("exported_at", nullable=True),
        sa.Column("last_number", sa.Integer(), nullable=False), _id("id"),
        *_keys("talks", young_person_id="people", organisation_id="organisations",
               interview_id="return_interviews", interviewer_id="people",
               signed_off_by_id="people"),
        sa.UniqueConstraint("interview_id", name=op.f("uq_talks_interview_id")),
    )  # fmt: skip
    op.create_index("ix_talks_state", "talks", ["organisation_id", "state"])
    op.create_table(
        "talk_entries",
        _id("talk_id"), _short("question", 40), _short("question_set", 20), _short("kind", 12),
        sa.Column("words", sa.Text(), nullable=True), _id("by_id"), _at("given_at"),
        _at("recorded_at"), sa.Column("number", sa.Integer(), nullable=False), _short("key", 64),
        _id("id"), *_keys("talk_entries", talk_id="talks", by_id="people"),
        sa.UniqueConstraint("talk_id", "key", name=op.f("uq_talk_entries_talk_id_key")),
        sa.UniqueConstraint("talk_id", "number", name=op.f("uq_talk_entries_talk_id_number")),
    )  # fmt: skip
    op.create_table(
        "talk_shares",
        _id("talk_id"), _short("question", 40), _short("audience", 8),
        sa.Column("up_to", sa.Integer(), nullable=False), _at("agreed_at"), _id("recorded_by_id"),
        _at("withdrawn_at", nullable=True), _id("withdrawn_by_id", nullable=True), _id("id"),
        *_keys("talk_shares", talk_id="talks", recorded_by_id="people", withdrawn_by_id="people"),
    )  # fmt: skip
    op.create_table(
        "talk_comments",
        _id("talk_id"), sa.Column("words", sa.Text(), nullable=True), _id("by_id"), _at("at"),
        _id("id"), *_keys("talk_comments", talk_id="talks", by_id="people"),
    )  # fmt: skip
    op.create_table(
        "talk_apart",
        _id("interview_id"), _short("kind", 16), sa.Column("words", sa.Text(), nullable=True),
        sa.Column("told_by", sa.Text(), nullable=True), _at("told_at"), _id("by_id"),
        _at("recorded_at"), _id("id"),
        *_keys("talk_apart", interview_id="return_interviews", by_id="people"),
    )  # fmt: skip
    op.create_table(
        "talk_questions",
        _id("organisation_id"), sa.Column("number", sa.Integer(), nullable=False),
        _short("state", 10), _short("base", 20), sa.Column("edits", sa.Text(), nullable=False),
        _id("made_by_id"), _at("changed_at"), _at("published_at", nullable=True),
        sa.Column("tested_with", sa.Text(), nullable=True),
        sa.Column("tested_on", sa.Date(), nullable=True), _id("id"),
        *_keys("talk_questions", organisation_id="organisations", made_by_id="people"),
        sa.UniqueConstraint(
            "organisation_id", "number", name=op.f("uq_talk_questions_organisation_id_number")
        ),
    )  # fmt: skip
    for state in ("draft", "published"):
        op.create_index(
            f"uq_talk_questions_{state}", "talk_questions", ["organisation_id"], unique=True,
            sqlite_where=sa.text(f"state = '{state}'"),
            postgresql_where=sa.text(f"state = '{state}'"),
        )  # fmt: skip
    for table, column in (
        ("talks", "young_person_id"), ("talks", "interviewer_id"), ("talk_shares", "talk_id"),
        ("talk_comments", "talk_id"), ("talk_apart", "interview_id"),
    ):  # fmt: skip
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def downgrade() -> None:
    """Drop them."""
    for table in TABLES:
        op.drop_table(table)


def _keys(table: str, **others: str) -> list[sa.Constraint]:
    """Return the primary key and what points at other tables."""
    return [
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *(
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
            for column, other in others.items()
        ),
    ]
