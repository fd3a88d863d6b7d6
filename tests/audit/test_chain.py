"""The audit: in the act's own transaction, chained afterwards, never changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from engage.audit import actions, queries
from engage.audit.models import AuditEntry
from engage.audit.rules import FIRST
from engage.db import db
from engage.people.access import SYSTEM
from tests.cast import NOW, Cast

MINUTE = timedelta(minutes=1)


@pytest.fixture
def chained(app: Flask) -> Iterator[None]:
    """Five acts, sealed."""
    with app.app_context():
        for number in range(5):
            actions.record("plan:opened", viewer=SYSTEM, now=NOW + number * MINUTE)
        assert actions.seal(now=NOW + 10 * MINUTE) == 5
        db.session.commit()
        yield


@contextmanager
def unguarded() -> Iterator[None]:
    """Let somebody who owns the database file go past the triggers."""
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("DROP TRIGGER audit_entries_no_change"))
        yield
        return
    db.session.execute(text("SET session_replication_role = replica"))
    yield
    db.session.execute(text("SET session_replication_role = DEFAULT"))
    db.session.commit()


def entries() -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.chain_no)))


def test_an_act_that_is_undone_leaves_no_entry(app: Flask) -> None:
    with app.app_context():
        actions.record("plan:opened", viewer=SYSTEM, now=NOW)
        db.session.rollback()
        assert entries() == []


def test_an_entry_says_who_what_and_whose(app: Flask, cast: Cast) -> None:
    with app.app_context():
        sam = cast.viewer(cast.sam)
        actions.record(
            "plan:opened",
            viewer=sam,
            now=NOW,
            subject_id=cast.maya,
            object_kind="plan",
            object_id=cast.placement,
            reason="due",
        )
        db.session.commit()
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "plan:opened")).one()
        assert entry.actor_id == cast.sam
        assert entry.actor_kind == sam.actor_kind
        assert (entry.subject_id, entry.object_id) == (cast.maya, cast.placement)
        assert (entry.object_kind, entry.reason, entry.at) == ("plan", "due", NOW)
        assert entry.hash is None


def test_several_entries_are_written_together(app: Flask) -> None:
    with app.app_context():
        rows = [actions.entry("alert:raised", viewer=SYSTEM, now=NOW) for _ in range(3)]
        actions.record_many(rows, db.session.connection())
        actions.record_many([], db.session.connection())
        db.session.commit()
        assert len(entries()) == 3


def test_sealing_chains_in_order_of_time(chained: None) -> None:
    rows = entries()
    assert [row.chain_no for row in rows] == [1, 2, 3, 4, 5]
    assert [row.at for row in rows] == sorted(row.at for row in rows)
    assert rows[0].prev_hash == FIRST
    assert all(later.prev_hash == former.hash for former, later in pairwise(rows))


def test_sealing_goes_on_where_it_stopped(chained: None) -> None:
    for _ in range(3):
        actions.record("plan:opened", viewer=SYSTEM, now=NOW + 11 * MINUTE)
    later = NOW + 12 * MINUTE
    assert [actions.seal(now=later, limit=2) for _ in range(3)] == [2, 1, 0]
    db.session.commit()
    state = queries.chain_state(SYSTEM)
    assert (state.sealed, state.first_wrong) == (8, None)
    assert state.head == entries()[-1].hash


def test_entries_from_the_future_wait(app: Flask) -> None:
    with app.app_context():
        actions.record("plan:opened", viewer=SYSTEM, now=NOW + MINUTE)
        assert actions.seal(now=NOW) == 0
        db.session.rollback()


def test_an_empty_audit_is_in_order(app: Flask) -> None:
    with app.app_context():
        state = queries.chain_state(SYSTEM)
        assert (state.sealed, state.head, state.first_wrong) == (0, None, None)


def test_tampering_is_found_at_its_place(chained: None) -> None:
    with unguarded():
        db.session.execute(
            update(AuditEntry).where(AuditEntry.chain_no == 3).values(verb="plan:closed")
        )
        db.session.commit()
    assert queries.chain_state(SYSTEM).first_wrong == 3


def test_the_young_person_sees_who_opened_but_not_their_own_looking(app: Flask, cast: Cast) -> None:
    with app.app_context():
        for person in (cast.sam, cast.maya, cast.jo):
            viewer = cast.viewer(person)
            actions.record("plan:opened", viewer=viewer, now=NOW, subject_id=cast.maya)
            actions.record("plan:shared", viewer=viewer, now=NOW, subject_id=cast.maya)
        actions.record("plan:opened", viewer=SYSTEM, now=NOW, subject_id=cast.kit)
        db.session.commit()
        seen = queries.openings(cast.viewer(cast.maya), cast.maya)
        assert {opened.actor_id for opened in seen} == {cast.sam, cast.jo}


@pytest.fixture
def written(app: Flask) -> Iterator[None]:
    """One entry that is sealed and one that is not."""
    with app.app_context():
        actions.record("plan:opened", viewer=SYSTEM, now=NOW)
        actions.seal(now=NOW)
        actions.record("plan:shared", viewer=SYSTEM, now=NOW)
        db.session.commit()
        yield


def test_the_database_refuses_to_change_or_forget_an_entry(written: None) -> None:
    sealed, unsealed = AuditEntry.chain_no == 1, AuditEntry.chain_no.is_(None)
    for statement in (
        delete(AuditEntry).where(sealed),
        delete(AuditEntry).where(unsealed),
        update(AuditEntry).where(sealed).values(verb="plan:closed"),
        update(AuditEntry).where(sealed).values(hash=None),
        update(AuditEntry).where(unsealed).values(verb="plan:closed"),
    ):
        with pytest.raises(DBAPIError, match="the audit is never"):
            db.session.execute(statement)
        db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 2


def test_the_database_lets_an_entry_be_sealed(written: None) -> None:
    assert actions.seal(now=NOW) == 1
    db.session.commit()
    assert queries.chain_state(SYSTEM).first_wrong is None


def test_a_row_written_around_us_breaks_the_chain(chained: None) -> None:
    forged = actions.entry("plan:opened", viewer=SYSTEM, now=NOW)
    forged |= {"chain_no": 6, "prev_hash": entries()[-1].hash, "hash": "0" * 64}
    db.session.execute(insert(AuditEntry.__table__), [forged])  # type: ignore[arg-type]
    db.session.commit()
    assert queries.chain_state(SYSTEM).first_wrong == 6
