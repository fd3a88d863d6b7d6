"""Alerts that climb until somebody has them, each step once."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from engage.alerts import actions
from engage.alerts.models import Alert, AlertNotice
from engage.alerts.rules import AlertKind, How
from engage.alerts.sweep_actions import sweep
from engage.alerts.told import find_told
from engage.audit.models import AuditEntry
from engage.db import db
from engage.messaging.models import Message
from engage.people.models import Person, RoleGrant
from tests.cast import Cast
from tests.checkins.texting import ADDRESS, outbox, told

pytestmark = pytest.mark.usefixtures("inside")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def inside(app: Flask, cast: Cast) -> Iterator[None]:
    with app.app_context():
        yield


def raised(
    cast: Cast, now: datetime, kind: AlertKind = AlertKind.TALK, young: UUID | None = None
) -> UUID:
    alert_id = actions.raise_alert(
        kind,
        organisation_id=cast.organisation,
        young_person_id=young or cast.maya,
        dedupe_key=f"test:{uuid4()}",
        address=ADDRESS,
        now=now,
    )
    db.session.commit()
    assert alert_id is not None
    return alert_id


def swept(now: datetime, limit: int = 500) -> int:
    done = sweep(now=now, address=ADDRESS, limit=limit)
    db.session.commit()
    return done


def the(alert_id: UUID) -> Alert:
    db.session.expire_all()
    return db.session.get_one(Alert, alert_id)


def people_told(alert_id: UUID) -> list[UUID]:
    rows = select(AlertNotice.person_id).where(AlertNotice.alert_id == alert_id)
    return list(db.session.scalars(rows.order_by(AlertNotice.told_at, AlertNotice.level)))


def test_an_alert_climbs_step_by_step_each_with_its_wait(cast: Cast, now: datetime) -> None:
    alert_id = raised(cast, now)
    assert swept(now + 9 * MINUTE) == 0
    for step in range(1, 5):
        assert swept(now + step * 10 * MINUTE) == 1
        assert swept(now + step * 10 * MINUTE) == 0
    assert people_told(alert_id) == [cast.ade, cast.jo, cast.olu, cast.sam, cast.sue]
    assert the(alert_id).late_by is None


def test_it_nags_everybody_until_one_has_it_and_then_leaves_them_alone(
    cast: Cast, now: datetime
) -> None:
    alert_id = raised(cast, now)
    at = now
    for _ in range(6):
        at = the(alert_id).next_due_at or at
        swept(at)
    assert the(alert_id).round == 2
    assert len(people_told(alert_id)) == 5 + 5 + 5
    actions.acknowledge(alert_id, cast.sam, how=How.PAGE, now=at, viewer=cast.viewer(cast.sam))
    db.session.commit()
    assert swept(at + 29 * MINUTE) == 0
    assert told("alert_taken") == {cast.ade, cast.jo, cast.olu, cast.sue}
    (words,) = {sent.words for sent in outbox() if sent.template == "alert_taken"}
    assert words.startswith("Sam has it (M).")


def test_the_chain_waits_for_nobody_whose_phone_was_lost(cast: Cast, now: datetime) -> None:
    for lost in (cast.ade, cast.olu):
        db.session.get_one(Person, lost).phone_suspended_at = now
    db.session.commit()
    alert_id = raised(cast, now)
    for step in range(1, 3):
        swept(now + step * 10 * MINUTE)
    assert people_told(alert_id) == [cast.jo, cast.sam, cast.sue]


def test_of_the_whole_house_too_only_those_with_a_phone_are_told(cast: Cast, now: datetime) -> None:
    lost = db.session.get_one(Person, cast.olu)
    lost.phone_suspended_at = now
    db.session.commit()
    alert_id = actions.raise_alert(
        AlertKind.UNMATCHED, organisation_id=cast.organisation, young_person_id=None,
        dedupe_key="nobody", address=ADDRESS, now=now,
    )  # fmt: skip
    db.session.commit()
    assert alert_id is not None
    swept(now + 60 * MINUTE)
    assert people_told(alert_id)
    assert cast.olu not in people_told(alert_id)


def test_the_same_thing_is_raised_once(cast: Cast, now: datetime) -> None:
    facts = {
        "organisation_id": cast.organisation,
        "young_person_id": cast.maya,
        "dedupe_key": "once",
        "address": ADDRESS,
        "now": now,
    }
    assert actions.raise_alert(AlertKind.TALK, **facts) is not None
    assert actions.raise_alert(AlertKind.TALK, **facts) is None
    db.session.commit()
    assert db.session.scalar(select(func.count()).select_from(Message)) == 1


def test_two_who_say_they_have_it_are_one_who_has_it(cast: Cast, now: datetime) -> None:
    alert_id = raised(cast, now, AlertKind.SOS)
    first = actions.acknowledge(
        alert_id, cast.jo, how=How.TEXT, now=now, viewer=cast.viewer(cast.jo)
    )
    second = actions.acknowledge(
        alert_id, cast.sam, how=How.PAGE, now=now, viewer=cast.viewer(cast.sam)
    )
    again = actions.acknowledge(
        alert_id, cast.jo, how=How.LINK, now=now, viewer=cast.viewer(cast.jo)
    )
    db.session.commit()
    assert (first.is_theirs, second.is_theirs, again.is_theirs) == (True, False, True)
    assert second.by_id == cast.jo
    assert the(alert_id).acknowledged_how == How.TEXT


def test_a_texted_1_takes_the_newest_open_alert(cast: Cast, now: datetime) -> None:
    first, second = raised(cast, now, AlertKind.SOS), raised(cast, now + MINUTE, AlertKind.SOS)
    for expected in (second, first):
        told_of = find_told([cast.jo], now=now + 2 * MINUTE)
        assert told_of is not None and told_of.is_open
        assert actions.acknowledge_by_text(told_of, now=now + 2 * MINUTE).alert_id == expected
    again = find_told([cast.jo], now=now + 3 * MINUTE)
    assert again is not None and not again.is_open
    assert actions.acknowledge_by_text(again, now=now + 3 * MINUTE).is_theirs
    assert find_told([cast.jo], now=now + timedelta(days=2)) is None
    assert find_told([cast.zed_carer], now=now) is None


def test_after_a_stop_every_missed_step_is_taken_at_once_and_marked_late(
    cast: Cast, now: datetime
) -> None:
    ids = [raised(cast, now) for _ in range(7)]
    assert swept(now + timedelta(hours=3)) == 7
    for alert_id in ids:
        alert = the(alert_id)
        assert alert.late_by == 3 * 3600 - 600
        assert alert.level == 1
        assert alert.next_due_at == now + timedelta(hours=3, minutes=10)


def test_a_chain_without_anybody_near_falls_to_the_organisation(cast: Cast, now: datetime) -> None:
    alert_id = raised(cast, now, young=cast.zed_young)
    near = set(people_told(alert_id))
    assert near
    for person in db.session.scalars(select(Person).where(Person.id.in_(near))):
        person.phone = None
    db.session.commit()
    swept(now + 10 * MINUTE)
    assert set(people_told(alert_id)) - near


def test_with_nobody_at_all_staff_see_a_banner_and_the_chain_keeps_looking(
    cast: Cast, now: datetime
) -> None:
    phones = {p.id: p.phone for p in db.session.scalars(select(Person))}
    for person in db.session.scalars(select(Person)):
        person.phone = None
    db.session.commit()
    alert_id = raised(cast, now)
    assert the(alert_id).nobody_told
    assert people_told(alert_id) == []
    db.session.get_one(Person, cast.sue).phone = phones[cast.sue]
    db.session.commit()
    swept(now + 15 * MINUTE)
    assert people_told(alert_id) == [cast.sue]
    assert not the(alert_id).nobody_told


def test_who_left_is_not_told(cast: Cast, now: datetime) -> None:
    db.session.get_one(Person, cast.ade).ended_at = now - MINUTE
    for grant in db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == cast.olu)):
        grant.ends_at = now - MINUTE
    db.session.commit()
    alert_id = raised(cast, now)
    assert people_told(alert_id) == [cast.jo]
    swept(now + 10 * MINUTE)
    assert cast.olu not in people_told(alert_id)


def test_every_step_is_audited(cast: Cast, now: datetime) -> None:
    alert_id = raised(cast, now)
    swept(now + 10 * MINUTE)
    actions.acknowledge(alert_id, cast.jo, how=How.TEXT, now=now, viewer=cast.viewer(cast.jo))
    db.session.commit()
    verbs = db.session.scalars(select(AuditEntry.verb).where(AuditEntry.object_id == alert_id))
    assert set(verbs) == {"alert:raised", "alert:climbed", "alert:acknowledged"}


def test_a_sweep_takes_many_in_few_statements(cast: Cast, now: datetime) -> None:
    for _ in range(30):
        raised(cast, now)
    counted: list[str] = []

    def statement(_conn: object, _cursor: object, sql: str, *_: object) -> None:
        counted.append(sql)

    event.listen(db.engine, "before_cursor_execute", statement)
    try:
        assert swept(now + 10 * MINUTE) == 30
        many = len(counted)
        assert swept(now + 10 * MINUTE) == 0
    finally:
        event.remove(db.engine, "before_cursor_execute", statement)
    assert many <= 10
    assert len(counted) == many + 1


def test_a_sweep_does_what_it_can_and_leaves_the_rest_for_the_next(
    cast: Cast, now: datetime
) -> None:
    for _ in range(5):
        raised(cast, now)
    assert [swept(now + 10 * MINUTE, limit=2) for _ in range(4)] == [2, 2, 1, 0]


def test_several_schedulers_take_each_step_once(app: Flask, cast: Cast, now: datetime) -> None:
    ids = [raised(cast, now) for _ in range(40)]
    taken: list[int] = []

    def schedule() -> None:
        with app.app_context():
            while True:
                done = sweep(now=now + 10 * MINUTE, address=ADDRESS, limit=7)
                db.session.commit()
                taken.append(done)
                if not done:
                    return

    threads = [threading.Thread(target=schedule) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) == 40
    for alert_id in ids:
        assert people_told(alert_id) == [cast.ade, cast.jo]
