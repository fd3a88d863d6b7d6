"""Looking at what happened, for support: ids, kinds, times and states; words and numbers masked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Select, select

from engage.alerts.models import Alert
from engage.audit.actions import record
from engage.checkins.models import CheckIn
from engage.crypto import CannotUnseal
from engage.db import Base, db
from engage.episodes.models import Episode, EpisodeChange, EpisodeClock, EpisodeTime
from engage.messaging.models import InboundMessage, Message
from engage.people.access import SYSTEM
from engage.people.phones import mask_phone

SPANS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@dataclass(frozen=True)
class View:
    """What one kind of record shows: plain fields, and those that are masked unless revealed."""

    model: type[Base]
    at: str
    plain: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    # What belongs to each: its name, the column that points here, and what of it is shown.
    parts: "tuple[tuple[str, str, View], ...]" = ()


VIEWS = {
    "messages": View(
        Message,
        "created_at",
        (
            "id", "created_at", "klass", "template", "state", "reason", "person_id",
            "young_person_id", "object_kind", "object_id", "attempts", "provider",
            "provider_sid", "error_code", "not_before", "not_after", "finished_at",
        ),
        numbers=("to_number",),
        words=("body",),
    ),
    "inbound": View(
        InboundMessage,
        "received_at",
        (
            "id", "received_at", "sent_at", "provider", "provider_sid", "person_id", "source",
            "hits", "handled_at", "opt_out_type",
        ),
        numbers=("from_number",),
        words=("body",),
    ),
    "check-ins": View(
        CheckIn,
        "received_at",
        (
            "id", "received_at", "sent_at", "kind", "word", "belief", "sent_by",
            "young_person_id", "sender_id", "inbound_id", "alert_id", "replied_at",
            "handled_at", "handled_how", "locale",
        ),
        words=("note", "place"),
    ),
    "alerts": View(
        Alert,
        "raised_at",
        (
            "id", "raised_at", "kind", "urgency", "state", "level", "round", "next_due_at",
            "late_by", "nobody_told", "young_person_id", "about_kind", "about_id",
            "acknowledged_by_id", "acknowledged_at", "acknowledged_how", "resolved_at",
        ),
    ),
    "episodes": View(
        Episode,
        "opened_at",
        (
            "id", "opened_at", "young_person_id", "organisation_id", "state", "kind", "owner_id",
            "opened_by_id", "packs", "was_missing", "next_due_at", "closed_at",
        ),
        parts=(
            (
                "changes",
                "episode_id",
                View(
                    EpisodeChange,
                    "recorded_at",
                    ("state", "at", "source", "by_id", "recorded_at"),
                    words=("reason",),
                ),
            ),
            (
                "times",
                "episode_id",
                View(
                    EpisodeTime,
                    "recorded_at",
                    ("event", "at", "source", "by_id", "recorded_at"),
                    words=("reason",),
                ),
            ),
            (
                "clocks",
                "episode_id",
                View(
                    EpisodeClock,
                    "started_at",
                    ("name", "round", "started_at", "due_at", "stage", "done_at", "done_by_id"),
                    words=("reason",),
                ),
            ),
        ),
    ),
}  # fmt: skip


def parse_since(text: str, now: datetime) -> datetime:
    """Return the instant meant by "30m", "2h", "7d", "1w" or an ISO date; raises ValueError."""
    if text[-1:] in SPANS and text[:-1].isdigit():
        return now - timedelta(**{SPANS[text[-1]]: int(text[:-1])})
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def look(
    kind: str, *, since: datetime, limit: int, reveal: bool, now: datetime
) -> Iterator[dict[str, Any]]:
    """Yield records since an instant, oldest first. Revealing leaves a line in the audit."""
    view = VIEWS[kind]
    at = getattr(view.model, view.at)
    if reveal:
        record("inspect:revealed", viewer=SYSTEM, now=now, object_kind=kind[:32])
    wanted: Select[Any] = (
        select(view.model).where(at >= since).order_by(at, view.model.id).limit(limit)
    )
    for row in db.session.scalars(wanted):
        yield shown(row, view, reveal=reveal)


def tie_breakers(model: Any) -> list[Any]:
    """Return what orders rows of the same instant: their number where they have one."""
    return [getattr(model, name) for name in ("number", "id") if hasattr(model, name)]


def shown(row: Any, view: View, *, reveal: bool) -> dict[str, Any]:
    """Return one record as support may see it."""
    found = {name: getattr(row, name) for name in view.plain}
    for name in view.numbers:
        number = _opened(row, name)
        found[name] = number if reveal else mask_phone(number)
    for name in view.words:
        words = _opened(row, name)
        found[name] = words if reveal else ("" if words is None else f"({len(words)} signs)")
    for name, points_here, part in view.parts:
        column, at = getattr(part.model, points_here), getattr(part.model, part.at)
        rows = db.session.scalars(
            select(part.model).where(column == row.id).order_by(at, *tie_breakers(part.model))
        )
        found[name] = [shown(each, part, reveal=reveal) for each in rows]
    return found


def _opened(row: Any, name: str) -> str | None:
    try:
        value: str | None = getattr(row, name)
    except CannotUnseal:
        return "(does not open)"
    return value
