"""Alarms: kept until over, told once, and never about anybody."""

from datetime import timedelta

import pytest

from engage.db import db
from engage.messaging.models import OperatorAlarm
from engage.messaging.rules import Breaker
from engage.operators import disk, doctor, metrics
from engage.operators.alarms import ADVICE, Alarm, end_quiet_ones, hush, open_alarms, sound
from engage.people import mail
from engage.worker.alarming import ClockWatch, Sounder
from tests.cast import NOW

MINUTE = timedelta(minutes=1)


@pytest.fixture
def inside(app, clock):
    with app.app_context():
        yield app


@pytest.fixture
def mails(monkeypatch):
    sent = []
    monkeypatch.setattr(mail, "send_beside", lambda _s, to, subject, body: sent.append(
        (to, subject, body)))  # fmt: skip
    return sent


def test_every_alarm_says_what_happened_and_what_to_do():
    assert set(ADVICE) == set(Alarm)
    assert all(advice.what.endswith(".") and advice.fix for advice in ADVICE.values())


def test_an_alarm_is_kept_once_and_counted(inside, settings):
    assert sound(Alarm.MISSED_TEXTS, settings, now=NOW, number=3)
    assert not sound(Alarm.MISSED_TEXTS, settings, now=NOW + MINUTE, number=5)
    (found,) = open_alarms()
    assert (found.raised_at, found.last_at, found.hits, found.number) == (NOW, NOW + MINUTE, 2, 5)


def test_one_that_is_over_may_come_again(inside, settings):
    sound(Alarm.DISK_LOW, settings, now=NOW)
    assert hush(Alarm.DISK_LOW, Alarm.PROVIDER_DOWN, now=NOW + MINUTE) == 1
    assert hush(Alarm.DISK_LOW, now=NOW + MINUTE) == 0
    assert open_alarms() == []
    assert sound(Alarm.DISK_LOW, settings, now=NOW + 2 * MINUTE)
    assert db.session.query(OperatorAlarm).count() == 2


def test_what_nothing_renews_for_a_day_is_over(inside, settings):
    sound(Alarm.CLOCK_STEPPED, settings, now=NOW)
    sound(Alarm.TEXTS_REFUSED, settings, now=NOW)
    sound(Alarm.TEXTS_REFUSED, settings, now=NOW + timedelta(hours=3))
    assert end_quiet_ones(now=NOW + timedelta(hours=24, seconds=1)) == 1
    assert [alarm.kind for alarm in open_alarms()] == ["texts_refused"]


def test_whoever_is_named_is_mailed_the_first_time_only(inside, settings, mails):
    heard = settings.model_copy(
        update={"mail_url": "smtp://x", "alarm_to": "ops@example.org, it@example.org"}
    )
    for _ in range(3):
        sound(Alarm.BUDGET_SPENT, heard, now=NOW, number=10)
    assert [to for to, _, _ in mails] == ["ops@example.org", "it@example.org"]
    assert "ENGAGE_SMS_DAILY_BUDGET" in mails[0][2]
    sound(Alarm.BUDGET_NEAR, settings, now=NOW)
    assert len(mails) == 2


def test_the_doctor_and_the_numbers_show_it(inside, settings):
    assert doctor.alarms().is_fine
    sound(Alarm.MISSED_TEXTS, settings, now=NOW, number=2)
    assert "ENGAGE_PUBLIC_URL" in doctor.alarms().fix
    assert 'engage_alarms{kind="missed_texts"} 1' in metrics.page(NOW).decode()


def test_a_worker_sounds_the_same_alarm_once_a_minute(inside, settings):
    sounder = Sounder(settings)
    for seconds in (0, 30, 59, 61, 90):
        sounder.refused([30034, None, 30003, 30034], NOW + timedelta(seconds=seconds))
    (found,) = open_alarms()
    assert (found.kind, found.hits, found.number) == ("texts_refused", 2, 30034)


def test_a_provider_that_is_down_for_five_minutes_is_an_alarm_until_it_is_back(inside, settings):
    sounder, breaker = Sounder(settings), Breaker()
    for _ in range(5):
        breaker.note(True, NOW)
    sounder.provider(breaker, NOW + 4 * MINUTE)
    assert open_alarms() == []
    sounder.provider(breaker, NOW + 5 * MINUTE)
    assert [(a.kind, a.number) for a in open_alarms()] == [("provider_down", 300)]
    breaker.note(False, NOW + 6 * MINUTE)
    sounder.provider(breaker, NOW + 6 * MINUTE)
    assert open_alarms() == []


@pytest.mark.parametrize(
    ("minutes", "seconds", "jump"),
    [(1, 60, None), (9, 60, None), (71, 60, 70), (-59, 60, -60), (11, 660, None), (11, 60, 10)],
)
def test_a_clock_that_jumps_ten_minutes_is_noticed_a_slow_round_is_not(minutes, seconds, jump):
    watch = ClockWatch(NOW, 1000.0)
    found = watch.jumped(NOW + minutes * MINUTE, 1000.0 + seconds)
    assert found == (None if jump is None else jump * MINUTE)
    # Once told, the new time is the time.
    assert watch.jumped(NOW + (minutes + 1) * MINUTE, 1060.0 + seconds) is None


GIB = 1 << 30


@pytest.fixture
def small_disk(settings, tmp_path, monkeypatch):
    """SQLite in a folder of its own, with a ballast of one mebibyte; set `left` at will."""
    left = {"free": 50 * GIB, "total": 100 * GIB}

    def usage(_folder):
        return type("Usage", (), left)

    monkeypatch.setattr("shutil.disk_usage", usage)
    chosen = settings.model_copy(
        update={"database_url": f"sqlite:///{tmp_path}/engage.db", "ballast_mb": 1}
    )
    return chosen, left


def test_the_ballast_takes_real_room_and_goes_when_the_disk_is_full(inside, small_disk):
    settings, left = small_disk
    sounder = Sounder(settings)
    sounder.disk(NOW)
    ballast = disk.ballast_path(settings)
    assert ballast.stat().st_blocks * 512 >= disk.MEBIBYTE
    left["free"] = 9 * GIB
    sounder.disk(NOW + MINUTE)
    assert [(a.kind, a.number) for a in open_alarms()] == [("disk_low", 9 * 1024)]
    assert ballast.exists()
    left["free"] = 10 * disk.MEBIBYTE
    sounder.disk(NOW + 3 * MINUTE)
    assert not ballast.exists()
    # It comes back with the room, and the alarm ends.
    left["free"] = 50 * GIB
    sounder.disk(NOW + 5 * MINUTE)
    assert ballast.exists() and open_alarms() == []


def test_no_ballast_is_kept_where_it_would_take_what_is_left(small_disk):
    settings, left = small_disk
    left |= {"free": 3 * disk.MEBIBYTE, "total": 20 * disk.MEBIBYTE}
    assert not disk.keep_ballast(settings)
    assert not disk.give_up_ballast(settings)


def test_a_database_elsewhere_has_no_ballast(settings):
    elsewhere = settings.model_copy(update={"database_url": "postgresql+psycopg://x/y"})
    assert disk.room(elsewhere) is None
    assert not disk.keep_ballast(elsewhere)
    none = settings.model_copy(update={"database_url": "sqlite:////tmp/x.db", "ballast_mb": 0})
    assert disk.ballast_path(none) is None
