"""Writing, disagreeing, sharing, agreeing: what each act leaves behind."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engage import clock
from engage import clock as clock_module
from engage.audit.models import AuditEntry
from engage.db import db
from engage.plans import actions, agreement_actions, queries
from engage.plans.agreement_actions import CannotShare, NotYet
from engage.plans.models import (
    PlanAnswer,
    PlanOpinion,
    PlanVersion,
    ReviewOutcome,
    ReviewReason,
    SafetyPlan,
    VersionState,
    Voice,
)
from engage.plans.rules import PlanState
from engage.reviews import queries as review_queries
from engage.web.errors import Changed, NotFound
from tests.plans.conftest import MayasPlan
from tests.sealing import all_sealed, is_sealed

YOUNG = Voice.YOUNG_PERSON


@pytest.fixture(autouse=True)
def inside(app):
    with app.app_context():
        yield


def answer_of(plan: MayasPlan, question: str, voice: Voice = YOUNG) -> PlanAnswer:
    return db.session.scalars(
        select(PlanAnswer).where(
            PlanAnswer.plan_id == plan.id,
            PlanAnswer.question == question,
            PlanAnswer.voice == voice,
        )
    ).one()


def verbs() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.at)))


def page(plan: MayasPlan, name: str = "maya", **more: object) -> queries.PlanPage:
    return queries.get_page(plan.viewer(name), plan.id, now=clock.now(), **more)


def test_a_plan_is_started_once_and_due_from_the_day_of_arrival(plan: MayasPlan) -> None:
    again = actions.start_plan(plan.viewer("maya"), plan.cast.maya, now=clock.now())
    assert again.id == plan.id
    home = again.placement_id
    assert home == plan.cast.placement
    assert again.due_at == clock.now() - timedelta(days=40) + timedelta(hours=72)
    assert verbs().count("plan:started") == 1


@pytest.mark.parametrize("name", ["jo", "sue", "olu", "ines", "zed_worker", "far_zed_worker"])
def test_only_the_young_person_and_their_worker_start_a_plan(plan: MayasPlan, name: str) -> None:
    with pytest.raises(NotFound):
        actions.start_plan(plan.viewer(name), plan.cast.maya, now=clock.now())


def test_every_answer_keeps_whose_words_it_is_and_who_typed_it(written: MayasPlan) -> None:
    own = answer_of(written, "safe")
    assert (own.author_id, own.typed_by_id, own.revision) == (written.cast.maya, None, 1)
    written.write("sam", "safe", "A door I can lock", seen=1, voice=YOUNG)
    typed = answer_of(written, "safe")
    assert (typed.author_id, typed.typed_by_id) == (written.cast.maya, written.cast.sam)
    written.write("jo", "safe", "The dog helps")
    theirs = answer_of(written, "safe", Voice.CARER)
    assert theirs.author_id == written.cast.jo
    assert answer_of(written, "safe").text == "A door I can lock"


def test_what_is_written_is_sealed_in_the_database(written: MayasPlan) -> None:
    rows = db.session.scalars(select(PlanAnswer.__table__.c.text)).all()
    assert all_sealed(rows)


def test_saving_over_words_one_has_not_seen_changes_nothing(written: MayasPlan) -> None:
    written.write("maya", "safe", "Second words", seen=1)
    with pytest.raises(actions.AnswerChanged) as caught:
        written.write("sam", "safe", "Other words", seen=1, voice=YOUNG)
    assert (caught.value.text, caught.value.revision) == ("Second words", 2)
    db.session.rollback()
    assert answer_of(written, "safe").text == "Second words"


def test_the_same_words_sent_twice_are_no_quarrel(written: MayasPlan) -> None:
    written.write("maya", "safe", "Same", seen=1)
    written.write("maya", "safe", "Same", seen=1)
    assert answer_of(written, "safe").text == "Same"


def test_an_empty_answer_takes_the_words_out(written: MayasPlan) -> None:
    written.write("maya", "safe", "", seen=1)
    gone = answer_of(written, "safe")
    assert gone.content is None and gone.text == "" and gone.state == "skipped"


def test_skipping_keeps_what_was_answered_before(written: MayasPlan) -> None:
    maya = written.viewer("maya")
    actions.skip_question(maya, written.id, "safe", voice=YOUNG, now=clock.now())
    assert answer_of(written, "safe").text == "A door I can close"


def test_a_carer_cannot_put_words_into_the_workers_mouth(written: MayasPlan) -> None:
    with pytest.raises(NotFound):
        written.write("jo", "safe", "x", voice=Voice.WORKER)
    with pytest.raises(NotFound):
        written.write("maya", "safe", "x", voice=Voice.CARER)
    with pytest.raises(NotFound):
        written.write("jo", "nothing like it", "x")


def test_a_worker_writes_the_first_words_without_a_share_but_nothing_over_them(
    plan: MayasPlan,
) -> None:
    plan.write("sam", "safe", "Maya said: a lock", voice=YOUNG)
    assert page(plan, "sam").answers_to(page(plan).questions.questions[0]) == []
    with pytest.raises(NotFound):
        plan.write("sam", "safe", "Changed", seen=1, voice=YOUNG)


def test_disagreeing_is_kept_with_its_reason_until_the_words_change(written: MayasPlan) -> None:
    answer = answer_of(written, "safe")
    jo = written.viewer("jo")
    for reason in ("The lock", "The lock worries me"):
        actions.say_opinion(jo, written.id, answer.id, agrees=False, reason=reason, now=clock.now())
    db.session.commit()
    found = queries.list_opinions(jo, [answer_of(written, "safe")])[answer.id]
    assert [(o.agrees, o.reason) for o in found] == [(False, "The lock worries me")]
    written.write("maya", "safe", "A door that only Jo and I open", seen=1)
    assert queries.list_opinions(jo, [answer_of(written, "safe")]) == {}
    assert db.session.scalar(select(func.count()).select_from(PlanOpinion)) == 1


def test_nobody_has_an_opinion_on_their_own_or_on_unseen_words(written: MayasPlan) -> None:
    answer_id = answer_of(written, "safe").id
    written.share()
    for name in ("maya", "jo", "sue", "olu"):
        with pytest.raises(NotFound):
            actions.say_opinion(
                written.viewer(name), written.id, answer_id, agrees=True, reason="",
                now=clock.now(),
            )  # fmt: skip


def test_an_empty_or_unread_plan_is_not_put_to_everybody(plan: MayasPlan) -> None:
    maya = plan.viewer("maya")
    with pytest.raises(CannotShare) as caught:
        agreement_actions.share_for_agreement(maya, plan.id, now=clock.now())
    assert caught.value.reason is NotYet.NOTHING_WRITTEN
    plan.write("maya", "safe", "Quiet")
    plan.share("safe|role:carer")
    with pytest.raises(CannotShare) as caught:
        agreement_actions.share_for_agreement(maya, plan.id, now=clock.now())
    assert caught.value.reason is NotYet.NOBODY_READS


def test_the_third_yes_brings_a_version_into_use(live: MayasPlan) -> None:
    found = page(live)
    assert found.state is PlanState.LIVE and found.live.number == 1
    assert found.plan.due_at is None
    assert found.plan.review_due_at == clock.now() + timedelta(days=90)
    read = queries.find_live_plan(live.viewer("jo"), live.cast.maya, now=clock.now())
    assert {a.question: a.text for a in read.snapshot.answers}["safe"] == "A door I can close"
    assert [p.name for p in read.snapshot.people if p.kind == "trusted"] == [
        "Ade", "Coach Lee", "Nan Ruth",
    ]  # fmt: skip
    assert "plan:came_into_use" in verbs()


def test_a_new_version_replaces_the_old_only_when_all_agree_again(live, clock) -> None:
    clock.shift(60)
    live.write("maya", "safe", "A new thought", seen=1)
    assert page(live).state is PlanState.CHANGED
    maya, jo, sam = map(live.viewer, ("maya", "jo", "sam"))
    moment = clock_module.now()
    second = agreement_actions.share_for_agreement(sam, live.id, now=moment).number
    still = queries.find_live_plan(jo, live.cast.maya, now=moment)
    assert still.version.number == 1
    agreement_actions.agree(maya, live.id, second, now=moment)
    assert agreement_actions.agree(jo, live.id, second, now=moment)
    db.session.commit()
    states = {v.number: v.state for v in page(live, history=True).versions}
    assert states == {1: VersionState.REPLACED, 2: VersionState.LIVE}


def test_sharing_again_replaces_what_waited_and_old_answers_do_not_count(written) -> None:
    maya, jo = map(written.viewer, ("maya", "jo"))
    first = agreement_actions.share_for_agreement(maya, written.id, now=clock.now()).number
    agreement_actions.agree(jo, written.id, first, now=clock.now())
    second = agreement_actions.share_for_agreement(maya, written.id, now=clock.now()).number
    with pytest.raises(Changed):
        agreement_actions.agree(jo, written.id, first, now=clock.now())
    assert not agreement_actions.agree(jo, written.id, second, now=clock.now())


def test_the_young_person_may_say_no_and_is_asked_again_on_a_day(written: MayasPlan) -> None:
    maya = written.viewer("maya")
    number = agreement_actions.share_for_agreement(
        written.viewer("sam"), written.id, now=clock.now()
    ).number
    agreement_actions.say_no(maya, written.id, number, reason="Not now", now=clock.now())
    db.session.commit()
    found = page(written)
    assert found.state is PlanState.DECLINED
    assert found.plan.offer_again_on == clock.now().date() + timedelta(days=14)
    assert found.plan.due_at is None
    with pytest.raises(Changed):
        agreement_actions.agree(maya, written.id, number, now=clock.now())


def test_a_carers_no_stands_beside_the_plan_and_can_become_a_yes(written: MayasPlan) -> None:
    maya, jo, sam = map(written.viewer, ("maya", "jo", "sam"))
    number = agreement_actions.share_for_agreement(maya, written.id, now=clock.now()).number
    agreement_actions.say_no(jo, written.id, number, reason="The lock", now=clock.now())
    assert not agreement_actions.agree(sam, written.id, number, now=clock.now())
    assert page(written).state is PlanState.SHARED
    assert agreement_actions.agree(jo, written.id, number, now=clock.now())


def test_a_worker_writes_down_a_no_said_aloud(plan: MayasPlan) -> None:
    for name in ("jo", "maya", "sue"):
        with pytest.raises(NotFound):
            agreement_actions.record_refusal(plan.viewer(name), plan.id, reason="", now=clock.now())
    sam = plan.viewer("sam")
    agreement_actions.record_refusal(sam, plan.id, reason="I hate forms", now=clock.now())
    db.session.commit()
    found = page(plan)
    assert found.state is PlanState.DECLINED
    (said,) = found.agreements
    assert (said.person_id, said.recorded_by_id) == (plan.cast.maya, plan.cast.sam)
    assert said.reason == "I hate forms"


@pytest.mark.parametrize("name", ["sue", "olu", "ines"])
def test_whoever_only_reads_neither_agrees_nor_shares(written: MayasPlan, name: str) -> None:
    viewer = written.viewer(name)
    with pytest.raises(NotFound):
        agreement_actions.share_for_agreement(viewer, written.id, now=clock.now())
    number = agreement_actions.share_for_agreement(
        written.viewer("maya"), written.id, now=clock.now()
    ).number
    with pytest.raises(NotFound):
        agreement_actions.agree(viewer, written.id, number, now=clock.now())


def test_a_workers_review_agrees_to_what_waits_and_starts_the_next_90_days(written) -> None:
    maya, jo, sam = map(written.viewer, ("maya", "jo", "sam"))
    number = agreement_actions.share_for_agreement(maya, written.id, now=clock.now()).number
    agreement_actions.agree(jo, written.id, number, now=clock.now())
    agreement_actions.review_plan(
        sam, written.id, outcome=ReviewOutcome.AGREED, comment="Well done", now=clock.now()
    )
    db.session.commit()
    found = page(written)
    assert found.state is PlanState.LIVE
    assert found.latest_review.comment == "Well done"
    assert review_queries.list_reviews(sam, written.id)[0][1] == "Sam"


def test_a_supervisor_reviews_without_agreeing_for_the_worker(written: MayasPlan) -> None:
    agreement_actions.share_for_agreement(written.viewer("maya"), written.id, now=clock.now())
    agreement_actions.review_plan(
        written.viewer("sue"), written.id, outcome=ReviewOutcome.AGREED, comment="",
        now=clock.now(),
    )  # fmt: skip
    db.session.commit()
    assert page(written).voices_said() == {"young_person"}
    for name in ("jo", "olu", "ines", "maya"):
        with pytest.raises(NotFound):
            agreement_actions.review_plan(
                written.viewer(name), written.id, outcome=ReviewOutcome.AGREED, comment="",
                now=clock.now(),
            )  # fmt: skip


def test_a_review_can_be_asked_for_by_an_event(live: MayasPlan) -> None:
    sam = live.viewer("sam")
    agreement_actions.ask_for_review(
        sam, live.cast.maya, reason=ReviewReason.EPISODE, now=clock.now()
    )
    agreement_actions.ask_for_review(
        sam, live.cast.kit, reason=ReviewReason.EPISODE, now=clock.now()
    )
    db.session.commit()
    plan = db.session.get(SafetyPlan, live.id)
    assert (plan.review_due_at, plan.review_reason) == (clock.now(), ReviewReason.EPISODE)
    (row,) = [
        r for r in review_queries.plans_to_review(sam, now=clock.now()) if r.plan_id == live.id
    ]
    assert "due" in row.needs


def test_versions_are_sealed_and_numbered(live: MayasPlan) -> None:
    stored = db.session.scalars(select(PlanVersion.__table__.c.snapshot)).one()
    assert is_sealed(stored)
    assert page(live, history=True).versions[0].number == 1
