"""Maya is away, her plan is full, and nothing of it is shared with the police yet."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete

from engage.db import db
from engage.episodes.models import Episode
from engage.episodes.rules import EpisodeState
from engage.missing_pack.gathering import offered_parts
from engage.people.access import SYSTEM
from engage.people.models import Relationship, RelationshipKind, ShareGrant
from engage.people.rules import Purpose
from engage.people.sharing_actions import share
from engage.people.sharing_models import Circumstance
from engage.plans.models import PersonTerms
from engage.plans.photo_models import PlanPhoto
from engage.questions.answer_rules import PartKind
from engage.questions.shipped import question_set
from tests.cast import LONG_AGO, NOW, Cast
from tests.episodes.away import opened
from tests.plans.conftest import MayasPlan, plan  # noqa: F401 - a fixture
from tests.plans.photos import jpeg

NAMED = {"trusted_people": ("Ade", "Nan Ruth"), "photo": ()}


def mark(part: str) -> str:
    """A word that stands in one part of the plan and nowhere else."""
    return f"zq{part.replace('_', '')}x"


def answer(question: Any, voice: str) -> str | dict[str, Any]:
    """An answer to any question that holds its mark."""
    word = mark(question.id)
    if not question.parts:
        return word
    found: dict[str, Any] = {}
    for part in question.parts_for(voice):
        if part.kind in (PartKind.LINE, PartKind.AREA):
            found[part.key] = word
        if part.kind is PartKind.ROWS and part.columns[0].kind is PartKind.LINE:
            found[part.key] = [{part.columns[0].key: word}]
    if question.id == "online":
        found["use"] = "message_then_find"
    return found


@dataclass
class Away:
    """Maya away, as Sam sees it."""

    plan: MayasPlan
    episode_id: UUID

    @property
    def cast(self) -> Cast:
        return self.plan.cast

    def share_with_police(self, purposes: dict[str, Purpose | None]) -> None:
        """Make the police's lines exactly these and commit. Needs an app context."""
        db.session.execute(delete(ShareGrant).where(ShareGrant.grantee_role == "police"))
        for part, purpose in purposes.items():
            if purpose is not None:
                share(SYSTEM, self.cast.maya, part, role="police", purpose=purpose,
                      agreed_how="x", now=LONG_AGO)  # fmt: skip
        db.session.commit()

    def note(self, situation: set[str]) -> None:
        """Note exactly this about Maya and commit."""
        db.session.execute(delete(Circumstance))
        for kind in situation:
            db.session.add(
                Circumstance(young_person_id=self.cast.maya, kind=kind, began_at=LONG_AGO)
            )
        db.session.commit()

    def share_with(self, name: str, *parts: str) -> None:
        """Share parts with somebody of the cast, whatever the police may have."""
        for part in parts:
            person_id = getattr(self.cast, name)
            share(SYSTEM, self.cast.maya, part, person_id=person_id, agreed_how="x", now=LONG_AGO)
        db.session.commit()


@pytest.fixture
def away(plan: MayasPlan) -> Away:  # noqa: F811
    """Every part of the plan holds its mark; two of the three may be named to the police."""
    with plan.app.app_context():
        for question in question_set().questions:
            name = "sam" if question.id == "facts" else "maya"
            voice = "worker" if name == "sam" else "young_person"
            if question.is_written:
                plan.write(name, question.id, answer(question, voice))
        photo = PlanPhoto(
            young_person_id=plan.cast.maya, jpeg=jpeg(), width=600, height=800,
            taken_on=date(2026, 10, 1), added_by_id=plan.cast.maya, added_at=NOW, agreed_at=NOW,
        )  # fmt: skip
        db.session.add(photo)
        for relationship in db.session.query(Relationship).filter_by(
            young_person_id=plan.cast.maya, kind=RelationshipKind.TRUSTED
        ):
            asks = ["look"] if relationship.person_id == plan.cast.coach_lee else ["look", "police"]
            db.session.add(PersonTerms(
                    relationship_id=relationship.id,
                    may_be_asked=["look", "police"],
                    agreed_asks=asks,
                    may_be_told=["worried"],
                ))  # fmt: skip
        episode: Episode = opened(plan.cast, EpisodeState.LATE, policy="england")
        return Away(plan, episode.id)


PARTS = [*offered_parts()]
LATER = NOW + timedelta(minutes=5)
