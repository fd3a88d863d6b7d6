"""What was promised and what was said about harm goes when its time is over, and not before."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from engage.db import db
from engage.operators import keeping
from engage.operators.forgetting import forget_harm_of_nobody
from engage.outcomes.models import NextStep, NextStepLine
from engage.outcomes.rules import Consent, From, Kind, State, Turn
from engage.policy.keeping_rules import DEFAULT_DAYS, Kept
from engage.safeguarding.models import Allegation, AllegationTold, Screening
from engage.safeguarding.rules import About, Deed, Found, Seen, Stage, Whom
from tests.cast import NOW, Cast

WORD = "blue umbrella"


@pytest.fixture
def inside(app: Flask, cast: Cast) -> Iterator[Cast]:
    with app.app_context():
        yield cast


def allegation(cast: Cast, closed: bool = True, named: bool = True) -> Allegation:
    return Allegation(
        organisation_id=cast.organisation, young_person_id=cast.maya if named else None,
        seen=Seen.PAGE, about=About.OTHER, about_name=WORD, words=WORD, safe_now=WORD,
        they_know=WORD, opened_at=NOW, opened_by_id=cast.sam, due_at=NOW, rule={},
        stage=Stage.CLOSED, closed_at=NOW if closed else None,
    )  # fmt: skip


def step(cast: Cast, state: State = State.DONE) -> NextStep:
    return NextStep(
        young_person_id=cast.maya, organisation_id=cast.organisation, came_of=From.TALK,
        came_of_id=cast.maya, kind=Kind.OTHER, consent=Consent.NOT_ASKED, said=WORD, what=WORD,
        did=WORD, owner_id=cast.sam, due_on=NOW.date(), state=state, made_at=NOW,
        ended_at=NOW if state != State.OPEN else None, times_told=0,
    )  # fmt: skip


def store(*rows: object) -> None:
    for row in rows:
        db.session.add(row)
        db.session.flush()
    db.session.commit()


def erase(kind: Kept, days: int) -> int:
    done = keeping.erase(kind, now=NOW + timedelta(days=days, minutes=1))
    db.session.commit()
    db.session.expire_all()
    return done


def test_what_was_promised_loses_its_words_after_its_time_and_keeps_that_it_was_done(
    inside: Cast,
) -> None:
    made, still = step(inside), step(inside, State.OPEN)
    line = NextStepLine(
        next_step_id=made.id, number=1, turn=Turn.MADE, at=NOW, by_id=inside.sam,
        owner_id=inside.sam, due_on=NOW.date(), reason=WORD,
    )  # fmt: skip
    store(made, still, line)
    days = DEFAULT_DAYS[Kept.NEXT_STEPS]
    assert erase(Kept.NEXT_STEPS, days - 1) == 0
    assert erase(Kept.NEXT_STEPS, days) == 2
    assert (made.said, made.what, made.did, line.reason) == (None, None, None, None)
    assert (made.state, made.ended_at, line.turn) == ("done", NOW, "made")
    assert still.said == WORD


def test_harm_keeps_its_words_as_long_as_the_audit_and_while_it_is_open(inside: Cast) -> None:
    made, still = allegation(inside), allegation(inside, closed=False)
    told = AllegationTold(
        allegation_id=made.id, number=1, whom=Whom.POLICE, deed=Deed.TOLD, told_at=NOW, named=WORD,
        reference=WORD, reason=WORD, by_id=inside.sam, at=NOW,
    )  # fmt: skip
    screening = Screening(
        young_person_id=inside.maya, tool=WORD, done_on=NOW.date(), found=Found.SOME, note=WORD,
        by_id=inside.sam, at=NOW,
    )  # fmt: skip
    store(made, still, told, screening)
    days = DEFAULT_DAYS[Kept.SAFEGUARDING]
    assert erase(Kept.SAFEGUARDING, days - 1) == 0
    assert erase(Kept.SAFEGUARDING, days) == 3
    assert (made.words, made.about_name, told.named, told.reference) == (None,) * 4
    assert (told.deed, made.stage, still.words) == ("told", "closed", WORD)
    assert db.session.query(Screening).count() == 0


def test_harm_of_nobody_known_is_forgotten_too(inside: Cast) -> None:
    made = allegation(inside, named=False)
    store(made)
    days = DEFAULT_DAYS[Kept.SAFEGUARDING]
    assert forget_harm_of_nobody(now=NOW + timedelta(days=days)) == 0
    assert forget_harm_of_nobody(now=NOW + timedelta(days=days + 1)) == 1
    db.session.expire_all()
    assert (made.words, made.safe_now) == (None, None)
