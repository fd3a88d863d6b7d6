"""Maya, what was noticed of her, and what Sam offers."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask

from engage.db import db
from engage.heightened import actions, offer_actions
from engage.heightened.models import Flag, Offer
from engage.heightened.offer_actions import Draft
from engage.heightened.rules import Heard, Kind, State
from engage.heightened.sweep_actions import look_at_records
from engage.heightened.turns import begin_lacking
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS

TODAY = NOW.date()
HELP = "Nan can come for tea on Fridays"


@pytest.fixture
def inside(app: Flask, cast: Cast) -> Iterator[Cast]:
    with app.app_context():
        yield cast


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


def noticed(cast: Cast, by: UUID | None = None, *, now: datetime = NOW) -> Flag:
    """Jo notices a sign, unless somebody else does."""
    flag = actions.notice_sign(cast.viewer(by or cast.jo, now), cast.maya, address=ADDRESS, now=now)
    db.session.commit()
    return flag


def noted(cast: Cast, kind: Kind = Kind.SIBLINGS, words: str = "", *, now: datetime = NOW) -> Flag:
    """Sam notes something by hand."""
    flag = actions.note_factor(
        cast.viewer(cast.sam, now), cast.maya, kind, Heard.SCHOOL, words, now=now
    )
    db.session.commit()
    return flag


def answered(cast: Cast, *flags: Flag, by: UUID | None = None, now: datetime = NOW,
             **other: object) -> Offer:  # fmt: skip
    """Sam offers Maya something by Friday, unless it says otherwise."""
    filled = {
        "state": State.OFFERED, "what": HELP, "owner_id": cast.sam, "due_on": day(5),
        "flag_ids": frozenset(flag.id for flag in flags),
    } | other  # fmt: skip
    offer = offer_actions.answer_flags(
        cast.viewer(by or cast.sam, now), cast.maya, Draft(**filled),  # type: ignore[arg-type]
        address=ADDRESS, now=now,
    )  # fmt: skip
    db.session.commit()
    return offer


def changed(cast: Cast, offer: Offer, state: State, did: str = "We did", *,
            now: datetime = NOW) -> None:  # fmt: skip
    offer_actions.change_offer(
        cast.viewer(cast.sam, now), offer.id, state, did, address=ADDRESS, now=now
    )
    db.session.commit()


def looked(now: datetime = NOW) -> int:
    """Go round as the worker does."""
    begin_lacking(now=now)
    done = look_at_records(now=now)
    db.session.commit()
    return done
