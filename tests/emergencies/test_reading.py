"""Whoever opens the records of more than thirty people within an hour is asked why."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from engage.audit.actions import record, seal
from engage.audit.queries import count_opened, fresh_readers
from engage.db import db
from engage.emergencies import queries
from engage.emergencies.models import ReadingAlarm
from engage.emergencies.reading_actions import note_seen, raise_alarms
from engage.messaging.models import Message
from engage.people.access import SYSTEM
from engage.people.models import Person, RoleGrant
from engage.web.errors import NotFound
from tests.at_once import at_once
from tests.cast import NOW
from tests.page import Page

ADDRESS = "https://check.example"


@pytest.fixture(autouse=True)
def inside(app, cast):
    with app.app_context():
        yield


def opens(cast, who, people, *, at=NOW, verb="young_person:opened", subject=None):
    viewer = cast.viewer(who)
    for _ in range(people):
        record(verb, viewer=viewer, now=at, subject_id=subject or uuid4())


def alarms():
    return db.session.scalars(select(ReadingAlarm).order_by(ReadingAlarm.raised_at)).all()


def test_thirty_are_a_day_of_work_and_thirty_one_are_an_alarm(cast):
    opens(cast, cast.olu, 30)
    assert raise_alarms(address=ADDRESS, now=NOW) == 0
    opens(cast, cast.olu, 1)
    assert raise_alarms(address=ADDRESS, now=NOW) == 1
    [alarm] = alarms()
    assert (alarm.person_id, alarm.people, alarm.raised_at) == (cast.olu, 31, NOW)
    [text] = db.session.scalars(select(Message))
    assert text.person_id == cast.sue
    assert json.loads(text.params) == {"link": f"{ADDRESS}/emergencies"}


def test_the_same_person_opened_often_counts_once(cast):
    opens(cast, cast.olu, 200, subject=cast.maya)
    assert count_opened(SYSTEM, cast.olu, since=NOW - timedelta(hours=1)) == 1
    assert raise_alarms(address=ADDRESS, now=NOW) == 0


def test_plans_and_emergencies_count_like_pages_and_other_acts_do_not(cast):
    opens(cast, cast.olu, 10, verb="plan:opened")
    opens(cast, cast.olu, 10, verb="emergency:opened")
    opens(cast, cast.olu, 50, verb="alert:acknowledged")
    assert count_opened(SYSTEM, cast.olu, since=NOW - timedelta(hours=1)) == 20


def test_what_was_opened_longer_ago_does_not_count(cast):
    opens(cast, cast.olu, 20, at=NOW - timedelta(minutes=60))
    opens(cast, cast.olu, 20)
    assert raise_alarms(address=ADDRESS, now=NOW) == 0


def test_one_alarm_an_hour_is_enough(cast):
    opens(cast, cast.olu, 40)
    assert raise_alarms(address=ADDRESS, now=NOW) == 1
    later = NOW + timedelta(minutes=30)
    opens(cast, cast.olu, 40, at=later)
    assert raise_alarms(address=ADDRESS, now=later) == 0
    later = NOW + timedelta(minutes=61)
    opens(cast, cast.olu, 40, at=later)
    assert raise_alarms(address=ADDRESS, now=later) == 1


def test_only_who_read_since_the_last_sealing_is_looked_at(cast):
    opens(cast, cast.olu, 5)
    opens(cast, cast.sam, 1, verb="alert:acknowledged")
    assert fresh_readers(SYSTEM) == [cast.olu]
    seal(now=NOW)
    assert fresh_readers(SYSTEM) == []


def test_young_people_and_carers_are_not_watched(cast):
    opens(cast, cast.maya, 40)
    opens(cast, cast.jo, 40)
    assert raise_alarms(address=ADDRESS, now=NOW) == 0


def test_a_supervisor_is_watched_by_other_supervisors(cast):
    opens(cast, cast.sue, 40)
    assert raise_alarms(address=ADDRESS, now=NOW) == 1
    assert list(db.session.scalars(select(Message.person_id))) == []
    assert queries.alarms(cast.viewer(cast.sue), now=NOW) == []
    grant = db.session.scalars(select(RoleGrant).filter_by(person_id=cast.zed_worker)).one()
    grant.role = "supervisor"
    db.session.flush()
    assert len(queries.alarms(cast.viewer(cast.zed_worker), now=NOW)) == 1


def test_supervisors_of_the_own_organisation_see_it_and_nobody_else(cast):
    opens(cast, cast.olu, 40)
    raise_alarms(address=ADDRESS, now=NOW)
    [alarm] = queries.alarms(cast.viewer(cast.sue), now=NOW)
    for who in (cast.far_zed_supervisor, cast.sam, cast.olu, cast.adil, cast.jo):
        assert queries.alarms(cast.viewer(who), now=NOW) == []
        with pytest.raises(NotFound):
            note_seen(cast.viewer(who), alarm.id, now=NOW)
    note_seen(cast.viewer(cast.sue), alarm.id, now=NOW)
    assert queries.alarms(cast.viewer(cast.sue), now=NOW) == []
    with pytest.raises(NotFound):
        note_seen(cast.viewer(cast.sue), alarm.id, now=NOW)


def test_two_workers_that_notice_at_once_tell_once(app, cast):
    opens(cast, cast.olu, 40)
    db.session.commit()
    raised = at_once(app, [lambda: raise_alarms(address=ADDRESS, now=NOW)] * 2)
    assert sum(raised) == 1
    assert db.session.scalar(select(func.count()).select_from(Message)) == 1


def test_the_supervisor_reads_it_and_says_that_they_looked_into_it(app, cast, client, sign_in):
    opens(cast, cast.olu, 40)
    raise_alarms(address=ADDRESS, now=NOW)
    db.session.commit()
    sign_in(client, cast.sue)
    assert "1 thing about emergencies waits for you" in Page(client.get("/"))
    page = Page(client.get("/emergencies"))
    assert "Olu opened the records of 40 people in the hour before" in page
    page = page.form(f"/alarms/{alarms()[0].id}").send(client)
    assert "opened the records" not in page


def test_real_reading_through_the_pages_raises_it(app, cast, client, sign_in, now):
    from engage.people.actions import create_young_person

    ids = [
        create_young_person(
            SYSTEM, organisation_id=cast.organisation, team_id=cast.team, name=f"Y{n}", now=now
        ).id
        for n in range(31)
    ]
    db.session.commit()
    sign_in(client, cast.olu)
    for young in ids:
        assert client.get(f"/young-people/{young}").status_code == 200
    assert raise_alarms(address=ADDRESS, now=now) == 1
    assert db.session.get(Person, cast.olu).name == "Olu"
