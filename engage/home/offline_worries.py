"""What a carer's phone, or one of the night team, may keep: questions, first steps, numbers.

The clock needs no rules on the phone: what stands here is by when, or after how long.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engage.db import db
from engage.episodes.models import Episode
from engage.episodes.reading import age_of
from engage.episodes.rules import REPORTS, STILL_OUT, Event
from engage.home.offline_welcome import with_welcome
from engage.i18n import current_locale, text_direction, use_locale
from engage.i18n import gettext as _
from engage.people.access import Object, Verb, Viewer, may
from engage.people.copy_queries import is_asked_at_home
from engage.people.models import Organisation, Person, PersonKind, Role, YoungPerson
from engage.people.queries import workers_of, young_people
from engage.policy.clock_rules import Clock, deadline
from engage.policy.queries import pack
from engage.questions.answer_rules import steps_of
from engage.reviews.queries import Excerpt, excerpt_for_carer
from engage.worries import wording
from engage.worries.forms import AGO
from engage.worries.labels import AGO as AGO_WORDS
from engage.worries.labels import OUTCOMES, how_long
from engage.worries.models import Outcome
from engage.worries.prompt_rules import Effect, Prompt, PromptKind, PromptSet
from engage.worries.queries import find_open_worry, get_worry, night_team
from engage.worries.reading import agreed_wait, recheck_every, whose_rule
from engage.worries.rules import REPORT_MARGIN, SHORTEST_WAIT
from engage.worries.set_queries import get_set, newest_set
from engage.worries.young_sets import newest_number, own_prompts

Block = list[str]
MOST_PEOPLE = 20
# What 999 and 911 are answered in.
EMERGENCY_LANGUAGE = "en"


def young_people_to_keep(viewer: Viewer, *, now: datetime) -> list[Person]:
    """List the young people about whom this viewer's phone may keep the questions: those a carer
    looks after, or those of the rota that somebody is on, whoever is not back first.
    """
    if not is_asked_at_home(viewer) or viewer.link_id is not None:
        return []
    mine = _on_rota(viewer)
    found = young_people(mine, now=now)
    if mine.kind is PersonKind.WORKER:
        away = _away(one.id for one in found)
        found.sort(key=lambda one: one.id not in away)
    about = Object.PROMPT_ANSWERS
    theirs = (one for one in found if may(mine, Verb.CREATE, about, one.id, now=now))
    return list(islice(theirs, MOST_PEOPLE))


def _on_rota(viewer: Viewer) -> Viewer:
    """Return a worker as nothing but somebody on the rota: a phone keeps no more than that."""
    if viewer.kind is not PersonKind.WORKER:
        return viewer
    nights = frozenset(held for held in viewer.grants if held[0] is Role.OUT_OF_HOURS)
    return replace(viewer, grants=nights)


def _away(ids: Iterable[UUID]) -> set[UUID]:
    out = select(Episode.young_person_id).where(
        Episode.young_person_id.in_(list(ids)), Episode.state.in_(STILL_OUT)
    )
    return set(db.session.scalars(out))


def worry_documents(viewer: Viewer, now: datetime) -> list[dict[str, Any]]:
    """Return, for each young person somebody looks after, what their phone may keep."""
    mine = _on_rota(viewer)
    return [
        with_welcome(_document(mine, one.id, now), mine, one.id, now)
        for one in young_people_to_keep(viewer, now=now)
    ]


def _document(viewer: Viewer, young_person_id: UUID, now: datetime) -> dict[str, Any]:
    young_person = db.session.get_one(YoungPerson, young_person_id)
    house = db.session.get_one(Organisation, young_person.organisation_id)
    excerpt = excerpt_for_carer(viewer, young_person_id, now=now)
    name = str(young_person.name).split()[0]
    here = current_locale()
    trusted = _people([(p.person_id, p.name, p.how_known) for p in excerpt.people]) \
        if excerpt else []  # fmt: skip
    helpers = _people(
        [(p.id, p.name, _("Night team")) for p in night_team(viewer, young_person, now=now)]
        + [(p.id, p.name, _("Their worker")) for p in workers_of(viewer, young_person_id, now=now)]
    )
    emergency = pack(house.policy).emergency
    return {
        "name": "worry",
        "lang": here,
        "dir": text_direction(here),
        "title": name,
        "blocks": _blocks(excerpt),
        "worry": {
            "about": str(young_person_id),
            "name": name,
            "zone": house.time_zone,
            "emergency": emergency,
            "trusted": trusted,
            "helpers": helpers,
            "steps": _steps(excerpt),
            **_asked(viewer, young_person, house, now),
            "wait": _wait(house.policy, excerpt),
            "due": _due(house.policy, age_of(young_person.birth_date, now)),
        },
    }


def _asked(
    viewer: Viewer, young_person: YoungPerson, house: Organisation, now: datetime
) -> dict[str, Any]:
    """Return the questions: those of the worry that runs, else those one would begin with."""
    name = str(young_person.name).split()[0]
    running = find_open_worry(viewer, young_person.id, now=now)
    if running is None:
        of_house = newest_set(viewer, house.id)
        own = own_prompts(young_person.id, newest_number(young_person.id))
        prompts = get_set(viewer, house.id, of_house).with_own(own).about(str(young_person.id))
        more: dict[str, Any] = {"set": of_house, "at": None, "done": []}
    else:
        page = get_worry(viewer, running.id, now=now)
        prompts = page.prompts
        at = int(page.due.due_at.timestamp() * 1000) if page.due else None
        more = {"set": running.prompt_set, "at": at, "done": sorted(page.answers)}
    return {
        **more,
        "prompts": [_prompt(prompt, name) for prompt in prompts.prompts],
        "spoken": _spoken(prompts, name, age_of(young_person.birth_date, now)),
    }


def _prompt(prompt: Prompt, name: str) -> dict[str, Any]:
    """Return one question as a phone draws it: its words, and what may be pressed."""
    options = prompt.options
    if prompt.kind is PromptKind.TIME:
        words = [[each, str(AGO_WORDS[each])] for each in AGO]
    else:
        words = [[each, wording.choice_words(prompt, each)] for each in options]
    return {
        "id": prompt.id,
        "kind": str(prompt.kind),
        "gate": prompt.is_gate,
        "ask": wording.ask(prompt, current_locale(), name),
        "hint": wording.hint(prompt),
        "options": words,
        "danger": [each for each, does in prompt.effects.items() if Effect.DANGER in does],
    }


def _spoken(prompts: PromptSet, name: str, age: int | None) -> list[dict[str, Any]]:
    """Return what can be read aloud: in the language of those who answer the call first.

    `gates`: what is added for each gate that was answered with yes.
    """
    found = []
    for code in dict.fromkeys((EMERGENCY_LANGUAGE, current_locale())):
        with use_locale(code):
            first = [str(wording.CALLING) % {"name": name}]
            if age is not None:
                first.append(str(wording.AGED) % {"name": name, "age": age})
            gates = {
                p.id: f"{wording.ask(p, code, name)} {wording.YES_NO['yes']}."
                for p in prompts.prompts if p.is_gate
            }  # fmt: skip
            last = [str(line) for line in wording.PLEASE]
        found.append({"lang": code, "dir": text_direction(code), "first": first,
                      "gates": gates, "last": last})  # fmt: skip
    return found


def _due(policy: str, age: int | None) -> dict[str, Any]:
    """Return after how many seconds a report is due, counted from the first worry and from the
    moment somebody counts as missing, and whose rule says so; None where no rule does.
    """
    began = datetime(2000, 1, 1, tzinfo=UTC)
    noticed = {str(Event.DISCOVERED): began, str(Event.INFORMATION_RECEIVED): began}
    missing = {**noticed, str(Event.DETERMINED_MISSING): began}
    found: dict[str, Any] = {"worried": None, "missing": None, "source": ""}
    for key, times in (("worried", noticed), ("missing", missing)):
        dues = [deadline(pack(policy).clocks, each, times, age=age) for each in sorted(REPORTS)]
        known = sorted((due for due in dues if due is not None), key=lambda due: due.due_at)
        if known:
            found[key] = (known[0].due_at - began) // timedelta(seconds=1)
            found["source"] = found["source"] or _said_rule(known[0].wins.clock)
    return found


def _said_rule(rule: Clock) -> str:
    """Return how long a rule allows and whose it is: 2 hours. Missouri: RSMo 210.795."""
    allowed = how_long(rule.duration)
    return f"{allowed}. {whose_rule(rule)}" if allowed else whose_rule(rule)


def _wait(policy: str, excerpt: Excerpt | None) -> dict[str, Any]:
    """Return how long somebody may leave it before they look again, in seconds: by the pack, by
    what the plan agreed (None: nothing), before a report is due, and at least.
    """
    agreed = agreed_wait(excerpt)
    return {
        "most": int(recheck_every(policy).total_seconds()),
        "agreed": int(agreed.total_seconds()) if agreed is not None else None,
        "margin": int(REPORT_MARGIN.total_seconds()),
        "least": int(SHORTEST_WAIT.total_seconds()),
    }


def _people(wanted: Iterable[tuple[UUID, str, str]]) -> list[dict[str, str]]:
    found = []
    for person_id, name, who in wanted:
        person = db.session.get(Person, person_id)
        phone = str(person.phone or "") if person is not None else ""
        found.append({"id": str(person_id), "name": name, "who": who or "", "phone": phone})
    return found


def _steps(excerpt: Excerpt | None) -> list[str]:
    found: list[str] = []
    for answer in excerpt.try_first if excerpt else []:
        for key in ("steps", "will"):
            found += [s.what for s in steps_of(answer.content, key) if s.what not in found]
    return found


def _blocks(excerpt: Excerpt | None) -> list[Block]:
    found: list[Block] = []
    for heading, said in (
        (_("What their plan says to try first"), excerpt.try_first if excerpt else []),
        (_("When they are ready to come back"), excerpt.ready if excerpt else []),
    ):
        words = [["said", answer.text] for answer in said if answer.text]
        found += [["h2", heading], *words] if words else []
    return found


def outcome_words() -> list[tuple[str, str]]:
    """List what may come of a call, with its words, as the kept page shows them."""
    return [(each.value, str(words)) for each, words in OUTCOMES.items() if each != Outcome.SENT]
