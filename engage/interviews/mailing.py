"""The calendar of whoever holds a talk: the file to take, and the mails that keep it right.

Neutral words, as a calendar lies open: neither whose talk it is nor where. Both stand on our page,
behind signing in. Each talk keeps its UID and each change takes a higher SEQUENCE (RFC 5545), so
that the newest file replaces the one before, whether it came by mail or was taken.
"""

from datetime import datetime, timedelta
from uuid import UUID

from engage.calendar_mail.posting import PATTERN, Letter, Post
from engage.calendars import Appointment, Mailbox, Method, calendar_file
from engage.config import Settings
from engage.db import db
from engage.i18n import gettext as _
from engage.i18n import render_text, use_locale
from engage.interviews.holders import is_held_by
from engage.interviews.models import InterviewHolder, ReturnInterview
from engage.interviews.queries import interview_of
from engage.people.access import Viewer
from engage.people.addresses import email_of
from engage.people.mail import sender
from engage.people.models import Organisation, Person
from engage.web.errors import NotFound
from engage.web.when import local_words

LASTS = timedelta(hours=1)


def booked_file(
    viewer: Viewer, young_person_id: UUID, settings: Settings, *, now: datetime
) -> bytes:
    """Return the file of what is arranged; raises NotFound while nothing is."""
    talk = interview_of(viewer, young_person_id, now=now)
    if talk is None or talk.booked_for is None:
        raise NotFound("booking")
    house = db.session.get_one(Organisation, talk.organisation_id)
    return calendar_file(_appointment(talk, talk.booked_for, house, settings, now), Method.PUBLISH)


def letter_for(holder_id: UUID, settings: Settings, now: datetime) -> Letter | None:
    """Return the mail that waits for somebody; None when there is nothing left to tell them."""
    holder = db.session.get_one(InterviewHolder, holder_id, populate_existing=True)
    talk = db.session.get_one(ReturnInterview, holder.interview_id, populate_existing=True)
    method = Method.REQUEST if is_held_by(talk, holder.person_id) else Method.CANCEL
    at = talk.booked_for if method is Method.REQUEST else holder.mailed_for
    email = email_of(holder.person_id)
    if at is None or at + LASTS < now or not email:
        return None
    house = db.session.get_one(Organisation, talk.organisation_id)
    person = db.session.get_one(Person, holder.person_id)
    guest = Mailbox(email, str(person.name))
    what = _what(method, holder)
    with use_locale(person.locale):
        return Letter(
            email,
            {
                "new": _("A new appointment"),
                "changed": _("An appointment has changed"),
                "off": _("An appointment is off"),
            }[what],
            render_text(
                "interviews/mail.txt",
                person.locale,
                what=what,
                when=local_words(at, PATTERN, house.time_zone),
                link=f"{settings.public_url.rstrip('/')}/talk-records",
            ),
            calendar_file(_appointment(talk, at, house, settings, now, guest), method),
            method,
            talk.booked_number,
            at,
        )


def sequence_of(holder: InterviewHolder) -> int:
    """Return the sequence that somebody's calendar should have of their talk."""
    return db.session.get_one(ReturnInterview, holder.interview_id).booked_number


POST = Post(InterviewHolder, letter_for, sequence_of)


def _what(method: Method, holder: InterviewHolder) -> str:
    if method is Method.CANCEL:
        return "off"
    return "new" if holder.mailed_sequence is None else "changed"


def _appointment(
    talk: ReturnInterview,
    at: datetime,
    house: Organisation,
    settings: Settings,
    now: datetime,
    guest: Mailbox | None = None,
) -> Appointment:
    return Appointment(
        uid=f"talk-{talk.id}@{settings.public_host.partition(':')[0]}",
        sequence=talk.booked_number,
        stamped_at=now,
        starts_at=at,
        ends_at=at + LASTS,
        summary=_("Appointment"),
        organiser=Mailbox(sender(settings), house.neutral_name),
        guest=guest,
        # Nobody reads the address it comes from.
        asks_answer=False,
    )
