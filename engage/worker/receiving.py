"""Texts that no webhook brought: asked for at the provider, stored, and acted on like any other."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import structlog
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from engage.checkins.actions import receive_kept, receive_text
from engage.config import Settings
from engage.db import db, transaction
from engage.messaging.inbound import InboundText, keep_inbound
from engage.messaging.models import InboundMessage, ProviderWatermark
from engage.messaging.provider import CannotAsk, Provider
from engage.messaging.queries import unhandled_inbound
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
        _store_missing(provider.name, listed, address, now)
    act_on_waiting(address, now)


def _store_missing(name: str, listed: list[InboundText], address: str, now: datetime) -> None:
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
    missing = [text for text in listed if text.sid not in known]
    missing.sort(key=lambda text: text.sent_at or now)
    number = sum(_take(text, address, now) for text in missing)
    with transaction(db.session):
        connection = db.session.connection()
        row = {"id": uuid4(), "provider": name, "at": now}
        connection.execute(_MARK[connection.dialect.name], row)
    if number:
        # The webhook failed or was never reached: somebody should find out why.
        log.error("texts came in that no webhook brought", count=number)


def _take(text: InboundText, address: str, now: datetime) -> bool:
    """Act on one missed text; whatever is wrong with it, keep it. Say whether it was new."""
    try:
        with transaction(db.session):
            return receive_text(text, now=now, address=address, source="reconcile") is not None
    except Exception as error:
        log.error("missed text kept for a human", exc_info=error)
    with transaction(db.session):
        return keep_inbound(text, source="reconcile", now=now) is not None


def act_on_waiting(address: str, now: datetime) -> None:
    """Act on every stored text nobody acted on yet, each in its own transaction."""
    for inbound_id in [row.id for row in unhandled_inbound(SYSTEM)]:
        try:
            with transaction(db.session):
                receive_kept(inbound_id, now=now, address=address)
        except Exception as error:
            log.error("incoming text not acted on", exc_info=error, inbound_id=inbound_id)
