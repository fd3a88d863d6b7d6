"""Offer help with an owner and a day, or say why not now; and what came of it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select

from engage.alerts.rules import initials
from engage.audit.actions import record
from engage.audit.models import Actor
from engage.db import begin_write, db
from engage.heightened import rules
from engage.heightened.models import Flag, Offer, OfferFlag, OfferLine
from engage.heightened.queries import flags_to_answer, offer_for, owners_of
from engage.heightened.rules import OPEN, Fix, State, Turn
from engage.heightened.turns import ask_anew
from engage.messaging.actions import queue
from engage.messaging.rules import Klass
from engage.outcomes.reading import today_in, zone_of
from engage.outcomes.rules import first_look
from engage.people.access import Object, Verb, Viewer, require
from engage.people.models import Person
from engage.web.errors import Changed, NotFound


class CannotAnswer(Exception):
    """It cannot be written down like this; `fix` says why."""

    def __init__(self, problem: Fix):
        super().__init__(problem)
        self.fix = problem


@dataclass(frozen=True)
class Draft:
    """What is offered, or with `State.NOT_NOW` the reason and the day to look again."""

    state: State
    flag_ids: frozenset[UUID]
    what: str
    owner_id: UUID
    due_on: date
    is_theirs_to_read: bool = True


def answer_flags(
    viewer: Viewer, young_person_id: UUID, draft: Draft, *, address: str, now: datetime
) -> Offer:
    """Answer what was noted: with an offer of help, or with a reason why not now.

    An offer that is theirs to read is told to the young person by a text that says only that
    there is something to read. Raises CannotAnswer, NotFound for strangers' flags and owners.
    """
    begin_write(db.session)
    flags = {flag.id: flag for flag in flags_to_answer(viewer, young_person_id, now=now)}
    if not draft.flag_ids <= set(flags):
        raise NotFound("flag")
    is_reason = draft.state is State.NOT_NOW
    if not is_reason and draft.owner_id not in owners_of(viewer, young_person_id, now=now):
        raise NotFound("owner")
    house_id = db.session.get_one(Person, young_person_id).organisation_id
    problem = rules.fix(
        draft.state, draft.due_on, draft.what, draft.flag_ids, today_in(house_id, now)
    )
    if problem is not None:
        raise CannotAnswer(problem)
    assert viewer.person_id is not None
    offer = Offer(
        young_person_id=young_person_id,
        organisation_id=house_id,
        state=draft.state,
        what=draft.what,
        owner_id=viewer.person_id if is_reason else draft.owner_id,
        due_on=draft.due_on,
        is_theirs_to_read=draft.is_theirs_to_read and not is_reason,
        made_at=now,
        made_by_id=viewer.person_id,
        # A reason is said once; from its day on it is asked again.
        ended_at=now if is_reason else None,
        next_look_at=None if is_reason else first_look(draft.due_on, zone_of(house_id)),
        times_told=0,
    )
    db.session.add(offer)
    db.session.flush()
    db.session.add_all(OfferFlag(offer_id=offer.id, flag_id=each) for each in draft.flag_ids)
    _turn(offer, Turn.MADE, "", viewer.person_id, now)
    ask_anew([flags[each] for each in draft.flag_ids])
    _note("help_offer:reason_given" if is_reason else "help_offer:made", viewer, offer, now)
    if offer.is_theirs_to_read:
        _tell_them(offer, address, now)
    return offer


def move_offer(
    viewer: Viewer, offer_id: UUID, *, owner_id: UUID, due_on: date, reason: str, now: datetime
) -> None:
    """Give an offer another owner or another day, and say why. What stood before stays readable.

    Raises CannotAnswer, NotFound, Changed when it is over.
    """
    offer = _to_change(viewer, offer_id, now)
    if owner_id != offer.owner_id and owner_id not in owners_of(
        viewer, offer.young_person_id, now=now
    ):
        raise NotFound("owner")
    problem = rules.fix(
        State.OFFERED, due_on, reason, {offer_id}, today_in(offer.organisation_id, now)
    )
    if problem is not None:
        raise CannotAnswer(problem)
    offer.owner_id, offer.due_on, offer.times_told = owner_id, due_on, 0
    offer.next_look_at = first_look(due_on, zone_of(offer.organisation_id))
    _turned(viewer, offer, Turn.MOVED, reason, now)


def change_offer(
    viewer: Viewer, offer_id: UUID, state: State, did: str, *, address: str, now: datetime
) -> None:
    """Say that an offer was taken up, declined or done; of the last two what came of it.

    The young person reads it where the offer is theirs to read. Raises CannotAnswer without
    words, NotFound, Changed when it is over.
    """
    if state not in OPEN and not did.strip():
        raise CannotAnswer(Fix.NO_WORDS)
    offer = _to_change(viewer, offer_id, now)
    if not rules.may_become(State(offer.state), state):
        raise Changed("offer")
    if did.strip():
        offer.did = did
    _become(offer, state, now)
    _turned(viewer, offer, Turn(state.value), "", now)
    if offer.is_theirs_to_read and state not in OPEN:
        _tell_them(offer, address, now)


def answer_offer(viewer: Viewer, offer_id: UUID, *, yes: bool, address: str, now: datetime) -> None:
    """Say yes or no to what is offered to oneself; whoever offered it hears that there is an
    answer. Raises NotFound, Changed when it was answered or is over.
    """
    begin_write(db.session)
    offer = db.session.get(Offer, offer_id)
    if offer is None or viewer.person_id != offer.young_person_id or not offer.is_theirs_to_read:
        raise NotFound("offer")
    require(viewer, Verb.EDIT, Object.HELP, offer.young_person_id, now=now)
    db.session.refresh(offer, with_for_update=True)
    if offer.state != State.OFFERED:
        raise Changed("offer")
    offer.answered_at = now
    state = State.TAKEN_UP if yes else State.DECLINED
    _become(offer, state, now)
    _turned(viewer, offer, Turn(state.value), "", now)
    young_person = db.session.get_one(Person, offer.young_person_id)
    queue(
        "offer_answered",
        to=offer.owner_id,
        klass=Klass.STAFF,
        now=now,
        dedupe_key=f"offer_answered:{offer.id}",
        params={
            "who": initials(str(young_person.name)),
            "link": f"{address}/support-offers/{offer.id}",
        },
        about=offer.young_person_id,
    )


def _become(offer: Offer, state: State, now: datetime) -> None:
    offer.state = state
    if state not in OPEN:
        offer.ended_at, offer.next_look_at = now, None


def _turned(viewer: Viewer, offer: Offer, turn: Turn, reason: str, now: datetime) -> None:
    assert viewer.person_id is not None
    _turn(offer, turn, reason, viewer.person_id, now)
    answered = select(OfferFlag.flag_id).where(OfferFlag.offer_id == offer.id)
    ask_anew(db.session.scalars(select(Flag).where(Flag.id.in_(answered))).all())
    _note(f"help_offer:{turn}", viewer, offer, now)


def _to_change(viewer: Viewer, offer_id: UUID, now: datetime) -> Offer:
    begin_write(db.session)
    offer, _access = offer_for(viewer, offer_id, Verb.EDIT, now=now)
    db.session.refresh(offer, with_for_update=True)
    if offer.state not in OPEN:
        raise Changed("offer")
    return offer


def _turn(offer: Offer, turn: Turn, reason: str, by_id: UUID, now: datetime) -> None:
    highest = select(func.max(OfferLine.number)).where(OfferLine.offer_id == offer.id)
    db.session.add(
        OfferLine(
            offer_id=offer.id, number=(db.session.scalar(highest) or 0) + 1, turn=turn, at=now,
            by_id=by_id, owner_id=offer.owner_id, due_on=offer.due_on, reason=reason or None,
        )
    )  # fmt: skip
    db.session.flush()


def _note(verb: str, viewer: Actor, offer: Offer, now: datetime) -> None:
    record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=offer.young_person_id,
        object_kind="help_offer",
        object_id=offer.id,
    )


def _tell_them(offer: Offer, address: str, now: datetime) -> None:
    """Let them know that there is something to read, and nothing of it; once a day is enough."""
    day = today_in(offer.organisation_id, now)
    queue(
        "something_to_read",
        to=offer.young_person_id,
        about=offer.young_person_id,
        klass=Klass.YOUNG_PERSON,
        params={"link": f"{address}/offered"},
        dedupe_key=f"offered:{offer.young_person_id}:{day.isoformat()}",
        now=now,
    )
