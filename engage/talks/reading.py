"""What stands in a record: its lines, who wrote them, and with whom each is shared."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from engage.db import db
from engage.interviews.models import ReturnInterview
from engage.people.access import Access, Object, Verb
from engage.people.models import Person
from engage.people.rules import Level
from engage.people.table import SECTION_OF, Column
from engage.talks.models import Talk, TalkEntry, TalkShare
from engage.talks.rules import (
    ANSWERS,
    Audience,
    EntryKind,
    Question,
    QuestionSet,
    Share,
    Steps,
    agreed_with,
    is_asked,
)
from engage.talks.sets import get_set

if TYPE_CHECKING:
    from datetime import datetime

# In which roles somebody reads a line on a screen because it is shared with this audience. Carers,
# police and a meeting are told, or handed paper: SAFETY O12 gives them no page.
COLUMNS = {Audience.WORKER: (Column.SOCIAL_WORKER, Column.SUPERVISOR)}


@dataclass(frozen=True)
class Line:
    """One question of a record with what was said to it."""

    question: Question
    # All of it, the earliest given first.
    entries: tuple[TalkEntry, ...]
    agreed: frozenset[Audience]
    is_asked: bool

    @property
    def newest(self) -> int:
        """The number of the newest entry: what somebody agrees to goes up to here."""
        return max(entry.number for entry in self.entries)

    @property
    def answer(self) -> TalkEntry:
        """What counts: the answer given last; else what was added after sign-off."""
        answers = [entry for entry in self.entries if entry.kind in ANSWERS]
        return answers[-1] if answers else self.entries[0]

    @property
    def earlier(self) -> list[TalkEntry]:
        """Answers that were given before, or on another phone."""
        answer = self.answer
        return [e for e in self.entries if e.kind in ANSWERS and e is not answer]

    @property
    def corrections(self) -> list[TalkEntry]:
        """What the young person put right after the answer, and what was added after sign-off."""
        answer = self.answer
        added = [e for e in self.entries if e.kind not in ANSWERS and e is not answer]
        return [e for e in added if e.given_at >= answer.given_at]

    @property
    def has_words(self) -> bool:
        """Say whether anything was said; a question that was passed over is no line to share."""
        return self.answer.kind != EntryKind.SKIPPED or bool(self.corrections)

    @property
    def at(self) -> "datetime":
        """When it was said."""
        return self.answer.given_at


def asked_in(talk: Talk) -> QuestionSet:
    """Return the questions of the version that a record began with."""
    return get_set(talk.organisation_id, talk.question_set)


def lines_of(talk: Talk) -> list[Line]:
    """List every line of a record in the order of its questions, for whoever may see all."""
    entries: dict[str, list[TalkEntry]] = {}
    for entry in db.session.scalars(
        select(TalkEntry)
        .where(TalkEntry.talk_id == talk.id)
        .order_by(TalkEntry.given_at, TalkEntry.number)
    ):
        entries.setdefault(entry.question, []).append(entry)
    shares: dict[str, list[Share]] = {}
    for row in db.session.scalars(select(TalkShare).where(TalkShare.talk_id == talk.id)):
        share = Share(Audience(row.audience), row.up_to, row.withdrawn_at)
        shares.setdefault(row.question, []).append(share)
    return [
        _line(question, entries[question.id], shares.get(question.id, []))
        for question in asked_in(talk).questions
        if question.id in entries
    ]


def _line(question: Question, entries: list[TalkEntry], shares: list[Share]) -> Line:
    newest = max(entry.number for entry in entries)
    agreed, asked = agreed_with(newest, shares), is_asked(newest, shares)
    return Line(question, tuple(entries), agreed, asked)


def readable(access: Access, talk: Talk, lines: Sequence[Line]) -> list[Line]:
    """List the lines that this viewer may read now: their own record, the young person their own
    words once they were read back, and everybody else what the young person agreed to.

    The table of who sees what decides; an agreement about a line stands in for the section.
    """
    return [line for line in lines if _may_read(access, talk, line)]


def _may_read(access: Access, talk: Talk, line: Line) -> bool:
    is_own = access.viewer.person_id == talk.young_person_id
    if is_own and talk.read_back_at is None:
        return False
    section = SECTION_OF[Object.INTERVIEW_NOTES]
    shared = frozenset(
        (section, column.value, Level.VIEW)
        for audience in line.agreed
        for column in COLUMNS.get(audience, ())
    )
    about = replace(access, sections=shared)
    return about.may(Verb.READ, Object.INTERVIEW_NOTES, owner_id=talk.interviewer_id)


def names_of(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return the names of people by id."""
    known = {each for each in ids if each is not None}
    found = db.session.scalars(select(Person).where(Person.id.in_(known)))
    return {person.id: str(person.name) for person in found}


def steps_of(talk: Talk, lines: Sequence[Line]) -> Steps:
    """Say how far each part of a record is."""
    spoken = [line for line in lines if line.has_words]
    return Steps(
        is_law_told=talk.law_told_at is not None,
        answered=len(lines),
        questions=len(asked_in(talk).questions),
        lines=len(spoken),
        is_read_back=talk.read_back_at is not None,
        shared=sum(line.is_asked for line in spoken),
    )


def may_begin(access: Access, interview: ReturnInterview) -> bool:
    """Say whether this viewer holds this talk: nobody else writes down what is said in it."""
    is_theirs = interview.interviewer_id in (None, access.viewer.person_id)
    return is_theirs and access.may(Verb.CREATE, Object.INTERVIEW_NOTES)
