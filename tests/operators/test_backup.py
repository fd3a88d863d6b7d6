"""Back-ups: whole while people write, refused where they would do harm, safe to go on from."""

import json
import os
import sqlite3
import stat
import threading

import pytest

from engage import config, crypto
from engage.crypto import new_key
from engage.db import db
from engage.messaging.models import Message
from engage.operators import backup as backups
from engage.people.models import Person
from tests.cast import NOW
from tests.operators.houses import House, fill


def house_in(folder, **changes):
    return House(f"sqlite:///{folder / 'house' / 'engage.db'}", **changes)


@pytest.fixture(autouse=True)
def same_keys_afterwards(settings):
    yield
    crypto.configure(settings.encryption_keys, settings.index_key)


@pytest.fixture
def house(tmp_path, clock):
    made = house_in(tmp_path)
    with made.app().app_context():
        fill()
        db.engine.dispose()
    return made


def moved(house, tmp_path):
    """The same keys, another empty place."""
    return house_in(tmp_path / "new", ENGAGE_PUBLIC_URL=house.environ["ENGAGE_PUBLIC_URL"])


def test_what_was_backed_up_is_there_again(house, tmp_path):
    copy = tmp_path / "copy"
    house.run("backup", copy)
    assert stat.S_IMODE(os.stat(copy / "engage.db").st_mode) == 0o600
    manifest = json.loads((copy / "manifest.json").read_text())
    assert manifest["key_ids"] == ["k1"] and manifest["engine"] == "sqlite"
    there = moved(house, tmp_path)
    done = there.run("restore", copy)
    assert "1 texts too old to send, 1 to ask the provider about, 1 sign-ins ended" in done.stdout
    app = there.app()
    with app.app_context():
        assert [p.name for p in db.session.query(Person)] == ["Maya"]
        states = {m.dedupe_key: (m.state, m.due_at) for m in db.session.query(Message)}
        assert states["0"][0] == "pending"
        assert states["1"] == ("expired", None)
        assert states["2"] == ("sending", NOW)
        assert states["3"][0] == "delivered"
        db.engine.dispose()


def test_a_copy_never_goes_into_a_folder_that_holds_something(house, tmp_path):
    copy = tmp_path / "copy"
    house.run("backup", copy)
    assert "is not empty" in house.run("backup", copy, code=1).stderr


def test_nothing_is_ever_restored_over_something(house, tmp_path):
    copy = tmp_path / "copy"
    house.run("backup", copy)
    done = house.run("restore", copy, code=1)
    assert "The database is not empty. Nothing was changed." in done.stderr


def test_a_changed_or_half_copy_is_refused(house, tmp_path):
    copy = tmp_path / "copy"
    house.run("backup", copy)
    with (copy / "engage.db").open("ab") as file:
        file.write(b"x")
    there = moved(house, tmp_path)
    assert "was changed since" in there.run("restore", copy, code=1).stderr
    (copy / "manifest.json").unlink()
    assert "holds no back-up" in there.run("restore", copy, code=1).stderr


def test_a_copy_that_our_keys_cannot_open_is_refused_before_anything_is_written(house, tmp_path):
    copy = tmp_path / "copy"
    house.run("backup", copy)
    there = house_in(tmp_path / "new", ENGAGE_ENCRYPTION_KEYS=f"other:{new_key()}")
    done = there.run("restore", copy, code=1)
    assert "lacks the key k1" in done.stderr
    assert not (tmp_path / "new" / "house" / "engage.db").exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"ENGAGE_ENCRYPTION_KEYS": f"k1:{new_key()}"},
            "The key k1 in ENGAGE_ENCRYPTION_KEYS is not",
        ),
        ({"ENGAGE_INDEX_KEY": new_key()}, "ENGAGE_INDEX_KEY is not the one"),
    ],
)
def test_another_key_of_the_same_name_is_refused_too(house, tmp_path, changed, said):
    """It would start, open nothing and know nobody by their number."""
    copy = tmp_path / "copy"
    house.run("backup", copy)
    there = house_in(tmp_path / "new", **changed)
    assert said in there.run("restore", copy, code=1).stderr
    assert not (tmp_path / "new" / "house" / "engage.db").exists()
    manifest = json.loads((copy / "manifest.json").read_text())
    assert set(manifest["fingerprints"]) == {"k1", "index key"}
    assert changed.popitem()[1].removeprefix("k1:") not in str(manifest)
    # A back-up of a former version has none.
    del manifest["fingerprints"]
    (copy / "manifest.json").write_text(json.dumps(manifest))
    assert "Restored what was there" in moved(house, tmp_path).run("restore", copy).stdout


def test_a_copy_is_whole_while_others_write(house, tmp_path):
    path = house.environ["DATABASE_URL"].removeprefix("sqlite:///")
    with sqlite3.connect(path) as setup:
        setup.execute("CREATE TABLE pairs (a INTEGER, b INTEGER)")
    done = threading.Event()

    def write():
        writer = sqlite3.connect(path, isolation_level=None, timeout=60)
        number = 0
        while not done.is_set():
            number += 1
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("INSERT INTO pairs VALUES (?, ?)", (number, -number))
            writer.execute("UPDATE pairs SET b = ? WHERE a = 1", (-number,))
            writer.execute("UPDATE pairs SET a = ? WHERE rowid = 1", (1,))
            writer.execute("COMMIT")
        writer.close()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        settings = config.load(house.environ)
        copies = [backups.copy_database(settings, tmp_path / f"c{n}") for n in range(5)]
    finally:
        done.set()
        thread.join()
    for copy in copies:
        with sqlite3.connect(copy) as reader:
            rows = reader.execute("SELECT count(*), max(a), min(b) FROM pairs").fetchone()
            assert rows[0] == (rows[1] or 0) == -(rows[2] or 0)
            assert reader.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_web_and_worker_do_not_start_on_tables_that_are_behind(tmp_path, clock):
    house = house_in(tmp_path)
    for command in ("web", "worker", "run"):
        done = house.run(command, code=2)
        assert done.stderr.strip() == "Tables: run `engage db upgrade`."


def test_the_database_goes_up_is_checked_and_goes_down(tmp_path, clock):
    house = house_in(tmp_path)
    assert "Migrations are pending" in house.run("db", "check", code=1).stderr
    assert "run `engage db upgrade`" in house.run("inspect", "alerts", code=1).stderr
    house.run("db", "upgrade")
    assert "those of the models" in house.run("db", "check").stdout
    house.run("db", "downgrade", "base", "--yes")
    assert house.run("db", "current").stdout.strip() == "nothing yet"
