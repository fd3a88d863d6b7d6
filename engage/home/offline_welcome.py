"""The welcome card on a carer's phone without a signal: what helps, what is promised, the steps."""

from datetime import datetime
from typing import Any
from uuid import UUID

from engage.i18n import gettext as _
from engage.people.access import Viewer
from engage.returns.labels import STEPS as WORDS
from engage.returns.queries import find_welcome, get_welcome
from engage.returns.rules import STEPS

Block = list[str]


def with_welcome(
    document: dict[str, Any], viewer: Viewer, young_person_id: UUID, now: datetime
) -> dict[str, Any]:
    """Return what a phone may keep about a young person, with the card while they come back.

    Steps are marked only with a signal: without one the card is for reading.
    """
    blocks = welcome_blocks(viewer, young_person_id, now)
    return document | {"blocks": [*document["blocks"], *blocks]} if blocks else document


def welcome_blocks(viewer: Viewer, young_person_id: UUID, now: datetime) -> list[Block]:
    """Return the card as kind and words of each piece; nothing while it is not shown."""
    episode_id = find_welcome(viewer, young_person_id, now=now)
    if episode_id is None:
        return []
    page = get_welcome(viewer, episode_id, now=now)
    found: list[Block] = []
    if page.helps:
        found.append(["h2", _("What helps, in their words")])
        found += [["said", answer.text] for answer in page.helps]
    found.append(["h2", _("The welcome")])
    for step in STEPS:
        what, how = WORDS[step]
        found.append(["p", f"{what}. {how}"])
    if page.standards:
        lines = [line.strip() for line in str(page.standards.words).splitlines()]
        found.append(["h2", _("What is promised here")])
        found += [["p", line] for line in lines if line]
    return found
