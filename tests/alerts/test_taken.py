"""Whoever has an alert is asked how it is, until they say what came of it."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from engage.alerts import actions, taken_actions
from engage.alerts.models import Alert, AlertNotice
from engage.alerts.rules import AlertKind, AlertState, How
from engage.alerts.sweep_actions import sweep
from engage.alerts.taken_rules import DIGITS, MOST_UNANSWERED, OFFERED, Answer, Holder, Outcome
from engage.alerts.taken_rules import is_asked_again as asked_again
from engage.audit.models import AuditEntry
from engage.db import db
from engage.messaging.models import Message
from engage.people.models import Person
from tests.alerts.test_actions import MINUTE, people_told, raised, swept, the
from tests.cast import Cast
from tests.checkins.texting import ADDRESS, outbox, own_number, phone_of, text, told
from tests.sealing import is_sealed

pytestmark = pytest.mark.usefixtures("inside")
HALF_HOUR = 30 * MINUTE


@pytest.fixture
def inside(app: Flask, cast: Cast) -> Iterator[None]:
    with app.app_context():
        own_number(cast)
        yield


def taken(cast: Cast, now, kind=AlertKind.TALK, by: UUID | None = None) -> UUID:
    """Raise an alert that Jo, or `by`, has at once."""
    alert_id, by = raised(cast, now, kind), by or cast.jo
    actions.acknowledge(alert_id, by, how=How.PAGE, now=now, viewer=cast.viewer(by))
    db.session.commit()
    return alert_id


def texts_to(person_id: UUID, template: str) -> int:
    return len([s for s in outbox() if (s.to, s.template) == (person_id, template)])


def verbs(alert_id: UUID) -> list[str]:
    rows = select(AuditEntry.verb).where(AuditEntry.object_id == alert_id)
    return list(db.session.scalars(rows.order_by(AuditEntry.at)))


def test_whoever_has_it_is_asked_after_half_an_hour_and_once(cast, now):
    alert_id = taken(cast, now)
    assert swept(now + HALF_HOUR - timedelta(seconds=1)) == 0
    assert swept(now + HALF_HOUR) == 1
    assert swept(now + HALF_HOUR) == 0
    assert texts_to(cast.jo, "alert_remind") == 1
    assert told("alert_remind") == {cast.jo}
    found = the(alert_id)
    assert (found.state, found.unanswered, found.turn) == ("acknowledged", 1, 1)
    assert found.acknowledged_by_id == cast.jo


def test_unanswered_it_climbs_to_the_next_person_and_says_whose_it_was(cast, now):
    alert_id = taken(cast, now)
    for step in range(1, MOST_UNANSWERED + 1):
        assert swept(now + step * HALF_HOUR) == 1
        assert the(alert_id).state == AlertState.ACKNOWLEDGED
    assert swept(now + 3 * HALF_HOUR) == 1
    found = the(alert_id)
    assert (found.state, found.acknowledged_by_id) == (AlertState.OPEN, None)
    assert found.held_before_id == cast.jo
    # The first of the chain were told before: Jo is the next, and had it, so the text says so.
    assert people_told(alert_id)[0] == cast.ade
    assert texts_to(cast.jo, "alert_remind") == MOST_UNANSWERED
    assert verbs(alert_id).count("alert:reopened") == 1


def test_each_level_above_is_told_once_however_often_it_comes_back(cast, now):
    alert_id, at = taken(cast, now, by=cast.sam), now
    for _ in range(4):
        for _ in range(MOST_UNANSWERED + 1):
            at = the(alert_id).next_due_at
            assert swept(at) == 1
            assert swept(at) == 0
        if the(alert_id).state == AlertState.OPEN and the(alert_id).round == 0:
            actions.acknowledge(
                alert_id, cast.sam, how=How.PAGE, now=at, viewer=cast.viewer(cast.sam)
            )
            db.session.commit()
    keys = list(db.session.scalars(select(Message.dedupe_key)))
    assert len(keys) == len(set(keys))
    chain = select(AlertNotice.person_id).where(
        AlertNotice.alert_id == alert_id, AlertNotice.turn == 0, AlertNotice.round == 0
    )
    people = list(db.session.scalars(chain))
    assert len(people) == len(set(people))


def test_several_schedulers_ask_once(app, cast, now):
    ids = [taken(cast, now) for _ in range(12)]
    sums: list[int] = []

    def schedule() -> None:
        with app.app_context():
            while done := sweep(now=now + HALF_HOUR, address=ADDRESS, limit=5):
                db.session.commit()
                sums.append(done)

    threads = [threading.Thread(target=schedule) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sums) == len(ids)
    rows = db.session.execute(
        select(AlertNotice.alert_id, func.count())
        .where(AlertNotice.turn > 0)
        .group_by(AlertNotice.alert_id)
    ).all()
    assert dict(rows) == dict.fromkeys(ids, 1)


def test_someone_who_left_is_not_asked_and_the_next_are_told_at_once(cast, now):
    alert_id = taken(cast, now)
    db.session.get_one(Person, cast.jo).ended_at = now + MINUTE
    db.session.commit()
    swept(now + HALF_HOUR)
    assert told("alert_remind") == set()
    assert the(alert_id).state == AlertState.OPEN
    assert told("alert_asked_others") == set()


def test_a_reminder_that_comes_too_late_is_not_sent(cast, now):
    taken(cast, now)
    swept(now + HALF_HOUR)
    (row,) = db.session.scalars(select(Message).where(Message.template == "alert_remind"))
    assert row.not_after == now + 2 * HALF_HOUR
    assert row.klass == "S"


def test_still_on_it_asks_again_later_and_starts_the_count_anew(cast, now):
    alert_id = taken(cast, now)
    swept(now + HALF_HOUR)
    assert text(phone_of(cast.jo), "1", now=now + HALF_HOUR + MINUTE).alert_id == alert_id
    found = the(alert_id)
    assert (found.unanswered, found.next_due_at) == (0, now + 2 * HALF_HOUR + MINUTE)
    assert texts_to(cast.jo, "alert_still_yours") == 1
    swept(now + 2 * HALF_HOUR + MINUTE)
    assert texts_to(cast.jo, "alert_remind") == 2
    assert the(alert_id).state == AlertState.ACKNOWLEDGED


@pytest.mark.parametrize(
    ("digit", "outcome"), [("2", Outcome.SPOKE), ("3", Outcome.OTHER), ("٢", Outcome.SPOKE)]
)
def test_a_texted_digit_says_what_came_of_it(cast, now, digit, outcome):
    alert_id = taken(cast, now)
    swept(now + HALF_HOUR)
    text(phone_of(cast.jo), digit, now=now + HALF_HOUR + MINUTE)
    found = the(alert_id)
    assert (found.state, found.outcome) == (AlertState.RESOLVED, outcome)
    assert (found.resolved_by_id, found.next_due_at) == (cast.jo, None)
    assert texts_to(cast.jo, "alert_over") == 1
    assert swept(now + timedelta(days=30)) == 0


def test_a_texted_4_passes_it_on_and_never_back_to_the_same_person(cast, now):
    alert_id = taken(cast, now)
    swept(now + HALF_HOUR)
    before = set(people_told(alert_id))
    text(phone_of(cast.jo), "4", now=now + HALF_HOUR + MINUTE)
    found = the(alert_id)
    assert (found.state, found.held_before_id) == (AlertState.OPEN, cast.jo)
    assert set(people_told(alert_id)) - before == {cast.olu}
    assert texts_to(cast.jo, "alert_passed_on") == 1


def test_a_digit_nobody_asked_for_ends_nothing(cast, now):
    alert_id = taken(cast, now)
    for digit in "234":
        text(phone_of(cast.jo), digit, now=now + MINUTE)
    assert the(alert_id).state == AlertState.ACKNOWLEDGED
    # It is on the board, for a person to read.
    assert told("alert_unmatched")


def test_a_digit_that_could_mean_two_ends_neither(cast, now):
    first, second = taken(cast, now), taken(cast, now, AlertKind.NOT_OK)
    swept(now + HALF_HOUR)
    text(phone_of(cast.jo), "2", now=now + HALF_HOUR + MINUTE)
    assert {the(first).state, the(second).state} == {AlertState.ACKNOWLEDGED}
    assert texts_to(cast.jo, "alert_which") == 1
    text(phone_of(cast.jo), "1", now=now + HALF_HOUR + 2 * MINUTE)
    assert {the(first).unanswered, the(second).unanswered} == {0}


def test_what_nobody_has_goes_before_what_one_has(cast, now):
    mine = taken(cast, now)
    swept(now + HALF_HOUR)
    new = raised(cast, now + HALF_HOUR, AlertKind.SOS)
    assert text(phone_of(cast.jo), "1", now=now + HALF_HOUR + MINUTE).alert_id == new
    assert the(mine).unanswered == 1


def test_an_answer_that_comes_after_others_were_asked_still_counts(cast, now):
    alert_id = taken(cast, now)
    for step in (1, 2, 3):
        swept(now + step * HALF_HOUR)
    assert the(alert_id).state == AlertState.OPEN
    text(phone_of(cast.jo), "2", now=now + 3 * HALF_HOUR + MINUTE)
    assert (the(alert_id).state, the(alert_id).outcome) == (AlertState.RESOLVED, Outcome.SPOKE)


def test_who_takes_it_the_second_time_is_told_of_to_everybody_again(cast, now):
    alert_id = taken(cast, now)
    first = len([s for s in outbox() if s.template == "alert_taken"])
    for step in (1, 2, 3):
        swept(now + step * HALF_HOUR)
    at = now + 3 * HALF_HOUR + MINUTE
    actions.acknowledge(alert_id, cast.sam, how=How.PAGE, now=at, viewer=cast.viewer(cast.sam))
    db.session.commit()
    again = [s for s in outbox() if s.template == "alert_taken"][first:]
    assert {s.to for s in again} >= {cast.ade, cast.jo}


def test_a_named_person_gets_what_is_passed_to_them_alone(cast, now):
    alert_id, sam = taken(cast, now, by=cast.sam), cast.viewer(cast.sam)
    before = len(people_told(alert_id))
    at = now + MINUTE
    assert taken_actions.hand_over(sam, alert_id, to=cast.sue, address=ADDRESS, now=at)
    db.session.commit()
    assert people_told(alert_id)[before:] == [cast.sue]
    found = the(alert_id)
    assert (found.state, found.held_before_id, found.turn) == (AlertState.OPEN, cast.sam, 1)
    # Nobody took it from there: it climbs as ever.
    assert swept(found.next_due_at) == 1
    assert len(people_told(alert_id)) > before + 1


def test_it_is_never_passed_to_a_stranger_or_to_nobody(cast, now):
    alert_id, sam = taken(cast, now, by=cast.sam), cast.viewer(cast.sam)
    for other in (cast.zed_carer, cast.maya, cast.kit):
        assert not taken_actions.hand_over(sam, alert_id, to=other, address=ADDRESS, now=now)
    assert the(alert_id).acknowledged_by_id == cast.sam


def test_an_alert_can_be_passed_back_and_forth(cast, now):
    alert_id, at = taken(cast, now, by=cast.sam), now
    for who, to in [(cast.sam, cast.sue), (cast.sue, cast.sam)] * 3:
        at += MINUTE
        viewer = cast.viewer(who)
        assert taken_actions.hand_over(viewer, alert_id, to=to, address=ADDRESS, now=at)
        assert actions.acknowledge(
            alert_id, to, how=How.PAGE, now=at, viewer=cast.viewer(to)
        ).is_theirs
        db.session.commit()
    assert the(alert_id).turn == 6


def test_only_what_somebody_has_is_over_and_only_once(cast, now):
    alert_id, sam = raised(cast, now), cast.viewer(cast.sam)
    assert not taken_actions.resolve(sam, alert_id, Outcome.SPOKE, now=now)
    actions.acknowledge(alert_id, cast.sam, how=How.PAGE, now=now, viewer=sam)
    assert taken_actions.resolve(sam, alert_id, Outcome.OTHER, note="Nan has her", now=now)
    assert not taken_actions.resolve(sam, alert_id, Outcome.SPOKE, now=now)
    db.session.commit()
    found = the(alert_id)
    assert (found.outcome, found.outcome_note) == (Outcome.OTHER, "Nan has her")
    raw = db.session.scalar(select(Alert._outcome_note).where(Alert.id == alert_id))
    assert is_sealed(raw)
    assert not taken_actions.keep_on(sam, alert_id, now=now)
    assert not taken_actions.hand_over(sam, alert_id, address=ADDRESS, now=now)


def test_only_whoever_has_it_keeps_it(cast, now):
    alert_id = taken(cast, now)
    assert not taken_actions.keep_on(cast.viewer(cast.sam), alert_id, now=now)
    assert taken_actions.keep_on(cast.viewer(cast.jo), alert_id, now=now)


@pytest.mark.parametrize("words", ["ok", "i'm fine", "ready", "1"])
def test_nothing_a_young_person_sends_ends_an_alert_that_somebody_has(cast, now, words):
    alert_id = taken(cast, now, AlertKind.SOS)
    text(phone_of(cast.maya), words, now=now + MINUTE)
    assert the(alert_id).state == AlertState.ACKNOWLEDGED
    assert swept(now + HALF_HOUR) >= 1
    assert texts_to(cast.jo, "alert_remind") == 1


def test_what_was_done_stands_in_the_audit(cast, now):
    alert_id, jo = taken(cast, now), cast.viewer(cast.jo)
    swept(now + HALF_HOUR)
    taken_actions.keep_on(jo, alert_id, now=now + HALF_HOUR)
    taken_actions.hand_over(jo, alert_id, address=ADDRESS, now=now + HALF_HOUR + MINUTE)
    db.session.commit()
    assert set(verbs(alert_id)) == {
        "alert:raised", "alert:acknowledged", "alert:reminded", "alert:kept", "alert:passed_on",
    }  # fmt: skip


def test_held_alerts_that_are_not_due_cost_the_sweep_one_look(cast, now):
    for _ in range(10):
        taken(cast, now)
    assert swept(now + 10 * MINUTE) == 0


@pytest.mark.parametrize(
    ("unanswered", "holder", "is_asked"),
    [
        (0, Holder("en"), True),
        (MOST_UNANSWERED - 1, Holder("en"), True),
        (MOST_UNANSWERED, Holder("en"), False),
        (0, Holder("en", has_left=True), False),
        (0, None, False),
    ],
)
def test_who_is_asked_again(unanswered, holder, is_asked):
    assert asked_again(unanswered, holder) is is_asked


def test_the_digits_in_the_text_are_the_digits_that_count():
    words = (  # what stands in alert_remind, in English
        "1 still on it, 2 spoke with them: over, 3 over another way, 4 pass it on"
    )
    assert dict(enumerate(Answer, 1)) == DIGITS
    assert all(f"{digit} " in words for digit in DIGITS)
    assert set(OFFERED) < set(Outcome)


def test_a_clock_that_goes_back_an_hour_doubles_nothing(cast, now):
    alert_id = taken(cast, now)
    assert swept(now + HALF_HOUR) == 1
    for minute in range(0, 60, 7):
        assert swept(now - HALF_HOUR + minute * MINUTE) == 0
    assert texts_to(cast.jo, "alert_remind") == 1
    # … and one that jumps ahead is early by the jump, once.
    assert swept(now + HALF_HOUR + timedelta(hours=1)) == 1
    assert swept(now + HALF_HOUR + timedelta(hours=1)) == 0
    assert the(alert_id).turn == 2
