"""Texts that no webhook brought: asked for at the provider, stored, and acted on like any other."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import structlog
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from engage.checkins.actions import receive_kept, receive_text
from engage.checkins.unread_actions import put_before_a_human
from engage.config import Settings
from engage.db import db, transaction
from engage.feedback.by_text import Heard, may_be_feedback
from engage.feedback.by_text import receive as receive_feedback
from engage.feedback.text_keeping import known_sids
from engage.messaging.inbound import InboundText, keep_inbound
from engage.messaging.models import InboundMessage, ProviderWatermark
from engage.messaging.provider import CannotAsk, Provider
from engage.messaging.queries import unhandled_inbound
from engage.messaging.rules import POISON_LIMIT
from engage.messaging.tries import note_try
from engage.operators.alarms import Alarm, sound
from engage.people.viewer import SYSTEM

log = structlog.get_logger("engage.worker")
LOOK_BACK = timedelta(hours=48)  # Source: SAFETY 6 R03
CHUNK = 200

_marks: Any = ProviderWatermark.__table__
_inbound: Any = InboundMessage.__table__


def _mark(insert: Any) -> Any:
    made = insert(_marks)
    return made.on_conflict_do_update(index_elements=["provider"], set_={"at": made.excluded.at})


_MARK = {"sqlite": _mark(sqlite.insert), "postgresql": _mark(postgresql.insert)}


def fetch_missed(settings: Settings, provider: Provider, now: datetime) -> None:
    """Store what the provider received for us and we did not hear of, then act on it.

    In the order of the provider's time. The watermark moves only with the rows it covers.
    """
    address = settings.public_url.rstrip("/")
    last = db.session.scalar(select(_marks.c.at).where(_marks.c.provider == provider.name))
    db.session.rollback()  # no transaction while the provider is asked
    try:
        listed = list(provider.received(since=(last or now) - LOOK_BACK))
    except CannotAsk as error:
        log.warning("incoming texts not compared", exc_info=error)
    else:
        number = _store_missing(provider.name, listed, address, now)
        if number:
            # The webhook failed or was never reached: somebody should find out why.
            sound(Alarm.MISSED_TEXTS, settings, now=now, number=number)
    act_on_waiting(settings, now)


def _store_missing(name: str, listed: list[InboundText], address: str, now: datetime) -> int:
    """Store and act on what is not there yet; return how many texts were new."""
    known: set[str] = set()
    for start in range(0, len(listed), CHUNK):
        sids = [text.sid for text in listed[start : start + CHUNK]]
        known |= set(
            db.session.scalars(
                select(_inbound.c.provider_sid).where(
                    _inbound.c.provider == name, _inbound.c.provider_sid.in_(sids)
                )
            )
        )
        known |= known_sids(name, sids)
    missing = [text for text in listed if text.sid not in known]
    missing.sort(key=lambda text: text.sent_at or now)
    number = sum(_take(text, address, now) for text in missing)
    with transaction(db.session):
        connection = db.session.connection()
        row = {"id": uuid4(), "provider": name, "at": now}
        connection.execute(_MARK[connection.dialect.name], row)
    return number


def _take(text: InboundText, address: str, now: datetime) -> bool:
    """Act on one missed text; whatever is wrong with it, keep it. Say whether it was new.

    Feedback is taken out first, as when a webhook brings it. It has no answer: that would be late,
    and wait with a number in the outbox.
    """
    if may_be_feedback(text):
        try:
            with transaction(db.session):
                found = receive_feedback(text, now=now, address=address)
        except Exception as error:
            # Not kept for a human: their number stands on it. The next rounds find it again.
            log.error("missed feedback not kept", exc_info=error)
            return False
        if isinstance(found, Heard):
            return True
        text = found
    try:
        with transaction(db.session):
            return receive_text(text, now=now, address=address, source="reconcile") is not None
    except Exception as error:
        log.error("missed text kept for a human", exc_info=error)
    with transaction(db.session):
        return keep_inbound(text, source="reconcile", now=now) is not None


def act_on_waiting(settings: Settings, now: datetime) -> None:
    """Act on every stored text nobody acted on yet, each in its own transaction.

    One that fails is tried again, ever later; after five tries a human gets it as it came.
    Source: SAFETY 6 R17.
    """
    address = settings.public_url.rstrip("/")
    for row in unhandled_inbound(SYSTEM, now=now):
        try:
            with transaction(db.session):
                if receive_kept(row.id, now=now, address=address) is None:
                    # For no organisation we know, or somebody else was quicker.
                    note_try(row.id, now=now)
        except Exception as error:
            log.error("incoming text not acted on", exc_info=error, inbound_id=row.id)
            _fail(row.id, settings, now)


def _fail(inbound_id: UUID, settings: Settings, now: datetime) -> None:
    with transaction(db.session):
        tries = note_try(inbound_id, now=now)
    if tries != POISON_LIMIT:
        return
    sound(Alarm.UNREADABLE_TEXT, settings, now=now)
    try:
        with transaction(db.session):
            put_before_a_human(inbound_id, now=now, address=settings.public_url.rstrip("/"))
    except Exception as error:
        log.error("incoming text not put before a human", exc_info=error, inbound_id=inbound_id)
