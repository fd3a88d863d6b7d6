"""The prompts about one young person, version by version, as a worry finds them."""

import json
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from engage.db import db
from engage.worries.models import Worry, YoungPrompts
from engage.worries.prompt_rules import Prompt, PromptSet
from engage.worries.stored_sets import read_prompt, write_prompt


def newest_number(young_person_id: UUID) -> int:
    """Return the version that a worry about this young person begins with; 0: there is none."""
    last = select(func.max(YoungPrompts.number)).where(
        YoungPrompts.young_person_id == young_person_id
    )
    return db.session.scalar(last) or 0


def own_prompts(young_person_id: UUID, number: int) -> tuple[Prompt, ...]:
    """Return the prompts of one version; for callers that asked the access function."""
    if not number:
        return ()
    row = db.session.scalar(
        select(YoungPrompts).where(
            YoungPrompts.young_person_id == young_person_id, YoungPrompts.number == number
        )
    )
    rows: list[dict[str, Any]] = json.loads(str(row.prompts)) if row is not None else []
    return tuple(read_prompt(each) for each in rows)


def write_prompts(prompts: tuple[Prompt, ...]) -> str:
    """Return prompts in the form in which they are stored."""
    return json.dumps([write_prompt(each) for each in prompts], ensure_ascii=False)


def with_own(prompts: PromptSet, worry: Worry) -> PromptSet:
    """Return the set as a worry asks it: with what is asked about this young person alone."""
    own = own_prompts(worry.young_person_id, worry.young_set)
    return prompts.with_own(own).about(str(worry.young_person_id))
