"""Saying on a page how one would like to come back: kept, heard by people, laid out at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete

from engage.audit.actions import record
from engage.checkins.ready_models import ReturnPlan, ReturnUnwanted
from engage.checkins.rules import Kind, understand
from engage.checkins.tap_actions import Tap, receive_tap
from engage.db import db
from engage.people import links
from engage.people.access import Viewer
from engage.people.code_words import phrases
from engage.people.models import LinkKind, YoungPerson
from engage.people.words import fold
from engage.ways_back.laying import LOOK_AGAIN, lay_out
from engage.ways_back.reading import meant_by, open_plan, people_around
from engage.ways_back.turned_away import keep_alerts_from
from engage.web.errors import NotFound

GRAVE = (Kind.SOS, Kind.NOT_OK)


@dataclass(frozen=True)
class Wishes:
    """What a young person wishes now. None leaves a thing as it is; empty takes it back."""

    choice: int | None = None
    at: datetime | None = None
    place: str | None = None
    food: str | None = None
    not_tonight: str | None = None
    not_there: str | None = None
    instead: str | None = None
    # Only somebody signed in sees names to pick from.
    who_id: UUID | None = None
    unwanted: frozenset[UUID] | None = None


def wish(
    viewer: Viewer,
    young_person_id: UUID,
    wishes: Wishes,
    *,
    key: str,
    locale: str,
    address: str,
    now: datetime,
) -> bool:
    """Keep what they wish, as a "ready" that people hear of; False if this key came before.

    The caller has opened their link or signed them in. A not-OK word anywhere changes no step
    and raises concern; the page after it is the same. Whom they do not want there stands in no
    check-in, which others may read.
    """
    person = db.session.get(YoungPerson, young_person_id)
    if person is None:
        raise NotFound("young person")
    note = " · ".join(filter(None, (wishes.food, wishes.not_tonight, wishes.instead)))
    private = wishes.not_there or ""
    said = phrases(fold(private)) if private else {}
    if person.not_ok_word_index in said:
        note = f"{note} {' '.join(said[person.not_ok_word_index])}".strip()
    before = open_plan(young_person_id)
    known = (before.choice, before.said_at) if before is not None else (None, None)
    tap = Tap(Kind.READY, key, note=note, place=wishes.place or "", locale=locale)
    received = receive_tap(viewer, young_person_id, tap, now=now, address=address)
    if received is None:
        return False
    if received.kind in GRAVE:
        return True
    grave = understand(private, locale).kind if private else Kind.READY
    if grave in GRAVE:
        # "Not Jo, he hurts me": somebody must hear of that at once, without the words.
        alarm = Tap(grave, f"{key[:34]}-x", locale=locale)
        receive_tap(viewer, young_person_id, alarm, now=now, address=address)
    plan = open_plan(young_person_id)
    if plan is None:
        return True
    if before is not None and wishes != Wishes() and wishes.choice in (None, known[0]):
        # Something to eat asks for no second lift.
        plan.said_at = known[1]
    _keep(plan, wishes, now)
    if not lay_out(plan, address=address, now=now):
        plan.steps_due_at = now + LOOK_AGAIN
    record(
        "way_back:wished",
        viewer=viewer,
        now=now,
        subject_id=young_person_id,
        object_kind="return_plan",
        object_id=plan.id,
    )
    return True


def _keep(plan: ReturnPlan, wishes: Wishes, now: datetime) -> None:
    plan.steps_due_at = None
    if wishes.choice is not None:
        plan.choice, plan.chosen_at = wishes.choice, now
    if wishes.at is not None:
        plan.wish_at = wishes.at
    for name in ("food", "not_tonight", "not_there", "instead"):
        words = getattr(wishes, name)
        if words is not None:
            setattr(plan, f"wish_{name}", words.strip() or None)
    if wishes.place:
        plan.place = wishes.place
    if wishes.who_id is not None:
        around = {person_id for person_id, _ in people_around(plan.young_person_id, now)}
        plan.wish_who_id = wishes.who_id if wishes.who_id in around else None
    if wishes.not_there is not None or wishes.unwanted is not None:
        meant = meant_by(plan.wish_not_there or "", plan.young_person_id, now)
        _set_unwanted(plan, {*meant, *(wishes.unwanted or ())}, now)
    if plan.wish_not_there is None and wishes.unwanted:
        # A worker must see to it, even where only names were picked.
        plan.wish_not_there = ", ".join(_names(plan, wishes.unwanted, now))
    db.session.flush()


def _names(plan: ReturnPlan, people: Iterable[UUID], now: datetime) -> list[str]:
    known = dict(people_around(plan.young_person_id, now))
    return [known[person_id] for person_id in sorted(people) if person_id in known]


def _set_unwanted(plan: ReturnPlan, people: set[UUID], now: datetime) -> None:
    db.session.execute(delete(ReturnUnwanted).where(ReturnUnwanted.return_plan_id == plan.id))
    around = {person_id for person_id, _ in people_around(plan.young_person_id, now)}
    for person_id in sorted(people & around):
        db.session.add(ReturnUnwanted(return_plan_id=plan.id, person_id=person_id))
        links.revoke(
            LinkKind.STEP, person_id=person_id, young_person_id=plan.young_person_id, now=now
        )
        if plan.wish_who_id == person_id:
            plan.wish_who_id = None
    db.session.flush()
    keep_alerts_from(plan, now)
