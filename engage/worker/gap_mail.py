"""The daily mail of what is left: no transaction is open while the mail server is spoken to."""

from datetime import datetime, time

from engage.config import Settings
from engage.db import db, transaction
from engage.messaging.provider import Provider
from engage.oversight import gap_mailing
from engage.people import mail


def send_gap_mails(settings: Settings, provider: Provider, now: datetime) -> None:
    """Make the mails of the day due, and send those that are. Without a mail server none is."""
    if not settings.mail_url:
        return
    with transaction(db.session):
        gap_mailing.begin_day(now=now, at=time.fromisoformat(settings.gaps_mail_at))
    for mail_id in gap_mailing.waiting(now=now):
        with transaction(db.session):
            until = gap_mailing.claim(mail_id, now=now)
        if until is None:
            continue
        letter = gap_mailing.letter_for(mail_id, settings, now=now)
        db.session.rollback()
        went = letter is None or mail.send_now(
            settings, letter.to, letter.subject, letter.body, message_id=letter.message_id
        )
        with transaction(db.session):
            if went:
                gap_mailing.note_sent(mail_id, until, was_sent=letter is not None, now=now)
            else:
                gap_mailing.note_failed(mail_id, until, now=now)
