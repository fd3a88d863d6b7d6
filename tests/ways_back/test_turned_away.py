"""Whom the young person does not want there, or never to be called, hears nothing of a way back:
no step is asked of them, and no text says that one did not work."""

import pytest
from sqlalchemy import select

from engage.alerts.models import Alert, AlertHidden, AlertNotice
from engage.alerts.queries import alerts
from engage.alerts.rules import AlertKind
from engage.alerts.sweep_actions import sweep as sweep_alerts
from engage.checkins.ready_models import ReturnUnwanted
from engage.circle.models import ImportantPerson, MayCall, Tie
from engage.db import db
from engage.messaging.models import Message
from engage.people.models import Person
from engage.ways_back.reading import people_around
from engage.ways_back.rules import Saying
from engage.ways_back.sweep_actions import sweep_returns
from engage.ways_back.turned_away import kept_from, never_called
from engage.ways_back.wish_actions import Wishes
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS
from tests.ways_back.returning import alarms, at, live, plan, said, swept, wished

FAILED = (AlertKind.STEP_FAILED, AlertKind.UNANSWERED)


def told_of_failing() -> set[str]:
    """Everybody whom a text or a line of an alert told that a step did not work."""
    db.session.expire_all()
    of = select(Alert.id).where(Alert.kind.in_(FAILED))
    noticed = db.session.scalars(select(AlertNotice.person_id).where(AlertNotice.alert_id.in_(of)))
    texted = db.session.scalars(
        select(Message.person_id).where(
            Message.template.in_(("alert_step_failed", "alert_unanswered"))
        )
    )
    return {str(db.session.get_one(Person, one).name) for one in {*noticed, *texted} if one}


def never_call(cast: Cast, name: str, phone: str | None, may: MayCall = MayCall.NEVER) -> None:
    db.session.add(ImportantPerson(
        young_person_id=cast.maya, tie=next(iter(Tie)), name=name, phone=phone, may_call=may,
        added_by_id=cast.maya, added_at=NOW, changed_at=NOW, never_said_by_young_person=True,
    ))  # fmt: skip
    db.session.commit()


def fail_the_way(cast: Cast, minutes: float = 3) -> None:
    """Whoever has the step says that they cannot."""
    step = live()
    by = next(n for n in ("sam", "jo", "olu", "sue") if getattr(cast, n) == step.owner_id)
    said(cast, by, step, Saying.NO, minutes)


def everybody_hears(minutes: int = 300) -> None:
    """Let the chain go on to everybody it has."""
    for minute in range(5, minutes, 15):
        sweep_alerts(now=at(minute), address=ADDRESS)
        db.session.commit()


def test_without_a_wish_the_whole_chain_hears_that_a_step_did_not_work(ready: Cast) -> None:
    wished(ready, Wishes(choice=2))
    fail_the_way(ready)
    everybody_hears()
    assert {"Jo", "Sam"} <= told_of_failing(), "else the tests below prove nothing"


@pytest.mark.parametrize("who", ["jo", "sam"])
def test_who_should_not_be_there_is_never_told_that_a_step_did_not_work(
    ready: Cast, who: str
) -> None:
    wished(ready, Wishes(choice=2, unwanted=frozenset({getattr(ready, who)})))
    fail_the_way(ready)
    everybody_hears()
    told = told_of_failing()
    assert told and who.capitalize() not in told
    for alarm in alarms():
        seen = {page.alert.id for page in alerts(ready.viewer(getattr(ready, who)), now=at(9))}
        assert alarm.id not in seen


def test_words_that_name_somebody_do_the_same(ready: Cast) -> None:
    wished(ready, Wishes(choice=2, not_there="not Jo please"))
    fail_the_way(ready)
    everybody_hears()
    assert "Jo" not in told_of_failing() and told_of_failing()


@pytest.mark.parametrize(("name", "phone"), [("jo", None), ("  JO ", None), ("Somebody", "number")])
def test_who_must_never_be_called_is_neither_asked_nor_told(
    ready: Cast, name: str, phone: str | None
) -> None:
    number = db.session.get_one(Person, ready.jo).phone
    never_call(ready, name, number if phone else None)
    wished(ready, Wishes(choice=2))
    assert live().owner_id != ready.jo
    fail_the_way(ready)
    everybody_hears()
    assert "Jo" not in told_of_failing() and told_of_failing()


@pytest.mark.parametrize("may", [MayCall.YES, MayCall.IF_WORRIED])
def test_who_may_be_called_stays_in_the_chain(ready: Cast, may: MayCall) -> None:
    never_call(ready, "Jo", None, may)
    assert never_called(ready.maya, [ready.jo]) == frozenset()


def test_who_was_taken_off_the_list_is_in_the_chain_again(ready: Cast) -> None:
    never_call(ready, "Jo", None)
    assert never_called(ready.maya, [ready.jo, ready.sam]) == {ready.jo}
    for one in db.session.query(ImportantPerson):
        one.removed_at = NOW
    db.session.commit()
    assert never_called(ready.maya, [ready.jo]) == frozenset()


def test_nobody_answering_is_kept_from_them_too(ready: Cast) -> None:
    wished(ready, Wishes(choice=2, unwanted=frozenset({ready.jo})))
    sweep_returns(now=at(60), address=ADDRESS)
    db.session.commit()
    everybody_hears()
    kinds = set(db.session.scalars(select(Alert.kind)))
    assert AlertKind.UNANSWERED in kinds and "Jo" not in told_of_failing()


def test_a_wish_that_comes_later_takes_back_what_was_raised_before(ready: Cast) -> None:
    wished(ready, Wishes(choice=2))
    fail_the_way(ready)
    everybody_hears(30)
    wished(ready, Wishes(unwanted=frozenset({ready.jo})), minutes=40)
    found = plan()
    assert found is not None
    for alarm in alarms():
        seen = {page.alert.id for page in alerts(ready.viewer(ready.jo), now=at(41))}
        assert alarm.id not in seen
    hidden = set(db.session.scalars(select(AlertHidden.person_id)))
    assert hidden == {ready.jo} == set(kept_from(found, at(41)))
    wished(ready, Wishes(unwanted=frozenset(), not_there=""), minutes=50)
    assert not db.session.scalars(select(AlertHidden)).all()


def test_if_nobody_else_were_left_workers_hear_of_it_all_the_same(ready: Cast) -> None:
    staff = {ready.sam, ready.sue, ready.olu, ready.jo}
    everybody = staff | {one for one, _ in people_around(ready.maya, NOW)}
    found = plan()
    assert found is not None
    for one in everybody:
        db.session.add(ReturnUnwanted(return_plan_id=found.id, person_id=one))
    db.session.commit()
    swept(1)
    away = kept_from(found, at(1))
    assert ready.jo in away and not away & {ready.sam, ready.sue, ready.olu}
