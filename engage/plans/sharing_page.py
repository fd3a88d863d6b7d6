"""The sharing agreement of one plan, asked by person and by part."""

from collections.abc import Iterable

from engage.people.rules import Purpose
from engage.plans.page import PlanPage, readers
from engage.plans.sharing_rules import ORDER, Count, count_of


def purposes_for(page: PlanPage, whom: str) -> dict[str, Purpose]:
    """Map each part to the answer the young person gave for this person or role."""
    return {
        str(grant.section): Purpose(grant.purpose)
        for grant in page.choices
        if page.key_of(grant) == f"{grant.section}|{whom}"
    }


def sections_for(page: PlanPage, whom: str) -> list[str]:
    """List the parts that are asked for this person or role, in the plan's order."""
    offered = page.sharing_offered()
    return [s for s in page.sharing_sections() if f"{s}|{whom}" in offered]


def purposes_for_viewer(page: PlanPage, section: str) -> set[Purpose]:
    """Return in which cases a part is open to whoever looks: their own lines, and no others.

    Source: SAFETY 5, O6, "R own line".
    """
    whom = {f"role:{column}" for column in page.viewer.columns()} | {str(page.viewer.person_id)}
    return {
        Purpose(grant.purpose)
        for grant in page.choices
        if grant.section == section and page.key_of(grant).partition("|")[2] in whom
    }


def summary(page: PlanPage) -> list[tuple[str, Count]]:
    """List each person and role that can be shared with, and how many parts are open when."""
    return [
        (whom, count_of(purposes_for(page, whom), sections_for(page, whom)))
        for whom in page.sharing_columns()
    ]


def readers_by_purpose(page: PlanPage, section: str) -> dict[Purpose, list[str]]:
    """Map each purpose to who sees this part for it, names or `role:…`; nobody twice."""
    found: dict[Purpose, list[str]] = {}
    for purpose in reversed(ORDER[1:]):
        lines = [g for g in page.choices if g.purpose == purpose]
        names = _without(readers(lines, page.around, section), found.values())
        if names:
            found[purpose] = names
    return found


def _without(names: Iterable[str], before: Iterable[list[str]]) -> list[str]:
    known = {name for earlier in before for name in earlier}
    return [name for name in names if name not in known]
