"""The provider's copies of our texts: asked where they stand, and deleted a day after the end."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select, update

from engage.checkins.unread_actions import note_texts_off
from engage.config import Settings
from engage.db import db, transaction
from engage.feedback.text_keeping import copies_left, forget_copy
from engage.messaging.actions import record_status
from engage.messaging.models import InboundMessage, Message
from engage.messaging.provider import CannotAsk, Provider
from engage.messaging.rules import PROVIDER_KEEPS, REPORT_AGAIN
from engage.operators.alarms import alarm_for, sound

log = structlog.get_logger("engage.worker")
MANY = 500
TRY_AGAIN = timedelta(hours=1)
_messages: Any = Message.__table__
_inbound: Any = InboundMessage.__table__


def tidy_copies(settings: Settings, provider: Provider, now: datetime) -> None:
    """Ask about texts of which nobody told us the end; delete what is a day past it. SAFETY 10.

    The first question that gets no answer ends the round: an unwell provider is left alone.
    """
    try:
        _tidy_ours(settings, provider, now)
        _tidy_theirs(provider, now)
        _erase_feedback(provider)
    except CannotAsk as error:
        log.warning("copies at the provider not tidied", exc_info=error)


def _tidy_ours(settings: Settings, provider: Provider, now: datetime) -> None:
    due = (
        select(
            _messages.c.id,
            _messages.c.provider_sid,
            _messages.c.former_sids,
            _messages.c.finished_at,
            _messages.c.first_post_at,
        )
        .where(_messages.c.forget_at <= now)
        .order_by(_messages.c.forget_at)
        .limit(MANY)
    )
    for row in db.session.execute(due).all():
        db.session.rollback()  # no transaction while the provider is called
        try:
            _tidy(row, settings, provider, now)
        except CannotAsk:
            _look_again(_messages, row.id, now + TRY_AGAIN)
            raise


def _tidy(row: Any, settings: Settings, provider: Provider, now: datetime) -> None:
    is_open = row.provider_sid is not None and row.finished_at is None
    if is_open:
        report = provider.report_on(row.provider_sid)
        if report is not None:
            _note(row, report.status, report.error_code, settings, provider, now)
        is_old = row.first_post_at is not None and now - row.first_post_at >= PROVIDER_KEEPS
        if report is not None and not is_old:
            _look_again(_messages, row.id, now + REPORT_AGAIN, only_if_open=True)
            return
    # Copies of tries that ended unreached are deleted with the last one.
    for sid in filter(None, [*(row.former_sids or ()), row.provider_sid]):
        provider.forget(sid)
    _look_again(_messages, row.id, None)


def _note(
    row: Any, status: str, code: int | None, settings: Settings, provider: Provider, now: datetime
) -> None:
    with transaction(db.session):
        change = record_status(
            provider.name, message_id=row.id, sid=row.provider_sid, status=status,
            error_code=code, now=now,
        )  # fmt: skip
        if change is not None and change.opted_out_index and change.person_id:
            note_texts_off(change.person_id, address=settings.public_url.rstrip("/"), now=now)
    kind = alarm_for(code)
    if kind is not None:
        sound(kind, settings, now=now, number=code)


def _tidy_theirs(provider: Provider, now: datetime) -> None:
    due = (
        select(_inbound.c.id, _inbound.c.provider_sid)
        .where(_inbound.c.forget_at <= now)
        .order_by(_inbound.c.forget_at)
        .limit(MANY)
    )
    for row in db.session.execute(due).all():
        db.session.rollback()
        try:
            provider.forget(row.provider_sid)
        except CannotAsk:
            _look_again(_inbound, row.id, now + TRY_AGAIN)
            raise
        _look_again(_inbound, row.id, None)


def _erase_feedback(provider: Provider) -> None:
    """Have the records of feedback deleted whole, number and all, as soon as may be."""
    copies = copies_left(MANY)
    db.session.rollback()
    for copy in copies:
        try:
            provider.erase(copy.sid)
        except CannotAsk:
            with transaction(db.session):
                forget_copy(copy.id, is_gone=False)
            raise
        with transaction(db.session):
            forget_copy(copy.id, is_gone=True)


def _look_again(
    table: Any, row_id: UUID, at: datetime | None, *, only_if_open: bool = False
) -> None:
    again = update(table).where(table.c.id == row_id)
    if only_if_open:
        # What was asked may have set the day of deletion already.
        again = again.where(table.c.finished_at.is_(None))
    with transaction(db.session):
        db.session.execute(again.values(forget_at=at))
