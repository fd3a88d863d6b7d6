"""A plan for Maya, and a browser for each of the cast."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engage import clock
from engage.db import db
from engage.people.access import Viewer
from engage.plans import actions
from engage.plans.models import Voice
from engage.sharing import actions as sharing_actions
from tests.cast import Cast

SignIn = Callable[[FlaskClient, UUID], FlaskClient]
WORDS = {
    "safe": "A door I can close",
    "try_first": "Text me first",
    "ready": "Meet me at the station",
    "coming_back": "Soup and no questions",
}


@dataclass
class MayasPlan:
    """Maya's plan, and everybody's way to it."""

    app: Flask
    cast: Cast
    sign_in: SignIn
    id: UUID
    browsers: dict[str, FlaskClient] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return f"/plans/{self.id}"

    def browser(self, name: str) -> FlaskClient:
        """The browser of somebody of the cast, signed in; always the same one."""
        if name not in self.browsers:
            self.browsers[name] = self.sign_in(self.app.test_client(), getattr(self.cast, name))
        return self.browsers[name]

    def viewer(self, name: str) -> Viewer:
        """Somebody as the access function knows them. Needs an app context."""
        return self.cast.viewer(getattr(self.cast, name), clock.now())

    def write(
        self, name: str, question: str, text: str | dict[str, Any], seen: int = 0, **more: object
    ) -> None:
        """Write an answer in one's own words and commit."""
        voices = {"maya": Voice.YOUNG_PERSON, "jo": Voice.CARER, "sam": Voice.WORKER}
        actions.write_answer(
            self.viewer(name), self.id, question, text,
            voice=more.get("voice", voices[name]), seen_revision=seen, now=clock.now(),
        )  # fmt: skip
        db.session.commit()

    def share(self, *lines: str) -> None:
        """Make the sharing agreement exactly these lines and commit."""
        sharing_actions.set_sharing(self.viewer("maya"), self.id, lines, now=clock.now())
        db.session.commit()

    def share_everything(self) -> None:
        """Share every part with whoever cares for Maya and with her worker."""
        parts = ("safe", "trusted_people", "check_in", "try_first", "ready", "coming_back")
        self.share(*[f"{p}|role:{r}" for p in parts for r in ("carer", "social_worker")])


@pytest.fixture
def plan(app: Flask, cast: Cast, sign_in: SignIn, now: datetime) -> MayasPlan:
    """A plan that Sam has just started for Maya; nothing is written or shared."""
    with app.app_context():
        started = actions.start_plan(cast.viewer(cast.sam), cast.maya, now=now)
        plan_id = started.id
        db.session.commit()
    return MayasPlan(app, cast, sign_in, plan_id)


@pytest.fixture
def written(plan: MayasPlan) -> MayasPlan:
    """Maya's plan with her answers, shared with Jo and Sam."""
    with plan.app.app_context():
        for question, text in WORDS.items():
            plan.write("maya", question, text)
        plan.share_everything()
    return plan


@pytest.fixture
def live(written: MayasPlan) -> MayasPlan:
    """Maya's plan, agreed by all three."""
    from engage.plans import agreement_actions

    with written.app.app_context():
        maya, jo, sam = map(written.viewer, ("maya", "jo", "sam"))
        now = clock.now()
        number = agreement_actions.share_for_agreement(maya, written.id, now=now).number
        agreement_actions.agree(sam, written.id, number, now=now)
        assert agreement_actions.agree(jo, written.id, number, now=now)
        db.session.commit()
    return written
