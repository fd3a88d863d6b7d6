"""A way back as tests see it: its steps, its links, and the time going by."""

import json
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from engage.alerts.models import Alert
from engage.alerts.rules import AlertKind
from engage.checkins.ready_models import ReturnPlan, ReturnStep, StepState
from engage.db import db
from engage.messaging.models import Message
from engage.ways_back.rules import LIVE, Saying
from engage.ways_back.step_actions import say
from engage.ways_back.sweep_actions import sweep_steps
from engage.ways_back.wish_actions import Wishes, wish
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS, phone_of, text


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def swept(minutes: float) -> int:
    """Let the worker look at the steps so many minutes after she said that she is ready."""
    done = sweep_steps(now=at(minutes), address=ADDRESS)
    db.session.commit()
    return done


def steps(slot: str = "") -> list[ReturnStep]:
    db.session.expire_all()
    found = db.session.scalars(select(ReturnStep).order_by(ReturnStep.number)).all()
    return [step for step in found if not slot or step.slot == slot]


def live(slot: str = "way") -> ReturnStep:
    (step,) = [step for step in steps(slot) if step.state in LIVE]
    return step


def plan() -> ReturnPlan:
    db.session.expire_all()
    return db.session.scalars(select(ReturnPlan).order_by(ReturnPlan.opened_at.desc())).first()


def chose(cast: Cast, digit: int, minutes: float = 1) -> ReturnStep:
    """Text one of the four digits, and let the worker see it."""
    text(phone_of(cast.maya), str(digit), now=at(minutes))
    swept(minutes)
    return live()


def wished(cast: Cast, wishes: Wishes, minutes: float = 1, key: str = "") -> bool:
    done = wish(
        cast.viewer(cast.maya), cast.maya, wishes, key=key or f"wish-{minutes}-key", locale="en",
        address=ADDRESS, now=at(minutes),
    )  # fmt: skip
    db.session.commit()
    return done


def said(cast: Cast, who: str, step: ReturnStep, saying: Saying, minutes: float = 2) -> None:
    viewer = cast.viewer(getattr(cast, who))
    say(viewer, step.id, saying, address=ADDRESS, now=at(minutes))
    db.session.commit()


def code_for(person_id: UUID) -> str:
    """Return the code of the last link that was texted to somebody who was asked to help."""
    rows = db.session.scalars(
        select(Message)
        .where(
            Message.person_id == person_id,
            Message.template.in_(("trusted_step", "alert_step_asked")),
        )
        .order_by(Message.created_at.desc(), Message.id)
    )
    link: str = json.loads(str(next(iter(rows)).params))["link"]
    return link.rpartition("/")[2]


def alarms() -> list[Alert]:
    db.session.expire_all()
    return list(
        db.session.scalars(
            select(Alert).where(Alert.kind == AlertKind.STEP_FAILED).order_by(Alert.raised_at)
        )
    )


def states(slot: str = "way") -> list[str]:
    return [str(step.state) for step in steps(slot)]


__all__ = [
    "ADDRESS", "StepState", "alarms", "at", "chose", "code_for", "live", "plan", "said", "states",
    "steps", "swept", "wished",
]  # fmt: skip
