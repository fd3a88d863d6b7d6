"""Adding people, moving homes, whom to tell first, words and numbers."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from engage.audit.models import AuditEntry
from engage.db import db
from engage.people import actions, queries
from engage.people.account_actions import AddressTaken, create_staff, invite
from engage.people.account_models import Account
from engage.people.code_words import word_index
from engage.people.contacts import contacts_of
from engage.people.models import (
    Consent,
    Person,
    PersonKind,
    Relationship,
    RelationshipKind,
    Role,
    RoleGrant,
)
from engage.people.phone_actions import (
    NotUsableWords,
    report_lost_phone,
    set_phone,
    set_words,
    verify_phone,
)
from engage.people.rules import working_days_after
from engage.people.sharing_actions import share, withdraw_shares_with
from engage.people.viewer import ANONYMOUS, SYSTEM
from engage.web.errors import NotFound
from tests.cast import LONG_AGO, NOW


@pytest.fixture(autouse=True)
def inside(app, cast):
    """Everything here happens inside an app context."""
    with app.app_context():
        yield


def told(cast, now=NOW):
    return [contact.person_id for contact in contacts_of(SYSTEM, cast.maya, now=now)]


def audited():
    return sorted(db.session.scalars(select(AuditEntry.verb).where(AuditEntry.at == NOW)))


def test_whom_to_tell_is_one_statement_without_names(cast):
    seen = []

    def note(*args):
        seen.append(args[2])

    event.listen(db.engine, "before_cursor_execute", note)
    contacts = contacts_of(SYSTEM, cast.maya, now=NOW)
    event.remove(db.engine, "before_cursor_execute", note)
    assert len(seen) == 1
    assert "name" not in seen[0]
    assert [contact.role for contact in contacts] == [
        "check_in",
        "carer",
        "out_of_hours",
        "social_worker",
        "supervisor",
    ]
    assert all(contact.has_phone for contact in contacts)


def test_the_chosen_person_counts_only_after_saying_yes(cast):
    for row in db.session.scalars(select(Relationship).filter_by(person_id=cast.ade)):
        row.consent = Consent.NO
    assert cast.ade not in told(cast)


def test_a_carer_who_is_also_chosen_is_told_once_and_first(cast):
    actions.assign(SYSTEM, cast.maya, cast.jo, RelationshipKind.CHECK_IN, rank=-1, now=LONG_AGO)
    assert told(cast)[:2] == [cast.jo, cast.ade]
    assert told(cast).count(cast.jo) == 1


def test_who_has_ended_or_left_is_not_told(cast):
    actions.end_placement(SYSTEM, cast.placement, now=NOW)
    db.session.get(Person, cast.sam).ended_at = NOW
    for grant in db.session.scalars(select(RoleGrant).filter_by(person_id=cast.olu)):
        actions.end_role(SYSTEM, grant.id, now=NOW)
    assert told(cast) == [cast.ade, cast.sue]


def test_those_of_the_team_come_before_those_of_the_whole_organisation(cast):
    actions.grant_role(SYSTEM, cast.adil, Role.OUT_OF_HOURS, now=LONG_AGO)
    assert told(cast).index(cast.olu) + 1 == told(cast).index(cast.adil)


def test_a_lost_phone_can_not_be_texted(cast):
    report_lost_phone(SYSTEM, cast.jo, now=NOW)
    [jo] = [c for c in contacts_of(SYSTEM, cast.maya, now=NOW) if c.person_id == cast.jo]
    assert not jo.has_phone


def test_a_new_home_ends_the_stay_before(cast):
    actions.place(cast.viewer(cast.sam), cast.maya, "Elm Road", now=NOW)
    home = queries.current_placement(SYSTEM, cast.maya, now=NOW)
    assert home.home_name == "Elm Road"
    assert queries.carers_of(SYSTEM, cast.maya, now=NOW) == []
    assert [p.name for p in queries.carers_of(SYSTEM, cast.maya, now=NOW - timedelta(days=1))] == [
        "Jo"
    ]
    assert audited() == ["placement:ended", "placement:started"]


def test_people_are_found_by_the_number_they_have_now(cast):
    number = db.session.get(Person, cast.maya).phone
    found = queries.find_young_people_by_phone(SYSTEM, number, now=NOW)
    assert [sender.id for sender in found] == [cast.maya]
    set_phone(cast.viewer(cast.sam), cast.maya, "+447700900998", now=NOW)
    assert queries.find_young_people_by_phone(SYSTEM, number, now=NOW) == []
    with pytest.raises(NotFound):
        queries.find_people_by_phone(cast.viewer(cast.sam), number, now=NOW)


def test_a_new_number_is_unverified_until_it_proves_itself(cast):
    set_phone(cast.viewer(cast.maya), cast.maya, "+447700900997", now=NOW)
    maya = db.session.get(Person, cast.maya)
    assert (maya.phone, maya.phone_verified_at) == ("+447700900997", None)
    verify_phone(cast.viewer(cast.maya), cast.maya, now=NOW)
    assert maya.phone_verified_at == NOW
    assert "+4477" not in f"{maya._phone}{maya.phone_index}{maya._name}"
    set_phone(cast.viewer(cast.maya), cast.maya, None, now=NOW)
    assert (maya.phone, maya.phone_index) == (None, None)


def test_only_those_who_may_change_a_number(cast):
    for person_id in (*cast.strangers.values(), cast.jo, cast.ade, cast.olu):
        for act in (
            lambda viewer: set_phone(viewer, cast.maya, None, now=NOW),
            lambda viewer: set_words(viewer, cast.maya, code_word="x", not_ok_word=None, now=NOW),
        ):
            with pytest.raises(NotFound):
                act(cast.viewer(person_id))
    for keeper in (cast.sam, cast.sue):
        set_phone(cast.viewer(keeper), cast.jo, "+447700900996", now=NOW)
    for stranger in (cast.olu, cast.maya, cast.far_zed_supervisor, cast.ade):
        with pytest.raises(NotFound):
            set_phone(cast.viewer(stranger), cast.jo, None, now=NOW)
    report_lost_phone(cast.viewer(cast.olu), cast.jo, now=NOW)
    with pytest.raises(NotFound):
        report_lost_phone(cast.viewer(cast.sam), cast.sue, now=NOW)


def test_words_are_kept_as_indexes_and_must_differ(cast):
    maya = db.session.get(Person, cast.maya)
    assert maya.code_word_index == word_index("BLUEBIRD!")
    for code_word, not_ok_word in (("owl", "OWL."), ("!!", "owl"), ("owl", "\u200f")):
        with pytest.raises(NotUsableWords):
            set_words(SYSTEM, cast.maya, code_word=code_word, not_ok_word=not_ok_word, now=NOW)
    set_words(SYSTEM, cast.maya, code_word="owl", not_ok_word=None, now=NOW)
    assert (maya.code_word_index, maya.not_ok_word_index) == (word_index("owl"), None)


def test_names_of_the_trio_come_only_where_they_are_shared(cast):
    def kinds(viewer):
        return {one.kind for one in queries.people_around(viewer, cast.maya, now=NOW)}

    sam = cast.viewer(cast.sam)
    assert RelationshipKind.TRUSTED not in kinds(sam)
    share(SYSTEM, cast.maya, "trusted_people", role="social_worker", agreed_how="x", now=NOW)
    assert {RelationshipKind.TRUSTED, RelationshipKind.CHECK_IN} <= kinds(sam)
    share(SYSTEM, cast.maya, "trusted_people", person_id=cast.jo, agreed_how="x", now=NOW)
    withdraw_shares_with(SYSTEM, cast.maya, cast.jo, now=NOW)
    assert RelationshipKind.TRUSTED not in kinds(cast.viewer(cast.jo))
    with pytest.raises(NotFound):
        kinds(cast.viewer(cast.zed_worker))


def test_whom_one_may_look_up(cast):
    def finds(viewer_id, person_id):
        try:
            return queries.get_person(cast.viewer(viewer_id), person_id, now=NOW).id == person_id
        except NotFound:
            return False

    assert finds(cast.jo, cast.jo)
    assert finds(cast.jo, cast.maya)
    assert finds(cast.jo, cast.sam)
    assert finds(cast.sam, cast.jo)
    assert finds(cast.adil, cast.sam)
    assert not finds(cast.sam, cast.kits_carer)
    for zed in cast.strangers.values():
        assert not any(finds(zed, someone) for someone in (cast.maya, cast.jo, cast.ade))


def test_an_organisation_is_read_by_its_own(cast):
    assert queries.get_organisation(cast.viewer(cast.jo), cast.organisation).region == "GB"
    for viewer in (ANONYMOUS, cast.viewer(cast.far_zed_worker)):
        with pytest.raises(NotFound):
            queries.get_organisation(viewer, cast.organisation)


def test_who_acts_is_the_systems_to_ask(cast):
    with pytest.raises(NotFound):
        queries.viewer_of(cast.viewer(cast.adil), cast.sam, now=NOW)
    db.session.get(Person, cast.sam).ended_at = NOW
    assert queries.viewer_of(SYSTEM, cast.sam, now=NOW) is None


def test_a_new_member_of_staff_gets_roles_an_address_and_a_link(cast):
    def create(viewer, email):
        return create_staff(
            viewer,
            organisation_id=cast.organisation,
            name="Nia",
            email=email,
            roles=[Role.SOCIAL_WORKER, Role.OUT_OF_HOURS],
            team_id=cast.team,
            now=NOW,
        )

    made = create(SYSTEM, " Nia@Example.org ")
    viewer = cast.viewer(made.person_id)
    assert viewer.roles == {Role.SOCIAL_WORKER, Role.OUT_OF_HOURS}
    assert viewer.team_ids == {cast.team}
    account = db.session.scalar(select(Account))
    assert (account.email_address, account.password) == ("Nia@Example.org", None)
    with pytest.raises(AddressTaken):
        create(SYSTEM, "nia@example.ORG")
    # An administrator asks a second person for roles; alone they give none.
    for stranger in (cast.adil, cast.sam, cast.far_zed_supervisor, cast.jo):
        with pytest.raises(NotFound):
            create(cast.viewer(stranger), "x@example.org")
        if stranger == cast.adil:
            continue
        with pytest.raises(NotFound):
            invite(cast.viewer(stranger), made.person_id, now=NOW)
    with pytest.raises(NotFound):
        invite(viewer, made.person_id, now=NOW)


def test_every_kind_of_person_can_be_added_by_whom_it_belongs_to(cast):
    sam, maya = cast.viewer(cast.sam), cast.viewer(cast.maya)
    details = {"organisation_id": cast.organisation, "name": "N", "now": NOW}
    young = actions.create_young_person(sam, **details, birth_date=NOW.date())
    assert young.birth_date == "2026-11-22"
    assert actions.create_carer(sam, **details).kind == PersonKind.CARER
    assert actions.create_trusted_person(maya, **details).kind == PersonKind.TRUSTED_PERSON
    for refused in (
        lambda: actions.create_carer(maya, **details),
        lambda: actions.create_worker(sam, **details),
        lambda: actions.create_young_person(maya, **details),
        lambda: actions.create_trusted_person(ANONYMOUS, **details),
    ):
        with pytest.raises(NotFound):
            refused()


def test_maya_may_let_go_of_one_of_her_three_and_so_may_they(cast):
    rows = select(Relationship).where(Relationship.kind == RelationshipKind.TRUSTED)
    by_person = {row.person_id: row for row in db.session.scalars(rows)}
    actions.end_assignment(cast.viewer(cast.maya), by_person[cast.nan_ruth].id, now=NOW)
    actions.end_assignment(cast.viewer(cast.coach_lee), by_person[cast.coach_lee].id, now=NOW)
    for other in (cast.sam, cast.jo, cast.coach_lee, cast.zed_young):
        with pytest.raises(NotFound):
            actions.end_assignment(cast.viewer(other), by_person[cast.ade].id, now=NOW)


def test_working_days_leave_out_the_weekend():
    friday = NOW - timedelta(days=2)
    assert working_days_after(friday, 2) == friday + timedelta(days=4)
    assert working_days_after(NOW, 1) == NOW + timedelta(days=1)
