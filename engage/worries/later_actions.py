"""Taking in what a carer's phone kept without a signal: once, in order, with its own times."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import exists, func, select

from engage.audit.actions import record
from engage.db import begin_write, db
from engage.episodes import actions as episodes
from engage.episodes.models import Episode, EpisodeChange
from engage.episodes.reading import known_times
from engage.episodes.rules import STILL_OUT, EpisodeState, Event
from engage.i18n import current_locale
from engage.people.access import Object, Verb, Viewer, require
from engage.people.models import Organisation, YoungPerson
from engage.web.errors import NotFound
from engage.wordings.queries import find_named
from engage.wordings.rules import WordingState
from engage.worries import actions, wording
from engage.worries.endings import find_running
from engage.worries.later_decisions import decide_later
from engage.worries.later_rules import Said, SaidKind
from engage.worries.models import (
    Attempt,
    Outcome,
    PromptVersion,
    Worry,
    WorryAnswer,
    WorryDecision,
)
from engage.worries.prompt_rules import BadAnswer, Prompt, PromptKind, PromptSet
from engage.worries.prompts import VERSIONS
from engage.worries.reading import source_of
from engage.worries.rules import WorryState
from engage.worries.set_queries import get_set
from engage.worries.young_sets import with_own

Kind = TypeVar("Kind", Attempt, Outcome)
# How a posted answer is read (forms.read_answer): prompt, what was sent, when, time zone.
Reader = Callable[[Prompt, dict[str, list[str]], datetime, str], str | None]
NOTICED = (Event.DISCOVERED, Event.INFORMATION_RECEIVED)


def take_later(viewer: Viewer, said: Said, *, read: Reader, address: str, now: datetime) -> UUID:
    """Keep what somebody did on a phone without a signal; return the worry it belongs to.

    It joins the worry that everybody around shares, else the one that was settled since, else
    it begins one whose clocks count from when the phone began. The same key again changes
    nothing. Raises NotFound, BadAnswer, BadTime, Changed, NeedsReason.
    """
    begin_write(db.session)
    young_person_id = said.young_person_id or _about(said.worry_id)
    require(viewer, Verb.CREATE, Object.PROMPT_ANSWERS, young_person_id, now=now)
    worry = _worry_for(viewer, young_person_id, said, address, now)
    episode = db.session.get_one(Episode, worry.episode_id)
    is_running = episode.state in STILL_OUT
    if is_running:
        _count_from(viewer, episode, said, now)
    match said.kind:
        case SaidKind.ANSWER:
            prompt_id, value = _value(viewer, worry, said, read)
            if is_running:
                actions.answer(
                    viewer, worry.id, prompt_id, value, key=said.key, address=address, now=now,
                    given_at=said.at, earliest=said.began_at,
                )  # fmt: skip
            else:
                _keep_only(viewer, worry, prompt_id, value, said, now)
        case SaidKind.TRIED:
            actions.note_attempt(
                viewer, worry.id, how=_known(Attempt, said.how),
                outcome=_known(Outcome, said.outcome), key=said.key, person_id=said.person_id,
                at=said.at, now=now,
            )  # fmt: skip
        case SaidKind.MISSING | SaidKind.WAIT | SaidKind.NOT_MISSING:
            decide_later(viewer, worry, said, is_running=is_running, address=address, now=now)
    return worry.id


def _about(worry_id: UUID | None) -> UUID:
    worry = db.session.get(Worry, worry_id) if worry_id else None
    if worry is None:
        raise NotFound("worry")
    return worry.young_person_id


def _worry_for(
    viewer: Viewer, young_person_id: UUID, said: Said, address: str, now: datetime
) -> Worry:
    """Return the worry this belongs to, begun if there is none."""
    if said.worry_id is not None:
        worry = db.session.get(Worry, said.worry_id)
        if worry is None or worry.young_person_id != young_person_id:
            raise NotFound("worry")
        return worry
    found = find_running(young_person_id) or _settled_since(young_person_id, said)
    if found is not None:
        return found
    return actions.begin(
        viewer, young_person_id, address=address, now=now, since=said.began_at,
        prompt_set=_set_name(viewer, young_person_id, said.prompt_set),
    )  # fmt: skip


def _settled_since(young_person_id: UUID, said: Said) -> Worry | None:
    """Return the worry that was settled after this phone began: nothing starts anew.

    One that was over by then, as a decision that came late says, is another one.
    """
    ended = (EpisodeState.RETURNED, EpisodeState.CLOSED)
    return db.session.scalar(
        select(Worry)
        .join(EpisodeChange, EpisodeChange.episode_id == Worry.episode_id)
        .where(
            Worry.young_person_id == young_person_id,
            EpisodeChange.state.in_(ended),
            EpisodeChange.recorded_at >= said.began_at,
            ~exists().where(
                WorryDecision.worry_id == Worry.id,
                WorryDecision.state == WorryState.NOT_MISSING,
                WorryDecision.counts.is_(True),
                WorryDecision.at < said.began_at,
            ),
        )
        .order_by(Worry.opened_at.desc(), Worry.id)
        .limit(1)
    )


def _set_name(viewer: Viewer, young_person_id: UUID, name: str) -> str:
    """Return the set that the phone asked, if it was ever in use here; else nothing."""
    if name in VERSIONS:
        return name
    young_person = db.session.get_one(YoungPerson, young_person_id)
    found = find_named(viewer, PromptVersion, young_person.organisation_id, name)
    return name if found is not None and found.state != WordingState.DRAFT else ""


def _count_from(viewer: Viewer, episode: Episode, said: Said, now: datetime) -> None:
    """Let the clocks count from when it was first noticed, if that was on this phone."""
    known = known_times(episode.id)
    for event in NOTICED:
        if event in known and known[event].at > said.began_at:
            try:
                episodes.set_time(
                    viewer, episode.id, event, said.began_at, source=source_of(viewer), now=now
                )
            except episodes.BadTime:
                # Somebody had contact since then: that is when it counts from.
                return


def _value(viewer: Viewer, worry: Worry, said: Said, read: Reader) -> tuple[str, str]:
    """Return for which prompt of this worry an answer is kept, and what it is."""
    young_person = db.session.get_one(YoungPerson, worry.young_person_id)
    house = db.session.get_one(Organisation, young_person.organisation_id)
    asked = with_own(get_set(viewer, house.id, worry.prompt_set), worry)
    prompt = asked.get(said.prompt) or _asked_there(viewer, house.id, worry, said)
    value = read(prompt, dict(said.form or {}), said.at, house.time_zone)
    if value is None:
        raise BadAnswer(said.prompt)
    if asked.get(prompt.id) is None:
        return _as_words(asked, prompt, value, str(young_person.name).split()[0])
    return prompt.id, value


def _asked_there(viewer: Viewer, organisation_id: UUID, worry: Worry, said: Said) -> Prompt:
    """Return a prompt that the phone asked and this worry does not: another version's."""
    name = _set_name(viewer, worry.young_person_id, said.prompt_set)
    there = with_own(get_set(viewer, organisation_id, name), worry) if name else None
    prompt = there.get(said.prompt) if there is not None else None
    if prompt is None:
        raise NotFound("prompt")
    return prompt


def _as_words(asked: PromptSet, prompt: Prompt, value: str, name: str) -> tuple[str, str]:
    """Return where, and how, an answer is kept whose question this worry does not ask."""
    place = next(each for each in asked.prompts if each.kind is PromptKind.WORDS)
    question = wording.ask(prompt, current_locale(), name)
    words = ", ".join(wording.choice_words(prompt, each) for each in value.split(","))
    return place.id, f"{question} {value if prompt.kind is PromptKind.WORDS else words}"


def _keep_only(
    viewer: Viewer, worry: Worry, prompt_id: str, value: str, said: Said, now: datetime
) -> None:
    """Keep an answer that came after everything was settled: it is read, and does nothing."""
    assert viewer.person_id is not None
    same = (WorryAnswer.worry_id == worry.id, WorryAnswer.key == said.key)
    if db.session.scalar(select(WorryAnswer.id).where(*same)) is not None:
        return
    last = select(func.max(WorryAnswer.number)).where(WorryAnswer.worry_id == worry.id)
    db.session.add(
        WorryAnswer(
            worry_id=worry.id, prompt=prompt_id, value=value[:500], by_id=viewer.person_id,
            given_at=said.at, recorded_at=now, number=(db.session.scalar(last) or 0) + 1,
            key=said.key,
        )
    )  # fmt: skip
    db.session.flush()
    record(
        "worry:answered",
        viewer=viewer,
        now=now,
        subject_id=worry.young_person_id,
        object_kind="worry",
        object_id=worry.id,
        reason=prompt_id,
    )


def _known(kind: type[Kind], value: str) -> Kind:
    try:
        return kind(value)
    except ValueError:
        raise NotFound("attempt") from None
