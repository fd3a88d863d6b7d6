"""What the doctor finds wrong, each with the way to put it right, and what stops a start."""

from collections import namedtuple
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError

from engage import crypto
from engage.config import Environment
from engage.crypto import new_key
from engage.db import db
from engage.messaging.models import Heartbeat
from engage.operators import doctor, keys
from engage.people.models import Person
from engage.web import static
from tests.cast import NOW
from tests.database import ENVIRON

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def inside(app, clock):
    with app.app_context():
        yield app


def fixes(settings, now=NOW):
    return {finding.what: finding.fix for finding in doctor.examine(settings, now=now)}


def server_waits_for_its_disk():
    """Say whether PostgreSQL has fsync on: a server started for the tests alone has not."""
    return db.session.scalar(text("SHOW fsync")) == "on"


def test_a_young_heartbeat_is_fine_and_an_old_one_is_not(inside, settings):
    for ago, fix in ((30, ""), (61, "silent for 61 s: start `engage worker`.")):
        db.session.query(Heartbeat).delete()
        at = NOW - timedelta(seconds=ago)
        db.session.add(Heartbeat(name="worker:1", at=at, started_at=at))
        db.session.commit()
        assert doctor.worker(NOW).fix == fix


def test_a_full_disk_is_named(inside, settings, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: Usage(1 << 40, 0, 1 << 35))
    finding = doctor.disk(settings)
    if settings.is_sqlite:
        assert finding.fix == "only 32768 MiB free: make room."
    else:
        assert finding.is_fine


def test_an_installation_that_texts_nobody_is_named(inside, settings):
    assert doctor.texts_out(settings).is_fine
    silent = settings.model_copy(update={"sms_provider": "none"})
    assert "ENGAGE_SMS_PROVIDER=twilio" in doctor.texts_out(silent).fix


def test_missing_mail_matters_in_production_only(inside, settings):
    assert doctor.mail(settings).is_fine
    real = settings.model_copy(update={"environment": Environment.PRODUCTION})
    assert "ENGAGE_MAIL_URL" in doctor.mail(real).fix
    assert doctor.mail(real.model_copy(update={"mail_url": "smtp://x"})).is_fine


def test_an_unknown_policy_pack_is_named(inside, settings):
    lost = settings.model_copy(update={"policy": "atlantis"})
    assert "there is no such policy pack" in doctor.policy(lost).fix


def test_assets_that_were_not_built_are_named(inside, monkeypatch):
    def missing():
        raise static.AssetsMissing

    assert doctor.assets().is_fine
    monkeypatch.setattr(static, "manifest", missing)
    assert doctor.assets().fix == "run `make assets`."


def test_a_clock_that_is_wrong_by_more_than_five_minutes_is_named(inside):
    theirs = db.session.scalar(text("SELECT CURRENT_TIMESTAMP"))
    from datetime import UTC, datetime

    if isinstance(theirs, str):
        theirs = datetime.fromisoformat(theirs).replace(tzinfo=UTC)
    assert doctor.clock(theirs + timedelta(minutes=4)).is_fine
    assert "set both by NTP" in doctor.clock(theirs + timedelta(minutes=6)).fix


def test_a_database_that_keeps_nothing_safe_is_named(inside, settings):
    if not settings.is_sqlite:
        assert doctor.database(settings).is_fine == server_waits_for_its_disk()
        db.session.execute(text("SET LOCAL synchronous_commit = off"))
        assert doctor.database(settings).fix == "PostgreSQL has synchronous_commit off: turn it on."
        return
    assert doctor.database(settings).is_fine
    db.session.execute(text("PRAGMA synchronous=OFF"))
    assert "synchronous 0, not wal and 2" in doctor.database(settings).fix
    db.session.execute(text("PRAGMA synchronous=FULL"))


def test_keys_that_do_not_open_what_is_stored_are_named(inside, cast, settings):
    assert doctor.sealing().is_fine
    try:
        crypto.configure(f"k1:{new_key()}", settings.index_key)
        assert "does not open: set ENGAGE_ENCRYPTION_KEYS" in doctor.sealing().fix
    finally:
        crypto.configure(ENVIRON["ENGAGE_ENCRYPTION_KEYS"], settings.index_key)


def test_one_value_of_a_key_that_was_taken_out_is_named_among_many_of_the_new_one(
    inside, cast, settings
):
    old, new = ENVIRON["ENGAGE_ENCRYPTION_KEYS"], f"k2:{new_key()}"
    sealed_before = dict(db.session.execute(select(Person.id, Person._name)).all())
    try:
        crypto.configure(f"{new},{old}", settings.index_key)
        assert list(keys.rotate([]))
        left = max(sealed_before)
        db.session.execute(
            update(Person).where(Person.id == left).values(_name=sealed_before[left])
        )
        assert doctor.sealing().is_fine
        crypto.configure(new, settings.index_key)
        assert "people.name does not open" in doctor.sealing().fix
    finally:
        crypto.configure(old, settings.index_key)


def test_an_index_key_that_finds_nobody_by_their_number_is_named(inside, cast, settings):
    assert doctor.indexing().is_fine
    try:
        crypto.configure(settings.encryption_keys, new_key())
        assert "ENGAGE_INDEX_KEY is not the one" in doctor.indexing().fix
        assert "Index key" in dict(fixes(settings))
        crypto.configure(f"k1:{new_key()}", settings.index_key)
        assert doctor.indexing().is_fine
    finally:
        crypto.configure(ENVIRON["ENGAGE_ENCRYPTION_KEYS"], settings.index_key)


def test_a_database_that_does_not_answer_ends_the_examination(inside, settings, monkeypatch):
    def gone(_settings):
        raise OperationalError("select", {}, Exception("gone"))

    monkeypatch.setattr(doctor, "database", gone)
    assert list(fixes(settings)) == ["Database"]


def test_only_what_could_lose_or_hide_something_stops_a_start(inside, settings):
    db.session.execute(text("DROP TABLE IF EXISTS alembic_version"))
    assert doctor.refusals(settings, now=NOW) == ["Tables: run `engage db upgrade`."]
    real = settings.model_copy(update={"environment": Environment.PRODUCTION})
    stops = {line.split(":")[0] for line in doctor.refusals(real, now=NOW)}
    if not settings.is_sqlite and not server_waits_for_its_disk():
        stops.remove("Database")
    assert stops <= {"Tables", "Clock"}
