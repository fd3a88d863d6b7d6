"""Links and texts to those who are asked to a meeting: pieces of the acts that send them."""

from collections.abc import Iterable
from datetime import datetime

from engage.db import db
from engage.messaging.actions import queue
from engage.messaging.rules import LIFETIMES, Klass
from engage.people import links
from engage.people.models import LinkKind, Person, PersonKind
from engage.staffings.models import Meeting, MeetingGuest
from engage.staffings.reading import guests_of, link_of
from engage.staffings.rules import LASTS, LINK_LASTS, Answer, MeetingState, Part


def tell_change(
    meeting: Meeting, address: str, *, now: datetime, forget_answers: bool = False
) -> None:
    """Let everybody who was asked know of a change: by mail, and by text to a phone we know."""
    for guest in guests_of(meeting.id):
        if forget_answers:
            guest.answer, guest.answered_at = Answer.NONE, None
        guest.mail_due_at, guest.mail_tries = (now if guest.email else None), 0
        link = link_of(guest.id)
        if link is not None and meeting.state == MeetingState.PLANNED:
            link.expires_at = meeting.starts_at + LASTS + LINK_LASTS
        person = db.session.get(Person, guest.person_id) if guest.person_id else None
        if link is None or person is None or not person.phone:
            continue
        if address and person.kind != PersonKind.WORKER:
            text_link(
                meeting, guest, person, f"{address}/m/{link.code}", now, template="meeting_changed"
            )
    db.session.flush()


def all_hear(meetings: Iterable[Meeting]) -> bool:
    """Say whether everybody asked to these hears by themselves that they are off: by text, or by
    mail where one reached them before. Of those handed a link by somebody, a person must think.
    """
    return all(_hears(guest) for meeting in meetings for guest in guests_of(meeting.id))


def _hears(guest: MeetingGuest) -> bool:
    if guest.part == Part.YOUNG_PERSON or guest.mailed_sequence is not None:
        return True
    person = db.session.get(Person, guest.person_id) if guest.person_id else None
    has_phone = person is not None and person.kind != PersonKind.WORKER and bool(person.phone)
    return has_phone and link_of(guest.id) is not None


def issue(meeting: Meeting, guest: MeetingGuest, now: datetime) -> str:
    """Make the link of somebody who is asked; it is kept, so that a worker can hand it over."""
    code = links.issue(
        LinkKind.MEETING,
        young_person_id=meeting.young_person_id,
        person_id=guest.person_id,
        subject_id=guest.id,
        expires_at=meeting.starts_at + LASTS + LINK_LASTS,
        now=now,
        keep=True,
    )
    db.session.flush()
    return code


def text_link(
    meeting: Meeting,
    guest: MeetingGuest,
    person: Person,
    link: str,
    now: datetime,
    *,
    template: str = "",
) -> None:
    """Put a text with their link into the outbox; it waits no longer than until the meeting."""
    is_young = guest.part == Part.YOUNG_PERSON
    klass = Klass.YOUNG_PERSON if is_young else Klass.OTHER
    over = meeting.state == MeetingState.CANCELLED
    queue(
        template or ("meeting_young" if is_young else "meeting_asked"),
        to=person,
        about=meeting.young_person_id,
        klass=klass,
        params={"link": link},
        dedupe_key=f"meeting:{guest.id}:{meeting.sequence}:{now.isoformat()}",
        now=now,
        not_after=max(now + LIFETIMES[klass], now if over else meeting.starts_at),
        object_kind="meeting",
        object_id=meeting.id,
    )
