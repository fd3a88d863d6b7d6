"""Every flag gets help with an owner and a day or a reason; the young person reads and chooses."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text

from engage.alerts.models import Alert, AlertNotice
from engage.db import db
from engage.heightened import actions, offer_actions
from engage.heightened.models import Flag, Offer, OfferLine
from engage.heightened.offer_actions import CannotAnswer
from engage.heightened.queries import (
    get_offer,
    get_support,
    my_offers,
    needing_answer,
    offered_to,
)
from engage.heightened.rules import Fix, Kind, Standing, State
from engage.heightened.sweep_actions import sweep_offers
from engage.messaging.models import Message
from engage.people.models import Person
from engage.web.errors import Changed, NotFound
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS
from tests.heightened.conftest import HELP, answered, changed, day, noted, noticed
from tests.sealing import is_sealed

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def texts(template: str) -> list[Message]:
    return list(db.session.scalars(select(Message).where(Message.template == template)))


def asking(cast: Cast, by: UUID | None = None, at: int = 0) -> list[tuple[UUID, Standing]]:
    now = NOW + at * DAY
    viewer = cast.viewer(by or cast.sam, now)
    return [(line.flag.id, line.standing) for line in needing_answer(viewer, now=now)]


def test_what_has_no_answer_is_a_gap_with_its_age_and_time_alone_orders(inside: Cast) -> None:
    noted(inside, Kind.EXPLOITATION, now=NOW - 2 * DAY)
    old = noted(inside, Kind.SIBLINGS, now=NOW - 9 * DAY)
    lines = needing_answer(inside.viewer(inside.sam), now=NOW)
    assert lines[0].flag.id == old.id
    assert [(line.days, line.standing, line.name) for line in lines] == [
        (9, Standing.NO_ANSWER, "Maya"), (2, Standing.NO_ANSWER, "Maya"),
    ]  # fmt: skip


def test_one_offer_answers_several_until_its_day_has_passed(inside: Cast) -> None:
    one, two, three = noted(inside), noted(inside, Kind.SUBSTANCES), noticed(inside)
    answered(inside, one, two)
    assert asking(inside) == [(three.id, Standing.NO_ANSWER)]
    page = get_support(inside.viewer(inside.sam), inside.maya, now=NOW)
    assert {line.flag.id for line in page.in_hand} == {one.id, two.id}
    assert [line.flag.id for line in page.asking] == [three.id]
    late = dict(asking(inside, at=6))
    assert late == {
        three.id: Standing.NO_ANSWER, one.id: Standing.LATE, two.id: Standing.LATE,
    }  # fmt: skip


def test_a_reason_answers_until_the_day_to_look_again(inside: Cast) -> None:
    flag = noted(inside)
    reason = answered(inside, flag, state=State.NOT_NOW, what="She asked for time", due_on=day(3))
    assert (reason.owner_id, reason.is_theirs_to_read) == (inside.sam, False)
    assert asking(inside, at=2) == []
    assert asking(inside, at=4) == [(flag.id, Standing.LATE)]
    # A reason is no offer: it has no page, and the young person never reads it.
    with pytest.raises(NotFound):
        get_offer(inside.viewer(inside.sam), reason.id, now=NOW)
    assert offered_to(inside.viewer(inside.maya), now=NOW) == []
    assert texts("something_to_read") == []


def test_done_answers_for_good_and_a_no_is_asked_again_in_another_way(inside: Cast) -> None:
    done, no = noted(inside), noted(inside, Kind.SELF_HARM)
    changed(inside, answered(inside, done), State.DONE)
    changed(inside, answered(inside, no), State.DECLINED, "Not with a stranger")
    assert asking(inside, at=29) == []
    assert asking(inside, at=31) == [(no.id, Standing.LATE)]


@pytest.mark.parametrize(
    ("other", "problem"),
    [
        ({"due_on": day(-1)}, Fix.PAST),
        ({"due_on": day(200)}, Fix.TOO_FAR),
        ({"what": "  "}, Fix.NO_WORDS),
        ({"flag_ids": frozenset()}, Fix.NOTHING_PICKED),
        ({"state": State.NOT_NOW, "due_on": day(0)}, Fix.PAST),
    ],
)
def test_what_is_no_answer_is_not_kept(
    inside: Cast, other: dict[str, object], problem: Fix
) -> None:
    flag = noted(inside)
    with pytest.raises(CannotAnswer) as said:
        answered(inside, flag, **other)
    assert said.value.fix is problem
    assert db.session.query(Offer).count() == 0


def test_an_owner_works_for_them_and_a_flag_is_theirs(inside: Cast) -> None:
    flag = noted(inside)
    for who in (inside.zed_worker, inside.jo, inside.ines, inside.maya, inside.far_zed_worker):
        with pytest.raises(NotFound):
            answered(inside, flag, owner_id=who)
    with pytest.raises(NotFound):
        answered(inside, flag, flag_ids=frozenset({flag.id, inside.maya}))
    assert answered(inside, flag, owner_id=inside.olu).owner_id == inside.olu


def test_they_read_what_is_offered_and_one_text_says_only_that(inside: Cast) -> None:
    flag = noted(inside, Kind.SELF_HARM, "zebrafish")
    answered(inside, flag)
    answered(inside, noted(inside, Kind.MOVES), what="A quiet word", is_theirs_to_read=False)
    found = offered_to(inside.viewer(inside.maya), now=NOW)
    assert [(each.offer.what, each.who) for each in found] == [(HELP, "Sam")]
    [message] = texts("something_to_read")
    assert json.loads(str(message.params)) == {"link": f"{ADDRESS}/offered"}
    assert is_sealed(*db.session.execute(text("SELECT what FROM help_offers")).scalars())


@pytest.mark.parametrize(("yes", "state"), [(True, "taken_up"), (False, "declined")])
def test_they_say_yes_or_no_once_and_the_owner_hears_that_there_is_an_answer(
    inside: Cast, yes: bool, state: str
) -> None:
    offer = answered(inside, noted(inside))
    maya = inside.viewer(inside.maya)
    offer_actions.answer_offer(maya, offer.id, yes=yes, address=ADDRESS, now=NOW + HOUR)
    db.session.commit()
    assert (offer.state, offer.answered_at) == (state, NOW + HOUR)
    [message] = texts("offer_answered")
    assert message.person_id == inside.sam
    assert json.loads(str(message.params)) == {
        "who": "M", "link": f"{ADDRESS}/support-offers/{offer.id}",
    }  # fmt: skip
    with pytest.raises(Changed):
        offer_actions.answer_offer(maya, offer.id, yes=not yes, address=ADDRESS, now=NOW)
    lines = db.session.query(OfferLine).order_by(OfferLine.number).all()
    assert [(line.turn, line.by_id) for line in lines] == [
        ("made", inside.sam), (state, inside.maya),
    ]  # fmt: skip


def test_nobody_answers_for_them_and_they_answer_only_what_they_can_read(inside: Cast) -> None:
    offer = answered(inside, noted(inside))
    hidden = answered(inside, noted(inside, Kind.MOVES), is_theirs_to_read=False)
    for who, what in [
        *((each, offer) for each in inside.strangers.values()),
        (inside.jo, offer), (inside.sam, offer), (inside.kit, offer), (inside.maya, hidden),
    ]:  # fmt: skip
        with pytest.raises(NotFound):
            offer_actions.answer_offer(
                inside.viewer(who), what.id, yes=True, address=ADDRESS, now=NOW
            )
    assert offer.state == hidden.state == "offered"


def test_it_is_moved_with_a_reason_and_ended_with_words(inside: Cast) -> None:
    offer = answered(inside, noted(inside))
    sue = inside.viewer(inside.sue)
    offer_actions.move_offer(
        sue, offer.id, owner_id=inside.olu, due_on=day(9), reason="Sam is ill", now=NOW
    )
    assert (offer.owner_id, offer.due_on) == (inside.olu, day(9))
    for due, why, problem in ((9, " ", Fix.NO_WORDS), (-1, "x", Fix.PAST)):
        with pytest.raises(CannotAnswer) as said:
            offer_actions.move_offer(
                sue, offer.id, owner_id=inside.olu, due_on=day(due), reason=why, now=NOW
            )
        assert said.value.fix is problem
    with pytest.raises(NotFound):
        offer_actions.move_offer(
            sue, offer.id, owner_id=inside.jo, due_on=day(9), reason="x", now=NOW
        )
    for state in (State.DECLINED, State.DONE):
        with pytest.raises(CannotAnswer):
            changed(inside, offer, state, " ")
    changed(inside, offer, State.TAKEN_UP, "")
    changed(inside, offer, State.DONE, "She came every Friday")
    with pytest.raises(Changed):
        changed(inside, offer, State.DECLINED)
    assert (offer.did, offer.next_look_at) == ("She came every Friday", None)


def test_its_owner_may_change_it_though_they_work_at_night_only(inside: Cast) -> None:
    mine = answered(inside, noted(inside), owner_id=inside.olu)
    other = answered(inside, noted(inside, Kind.MOVES))
    olu = inside.viewer(inside.olu)
    offer_actions.change_offer(olu, mine.id, State.DONE, "Done", address=ADDRESS, now=NOW)
    with pytest.raises(NotFound):
        offer_actions.change_offer(olu, other.id, State.DONE, "Done", address=ADDRESS, now=NOW)


def swept(days: int) -> int:
    done = sweep_offers(now=NOW + days * DAY, address=ADDRESS)
    db.session.commit()
    return done


def test_late_its_owner_hears_once_then_the_supervisors_and_nobody_else(inside: Cast) -> None:
    offer = answered(inside, noted(inside), due_on=day(0))
    assert swept(0) == 0
    assert swept(1) == 1 and swept(1) == 0
    assert [message.person_id for message in texts("promise_due")] == [inside.sam]
    assert swept(2) == 1 and swept(30) == 0
    [alert] = db.session.query(Alert).filter_by(kind="promise")
    assert (alert.about_kind, alert.about_id) == ("help_offer", offer.id)
    assert list(db.session.scalars(select(AlertNotice.person_id))) == [inside.sue]
    assert my_offers(inside.viewer(inside.sam), now=NOW + 2 * DAY)[0].is_late


def test_whose_owner_left_the_supervisors_hear_at_once_and_of_what_is_over_nobody(
    inside: Cast,
) -> None:
    answered(inside, noted(inside), due_on=day(0))
    changed(inside, answered(inside, noted(inside, Kind.MOVES), due_on=day(0)), State.DONE)
    db.session.get_one(Person, inside.sam).ended_at = NOW
    db.session.commit()
    assert swept(1) == 1
    assert texts("promise_due") == []
    assert db.session.query(Alert).filter_by(kind="promise").count() == 1


def test_a_factor_no_longer_holds_by_hand_but_not_what_the_record_says(inside: Cast) -> None:
    flag = noted(inside)
    actions.end_flag(inside.viewer(inside.sam), flag.id, now=NOW)
    db.session.commit()
    assert (flag.ending, flag.ended_by_id) == ("no_longer", inside.sam)
    assert asking(inside) == []
    with pytest.raises(NotFound):
        actions.end_flag(inside.viewer(inside.sam), flag.id, now=NOW)


def test_a_sign_is_noticed_not_noted(inside: Cast) -> None:
    with pytest.raises(NotFound):
        noted(inside, Kind.SIGN)


def test_strangers_carers_and_they_themselves_find_nothing(inside: Cast) -> None:
    flag = noted(inside)
    offer = answered(inside, flag)
    for who in [
        *inside.strangers.values(), inside.jo, inside.maya, inside.kit, inside.kits_worker,
        inside.adil, inside.ines, inside.ade,
    ]:  # fmt: skip
        viewer = inside.viewer(who)
        for ask in (
            lambda v: get_support(v, inside.maya, now=NOW),
            lambda v: get_offer(v, offer.id, now=NOW),
            lambda v: actions.end_flag(v, flag.id, now=NOW),
            lambda v: offer_actions.change_offer(
                v, offer.id, State.DONE, "x", address=ADDRESS, now=NOW
            ),
        ):
            with pytest.raises(NotFound):
                ask(viewer)
        with pytest.raises(NotFound):
            answered(inside, flag, by=who)
        assert asking(inside, who, at=9) == []
        assert my_offers(viewer, now=NOW) == []
    assert db.session.query(Flag).one().ended_at is None


def test_the_list_holds_those_whose_page_opens_and_no_others(inside: Cast) -> None:
    noted(inside)
    for who in (inside.sam, inside.sue, inside.olu):
        assert len(asking(inside, who)) == 1
        assert get_support(inside.viewer(who), inside.maya, now=NOW).asking
