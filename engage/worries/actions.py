"""Being worried: beginning, answering, trying to reach people, and deciding by name."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from engage.audit.actions import record
from engage.db import begin_write, db
from engage.episodes import actions as episodes
from engage.episodes.clock_actions import look_sooner, promise_to_look
from engage.episodes.models import Episode
from engage.episodes.rules import STILL_OUT, EpisodeState, Event
from engage.people.access import Object, Verb, Viewer, require
from engage.people.circumstance_actions import note_danger
from engage.people.models import YoungPerson
from engage.web.errors import Changed, NotFound
from engage.worries import queries
from engage.worries.calling import ask_for_call
from engage.worries.deciding import decide
from engage.worries.endings import find_running, settle
from engage.worries.looks import take_looks
from engage.worries.models import Attempt, Outcome, Reached, Worry, WorryAnswer
from engage.worries.prompt_rules import (
    DONT_KNOW,
    SKIPPED,
    Effect,
    Prompt,
    PromptKind,
    PromptSet,
    checked,
)
from engage.worries.reading import source_of
from engage.worries.rules import OPEN_STATES, WorryState, tidy_reason, wait_problem
from engage.worries.set_queries import get_set, newest_set
from engage.worries.young_sets import newest_number, with_own

FACTS = {
    Effect.HEALTH: "health_need",
    Effect.EXPLOITATION: "exploitation",
    Effect.MADE_TO_GO: "taken_suspected",
    Effect.DANGER: "in_danger",
}


class TooLongToWait(ValueError):
    """Nobody may leave it that long; `latest` is until when they may."""

    def __init__(self, latest: datetime):
        super().__init__("too long to wait")
        self.latest = latest


class NeedsReason(ValueError):
    """Saying that they are not missing wants a reason."""


def begin(
    viewer: Viewer,
    young_person_id: UUID,
    *,
    address: str,
    now: datetime,
    since: datetime | None = None,
    prompt_set: str = "",
) -> Worry:
    """Begin to be worried: the clocks start at this moment. Everybody around shares one worry.

    Joins the worry that is open, and the episode from which they have not come back. `since`: when
    it began on a phone without a signal, from which the clocks count; `prompt_set`: what was asked
    there.
    """
    require(viewer, Verb.CREATE, Object.PROMPT_ANSWERS, young_person_id, now=now)
    begin_write(db.session)
    young_person = db.session.get_one(YoungPerson, young_person_id, with_for_update=True)
    settle(young_person_id, now=now)
    running = find_running(young_person_id)
    if running is not None:
        return running
    episode = db.session.scalar(
        select(Episode).where(
            Episode.young_person_id == young_person_id, Episode.state.in_(STILL_OUT)
        )
    )
    if episode is None:
        episode = episodes.open_episode(
            viewer,
            young_person_id,
            state=EpisodeState.WORRIED,
            source=source_of(viewer),
            address=address,
            now=now,
            times=dict.fromkeys((Event.DISCOVERED, Event.INFORMATION_RECEIVED), since or now),
        )
    assert viewer.person_id is not None
    worry = Worry(
        young_person_id=young_person_id,
        episode_id=episode.id,
        prompt_set=prompt_set or newest_set(viewer, young_person.organisation_id),
        young_set=newest_number(young_person_id),
        # Nobody decides anew whether somebody counts as missing who does already.
        state=WorryState.MISSING if episode.was_missing else WorryState.ASKING,
        opened_by_id=viewer.person_id,
        opened_at=now,
    )
    db.session.add(worry)
    db.session.flush()
    _note("worry:begun", worry, viewer, now)
    return worry


def answer(
    viewer: Viewer,
    worry_id: UUID,
    prompt_id: str,
    value: str,
    *,
    key: str,
    address: str,
    now: datetime,
    given_at: datetime | None = None,
    earliest: datetime | None = None,
) -> Prompt:
    """Keep somebody's answer to a prompt, and do at once what it means.

    `value`: what was pressed (several with commas), words, or an ISO time in UTC. `given_at`:
    when the phone took it, if that was offline; never later than now nor before `earliest`, which
    is the beginning of the worry unless said. The same `key` again changes nothing. Raises
    BadAnswer, Changed (it is over), NotFound.
    """
    worry, prompts = _open(viewer, worry_id, now)
    prompt = prompts.get(prompt_id)
    if prompt is None:
        raise NotFound("prompt")
    if worry.state in (WorryState.NOT_MISSING, WorryState.BACK):
        raise Changed("worry")
    value = checked(prompt, value)
    assert viewer.person_id is not None
    last = select(func.max(WorryAnswer.number)).where(WorryAnswer.worry_id == worry_id)
    row = WorryAnswer(
        worry_id=worry_id,
        prompt=prompt_id,
        value=value,
        by_id=viewer.person_id,
        given_at=max(min(given_at or now, now), earliest or worry.opened_at),
        recorded_at=now,
        number=(db.session.scalar(last) or 0) + 1,
        key=key,
    )
    if _has(WorryAnswer, worry_id, key):
        return prompt
    db.session.add(row)
    db.session.flush()
    _note("worry:answered", worry, viewer, now, prompt_id)
    _do(viewer, worry, prompt, value, address, now, row.given_at)
    return prompt


def note_attempt(
    viewer: Viewer,
    worry_id: UUID,
    *,
    how: Attempt,
    outcome: Outcome,
    key: str,
    now: datetime,
    person_id: UUID | None = None,
    named: str = "",
    at: datetime | None = None,
) -> None:
    """Note that somebody tried to reach a person, and what came of it; once for each `key`.

    `at`: when that was, if a phone without a signal kept it.
    """
    worry, _ = _open(viewer, worry_id, now)
    if _has(Reached, worry_id, key):
        return
    assert viewer.person_id is not None
    db.session.add(
        Reached(
            worry_id=worry_id, person_id=person_id, named=named or None, how=how,
            outcome=outcome, by_id=viewer.person_id, at=min(at or now, now), key=key,
        )
    )  # fmt: skip
    db.session.flush()
    _note("worry:attempt_noted", worry, viewer, now, str(outcome))


def wait(
    viewer: Viewer,
    worry_id: UUID,
    at: datetime,
    *,
    reason: str,
    now: datetime,
    given_at: datetime | None = None,
    key: str = "",
) -> datetime:
    """Decide that they are not missing yet, and to look again at a time (UTC): by name, with a
    reason. Returns when somebody is asked again. Raises TooLongToWait, NeedsReason, Changed.

    `given_at`: when a phone without a signal took it. If its time to look again has passed
    meanwhile, somebody is asked now, and nothing that asked before stops.
    """
    worry, _ = _open(viewer, worry_id, now, deciding=True)
    page = queries.get_worry(viewer, worry_id, now=now)
    given_at, reason = given_at or now, tidy_reason(reason)
    if not reason:
        raise NeedsReason
    if wait_problem(at, page.circumstances, given_at):
        raise TooLongToWait(page.latest_look(given_at))
    episode = db.session.get_one(Episode, worry.episode_id)
    if at > now:
        at = promise_to_look(viewer, worry.episode_id, at, now=now)
        take_looks(viewer, episode, now=now)
    else:
        look_sooner(viewer, episode, "recheck", now, now=now)
    worry.look_again_at = at
    decide(viewer, worry, WorryState.WAITING, reason, now=now, at=given_at, key=key, look_at=at)
    return at


def say_not_missing(
    viewer: Viewer,
    worry_id: UUID,
    *,
    reason: str,
    now: datetime,
    given_at: datetime | None = None,
    key: str = "",
) -> None:
    """Decide that they are not missing: back, or known to be safe. By name, with a reason.

    `given_at`: when a phone without a signal took it. Raises NeedsReason, Changed when somebody
    decided otherwise meanwhile.
    """
    worry, _ = _open(viewer, worry_id, now, deciding=True)
    reason = tidy_reason(reason)
    if not reason:
        raise NeedsReason
    episode = db.session.get_one(Episode, worry.episode_id)
    if episode.was_missing:
        raise Changed("missing")
    episodes.close(viewer, worry.episode_id, reason=reason, now=now)
    decide(viewer, worry, WorryState.NOT_MISSING, reason, now=now, at=given_at, key=key)
    worry.look_again_at = None


def say_missing(
    viewer: Viewer,
    worry_id: UUID,
    *,
    address: str,
    now: datetime,
    reason: str = "",
    given_at: datetime | None = None,
    key: str = "",
) -> None:
    """Decide that they are missing: everybody who must know hears of it now.

    `given_at`: when a phone without a signal took it.
    """
    worry, _ = _open(viewer, worry_id, now, deciding=True)
    _count_as_missing(viewer, worry, address, now, reason, given_at=given_at, key=key)


def note_missing(viewer: Viewer, episode_id: UUID, *, now: datetime) -> UUID | None:
    """Let the worry of an episode follow it: they count as missing now. Returns the worry.

    For callers that changed the episode, in the same transaction; None where nobody asked yet.
    """
    worry = db.session.scalar(
        select(Worry)
        .where(Worry.episode_id == episode_id)
        .order_by(Worry.opened_at.desc())
        .limit(1)
        .with_for_update()
    )
    if worry is None:
        return None
    if worry.state in OPEN_STATES:
        decide(viewer, worry, WorryState.MISSING, "", now=now)
        worry.look_again_at = None
    return worry.id


def _count_as_missing(
    viewer: Viewer,
    worry: Worry,
    address: str,
    now: datetime,
    reason: str = "",
    *,
    given_at: datetime | None = None,
    key: str = "",
) -> None:
    episode = db.session.get_one(Episode, worry.episode_id)
    if not episode.was_missing:
        episodes.change_state(
            viewer,
            worry.episode_id,
            EpisodeState.MISSING,
            source=source_of(viewer),
            address=address,
            now=now,
            reason=reason or None,
        )
    decide(viewer, worry, WorryState.MISSING, reason, now=now, at=given_at, key=key)
    worry.look_again_at = None


def _open(
    viewer: Viewer, worry_id: UUID, now: datetime, *, deciding: bool = False
) -> tuple[Worry, PromptSet]:
    """Return a worry that this viewer may add to, locked until the transaction ends."""
    begin_write(db.session)
    worry = db.session.get(Worry, worry_id, with_for_update=True, populate_existing=True)
    if worry is None:
        raise NotFound("worry")
    require(viewer, Verb.CREATE, Object.PROMPT_ANSWERS, worry.young_person_id, now=now)
    if deciding and worry.state not in OPEN_STATES:
        raise Changed("worry")
    young_person = db.session.get_one(YoungPerson, worry.young_person_id)
    prompts = get_set(viewer, young_person.organisation_id, worry.prompt_set)
    return worry, with_own(prompts, worry)


def _has(table: type[WorryAnswer] | type[Reached], worry_id: UUID, key: str) -> bool:
    found = select(table.id).where(table.worry_id == worry_id, table.key == key)
    return db.session.scalar(found) is not None


def _do(
    viewer: Viewer,
    worry: Worry,
    prompt: Prompt,
    value: str,
    address: str,
    now: datetime,
    given_at: datetime,
) -> None:
    """Do what an answer means besides being kept."""
    effects = {each for said in value.split(",") for each in prompt.effects.get(said, ())}
    facts = [FACTS[each] for each in effects if each in FACTS]
    if facts:
        episodes.note_facts(viewer, worry.episode_id, facts, now=now)
    if Effect.DANGER in effects:
        note_danger(viewer, worry.young_person_id, now=now, about_id=worry.episode_id)
        _count_as_missing(viewer, worry, address, now, given_at=given_at)
    if prompt.kind is PromptKind.TIME and value not in (DONT_KNOW, SKIPPED):
        episodes.set_time(
            viewer, worry.episode_id, Event.EXPECTED_BACK, datetime.fromisoformat(value),
            source=source_of(viewer), now=now,
        )  # fmt: skip
    if Effect.CALL_ME in effects:
        ask_for_call(viewer, worry, address=address, now=now)


def _note(
    verb: str, worry: Worry, viewer: Viewer, now: datetime, reason: str | None = None
) -> None:
    record(
        verb,
        viewer=viewer,
        now=now,
        subject_id=worry.young_person_id,
        object_kind="worry",
        object_id=worry.id,
        reason=reason,
    )
