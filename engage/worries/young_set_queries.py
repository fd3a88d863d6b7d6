"""The prompts about one young person, for whoever may read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engage.db import db
from engage.episodes.reading import names_of
from engage.people.access import Object, Verb, Viewer, access_to
from engage.people.models import YoungPerson
from engage.web.errors import NotFound
from engage.worries.models import YoungPrompts
from engage.worries.prompt_rules import Prompt
from engage.worries.young_sets import own_prompts


@dataclass(frozen=True)
class YoungPromptsPage:
    """What is asked about one young person only, and who changed it when, newest first."""

    young_person_id: UUID
    name: str
    prompts: Sequence[Prompt]
    versions: Sequence[tuple[int, datetime, str]]
    may_edit: bool

    def get(self, prompt_id: str) -> Prompt:
        """Return a prompt in use, or raise NotFound."""
        for prompt in self.prompts:
            if prompt.id == prompt_id:
                return prompt
        raise NotFound("prompt")


def get_young_prompts(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> YoungPromptsPage:
    """Return the prompts about a young person, or raise NotFound when they are not the viewer's."""
    access = access_to(viewer, young_person_id, now=now)
    if not access.may(Verb.READ, Object.YOUNG_PROMPTS):
        raise NotFound("young person")
    young_person = db.session.get_one(YoungPerson, young_person_id)
    rows = db.session.scalars(
        select(YoungPrompts)
        .where(YoungPrompts.young_person_id == young_person_id)
        .order_by(YoungPrompts.number.desc())
    ).all()
    names = names_of(row.made_by_id for row in rows)
    return YoungPromptsPage(
        young_person_id,
        str(young_person.name).split()[0],
        own_prompts(young_person_id, rows[0].number) if rows else (),
        [(row.number, row.made_at, names[row.made_by_id]) for row in rows],
        may_edit=access.may(Verb.EDIT, Object.YOUNG_PROMPTS),
    )
