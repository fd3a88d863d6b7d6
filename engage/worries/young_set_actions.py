"""Prompts about one young person: added, worded, retired. Each change is a version of its own."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from engage.audit.actions import record
from engage.db import begin_write, db
from engage.people.access import Object, Verb, Viewer, require
from engage.people.models import YoungPerson
from engage.web.errors import Changed, NotFound
from engage.worries.models import YoungPrompts
from engage.worries.prompt_rules import Edits, Prompt, PromptKind, edit_faults
from engage.worries.prompts import prompt_set
from engage.worries.set_actions import BadEdit
from engage.worries.young_sets import newest_number, own_prompts, write_prompts

MOST_ABOUT_ONE = 5


def add_young_prompt(
    viewer: Viewer,
    young_person_id: UUID,
    kind: PromptKind,
    words: Mapping[str, str],
    *,
    choices: tuple[str, ...] = (),
    now: datetime,
) -> str:
    """Add a prompt that is asked about this young person only, and return its id.

    `words`: by language, English at least. Worries begun from now on ask it; those that run
    finish without. Raises BadEdit, Changed when there are as many as there may be.
    """
    prompts = _open(viewer, young_person_id, Verb.CREATE, now)
    if len(prompts) >= MOST_ABOUT_ONE:
        raise Changed("too many prompts")
    added = Prompt(
        id=f"own-{uuid4().hex[:12]}",
        kind=kind,
        choices=choices,
        own_words=_tidy(words),
        about=str(young_person_id),
    )
    _keep(viewer, young_person_id, (*prompts, added), "young_prompts:added", now)
    return added.id


def word_young_prompt(
    viewer: Viewer,
    young_person_id: UUID,
    prompt_id: str,
    words: Mapping[str, str],
    *,
    now: datetime,
) -> None:
    """Say a prompt in other words, by language. Raises BadEdit, NotFound."""
    prompts = _open(viewer, young_person_id, Verb.EDIT, now)
    found = next((each for each in prompts if each.id == prompt_id), None)
    if found is None:
        raise NotFound("prompt")
    worded = replace(found, own_words=_tidy(words))
    changed = tuple(worded if each is found else each for each in prompts)
    _keep(viewer, young_person_id, changed, "young_prompts:worded", now)


def retire_young_prompt(
    viewer: Viewer, young_person_id: UUID, prompt_id: str, *, now: datetime
) -> None:
    """Ask a prompt no longer. Answers given to it can still be read."""
    prompts = _open(viewer, young_person_id, Verb.EDIT, now)
    left = tuple(each for each in prompts if each.id != prompt_id)
    if len(left) == len(prompts):
        raise NotFound("prompt")
    _keep(viewer, young_person_id, left, "young_prompts:retired", now)


def _tidy(words: Mapping[str, str]) -> dict[str, str]:
    said = {code: " ".join(text.split()) for code, text in words.items()}
    return {code: text for code, text in said.items() if text}


def _open(viewer: Viewer, young_person_id: UUID, verb: Verb, now: datetime) -> tuple[Prompt, ...]:
    """Return the prompts in use, with the young person locked: versions come one by one."""
    require(viewer, verb, Object.YOUNG_PROMPTS, young_person_id, now=now)
    begin_write(db.session)
    db.session.execute(
        select(YoungPerson.id).where(YoungPerson.id == young_person_id).with_for_update()
    )
    return own_prompts(young_person_id, newest_number(young_person_id))


def _keep(
    viewer: Viewer, young_person_id: UUID, prompts: tuple[Prompt, ...], verb: str, now: datetime
) -> None:
    faults = edit_faults(prompt_set(), Edits(own=prompts))
    if faults:
        raise BadEdit(faults[0][1])
    row = YoungPrompts(
        young_person_id=young_person_id,
        number=newest_number(young_person_id) + 1,
        prompts=write_prompts(prompts),
        made_by_id=viewer.person_id,
        made_at=now,
    )
    db.session.add(row)
    db.session.flush()
    record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=young_person_id,
        object_kind="young_prompts",
        object_id=row.id,
    )
