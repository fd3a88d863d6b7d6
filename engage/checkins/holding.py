"""Whose page without login this is: of whoever holds a card, or of a young person signed in."""

from uuid import UUID

from flask import request

from engage import clock, crypto
from engage.crypto import CannotUnseal
from engage.db import db
from engage.people.access import Viewer
from engage.people.models import Link, LinkKind, PersonKind
from engage.people.signin import current_viewer, sign_in_by_link

_NOWHERE = UUID(int=0)


def young_person_of(viewer: Viewer | None) -> UUID | None:
    """Return whose page this is: the holder of a card, or a young person signed in."""
    if viewer is None:
        return None
    if viewer.link_kind is LinkKind.CHECK_IN:
        return viewer.young_person_id
    is_young = viewer.kind is PersonKind.YOUNG_PERSON and viewer.link_kind is None
    return viewer.person_id if is_young else None


def sealed_card(viewer: Viewer) -> str:
    """Seal which card opened this page, so that pressing works after the session has ended."""
    if viewer.link_id is None:
        return ""
    return crypto.seal(str(viewer.link_id), "now.card", _NOWHERE)


def sender() -> Viewer | None:
    """Return who sends: by the session, or by the card that the page remembers."""
    viewer = current_viewer()
    if viewer is not None or not request.form.get("card"):
        return viewer
    try:
        link_id = UUID(crypto.unseal(request.form["card"], "now.card", _NOWHERE))
    except (CannotUnseal, ValueError):
        return None
    now = clock.now()
    link = db.session.get(Link, link_id)
    if link is None or link.revoked_at or (link.expires_at and link.expires_at <= now):
        return None
    return sign_in_by_link(link)
