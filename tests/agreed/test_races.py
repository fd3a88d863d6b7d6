"""Two people, or a person and the scheduler, at one agreed time in the same moment."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from engage.agreed import actions as times
from engage.agreed.models import AgreedTime, ExpectedCheckIn
from engage.agreed.rules import ExpectedState, TimeState
from engage.agreed.sweep_actions import sweep_expected
from engage.alerts.models import Alert
from engage.db import db
from tests.agreed.expecting import DUE, FRIDAYS, OVERDUE, agreed
from tests.at_once import at_once
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS, own_number

ROUNDS = 5


def proposed_without_a_yes(cast: Cast) -> UUID:
    """A proposal that came over from before: nobody's yes is written down yet."""
    time = times.propose(cast.viewer(cast.sam), cast.maya, FRIDAYS, now=NOW)
    time.worker_agreed_at = time.young_agreed_at = None
    db.session.commit()
    return time.id


def test_two_yeses_at_once_are_both_heard(app: Flask, cast: Cast) -> None:
    for _ in range(ROUNDS):
        with app.app_context():
            own_number(cast)
            time_id = proposed_without_a_yes(cast)

        def yes(who: UUID, time_id: UUID = time_id) -> Callable[[], object]:
            return lambda: times.agree(cast.viewer(who), time_id, now=NOW)

        results = at_once(app, [yes(cast.sam), yes(cast.maya)])
        assert results == [True, True]
        with app.app_context():
            time = db.session.get_one(AgreedTime, time_id)
            assert time.state == TimeState.ACTIVE
            assert [row.due_at for row in rows_of(time_id)] == [DUE]
            times.end(cast.viewer(cast.sam), time_id, now=NOW)
            db.session.commit()


def rows_of(time_id: UUID) -> list[ExpectedCheckIn]:
    wanted = select(ExpectedCheckIn).where(ExpectedCheckIn.agreed_time_id == time_id)
    return list(db.session.scalars(wanted.order_by(ExpectedCheckIn.due_at)))


def test_an_end_beside_the_scheduler_leaves_nothing_that_rings_later(
    app: Flask, cast: Cast
) -> None:
    """Whoever is quicker, the missed one is told of once, and no later one ever."""
    with app.app_context():
        own_number(cast)
        time_id = agreed(cast).id

    def end() -> object:
        return times.end(cast.viewer(cast.sam), time_id, now=OVERDUE)

    def sweep() -> object:
        return sweep_expected(now=OVERDUE, address=ADDRESS)

    at_once(app, [end, sweep, sweep])
    with app.app_context():
        for days in (0, 7, 14):
            sweep_expected(now=OVERDUE + timedelta(days=days), address=ADDRESS)
            db.session.commit()
        raised = [row.due_at for row in rows_of(time_id) if row.raised_at is not None]
        assert raised == [DUE]
        assert len(db.session.scalars(select(Alert)).all()) == 1
        assert not [row for row in rows_of(time_id) if row.state == ExpectedState.WAITING]


def test_a_pause_beside_the_scheduler_silences_what_comes_and_not_what_was_missed(
    app: Flask, cast: Cast
) -> None:
    with app.app_context():
        own_number(cast)
        time_id = agreed(cast).id
    until = OVERDUE + timedelta(days=10)

    def pause() -> object:
        return times.pause(cast.viewer(cast.sam), time_id, until, now=OVERDUE)

    def sweep() -> object:
        return sweep_expected(now=OVERDUE, address=ADDRESS)

    at_once(app, [pause, sweep])
    with app.app_context():
        for days in range(0, 10, 3):
            sweep_expected(now=OVERDUE + timedelta(days=days), address=ADDRESS)
            db.session.commit()
        assert [row.due_at for row in rows_of(time_id) if row.raised_at is not None] == [DUE]
        waiting = [row.due_at for row in rows_of(time_id) if row.state == ExpectedState.WAITING]
        assert waiting == [DUE + timedelta(days=14)]


def test_ten_schedulers_at_once_tell_of_it_once(app: Flask, cast: Cast) -> None:
    with app.app_context():
        own_number(cast)
        time_id = agreed(cast).id

    def sweep() -> object:
        return sweep_expected(now=OVERDUE, address=ADDRESS)

    at_once(app, [sweep] * 10)
    with app.app_context():
        assert len(db.session.scalars(select(Alert)).all()) == 1
        assert [row.due_at for row in rows_of(time_id)] == [DUE, DUE + timedelta(days=7)]
