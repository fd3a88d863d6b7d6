"""The photo in a plan: for those with whom it is shared, and which ones are getting old."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from engage.db import db
from engage.people.access import Object, Verb, Viewer, access_to
from engage.photos.rules import FRESH_FOR, SECTION
from engage.plans.page import PlanPage
from engage.plans.photo_models import PlanPhoto
from engage.plans.queries import list_grants
from engage.plans.reading import may_read, shared_sections


def may_see_photo(viewer: Viewer, page: PlanPage) -> bool:
    """Say whether the photo is this viewer's to see: their own, or shared with them."""
    return page.is_own or page.covers(SECTION)


def may_add_photo(viewer: Viewer, page: PlanPage) -> bool:
    """Say whether this viewer may add a photo: the young person, or their worker beside them."""
    return page.is_own or page.access.may(Verb.CREATE, Object.PLAN_SHARED, section=SECTION)


def find_photo(viewer: Viewer, page: PlanPage) -> PlanPhoto | None:
    """Return the photo the young person agreed to, if the viewer may see it. Not its pixels."""
    if not may_see_photo(viewer, page):
        return None
    return _photo(page.plan.young_person_id, agreed=True)


def find_waiting_photo(viewer: Viewer, page: PlanPage) -> PlanPhoto | None:
    """Return a photo that waits for the young person's yes: for them and for who added it."""
    photo = _photo(page.plan.young_person_id, agreed=False)
    if photo is None or not (page.is_own or photo.added_by_id == viewer.person_id):
        return None
    return photo if page.is_own or may_add_photo(viewer, page) else None


def photo_of(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> PlanPhoto | None:
    """Return the agreed photo of a young person, if it is shared with this viewer now.

    For what is handed to those who search: whoever shows it writes `photo:opened` first
    (`photo_actions.note_looked`).
    """
    access = access_to(viewer, young_person_id, now=now)
    shared = shared_sections(list_grants(viewer, young_person_id, now=now))
    return _photo(young_person_id, agreed=True) if may_read(access, SECTION, shared) else None


def old_photos(viewer: Viewer, young_people: Iterable[UUID], *, today: date) -> set[UUID]:
    """Return which of these young people, whom the caller may see, have a photo that is old.

    Only that it is old is told, not what is on it. Source: MISSION 4.16 (180 days).
    """
    return set(
        db.session.scalars(
            select(PlanPhoto.young_person_id).where(
                PlanPhoto.young_person_id.in_(list(young_people)),
                PlanPhoto.agreed_at.is_not(None),
                PlanPhoto.taken_on < today - FRESH_FOR,
            )
        )
    )


def _photo(young_person_id: UUID, *, agreed: bool) -> PlanPhoto | None:
    is_agreed = PlanPhoto.agreed_at.is_not(None)
    return db.session.scalar(
        select(PlanPhoto).where(
            PlanPhoto.young_person_id == young_person_id, is_agreed if agreed else ~is_agreed
        )
    )
