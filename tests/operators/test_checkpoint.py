"""The head of the audit is kept outside, and what does not hold it is found."""

import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from engage.audit.actions import record, seal
from engage.cli import main
from engage.db import db
from engage.operators import checkpoint, doctor
from engage.operators.alarms import Alarm, open_alarms
from engage.operators.checkpoint import Head, NotAsKept
from engage.people.access import SYSTEM
from engage.worker import steps
from tests.cast import NOW

HASH = "a" * 64


@pytest.fixture
def file(tmp_path):
    return tmp_path / "elsewhere" / "audit-heads"


@pytest.fixture
def inside(app, now):
    with app.app_context():
        yield app


@pytest.fixture
def kept_in(app, file, monkeypatch):
    found = app.extensions["engage"]
    monkeypatch.setattr(found, "audit_checkpoint", str(file))
    return found


def chain(entries, at=NOW):
    """Write and chain so many lines."""
    for _ in range(entries):
        record("plan:opened", viewer=SYSTEM, now=at)
    seal(now=at)
    db.session.commit()


def cut_off(above):
    """What somebody with the database does who wants the end forgotten."""
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("DROP TRIGGER audit_entries_no_delete"))
    else:
        db.session.execute(text("SET LOCAL session_replication_role = replica"))
    db.session.execute(text(f"DELETE FROM audit_entries WHERE chain_no > {above}"))
    db.session.commit()


def test_a_head_is_one_line_with_its_time(inside, file):
    chain(3)
    head = checkpoint.keep(file, now=NOW)
    assert head.number == 3
    assert file.read_text() == f"2026-11-22T18:00:00+00:00 3:{head.hash}\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert checkpoint.last_kept(file) == ("2026-11-22T18:00:00+00:00", head)


def test_an_empty_chain_has_no_head_and_keeps_nothing(inside, file):
    assert checkpoint.keep(file, now=NOW) is None
    assert not file.exists()
    checkpoint.compare(file)


def test_the_file_only_grows(inside, file):
    for hour in range(4):
        chain(2, NOW + timedelta(hours=hour))
        before = file.read_text() if file.exists() else ""
        checkpoint.keep(file, now=NOW + timedelta(hours=hour))
        assert file.read_text().startswith(before)
    assert [line.split()[1].split(":")[0] for line in file.read_text().splitlines()] == [
        "2", "4", "6", "8",
    ]  # fmt: skip


def test_a_cut_off_end_is_found_and_gets_no_fresh_head_by_itself(inside, file):
    chain(5)
    checkpoint.keep(file, now=NOW)
    kept = file.read_text()
    cut_off(3)
    with pytest.raises(NotAsKept, match="does not hold entry 5 as kept at 2026-11-22T18:00:00"):
        checkpoint.compare(file)
    with pytest.raises(NotAsKept):
        checkpoint.keep(file, now=NOW + timedelta(hours=1))
    assert file.read_text() == kept


def test_a_chain_written_anew_is_found_though_it_is_as_long(inside, file):
    chain(3)
    checkpoint.keep(file, now=NOW)
    cut_off(1)
    chain(2, NOW + timedelta(minutes=1))
    assert checkpoint.find_head().number == 3
    with pytest.raises(NotAsKept):
        checkpoint.compare(file)


def test_a_person_may_go_on_and_the_line_says_so(inside, file):
    chain(3)
    checkpoint.keep(file, now=NOW)
    cut_off(2)
    checkpoint.keep(file, now=NOW, accept=True)
    first, second = file.read_text().splitlines()
    assert second.endswith(" accepted") and not first.endswith("accepted")
    checkpoint.compare(file)


def test_a_line_torn_by_a_power_cut_counts_for_nothing(inside, file):
    chain(2)
    head = checkpoint.keep(file, now=NOW)
    with file.open("a") as handle:
        handle.write("2026-11-22T19:00:00+00:00 4:ab")
    assert checkpoint.last_kept(file)[1] == head
    chain(2, NOW + timedelta(hours=1))
    assert checkpoint.keep(file, now=NOW + timedelta(hours=1)).number == 4
    checkpoint.compare(file)


@pytest.mark.parametrize(
    "line", ["hello", "x 1:ab", f"x -1:{HASH}", f"x 1:{HASH} trust me", "\x00"]
)
def test_a_file_that_ends_with_somebody_elses_line_is_refused(tmp_path, line):
    file = tmp_path / "heads"
    file.write_text(f"2026-11-22T18:00:00+00:00 1:{HASH}\n{line}\n")
    with pytest.raises(NotAsKept, match="not ours"):
        checkpoint.last_kept(file)


def test_a_file_that_cannot_be_read_or_written_is_said(tmp_path, inside):
    with pytest.raises(NotAsKept, match="cannot be read"):
        checkpoint.last_kept(tmp_path)
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    with pytest.raises(NotAsKept, match="cannot be read"):
        checkpoint.last_kept(tmp_path / "bytes")
    chain(1)
    with pytest.raises(NotAsKept, match="cannot be written"):
        checkpoint.keep(Path("/proc/heads"), now=NOW, accept=True)


@given(number=st.integers(0, 10**12), digest=st.text("0123456789abcdef", min_size=64, max_size=64))
def test_what_is_kept_is_read_again(tmp_path_factory, number, digest):
    file = tmp_path_factory.mktemp("heads") / "heads"
    file.write_text(f"2026-11-22T18:00:00+00:00 {Head(number, digest)}\n")
    assert checkpoint.last_kept(file)[1] == Head(number, digest)


def test_the_worker_keeps_it_and_complains_when_it_cannot(inside, kept_in, file):
    chain(2)
    steps.keep_head(kept_in, None, NOW)
    assert file.read_text().count("\n") == 1
    cut_off(1)
    steps.keep_head(kept_in, None, NOW + timedelta(hours=1))
    assert [alarm.kind for alarm in open_alarms()] == [Alarm.AUDIT_NOT_KEPT]
    db.session.rollback()
    checkpoint.keep(file, now=NOW, accept=True)
    steps.keep_head(kept_in, None, NOW + timedelta(hours=2))
    assert open_alarms() == []


def test_without_the_setting_the_worker_keeps_nothing(inside, monkeypatch, file):
    settings = inside.extensions["engage"]
    assert settings.audit_checkpoint == ""
    chain(1)
    steps.keep_head(settings, None, NOW)
    assert not file.exists() and open_alarms() == []


def test_each_night_the_whole_chain_is_checked(inside, kept_in):
    chain(5)
    steps.verify_audit(kept_in, None, NOW)
    assert open_alarms() == []
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("DROP TRIGGER audit_entries_no_change"))
    else:
        db.session.execute(text("SET LOCAL session_replication_role = replica"))
    db.session.execute(text("UPDATE audit_entries SET verb = 'x:y' WHERE chain_no = 4"))
    db.session.commit()
    steps.verify_audit(kept_in, None, NOW)
    [alarm] = open_alarms()
    assert (alarm.kind, alarm.number) == (Alarm.AUDIT_CHANGED, 4)


def test_the_doctor_and_the_start_compare(inside, kept_in, file, monkeypatch):
    monkeypatch.setattr(type(kept_in), "is_production", True)
    chain(2)
    checkpoint.keep(file, now=NOW)
    assert doctor.audit(kept_in).is_fine
    cut_off(1)
    finding = doctor.audit(kept_in)
    assert "does not hold entry 2" in finding.fix and "--accept" in finding.fix
    refused = [line for line in doctor.refusals(kept_in, now=NOW) if line.startswith("Audit")]
    assert len(refused) == 1 and "\n" not in refused[0]


def test_without_the_setting_nothing_is_refused(inside):
    finding = doctor.audit(inside.extensions["engage"])
    assert finding.is_fine and "ENGAGE_AUDIT_CHECKPOINT" in finding.what


def run(app, *arguments):
    return CliRunner().invoke(main, ["audit", *arguments], obj=lambda: app)


def test_the_command_prints_keeps_and_accepts(app, kept_in, file, now):
    assert run(app, "head").output == "Nothing is chained yet.\n"
    with app.app_context():
        chain(2)
        head = str(checkpoint.find_head())
    assert run(app, "head").output.strip() == head
    assert not file.exists()
    assert run(app, "head", "--keep").output.strip() == head
    assert head in file.read_text()
    with app.app_context():
        cut_off(1)
    refused = run(app, "head", "--keep")
    assert refused.exit_code == 1 and "does not hold entry 2" in refused.output
    assert run(app, "head", "--accept").exit_code == 0
    assert run(app, "head", "--keep").exit_code == 0


def test_the_command_says_when_no_file_is_named(app, now):
    done = run(app, "head", "--keep")
    assert done.exit_code == 1 and "ENGAGE_AUDIT_CHECKPOINT names no file." in done.output


def test_the_file_is_no_ones_to_read(inside, file):
    before = os.umask(0)
    try:
        chain(1)
        checkpoint.keep(file, now=NOW)
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
