"""Yes, only if missing, only if in danger, no: open at once, and closed again at once."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from engage.audit.models import AuditEntry
from engage.db import db
from engage.people import actions, circumstance_actions, sharing_actions
from engage.people.access import SYSTEM, Object, Verb, access_to, may
from engage.people.models import Consent, RelationshipKind, ShareGrant
from engage.people.queries import young_people
from engage.people.rules import Level, Purpose, is_share_open
from engage.people.sharing_models import Circumstance, SharingAgreement
from engage.people.sharing_queries import (
    find_agreement,
    list_choices,
    open_circumstances,
    open_proposals,
)
from engage.web.errors import NotFound
from tests.cast import LONG_AGO, NOW

LATER = NOW + timedelta(hours=3)


def reads(cast, name="jo", section="safe", now=NOW):
    viewer = cast.viewer(getattr(cast, name), now)
    return may(viewer, Verb.READ, Object.PLAN_SHARED, cast.maya, section=section, now=now)


def share(cast, purpose, *, role="carer", **more):
    return sharing_actions.share(
        cast.viewer(cast.maya), cast.maya, "safe", role=role, purpose=purpose,
        agreed_how="own_device", now=LONG_AGO, **more,
    )  # fmt: skip


def verbs_of(cast):
    entries = select(AuditEntry.verb).where(AuditEntry.subject_id == cast.maya)
    return db.session.scalars(entries.order_by(AuditEntry.at)).all()


@contextmanager
def statements():
    """Collect what is sent to the database."""
    sent: list[str] = []

    def keep(_connection, _cursor, statement, *_more):
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", keep)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", keep)


@pytest.mark.parametrize(
    ("purpose", "ordinary", "away", "danger"),
    [
        (Purpose.ALWAYS, True, True, True),
        (Purpose.AWAY, False, True, False),
        (Purpose.DANGER, False, False, True),
        (Purpose.NEVER, False, False, False),
    ],
)
def test_each_answer_opens_for_its_own_case_alone(app, cast, purpose, ordinary, away, danger):
    with app.app_context():
        sam = cast.viewer(cast.sam)
        share(cast, purpose)
        assert reads(cast) is ordinary
        circumstance_actions.note_away(sam, cast.maya, now=NOW)
        assert reads(cast) is away
        circumstance_actions.end_away(sam, cast.maya, now=NOW)
        assert reads(cast) is ordinary
        circumstance_actions.note_danger(sam, cast.maya, now=NOW)
        assert reads(cast) is danger
        circumstance_actions.end_danger(sam, cast.maya, now=NOW)
        assert reads(cast) is ordinary


def test_a_new_answer_takes_the_place_of_the_old_one_and_of_nobody_elses(app, cast):
    with app.app_context():
        share(cast, Purpose.ALWAYS)
        share(cast, Purpose.ALWAYS, role="social_worker")
        second = share(cast, Purpose.NEVER)
        assert second.version == 2
        assert not reads(cast) and reads(cast, "sam")
        share(cast, Purpose.AWAY)
        standing = list_choices(SYSTEM, cast.maya, now=NOW)
        assert {(g.grantee_role, g.purpose, opened) for g, opened in standing} == {
            ("social_worker", "always", True),
            ("carer", "away", False),
        }


def test_a_no_is_written_down_as_a_no(app, cast):
    with app.app_context():
        share(cast, Purpose.NEVER)
        share(cast, Purpose.AWAY)
        assert [v for v in verbs_of(cast) if v.startswith("share:")] == [
            "share:refused",
            "share:agreed",
        ]


def test_reading_is_not_writing(app, cast):
    with app.app_context():

        def writes():
            jo = cast.viewer(cast.jo)
            return may(jo, Verb.EDIT, Object.PLAN_SHARED, cast.maya, section="safe", now=NOW)

        share(cast, Purpose.ALWAYS)
        assert reads(cast) and not writes()
        share(cast, Purpose.ALWAYS, level=Level.ACT)
        assert reads(cast) and writes()


def test_deciding_takes_one_statement_whatever_is_shared_and_noted(app, cast):
    with app.app_context():
        for role in ("carer", "social_worker", "out_of_hours"):
            for purpose in (Purpose.ALWAYS, Purpose.AWAY):
                share(cast, purpose, role=role)
        circumstance_actions.note_away(cast.viewer(cast.sam), cast.maya, now=NOW)
        jo = cast.viewer(cast.jo)
        db.session.commit()
        with statements() as sent:
            access = access_to(jo, cast.maya, now=NOW)
        assert len(sent) == 1 and access.may(Verb.READ, Object.PLAN_SHARED, section="safe")


def test_what_is_noted_is_one_note_however_often_it_is_noted(app, cast):
    with app.app_context():
        first = circumstance_actions.note_away(cast.viewer(cast.sam), cast.maya, now=NOW)
        second = circumstance_actions.note_away(cast.viewer(cast.olu), cast.maya, now=LATER)
        assert first.id == second.id and second.opened_by_id == cast.sam
        assert circumstance_actions.end_away(cast.viewer(cast.olu), cast.maya, now=LATER)
        assert not circumstance_actions.end_away(cast.viewer(cast.sam), cast.maya, now=LATER)
        again = circumstance_actions.note_away(cast.viewer(cast.sam), cast.maya, now=LATER)
        assert again.id != first.id
        assert verbs_of(cast).count("circumstance:noted") == 2


def test_it_may_have_begun_before_it_was_noted_but_never_begins_later(app, cast):
    with app.app_context():
        sam = cast.viewer(cast.sam)
        early = circumstance_actions.note_away(sam, cast.maya, began_at=LONG_AGO, now=NOW)
        late = circumstance_actions.note_danger(sam, cast.maya, began_at=LATER, now=NOW)
        assert (early.began_at, late.began_at) == (LONG_AGO, NOW)


@pytest.mark.parametrize(
    "name", ["sue", "ines", "adil", "ade", "kits_worker", "zed_worker", "zed_carer", "maya"]
)
def test_who_may_not_note_anything(app, cast, name):
    with app.app_context():
        viewer = cast.viewer(getattr(cast, name))
        for act in (circumstance_actions.note_away, circumstance_actions.note_danger,
                    circumstance_actions.end_away, circumstance_actions.end_danger):  # fmt: skip
            with pytest.raises(NotFound):
                act(viewer, cast.maya, now=NOW)
        assert db.session.scalars(select(Circumstance)).all() == []


def test_a_carer_may_say_that_they_are_away_and_not_that_it_is_over(app, cast):
    with app.app_context():
        jo = cast.viewer(cast.jo)
        circumstance_actions.note_away(jo, cast.maya, now=NOW)
        with pytest.raises(NotFound):
            circumstance_actions.end_away(jo, cast.maya, now=NOW)
        assert set(open_circumstances(cast.viewer(cast.maya), cast.maya, now=NOW)) == {"away"}
        with pytest.raises(NotFound):
            open_circumstances(cast.viewer(cast.kits_carer), cast.maya, now=NOW)


def test_one_young_persons_danger_opens_nothing_of_anothers(app, cast):
    with app.app_context():
        share(cast, Purpose.DANGER)
        circumstance_actions.note_danger(cast.viewer(cast.kits_worker), cast.kit, now=NOW)
        assert not reads(cast)


def test_a_trusted_persons_list_follows_the_same_answers(app, cast):
    with app.app_context():
        sharing_actions.share(
            cast.viewer(cast.maya), cast.maya, "profile", person_id=cast.ade,
            purpose=Purpose.AWAY, agreed_how="own_device", now=LONG_AGO,
        )  # fmt: skip
        ade = cast.viewer(cast.ade)
        assert young_people(ade, now=NOW) == []
        circumstance_actions.note_away(cast.viewer(cast.sam), cast.maya, now=NOW)
        assert [one.id for one in young_people(ade, now=NOW)] == [cast.maya]


def test_a_back_up_person_sees_nothing_before_they_step_in(app, cast):
    with app.app_context():
        spare = actions.create_trusted_person(
            SYSTEM, organisation_id=cast.organisation, name="Bo", now=LONG_AGO
        )
        actions.assign(
            cast.viewer(cast.maya), cast.maya, spare.id, RelationshipKind.BACK_UP,
            consent=Consent.YES, now=LONG_AGO,
        )  # fmt: skip
        sharing_actions.share(
            SYSTEM, cast.maya, "safe", person_id=spare.id, agreed_how="x", now=LONG_AGO
        )
        viewer = cast.viewer(spare.id)
        assert not may(viewer, Verb.READ, Object.PLAN_SHARED, cast.maya, section="safe", now=NOW)


def test_coming_back_asks_for_another_look_at_who_sees_what(app, cast):
    with app.app_context():
        maya, sam = cast.viewer(cast.maya), cast.viewer(cast.sam)
        circumstance_actions.note_away(sam, cast.maya, now=NOW)
        circumstance_actions.end_away(sam, cast.maya, now=NOW)
        assert find_agreement(maya, cast.maya, now=NOW) is None
        agreed = sharing_actions.note_agreed(maya, cast.maya, agreed_how="own_device", now=NOW)
        assert agreed.review_due_at == NOW + timedelta(days=90)
        circumstance_actions.note_danger(sam, cast.maya, now=LATER)
        circumstance_actions.end_danger(sam, cast.maya, now=LATER)
        db.session.expire_all()
        assert find_agreement(maya, cast.maya, now=LATER).review_due_at == LATER
        sharing_actions.note_agreed(maya, cast.maya, agreed_how="own_device", now=LATER)
        assert db.session.scalars(select(SharingAgreement)).one().agreed_at == LATER


def propose(cast, **more):
    asked = {"purpose": Purpose.ALWAYS, "role": "carer", "now": NOW, **more}
    return sharing_actions.propose_share(cast.viewer(cast.sam), cast.maya, "safe", **asked)


def test_a_workers_wish_opens_nothing_until_the_young_person_says_yes(app, cast):
    with app.app_context():
        proposal = propose(cast, why="So that Jo knows ")
        assert not reads(cast)
        (waiting,) = open_proposals(cast.viewer(cast.maya), cast.maya, now=NOW)
        assert (waiting[0].why, waiting[1]) == ("So that Jo knows", "Sam")
        with pytest.raises(NotFound):
            sharing_actions.answer_proposal(
                cast.viewer(cast.sam), proposal.id, accepted=True, now=NOW
            )
        maya = cast.viewer(cast.maya)
        assert sharing_actions.answer_proposal(maya, proposal.id, accepted=True, now=NOW)
        assert sharing_actions.answer_proposal(maya, proposal.id, accepted=False, now=NOW) is None
        assert proposal.accepted and open_proposals(maya, cast.maya, now=NOW) == []


def test_asking_the_same_again_is_one_question(app, cast):
    with app.app_context():
        first = propose(cast)
        second = propose(cast, purpose=Purpose.AWAY)
        assert first.id == second.id and second.purpose == Purpose.AWAY
        propose(cast, role="out_of_hours")
        assert len(open_proposals(cast.viewer(cast.sam), cast.maya, now=NOW)) == 2


@pytest.mark.parametrize("name", ["jo", "sue", "olu", "ines", "adil", "ade", "zed_worker", "kit"])
def test_only_the_young_person_and_their_worker_deal_in_proposals(app, cast, name):
    with app.app_context():
        proposal, viewer = propose(cast), cast.viewer(getattr(cast, name))
        with pytest.raises(NotFound):
            sharing_actions.propose_share(
                viewer, cast.maya, "safe", purpose=Purpose.ALWAYS, role="carer", now=NOW
            )
        for in_person in (False, True):
            with pytest.raises(NotFound):
                sharing_actions.answer_proposal(
                    viewer, proposal.id, accepted=True, in_person=in_person, now=NOW
                )


PURPOSES = st.sampled_from(list(Purpose))
PRESENT = st.sets(st.sampled_from(["away", "danger"]))


@settings(deadline=None)
@given(PURPOSES, PRESENT, PRESENT)
def test_more_noted_never_closes_what_was_open(purpose, present, more):
    if is_share_open(purpose, present):
        assert is_share_open(purpose, present | more)


@settings(deadline=None)
@given(PURPOSES, PRESENT)
def test_yes_is_open_wherever_anything_is_and_no_nowhere(purpose, present):
    assert is_share_open(Purpose.ALWAYS, present) >= is_share_open(purpose, present)
    assert is_share_open(Purpose.NEVER, present) <= is_share_open(purpose, present)


def test_the_statement_and_the_rule_say_the_same(app, cast):
    with app.app_context():
        grants = {p: share(cast, p, role=f"role-{p}") for p in Purpose}
        for present in (set(), {"away"}, {"danger"}, {"away", "danger"}):
            db.session.query(Circumstance).delete()
            for kind in present:
                db.session.add(
                    Circumstance(young_person_id=cast.maya, kind=kind, began_at=LONG_AGO)
                )
            db.session.flush()
            said = {g.purpose: o for g, o in list_choices(SYSTEM, cast.maya, now=NOW)}
            assert said == {p: is_share_open(p, present) for p in grants}


def test_a_note_that_is_over_or_not_begun_opens_nothing(app, cast):
    with app.app_context():
        share(cast, Purpose.AWAY)
        over = Circumstance(young_person_id=cast.maya, kind="away", began_at=LONG_AGO, ended_at=NOW)
        db.session.add(over)
        db.session.flush()
        assert not reads(cast) and reads(cast, now=NOW - timedelta(seconds=1))
        assert not reads(cast, now=LONG_AGO - timedelta(seconds=1))


def test_a_withdrawn_line_stays_closed_in_every_case(app, cast):
    with app.app_context():
        grant = share(cast, Purpose.AWAY)
        circumstance_actions.note_away(cast.viewer(cast.sam), cast.maya, now=NOW)
        assert reads(cast)
        sharing_actions.withdraw_share(cast.viewer(cast.maya), grant.id, now=NOW)
        assert not reads(cast)
        assert db.session.get(ShareGrant, grant.id).withdrawn_at == NOW


def test_a_move_swaps_what_a_conditional_line_opens(app, cast):
    with app.app_context():
        share(cast, Purpose.AWAY)
        circumstance_actions.note_away(cast.viewer(cast.sam), cast.maya, now=NOW)
        home = actions.place(SYSTEM, cast.maya, "Elm Road", now=NOW)
        actions.assign(
            SYSTEM, cast.maya, cast.zed_carer, RelationshipKind.CARER, placement_id=home.id,
            now=NOW,
        )  # fmt: skip
        assert not reads(cast) and reads(cast, "zed_carer")
