"""What an organisation promises whoever comes back: the version that counts, and those before."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from engage.db import db
from engage.people.access import Object, Verb, Viewer, may
from engage.returns.models import WelcomeStandards
from engage.web.errors import NotFound

MOST = 50


def standards(viewer: Viewer) -> Sequence[WelcomeStandards]:
    """List the versions of the viewer's organisation, the one that counts first.

    Published: whoever belongs to the organisation may read them, and nobody else.
    """
    if viewer.organisation_id is None or viewer.person_id is None:
        raise NotFound("standards")
    return db.session.scalars(
        select(WelcomeStandards)
        .where(WelcomeStandards.organisation_id == viewer.organisation_id)
        .order_by(WelcomeStandards.number.desc())
        .limit(MOST)
    ).all()


def find_standards(viewer: Viewer) -> WelcomeStandards | None:
    """Return the version that counts, or None while nothing is published."""
    return next(iter(standards(viewer)), None)


def may_publish(viewer: Viewer, *, now: datetime) -> bool:
    """Say whether the viewer may publish a new version: whoever may change the questions may."""
    return may(viewer, Verb.EDIT, Object.QUESTIONS, None, now=now)
