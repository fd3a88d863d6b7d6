"""Mark a step of the welcome, and note how somebody came back."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from engage.audit.actions import record
from engage.db import db
from engage.episodes.models import Episode
from engage.episodes.rules import EpisodeState
from engage.episodes.turns import open_for_change
from engage.people.access import Verb, Viewer
from engage.returns.models import ReturnRecord, WelcomeMark
from engage.returns.rules import CHECKS, STEPS, Check, Choice, Mark, Way

BACK = (EpisodeState.RETURNED, EpisodeState.CLOSED)


class NotBack(Exception):
    """Nobody noted yet that they are back."""


class NeedsReason(Exception):
    """What was noted before stays; changing it wants a reason."""


@dataclass(frozen=True)
class Noted:
    """How somebody came back and what was seen to."""

    way: Way
    by_choice: Choice
    checks: dict[str, Check] = field(default_factory=dict)
    where_to: str = ""
    condition: str = ""
    needs: str = ""


def mark(viewer: Viewer, episode_id: UUID, step: str, what: Mark, *, now: datetime) -> None:
    """Note that a step of the welcome was done, or let be. May be changed; all of it is kept.

    Raises ValueError for a step that does not exist.
    """
    if step not in STEPS:
        raise ValueError(f"{step} is no step of the welcome.")
    episode = open_for_change(viewer, episode_id, Verb.CREATE, now=now)
    db.session.add(
        WelcomeMark(
            episode_id=episode_id, step=step, mark=what, by_id=viewer.person_id, at=now,
            number=_next(WelcomeMark, episode_id),
        )
    )  # fmt: skip
    _note(f"return:step_{what}", viewer, episode, now, step)


def note_return(
    viewer: Viewer, episode_id: UUID, noted: Noted, *, reason: str = "", now: datetime
) -> None:
    """Note how they came back and what was seen to; a second time corrects it and wants a reason.

    Raises NotBack while they are away, NeedsReason for a correction without one.
    """
    episode = open_for_change(viewer, episode_id, Verb.CREATE, now=now)
    if episode.state not in BACK:
        raise NotBack(episode.state)
    number = _next(ReturnRecord, episode_id)
    if number > 1 and not reason.strip():
        raise NeedsReason
    db.session.add(
        ReturnRecord(
            episode_id=episode_id,
            number=number,
            way=noted.way,
            by_choice=noted.by_choice,
            checks={name: str(noted.checks.get(name, Check.NOT_ASKED)) for name in CHECKS},
            where_to=noted.where_to or None,
            condition=noted.condition or None,
            needs=noted.needs or None,
            reason=reason or None,
            by_id=viewer.person_id,
            at=now,
        )
    )
    _note("return:noted" if number == 1 else "return:corrected", viewer, episode, now)


def _next(table: type[WelcomeMark] | type[ReturnRecord], episode_id: UUID) -> int:
    highest = select(func.max(table.number)).where(table.episode_id == episode_id)
    return (db.session.scalar(highest) or 0) + 1


def _note(
    verb: str, viewer: Viewer, episode: Episode, now: datetime, reason: str | None = None
) -> None:
    db.session.flush()
    record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=episode.young_person_id,
        object_kind="episode",
        object_id=episode.id,
        reason=reason,
    )
