"""Who is asking, and which pages are open to whom. Everything not marked is closed."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Flask, current_app, redirect, request, session
from werkzeug.wrappers import Response

from engage import clock
from engage.config import Settings
from engage.people import sessions, staff
from engage.people.access import SYSTEM, Viewer
from engage.people.models import Link, LinkKind, PersonKind, Role
from engage.people.queries import viewer_of
from engage.people.sessions import current_session
from engage.web import language
from engage.web.errors import NotFound, NotStored
from engage.web.layout import frame
from engage.web.leave import on_leave

View = TypeVar("View", bound=Callable[..., Any])
OPEN, WANTED = "engage_open", "engage_wanted"
# Blueprints below us, or that prove who calls in their own way: nothing there is anybody's.
OPEN_BLUEPRINTS = frozenset({"web", "webhooks"})
OPEN_ENDPOINTS = frozenset({"static"}) | staff.OPEN_ENDPOINTS


def public(view: View) -> View:
    """Open a page to everybody: it must tell nothing about anyone."""
    setattr(view, OPEN, True)
    return view


def viewer_required(*wanted: PersonKind | Role) -> Callable[[View], View]:
    """Open a page to people signed in, of these kinds or roles; for others it does not exist.

    Without arguments: anybody signed in.
    """

    def mark(view: View) -> View:
        setattr(view, WANTED, frozenset(wanted))
        return view

    return mark


def init_app(app: Flask, settings: Settings) -> None:
    """Use our sessions, close every page that is not marked open, and name who is here."""
    sessions.init_app(app)
    app.before_request(close_what_is_not_open)
    staff.init_app(app, settings)
    on_leave(app, sign_out)
    frame(app).neutral_name = _neutral_name
    frame(app).time_zone = _time_zone


def current_viewer() -> Viewer | None:
    """Return who asks, signed in or by link, or None when we do not know."""
    found = current_session()
    return None if found.area == "anonymous" else found.viewer


def signed_in_viewer() -> Viewer:
    """Return who asks, on a page that is closed to everybody unknown."""
    viewer = current_viewer()
    if viewer is None:
        raise NotFound("viewer")
    return viewer


def is_signed_in(viewer: Viewer | None) -> bool:
    """Say whether this is a person signed in, not somebody who opened a link."""
    return viewer is not None and viewer.person_id is not None and viewer.link_id is None


def sign_in(viewer: Viewer) -> None:
    """Make this browser's session theirs, under a new id, in the language they chose."""
    current_session().begin(viewer)
    if "lang" not in session:
        language.keep(viewer.locale)


def sign_in_by_link(link: Link) -> Viewer:
    """Remember which link this browser opened, so that its code leaves the address bar."""
    person = None
    if link.person_id is not None:
        person = viewer_of(SYSTEM, link.person_id, now=clock.now())
        if person is None:
            raise NotFound("link")
    viewer = Viewer(
        person_id=link.person_id,
        organisation_id=person.organisation_id if person else None,
        kind=person.kind if person else None,
        locale=person.locale if person else "en",
        area="link",
        link_id=link.id,
        link_kind=LinkKind(link.kind),
        young_person_id=link.young_person_id,
    )
    sign_in(viewer)
    return viewer


def sign_out() -> None:
    """End this browser's session; the row is closed before the answer is sent."""
    current_session().end()


def close_what_is_not_open() -> Response | None:
    """Let nobody pass who may not: to sign-in when we do not know them, else not found."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or is_open(request.endpoint or "", view):
        return None
    if current_session().is_broken:
        raise NotStored("session")
    viewer = current_viewer()
    wanted: frozenset[PersonKind | Role] = getattr(view, WANTED, frozenset())
    if request.blueprint == "security":
        wanted = frozenset({PersonKind.WORKER})
    if viewer is None or not is_signed_in(viewer):
        return redirect(where_to_sign_in(wanted), 303)
    if wanted and viewer.kind not in wanted and not viewer.roles & wanted:
        raise NotFound("page")
    return None


def is_open(endpoint: str, view: Callable[..., Any]) -> bool:
    """Say whether this page is open to everybody."""
    return (
        endpoint in OPEN_ENDPOINTS
        or endpoint.partition(".")[0] in OPEN_BLUEPRINTS
        or getattr(view, OPEN, False)
    )


def where_to_sign_in(wanted: frozenset[PersonKind | Role]) -> str:
    """Return the sign-in page for a page that wants these, with the way back."""
    # A page for everybody sends people to the phone's page, which leads staff to theirs.
    staff = bool(wanted) and all(
        isinstance(one, Role) or one is PersonKind.WORKER for one in wanted
    )
    address = "/sign-in" if staff else "/phone-sign-in"
    if request.method not in {"GET", "HEAD"} or request.path == "/":
        return address
    # The path is what was asked for; it is checked again before anybody is sent there.
    return f"{address}?{urlencode({'next': request.full_path.rstrip('?')})}"


def _neutral_name() -> str:
    # Whoever opened a link may have somebody looking over their shoulder: no agency there.
    found = current_session()
    return "" if found.area in ("anonymous", "link") else found.neutral_name


def _time_zone() -> str:
    return current_session().time_zone
