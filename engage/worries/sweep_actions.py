"""What happens to worries by itself: silence is heard of, and what is over ends."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select

from engage.alerts.actions import raise_alert
from engage.alerts.rules import AlertKind
from engage.asking.models import TrustedAnswer, TrustedQuestion
from engage.audit.actions import record
from engage.db import begin_write, db
from engage.episodes.models import Episode
from engage.episodes.rules import STILL_OUT
from engage.people.viewer import SYSTEM
from engage.worries.endings import settle
from engage.worries.models import Worry
from engage.worries.rules import OPEN_STATES

_OVER = (
    select(Worry.id)
    .join(Episode, Episode.id == Worry.episode_id)
    .where(Worry.state.in_(OPEN_STATES), Episode.state.not_in(STILL_OUT))
    .limit(1)
)


def sweep_worries(*, now: datetime, address: str, limit: int = 200) -> int:
    """Let somebody look again where no trusted person answered in time; return how many were
    asked in vain. One alert for all who were asked at the same moment.

    The caller commits. `address` is our public address.
    """
    if db.session.scalar(_OVER) is not None:
        begin_write(db.session)
        settle(now=now)
    due = select(TrustedQuestion).where(TrustedQuestion.silent_at <= now)
    if db.session.scalar(due.with_only_columns(TrustedQuestion.id).limit(1)) is None:
        return 0
    begin_write(db.session)
    silent: Sequence[TrustedQuestion] = db.session.scalars(
        due.order_by(TrustedQuestion.silent_at, TrustedQuestion.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for question in silent:
        question.silent_at = None
        episode = db.session.get_one(Episode, question.episode_id)
        if episode.state in STILL_OUT and not _somebody_answered(question):
            _raise(question, episode, address, now)
    db.session.flush()
    return len(silent)


def _somebody_answered(question: TrustedQuestion) -> bool:
    found: bool | None = db.session.scalar(
        select(
            exists().where(
                TrustedAnswer.question_id == TrustedQuestion.id,
                TrustedQuestion.episode_id == question.episode_id,
                TrustedQuestion.asked_at == question.asked_at,
            )
        )
    )
    return bool(found)


def _raise(question: TrustedQuestion, episode: Episode, address: str, now: datetime) -> None:
    record(
        "trusted_people:silent",
        viewer=SYSTEM,
        now=now,
        subject_id=episode.young_person_id,
        object_kind="episode",
        object_id=episode.id,
    )
    raise_alert(
        AlertKind.LOOK_AGAIN,
        organisation_id=episode.organisation_id,
        young_person_id=episode.young_person_id,
        dedupe_key=f"trusted:{episode.id}:{question.asked_at.timestamp():.0f}:silent",
        address=address,
        now=now,
        about_kind="episode",
        about_id=episode.id,
    )
