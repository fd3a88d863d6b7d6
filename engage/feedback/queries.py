"""Posters for those who hang them up, and answers for teams: only in blocks that hide everybody."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, or_, select

from engage.crypto import unseal
from engage.db import UtcDateTime, db
from engage.feedback.models import FeedbackAnswer, Poster, PosterWeek
from engage.feedback.rules import QUESTIONS, Block, Given, Oddity, Subject, blocks, oddity
from engage.feedback.text_keeping import poster_digest
from engage.people import links
from engage.people.access import Object, Verb, Viewer, require
from engage.people.models import Link, LinkKind, Organisation
from engage.statements import Query
from engage.web.errors import NotFound

WEEKS = 12
_HOUSE = (Organisation.policy, Organisation.locale)
_now = bindparam("now", type_=UtcDateTime())
# One look-up for every opening and every answer: a poster, its link and its house. Whoever floods a
# poster costs as little as may be.
_BEHIND_CODE = Query(
    select(Poster.id, Poster.organisation_id, Poster.about, Poster._place, *_HOUSE)
    .join_from(Link, Poster, Poster.id == Link.object_id)
    .join(Organisation, Organisation.id == Poster.organisation_id)
    .where(
        Link.kind == LinkKind.FEEDBACK,
        Link.code_digest == bindparam("digest"),
        Link.revoked_at.is_(None),
        or_(Link.expires_at.is_(None), Link.expires_at > _now),
    )
)


_BY_TEXT = Query(
    select(Poster.id, Poster.organisation_id, Poster.about, Poster._place, *_HOUSE)
    .join(Organisation, Organisation.id == Poster.organisation_id)
    .where(
        Poster.text_digest == bindparam("digest"),
        Poster.closed_at.is_(None),
        Poster.closes_at > _now,
    )
)


@dataclass(frozen=True)
class Opened:
    """The poster behind a code, as far as whoever holds the code needs it."""

    id: UUID
    organisation_id: UUID
    about: Subject | None
    policy: str
    sealed_place: str
    locale: str

    @property
    def place(self) -> str:
        """Where it hangs. Opened only for a page that shows it, not for each answer."""
        return unseal(self.sealed_place, "feedback_posters.place", self.id)


@dataclass(frozen=True)
class PosterLine:
    """One poster in the list."""

    poster: Poster
    times: int
    oddity: Oddity | None


@dataclass(frozen=True)
class Urgent:
    """What somebody wrote that a person must read now, and where. Who it was, nobody knows."""

    about: Subject
    place: str
    words: str
    felt_unsafe: bool


def behind(viewer: Viewer, code: str, *, now: datetime) -> Opened | None:
    """Return the poster behind a code; None for codes that are unknown, closed or past.

    For nobody in particular: whoever may answer may open it, and is not asked who they are.
    """
    require(viewer, Verb.CREATE, Object.FEEDBACK, None, now=now)
    return _found(_BEHIND_CODE, links.digest(LinkKind.FEEDBACK, code), now)


def behind_text_code(viewer: Viewer, code: str, *, now: datetime) -> Opened | None:
    """Return the poster that a text names; None for codes that are unknown, closed or past."""
    require(viewer, Verb.CREATE, Object.FEEDBACK, None, now=now)
    return _found(_BY_TEXT, poster_digest(code), now)


def _found(query: Query, digest: str, now: datetime) -> Opened | None:
    asked: dict[str, Any] = {"digest": digest, "now": now}
    for row in query.all(db.session.connection(), asked):
        about = Subject(row.about) if row.about else None
        return Opened(row.id, row.organisation_id, about, row.policy, row.place, row.locale)
    return None


def posters(viewer: Viewer, *, now: datetime) -> list[PosterLine]:
    """List the organisation's posters that are not closed, newest first, with what is odd."""
    require(viewer, Verb.REVOKE, Object.LINKS, None, now=now)
    found = db.session.scalars(
        select(Poster)
        .where(
            Poster.organisation_id == viewer.organisation_id,
            Poster.closed_at.is_(None),
            Poster.closes_at > now,
        )
        .order_by(Poster.made_at.desc(), Poster.id)
    ).all()
    monday = now.date() - timedelta(days=now.date().weekday())
    first = monday - timedelta(weeks=WEEKS)
    opened: dict[UUID, dict[object, int]] = {}
    for row in db.session.execute(
        select(PosterWeek.poster_id, PosterWeek.week_on, PosterWeek.times).where(
            PosterWeek.poster_id.in_([each.id for each in found]), PosterWeek.week_on >= first
        )
    ):
        opened.setdefault(row.poster_id, {})[row.week_on] = row.times
    lines = []
    for each in found:
        mine = opened.get(each.id, {})
        began = max(first, each.made_at.date() - timedelta(days=each.made_at.weekday()))
        weeks = [
            mine.get(began + timedelta(weeks=n), 0) for n in range((monday - began).days // 7 + 1)
        ]
        lines.append(PosterLine(each, sum(weeks), oddity(weeks)))
    return lines


def get_poster(viewer: Viewer, poster_id: UUID, *, now: datetime) -> Poster:
    """Return a poster of the viewer's organisation, or raise NotFound."""
    require(viewer, Verb.REVOKE, Object.LINKS, None, now=now)
    poster = db.session.get(Poster, poster_id)
    if poster is None or poster.organisation_id != viewer.organisation_id:
        raise NotFound("poster")
    return poster


def get_code(viewer: Viewer, poster: Poster, *, now: datetime) -> str:
    """Return the code to print, or raise NotFound if the poster is closed."""
    require(viewer, Verb.REVOKE, Object.LINKS, None, now=now)
    code = db.session.scalar(
        select(Link).where(
            Link.kind == LinkKind.FEEDBACK, Link.object_id == poster.id, Link.revoked_at.is_(None)
        )
    )
    if code is None or code.code is None or poster.organisation_id != viewer.organisation_id:
        raise NotFound("poster")
    return str(code.code)


def results(viewer: Viewer, *, now: datetime) -> dict[Subject, list[Block]]:
    """Return what may be shown about each, in blocks, oldest first. Raises NotFound.

    Never split further: not by team, home, worker or interviewer. What is too few is not counted.
    """
    require(viewer, Verb.READ_TOTALS, Object.FEEDBACK, None, now=now)
    rows = db.session.scalars(
        select(FeedbackAnswer).where(FeedbackAnswer.organisation_id == viewer.organisation_id)
    )
    given: dict[str, list[Given]] = {}
    for row in rows:
        scores = tuple(getattr(row, question) for question in QUESTIONS)
        said = Given(row.quarter_on, scores, row.words or "", row.treated)
        given.setdefault(row.about, []).append(said)
    return {about: blocks(given.get(about, []), today=now.date()) for about in Subject}


def get_urgent(viewer: Viewer, answer_id: UUID, *, now: datetime) -> Urgent:
    """Return what a person must read now, or raise NotFound."""
    require(viewer, Verb.READ, Object.FEEDBACK_CONCERN, None, now=now)
    answer = db.session.get(FeedbackAnswer, answer_id)
    if (
        answer is None
        or not answer.needs_a_human
        or answer.organisation_id != viewer.organisation_id
    ):
        raise NotFound("feedback")
    poster = db.session.get(Poster, answer.poster_id) if answer.poster_id else None
    return Urgent(
        about=Subject(answer.about),
        place=str(poster.place) if poster else "",
        words=answer.words or "",
        felt_unsafe=answer.safe == 1,
    )
