"""Texting a young person their own three people and places, because they asked for it."""

from datetime import datetime
from uuid import UUID

from engage.audit.actions import record
from engage.messaging.actions import queue
from engage.messaging.rules import Klass
from engage.people.access import Viewer
from engage.plans.named import own_page


def text_to_self(viewer: Viewer, plan_id: UUID, words: str, *, key: str, now: datetime) -> bool:
    """Queue these words to the young person's own phone, once for each key.

    Only they may ask, on the page that showed them the words. Returns False when this key came
    before. It goes at any hour: it answers what they pressed just now.
    """
    page = own_page(viewer, plan_id, now)
    queued = queue(
        "plan_copy",
        to=page.young_person,
        klass=Klass.YOUNG_PERSON,
        now=now,
        params={"words": words},
        about=page.plan.young_person_id,
        answers_at=now,
        dedupe_key=f"plan_copy:{page.plan.young_person_id}:{key}",
    )
    if queued is None:
        return False
    record(
        "plan_copy:texted",
        viewer=viewer,
        now=now,
        subject_id=page.plan.young_person_id,
        object_kind="plan",
        object_id=plan_id,
    )
    return True
