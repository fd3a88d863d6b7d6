"""Offer a talk, choose who and how, book it, and say that it took place."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from engage.db import begin_write, db
from engage.interviews.holders import rearrange
from engage.interviews.models import InterviewAttempt, ReturnInterview
from engage.interviews.queries import as_themselves, interview_of, who_chooses
from engage.interviews.reading import takes_part_in_care
from engage.interviews.rules import (
    OFFER_AGAIN_AFTER,
    OPEN,
    InterviewState,
    Manner,
    Reached,
    Who,
    Wish,
    is_choice_heard,
    reminders_past,
)
from engage.interviews.turns import keep
from engage.messaging.actions import queue
from engage.messaging.rules import Klass
from engage.people import links
from engage.people.access import Object, Verb, Viewer, require
from engage.people.actions import assign
from engage.people.models import LinkKind, RelationshipKind
from engage.people.viewer import SYSTEM
from engage.web.errors import Changed, NotFound

LINK_LASTS = timedelta(days=30)  # Source: SAFETY 10 (a link about an interview: 30 days)
LONGEST_AGO = timedelta(days=31)


class NeedsIndependent(Exception):
    """Whoever takes part in the care must be chosen, and an independent person offered."""


class BadTime(Exception):
    """A time that cannot be: it must be ahead to book, and behind to have taken place."""


@dataclass(frozen=True)
class Choice:
    """What a young person would like. Everything but `who` may be left open."""

    who: Who
    who_name: str = ""
    wish: Wish = Wish.ANYBODY
    manner: Manner | None = None
    language: str = ""
    needs_interpreter: bool = False
    where: str = ""
    when: str = ""
    may_know: str = ""


@dataclass(frozen=True)
class Booking:
    """What was arranged. `interviewer_id`: a member of staff; else only a name."""

    at: datetime
    place: str
    interviewer_id: UUID | None = None
    interviewer_name: str = ""
    is_involved: bool = False
    independent_offered: bool = False


def offer(
    viewer: Viewer, young_person_id: UUID, *, address: str, by_text: bool, now: datetime
) -> None:
    """Note that the choice was offered; by text with a link, or aloud.

    Offered again, the first offer still counts towards the rule. The text waits for the day and
    goes only to who agreed to texts, like every other.
    """
    interview = _open(viewer, young_person_id, Verb.EDIT, now)
    if interview.offered_at is None:
        interview.offered_at, interview.offered_by_id = now, viewer.person_id
    if interview.state != InterviewState.BOOKED:
        interview.state = InterviewState.OFFERED
    if by_text:
        interview.asked_by_text_at = now
        code = links.issue(
            LinkKind.RETURN,
            young_person_id=young_person_id,
            person_id=young_person_id,
            subject_id=interview.id,
            expires_at=now + LINK_LASTS,
            now=now,
        )
        queue(
            "talk_choice",
            to=young_person_id,
            about=young_person_id,
            klass=Klass.YOUNG_PERSON,
            params={"link": f"{address}/r/{code}"},
            dedupe_key=f"talk:{interview.id}:{now.isoformat()}",
            now=now,
        )
    keep(viewer, interview, "offered", now=now)


def choose(viewer: Viewer, young_person_id: UUID, choice: Choice, *, now: datetime) -> None:
    """Keep what the young person wants, said by themselves or, aloud, through a worker.

    May be changed until it took place. "Not now" is an answer: it is offered again after a week.
    Changing a booked one puts it back to be arranged.
    """
    verb = Verb.CREATE if who_chooses(viewer) == young_person_id else Verb.EDIT
    interview = _open(as_themselves(viewer), young_person_id, verb, now)
    for name in ("who", "wish", "manner", "needs_interpreter"):
        setattr(interview, name, getattr(choice, name))
    for name in ("who_name", "language", "where", "when", "may_know"):
        setattr(interview, name, getattr(choice, name) or None)
    interview.chosen_at = now
    interview.offered_at = interview.offered_at or now
    if choice.who is Who.NOT_NOW:
        interview.state, interview.declined_at = InterviewState.DECLINED, now
        interview.again_at, interview.decline_reason = now + OFFER_AGAIN_AFTER, None
    else:
        interview.state, interview.declined_at = InterviewState.OFFERED, None
    _call_off(interview, now)
    keep(viewer, interview, "chosen", now=now)


def decline(
    viewer: Viewer, young_person_id: UUID, reason: str, *, again_at: datetime, now: datetime
) -> None:
    """Note that they said no, why as far as they said, and when it is offered again (UTC)."""
    if again_at <= now:
        raise BadTime("It is offered again later than now.")
    interview = _open(viewer, young_person_id, Verb.EDIT, now)
    interview.offered_at = interview.offered_at or now
    interview.state, interview.declined_at = InterviewState.DECLINED, now
    interview.decline_reason, interview.again_at = reason, again_at
    _call_off(interview, now)
    keep(viewer, interview, "declined", now=now)


def note_attempt(
    viewer: Viewer, young_person_id: UUID, reached: Reached, note: str, *, now: datetime
) -> None:
    """Note that somebody tried to reach them for it."""
    interview = _open(viewer, young_person_id, Verb.EDIT, now)
    db.session.add(
        InterviewAttempt(
            interview_id=interview.id, at=now, by_id=viewer.person_id, reached=reached,
            note=note or None,
        )
    )  # fmt: skip
    keep(viewer, interview, "attempted", now=now)


def book(viewer: Viewer, young_person_id: UUID, booking: Booking, *, now: datetime) -> None:
    """Arrange it; a member of staff who holds it may open what they need from now on, and their
    calendar hears of it. The same again changes nothing there.

    Raises BadTime for a time that has passed, NeedsIndependent when whoever should hold it takes
    part in the care and either was not chosen or nobody independent was offered.
    """
    if booking.at <= now:
        raise BadTime("It is booked for later than now.")
    interview = _open(viewer, young_person_id, Verb.EDIT, now)
    is_involved = booking.is_involved or (
        booking.interviewer_id is not None
        and takes_part_in_care(young_person_id, booking.interviewer_id, now)
    )
    who = Who(interview.who) if interview.who else Who.INDEPENDENT
    if not is_choice_heard(
        who, is_involved=is_involved, independent_offered=booking.independent_offered
    ):
        raise NeedsIndependent(who)
    before = _arranged(interview)
    interview.state, interview.booked_for = InterviewState.BOOKED, booking.at
    interview.place, interview.interviewer_id = booking.place or None, booking.interviewer_id
    interview.interviewer_name = booking.interviewer_name or None
    if _arranged(interview) != before:
        interview.reminded = reminders_past(booking.at, now)
        rearrange(interview, now=now)
    interview.is_involved, interview.independent_offered = is_involved, booking.independent_offered
    interview.offered_at = interview.offered_at or now
    if booking.interviewer_id is not None and not is_involved:
        kind = RelationshipKind.INTERVIEWER
        # Whoever may book may do this much: the role itself was given by two people.
        assign(SYSTEM, young_person_id, booking.interviewer_id, kind, now=now)
    keep(viewer, interview, "booked", now=now)


def note_done(viewer: Viewer, young_person_id: UUID, at: datetime, *, now: datetime) -> None:
    """Note that it took place, and when. Raises BadTime for a time ahead or long ago."""
    if not now - LONGEST_AGO <= at <= now:
        raise BadTime("It took place before now.")
    interview = _open(viewer, young_person_id, Verb.EDIT, now)
    interview.state, interview.done_at = InterviewState.DONE, at
    interview.done_by_id = viewer.person_id
    if interview.booked_for is not None and interview.booked_for > now:
        # It took place before the time that was arranged, which is free again.
        rearrange(interview, now=now)
    keep(viewer, interview, "done", now=now)


def _call_off(interview: ReturnInterview, now: datetime) -> None:
    if interview.booked_for is not None:
        interview.booked_for = None
        rearrange(interview, now=now)


def _arranged(interview: ReturnInterview) -> tuple[object, ...]:
    place, name = interview.place, interview.interviewer_name
    return interview.state, interview.booked_for, place, interview.interviewer_id, name


def _open(viewer: Viewer, young_person_id: UUID, verb: Verb, now: datetime) -> ReturnInterview:
    require(viewer, verb, Object.INTERVIEW_CHOICE, young_person_id, now=now)
    return _of(viewer, young_person_id, now)


def _of(viewer: Viewer, young_person_id: UUID, now: datetime) -> ReturnInterview:
    begin_write(db.session)
    found = interview_of(viewer, young_person_id, now=now)
    if found is None:
        raise NotFound("interview")
    locked = db.session.get_one(
        ReturnInterview, found.id, with_for_update=True, populate_existing=True
    )
    if locked.state not in OPEN:
        raise Changed("interview")
    return locked
