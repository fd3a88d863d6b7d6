"""Which parts of a plan somebody may read, and versions opened within that."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from engage.people.access import Access, Object, Verb
from engage.people.models import RelationshipKind, ShareGrant
from engage.plans.models import PlanVersion
from engage.questions.wording import plain

TRUSTED_PEOPLE = "trusted_people"
# Facts that help to find somebody belong to being missing, not to what is shared: whoever cares
# for a young person and their workers write and read them, and the young person reads them.
FACTS = "facts"


def section_of(question_id: str) -> str:
    """Return the line of the sharing agreement that covers a question."""
    return TRUSTED_PEOPLE if question_id == "trio" else question_id


def shared_sections(grants: Iterable[ShareGrant]) -> frozenset[str]:
    """Return the parts that the young person shares with anybody at all."""
    return frozenset(grant.section for grant in grants)


def may_read(access: Access, question_id: str, shared: Collection[str]) -> bool:
    """Say whether this access covers the answers to a question.

    A part that is shared with nobody is private: not even a supervisor reads it without an
    emergency. Source: SAFETY 5, O3 against O4.
    """
    if question_id == "trio":
        return access.may(Verb.READ, Object.TRUSTED_PEOPLE)
    if question_id == FACTS:
        return access.may(Verb.READ, Object.EPISODE)
    obj = Object.PLAN_SHARED if question_id in shared else Object.PLAN_PRIVATE
    return access.may(Verb.READ, obj, section=question_id)


@dataclass(frozen=True)
class SnapshotAnswer:
    """One answer as a version kept it."""

    question: str
    voice: str
    # As it was kept: words, or parts (answer_rules.encode).
    content: str
    author_id: str
    typed_by_id: str | None

    @property
    def text(self) -> str:
        """Return the answer in words, in the language in use."""
        return plain(self.question, self.content, self.voice)


@dataclass(frozen=True)
class SnapshotPerson:
    """One named person as a version kept them."""

    name: str
    kind: str
    rank: int
    how_known: str


@dataclass(frozen=True)
class Snapshot:
    """A version of the plan, opened."""

    answers: list[SnapshotAnswer]
    people: list[SnapshotPerson]


def open_snapshot(version: PlanVersion, access: Access, shared: Collection[str]) -> Snapshot:
    """Open a version and leave out every part this access does not cover now."""
    content: dict[str, Any] = json.loads(version.snapshot)
    answers = [
        SnapshotAnswer(
            row["question"], row["voice"], row["text"], row["author_id"], row["typed_by_id"]
        )
        for row in content["answers"]
    ]
    people = [SnapshotPerson(**row) for row in content["people"]]
    part = {
        RelationshipKind.TRUSTED: "trio",
        RelationshipKind.BACK_UP: "trio",
        RelationshipKind.CHECK_IN: "check_in",
    }
    return Snapshot(
        [answer for answer in answers if may_read(access, answer.question, shared)],
        [p for p in people if may_read(access, part[RelationshipKind(p.kind)], shared)],
    )
