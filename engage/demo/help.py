"""A sign that Jo noticed yesterday, and what Sam offers Maya because of it."""

from datetime import datetime, timedelta
from uuid import UUID

from engage.db import db
from engage.heightened.models import Flag, Offer, OfferFlag, OfferLine
from engage.heightened.rules import From, Heard, Kind, Sign, State, Turn
from engage.heightened.turns import ask_anew
from engage.outcomes.rules import first_look
from engage.people.models import YoungPerson

NOTICED = "She did not eat with us, and her music was off all evening."
APART = "She has not seen her brother since summer."
OFFERED = (
    "Your brother and you at the swimming pool on Saturday. I drive you both, and we eat chips."
)
YESTERDAY = timedelta(hours=20)


def seed_help(young_person_id: UUID, carer_id: UUID, worker_id: UUID, *, now: datetime) -> None:
    """Let Jo notice a sign, Sam note what the school told him, and offer something for it.

    One thing waits for an answer. Nobody is told: nothing happened now.
    """
    person = db.session.get_one(YoungPerson, young_person_id)
    at = now - YESTERDAY
    sign = _flag(person, Kind.SIGN, From.NOTICED, NOTICED, carer_id, at)
    sign.sign = Sign.QUIET
    apart = _flag(person, Kind.SIBLINGS, From.BY_HAND, APART, worker_id, at - timedelta(days=9))
    apart.heard_from = Heard.SCHOOL
    moved = _flag(person, Kind.MOVES, From.BY_HAND, None, worker_id, at - timedelta(days=2))
    moved.heard_from = Heard.HOME
    day = now.date() + timedelta(days=5)
    offer = Offer(
        young_person_id=person.id, organisation_id=person.organisation_id, state=State.OFFERED,
        what=OFFERED, owner_id=worker_id, due_on=day, is_theirs_to_read=True,
        made_at=now - timedelta(hours=2), made_by_id=worker_id, times_told=0,
        next_look_at=first_look(day, person.organisation.time_zone),
    )  # fmt: skip
    db.session.add_all([sign, apart, moved, offer])
    db.session.flush()
    db.session.add(
        OfferLine(
            offer_id=offer.id, number=1, turn=Turn.MADE, at=offer.made_at, by_id=worker_id,
            owner_id=worker_id, due_on=day,
        )
    )  # fmt: skip
    db.session.add_all(OfferFlag(offer_id=offer.id, flag_id=each.id) for each in (sign, apart))
    ask_anew([sign, apart])


def _flag(
    person: YoungPerson, kind: Kind, origin: From, words: str | None, by_id: UUID, at: datetime
) -> Flag:
    return Flag(
        young_person_id=person.id, organisation_id=person.organisation_id, kind=kind,
        origin=origin, number=0, words=words, by_id=by_id, noted_at=at, happened_at=at,
        raised_at=at, asks_at=at,
    )  # fmt: skip
