"""Texts that no webhook brought: asked for at the provider, stored, and acted on like any other."""

from datetime import datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from uuid import uuid4

import structlog
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

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
    last = db.session.scalar(select(_marks.c.at).where(_marks.c.provider == provider.name))
    db.session.rollback()  # no transaction while the provider is asked
    try:
        listed = list(provider.received(since=(last or now) - LOOK_BACK))
    except CannotAsk as error:
        log.warning("incoming texts not compared", exc_info=error)
    else:
        _store_missing(provider.name, listed, now)
    act_on_waiting(settings, now)


def _store_missing(name: str, listed: list[InboundText], now: datetime) -> None:
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
    with transaction(db.session):
        connection = db.session.connection()
        found = [keep_inbound(text, source="reconcile", now=now) for text in missing]
        row = {"id": uuid4(), "provider": name, "at": now}
        connection.execute(_MARK[connection.dialect.name], row)
    number = sum(text_id is not None for text_id in found)
    if number:
        # The webhook failed or was never reached: somebody should find out why.
        log.error("texts came in that no webhook brought", count=number)


def act_on_waiting(settings: Settings, now: datetime) -> None:
    """Act on every stored text nobody acted on yet, each in its own transaction."""
    if find_spec("engage.checkins.actions") is None:
        return
    receive = import_module("engage.checkins.actions").receive_kept
    for row in unhandled_inbound(SYSTEM):
        try:
            with transaction(db.session):
                receive(row.id, now=now, address=settings.public_url)
        except Exception as error:  # one bad text must not stop the others
            log.error("incoming text not acted on", exc_info=error)
