"""Asking people to a meeting, telling them of changes, and keeping what they say."""

import re
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from engage.audit.actions import record
from engage.audit.models import Actor
from engage.db import begin_write, db
from engage.episodes.models import Episode
from engage.people import links
from engage.people.access import Object, Verb, Viewer, require
from engage.people.addresses import email_of
from engage.people.models import Link, LinkKind, Person, PersonKind
from engage.staffings.models import Meeting, MeetingGuest, MeetingWords
from engage.staffings.queries import find_meeting
from engage.staffings.reading import guest_of, guests_of, suggested
from engage.staffings.rules import Answer, MeetingState, Part, Whose
from engage.staffings.telling import issue, text_link
from engage.web.errors import Changed, NotFound

NAME = 60
EMAIL = 120
WORDS = 1500
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+")
MOST_GUESTS = 30


class BadEmail(Exception):
    """Something that is no email address."""


class TooManyGuests(Exception):
    """More people than one meeting of half an hour can hear."""


def ask_people(
    viewer: Viewer, meeting: Meeting, person_ids: Iterable[UUID], address: str, *, now: datetime
) -> None:
    """Ask people of the record to a meeting; anybody else of these ids is left out."""
    episode = db.session.get_one(Episode, meeting.episode_id)
    offered = {each.person_id: each for each in suggested(viewer, episode, now=now)}
    there = {each.person_id for each in guests_of(meeting.id)}
    for person_id in dict.fromkeys(person_ids):
        if person_id in there:
            continue
        known = offered.get(person_id)
        if known is None and person_id != meeting.facilitator_id:
            continue
        person = db.session.get_one(Person, person_id)
        part = known.part if known else Part.FACILITATOR
        email = email_of(person_id)
        ask_guest(
            viewer, meeting, part, str(person.name), address=address, now=now, email=email,
            person=person,
        )  # fmt: skip


def ask_guest(
    viewer: Viewer,
    meeting: Meeting,
    part: Part,
    name: str,
    *,
    address: str,
    now: datetime,
    email: str = "",
    person: Person | None = None,
) -> MeetingGuest:
    """Ask somebody to a meeting: by mail with a calendar file, by text with a link, or both.

    Raises BadEmail, TooManyGuests.
    """
    email = email.strip()
    if email and (len(email) > EMAIL or not _EMAIL.fullmatch(email)):
        raise BadEmail(email)
    if len(guests_of(meeting.id)) >= MOST_GUESTS:
        raise TooManyGuests(str(MOST_GUESTS))
    guest = MeetingGuest(
        meeting_id=meeting.id,
        person_id=person.id if person else None,
        part=part,
        name=" ".join(name.split())[:NAME],
        email=email or None,
        answer=Answer.NONE,
        mail_due_at=now if email else None,
        mail_tries=0,
    )
    db.session.add(guest)
    db.session.flush()
    code = issue(meeting, guest, now)
    if person is not None and person.phone and person.kind != PersonKind.WORKER:
        text_link(meeting, guest, person, f"{address}/m/{code}", now)
    _note("meeting:asked", meeting, guest, viewer, now)
    return guest


def add_guest(
    viewer: Viewer,
    meeting_id: UUID,
    part: Part,
    name: str,
    email: str,
    *,
    address: str,
    now: datetime,
) -> MeetingGuest:
    """Ask somebody from outside, whom the record does not know. Raises NotFound, Changed."""
    begin_write(db.session)
    meeting = _to_change(viewer, meeting_id, Verb.CREATE, now)
    return ask_guest(viewer, meeting, part, name, address=address, now=now, email=email)


def ask_young_person(
    viewer: Viewer, meeting_id: UUID, *, address: str, now: datetime
) -> MeetingGuest:
    """Ask the young person to a meeting about them, by text and link. Asked once."""
    begin_write(db.session)
    meeting = _to_change(viewer, meeting_id, Verb.CREATE, now)
    if any(each.part == Part.YOUNG_PERSON for each in guests_of(meeting_id)):
        raise Changed("guest")
    young = db.session.get_one(Person, meeting.young_person_id)
    return ask_guest(
        viewer, meeting, Part.YOUNG_PERSON, str(young.name), address=address, now=now, person=young
    )


def remove_guest(viewer: Viewer, guest_id: UUID, *, now: datetime) -> Meeting:
    """Take somebody off the list: their link ends, and their calendar is told."""
    begin_write(db.session)
    guest = db.session.get(MeetingGuest, guest_id)
    if guest is None:
        raise NotFound("guest")
    meeting = _to_change(viewer, guest.meeting_id, Verb.REVOKE, now)
    if guest.removed_at is None:
        guest.removed_at = now
        guest.mail_due_at = now if guest.mailed_sequence is not None else None
        links.revoke(LinkKind.MEETING, now=now, subject_id=guest.id)
        _note("meeting:left_out", meeting, guest, viewer, now)
    return meeting


def ask_again(viewer: Viewer, guest_id: UUID, *, now: datetime) -> Meeting:
    """Give somebody a new link, because theirs was lost or seen; the old one ends."""
    begin_write(db.session)
    guest = db.session.get(MeetingGuest, guest_id)
    if guest is None or guest.removed_at is not None:
        raise NotFound("guest")
    meeting = _to_change(viewer, guest.meeting_id, Verb.CREATE, now)
    links.revoke(LinkKind.MEETING, now=now, subject_id=guest.id)
    issue(meeting, guest, now)
    guest.mail_due_at, guest.mail_tries = (now if guest.email else None), 0
    _note("meeting:asked_again", meeting, guest, viewer, now)
    return meeting


def answer(link: Link, said: Answer, *, now: datetime) -> None:
    """Keep what somebody said by their link: they come, or cannot. They may change it.

    Raises Changed when it is over or called off.
    """
    begin_write(db.session)
    guest, meeting = guest_of(link)
    viewer = _by_link(link)
    require(viewer, Verb.EDIT, Object.MEETING_GUEST, link.young_person_id, now=now)
    if meeting.state != MeetingState.PLANNED:
        raise Changed("meeting")
    guest.answer, guest.answered_at = said, now
    _note(f"meeting:said_{said}", meeting, guest, viewer, now)


def say(link: Link, words: str, *, now: datetime) -> None:
    """Keep the young person's own words for a meeting, by their link. Read first in it."""
    begin_write(db.session)
    guest, meeting = guest_of(link)
    viewer = _by_link(link)
    require(viewer, Verb.EDIT, Object.MEETING_GUEST, link.young_person_id, now=now)
    if guest.part != Part.YOUNG_PERSON:
        raise NotFound("words")
    if meeting.state != MeetingState.PLANNED:
        raise Changed("meeting")
    _keep_words(meeting, Whose.YOUNG_PERSON, None, words, now)
    _note("meeting:heard", meeting, guest, viewer, now)


def note_words(
    viewer: Viewer, meeting_id: UUID, whose: Whose, words: str, *, now: datetime
) -> None:
    """Write down what the young person, or one of the three, said for a meeting."""
    begin_write(db.session)
    meeting = find_meeting(viewer, meeting_id, Verb.EDIT, now=now)
    _keep_words(meeting, whose, viewer.person_id, words, now)
    record(
        "meeting:heard",
        viewer=viewer,
        now=now,
        subject_id=meeting.young_person_id,
        object_kind="meeting",
        object_id=meeting.id,
        reason=str(whose),
    )


def _keep_words(
    meeting: Meeting, whose: Whose, by_id: UUID | None, words: str, now: datetime
) -> None:
    if not words.strip():
        raise ValueError("words")
    db.session.add(
        MeetingWords(
            meeting_id=meeting.id, whose=whose, by_id=by_id, words=words.strip()[:WORDS], at=now
        )
    )
    db.session.flush()


def _to_change(viewer: Viewer, meeting_id: UUID, verb: Verb, now: datetime) -> Meeting:
    meeting = db.session.get(Meeting, meeting_id, with_for_update=True, populate_existing=True)
    if meeting is None:
        raise NotFound("meeting")
    require(viewer, verb, Object.MEETING_GUEST, meeting.young_person_id, now=now)
    if meeting.state != MeetingState.PLANNED:
        raise Changed("meeting")
    return meeting


def _by_link(link: Link) -> Viewer:
    return Viewer(
        person_id=None, area="link", link_id=link.id, link_kind=LinkKind.MEETING,
        young_person_id=link.young_person_id,
    )  # fmt: skip


def _note(verb: str, meeting: Meeting, guest: MeetingGuest, viewer: Actor, now: datetime) -> None:
    record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=meeting.young_person_id,
        object_kind="meeting_guest",
        object_id=guest.id,
        reason=str(guest.part),
    )
