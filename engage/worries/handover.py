"""One page for the next shift, or for the police: what may stand on paper, and nothing else."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from engage.asking.rules import Heard
from engage.episodes.reading import OPEN_STAGES, clocks_by_name
from engage.missing_pack.gathering import (
    named_for_police,
    said_for_police,
    what_is_allowed,
)
from engage.missing_pack.queries import readable_parts
from engage.missing_pack.rules import TRIO
from engage.people.access import Object, Verb, Viewer, access_to
from engage.worries.models import Attempt, Outcome
from engage.worries.queries import Given, WorryPage
from engage.worries.rules import Advice

TREAT_ME = "treat_me"
# How whoever looks after them is doing is nothing for the police.
NOT_FOR_POLICE = frozenset({"you"})


class For(StrEnum):
    """Whom the page is for."""

    SHIFT = "shift"
    POLICE = "police"


@dataclass(frozen=True)
class Tried:
    """Somebody was tried, and what came of it. `whom` is empty where no name may stand."""

    at: datetime
    by: str
    whom: str
    how: Attempt | None = None
    outcome: Outcome | None = None
    heard: Heard | None = None


@dataclass(frozen=True)
class Handover:
    """What was tried and said, what comes next, and how to approach the young person."""

    audience: For
    welfare: Sequence[str]
    tried: Sequence[Tried]
    given: Sequence[tuple[str, Sequence[Given]]]
    advice: Sequence[Advice]
    looks_at: Sequence[tuple[str, datetime]] = field(default_factory=tuple)


def welfare_note(viewer: Viewer, young_person_id: UUID, *, now: datetime) -> list[str]:
    """Return how to approach them and what calms them, as far as it may be told to an emergency
    service now; a carer passes on only what they may read themselves. Source: MISSION C41.
    """
    readable = readable_parts(viewer, young_person_id, now=now)
    return said_for_police(viewer, young_person_id, TREAT_ME, now=now, readable=readable)


def hand_over(viewer: Viewer, page: WorryPage, audience: For, *, now: datetime) -> Handover:
    """Return the page of a worry that the viewer has opened, as it may stand on paper.

    The three are named only where they may be: to the next shift by the sharing agreement (what
    an emergency opened for an hour stays off), to the police by what was said about the police,
    and only those who themselves agreed to that.
    """
    about = page.worry.young_person_id
    if audience is For.POLICE:
        readable = readable_parts(viewer, about, now=now)
        parts = what_is_allowed(viewer, about, now=now, readable=readable).parts
        named = named_for_police(about, now=now) if TRIO in parts else set()
    else:
        access = access_to(viewer, about, now=now).on_paper()
        may_name = access.may(Verb.READ, Object.TRUSTED_PEOPLE)
        three = page.excerpt.people if page.excerpt else ()
        named = {each.person_id for each in three} if may_name else set()
    left_out = NOT_FOR_POLICE if audience is For.POLICE else frozenset()
    clocks = clocks_by_name(page.episode.id)
    return Handover(
        audience,
        welfare_note(viewer, about, now=now),
        _tried(page, named),
        [
            (prompt.id, page.given[prompt.id])
            for prompt in page.prompts.prompts
            if page.given.get(prompt.id) and prompt.id not in left_out
        ],
        page.advice(now) if page.is_open else (),
        tuple(
            (name, clocks[name].due_at)
            for name in ("recheck", "danger_check")
            if name in clocks and clocks[name].stage in OPEN_STAGES
        ),
    )


def _tried(page: WorryPage, named: Collection[UUID]) -> list[Tried]:
    workers = {worker.id for worker in (*page.workers, *page.night_team)}
    found = [
        Tried(
            each.at,
            page.names[each.by_id],
            (page.names.get(each.person_id) or str(each.named or ""))
            if each.person_id in named or each.person_id in workers or each.person_id is None
            else "",
            Attempt(each.how),
            Outcome(each.outcome),
        )
        for each in page.reached
    ]
    for person_id, asked in page.asked.items():
        whom = page.names.get(person_id, "") if person_id in named else ""
        by = page.names.get(asked.asked_by_id, "")
        found.append(Tried(asked.asked_at, by, whom, Attempt.TEXT, Outcome.SENT))
        found += [Tried(one.at, "", whom, heard=one.heard) for one in asked.said]
    return sorted(found, key=lambda each: each.at)
