"""Who may do what: every role, object and verb, related, unrelated and ended (SAFETY 5.4)."""

import functools
from dataclasses import dataclass

import pytest
from sqlalchemy import delete

from engage.db import db
from engage.people import actions
from engage.people.access import ANONYMOUS, SYSTEM, Object, Verb, Viewer, access_to, may, require
from engage.people.models import (
    Consent,
    LinkKind,
    Person,
    PersonKind,
    Relationship,
    RelationshipKind,
    Role,
    RoleGrant,
    ShareGrant,
)
from engage.people.queries import young_people
from engage.people.rules import Level, Purpose
from engage.people.sharing_actions import share, withdraw_share
from engage.people.sharing_models import Circumstance
from engage.web.errors import NotFound
from tests.cast import LONG_AGO, NOW

# Written from SAFETY 5 by role, without looking at the app's own table. Letters are verbs; before
# them: + only what the young person shares, ^ only what they share for writing too, * only one's
# own thing, ! also without a
# relationship, inside the organisation. Who reads may read masked.
EXPECTED = {
    "young_person": (
        "1RE 2RE 3CRE 4CREX 5CREX 6CREX 7CR 8CR 9R 10+R 11CRE 12R 13C 16R 17R 20X 21C 23CREX 24R"
        " 27CRE 46R 48R 61RE"
    ),
    "carer": (
        "1R 2M 3+R 3^E 5+R 6*R 7+R 8+R 9CR 10CRE 11+R 15*RE 23+R"
        " 26CR 27*RE 40C 40*R 41CR 50CM 50*R 43R 45CX 49C 49*R 61C 61*RE"
    ),
    "trusted_person": "1+R 3+R 5*RX! 6*R 7+R 8+R 20*X! 21*C! 27*RE",
    "social_worker": (
        "1C! 1RE 2CRE 3C 3+R 3^E 4+R 5+R 6CR 7R 8R 9CRE 10R 11RE 12+R 13K! 14C 14*RE 15RE 16M"
        " 17*R! 19K! 20CX 21C 23C 23+R 23^E 24CR 25R! 26CRE 27RE 40CR 41CRE 42CRE 43CRE 45CX"
        " 50CRE 46CR 47CR 48CRE 49CRE 51CRE 51*RE! 52CRX 58R! 59RE 59*RE! 61CRE"
        " 60CR! 60*E! 62K! 62R"
    ),
    "supervisor": (
        "1R 2M 3RA 6R 7R 9RA 10R 11RE 12+R 12A 13K! 14CRE 15RE 16M 17R 18R 18CE 19K! 20X 21A"
        " 24RA 25CREA! 26CRE 27RE 40CR 41CRE 42CRE 43CRE 50RA 44R! 45CX 46R 47R"
        " 48CRE 49CRE 49*RE! 51CREA 51*RE! 52CRX 58CRX! 59RE 59*RE! 60CRE! 61CRE 62K! 62R"
    ),
    "out_of_hours": (
        "1R 3+R 5+R 6R 7R 8R 9CRE 10CR 11R 15RE 16M 17*R! 20CX 23+R 24CR 25R!"
        " 26CRE 27RE 40CR 41CRE 42CRE 43R 50CRE 44R! 45CX 46R 48R 48*E 49CRE 49*RE! 51CRE 52CRX"
        " 58R! 59RE 59*RE! 61CR 61*E"
    ),
    "interviewer": (
        "1R 2M 3+R 6*R 9R 10R 11*R 12C 12*RE 15*R 17*R! 19K! 20*CX 41R 46CR 47CR 48CR 48*E 49C 49*R"
    ),
    "admin": "1M! 15K! 16M! 17K! 18R! 18CE! 19K! 21E! 22E! 25CREA! 58CRX!",
    "visitor": "7C 8C 13C 27C 45CR 52E",
}
# An administrator and a supervisor may not change themselves, so there `own` takes away.
NOT_SELF = {("supervisor", "18"), ("admin", "18")}


@dataclass(frozen=True)
class Cell:
    verbs: str
    shared: bool
    to_act: bool
    own: bool
    anyone: bool


@functools.cache
def expected(role, obj):
    return tuple(read_cells(role, obj))


def read_cells(role, obj):
    for word in EXPECTED[role].split():
        number = "".join(c for c in word if c.isdigit())
        if number == obj.value[1:]:
            rest = word[len(number) :]
            verbs = rest.strip("+^*!")
            yield Cell(verbs, "+" in rest, "^" in rest, "*" in rest, "!" in rest)


def should(role, obj, verb, relation, *, shared, to_act, own):
    """Say what SAFETY 5 says; somebody without any role left may do nothing."""
    if role is None:
        return False
    if own and verb in "CE" and (role, obj.value[1:]) in NOT_SELF:
        return False
    letters = {verb.value, "R"} if verb is Verb.READ_MASKED else {verb.value}
    return any(
        letters & set(cell.verbs)
        and (relation == "related" or cell.anyone)
        and (shared or not cell.shared)
        and (to_act or not cell.to_act)
        and (own or not cell.own)
        for cell in expected(role, obj)
    )


@pytest.fixture
def viewers(app, cast):
    """role → (viewer with a relationship to Maya, one of the same role without)."""
    home = cast.organisation
    with app.app_context():
        east = actions.create_team(SYSTEM, home, "West team", now=LONG_AGO).id
        others = {}
        for role in (Role.SUPERVISOR, Role.OUT_OF_HOURS, Role.INTERVIEWER):
            other = actions.create_worker(SYSTEM, organisation_id=home, name="Z", now=LONG_AGO)
            actions.grant_role(SYSTEM, other.id, role, team_id=east, now=LONG_AGO)
            others[role] = other.id
        trusted = actions.create_trusted_person(
            SYSTEM, organisation_id=home, name="Z", now=LONG_AGO
        ).id
        db.session.commit()
        pairs = {
            "young_person": (cast.maya, cast.zed_young),
            "carer": (cast.jo, cast.zed_carer),
            "trusted_person": (cast.coach_lee, trusted),
            "social_worker": (cast.sam, cast.zed_worker),
            "supervisor": (cast.sue, others[Role.SUPERVISOR]),
            "out_of_hours": (cast.olu, others[Role.OUT_OF_HOURS]),
            "interviewer": (cast.ines, others[Role.INTERVIEWER]),
            "admin": (cast.adil, cast.adil),
        }
        found = {role: tuple(map(cast.viewer, pair)) for role, pair in pairs.items()}
    card = Viewer(area="link", link_kind=LinkKind.CHECK_IN, young_person_id=cast.maya)
    return {**found, "visitor": (card, ANONYMOUS)}


SECTIONS = (
    "what_safe_means", "profile", "trusted_people", "important_people", "check_ins",
    "check_in_words", "prompt_answers", "interview_choice", "interview_notes",
)  # fmt: skip
# What the young person may have said about every part, and what may be noted about them now.
CHOICES = (
    None,
    (Purpose.ALWAYS, Level.VIEW),
    (Purpose.ALWAYS, Level.ACT),
    (Purpose.AWAY, Level.VIEW),
    (Purpose.DANGER, Level.VIEW),
    (Purpose.DANGER, Level.ACT),
    (Purpose.NEVER, Level.ACT),
)
SITUATIONS = (set(), {"away"}, {"danger"}, {"away", "danger"})


def share_everything(cast, viewer, choice):
    """Make one choice about every part for this viewer, instead of whatever stood before."""
    db.session.execute(delete(ShareGrant))
    if choice is None or viewer.person_id is None:
        return
    for section in SECTIONS:
        share(
            SYSTEM, cast.maya, section, person_id=viewer.person_id, purpose=choice[0],
            level=choice[1], agreed_how="x", now=LONG_AGO,
        )  # fmt: skip


def note(cast, situation):
    """Note exactly this about Maya."""
    db.session.execute(delete(Circumstance))
    for kind in situation:
        db.session.add(Circumstance(young_person_id=cast.maya, kind=kind, began_at=LONG_AGO))
    db.session.flush()


def is_opened(choice, situation):
    """Say, in this test's own words, whether a choice opens anything in a situation."""
    return choice is not None and (choice[0] == "always" or choice[0] in situation)


def end_everything(cast, role, person_id):
    """End at this instant whatever ties this person to Maya; return whether a role is left."""
    if role == "young_person":
        db.session.get(Person, cast.maya).ended_at = NOW
        return False
    for relationship in db.session.query(Relationship).filter_by(person_id=person_id):
        relationship.ends_at = NOW
    if role in ("supervisor", "out_of_hours"):
        for grant in db.session.query(RoleGrant).filter_by(person_id=person_id):
            grant.ends_at = NOW
        return False
    return True


def wrong_cells(role, access, relation, choice, situation):
    shared = is_opened(choice, situation)
    to_act = shared and choice[1] == "act"
    for obj in Object:
        for verb in Verb:
            for own in (False, True):
                owner = access.viewer.person_id if own else None
                said = access.may(
                    verb,
                    obj,
                    section="what_safe_means" if obj.value in ("O3", "O4") else None,
                    owner_id=owner,
                    team_id=access.team_id,
                )
                right = should(role, obj, verb, relation, shared=shared, to_act=to_act, own=own)
                if said != right:
                    yield f"{obj.name} {verb.name} {choice} {situation} own={own}: {said}"


@pytest.mark.parametrize("relation", ["related", "unrelated", "ended"])
@pytest.mark.parametrize("role", EXPECTED)
def test_every_cell_of_the_table_for_every_choice_in_every_situation(
    app, cast, viewers, role, relation
):
    if (role, relation) in {("admin", "unrelated"), ("admin", "ended"), ("visitor", "ended")}:
        pytest.skip("nothing that could be missing or end")
    viewer, stranger = viewers[role]
    viewer = stranger if relation == "unrelated" else viewer
    with app.app_context():
        left = relation != "ended" or end_everything(cast, role, viewer.person_id)
        db.session.commit()
        if viewer.person_id and role != "young_person":
            viewer = cast.viewer(viewer.person_id)
        wrong = []
        for choice in CHOICES:
            share_everything(cast, viewer, choice)
            for situation in SITUATIONS:
                note(cast, situation)
                access = access_to(viewer, cast.maya, now=NOW)
                if relation == "unrelated" and viewer.person_id and role != "visitor":
                    assert access.relationships == frozenset()
                wrong += wrong_cells(role if left else None, access, relation, choice, situation)
        assert wrong == []


@pytest.mark.parametrize("role", list(Role))
def test_no_role_reaches_into_another_organisation(app, cast, role):
    with app.app_context():
        far = cast.other_organisation
        person = actions.create_worker(SYSTEM, organisation_id=far, name="Z", now=LONG_AGO)
        actions.grant_role(SYSTEM, person.id, role, now=LONG_AGO)
        db.session.commit()
        viewer = cast.viewer(person.id)
        access = access_to(viewer, cast.maya, now=NOW)
        allowed = [(o, v) for o in Object for v in Verb if access.may(v, o, team_id=cast.team)]
        assert allowed == []
        assert cast.maya not in {one.id for one in young_people(viewer, now=NOW)}


def test_lists_return_exactly_what_details_allow(app, cast):
    with app.app_context():
        everybody = db.session.query(Person).all()
        young = [p.id for p in everybody if p.kind == PersonKind.YOUNG_PERSON]
        share(SYSTEM, cast.maya, "profile", person_id=cast.ade, agreed_how="x", now=LONG_AGO)
        share(SYSTEM, cast.kit, "profile", person_id=cast.ade, agreed_how="x", now=LONG_AGO)
        share(SYSTEM, cast.maya, "profile", role="carer", agreed_how="x", now=LONG_AGO)
        db.session.commit()
        seen = {}
        for person in everybody:
            viewer = cast.viewer(person.id)
            listed = {y.id for y in young_people(viewer, now=NOW)}
            allowed = {y for y in young if may(viewer, Verb.READ, Object.PROFILE, y, now=NOW)}
            assert listed == allowed
            seen[person.id] = listed
        assert seen[cast.ade] == seen[cast.jo] == seen[cast.sue] == {cast.maya}
        assert young_people(ANONYMOUS, now=NOW) == []
        assert {y.id for y in young_people(SYSTEM, now=NOW)} == set(young)


def test_a_move_ends_what_the_carers_could_see_at_that_instant(app, cast):
    with app.app_context():
        jo, carer = cast.viewer(cast.jo), cast.viewer(cast.zed_carer)
        home = actions.place(SYSTEM, cast.maya, "Elm Road", now=NOW)
        actions.assign(
            SYSTEM, cast.maya, cast.zed_carer, RelationshipKind.CARER, placement_id=home.id, now=NOW
        )
        db.session.commit()
        assert not may(jo, Verb.READ, Object.PROFILE, cast.maya, now=NOW)
        assert may(carer, Verb.READ, Object.PROFILE, cast.maya, now=NOW)


def test_a_share_that_is_withdrawn_or_too_old_or_for_later_shows_nothing(app, cast):
    def reads():
        return may(cast.viewer(cast.jo), Verb.READ, Object.CHECK_IN, cast.maya, now=NOW)

    def grant(**details):
        return share(
            SYSTEM,
            cast.maya,
            "check_ins",
            person_id=cast.jo,
            agreed_how="in person",
            now=LONG_AGO,
            **details,
        )

    with app.app_context():
        assert not reads()
        one = grant()
        assert reads()
        withdraw_share(SYSTEM, one.id, now=NOW)
        assert not reads()
        grant(expires_at=NOW)
        assert not reads()
        grant(purpose=Purpose.AWAY)
        assert not reads()


def test_a_trusted_person_who_has_not_said_yes_sees_nothing(app, cast):
    with app.app_context():
        share(SYSTEM, cast.maya, "profile", person_id=cast.ade, agreed_how="x", now=LONG_AGO)
        ade = cast.viewer(cast.ade)
        assert may(ade, Verb.READ, Object.PROFILE, cast.maya, now=NOW)
        for relationship in db.session.query(Relationship).filter_by(person_id=cast.ade):
            relationship.consent = Consent.ASKED
        db.session.flush()
        assert not may(ade, Verb.READ, Object.PROFILE, cast.maya, now=NOW)


def test_nobody_gives_themselves_a_role_or_a_caseload(app, cast):
    with app.app_context():
        for person_id in (cast.sue, cast.adil):
            viewer = cast.viewer(person_id)
            with pytest.raises(NotFound):
                actions.grant_role(viewer, person_id, Role.SUPERVISOR, team_id=cast.team, now=NOW)
            kind = RelationshipKind.SOCIAL_WORKER
            with pytest.raises(NotFound):
                actions.assign(viewer, cast.maya, person_id, kind, now=NOW)


def test_nobody_adds_people_to_another_organisation(app, cast):
    far = cast.other_organisation
    with app.app_context():
        adil, sam, jo = (cast.viewer(p) for p in (cast.adil, cast.sam, cast.jo))
        for attempt in (
            lambda: actions.create_team(adil, far, "x", now=NOW),
            lambda: actions.create_worker(adil, organisation_id=far, name="x", now=NOW),
            lambda: actions.create_young_person(sam, organisation_id=far, name="x", now=NOW),
            lambda: actions.create_carer(sam, organisation_id=far, name="x", now=NOW),
            lambda: actions.create_carer(jo, organisation_id=cast.organisation, name="x", now=NOW),
            lambda: actions.grant_role(adil, cast.far_zed_worker, Role.ADMIN, now=NOW),
            lambda: actions.create_organisation(
                adil, name="x", neutral_name="x", policy="england", now=NOW
            ),
            lambda: actions.assign(
                SYSTEM, cast.maya, cast.far_zed_carer, RelationshipKind.CARER, now=NOW
            ),
        ):
            with pytest.raises(NotFound):
                attempt()


def test_require_says_not_found_and_never_forbidden(app, cast):
    with app.app_context(), pytest.raises(NotFound):
        require(cast.viewer(cast.zed_worker), Verb.READ, Object.PROFILE, cast.maya, now=NOW)
