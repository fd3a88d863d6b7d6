"""Mails with calendar files to those who are asked to a meeting: what stands in each."""

from datetime import datetime
from uuid import UUID

from engage.calendar_mail.posting import PATTERN, Letter, Post
from engage.calendars import Appointment, Mailbox, Method, calendar_file
from engage.config import Settings
from engage.db import db
from engage.i18n import gettext as _
from engage.i18n import render_text, use_locale
from engage.people.mail import sender
from engage.people.models import Organisation, Person
from engage.staffings.models import Meeting, MeetingGuest
from engage.staffings.reading import link_of
from engage.staffings.rules import LASTS, MeetingState
from engage.web.when import local_words


def letter_for(guest_id: UUID, settings: Settings, now: datetime) -> Letter | None:
    """Return the mail that waits for somebody; None when there is nothing left to tell them."""
    guest = db.session.get_one(MeetingGuest, guest_id, populate_existing=True)
    meeting = db.session.get_one(Meeting, guest.meeting_id, populate_existing=True)
    is_off = meeting.state == MeetingState.CANCELLED or guest.removed_at is not None
    never_heard = is_off and guest.mailed_sequence is None
    if guest.email is None or never_heard or meeting.starts_at + LASTS < now:
        return None
    house = db.session.get_one(
        Organisation, db.session.get_one(Person, meeting.young_person_id).organisation_id
    )
    person = db.session.get(Person, guest.person_id) if guest.person_id else None
    locale = person.locale if person else house.locale
    method = Method.CANCEL if is_off else Method.REQUEST
    link = link_of(guest.id)
    with use_locale(locale):
        appointment = _appointment(meeting, guest, house, settings, now)
        return Letter(
            str(guest.email),
            _("A meeting is off") if is_off else _("A meeting you are asked to"),
            render_text(
                "staffings/mail/off.txt" if is_off else "staffings/mail/asked.txt",
                locale,
                when=local_words(meeting.starts_at, PATTERN, house.time_zone),
                link=f"{settings.public_url.rstrip('/')}/m/{link.code}" if link else "",
                changed=bool(guest.mailed_sequence is not None),
            ),
            calendar_file(appointment, method),
            method,
            appointment.sequence,
            appointment.starts_at,
        )


def file_for(guest: MeetingGuest, settings: Settings, *, now: datetime) -> bytes:
    """Return the calendar file of somebody who opens their link, to keep."""
    meeting = db.session.get_one(Meeting, guest.meeting_id)
    young = db.session.get_one(Person, meeting.young_person_id)
    house = db.session.get_one(Organisation, young.organisation_id)
    return calendar_file(_appointment(meeting, guest, house, settings, now), Method.PUBLISH)


def sequence_of(guest: MeetingGuest) -> int:
    """Return the sequence that somebody's calendar should have of their meeting."""
    return _sequence(db.session.get_one(Meeting, guest.meeting_id), guest)


POST = Post(MeetingGuest, letter_for, sequence_of)


def _sequence(meeting: Meeting, guest: MeetingGuest) -> int:
    # Taken off the list is one change more than the meeting itself has seen.
    return meeting.sequence + (1 if guest.removed_at is not None else 0)


def _appointment(
    meeting: Meeting, guest: MeetingGuest, house: Organisation, settings: Settings, now: datetime
) -> Appointment:
    host = settings.public_host.partition(":")[0]
    email = str(guest.email) if guest.email else ""
    return Appointment(
        uid=f"{meeting.id}@{host}",
        sequence=_sequence(meeting, guest),
        stamped_at=now,
        starts_at=meeting.starts_at,
        ends_at=meeting.starts_at + LASTS,
        summary=_("Meeting"),
        organiser=Mailbox(sender(settings), house.neutral_name),
        guest=Mailbox(email, str(guest.name)) if email else None,
        where=str(meeting.place or ""),
        link=str(meeting.link or ""),
    )
