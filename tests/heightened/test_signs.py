"""One tap: who hears, that it is kept once, that it can be taken back, and who finds nothing."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from engage.alerts.actions import acknowledge
from engage.alerts.models import Alert, AlertNotice
from engage.alerts.rules import How, Urgency
from engage.audit.models import AuditEntry
from engage.db import db
from engage.heightened import actions
from engage.heightened.models import Flag
from engage.heightened.rules import Sign
from engage.heightened.sign_queries import get_sign, signs_noticed
from engage.messaging.models import Message
from engage.people.models import Relationship, RelationshipKind
from engage.web.errors import Changed, NotFound
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS
from tests.heightened.conftest import answered, noticed
from tests.sealing import is_sealed

MINUTE = timedelta(minutes=1)


def alerts() -> list[Alert]:
    return db.session.query(Alert).filter_by(kind="sign").all()


def texts(template: str) -> list[Message]:
    return list(db.session.scalars(select(Message).where(Message.template == template)))


def test_one_tap_tells_the_worker_and_who_they_check_in_with_and_not_the_carer(
    inside: Cast,
) -> None:
    flag = noticed(inside)
    [alert] = alerts()
    assert (alert.about_kind, alert.about_id, flag.alert_id) == ("help_flag", flag.id, alert.id)
    assert alert.urgency == Urgency.SOON
    told = set(db.session.scalars(select(AlertNotice.person_id)))
    assert told == {inside.sam, inside.ade}


def test_what_they_hear_says_nothing_of_what_was_noticed(inside: Cast) -> None:
    flag = noticed(inside)
    actions.say_more(inside.viewer(inside.jo), flag.id, Sign.PACKED, "zebrafish bag", now=NOW)
    for message in texts("alert_sign"):
        params = json.loads(str(message.params))
        assert set(params) == {"who", "link"}
        assert params["who"] == "M"
    words = db.session.execute(text("SELECT words FROM help_flags")).scalar_one()
    assert is_sealed(words)
    lines = db.session.scalars(select(AuditEntry).where(AuditEntry.object_kind == "help_flag"))
    assert {(line.verb, line.reason) for line in lines} == {
        ("help_flag:noticed", None), ("help_flag:said_more", None),
    }  # fmt: skip


def test_if_nobody_has_it_the_night_hears_next(inside: Cast) -> None:
    from engage.alerts.sweep_actions import sweep

    noticed(inside)
    sweep(now=NOW + 11 * MINUTE, address=ADDRESS, limit=50)
    db.session.commit()
    assert inside.olu in set(db.session.scalars(select(AlertNotice.person_id)))
    assert inside.jo not in set(db.session.scalars(select(AlertNotice.person_id)))


def test_two_taps_of_one_hand_are_one_sign_and_later_it_is_another(inside: Cast) -> None:
    first = noticed(inside)
    assert noticed(inside, now=NOW + 9 * MINUTE).id == first.id
    later = noticed(inside, now=NOW + 11 * MINUTE)
    assert later.id != first.id
    # People are on it already: no second text.
    assert later.alert_id == first.alert_id
    assert len(alerts()) == 1


def test_a_worker_may_notice_one_too(inside: Cast) -> None:
    assert noticed(inside, inside.sam).by_id == inside.sam


def test_taken_back_everybody_told_hears_that_there_was_no_need(inside: Cast) -> None:
    flag = noticed(inside)
    actions.undo_sign(inside.viewer(inside.jo), flag.id, now=NOW + MINUTE)
    db.session.commit()
    assert (flag.ending, flag.asks_at) == ("undone", None)
    assert {m.person_id for m in texts("info_no_need")} == {inside.sam, inside.ade}
    assert alerts()[0].state == "resolved"
    # Pressed twice, it stays as it is.
    actions.undo_sign(inside.viewer(inside.jo), flag.id, now=NOW + 2 * MINUTE)
    assert len(texts("info_no_need")) == 2
    assert get_sign(inside.viewer(inside.jo), flag.id, now=NOW + 3 * MINUTE).is_undone
    with pytest.raises(Changed):
        actions.say_more(inside.viewer(inside.jo), flag.id, None, "x", now=NOW)


def test_one_taken_back_does_not_stop_what_another_is_worried_about(inside: Cast) -> None:
    mine, other = noticed(inside), noticed(inside, inside.sue)
    assert mine.alert_id == other.alert_id
    actions.undo_sign(inside.viewer(inside.jo), mine.id, now=NOW)
    db.session.commit()
    assert alerts()[0].state == "open"


def test_too_late_or_answered_it_is_not_taken_back(inside: Cast) -> None:
    late, answered_one = noticed(inside), noticed(inside, inside.sue)
    with pytest.raises(Changed):
        actions.undo_sign(inside.viewer(inside.jo), late.id, now=NOW + 61 * MINUTE)
    answered(inside, answered_one)
    with pytest.raises(Changed):
        actions.undo_sign(inside.viewer(inside.sue), answered_one.id, now=NOW)
    assert late.ended_at is None


def test_whoever_noticed_it_sees_who_has_it(inside: Cast) -> None:
    flag = noticed(inside)
    jo = inside.viewer(inside.jo)
    assert get_sign(jo, flag.id, now=NOW).taken_by == ""
    acknowledge(flag.alert_id, inside.sam, how=How.PAGE, now=NOW, viewer=inside.viewer(inside.sam))
    db.session.commit()
    assert get_sign(jo, flag.id, now=NOW).taken_by == "Sam"


def test_it_stands_on_the_carers_page_for_a_day(inside: Cast) -> None:
    flag = noticed(inside)
    jo = inside.viewer(inside.jo)
    assert signs_noticed(jo, now=NOW + MINUTE) == {inside.maya: flag}
    assert signs_noticed(jo, now=NOW + timedelta(days=1)) == {}
    assert signs_noticed(inside.viewer(inside.sam), now=NOW) == {}


def test_strangers_and_those_outside_can_notice_nothing(inside: Cast) -> None:
    for who in [
        *inside.strangers.values(), inside.kits_carer, inside.maya, inside.kit, inside.adil,
        inside.ines, inside.ade,
    ]:  # fmt: skip
        with pytest.raises(NotFound):
            noticed(inside, who)
    assert db.session.query(Flag).count() == 0


def test_nobody_else_finds_it_as_a_sign_and_whoever_left_no_more(inside: Cast) -> None:
    flag = noticed(inside)
    for who in [*inside.strangers.values(), inside.sam, inside.maya, inside.kits_carer]:
        viewer = inside.viewer(who)
        with pytest.raises(NotFound):
            get_sign(viewer, flag.id, now=NOW)
        with pytest.raises(NotFound):
            actions.undo_sign(viewer, flag.id, now=NOW)
        with pytest.raises(NotFound):
            actions.say_more(viewer, flag.id, None, "x", now=NOW)
    cares = db.session.query(Relationship).filter_by(
        person_id=inside.jo, kind=RelationshipKind.CARER
    )
    cares.one().ends_at = NOW
    db.session.commit()
    with pytest.raises(NotFound):
        get_sign(inside.viewer(inside.jo), flag.id, now=NOW + MINUTE)
