"""Whom a worker finds who is not linked to them, and what supervisors see of it all."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engage.audit.models import AuditEntry
from engage.db import db
from engage.emergencies import actions, queries
from engage.people.access import SYSTEM, Object, Verb, may
from engage.people.models import Person, RoleGrant
from engage.web.errors import NotFound
from tests.cast import NOW
from tests.emergencies.doing import find, open_for, reads, told, waiting


@pytest.fixture(autouse=True)
def inside(app, cast):
    """Everything here happens inside an app context."""
    with app.app_context():
        yield


def test_a_whole_name_or_a_number_finds_and_a_part_does_not(cast):
    for typed in ("Kit", "  kIt ", "Kït", "+44 7700 900111", "07700900111"):
        number = db.session.get(Person, cast.kit).phone
        typed = typed.replace("900111", number[-6:])
        assert find(cast, cast.sam, typed) == 1, typed
    for typed in ("Ki", "Kit Smith", "K", "*", "%", "_it", "07700 900999", "Jo", "Sam", "Hazel"):
        assert find(cast, cast.sam, typed) == 0, typed


def test_nobody_of_another_organisation_is_found(cast):
    number = db.session.get(Person, cast.far_zed_young).phone
    assert find(cast, cast.sam, number) == 0
    assert find(cast, cast.sam, "Zed") == 1, "our own Zed, not the one far away"
    assert [one.id for one in queries.found_lately(cast.viewer(cast.sam), now=NOW)] == [
        cast.zed_young
    ]


def test_only_workers_with_such_a_role_may_search(cast):
    for who in (cast.adil, cast.ines, cast.jo, cast.maya, cast.ade):
        with pytest.raises(NotFound):
            find(cast, who)
        with pytest.raises(NotFound):
            queries.found_lately(cast.viewer(who), now=NOW)


def test_every_search_is_written_down_whoever_it_finds(cast):
    find(cast, cast.zed_worker, "Nobody Here")
    find(cast, cast.zed_worker, "Maya")
    find(cast, cast.zed_worker, "07700 900999")
    rows = db.session.scalars(
        select(AuditEntry).filter_by(actor_id=cast.zed_worker).order_by(AuditEntry.verb.desc())
    ).all()
    assert [row.verb for row in rows] == ["emergency:searched"] * 3 + ["emergency:found"]
    assert [row.subject_id for row in rows] == [None, None, None, cast.maya]
    assert {row.reason for row in rows} == {"name", "number", None}


def test_a_name_that_many_have_finds_nobody(cast):
    from engage.people.actions import create_young_person

    for _ in range(5):
        create_young_person(SYSTEM, organisation_id=cast.organisation, name="Kit", now=NOW)
    with pytest.raises(actions.TooManyMatches):
        find(cast, cast.sam, "Kit")
    assert queries.found_lately(cast.viewer(cast.sam), now=NOW) == []


def test_who_was_looked_up_may_be_asked_about_for_half_an_hour(cast):
    zed = cast.viewer(cast.zed_worker)
    with pytest.raises(NotFound):
        queries.get_asked_about(zed, cast.maya, now=NOW)
    find(cast, cast.zed_worker)
    queries.get_asked_about(zed, cast.maya, now=NOW + timedelta(minutes=29))
    with pytest.raises(NotFound):
        queries.get_asked_about(zed, cast.maya, now=NOW + timedelta(minutes=31))
    # What one worker found is found for them alone.
    with pytest.raises(NotFound):
        queries.get_asked_about(cast.viewer(cast.kits_worker), cast.maya, now=NOW)


def test_a_worker_without_a_link_opens_parts_of_the_plan_and_nothing_beside(cast):
    find(cast, cast.zed_worker)
    open_for(cast, cast.zed_worker)
    zed = cast.viewer(cast.zed_worker)
    assert reads(cast, cast.zed_worker)
    for obj in (Object.PROFILE, Object.PHONE, Object.CHECK_IN, Object.ALERT, Object.EPISODE):
        assert not may(zed, Verb.READ, obj, cast.maya, now=NOW), obj
    assert told("alert_emergency_opened") == {cast.sue, cast.sam}


def test_the_lists_of_a_supervisor_hold_their_team_and_never_themselves(cast):
    use, own = open_for(cast, cast.olu), open_for(cast, cast.sue)
    request = waiting(cast)
    sue = cast.viewer(cast.sue)
    unseen = [one.id for one in queries.uses_to_review(sue)]
    assert use.id in unseen and own.id not in unseen
    later = request.asked_at
    assert [one.id for one in queries.uses_to_decide(sue, now=later)] == [request.id]
    assert queries.uses_to_decide(sue, now=later + timedelta(hours=24)) == []
    for who in (cast.sam, cast.olu, cast.far_zed_supervisor, cast.zed_worker, cast.adil):
        viewer = cast.viewer(who)
        assert queries.uses_to_review(viewer) == []
        assert queries.uses_to_decide(viewer, now=later) == []
        assert queries.count_waiting(viewer, now=later) == 0
    assert queries.count_waiting(sue, now=later) == 3


def test_a_supervisor_of_the_whole_organisation_sees_every_team(cast):
    grant = db.session.scalars(select(RoleGrant).filter_by(person_id=cast.sue)).one()
    grant.team_id = None
    find(cast, cast.sam, "Kit")
    use = open_for(cast, cast.sam, young=cast.kit)
    assert [one.id for one in queries.uses_to_review(cast.viewer(cast.sue))] == [use.id]


def test_uses_are_counted_by_worker_and_week(cast):
    for days in (35, 15, 8, 0):
        open_for(cast, cast.olu, now=NOW - timedelta(days=days))
    open_for(cast, cast.sam)
    counts = queries.counts_by_week(cast.viewer(cast.sue), "Europe/London", now=NOW)
    assert {one.person_id: one.weeks for one in counts} == {
        cast.olu: [1, 1, 1, 0],
        cast.sam: [1, 0, 0, 0],
    }
    assert queries.counts_by_week(cast.viewer(cast.sam), "Europe/London", now=NOW) == []
