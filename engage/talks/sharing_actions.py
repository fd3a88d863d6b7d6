"""Agree line by line who may know what was said, and take it back at once."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from engage.db import db
from engage.people.access import Object, Verb, Viewer, access_to
from engage.talks.models import Talk, TalkShare
from engage.talks.reading import Line, lines_of
from engage.talks.rules import CHANGEABLE, Audience
from engage.talks.turns import locked, note
from engage.web.errors import Changed, NotFound


def share_line(
    viewer: Viewer,
    talk_id: UUID,
    question_id: str,
    audiences: Iterable[Audience],
    *,
    seen: int,
    now: datetime,
    at: datetime | None = None,
) -> None:
    """Keep with whom the young person shares a line; whoever is not named sees it no more.

    By the young person, or with them by whoever held the talk; after sign-off the latter may only
    take back. `seen`: the number of the newest entry they saw; what was added later is not
    shared. `at`: when they agreed, on a phone without a signal; what they decided since stands.
    Raises Changed, NotFound.
    """
    talk, line, is_own = _line(viewer, talk_id, question_id, now)
    wanted = frozenset(audiences)
    if not wanted or (Audience.NOBODY in wanted and len(wanted) > 1):
        raise Changed("pick whom, or nobody")
    if (
        not is_own
        and talk.state not in CHANGEABLE
        and not wanted - {Audience.NOBODY} <= line.agreed
    ):
        raise Changed("signed off")
    if not 0 < seen <= talk.last_number:
        raise Changed("not seen")
    if at is not None and _decided_since(talk.id, question_id, at):
        raise Changed("decided since")
    _withdraw(viewer, _open_shares(talk.id, question_id), at or now)
    assert viewer.person_id is not None
    for audience in sorted(wanted):
        db.session.add(
            TalkShare(
                talk_id=talk.id, question=question_id, audience=audience, up_to=seen,
                agreed_at=at or now, recorded_by_id=viewer.person_id,
            )
        )  # fmt: skip
    note("talk:shared", viewer, talk, now=now, reason=f"{question_id}: {','.join(sorted(wanted))}")


def withdraw_line(
    viewer: Viewer, talk_id: UUID, question_id: str, audience: Audience, *, now: datetime
) -> None:
    """Take a line back from somebody; they do not see it from this moment on."""
    talk, _, _ = _line(viewer, talk_id, question_id, now)
    found = [s for s in _open_shares(talk.id, question_id) if s.audience == audience]
    if not found:
        raise Changed("not shared")
    _withdraw(viewer, found, now)
    note("talk:withdrawn", viewer, talk, now=now, reason=f"{question_id}: {audience}")


def _line(
    viewer: Viewer, talk_id: UUID, question_id: str, now: datetime
) -> tuple[Talk, Line, bool]:
    """Return the record, the line, and whether it is the young person who asks."""
    talk = locked(talk_id)
    access = access_to(viewer, talk.young_person_id, now=now)
    is_own = viewer.person_id == talk.young_person_id and viewer.link_kind is None
    if is_own:
        allowed = talk.read_back_at is not None and access.may(Verb.EDIT, Object.SHARING)
    else:
        owner = talk.interviewer_id
        allowed = access.may(Verb.EDIT, Object.INTERVIEW_NOTES, owner_id=owner)
    line = next((one for one in lines_of(talk) if one.question.id == question_id), None)
    if not allowed or line is None or not line.has_words:
        raise NotFound("line")
    return talk, line, is_own


def _open_shares(talk_id: UUID, question_id: str) -> list[TalkShare]:
    return list(
        db.session.scalars(
            select(TalkShare).where(
                TalkShare.talk_id == talk_id,
                TalkShare.question == question_id,
                TalkShare.withdrawn_at.is_(None),
            )
        )
    )


def _decided_since(talk_id: UUID, question_id: str, at: datetime) -> bool:
    newer = select(TalkShare.id).where(
        TalkShare.talk_id == talk_id,
        TalkShare.question == question_id,
        or_(TalkShare.agreed_at > at, TalkShare.withdrawn_at > at),
    )
    return db.session.scalar(newer.limit(1)) is not None


def _withdraw(viewer: Viewer, shares: Iterable[TalkShare], at: datetime) -> None:
    for share in shares:
        share.withdrawn_at, share.withdrawn_by_id = at, viewer.person_id
    db.session.flush()
