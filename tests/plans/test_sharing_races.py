"""Several at one sharing agreement in the same moment: one answer, one note, one text."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from engage import clock
from engage.db import db
from engage.messaging.models import Message
from engage.people import actions as people
from engage.people import circumstance_actions
from engage.people.access import SYSTEM
from engage.people.models import Consent, RelationshipKind, ShareGrant
from engage.people.rules import Purpose
from engage.people.sharing_models import Circumstance, ShareProposal
from engage.plans import queries
from engage.plans.named import Details
from engage.reviews.due_actions import remind_overdue
from engage.sharing import actions as sharing_actions
from engage.trust import actions as trio_actions
from engage.trust import invitation_actions
from tests.plans.conftest import MayasPlan
from tests.plans.test_races import together

MONDAY_TEN = datetime(2026, 11, 23, 10, tzinfo=UTC)


def standing(plan: MayasPlan) -> Counter[str]:
    """Count the lines that stand for each part and role or person."""
    with plan.app.app_context():
        rows = db.session.scalars(select(ShareGrant).where(ShareGrant.withdrawn_at.is_(None)))
        return Counter(f"{r.section}|{r.grantee_role or r.grantee_id}" for r in rows)


def test_eight_who_note_the_same_at_once_make_one_note(plan: MayasPlan) -> None:
    def note() -> object:
        sam = plan.viewer("sam")
        return circumstance_actions.note_away(sam, plan.cast.maya, now=clock.now()).id

    assert len(set(together(plan, [note] * 8))) == 1
    with plan.app.app_context():
        (one,) = db.session.scalars(select(Circumstance)).all()
        assert one.ended_at is None


def test_noting_and_ending_at_once_leaves_at_most_one_open(plan: MayasPlan) -> None:
    def note() -> object:
        sam = plan.viewer("sam")
        return circumstance_actions.note_danger(sam, plan.cast.maya, now=clock.now()).id

    def end() -> object:
        return circumstance_actions.end_danger(plan.viewer("olu"), plan.cast.maya, now=clock.now())

    results = together(plan, [note, end] * 4)
    assert not [r for r in results if isinstance(r, str)]
    with plan.app.app_context():
        found = db.session.scalars(select(Circumstance)).all()
        assert sum(one.ended_at is None for one in found) <= 1 <= len(found)


def test_of_different_answers_at_once_one_stands(plan: MayasPlan) -> None:
    def answer(purpose: Purpose):
        def act() -> object:
            sharing_actions.share_with(
                plan.viewer("maya"), plan.id, "role:carer", {"safe": purpose}, now=clock.now()
            )
            return purpose

        return act

    results = together(plan, [answer(purpose) for purpose in Purpose] * 2)
    assert set(results) == set(Purpose)
    assert standing(plan) == {"safe|carer": 1}


def test_a_double_tap_answers_a_worker_once(plan: MayasPlan) -> None:
    with plan.app.app_context():
        (asked,) = sharing_actions.propose(
            plan.viewer("sam"), plan.id, "role:carer", {"safe": Purpose.AWAY}, why="",
            now=clock.now(),
        )  # fmt: skip
        asked_id = asked.id
        db.session.commit()

    def tap(accepted: bool):
        def act() -> object:
            sharing_actions.answer_proposal(
                plan.viewer("maya"), plan.id, asked_id, accepted=accepted, now=clock.now()
            )

        return act

    assert together(plan, [tap(True), tap(False)] * 4) == [None] * 8
    with plan.app.app_context():
        answered = db.session.get(ShareProposal, asked_id)
        assert sum(standing(plan).values()) == (1 if answered.accepted else 0)


def test_when_two_leave_at_once_the_back_up_steps_in_once(live: MayasPlan) -> None:
    with live.app.app_context():
        made = trio_actions.name_back_up(
            live.viewer("maya"), live.id, Details("Bo", "+447700900810"), now=clock.now()
        )
        made.consent, bo = Consent.YES, made.person_id
        db.session.commit()

    def leave(name: str):
        def act() -> object:
            person_id = getattr(live.cast, name)
            return invitation_actions.answer_by_text(SYSTEM, person_id, yes=None, now=clock.now())

        return act

    assert together(live, [leave("coach_lee"), leave("nan_ruth")]) == [True, True]
    with live.app.app_context():
        page = queries.get_page(live.viewer("maya"), live.id, now=clock.now())
        trio = [n.person.id for n in page.active(RelationshipKind.TRUSTED)]
        assert Counter(trio) == {live.cast.ade: 1, bo: 1}
        assert page.named(RelationshipKind.BACK_UP) == []


def test_workers_who_go_round_at_once_text_once(plan: MayasPlan) -> None:
    with plan.app.app_context():
        people.place(SYSTEM, plan.cast.maya, "Oak House", now=MONDAY_TEN - timedelta(hours=72))
        db.session.commit()

    def remind() -> object:
        return remind_overdue(now=MONDAY_TEN, address="http://localhost")

    results = together(plan, [remind] * 4)
    assert not [r for r in results if isinstance(r, str)], results
    with plan.app.app_context():
        sent = db.session.scalars(select(Message).where(Message.template == "plan_due")).all()
        assert len(sent) == 1
