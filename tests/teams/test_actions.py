"""Who may bring in whom, what needs a second person, and that nobody lifts themselves up."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engage.audit.models import AuditEntry
from engage.db import db
from engage.people.access import Object, Verb, may
from engage.people.actions import create_team, grant_role
from engage.people.models import Person, Role, RoleGrant, Team
from engage.people.table import Column, rules_for
from engage.teams import actions, queries
from engage.teams.models import RequestState, StaffRequest
from engage.web.errors import Changed, NotFound
from tests.at_once import at_once
from tests.cast import NOW
from tests.teams.doing import LATER, ask, east, invite, roles, verbs_about

pytestmark = pytest.mark.usefixtures("inside")


def test_what_a_supervisor_gives_in_their_team_holds_at_once(cast):
    made = invite(cast, cast.sue)
    assert made.waiting == 0
    assert roles(cast, made.person_id) == {Role.SOCIAL_WORKER}
    assert {"person:created", "role:granted", "account:created", "account:invited"} <= set(
        verbs_about(made.person_id)
    )


def test_what_an_administrator_gives_waits_for_a_second_person(cast, bea):
    made = invite(cast, cast.adil)
    assert made.waiting == 1
    assert roles(cast, made.person_id) == frozenset()
    [request] = queries.requests_waiting(cast.viewer(bea), now=LATER)
    assert (request.person_id, request.role, request.team_id) == (
        made.person_id, Role.SOCIAL_WORKER, cast.team,
    )  # fmt: skip
    actions.decide(cast.viewer(bea), request.id, yes=True, now=LATER)
    assert roles(cast, made.person_id) == {Role.SOCIAL_WORKER}
    approved = db.session.scalars(select(AuditEntry).filter_by(verb="staff_request:approved")).one()
    assert (approved.actor_id, approved.object_id) == (bea, made.person_id)


def test_the_teams_supervisor_may_be_the_second_person(cast):
    request = ask(cast)
    actions.decide(cast.viewer(cast.sue), request.id, yes=True, now=LATER)
    assert Role.OUT_OF_HOURS in roles(cast, cast.sam)


def test_nobody_approves_what_they_asked_for(cast, bea):
    request = ask(cast)
    with pytest.raises(NotFound):
        actions.decide(cast.viewer(cast.adil), request.id, yes=True, now=LATER)
    assert not queries.may_decide(cast.viewer(cast.adil), request, now=LATER)
    assert Role.OUT_OF_HOURS not in roles(cast, cast.sam)


def test_nobody_approves_what_they_gain_by(cast, bea):
    request = actions.give_role(cast.viewer(cast.adil), bea, Role.SUPERVISOR, team_id=None, now=NOW)
    with pytest.raises(NotFound):
        actions.decide(cast.viewer(bea), request.id, yes=True, now=LATER)
    assert roles(cast, bea) == {Role.ADMIN}


def test_a_supervisor_who_gains_by_it_is_no_second_person(cast):
    request = ask(cast, "sue", Role.SUPERVISOR, None)
    with pytest.raises(NotFound):
        actions.decide(cast.viewer(cast.sue), request.id, yes=True, now=LATER)


@pytest.mark.parametrize("role", list(Role))
def test_nobody_gives_a_role_to_themselves(cast, role):
    for who in ("adil", "sue"):
        for team in ("team", None):
            with pytest.raises(NotFound):
                ask(cast, who, role, team, who=who)
    assert db.session.scalars(select(StaffRequest)).all() == []


def test_an_administrator_alone_gives_no_role_by_any_way(cast):
    adil = cast.viewer(cast.adil)
    for role in Role:
        for team_id in (None, cast.team):
            with pytest.raises(NotFound):
                grant_role(adil, cast.sam, role, team_id=team_id, now=NOW)


def test_a_supervisor_gives_nothing_outside_the_own_team(cast):
    for team_id in (None, east(cast)):
        for role in Role:
            with pytest.raises((NotFound, actions.NotForATeam)):
                actions.give_role(cast.viewer(cast.sue), cast.sam, role, team_id=team_id, now=NOW)
    with pytest.raises((NotFound, actions.NotForATeam)):
        ask(cast, role=Role.ADMIN, who="sue")
    assert roles(cast, cast.sam) == {Role.SOCIAL_WORKER}


def test_strangers_and_other_roles_bring_nobody_in(cast):
    for who in ("sam", "olu", "ines", "far_zed_supervisor", "zed_worker", "maya", "jo"):
        with pytest.raises(NotFound):
            invite(cast, getattr(cast, who))
        with pytest.raises(NotFound):
            ask(cast, who=who)
        viewer = cast.viewer(getattr(cast, who))
        for act in (actions.suspend, actions.let_back, actions.invite_again):
            with pytest.raises(NotFound):
                act(viewer, cast.sam if who != "sam" else cast.olu, now=NOW)


def test_an_address_is_used_once_however_it_is_written(cast):
    invite(cast, cast.sue)
    with pytest.raises(actions.AddressTaken):
        invite(cast, cast.sue, email=" NIA@example.org ")


def test_a_role_is_neither_held_nor_asked_for_twice(cast, bea):
    request = ask(cast)
    with pytest.raises(actions.AlreadyHeld):
        ask(cast)
    actions.decide(cast.viewer(bea), request.id, yes=True, now=LATER)
    with pytest.raises(actions.AlreadyHeld):
        ask(cast)
    with pytest.raises(actions.AlreadyHeld):
        ask(cast, who="sue")


def test_an_administrator_is_nobodys_of_one_team(cast):
    with pytest.raises(actions.NotForATeam):
        ask(cast, role=Role.ADMIN)
    assert isinstance(ask(cast, role=Role.ADMIN, team=None), StaffRequest)


def test_a_request_is_decided_once_and_may_be_taken_back_by_who_asked(cast, bea):
    request = ask(cast)
    with pytest.raises(NotFound):
        actions.withdraw(cast.viewer(bea), request.id, now=LATER)
    actions.withdraw(cast.viewer(cast.adil), request.id, now=LATER)
    assert request.state == RequestState.WITHDRAWN
    with pytest.raises(Changed):
        actions.decide(cast.viewer(bea), request.id, yes=True, now=LATER)
    assert Role.OUT_OF_HOURS not in roles(cast, cast.sam)


def test_a_no_gives_nothing_and_the_role_may_be_asked_for_again(cast, bea):
    request = ask(cast)
    actions.decide(cast.viewer(bea), request.id, yes=False, now=LATER)
    assert request.state == RequestState.REFUSED
    assert Role.OUT_OF_HOURS not in roles(cast, cast.sam)
    assert isinstance(ask(cast), StaffRequest)


def test_a_request_of_two_weeks_ago_counts_no_more(cast, bea):
    request, late = ask(cast), NOW + timedelta(days=14)
    assert queries.requests_waiting(cast.viewer(bea), now=late) == []
    with pytest.raises(Changed):
        actions.decide(cast.viewer(bea), request.id, yes=True, now=late)


def test_two_second_persons_at_once_give_it_once(app, cast, bea):
    request_id = ask(cast).id
    db.session.commit()
    viewers = [cast.viewer(bea), cast.viewer(cast.sue)]
    db.session.rollback()

    def say(viewer):
        return lambda: actions.decide(viewer, request_id, yes=True, now=LATER)

    ends = at_once(app, [say(viewer) for viewer in viewers], refusals=(Changed,))
    assert [isinstance(end, Changed) for end in ends].count(True) == 1
    count = select(func.count()).where(
        RoleGrant.person_id == cast.sam, RoleGrant.role == Role.OUT_OF_HOURS
    )
    assert db.session.scalar(count) == 1


def test_asking_twice_at_once_makes_one_request(app, cast):
    viewer = cast.viewer(cast.adil)
    db.session.rollback()

    def say():
        return actions.give_role(viewer, cast.sam, Role.INTERVIEWER, team_id=cast.team, now=NOW)

    ends = at_once(app, [say] * 2, refusals=(actions.AlreadyHeld,))
    assert [isinstance(end, actions.AlreadyHeld) for end in ends].count(True) == 1


def test_a_role_for_a_time_ends_by_itself(cast, bea):
    until = NOW + timedelta(days=3)
    request = ask(cast, ends_at=until)
    actions.decide(cast.viewer(bea), request.id, yes=True, now=LATER)
    assert Role.OUT_OF_HOURS in roles(cast, cast.sam, until - timedelta(seconds=1))
    assert Role.OUT_OF_HOURS not in roles(cast, cast.sam, until)


def test_lists_hold_the_own_team_or_everybody(cast, bea):
    def listed(who):
        found = queries.members(cast.viewer(getattr(cast, who)), now=NOW)
        return [member.person.name for member in found]

    assert listed("sue") == ["Ines", "Olu", "Sam", "Sue"]
    assert listed("adil") == ["Adil", "Bea", "Ines", "Olu", "Sam", "Sue", "Wyn", "Zed"]
    assert listed("far_zed_supervisor") == ["Zed", "Zed"]
    for who in ("sam", "olu", "ines", "maya", "jo"):
        with pytest.raises(NotFound):
            listed(who)


def test_every_listed_member_can_be_opened_and_nobody_else(cast, bea):
    everybody = list(db.session.scalars(select(Person.id)))
    for who in ("sue", "adil", "far_zed_supervisor"):
        viewer = cast.viewer(getattr(cast, who))
        listed = {member.id for member in queries.members(viewer, now=NOW)}
        opened = set()
        for person_id in everybody:
            try:
                opened.add(queries.get_member(viewer, person_id, now=NOW).id)
            except NotFound:
                continue
        assert opened == listed, who


def test_requests_are_seen_by_administrators_and_the_teams_supervisor(cast, bea):
    request = ask(cast)
    whole = ask(cast, "ines", Role.SUPERVISOR, None)
    seen = {}
    for who in ("sue", "adil", "sam", "far_zed_supervisor", "kits_worker"):
        viewer = cast.viewer(getattr(cast, who))
        seen[who] = {one.id for one in queries.requests_waiting(viewer, now=NOW)}
    assert seen == {
        "sue": {request.id},
        "adil": {request.id, whole.id},
        **{key: set() for key in ("sam", "far_zed_supervisor", "kits_worker")},
    }


def test_teams_are_named_anew_by_who_looks_after_them(cast):
    actions.rename_team(cast.viewer(cast.sue), cast.team, "Coast team", now=NOW)
    assert db.session.get(Team, cast.team).name == "Coast team"
    for who, team_id in ((cast.sue, east(cast)), (cast.sam, cast.team),
                         (cast.far_zed_supervisor, cast.team)):  # fmt: skip
        with pytest.raises(NotFound):
            actions.rename_team(cast.viewer(who), team_id, "Mine", now=NOW)
    assert create_team(cast.viewer(cast.adil), cast.organisation, "West", now=NOW).name == "West"
    with pytest.raises(NotFound):
        create_team(cast.viewer(cast.sue), cast.organisation, "Mine", now=NOW)


def test_an_administrator_reads_no_record_with_all_this(cast):
    adil = cast.viewer(cast.adil)
    for obj in (Object.PROFILE, Object.PLAN_SHARED, Object.PLAN_PRIVATE, Object.CHECK_IN_WORDS):
        assert not may(adil, Verb.READ, obj, cast.maya, section="safe", now=NOW)
    assert rules_for(Column.ADMIN, Verb.READ, Object.PLAN_PRIVATE) == []
