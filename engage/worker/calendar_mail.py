"""Mails with calendar files: no transaction is open while the mail server is spoken to."""

from datetime import datetime
from uuid import UUID

from engage.calendar_mail import posting
from engage.calendar_mail.posting import Post
from engage.config import Settings
from engage.db import db, transaction
from engage.interviews.mailing import POST as TALKS
from engage.messaging.provider import Provider
from engage.people import mail
from engage.staffings.mailing import POST as MEETINGS

POSTS = (MEETINGS, TALKS)


def send_calendar_mails(settings: Settings, provider: Provider, now: datetime) -> None:
    """Send what waits. Without a mail server it waits, and people tell each other."""
    if not settings.mail_url:
        return
    for post in POSTS:
        for row_id in posting.waiting(post, now=now):
            _send(post, row_id, settings, now)


def _send(post: Post, row_id: UUID, settings: Settings, now: datetime) -> None:
    with transaction(db.session):
        is_ours = posting.take(post, row_id, now=now)
    if not is_ours:
        return
    letter = post.letter_for(row_id, settings, now)
    db.session.rollback()
    went = letter is None or mail.send_invitation(
        settings, letter.to, letter.subject, letter.body, letter.calendar, letter.method
    )
    with transaction(db.session):
        if went:
            posting.note_sent(post, row_id, letter, now=now)
        else:
            posting.note_failed(post, row_id, now=now)
