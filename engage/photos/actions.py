"""Adding a photo to a plan, agreeing to it, looking at it, and throwing it away."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, delete, or_, select

from engage.audit.actions import record
from engage.db import db
from engage.people.access import SYSTEM, Viewer
from engage.people.models import Person
from engage.photos.pictures import Picture
from engage.photos.queries import find_waiting_photo, may_add_photo
from engage.photos.rules import SECTION, UNAGREED_KEPT
from engage.plans.models import AnswerState, PlanAnswer, Voice
from engage.plans.page import PlanPage
from engage.plans.photo_models import PlanPhoto
from engage.plans.turns import open_turn
from engage.sharing.actions import IN_PERSON, OWN_DEVICE
from engage.web.errors import NotFound

AT_ONCE = 100


def add_photo(
    viewer: Viewer, plan_id: UUID, picture: Picture, *, taken_on: date, now: datetime
) -> PlanPhoto:
    """Keep a photo: the young person's own at once, a worker's until the young person says yes.

    A photo that is replaced is gone at once. Raises NotFound for everybody else.
    """
    page = open_turn(viewer, plan_id, now=now)
    if not may_add_photo(viewer, page):
        raise NotFound("photo")
    assert viewer.person_id is not None
    _forget(page, agreed=False)
    if page.is_own:
        _forget(page, agreed=True)
    photo = PlanPhoto(
        young_person_id=page.plan.young_person_id,
        jpeg=picture.jpeg,
        width=picture.width,
        height=picture.height,
        taken_on=taken_on,
        added_by_id=viewer.person_id,
        added_at=now,
        agreed_at=now if page.is_own else None,
        agreed_how=OWN_DEVICE if page.is_own else None,
    )
    db.session.add(photo)
    if page.is_own:
        _mark(page, now)
    db.session.flush()
    _record("photo:added" if page.is_own else "photo:put_forward", viewer, page, now)
    return photo


def agree_photo(viewer: Viewer, plan_id: UUID, *, now: datetime) -> PlanPhoto:
    """Keep a photo that waited: the young person's yes, on their own phone or on the screen of
    the worker who added it. The one before is gone.
    """
    page = open_turn(viewer, plan_id, now=now)
    photo = find_waiting_photo(viewer, page)
    if photo is None:
        raise NotFound("photo")
    _forget(page, agreed=True)
    photo.agreed_at = now
    photo.agreed_how = OWN_DEVICE if page.is_own else IN_PERSON
    _mark(page, now)
    db.session.flush()
    _record("photo:agreed", viewer, page, now)
    return photo


def drop_photo(viewer: Viewer, plan_id: UUID, *, now: datetime) -> None:
    """Throw the photo away: the young person any of theirs, a worker one that still waits."""
    page = open_turn(viewer, plan_id, now=now)
    if page.is_own:
        _forget(page, agreed=True)
        _unmark(page)
    elif find_waiting_photo(viewer, page) is None:
        raise NotFound("photo")
    _forget(page, agreed=False)
    _record("photo:dropped", viewer, page, now)


def note_looked(viewer: Viewer, young_person_id: UUID, photo: PlanPhoto, *, now: datetime) -> None:
    """Write down who looked at a photo, before it is shown. The young person can read it."""
    record(
        "photo:opened",
        viewer=viewer,
        now=now,
        subject_id=young_person_id,
        object_kind=SECTION,
        object_id=photo.id,
    )


def forget_photos(*, now: datetime) -> int:
    """Delete photos nobody said yes to in two weeks, and those of young people who have left.

    At most a hundred at a time; returns how many.
    """
    left = select(Person.id).where(Person.ended_at <= now - timedelta(hours=24))
    old = or_(
        and_(PlanPhoto.agreed_at.is_(None), PlanPhoto.added_at < now - UNAGREED_KEPT),
        PlanPhoto.young_person_id.in_(left),
    )
    found = db.session.execute(
        select(PlanPhoto.id, PlanPhoto.young_person_id).where(old).limit(AT_ONCE)
    ).all()
    for photo_id, young_person_id in found:
        db.session.execute(delete(PlanPhoto).where(PlanPhoto.id == photo_id))
        record(
            "photo:forgotten",
            viewer=SYSTEM,
            now=now,
            subject_id=young_person_id,
            object_kind=SECTION,
            object_id=photo_id,
        )
    return len(found)


def _forget(page: PlanPage, *, agreed: bool) -> None:
    is_agreed = PlanPhoto.agreed_at.is_not(None)
    db.session.execute(
        delete(PlanPhoto).where(
            PlanPhoto.young_person_id == page.plan.young_person_id,
            is_agreed if agreed else ~is_agreed,
        )
    )


def _mark(page: PlanPage, now: datetime) -> None:
    """Let the list of the plan's parts show this one as done; the plan itself has not changed."""
    _unmark(page)
    db.session.add(
        PlanAnswer(
            plan_id=page.plan.id,
            question=SECTION,
            voice=Voice.YOUNG_PERSON,
            state=AnswerState.ANSWERED,
            author_id=page.plan.young_person_id,
            written_at=now,
        )
    )


def _unmark(page: PlanPage) -> None:
    db.session.execute(
        delete(PlanAnswer).where(PlanAnswer.plan_id == page.plan.id, PlanAnswer.question == SECTION)
    )


def _record(verb: str, viewer: Viewer, page: PlanPage, now: datetime) -> None:
    record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=page.plan.young_person_id,
        object_kind=SECTION,
        object_id=page.plan.id,
    )
