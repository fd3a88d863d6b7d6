"""Calendar files (RFC 5545): an invitation, an update that replaces it, a cancellation.

Files lie open in mailboxes and on lock screens, so what they say is neutral, and each names
only the person it is sent to.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

# It takes half a second to load, and most programs of ours never write a file: loaded where used.
if TYPE_CHECKING:
    import icalendar

PRODUCT = "-//Engage//Calendar//EN"
# Half an hour ahead; None for none.
REMIND = timedelta(minutes=30)
# Whole words that a file never holds, in the languages offered (MISSION C37, SAFETY).
NEVER = re.compile(
    r"\b(missing|care|police|ar goll|gofal|heddlu|desaparecid[oa]s?|acogida|tutela|polic[ií]a)\b"
    r"|مفقود|رعاية|شرطة",
    re.IGNORECASE,
)


class Method(StrEnum):
    """What a calendar program does with a file. Source: RFC 5546."""

    # Asks one guest, or replaces what they were asked before.
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    # For keeping, without an answer.
    PUBLISH = "PUBLISH"


@dataclass(frozen=True)
class Mailbox:
    """Somebody's email address, with the name a calendar shows beside it."""

    email: str
    name: str = ""


@dataclass(frozen=True)
class Appointment:
    """One meeting as calendars see it.

    Instants are aware and written in UTC: a calendar shows them by its reader's clock, and the
    hour that an autumn night has twice stays one hour.
    `uid` stays the same for the whole life of a meeting; `sequence` begins at 0 and grows by one
    with every change, and once more for the cancellation.
    """

    uid: str
    sequence: int
    # When the file was made.
    stamped_at: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    organiser: Mailbox
    guest: Mailbox | None = None
    description: str = ""
    where: str = ""
    link: str = ""
    remind_before: timedelta | None = REMIND
    # Whether anybody reads what the guest's program answers.
    asks_answer: bool = True


def calendar_file(appointment: Appointment, method: Method) -> bytes:
    """Return one calendar file, lines folded at 75 bytes and ended with CR LF.

    Raises ValueError for an instant without a zone, an end before the beginning, a request
    without a guest, and words that a calendar must never show.
    """
    import icalendar

    _refuse(appointment, method)
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
    calendar.add_component(_event(appointment, method))
    return bytes(calendar.to_ical())


def content_type(method: Method) -> str:
    """Return the media type that makes a mail program offer yes and no."""
    return f"text/calendar; charset=utf-8; method={method.value}"


def _refuse(appointment: Appointment, method: Method) -> None:
    for instant in (appointment.stamped_at, appointment.starts_at, appointment.ends_at):
        if instant.tzinfo is None:
            raise ValueError("a calendar needs an instant with a zone")
    # In UTC: within one zone Python compares what the clocks show, which is wrong that night.
    if appointment.ends_at.astimezone(UTC) <= appointment.starts_at.astimezone(UTC):
        raise ValueError("a meeting ends after it begins")
    if method is not Method.PUBLISH and appointment.guest is None:
        raise ValueError("a request or a cancellation is sent to a guest")
    if NEVER.search(appointment.summary) or NEVER.search(appointment.description):
        raise ValueError("a calendar file says nothing of that")


def _event(appointment: Appointment, method: Method) -> "icalendar.Event":
    import icalendar

    event = icalendar.Event()
    event.add("uid", appointment.uid)
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", appointment.stamped_at.astimezone(UTC))
    event.add("dtstart", appointment.starts_at.astimezone(UTC))
    event.add("dtend", appointment.ends_at.astimezone(UTC))
    event.add("summary", appointment.summary)
    for name, value in (
        ("description", appointment.description),
        ("location", appointment.where or appointment.link),
        ("url", appointment.link),
    ):
        if value:
            event.add(name, value)
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if method is Method.CANCEL else "CONFIRMED")
    event.add("organizer", _address(appointment.organiser))
    if appointment.guest is not None and method is not Method.PUBLISH:
        guest = _address(appointment.guest)
        guest.params["ROLE"] = "REQ-PARTICIPANT"
        guest.params["PARTSTAT"] = "NEEDS-ACTION"
        asks = appointment.asks_answer and method is Method.REQUEST
        guest.params["RSVP"] = "TRUE" if asks else "FALSE"
        event.add("attendee", guest)
    if appointment.remind_before is not None and method is not Method.CANCEL:
        event.add_component(_reminder(appointment.summary, appointment.remind_before))
    return event


def _address(mailbox: Mailbox) -> "icalendar.vCalAddress":
    import icalendar

    address = icalendar.vCalAddress(f"MAILTO:{mailbox.email}")
    if mailbox.name:
        address.params["CN"] = mailbox.name
    return address


def _reminder(summary: str, before: timedelta) -> "icalendar.Alarm":
    import icalendar

    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", -before)
    return alarm
