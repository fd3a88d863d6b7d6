"""What stands in a pack, gathered from what was allowed and nothing else.

It asks what the young person said about the police, never what whoever makes it may read: a part
that is open to a worker for an hour in an emergency is not open to the police.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from engage.db import db
from engage.episodes.models import Episode
from engage.episodes.reading import age_of, known_times
from engage.episodes.rules import Event
from engage.i18n import text_direction, use_locale
from engage.missing_pack import wording
from engage.missing_pack.models import MissingPack, PackFact
from engage.missing_pack.rules import (
    ADULT_FACTS,
    PHOTO,
    POLICE,
    TRIO,
    Fact,
    allowed_parts,
)
from engage.people.models import Consent, Organisation, Person, RelationshipKind, YoungPerson
from engage.people.sharing_queries import list_choices, open_circumstances
from engage.people.viewer import SYSTEM, Viewer
from engage.photos.queries import photo_of
from engage.plans.labels import VOICE_NAMES as VOICES
from engage.plans.models import PlanAnswer, SafetyPlan, Voice
from engage.plans.photo_models import PlanPhoto
from engage.plans.queries import find_live_plan, list_around
from engage.plans.reading import SnapshotAnswer, section_of
from engage.questions.answer_rules import decode
from engage.questions.rules import QuestionKind
from engage.questions.shipped import every_question
from engage.questions.wording import Line, told
from engage.web.when import local_words

SHAPE = 1
ONLINE = "online"
NAMED_ASK = "police"


@dataclass(frozen=True)
class Allowed:
    """What may stand in a pack now, what is left out, and why it is so."""

    parts: tuple[str, ...]
    closed: tuple[str, ...]
    present: tuple[str, ...]
    overridden: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gathered:
    """The pages of a pack as plain data, and the photo."""

    content: dict[str, Any]
    jpeg: bytes | None


def offered_parts() -> list[str]:
    """List the parts of the plan that can be shared with the police, in the plan's order."""
    shown = (QuestionKind.TEXT, QuestionKind.PARTS, QuestionKind.TRIO, QuestionKind.PHOTO)
    questions = [q for q in every_question().questions if q.shareable and q.kind in shown]
    return [section_of(question.id) for question in questions]


def what_is_allowed(
    viewer: Viewer,
    young_person_id: UUID,
    *,
    now: datetime,
    override: Collection[str] = (),
    readable: Collection[str] | None = None,
) -> Allowed:
    """Say what may go to the police now. `readable` narrows it to what a carer may read too.

    A part of which the plan says nothing is neither in nor left out.
    """
    choices = {
        str(grant.section): str(grant.purpose)
        for grant, _ in list_choices(SYSTEM, young_person_id, now=now)
        if grant.grantee_role == POLICE
    }
    present = sorted(open_circumstances(SYSTEM, young_person_id, now=now))
    filled = _filled(young_person_id, _answers(young_person_id, now), now)
    parts = allowed_parts(choices, present, filled, override=override)
    if readable is not None:
        parts = [part for part in parts if part in readable]
    without = allowed_parts(choices, present, filled)
    return Allowed(
        tuple(parts),
        tuple(part for part in filled if part not in parts),
        tuple(present),
        tuple(part for part in parts if part not in without),
    )


def gather(viewer: Viewer, episode: Episode, allowed: Allowed, *, now: datetime) -> Gathered:
    """Gather the pages in the language of the organisation: whoever searches reads that."""
    young_person = db.session.get_one(YoungPerson, episode.young_person_id)
    house = db.session.get_one(Organisation, young_person.organisation_id)
    photo = photo_of(SYSTEM, young_person.id, now=now) if PHOTO in allowed.parts else None
    answers = _answers(young_person.id, now)
    with use_locale(house.locale):
        content = {
            # The shape of what follows: a pack stays readable when later ones are shaped otherwise.
            "shape": SHAPE,
            "locale": house.locale,
            "direction": text_direction(house.locale),
            "region": house.region,
            "made": _when(now, house),
            "who": _who(young_person, now, house),
            "since": _since(episode, house),
            "facts": _facts(episode.id),
            "parts": [
                part
                for name in allowed.parts
                if name not in (TRIO, PHOTO)
                for part in _part(answers, name, name in allowed.overridden)
            ],
            "looks": _part(answers, ADULT_FACTS),
            "trio": _trio(young_person.id, now, allowed),
            "photo": wording.photo_taken(photo.taken_on) if photo is not None else "",
            "call_back": _call_back(viewer, episode, house),
        }
    return Gathered(content, photo.jpeg if photo is not None else None)


def latest_facts(episode_id: UUID) -> dict[Fact, PackFact]:
    """Return the answer that counts to each question about today, in their order."""
    rows = db.session.scalars(
        select(PackFact).where(PackFact.episode_id == episode_id).order_by(PackFact.number)
    )
    found = {Fact(each.fact): each for each in rows}
    return {fact: found[fact] for fact in Fact if fact in found}


def next_number(table: type[PackFact] | type[MissingPack], episode_id: UUID) -> int:
    """Return the next free number of an episode."""
    last = select(func.max(table.number)).where(table.episode_id == episode_id)
    return (db.session.scalar(last) or 0) + 1


def _answers(young_person_id: UUID, now: datetime) -> dict[str, list[SnapshotAnswer]]:
    """Map each part of the agreed plan, or while none is agreed of what is written, to what each
    voice said. All of it: whoever calls takes from it only what is allowed.
    """
    live = find_live_plan(SYSTEM, young_person_id, now=now)
    found: dict[str, list[SnapshotAnswer]] = {}
    for answer in live.snapshot.answers if live is not None else _written(young_person_id):
        if answer.text:
            found.setdefault(answer.question, []).append(answer)
    order = list(Voice)
    return {part: sorted(each, key=lambda a: order.index(Voice(a.voice)))
            for part, each in found.items()}  # fmt: skip


def said_for_police(
    viewer: Viewer,
    young_person_id: UUID,
    part: str,
    *,
    now: datetime,
    readable: Collection[str] | None = None,
) -> list[str]:
    """Return what was said about one part, a line for each point, if the young person lets the
    police have it now; nothing otherwise. `readable` narrows it as in `what_is_allowed`.
    """
    allowed = what_is_allowed(viewer, young_person_id, now=now, readable=readable)
    if part not in allowed.parts:
        return []
    said = _answers(young_person_id, now).get(part, [])
    return [line for answer in said for line in answer.text.split("\n") if line.strip()]


def _written(young_person_id: UUID) -> list[SnapshotAnswer]:
    rows = db.session.scalars(
        select(PlanAnswer)
        .join(SafetyPlan, SafetyPlan.id == PlanAnswer.plan_id)
        .where(SafetyPlan.young_person_id == young_person_id)
    )
    return [
        SnapshotAnswer(a.question, a.voice, a.content, str(a.author_id), None)
        for a in rows
        if a.content
    ]


def _filled(
    young_person_id: UUID, answers: Mapping[str, list[SnapshotAnswer]], now: datetime
) -> list[str]:
    """List the parts that hold anything, in the plan's order."""
    photo = select(PlanPhoto.id).where(
        PlanPhoto.young_person_id == young_person_id, PlanPhoto.agreed_at.is_not(None)
    )
    there = set(answers)
    if db.session.scalar(photo) is not None:
        there.add(PHOTO)
    if _named(young_person_id, now):
        there.add(TRIO)
    return [part for part in offered_parts() if part in there]


def _part(
    answers: Mapping[str, list[SnapshotAnswer]], part: str, overridden: bool = False
) -> list[dict[str, Any]]:
    """Return a part as its title and what each voice said; nothing when nothing was said."""
    found = answers.get(part, [])
    if part == ONLINE and not overridden:
        # Names that may be used to send a message are not for finding somebody.
        found = [a for a in found if (decode(a.content) or {}).get("use") == "message_then_find"]
    said = [{"by": str(VOICES[Voice(a.voice)]), "points": _points(a)} for a in found]
    return [{"id": part, "title": wording.title_of(part), "said": said}] if said else []


def _points(answer: SnapshotAnswer) -> list[dict[str, Any]]:
    """Return an answer point by point: what was asked, where it has parts, and the lines."""
    return [
        {"label": str(one.label or ""), "lines": [_line(line) for line in one.lines]}
        for one in told(answer.question, answer.content, answer.voice)
    ]


def _line(line: Line) -> str:
    return f"{line.words}: {line.phone}" if line.phone else str(line.words)


def _who(young_person: YoungPerson, now: datetime, house: Organisation) -> dict[str, str]:
    age = age_of(young_person.birth_date, now)
    return {
        "name": str(young_person.name),
        "born": wording.day_of(young_person.birth_date),
        "age": "" if age is None else str(age),
        "organisation": house.neutral_name,
    }


def _since(episode: Episode, house: Organisation) -> list[list[str]]:
    times = known_times(episode.id)
    wanted = (Event.LAST_CONTACT, Event.EXPECTED_BACK, Event.DISCOVERED)
    return [
        [str(wording.EVENTS[event]), _when(times[event].at, house)]
        for event in wanted
        if event in times
    ]


def _facts(episode_id: UUID) -> list[list[str]]:
    return [
        [fact.value, str(wording.FACT_TITLES[fact]), str(each.words or wording.NOT_KNOWN)]
        for fact, each in latest_facts(episode_id).items()
    ]


def _named(young_person_id: UUID, now: datetime) -> list[tuple[Person, list[str]]]:
    """List the trusted people who said yes, with what they were asked for when they did."""
    return [
        (named.person, list(named.terms.agreed_asks or ()) if named.terms else [])
        for named in list_around(SYSTEM, young_person_id, now=now)
        if named.relationship.kind == RelationshipKind.TRUSTED
        and named.relationship.consent == Consent.YES
    ]


def named_for_police(young_person_id: UUID, *, now: datetime) -> set[UUID]:
    """Return those of the three who themselves agreed to be named to the police."""
    return {person.id for person, asks in _named(young_person_id, now) if NAMED_ASK in asks}


def _trio(young_person_id: UUID, now: datetime, allowed: Allowed) -> list[dict[str, str]]:
    """List names and numbers of those who themselves said that the police may have them."""
    if TRIO not in allowed.parts:
        return []
    return [
        {"name": str(person.name), "phone": person.phone or ""}
        for person, asks in _named(young_person_id, now)
        if NAMED_ASK in asks
    ]


def _call_back(viewer: Viewer, episode: Episode, house: Organisation) -> Mapping[str, str]:
    owner = db.session.get_one(Person, episode.owner_id)
    maker = db.session.get(Person, viewer.person_id) if viewer.person_id else None
    return {
        "organisation": house.name,
        "owner": str(owner.name),
        "owner_phone": owner.phone or "",
        "maker": str(maker.name) if maker is not None else "",
    }


def _when(instant: datetime, house: Organisation) -> str:
    return local_words(instant, "EEEE d MMMM y, HH:mm", house.time_zone)
