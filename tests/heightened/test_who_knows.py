"""Whoever noticed a sign needs no text of it, and reads how far it has come, "now" not for long."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from engage.alerts.actions import acknowledge
from engage.alerts.models import Alert, AlertNotice
from engage.alerts.queries import alerts
from engage.alerts.rules import AlertState, How
from engage.alerts.sweep_actions import sweep
from engage.alerts.taken_actions import resolve
from engage.alerts.taken_rules import Outcome
from engage.db import db
from engage.heightened.labels import heard
from engage.heightened.models import Flag
from engage.heightened.rules import HEARD_WITHIN, Hearing, hearing
from engage.heightened.sign_queries import count_signs, get_sign
from engage.messaging.models import Message
from engage.people.models import Relationship, RelationshipKind, RoleGrant
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS
from tests.heightened.conftest import answered, noticed
from tests.page import Page

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


def texted(template: str = "alert_sign") -> list:
    wanted = select(Message.person_id).where(Message.template == template)
    return list(db.session.scalars(wanted))


def swept(now) -> None:
    sweep(now=now, address=ADDRESS, limit=50)
    db.session.commit()


def test_a_worker_who_noticed_it_gets_no_text_and_the_others_do(inside: Cast) -> None:
    noticed(inside, inside.sam)
    assert set(texted()) == {inside.ade}


def test_the_chain_goes_past_them_until_nobody_else_is_left(inside: Cast) -> None:
    noticed(inside, inside.sue)
    assert set(texted()) == {inside.sam, inside.ade}
    swept(NOW + 10 * MINUTE)
    assert set(texted()) == {inside.sam, inside.ade, inside.olu}
    # Nobody but her is left on the chain, so all are asked once more.
    swept(NOW + 20 * MINUTE)
    assert inside.sue in texted()


def test_a_supervisor_who_did_not_notice_it_is_asked_when_the_chain_comes_there(
    inside: Cast,
) -> None:
    noticed(inside, inside.sam)
    for minutes in (10, 20):
        swept(NOW + minutes * MINUTE)
    assert inside.sue in texted() and inside.sam not in texted()


def test_once_nobody_is_left_all_are_asked(inside: Cast) -> None:
    noticed(inside, inside.sam)
    for minutes in (10, 20, 35, 50):
        swept(NOW + minutes * MINUTE)
    assert inside.sam in texted()


def test_whoever_noticed_it_hears_who_has_it_and_may_take_it_themselves(inside: Cast) -> None:
    flag = noticed(inside, inside.sam)
    seen = [page.alert.id for page in alerts(inside.viewer(inside.sam), now=NOW)]
    assert flag.alert_id in seen
    acknowledge(flag.alert_id, inside.ade, how=How.TEXT, now=NOW, viewer=inside.viewer(inside.ade))
    db.session.commit()
    assert inside.sam in texted("alert_taken") and inside.jo not in texted("alert_taken")


def test_a_carer_who_noticed_it_is_still_not_on_the_chain(inside: Cast) -> None:
    noticed(inside)
    assert inside.jo not in set(db.session.scalars(select(AlertNotice.person_id)))


def test_where_nobody_else_is_near_the_night_team_hears_at_once(inside: Cast) -> None:
    for row in db.session.query(Relationship).filter_by(kind=RelationshipKind.CHECK_IN):
        row.ends_at = NOW
    db.session.commit()
    noticed(inside, inside.sam)
    assert set(texted()) == {inside.olu}


def test_where_nobody_else_is_there_at_all_it_is_shown_and_then_asked(inside: Cast) -> None:
    for row in db.session.query(Relationship).filter_by(kind=RelationshipKind.CHECK_IN):
        row.ends_at = NOW
    for grant in db.session.query(RoleGrant).filter(RoleGrant.person_id != inside.sam):
        grant.ends_at = NOW
    db.session.commit()
    noticed(inside, inside.sam)
    [alert] = db.session.query(Alert)
    assert alert.nobody_told and not texted()
    assert alert.next_due_at is not None
    swept(alert.next_due_at)
    assert set(texted()) == {inside.sam}


@pytest.mark.parametrize(
    ("after", "taken", "over", "found"),
    [
        (timedelta(0), False, False, Hearing.NOW),
        (HEARD_WITHIN - SECOND, False, False, Hearing.NOW),
        (HEARD_WITHIN, False, False, Hearing.ASKED),
        (timedelta(days=9), False, False, Hearing.ASKED),
        (timedelta(0), True, False, Hearing.TAKEN),
        (timedelta(days=9), True, False, Hearing.TAKEN),
        (timedelta(0), True, True, Hearing.OVER),
        (timedelta(0), False, True, Hearing.OVER),
    ],
)
def test_how_far_a_sign_has_come(after, taken: bool, over: bool, found: Hearing) -> None:
    assert hearing(NOW, NOW + after, is_taken=taken, is_over=over) is found


def words_of(cast: Cast, flag: Flag, now) -> str:
    return heard(get_sign(cast.viewer(cast.jo, now), flag.id, now=now))


def test_the_words_follow_it_from_the_tap_to_its_end(inside: Cast) -> None:
    flag = noticed(inside)
    assert "hear of it now" in words_of(inside, flag, NOW)
    assert "nobody has said yet" in words_of(inside, flag, NOW + timedelta(hours=3))
    sam = inside.viewer(inside.sam)
    assert flag.alert_id is not None
    acknowledge(flag.alert_id, inside.sam, how=How.PAGE, now=NOW, viewer=sam)
    db.session.commit()
    assert words_of(inside, flag, NOW) == "Sam has it."
    resolve(sam, flag.alert_id, Outcome.SPOKE, now=NOW)
    db.session.commit()
    db.session.expire_all()
    assert "looked after" in words_of(inside, flag, NOW + timedelta(hours=3))


def test_the_page_of_an_old_sign_says_nothing_of_now(
    app: Flask, cast: Cast, client, sign_in: Callable, clock
) -> None:
    with app.app_context():
        here = f"/noticed/{noticed(cast).id}"
    jos = sign_in(client, cast.jo)
    assert "hear of it now" in Page(jos.get(here)).main_text
    clock.shift(31 * 60)
    page = Page(sign_in(app.test_client(), cast.jo).get(here))
    assert "of it now" not in page.main_text and "nobody has said yet" in page.main_text


def test_an_answered_sign_waits_no_more(inside: Cast) -> None:
    first, second = noticed(inside), noticed(inside, inside.sam, now=NOW + MINUTE)
    sue = inside.viewer(inside.sue)
    assert count_signs(sue, now=NOW + MINUTE) == 2
    answered(inside, first, now=NOW + MINUTE)
    assert count_signs(sue, now=NOW + MINUTE) == 1
    second.ended_at = NOW
    db.session.commit()
    assert count_signs(sue, now=NOW + MINUTE) == 0


@pytest.mark.parametrize("name", ["jo", "maya", "ade", "adil", "ines", "zed_worker", "kits_worker",
                                  "far_zed_worker", "far_zed_supervisor"])  # fmt: skip
def test_others_count_nothing_of_it(inside: Cast, name: str) -> None:
    noticed(inside)
    assert count_signs(inside.viewer(getattr(inside, name)), now=NOW) == 0
    [alert] = db.session.query(Alert)
    assert alert.state == AlertState.OPEN
