"""Several people at one plan in the same moment: nothing lost, nothing twice."""

from collections.abc import Callable

from sqlalchemy import select

from engage import clock
from engage.audit.models import AuditEntry
from engage.db import db
from engage.plans import actions, agreement_actions
from engage.plans.actions import AnswerChanged
from engage.plans.models import PlanAnswer, PlanVersion, SafetyPlan, VersionState, Voice
from engage.web.errors import Changed
from tests.at_once import at_once
from tests.plans.conftest import MayasPlan


def together(plan: MayasPlan, acts: list[Callable[[], object]]) -> list[object]:
    """Do all of it at once at one plan; return results and refusals."""
    return at_once(plan.app, acts, refusals=(AnswerChanged, Changed))


def test_a_plan_started_eight_times_at_once_is_one_plan(app, cast, sign_in, now) -> None:
    kit = MayasPlan(app, cast, sign_in, cast.kit)

    def start() -> object:
        who = kit.viewer("kit")
        return actions.start_plan(who, cast.kit, now=now).id

    assert len(set(together(kit, [start] * 8))) == 1
    with app.app_context():
        assert len(db.session.scalars(select(SafetyPlan)).all()) == 1


def test_of_eight_who_saw_the_same_words_one_saves_and_the_rest_see_both(written) -> None:
    def write(text: str) -> Callable[[], object]:
        def act() -> object:
            actions.write_answer(
                written.viewer("maya"), written.id, "safe", text,
                voice=Voice.YOUNG_PERSON, seen_revision=1, now=clock.now(),
            )  # fmt: skip
            return text

        return act

    results = together(written, [write(f"Words {n}") for n in range(8)])
    saved = [r for r in results if isinstance(r, str)]
    assert len(saved) == 1, results
    assert sum(isinstance(r, AnswerChanged) for r in results) == 7
    with written.app.app_context():
        answer = db.session.scalars(select(PlanAnswer).where(PlanAnswer.question == "safe")).one()
        assert (answer.text, answer.revision) == (saved[0], 2)


def test_the_last_two_yeses_at_once_bring_a_version_into_use_once(written) -> None:
    with written.app.app_context():
        maya = written.viewer("maya")
        number = agreement_actions.share_for_agreement(maya, written.id, now=clock.now()).number
        db.session.commit()

    def agree(name: str) -> Callable[[], object]:
        return lambda: agreement_actions.agree(
            written.viewer(name), written.id, number, now=clock.now()
        )

    results = together(written, [agree(name) for name in ("sam", "jo", "sam", "jo")])
    assert results.count(True) == 1, results
    with written.app.app_context():
        states = db.session.scalars(select(PlanVersion.state)).all()
        assert states == [VersionState.LIVE]
        verbs = db.session.scalars(
            select(AuditEntry.verb).where(AuditEntry.verb == "plan:came_into_use")
        ).all()
        assert len(verbs) == 1


def test_shared_by_three_at_once_leaves_one_version_waiting(written) -> None:
    def share(name: str) -> Callable[[], object]:
        return lambda: (
            agreement_actions.share_for_agreement(
                written.viewer(name), written.id, now=clock.now()
            ).number
        )

    results = together(written, [share(name) for name in ("maya", "jo", "sam")])
    assert sorted(results) == [1, 2, 3], results
    with written.app.app_context():
        waiting = select(PlanVersion.number).where(PlanVersion.state == VersionState.SHARED)
        assert db.session.scalars(waiting).all() == [3]
