"""Hold a talk: say what the law asks, write down what is said, read it back, hand it in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select

from engage.audit.actions import record
from engage.db import begin_write, db
from engage.episodes.models import Episode
from engage.interviews import turns
from engage.interviews.models import InterviewEpisode, ReturnInterview
from engage.interviews.queries import interview_of
from engage.interviews.rules import OPEN, InterviewState
from engage.people.access import Object, Verb, Viewer, access_to, require
from engage.talks.models import Talk, TalkApart, TalkComment, TalkEntry
from engage.talks.queries import OBJECTS, get_page
from engage.talks.reading import asked_in, may_begin
from engage.talks.rules import (
    ANSWERS,
    CHANGEABLE,
    LONGEST_WORDS,
    Apart,
    EntryKind,
    TalkState,
)
from engage.talks.sets import newest_set
from engage.talks.turns import locked, note
from engage.web.errors import Changed, NotFound


class LawNotTold(Exception):
    """Nothing is asked before the young person knows what must be passed on."""


def begin(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> Talk:
    """Begin the record of the talk that is owed, or return the one there is.

    Only whoever holds the talk. Raises NotFound.
    """
    interview = interview_of(viewer, young_person_id, now=now)
    if interview is None:
        raise NotFound("interview")
    return begin_for(viewer, interview.id, began_at=now, now=now)


def begin_for(viewer: Viewer, interview_id: UUID, *, began_at: datetime, now: datetime) -> Talk:
    """Begin the record of one talk, which may have begun on a phone without a signal, or return
    the one there is.

    Only whoever holds the talk. Raises NotFound.
    """
    begin_write(db.session)
    interview = db.session.get(
        ReturnInterview, interview_id, with_for_update=True, populate_existing=True
    )
    if interview is None:
        raise NotFound("interview")
    young_person_id = interview.young_person_id
    found = db.session.scalars(select(Talk).where(Talk.interview_id == interview.id)).first()
    access = access_to(viewer, young_person_id, now=now)
    if found is not None:
        if not access.may(Verb.EDIT, Object.INTERVIEW_NOTES, owner_id=found.interviewer_id):
            raise NotFound("talk")
        return found
    if not may_begin(access, interview) or viewer.person_id is None:
        raise NotFound("interview")
    talk = Talk(
        young_person_id=young_person_id, organisation_id=interview.organisation_id,
        interview_id=interview.id, interviewer_id=viewer.person_id,
        question_set=newest_set(interview.organisation_id),
        state=TalkState.WRITING, began_at=min(began_at, now), last_number=0,
    )  # fmt: skip
    db.session.add(talk)
    db.session.flush()
    note("talk:begun", viewer, talk, now=now)
    return talk


def tell_law(viewer: Viewer, talk_id: UUID, *, now: datetime, at: datetime | None = None) -> None:
    """Note that the young person was told what must be passed on; the first time counts."""
    talk = _to_write(viewer, talk_id, now)
    if talk.law_told_at is None:
        talk.law_told_at = at or now
        note("talk:law_told", viewer, talk, now=now)


def answer(
    viewer: Viewer,
    talk_id: UUID,
    question_id: str,
    words: str,
    *,
    key: str,
    now: datetime,
    given_at: datetime | None = None,
) -> TalkEntry:
    """Keep what was said to a question, at once; empty words: it was passed over.

    Nothing is overwritten: the answer given last counts. What arrives after sign-off is kept as
    an addition. The same key again changes nothing. Raises LawNotTold, NotFound.
    """
    talk = _to_write(viewer, talk_id, now)
    if talk.law_told_at is None:
        raise LawNotTold(talk_id)
    said = words.strip()[:LONGEST_WORDS]
    kind = EntryKind.ANSWER if said else EntryKind.SKIPPED
    if talk.state not in CHANGEABLE:
        kind = EntryKind.LATER
    return _add(viewer, talk, question_id, kind, said, key, given_at or now, now)


def correct(
    viewer: Viewer,
    talk_id: UUID,
    question_id: str,
    words: str,
    *,
    key: str,
    now: datetime,
    given_at: datetime | None = None,
) -> TalkEntry:
    """Keep beside an answer what the young person put right, or what was found after sign-off.

    Raises NotFound for a question without an answer, and Changed for no words.
    """
    talk = _to_write(viewer, talk_id, now)
    said = words.strip()[:LONGEST_WORDS]
    has_answer = select(TalkEntry.id).where(
        TalkEntry.talk_id == talk_id, TalkEntry.question == question_id, TalkEntry.kind.in_(ANSWERS)
    )
    if db.session.scalar(has_answer.limit(1)) is None:
        raise NotFound("answer")
    if not said:
        raise Changed("nothing was put right")
    kind = EntryKind.CORRECTION if talk.state in CHANGEABLE else EntryKind.LATER
    return _add(viewer, talk, question_id, kind, said, key, given_at or now, now)


def read_back(viewer: Viewer, talk_id: UUID, *, now: datetime, at: datetime | None = None) -> None:
    """Note that it was read back, and the young person said: that is right, with what I changed."""
    talk = _to_write(viewer, talk_id, now)
    if talk.state not in CHANGEABLE:
        raise Changed("signed off")
    talk.read_back_at = at or now
    note("talk:read_back", viewer, talk, now=now)


def hand_in(viewer: Viewer, talk_id: UUID, *, now: datetime) -> None:
    """Give the record to a supervisor. The talk took place: nothing more is owed for it.

    Whatever was not asked stays so: a young person may have got up and gone.
    """
    talk = _to_write(viewer, talk_id, now)
    if talk.state != TalkState.WRITING:
        raise Changed("handed in")
    if talk.law_told_at is None:
        raise LawNotTold(talk_id)
    talk.state, talk.handed_in_at = TalkState.HANDED_IN, now
    _settle(viewer, talk, now)
    note("talk:handed_in", viewer, talk, now=now)


def take_back(viewer: Viewer, talk_id: UUID, *, now: datetime) -> None:
    """Go on writing after it was handed in, as long as nobody signed it off."""
    talk = _to_write(viewer, talk_id, now)
    if talk.state != TalkState.HANDED_IN:
        raise Changed("not handed in")
    talk.state, talk.handed_in_at = TalkState.WRITING, None
    note("talk:taken_back", viewer, talk, now=now)


def comment(viewer: Viewer, talk_id: UUID, words: str, *, now: datetime) -> None:
    """Ask something about a record, or answer that: for whoever wrote it and who signs it off."""
    page = get_page(viewer, talk_id, now=now)
    if not (page.may_write or page.may_approve) or viewer.person_id is None:
        raise NotFound("talk")
    db.session.add(TalkComment(talk_id=talk_id, words=words, by_id=viewer.person_id, at=now))
    note("talk:commented", viewer, page.talk, now=now)


def sign_off(viewer: Viewer, talk_id: UUID, *, now: datetime) -> None:
    """Agree that a record is finished; from now on it is only added to. Never one's own."""
    page = get_page(viewer, talk_id, now=now)
    if not page.may_approve:
        raise NotFound("talk")
    talk = locked(talk_id)
    if talk.state != TalkState.HANDED_IN:
        raise Changed("not handed in")
    talk.state, talk.signed_off_at = TalkState.SIGNED_OFF, now
    talk.signed_off_by_id = viewer.person_id
    _settle(viewer, talk, now)
    note("talk:signed_off", viewer, talk, now=now)


def note_apart(
    viewer: Viewer,
    young_person_id: UUID,
    kind: Apart,
    words: str,
    *,
    told_by: str,
    told_at: datetime,
    now: datetime,
) -> None:
    """Write down what was told elsewhere: by whom, and when. It never stands in the talk."""
    require(viewer, Verb.CREATE, OBJECTS[kind], young_person_id, now=now)
    interview = interview_of(viewer, young_person_id, now=now)
    if interview is None or viewer.person_id is None:
        raise NotFound("interview")
    db.session.add(
        TalkApart(
            interview_id=interview.id, kind=kind, words=words, told_by=told_by or None,
            told_at=told_at, by_id=viewer.person_id, recorded_at=now,
        )
    )  # fmt: skip
    db.session.flush()
    record(
        "talk:noted_apart",
        viewer=viewer,
        now=now,
        subject_id=young_person_id,
        object_kind="interview",
        object_id=interview.id,
        reason=kind,
    )


def note_opened(viewer: Viewer, talk_id: UUID, *, now: datetime) -> None:
    """Leave a trace that somebody else than its writer looked at a record."""
    page = get_page(viewer, talk_id, now=now)
    if not page.may_write:
        note("talk:opened", viewer, page.talk, now=now)


def note_taken_out(viewer: Viewer, talk_id: UUID, audience: str, *, now: datetime) -> None:
    """Leave a trace that a record was printed or saved, and for whom. Signed off and taken out by
    whoever answers for it, its words may be erased here.
    """
    page = get_page(viewer, talk_id, now=now, on_paper=True)
    if page.talk.state == TalkState.SIGNED_OFF and not audience:
        page.talk.exported_at = now
    note("talk:taken_out", viewer, page.talk, now=now, reason=audience or "record")


def _to_write(viewer: Viewer, talk_id: UUID, now: datetime) -> Talk:
    talk = locked(talk_id)
    about = (Object.INTERVIEW_NOTES, talk.young_person_id)
    require(viewer, Verb.EDIT, *about, now=now, owner_id=talk.interviewer_id)
    return talk


def _add(
    viewer: Viewer, talk: Talk, question_id: str, kind: EntryKind, words: str, key: str,
    given_at: datetime, now: datetime,
) -> TalkEntry:  # fmt: skip
    questions = asked_in(talk)
    if questions.find(question_id) is None or viewer.person_id is None:
        raise NotFound("question")
    same = select(TalkEntry).where(TalkEntry.talk_id == talk.id, TalkEntry.key == key)
    found = db.session.scalars(same).first()
    if found is not None:
        return found
    talk.last_number += 1
    entry = TalkEntry(
        talk_id=talk.id, question=question_id, question_set=questions.version, kind=kind,
        words=words or None, by_id=viewer.person_id, given_at=min(given_at, now), recorded_at=now,
        number=talk.last_number, key=key,
    )  # fmt: skip
    db.session.add(entry)
    note("talk:answered", viewer, talk, now=now, reason=question_id)
    return entry


def _settle(viewer: Viewer, talk: Talk, now: datetime) -> None:
    """Say that the talk took place when it began. Later times away are owed a talk of their own."""
    interview = db.session.get_one(
        ReturnInterview, talk.interview_id, with_for_update=True, populate_existing=True
    )
    if interview.state not in OPEN:
        return
    later = select(Episode.id).where(
        Episode.young_person_id == talk.young_person_id, Episode.opened_at > talk.began_at
    )
    db.session.execute(
        delete(InterviewEpisode).where(
            InterviewEpisode.interview_id == interview.id, InterviewEpisode.episode_id.in_(later)
        )
    )
    interview.state, interview.done_at = InterviewState.DONE, talk.began_at
    interview.done_by_id = talk.interviewer_id
    turns.keep(viewer, interview, "done", now=now)
