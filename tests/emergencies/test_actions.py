"""What is closed can be opened for an hour, by those who may, once a week, and it is seen."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engage.audit.models import AuditEntry
from engage.db import db
from engage.emergencies import actions, queries
from engage.emergencies.parts import OTHER_PARTS
from engage.emergencies.rules import ReasonCode
from engage.messaging.models import Message
from engage.people.access import SYSTEM, Object, Verb, may
from engage.people.actions import end_role
from engage.people.emergency_models import EmergencyUse, ReviewOutcome, UseState
from engage.people.models import EmergencyAccess, Person, Role, RoleGrant
from engage.people.sharing_actions import share
from engage.web.errors import Changed, NotFound
from tests.at_once import at_once
from tests.cast import NOW
from tests.emergencies.doing import (
    ADDRESS,
    REASON,
    find,
    open_for,
    reads,
    told,
    verbs,
    waiting,
)


@pytest.fixture(autouse=True)
def inside(app, cast):
    """Everything here happens inside an app context."""
    with app.app_context():
        yield


def test_it_opens_only_these_parts_of_this_person_for_this_worker_for_an_hour(cast):
    assert not reads(cast, cast.olu)
    use = open_for(cast, cast.olu, ["safe", "safe"])
    assert use.state is UseState.OPENED and use.sections == ["safe"]
    assert reads(cast, cast.olu)
    assert not reads(cast, cast.olu, section="ready")
    assert not reads(cast, cast.sue)
    assert not reads(cast, cast.olu, young=cast.kit)
    viewer = cast.viewer(cast.olu)
    for verb in (Verb.EDIT, Verb.CREATE, Verb.REVOKE, Verb.APPROVE):
        assert not may(viewer, verb, Object.PLAN_PRIVATE, cast.maya, section="safe", now=NOW)
    assert reads(cast, cast.olu, now=NOW + timedelta(minutes=59))
    assert not reads(cast, cast.olu, now=NOW + timedelta(minutes=60))


def test_it_is_written_down_with_a_code_and_reviewed_in_two_working_days(cast):
    use = open_for(cast, cast.sam)
    assert use.review_due_at == NOW + timedelta(days=2), "Sunday evening to Tuesday evening"
    assert REASON not in str(use._reason)
    entry = db.session.scalars(select(AuditEntry).filter_by(verb="emergency:opened")).one()
    assert (entry.actor_id, entry.subject_id) == (cast.sam, cast.maya)
    assert (entry.object_kind, entry.object_id, entry.reason) == ("safe", use.id, "serious_harm")


def test_the_supervisor_and_their_own_worker_are_told_and_the_worker_is_not(cast):
    open_for(cast, cast.olu)
    assert told("alert_emergency_opened") == {cast.sue, cast.sam}
    message = db.session.scalars(select(Message).filter_by(person_id=cast.sue)).one()
    assert json.loads(message.params) == {"who": "M", "link": f"{ADDRESS}/emergencies"}
    assert message.young_person_id == cast.maya


def test_a_worker_who_opens_tells_the_supervisor_and_not_themselves(cast):
    open_for(cast, cast.sam)
    assert told("alert_emergency_opened") == {cast.sue}


def test_a_supervisor_who_opens_tells_the_own_worker(cast):
    open_for(cast, cast.sue)
    assert told("alert_emergency_opened") == {cast.sam}


def test_where_the_team_has_no_supervisor_those_of_other_teams_are_told(cast):
    for grant in db.session.scalars(select(RoleGrant).filter_by(person_id=cast.sue)):
        grant.team_id = db.session.get(Person, cast.kit).team_id
    db.session.flush()
    open_for(cast, cast.olu)
    assert cast.sue in told("alert_emergency_opened")


def test_where_nobody_would_hear_of_it_nothing_opens(cast):
    for person in (cast.sue, cast.sam):
        db.session.get(Person, person).ended_at = NOW
    db.session.flush()
    with pytest.raises(actions.NobodyToTell):
        open_for(cast, cast.olu)
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(EmergencyAccess)) == 0


@pytest.mark.parametrize("broken", ["record", "queue_many"])
def test_without_its_notice_or_its_line_in_the_audit_nothing_opens(cast, monkeypatch, broken):
    def fails(*_args, **_more):
        raise RuntimeError("disk full")

    monkeypatch.setattr(actions, broken, fails)
    with pytest.raises(RuntimeError):
        open_for(cast, cast.olu)
    db.session.rollback()
    for table in (EmergencyUse, EmergencyAccess, Message):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0
    assert not reads(cast, cast.olu)


def test_who_may_not_see_the_young_person_at_all_opens_nothing(cast):
    for who in (*cast.strangers.values(), cast.jo, cast.ade, cast.maya, cast.adil, cast.ines):
        with pytest.raises(NotFound):
            open_for(cast, who)
    for sections in ([], ["nonsense"], ["safe", "nonsense"], ["*"]):
        with pytest.raises(NotFound):
            open_for(cast, cast.sam, sections=sections)
    assert db.session.scalars(select(EmergencyUse)).all() == []


def test_a_reason_must_say_something(cast):
    for reason in ("", "because", " a  b  c        d   "):
        with pytest.raises(actions.ReasonTooShort):
            open_for(cast, cast.sam, reason=reason)


def test_what_is_shared_with_them_already_is_not_opened_again(cast):
    share(SYSTEM, cast.maya, "safe", person_id=cast.sam, agreed_how="x", now=NOW)
    viewer = cast.viewer(cast.sam)
    access = queries.get_asked_about(viewer, cast.maya, now=NOW)
    offered = queries.closed_parts(viewer, access)
    assert "safe" not in offered and "ready" in offered
    with pytest.raises(NotFound):
        open_for(cast, cast.sam, ["safe"])


def test_each_role_is_offered_what_the_table_lets_it_open(cast):
    offered = {}
    for name in ("sam", "sue", "olu"):
        viewer = cast.viewer(getattr(cast, name))
        access = queries.get_asked_about(viewer, cast.maya, now=NOW)
        offered[name] = set(queries.closed_parts(viewer, access)) & set(OTHER_PARTS)
    # O2, O5, O8 and O16 of SAFETY 5: break-glass, a number also at night.
    assert offered == {
        "sam": set(),
        "olu": {"phone"},
        "sue": {"trusted_people", "check_in_words", "phone", "texts"},
    }


def test_the_second_time_in_a_week_waits_for_a_supervisor(cast):
    open_for(cast, cast.sam)
    later = NOW + timedelta(days=6)
    use = open_for(cast, cast.sam, now=later)
    assert use.state is UseState.WAITING and use.starts_at is None
    assert not reads(cast, cast.sam, now=later)
    assert told("alert_emergency_asked") == {cast.sue}
    assert open_for(cast, cast.sam, now=NOW + timedelta(days=7)).state is UseState.OPENED


def test_another_young_person_is_another_first_time(cast):
    open_for(cast, cast.sam)
    find(cast, cast.sam, "Kit")
    assert open_for(cast, cast.sam, young=cast.kit).state is UseState.OPENED


def test_a_supervisor_is_their_own_supervisor_and_is_looked_over_by_others(cast):
    for part in ("safe", "ready"):
        assert open_for(cast, cast.sue, [part]).state is UseState.OPENED


def test_what_is_open_already_is_not_opened_once_more(cast):
    first = open_for(cast, cast.sue)
    again = open_for(cast, cast.sue, now=NOW + timedelta(minutes=59))
    assert (again.id, again.ends_at) == (first.id, NOW + timedelta(minutes=60))
    opened = select(func.count()).select_from(AuditEntry).filter_by(verb="emergency:opened")
    assert db.session.scalar(opened) == 1
    assert open_for(cast, cast.sue, now=NOW + timedelta(minutes=60)).id != first.id


def test_with_a_yes_the_hour_begins_at_the_yes(cast):
    use = waiting(cast)
    at = use.asked_at + timedelta(minutes=20)
    actions.decide(cast.viewer(cast.sue), use.id, yes=True, address=ADDRESS, now=at)
    assert (use.state, use.starts_at, use.ends_at) == (
        UseState.OPENED, at, at + timedelta(minutes=60),
    )  # fmt: skip
    assert reads(cast, cast.sam, now=at)
    assert told("alert_emergency_answered") == {cast.sam}
    allowed = db.session.scalars(select(AuditEntry).filter_by(verb="emergency:allowed")).one()
    assert allowed.actor_id == cast.sue
    opened = select(AuditEntry).where(AuditEntry.verb == "emergency:opened", AuditEntry.at == at)
    assert db.session.scalars(opened).one().actor_id == cast.sam


def test_with_a_no_nothing_opens_and_the_worker_is_told(cast):
    use = waiting(cast)
    actions.decide(cast.viewer(cast.sue), use.id, yes=False, address=ADDRESS, now=use.asked_at)
    assert use.state == UseState.REFUSED
    assert not reads(cast, cast.sam, now=use.asked_at)
    assert told("alert_emergency_answered") == {cast.sam}


def test_nobody_but_another_supervisor_of_the_team_decides(cast):
    use = waiting(cast)
    others = (cast.sam, cast.olu, cast.adil, cast.far_zed_supervisor, cast.zed_worker, cast.maya)
    for who in others:
        with pytest.raises(NotFound):
            actions.decide(cast.viewer(who), use.id, yes=True, address=ADDRESS, now=use.asked_at)


def test_a_request_is_decided_once_and_not_a_day_later(cast):
    use = waiting(cast)
    sue = cast.viewer(cast.sue)
    with pytest.raises(Changed):
        actions.decide(
            sue, use.id, yes=True, address=ADDRESS, now=use.asked_at + timedelta(hours=24)
        )
    actions.decide(sue, use.id, yes=False, address=ADDRESS, now=use.asked_at)
    with pytest.raises(Changed):
        actions.decide(sue, use.id, yes=True, address=ADDRESS, now=use.asked_at)


def test_a_worker_who_left_meanwhile_gets_nothing(cast):
    use = waiting(cast)
    for grant in db.session.scalars(select(RoleGrant).filter_by(person_id=cast.sam)):
        end_role(SYSTEM, grant.id, now=use.asked_at)
    with pytest.raises(Changed):
        actions.decide(
            cast.viewer(cast.sue), use.id, yes=True, address=ADDRESS,
            now=use.asked_at + timedelta(minutes=1),
        )  # fmt: skip


def test_closing_early_ends_it_at_that_instant(cast):
    use = open_for(cast, cast.olu)
    at = NOW + timedelta(minutes=5)
    actions.close(cast.viewer(cast.olu), use.id, now=at)
    assert not reads(cast, cast.olu, now=at)
    assert use.ends_at == at
    assert "emergency:closed" in verbs()
    actions.close(cast.viewer(cast.olu), use.id, now=at + timedelta(minutes=1))
    assert use.ends_at == at, "closing twice changes nothing"


def test_a_supervisor_may_close_it_and_a_stranger_may_not(cast):
    use = open_for(cast, cast.olu)
    for who in (cast.sam, cast.zed_worker, cast.far_zed_supervisor):
        with pytest.raises(NotFound):
            actions.close(cast.viewer(who), use.id, now=NOW)
    assert reads(cast, cast.olu)
    actions.close(cast.viewer(cast.sue), use.id, now=NOW)
    assert not reads(cast, cast.olu)


def test_a_supervisor_reviews_it_and_nobody_their_own(cast):
    use, own = open_for(cast, cast.olu), open_for(cast, cast.sue)
    words = "Olu could not reach anybody else."
    for viewer, one in ((cast.sue, own), (cast.sam, own), (cast.far_zed_supervisor, own)):
        with pytest.raises(NotFound):
            actions.review(
                cast.viewer(viewer), one.id, outcome=ReviewOutcome.RIGHT, note="", now=NOW
            )
    sue = cast.viewer(cast.sue)
    actions.review(sue, use.id, outcome=ReviewOutcome.TALK, note=words, now=NOW)
    assert (use.reviewed_at, use.reviewed_by_id) == (NOW, cast.sue)
    assert (use.outcome, use.note) == ("talk", words)
    assert words not in str(use._note)
    with pytest.raises(Changed):
        actions.review(sue, use.id, outcome=ReviewOutcome.RIGHT, note="", now=NOW)


def test_what_never_opened_needs_no_review(cast):
    use = waiting(cast)
    with pytest.raises(NotFound):
        actions.review(cast.viewer(cast.sue), use.id, outcome=ReviewOutcome.RIGHT, note="", now=NOW)


def test_two_clicks_at_once_are_not_two_first_times(app, cast):
    olu = cast.viewer(cast.olu)

    def click():
        use = actions.open_in_emergency(
            olu, cast.maya, ["safe"], code=ReasonCode.MISSING, reason=REASON,
            address=ADDRESS, now=NOW,
        )  # fmt: skip
        return use.id, str(use.state)

    db.session.rollback()
    uses = at_once(app, [click] * 2)
    # Whoever came second finds what the first one opened: nothing waits, nobody is told twice.
    assert len(set(uses)) == 1
    assert uses[0][1] == "opened"
    with app.app_context():
        assert db.session.scalars(select(EmergencyUse.id)).all() == [uses[0][0]]


def test_two_supervisors_at_once_decide_once(app, cast):
    use = waiting(cast)
    db.session.commit()
    use_id, at = use.id, use.asked_at
    sue = cast.viewer(cast.sue)
    db.session.rollback()

    def say():
        return actions.decide(sue, use_id, yes=True, address=ADDRESS, now=at)

    ends = at_once(app, [say] * 2, refusals=(Changed,))
    assert [isinstance(end, Changed) for end in ends].count(True) == 1
    rows = select(func.count()).where(EmergencyAccess.use_id == use_id)
    assert db.session.scalar(rows) == 1


def test_roles_that_may_open_are_those_of_the_table():
    assert {
        Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.OUT_OF_HOURS
    } == queries.MAY_OPEN  # fmt: skip
