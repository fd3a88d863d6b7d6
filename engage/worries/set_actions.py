"""What an organisation does to its prompts: word, order, hide, add, try out, publish."""

from dataclasses import replace
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import delete

from engage.db import db
from engage.people.access import Viewer
from engage.web.errors import Changed, NotFound
from engage.wordings import actions as wordings
from engage.worries.models import PromptVersion, PromptVote
from engage.worries.prompt_rules import EditFault, Edits, Prompt, PromptKind, edit_faults
from engage.worries.prompts import NEWEST, prompt_set
from engage.worries.stored_sets import as_set, read_edits, write_edits

MOST_OWN = 10


class BadEdit(ValueError):
    """A change that cannot be kept, and why."""

    def __init__(self, fault: EditFault):
        super().__init__(str(fault))
        self.fault = fault


def open_draft(viewer: Viewer, *, now: datetime) -> PromptVersion:
    """Begin to change the prompts, from those in use; return the draft there is already."""
    untouched = write_edits(Edits())
    return wordings.open_draft(viewer, PromptVersion, base=NEWEST, untouched=untouched, now=now)


def word_prompt(viewer: Viewer, prompt_id: str, locale: str, words: str, *, now: datetime) -> None:
    """Put a prompt into the organisation's own words in one language; empty means ours again.

    Raises BadEdit (too long, blames somebody, no English left), NotFound.
    """
    draft, edits = _open(viewer, prompt_id, now)
    words = " ".join(words.split())
    own = next((each for each in edits.own if each.id == prompt_id), None)
    if own is not None:
        said = {**own.own_words, locale: words}
        said = {code: text for code, text in said.items() if text}
        changed = replace(own, own_words=said)
        edits = replace(edits, own=tuple(changed if e is own else e for e in edits.own))
    else:
        kept = {key: said for key, said in edits.words.items() if key != (prompt_id, locale)}
        edits = replace(edits, words={**kept, (prompt_id, locale): words} if words else kept)
    _keep(viewer, draft, edits, "worded", now)


def switch_prompt(viewer: Viewer, prompt_id: str, *, on: bool, now: datetime) -> None:
    """Ask a prompt from the next version on, or no longer. Raises BadEdit for a gate."""
    draft, edits = _open(viewer, prompt_id, now)
    hidden = edits.hidden - {prompt_id} if on else edits.hidden | {prompt_id}
    _keep(viewer, draft, replace(edits, hidden=hidden), "switched", now)


def move_prompt_up(viewer: Viewer, prompt_id: str, *, now: datetime) -> None:
    """Ask a prompt one place earlier; never before the gates."""
    draft, edits = _open(viewer, prompt_id, now)
    order = [each.id for each in as_set(draft).prompts if not each.is_gate]
    if prompt_id in order[1:]:
        at = order.index(prompt_id)
        order[at - 1], order[at] = order[at], order[at - 1]
    _keep(viewer, draft, replace(edits, order=tuple(order)), "ordered", now)


def add_prompt(
    viewer: Viewer,
    kind: PromptKind,
    words: str,
    *,
    now: datetime,
    choices: tuple[str, ...] = (),
    about: str = "",
) -> str:
    """Add a prompt of the organisation's own, in English first, and return its id.

    `about`: the id of the one young person it is asked about; empty: everybody. Raises BadEdit,
    Changed when there are as many as there may be.
    """
    draft = open_draft(viewer, now=now)
    edits = read_edits(str(draft.edits))
    if len(edits.own) >= MOST_OWN:
        raise Changed("too many prompts")
    prompt = Prompt(
        id=f"own-{uuid4().hex[:12]}",
        kind=kind,
        choices=choices,
        own_words={"en": " ".join(words.split())},
        about=about,
    )
    _keep(viewer, draft, replace(edits, own=(*edits.own, prompt)), "added", now)
    return prompt.id


def remove_prompt(viewer: Viewer, prompt_id: str, *, now: datetime) -> None:
    """Take out a prompt of the organisation's own. Answers given to it can still be read."""
    draft, edits = _open(viewer, prompt_id, now)
    own = tuple(each for each in edits.own if each.id != prompt_id)
    if len(own) == len(edits.own):
        raise NotFound("prompt")
    _keep(viewer, draft, replace(edits, own=own), "removed", now)


def vote(
    viewer: Viewer, prompt_id: str, *, is_good: bool, instead: str = "", now: datetime
) -> None:
    """Write down what a young person in a session said about a prompt: no name is kept."""
    draft, _ = _open(viewer, prompt_id, now)
    db.session.add(
        PromptVote(
            version_id=draft.id,
            prompt=prompt_id,
            is_good=is_good,
            instead=" ".join(instead.split())[:160] or None,
            recorded_by_id=viewer.person_id,
            recorded_at=now,
        )
    )
    wordings.note(viewer, draft, "vote_noted", now=now)


def publish(
    viewer: Viewer, *, now: datetime, tested_with: str = "", tested_on: date | None = None
) -> PromptVersion:
    """Begin new worries with the draft; those that run finish on what they began with.

    With where and when young people tried it, the set is no longer marked as not tested.
    """
    draft = wordings.publish(viewer, PromptVersion, now=now)
    if tested_with.strip() and tested_on is not None:
        draft.tested_with, draft.tested_on = tested_with.strip()[:200], tested_on
    return draft


def discard(viewer: Viewer, *, now: datetime) -> None:
    """Throw the draft away, with what was said about it; the version in use stays."""
    wordings.discard(viewer, PromptVersion, now=now, along=_drop_votes)


def _drop_votes(draft: PromptVersion) -> None:
    db.session.execute(delete(PromptVote).where(PromptVote.version_id == draft.id))


def _open(viewer: Viewer, prompt_id: str, now: datetime) -> tuple[PromptVersion, Edits]:
    draft = open_draft(viewer, now=now)
    edits = read_edits(str(draft.edits))
    known = {each.id for each in (*prompt_set(draft.base).prompts, *edits.own)}
    if prompt_id not in known:
        raise NotFound("prompt")
    return draft, edits


def _keep(viewer: Viewer, draft: PromptVersion, edits: Edits, verb: str, now: datetime) -> None:
    faults = edit_faults(prompt_set(draft.base), edits)
    if faults:
        raise BadEdit(faults[0][1])
    wordings.keep_edits(viewer, draft, write_edits(edits), verb, now=now)
