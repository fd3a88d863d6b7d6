"""The daily mail of what is left: whom it waits for, what stands in it, and that it went.

Whoever adds the row of a supervisor and a day makes that mail due, so there is one however many
workers go round. Numbers only: no names, no homes, nothing about anybody. See decision 152.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engage.audit.actions import record
from engage.config import Settings
from engage.db import begin_write, db
from engage.i18n import gettext as _
from engage.i18n import render_text, use_locale
from engage.oversight.gap_models import GapMail, GapMailStop
from engage.oversight.gap_queries import gap_counts
from engage.oversight.gap_rules import LEASE, day_due, next_try
from engage.people.access import SYSTEM, is_in_force
from engage.people.addresses import email_of
from engage.people.models import Organisation, Person, Role, RoleGrant
from engage.people.queries import viewer_of

MANY, BATCH = 20, 500
KEPT = timedelta(days=30)
_mails: Any = GapMail.__table__
_FIRST = {
    "sqlite": sqlite.insert(_mails).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(_mails).on_conflict_do_nothing(),
}


@dataclass(frozen=True)
class Letter:
    """One mail, ready to go."""

    to: str
    subject: str
    body: str
    # The same however often it is tried, so that a mail server can tell.
    message_id: str


def begin_day(*, now: datetime, at: time) -> int:
    """Make the mail of the day due for each supervisor who wants it; return how many."""
    made = 0
    for house in db.session.execute(select(Organisation.id, Organisation.time_zone)).all():
        on = day_due(house.time_zone, now, at)
        lacking = _lacking(house.id, on, now) if on else []
        if lacking:
            begin_write(db.session)
        for person_id in lacking:
            row = {"id": uuid4(), "person_id": person_id, "day": on, "mail_due_at": now, "tries": 0}
            connection = db.session.connection()
            first = _FIRST[connection.dialect.name].execution_options(preserve_rowcount=True)
            made += connection.execute(first, row).rowcount
    return made


def _lacking(house: UUID, on: date, now: datetime) -> Sequence[UUID]:
    there = select(GapMail.person_id).where(GapMail.on == on)
    return db.session.scalars(
        select(Person.id)
        .where(
            Person.organisation_id == house,
            Person.ended_at.is_(None),
            Person.id.in_(
                select(RoleGrant.person_id).where(
                    RoleGrant.role == Role.SUPERVISOR, is_in_force(RoleGrant, now)
                )
            ),
            Person.id.not_in(there),
            Person.id.not_in(select(GapMailStop.person_id)),
        )
        .order_by(Person.id)
    ).all()


def waiting(*, now: datetime, limit: int = MANY) -> Sequence[UUID]:
    """List the mails that wait, the longest first."""
    return db.session.scalars(
        select(GapMail.id)
        .where(GapMail.mail_due_at <= now)
        .order_by(GapMail.mail_due_at, GapMail.id)
        .limit(limit)
    ).all()


def claim(mail_id: UUID, *, now: datetime) -> datetime | None:
    """Take a mail to send it; return until when it is ours, or None when another has it."""
    until = now + LEASE
    due = _mails.c.mail_due_at <= now
    mine = update(_mails).where(_mails.c.id == mail_id, due).values(mail_due_at=until)
    return until if _changed(mine) else None


def letter_for(mail_id: UUID, settings: Settings, *, now: datetime) -> Letter | None:
    """Return the mail of a supervisor; None when there is nothing to say, or its day is over."""
    mail = db.session.get_one(GapMail, mail_id, populate_existing=True)
    person = db.session.get_one(Person, mail.person_id)
    house = db.session.get_one(Organisation, person.organisation_id)
    if day_due(house.time_zone, now, time()) != mail.on:
        return None
    viewer, to = viewer_of(SYSTEM, person.id, now=now), email_of(person.id)
    if viewer is None or not to:
        return None
    found = gap_counts(viewer, now=now)
    if not found.is_any:
        return None
    with use_locale(person.locale):
        body = render_text(
            "oversight/mail/gaps.txt",
            person.locale,
            found=found,
            workers=_numbers(found.by_worker),
            homes=_numbers(found.by_home),
            support=f"{settings.public_url.rstrip('/')}/support-needed",
            link=f"{settings.public_url.rstrip('/')}/missing/gaps",
            stop=f"{settings.public_url.rstrip('/')}/missing/gaps/by-worker",
        )
        subject = _("What is still open today")
    host = settings.public_host.partition(":")[0]
    return Letter(to, subject, body, f"<{mail.id}@{host}>")


def note_sent(mail_id: UUID, until: datetime, *, was_sent: bool, now: datetime) -> None:
    """Keep that a mail went, or that there was nothing to say."""
    over = {"mail_due_at": None, "sent_at": now if was_sent else None}
    if _changed(_mine(mail_id, until).values(over)) and was_sent:
        record("gap_mail:sent", viewer=SYSTEM, now=now, object_kind="gap_mail", object_id=mail_id)


def note_failed(mail_id: UUID, until: datetime, *, now: datetime) -> None:
    """Try again later, less and less often; the page says the same without the mail."""
    tries = db.session.scalar(select(_mails.c.tries).where(_mails.c.id == mail_id)) or 0
    again = {"tries": tries + 1, "mail_due_at": next_try(tries + 1, now)}
    _changed(_mine(mail_id, until).values(again))


def forget_mails(*, now: datetime) -> int:
    """Delete the rows of days a month ago; return how many."""
    old = select(_mails.c.id).where(_mails.c.day < (now - KEPT).date()).limit(BATCH)
    return _changed(delete(_mails).where(_mails.c.id.in_(old)))


def _mine(mail_id: UUID, until: datetime) -> Any:
    return update(_mails).where(_mails.c.id == mail_id, _mails.c.mail_due_at == until)


def _changed(statement: Any) -> int:
    count: int = db.session.execute(statement).rowcount  # type: ignore[attr-defined]
    return count


def _numbers(counts: Any) -> str:
    return ", ".join(str(each.open) for each in counts)
