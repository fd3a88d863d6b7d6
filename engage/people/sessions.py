"""Sessions as rows in the database, so that ending one takes effect at the next request.

A visitor who is nobody yet has no row: what little they need (language, the token that guards
forms) travels in a signed cookie. Anything else, and anybody known, gets a row; its content is
sealed and its id is a random 256-bit token of which only the digest is kept.
"""

import json
import logging
import secrets
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast
from uuid import UUID, uuid4

from flask import Flask, Request, Response
from flask import session as flask_session
from flask.sessions import SecureCookieSessionInterface, SessionInterface, SessionMixin
from itsdangerous import BadSignature
from sqlalchemy import and_, bindparam, func, insert, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import CallbackDict

from engage import clock
from engage.crypto import CannotUnseal, seal, token_digest, unseal
from engage.db import UtcDateTime, db
from engage.people.access import ANONYMOUS, Viewer, is_in_force
from engage.people.models import (
    EmergencyAccess,
    Link,
    LinkKind,
    LoginSession,
    Organisation,
    Person,
    PersonKind,
    Role,
    RoleGrant,
)
from engage.people.rules import LONGEST_SESSION, has_ended
from engage.statements import Query

log = logging.getLogger(__name__)
SEEN_EVERY = timedelta(minutes=1)
VISITORS_MAY_CARRY = frozenset({"lang", "csrf_token"})
COLUMN = "login_sessions.content"
# These know nobody: no session is looked up for them.
WITHOUT = ("/static/", "/webhooks/", "/healthz/", "/metrics", "/csp", "/sw.")
_sessions: Any = LoginSession.__table__


class EngageSession(CallbackDict[str, Any], SessionMixin):
    """What is kept about one browser, and who it is."""

    def __init__(self, content: dict[str, Any] | None = None, row: Any = None):
        def touched(_session: Any) -> None:
            self.modified = True

        super().__init__(content or {}, touched)
        self.modified = False
        self.row_id: UUID | None = row.id if row else None
        self.token: str | None = None
        self.seen_at: datetime | None = row.seen_at if row else None
        self.viewer: Viewer = ANONYMOUS
        self.person_id: UUID | None = row.person_id if row else None
        self.link_id: UUID | None = row.link_id if row else None
        self.area: str = row.area if row else "anonymous"
        # Read with the row, so that no page asks again: what stands in its header, its clock.
        self.neutral_name: str = (row.neutral_name if row else None) or ""
        self.time_zone: str = (row.time_zone if row else None) or "Europe/London"
        # Until when something is open to them in an emergency, for the note on every page.
        self.emergency_until: datetime | None = row.emergency_until if row else None
        self.had_cookie = row is not None
        self.is_rotated = False
        # The database did not answer: who this is cannot be said, so nothing is changed.
        self.is_broken = False

    def begin(self, viewer: Viewer) -> None:
        """Make this the session of somebody, under a new id, with nothing carried over."""
        kept = {key: self[key] for key in ("lang",) if key in self}
        self.clear()
        self.update(kept)
        self.viewer, self.area = viewer, viewer.area
        self.person_id, self.link_id = viewer.person_id, viewer.link_id
        self.is_rotated = self.modified = True

    def end(self) -> None:
        """Make this nobody's session; the row is revoked when the answer is sent."""
        self.clear()
        self.viewer, self.area, self.person_id, self.link_id = ANONYMOUS, "anonymous", None, None
        self.modified = True


class RowSessions(SessionInterface):
    """Flask's session interface over `login_sessions`."""

    def __init__(self, app: Flask):
        self._visitors = SecureCookieSessionInterface().get_signing_serializer(app)

    def open_session(self, app: Flask, request: Request) -> EngageSession:
        """Find the session of this cookie with one query; without a cookie, none."""
        cookie = request.cookies.get(self.get_cookie_name(app), "")
        if not cookie or request.path.startswith(WITHOUT):
            return EngageSession()
        if "." in cookie:
            session = EngageSession(self._visitor(cookie))
            session.had_cookie = True
            return session
        try:
            session = _load(cookie, clock.now())
        except SQLAlchemyError as error:
            log.error("session: database unavailable: %s", type(error).__name__)
            session = EngageSession()
            session.is_broken = True
        session.had_cookie = True
        return session

    def _visitor(self, cookie: str) -> dict[str, Any]:
        try:
            assert self._visitors is not None
            carried = self._visitors.loads(cookie, max_age=int(LONGEST_SESSION.total_seconds()))
        except BadSignature:
            return {}
        return {k: v for k, v in dict(carried).items() if k in VISITORS_MAY_CARRY}

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Keep what changed, in a transaction of its own, and send the cookie if it is new."""
        assert isinstance(session, EngageSession)
        if session.is_broken:
            return
        now = clock.now()
        is_known = session.area != "anonymous"
        if not session.modified:
            if session.row_id and session.seen_at and now - session.seen_at >= SEEN_EVERY:
                _write(update(_sessions).where(_is(session)).values(seen_at=now))
            return
        if is_known or set(session) - VISITORS_MAY_CARRY:
            self._send(app, response, _keep(session, now))
            return
        if session.row_id:
            _write(update(_sessions).where(_is(session)).values(revoked_at=now, content=None))
        if session:
            assert self._visitors is not None
            self._send(app, response, str(self._visitors.dumps(dict(session))))
        elif session.had_cookie:
            self._forget(app, response)

    def _send(self, app: Flask, response: Response, value: str | None) -> None:
        if value is not None:
            response.set_cookie(
                self.get_cookie_name(app),
                value,
                httponly=True,
                secure=self.get_cookie_secure(app),
                samesite="Lax",
                path="/",
            )

    def _forget(self, app: Flask, response: Response) -> None:
        response.delete_cookie(
            self.get_cookie_name(app),
            httponly=True,
            secure=self.get_cookie_secure(app),
            samesite="Lax",
            path="/",
        )


def init_app(app: Flask) -> None:
    """Use rows for sessions."""
    app.session_interface = RowSessions(app)


def current_session() -> EngageSession:
    """Return the session of this browser."""
    return cast(EngageSession, flask_session._get_current_object())  # type: ignore[attr-defined]


def _is(session: EngageSession) -> Any:
    return and_(_sessions.c.id == session.row_id, _sessions.c.revoked_at.is_(None))


def _load(token: str, now: datetime) -> EngageSession:
    """Return the session of a token; an empty one when it is unknown, ended or revoked."""
    known = {"digest": token_digest(token), "now": now}
    rows = _found().all(db.session.connection(), known)
    row = rows[0] if rows else None
    if row is None or has_ended(
        now=now, seen_at=row.seen_at, created_at=row.created_at, area=row.area, kind=row.kind
    ):
        return EngageSession()
    try:
        content = json.loads(unseal(row.content, COLUMN, row.id)) if row.content else {}
    except CannotUnseal:
        return EngageSession()
    session = EngageSession(content, row)
    session.viewer = _viewer(row, frozenset((Role(r.role), r.role_team_id) for r in rows if r.role))
    return session


@cache
def _found() -> Query:
    # Built once: putting it together took longer than running it, on every page.
    now: Any = bindparam("now", type_=UtcDateTime())
    person, link, organisation = Person.__table__.c, Link.__table__.c, Organisation.__table__.c
    opened = EmergencyAccess.__table__.c
    emergency_until = (
        select(func.max(opened.ends_at))
        .where(opened.person_id == _sessions.c.person_id, opened.ends_at > now)
        .scalar_subquery()
    )
    return Query(
        select(
            *(_sessions.c[name] for name in ("id", "person_id", "link_id", "area", "content")),
            _sessions.c.created_at,
            _sessions.c.seen_at,
            func.coalesce(_sessions.c.person_id, link.person_id).label("known_id"),
            person.organisation_id,
            person.kind,
            person.locale,
            link.kind.label("link_kind"),
            link.young_person_id,
            organisation.neutral_name,
            organisation.time_zone,
            RoleGrant.role,
            RoleGrant.team_id.label("role_team_id"),
            emergency_until.label("emergency_until"),
        )
        .select_from(_sessions)
        .join(Link.__table__, link.id == _sessions.c.link_id, isouter=True)
        .join(
            Person.__table__,
            # A link that belongs to whoever has the paper speaks for the organisation of the
            # young person it is about.
            person.id == func.coalesce(_sessions.c.person_id, link.person_id, link.young_person_id),
            isouter=True,
        )
        .join(Organisation.__table__, organisation.id == person.organisation_id, isouter=True)
        .join(
            RoleGrant,
            and_(RoleGrant.person_id == _sessions.c.person_id, is_in_force(RoleGrant, now)),
            isouter=True,
        )
        .where(
            _sessions.c.token_digest == bindparam("digest"),
            _sessions.c.revoked_at.is_(None),
            _sessions.c.expires_at > now,
            or_(person.id.is_(None), person.ended_at.is_(None), person.ended_at > now),
            or_(link.id.is_(None), link.revoked_at.is_(None)),
            or_(link.id.is_(None), link.expires_at.is_(None), link.expires_at > now),
        )
    )


def _viewer(row: Any, grants: frozenset[tuple[Role, UUID | None]]) -> Viewer:
    return Viewer(
        person_id=row.known_id,
        organisation_id=row.organisation_id,
        kind=PersonKind(row.kind) if row.known_id else None,
        grants=grants,
        locale=row.locale or "en",
        area=row.area,
        link_id=row.link_id,
        link_kind=LinkKind(row.link_kind) if row.link_kind else None,
        young_person_id=row.young_person_id,
    )


def _keep(session: EngageSession, now: datetime) -> str | None:
    """Insert or update the row; return the token if the browser must be told a new one."""
    is_new = session.row_id is None
    if is_new or session.is_rotated:
        # A new id makes the old one worthless: what was seen before signing in opens nothing.
        if session.row_id is not None:
            _write(update(_sessions).where(_is(session)).values(revoked_at=now, content=None))
        session.row_id, session.token = uuid4(), secrets.token_urlsafe(32)
        row = {
            "id": session.row_id,
            "token_digest": token_digest(session.token),
            "person_id": session.person_id,
            "link_id": session.link_id,
            "area": session.area,
            "content": _sealed(session),
            "created_at": now,
            "seen_at": now,
            "expires_at": now + LONGEST_SESSION,
        }
        _write(insert(_sessions).values(row))
        session.is_rotated = False
        return session.token
    _write(update(_sessions).where(_is(session)).values(content=_sealed(session), seen_at=now))
    return None


def _sealed(session: EngageSession) -> str | None:
    if not session:
        return None
    assert session.row_id is not None
    # Words that are translated when shown are kept in the language they were said in.
    return seal(json.dumps(dict(session), default=str), COLUMN, session.row_id)


def _write(statement: Any) -> None:
    # Whatever the view left unfinished is dropped first: it would hold SQLite's only turn at
    # writing while we wait for it.
    db.session.close()
    with db.engine.begin() as connection:
        connection.execute(statement)
