"""Back-ups of PostgreSQL, with its real programs: whole while people write, safe to go on from."""

import json
import os
import shutil
import stat
import threading
import uuid

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from engage import config, crypto
from engage.audit import actions as audit
from engage.db import db
from engage.messaging.models import Message
from engage.operators import backup as backups
from engage.people import actions
from engage.people.access import SYSTEM
from engage.people.models import Person
from tests.cast import NOW
from tests.operators.houses import House, fill

SERVER = os.environ.get("ENGAGE_TEST_POSTGRES", "").replace("+psycopg", "")
pytestmark = pytest.mark.skipif(
    not SERVER or not shutil.which("pg_dump"), reason="needs a server and postgresql-client"
)


class OnServer(House):
    """An installation on a PostgreSQL database of its own."""

    def __init__(self, name):
        self.name, self.address = name, f"{SERVER.rpartition('/')[0]}/{name}"
        super().__init__(self.address.replace("postgresql://", "postgresql+psycopg://"))


@pytest.fixture(autouse=True)
def same_keys_afterwards(settings):
    yield
    crypto.configure(settings.encryption_keys, settings.index_key)


@pytest.fixture(scope="module")
def server():
    """The server, and a way to drop what was made on it."""
    names = []
    with psycopg.connect(SERVER, autocommit=True) as connection:

        def make(template="template1"):
            names.append(f"engage_backup_{uuid.uuid4().hex[:12]}")
            connection.execute(f'CREATE DATABASE "{names[-1]}" TEMPLATE "{template}"'.encode())
            return OnServer(names[-1])

        yield make
        for name in names:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.fixture
def databases(server):
    """Make empty databases by calling it; they are dropped afterwards."""
    return server


@pytest.fixture
def house(server, filled, clock):
    """A copy of the one that was filled, for this test alone."""
    return server(filled.name)


@pytest.fixture(scope="module")
def filled(server):
    """An installation with its tables migrated and a little of everything in them."""
    made = server()
    with made.app().app_context():
        fill()
        audit.seal(now=NOW)
        db.session.commit()
        db.engine.dispose()
    return made


def test_what_was_backed_up_is_there_again_and_safe_to_go_on_from(house, databases, tmp_path):
    copy = tmp_path / "copy"
    house.run("backup", copy)
    assert stat.S_IMODE(os.stat(copy / "engage.dump").st_mode) == 0o600
    manifest = json.loads((copy / "manifest.json").read_text())
    assert manifest["engine"] == "postgresql" and manifest["audit_entries"] > 0
    there = databases()
    done = there.run("restore", copy)
    assert "1 texts too old to send, 1 to ask the provider about, 1 sign-ins ended" in done.stdout
    assert "those of the models" in there.run("db", "check").stdout
    head = f"{manifest['audit_entries']}:{manifest['audit_head']}"
    assert "The audit is whole" in there.run("audit", "verify", "--head", head).stdout
    app = there.app()
    with app.app_context():
        assert [p.name for p in db.session.query(Person)] == ["Maya"]
        states = {m.dedupe_key: (m.state, m.due_at) for m in db.session.query(Message)}
        assert states["1"] == ("expired", None) and states["2"] == ("sending", NOW)
        db.session.rollback()
        # What guards the audit came along.
        with pytest.raises(DBAPIError, match="never"):
            db.session.execute(text("DELETE FROM audit_entries"))
        db.session.rollback()
        db.engine.dispose()


def test_the_head_that_is_promised_is_in_the_copy_though_sealing_goes_on(
    house, databases, tmp_path, monkeypatch
):
    copy_database = backups.copy_database

    def copy_and_seal(settings, folder):
        done = copy_database(settings, folder)
        actions.create_organisation(
            SYSTEM, name="Late", neutral_name="L", policy="england", now=NOW
        )
        audit.seal(now=NOW)
        db.session.commit()
        return done

    monkeypatch.setattr(backups, "copy_database", copy_and_seal)
    house.run("backup", tmp_path / "copy")
    manifest = json.loads((tmp_path / "copy" / "manifest.json").read_text())
    there = databases()
    there.run("restore", tmp_path / "copy")
    head = f"{manifest['audit_entries']}:{manifest['audit_head']}"
    assert "whole" in there.run("audit", "verify", "--head", head).stdout


def test_nothing_is_ever_restored_over_something(house, tmp_path):
    house.run("backup", tmp_path / "copy")
    done = house.run("restore", tmp_path / "copy", code=1)
    assert "The database is not empty. Nothing was changed." in done.stderr


def test_a_copy_cut_short_is_refused_and_a_bad_one_leaves_the_place_empty(
    house, databases, tmp_path
):
    copy = tmp_path / "copy"
    house.run("backup", copy)
    whole = (copy / "engage.dump").read_bytes()
    (copy / "engage.dump").write_bytes(whole[: len(whole) // 2])
    there = databases()
    assert "was changed since" in there.run("restore", copy, code=1).stderr
    # Even with a manifest that vouches for it: all of it or nothing.
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["sha256"] = backups._sha256(copy / "engage.dump")
    (copy / "manifest.json").write_text(json.dumps(manifest))
    assert "pg_restore failed" in there.run("restore", copy, code=1).stderr
    (copy / "engage.dump").write_bytes(whole)
    manifest["sha256"] = backups._sha256(copy / "engage.dump")
    (copy / "manifest.json").write_text(json.dumps(manifest))
    there.run("restore", copy)


def test_a_copy_of_the_other_kind_is_refused(house, databases, tmp_path):
    copy = tmp_path / "copy"
    house.run("backup", copy)
    manifest = json.loads((copy / "manifest.json").read_text()) | {"engine": "sqlite"}
    (copy / "manifest.json").write_text(json.dumps(manifest))
    done = databases().run("restore", copy, code=1)
    assert "This back-up is of sqlite, DATABASE_URL is postgresql." in done.stderr


def test_without_the_programs_one_line_says_what_to_install(house, tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda _program: None)
    done = house.run("backup", tmp_path / "copy", code=1)
    assert "pg_dump is not on this machine (package postgresql-client)." in done.stderr
    assert not (tmp_path / "copy" / "manifest.json").exists()


def test_a_server_that_is_away_is_named_without_the_password(house, tmp_path):
    away = OnServer("engage_nowhere")
    away.environ["DATABASE_URL"] = "postgresql+psycopg://u:secret@127.0.0.1:1/engage_nowhere"
    with pytest.raises(backups.BackupProblem) as problem:
        backups.copy_database(config.load(away.environ), tmp_path / "copy")
    assert "pg_dump failed" in str(problem.value)
    assert "secret" not in str(problem.value)


def test_a_copy_is_whole_while_others_write(house, databases, tmp_path):
    """Two rows of one transaction are both in the copy, or neither."""
    with psycopg.connect(house.address, autocommit=True) as setup:
        setup.execute("CREATE TABLE pairs (a INTEGER, side TEXT)")
    done = threading.Event()

    def write():
        with psycopg.connect(house.address) as writer:
            number = 0
            while not done.is_set():
                number += 1
                for side in ("left", "right"):
                    writer.execute("INSERT INTO pairs VALUES (%s, %s)", (number, side))
                writer.commit()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        settings = config.load(house.environ)
        copy = backups.copy_database(settings, tmp_path / "copy")
    finally:
        done.set()
        thread.join()
    there = databases()
    target = config.load(there.environ)
    backups._run("pg_restore", target, ["--no-owner", "--exit-on-error", str(copy)])
    with psycopg.connect(there.address) as reader:
        counts = reader.execute("SELECT side, count(*), max(a) FROM pairs GROUP BY 1").fetchall()
    assert len({(count, last) for _, count, last in counts}) <= 1
