"""What was noticed and offered loses its words after its time, and not while it holds."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from engage.db import db
from engage.heightened import offer_actions
from engage.heightened.rules import Kind, State
from engage.operators import keeping
from engage.operators.whole_record import gather
from engage.policy.keeping_rules import DEFAULT_DAYS, Kept
from tests.cast import NOW, Cast
from tests.heightened.conftest import answered, changed, day, noted, noticed

WORD = "blue umbrella"
DAYS = DEFAULT_DAYS[Kept.HELP]


@pytest.fixture
def inside(app: Flask, cast: Cast) -> Iterator[Cast]:
    with app.app_context():
        yield cast


def erase(days: int) -> int:
    done = keeping.erase(Kept.HELP, now=NOW + timedelta(days=days, minutes=1))
    db.session.commit()
    db.session.expire_all()
    return done


def test_words_go_a_year_after_it_is_over_and_what_holds_keeps_them(inside: Cast) -> None:
    holds, sign = noted(inside, Kind.SIBLINGS, WORD), noticed(inside)
    sign.words = WORD
    still = answered(inside, holds, what=WORD)
    done = answered(inside, noted(inside, Kind.MOVES), what=WORD)
    offer_actions.move_offer(
        inside.viewer(inside.sam), done.id, owner_id=inside.sam, due_on=day(6), reason=WORD, now=NOW
    )
    changed(inside, done, State.DONE, WORD)
    reason = answered(inside, sign, state=State.NOT_NOW, what=WORD)
    assert erase(DAYS - 1) == 0
    # The sign, the offer that is done, one of its lines, and the reason.
    assert erase(DAYS) == 4
    assert (sign.words, done.what, done.did, reason.what) == (None, None, None, None)
    assert (done.state, done.due_on, holds.words, still.what) == ("done", day(6), WORD, WORD)


def test_all_of_it_is_in_what_is_taken_out_for_the_young_person(inside: Cast) -> None:
    flag = noted(inside, Kind.SIBLINGS, WORD)
    answered(inside, flag, what=WORD)
    taken = gather(inside.maya, now=NOW)["records"]
    assert {"help_flags", "help_offers", "help_offer_flags", "help_offer_lines"} <= set(taken)
    assert taken["help_flags"][0]["words"] == WORD
