"""Which prompts are asked: ours, or an organisation's own version of them."""

from uuid import UUID

from sqlalchemy import select

from engage.db import db
from engage.people.access import Viewer
from engage.web.errors import NotFound
from engage.wordings import queries as wordings
from engage.wordings.rules import OWN, WordingState
from engage.worries.models import PromptVersion, PromptVote
from engage.worries.prompt_rules import PromptSet
from engage.worries.prompts import NEWEST, prompt_set
from engage.worries.stored_sets import as_set


def newest_set(viewer: Viewer, organisation_id: UUID) -> str:
    """Return the name of the set that a worry in this organisation begins with."""
    return wordings.newest_name(viewer, PromptVersion, organisation_id, NEWEST)


def get_set(viewer: Viewer, organisation_id: UUID, name: str) -> PromptSet:
    """Return a set by the name that a worry kept: it finishes on the version it began with."""
    if not name.startswith(OWN):
        return prompt_set(name)
    row = wordings.find_named(viewer, PromptVersion, organisation_id, name)
    if row is None:
        raise NotFound("prompts")
    return as_set(row)


def find_draft(viewer: Viewer) -> PromptVersion | None:
    """Return the version that the viewer's organisation is working on, or None."""
    return wordings.find_version(viewer, PromptVersion, WordingState.DRAFT)


def find_published(viewer: Viewer) -> PromptVersion | None:
    """Return the version that worries begin with in the viewer's organisation; None: ours."""
    return wordings.find_version(viewer, PromptVersion, WordingState.PUBLISHED)


def list_versions(viewer: Viewer) -> list[PromptVersion]:
    """List every version of the viewer's organisation, newest first."""
    return wordings.list_versions(viewer, PromptVersion)


def count_votes(
    viewer: Viewer, version: PromptVersion | None
) -> dict[str, tuple[int, int, list[str]]]:
    """Return, by prompt, how many said keep it, how many said change it, and their words."""
    found: dict[str, tuple[int, int, list[str]]] = {}
    if version is None or version.organisation_id != viewer.organisation_id:
        return found
    for each in db.session.scalars(
        select(PromptVote)
        .where(PromptVote.version_id == version.id)
        .order_by(PromptVote.recorded_at, PromptVote.id)
    ):
        good, bad, said = found.get(each.prompt, (0, 0, []))
        if each.instead:
            said = [*said, str(each.instead)]
        found[each.prompt] = (good + each.is_good, bad + (not each.is_good), said)
    return found
