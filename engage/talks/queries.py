"""The record of a talk as its viewer may see it, line by line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engage.db import db
from engage.episodes.models import Episode
from engage.interviews.models import ReturnInterview
from engage.interviews.reading import covered
from engage.people.access import Object, Verb, Viewer, access_to, may, require
from engage.people.models import Person
from engage.talks.models import Talk, TalkApart, TalkComment
from engage.talks.reading import (
    Line,
    asked_in,
    lines_of,
    names_of,
    readable,
    steps_of,
)
from engage.talks.rules import Apart, Audience, QuestionSet, Steps, TalkState
from engage.web.errors import NotFound

OBJECTS = {Apart.SAFE_AND_WELL: Object.SAFE_AND_WELL, Apart.CARER_VIEW: Object.CARER_VIEW}


@dataclass(frozen=True)
class TalkPage:
    """A record as one viewer may see it."""

    talk: Talk
    young_person: Person
    episodes: Sequence[Episode]
    questions: QuestionSet
    lines: Sequence[Line]
    steps: Steps
    # How many lines there are that this viewer does not see.
    hidden: int
    comments: Sequence[TalkComment]
    names: dict[UUID, str]
    may_write: bool
    may_approve: bool

    def line(self, question_id: str) -> Line | None:
        """Return what was said to a question, or None."""
        return next((each for each in self.lines if each.question.id == question_id), None)

    @property
    def spoken(self) -> list[Line]:
        """List the lines in which something was said."""
        return [line for line in self.lines if line.has_words]

    @property
    def skipped(self) -> list[Line]:
        """List the questions that were passed over."""
        return [line for line in self.lines if not line.has_words]


@dataclass(frozen=True)
class OwnTalk:
    """A record as the young person sees it on their own page: what was written down, agreed."""

    talk: Talk
    lines: Sequence[Line]
    interviewer: str
    questions: QuestionSet


def get_page(viewer: Viewer, talk_id: UUID, *, now: datetime, on_paper: bool = False) -> TalkPage:
    """Return a record with the lines the viewer may read, or raise NotFound.

    Whoever wrote it, whoever signs it off, and workers of the young person: these see the lines
    that were agreed with them, which may be none. `on_paper`: without what only an emergency
    opens, as paper stays.
    """
    talk = db.session.get(Talk, talk_id)
    if talk is None:
        raise NotFound("talk")
    access = access_to(viewer, talk.young_person_id, now=now)
    access = access.on_paper() if on_paper else access
    lines = lines_of(talk)
    seen = readable(access, talk, lines)
    owner = talk.interviewer_id
    may_write = access.may(Verb.EDIT, Object.INTERVIEW_NOTES, owner_id=owner)
    may_approve = access.may(Verb.APPROVE, Object.INTERVIEW_NOTES) and owner != viewer.person_id
    is_worker = access.may(Verb.EDIT, Object.INTERVIEW_CHOICE)
    is_own = viewer.person_id == talk.young_person_id
    if is_own or not (seen or may_write or may_approve or is_worker):
        raise NotFound("talk")
    interview = db.session.get_one(ReturnInterview, talk.interview_id)
    comments = _comments(talk.id) if may_write or may_approve else []
    ids = {owner, talk.signed_off_by_id, *(each.by_id for each in comments)}
    ids |= {entry.by_id for line in seen for entry in line.entries}
    return TalkPage(
        talk=talk,
        young_person=db.session.get_one(Person, talk.young_person_id),
        episodes=covered(interview),
        questions=asked_in(talk),
        lines=seen,
        steps=steps_of(talk, lines),
        hidden=sum(line.has_words for line in lines) - sum(line.has_words for line in seen),
        comments=comments,
        names=names_of(ids),
        may_write=may_write,
        may_approve=may_approve,
    )


def agreed_lines(
    viewer: Viewer,
    young_person_id: UUID,
    *,
    now: datetime,
    audience: Audience | None = None,
    on_paper: bool = False,
) -> list[tuple[Talk, Line]]:
    """List the lines of every talk with this young person that the viewer may read, oldest first.

    For what comes after a talk. `audience`: only what was agreed with them, to tell them or to
    hand it on. Empty for somebody who may read nothing.
    """
    access = access_to(viewer, young_person_id, now=now)
    access = access.on_paper() if on_paper else access
    return [
        (talk, line)
        for talk in _talks_of(young_person_id)
        for line in readable(access, talk, lines_of(talk))
        if line.has_words and (audience is None or audience in line.agreed)
    ]


def list_talks(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> list[Talk]:
    """List the records about a young person, oldest first: that there are, not what they say.

    For whoever may see that a talk is owed. Raises NotFound otherwise.
    """
    _require_sight(viewer, young_person_id, now)
    return _talks_of(young_person_id)


def state_of(viewer: Viewer, interview_id: UUID, *, now: datetime) -> TalkState | None:
    """Return how far the record of a talk is, None without one; for whoever may see that there
    is a talk. Raises NotFound otherwise.
    """
    interview = db.session.get(ReturnInterview, interview_id)
    if interview is None:
        raise NotFound("interview")
    _require_sight(viewer, interview.young_person_id, now)
    found = select(Talk.state).where(Talk.interview_id == interview_id)
    state = db.session.scalar(found)
    return TalkState(state) if state else None


def own_talks(viewer: Viewer, *, now: datetime) -> list[OwnTalk]:
    """List what was written down of a young person's own talks, once it was read back to them.

    Only signed in: a link in a text shows nothing that was said.
    """
    young_person_id = viewer.person_id
    if young_person_id is None or viewer.link_kind is not None:
        return []
    access = access_to(viewer, young_person_id, now=now)
    if not access.may(Verb.READ, Object.INTERVIEW_NOTES):
        return []
    talks = [talk for talk in _talks_of(young_person_id) if talk.read_back_at is not None]
    names = names_of(talk.interviewer_id for talk in talks)
    return [
        OwnTalk(
            talk,
            readable(access, talk, lines_of(talk)),
            names.get(talk.interviewer_id, ""),
            asked_in(talk),
        )
        for talk in talks
    ]


def kept_apart(viewer: Viewer, interview_id: UUID, *, now: datetime) -> list[TalkApart]:
    """List what was told elsewhere about one talk, as far as the viewer may read it, oldest
    first.
    """
    interview = db.session.get(ReturnInterview, interview_id)
    if interview is None:
        return []
    access = access_to(viewer, interview.young_person_id, now=now)
    kinds = [kind for kind, obj in OBJECTS.items() if access.may(Verb.READ, obj)]
    return list(
        db.session.scalars(
            select(TalkApart)
            .where(TalkApart.interview_id == interview_id, TalkApart.kind.in_(kinds))
            .order_by(TalkApart.told_at, TalkApart.id)
        )
    )


def may_note_apart(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> list[Apart]:
    """List what this viewer may note beside a talk."""
    access = access_to(viewer, young_person_id, now=now)
    return [kind for kind, obj in OBJECTS.items() if access.may(Verb.CREATE, obj)]


def name_of(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> str:
    """Return the name of a young person about whom the viewer may know that there is a talk."""
    _require_sight(viewer, young_person_id, now)
    return str(db.session.get_one(Person, young_person_id).name)


def _require_sight(viewer: Viewer, young_person_id: UUID, now: datetime) -> None:
    if viewer.person_id == young_person_id:
        raise NotFound("talk")
    if not may(viewer, Verb.READ, Object.INTERVIEW_CHOICE, young_person_id, now=now):
        require(viewer, Verb.READ, Object.EPISODE, young_person_id, now=now)


def _talks_of(young_person_id: UUID) -> list[Talk]:
    return list(
        db.session.scalars(
            select(Talk).where(Talk.young_person_id == young_person_id).order_by(Talk.began_at)
        )
    )


def _comments(talk_id: UUID) -> list[TalkComment]:
    return list(
        db.session.scalars(
            select(TalkComment)
            .where(TalkComment.talk_id == talk_id)
            .order_by(TalkComment.at, TalkComment.id)
        )
    )
