"""What is different in a plan since everybody agreed, as far as one viewer may read it."""

from engage.plans.models import PlanVersion
from engage.plans.page import PlanPage
from engage.plans.rules import Change, Words, changes


def compared(page: PlanPage) -> tuple[PlanVersion | None, PlanVersion | None]:
    """Return what to compare: the agreed plan with what is written now (None), or, when nothing
    was written since, the one agreed before it with it.
    """
    agreed = [v for v in page.versions if v.live_at is not None]
    if not agreed:
        return None, None
    if page.state == "live":
        return (agreed[-2] if len(agreed) > 1 else None), agreed[-1]
    return agreed[-1], None


def changes_between(
    page: PlanPage, before: PlanVersion | None, after: PlanVersion | None
) -> list[Change]:
    """List what is different between two versions; None stands for what is written now."""
    old = _words_in(page, before) if before else []
    new = _words_in(page, after) if after else _words_now(page)
    return changes(old, new)


def _words_in(page: PlanPage, version: PlanVersion) -> list[Words]:
    snapshot = page.opened(version)
    found = [Words(a.question, a.voice, a.text) for a in snapshot.answers]
    for kind, part in (("trusted", "trio"), ("check_in", "check_in")):
        named = ", ".join(p.name for p in snapshot.people if p.kind == kind)
        found.append(Words(part, "young_person", named))
    return found


def _words_now(page: PlanPage) -> list[Words]:
    found = [
        Words(a.question, a.voice, a.text or "")
        for question in page.questions.questions
        for a in page.answers_to(question)
    ]
    for kind, part in (("trusted", "trio"), ("check_in", "check_in")):
        named = ", ".join(str(n.person.name) for n in page.readable_people(kind))
        found.append(Words(part, "young_person", named))
    return found


def changed_since_agreed(page: PlanPage) -> list[Change]:
    """List what was added, changed or taken out since the plan in use was agreed."""
    return changes_between(page, page.live, None) if page.live is not None else []
