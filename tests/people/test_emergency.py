"""What is closed can be opened for an hour, by those who may, once a week, and it is seen."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engage.audit.models import AuditEntry
from engage.db import db
from engage.people.access import Object, Verb, may
from engage.people.emergency_actions import (
    AskASupervisor,
    ReasonCode,
    ReasonTooShort,
    note_reviewed,
    open_in_emergency,
)
from engage.people.models import EmergencyAccess
from engage.web.errors import NotFound
from tests.cast import NOW

REASON = "She wrote that she may hurt herself tonight"


@pytest.fixture(autouse=True)
def inside(app, cast):
    """Everything here happens inside an app context."""
    with app.app_context():
        yield


def open_for(cast, who, sections=("fears",), reason=REASON, now=NOW):
    viewer = cast.viewer(who)
    return open_in_emergency(
        viewer, cast.maya, sections, code=ReasonCode.SERIOUS_HARM, reason=reason, now=now
    )


def reads(cast, who, section="fears", now=NOW, young=None):
    viewer, young = cast.viewer(who), young or cast.maya
    return may(viewer, Verb.READ, Object.PLAN_PRIVATE, young, section=section, now=now)


def test_it_opens_only_these_sections_of_this_person_for_this_worker_for_an_hour(cast):
    assert not reads(cast, cast.olu)
    open_for(cast, cast.olu, ["fears", "fears"])
    assert reads(cast, cast.olu)
    assert not reads(cast, cast.olu, section="friends")
    assert not reads(cast, cast.sue)
    assert not reads(cast, cast.olu, young=cast.kit)
    assert not may(
        cast.viewer(cast.olu), Verb.EDIT, Object.PLAN_PRIVATE, cast.maya, section="fears", now=NOW
    )
    assert reads(cast, cast.olu, now=NOW + timedelta(minutes=59))
    assert not reads(cast, cast.olu, now=NOW + timedelta(minutes=60))


def test_it_is_written_down_with_a_code_and_reviewed_in_two_working_days(cast):
    [access] = open_for(cast, cast.sam)
    assert access.review_due_at == NOW + timedelta(days=2), "Sunday evening to Tuesday evening"
    assert REASON not in str(access._reason)
    entry = db.session.scalars(select(AuditEntry).filter_by(verb="emergency:opened")).one()
    assert (entry.actor_id, entry.subject_id) == (cast.sam, cast.maya)
    assert (entry.object_kind, entry.reason) == ("fears", "serious_harm")


def test_who_may_not_see_the_young_person_at_all_opens_nothing(cast):
    for who in (*cast.strangers.values(), cast.jo, cast.ade, cast.maya, cast.adil, cast.ines):
        with pytest.raises(NotFound):
            open_for(cast, who)
    with pytest.raises(NotFound):
        open_for(cast, cast.sam, sections=[])
    assert db.session.scalars(select(EmergencyAccess)).all() == []


def test_a_reason_must_say_something(cast):
    for reason in ("", "because", " a  b  c        d   "):
        with pytest.raises(ReasonTooShort):
            open_for(cast, cast.sam, reason=reason)


def test_the_second_time_in_a_week_is_for_a_supervisor(cast):
    open_for(cast, cast.sam)
    with pytest.raises(AskASupervisor):
        open_for(cast, cast.sam, now=NOW + timedelta(days=6))
    open_for(cast, cast.sam, now=NOW + timedelta(days=7))
    for _ in range(2):
        open_for(cast, cast.sue)


def test_a_supervisor_reviews_it_and_nobody_their_own(cast):
    [access] = open_for(cast, cast.olu)
    [own] = open_for(cast, cast.sue)
    note_reviewed(cast.viewer(cast.sue), access.id, now=NOW)
    assert (access.reviewed_at, access.reviewed_by_id) == (NOW, cast.sue)
    for viewer, one in ((cast.sue, own), (cast.sam, own), (cast.far_zed_supervisor, own)):
        with pytest.raises(NotFound):
            note_reviewed(cast.viewer(viewer), one.id, now=NOW)
