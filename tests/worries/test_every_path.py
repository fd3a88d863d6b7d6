"""Whatever somebody answers or decides, in whatever order: a worry has a next time or an end."""

import random
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engage.danger import actions as danger
from engage.danger.rules import Thinks
from engage.db import db
from engage.episodes import actions as episodes
from engage.episodes.models import Episode
from engage.episodes.rules import STILL_OUT, EpisodeState
from engage.people.models import Organisation
from engage.web.errors import Changed
from engage.web.when import near_time
from engage.worries import actions, queries, set_actions, young_set_actions
from engage.worries.models import Worry
from engage.worries.prompt_rules import (
    DONT_KNOW,
    SKIPPED,
    BadAnswer,
    Effect,
    Prompt,
    PromptKind,
    is_danger,
)
from engage.worries.prompts import prompt_set
from engage.worries.rules import WorryState
from engage.worries.sweep_actions import sweep_worries
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS
from tests.episodes.away import due_in, seen_as, swept
from tests.page import Page, follow

MINUTE = timedelta(minutes=1)
POLICIES = ("missouri", "california", "us-federal", "england", "scotland", "plymouth")


def ours(cast: Cast) -> None:
    """The set as it comes."""


def edited(cast: Cast) -> None:
    """Some taken out, some moved, one added, as an organisation may."""
    sue = seen_as(cast.sue)
    for prompt_id in ("usual", "agreed", "you"):
        set_actions.switch_prompt(sue, prompt_id, on=False, now=NOW)
    set_actions.move_prompt_up(sue, "needs", now=NOW)
    set_actions.add_prompt(sue, PromptKind.CHOICE, "Which?", choices=("a", "b"), now=NOW)
    set_actions.publish(sue, now=NOW)


def about_her(cast: Cast) -> None:
    """Besides ours, some that are asked about Maya alone."""
    for kind in (PromptKind.YES_NO, PromptKind.WORDS):
        young_set_actions.add_young_prompt(
            seen_as(cast.sam), cast.maya, kind, {"en": f"{kind}?"}, now=NOW
        )


SETS = {"ours": ours, "edited": edited, "about her": about_her}


def values_of(prompt: Prompt, now: datetime) -> list[str]:
    """Every kind of answer to a prompt."""
    if prompt.kind is PromptKind.TIME:
        return [(now - timedelta(hours=2)).isoformat(), DONT_KNOW]
    if prompt.kind is PromptKind.WORDS:
        return ["a few words", SKIPPED]
    if prompt.kind is PromptKind.TICKS:
        return [",".join(prompt.options[:2]), "", *prompt.options]
    return [*prompt.options, DONT_KNOW, *([] if prompt.is_gate else [SKIPPED])]


def check(worry: Worry) -> None:
    """A worry about somebody who is out is looked at again; one that is over says why."""
    db.session.expire_all()
    episode = db.session.get_one(Episode, worry.episode_id)
    running = due_in(episode)
    if worry.state in (WorryState.ASKING, WorryState.WAITING):
        assert episode.state in STILL_OUT and not episode.was_missing
        assert "recheck" in running and "danger_check" in running
        assert (worry.look_again_at is not None) == (worry.state == WorryState.WAITING)
    elif worry.state == WorryState.NOT_MISSING:
        assert str(worry.reason).strip() and worry.decided_by_id and worry.decided_at
        assert episode.closed_at is not None and not running
    elif worry.state == WorryState.MISSING:
        assert episode.was_missing
        assert episode.state not in STILL_OUT or "danger_check" in running
    else:
        assert worry.state == WorryState.BACK and episode.state not in STILL_OUT


def step(chance: random.Random, cast: Cast, worry: Worry, now: datetime) -> bool:
    """Do one thing that somebody may do; say whether an answer meant danger."""
    by = seen_as(chance.choice((cast.jo, cast.olu)), now)
    page = queries.get_worry(by, worry.id, now=now)
    match chance.choice(("answer",) * 8 + ("wait", "look", "not_missing", "missing", "closed")):
        case "answer":
            prompt = chance.choice(page.prompts.prompts)
            value = chance.choice(values_of(prompt, now))
            actions.answer(
                by, worry.id, prompt.id, value, key=str(uuid4()), address=ADDRESS, now=now
            )
            return is_danger(page.prompts, {prompt.id: value})
        case "wait":
            actions.wait(by, worry.id, page.latest_look(now), reason="On the bus", now=now)
        case "look":
            thinks = chance.choice(list(Thinks))
            danger.look(by, page.episode.id, thinks, key=str(uuid4()), address=ADDRESS, now=now)
            return thinks is Thinks.YES
        case "not_missing":
            actions.say_not_missing(by, worry.id, reason="At home", now=now)
        case "missing":
            actions.say_missing(by, worry.id, address=ADDRESS, now=now)
        case "closed" if page.episode.state == EpisodeState.WORRIED:
            episodes.close(seen_as(cast.sam, now), page.episode.id, reason="Back", now=now)
    return False


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("name", SETS)
def test_no_path_leaves_a_worry_without_a_next_time_or_an_end(
    cast: Cast, name: str, seed: int
) -> None:
    SETS[name](cast)
    chance, now = random.Random(seed), NOW
    policy = POLICIES[seed % len(POLICIES)]
    db.session.get_one(Organisation, cast.organisation).policy = policy
    worry = actions.begin(seen_as(cast.jo), cast.maya, address=ADDRESS, now=now)
    db.session.commit()
    check(worry)
    for _ in range(14):
        now += chance.choice((1, 7, 40, 200)) * MINUTE
        try:
            was_danger = step(chance, cast, worry, now)
            db.session.commit()
            if was_danger:
                assert db.session.get_one(Worry, worry.id).state == WorryState.MISSING
        except (Changed, BadAnswer):
            db.session.rollback()
        swept(now)
        sweep_worries(now=now, address=ADDRESS)
        db.session.commit()
        check(worry)
        if worry.state in (WorryState.NOT_MISSING, WorryState.BACK):
            worry = actions.begin(seen_as(cast.jo, now), cast.maya, address=ADDRESS, now=now)
            db.session.commit()
            check(worry)


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("end", ["closed", "returned"])
def test_a_worry_ends_when_somebody_ends_the_time_away_elsewhere(cast: Cast, end: str) -> None:
    worry = actions.begin(seen_as(cast.jo), cast.maya, address=ADDRESS, now=NOW)
    db.session.commit()
    sam, later = seen_as(cast.sam), NOW + 10 * MINUTE
    if end == "closed":
        episodes.close(sam, worry.episode_id, reason="In bed", now=later)
    else:
        episodes.change_state(
            sam, worry.episode_id, EpisodeState.RETURNED, source="worker", address=ADDRESS,
            now=later,
        )  # fmt: skip
    db.session.commit()
    assert queries.find_open_worry(seen_as(cast.jo), cast.maya, now=later) is None
    page = queries.get_worry(seen_as(cast.jo), worry.id, now=later)
    assert not page.is_open and not page.may_answer
    sweep_worries(now=later, address=ADDRESS)
    db.session.commit()
    assert db.session.get_one(Worry, worry.id).state == WorryState.BACK
    # And the next time they are late is a worry of its own.
    again = actions.begin(seen_as(cast.jo), cast.maya, address=ADDRESS, now=later + MINUTE)
    assert again.id != worry.id and again.state == WorryState.ASKING


@pytest.mark.parametrize("name", SETS)
def test_every_answer_that_means_danger_is_one_press_from_the_call_screen(
    app: Flask, client: FlaskClient, sign_in, cast: Cast, name: str
) -> None:
    with app.app_context():
        SETS[name](cast)
        db.session.commit()
    sign_in(client, cast.jo)
    page = Page(client.get("/")).form(f"/worried/{cast.maya}").send(client)
    with app.app_context():
        worry = db.session.scalars(select(Worry)).one()
        prompts = queries.get_worry(seen_as(cast.jo), worry.id, now=NOW).prompts.prompts
    base = f"/worries/{worry.id}"
    grave = [
        (prompt.id, value)
        for prompt in prompts
        for value, effects in prompt.effects.items()
        if Effect.DANGER in effects
    ]
    assert {prompt_id for prompt_id, _ in grave} == {"danger", "harm"}
    for prompt_id, _ in grave:
        page = Page(client.get(f"{base}/ask/{prompt_id}"))
        page = follow(client, page.form(page.path).submit(client, "Yes"))
        assert page.path == f"{base}/call"
    # From every other question it is one press too, whatever the set.
    for prompt in prompts:
        page = Page(client.get(f"{base}/ask/{prompt.id}"))
        assert page.link("Danger, or report now") == f"{base}/call"


CHANGES = {
    "missouri": "America/Chicago", "california": "America/Los_Angeles",
    "us-federal": "America/New_York", "england": "Europe/London", "scotland": "Europe/London",
    "plymouth": "Europe/London",
}  # fmt: skip
HOURS = {"missouri": 2, "california": 24, "us-federal": 24}
# The moments at which the clocks change. Source: tz database, both changes of a year.
MOMENTS = {
    "America/Chicago": (datetime(2026, 11, 1, 7, tzinfo=UTC), datetime(2027, 3, 14, 8, tzinfo=UTC)),
    "America/Los_Angeles": (
        datetime(2026, 11, 1, 9, tzinfo=UTC), datetime(2027, 3, 14, 10, tzinfo=UTC)
    ),
    "America/New_York": (
        datetime(2026, 11, 1, 6, tzinfo=UTC), datetime(2027, 3, 14, 7, tzinfo=UTC)
    ),
    "Europe/London": (datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2027, 3, 28, 1, tzinfo=UTC)),
}  # fmt: skip


@pytest.mark.parametrize("policy", POLICIES)
def test_the_clock_shown_is_the_strictest_rule_when_the_clocks_change(
    app: Flask, client: FlaskClient, sign_in, cast: Cast, policy: str
) -> None:
    """Durations are real time: an hour that comes twice counts twice. Source: SAFETY R12."""
    zone = CHANGES[policy]
    for moment in MOMENTS[zone]:
        before, after = (at.astimezone(ZoneInfo(zone)) for at in (moment - MINUTE, moment))
        assert before.utcoffset() != after.utcoffset()
        for minutes in (-95, -1, 0, 31):
            now = moment + minutes * MINUTE
            with app.app_context():
                house = db.session.get_one(Organisation, cast.organisation)
                house.policy, house.time_zone = policy, zone
                worry = actions.begin(seen_as(cast.jo, now), cast.maya, address=ADDRESS, now=now)
                db.session.commit()
                page = queries.get_worry(seen_as(cast.jo, now), worry.id, now=now)
                hours = HOURS.get(policy)
                due = page.due.due_at if page.due else None
                assert due == (now + timedelta(hours=hours) if hours else None)
                shown = near_time(due, now, zone) if due else "the report is due at once"
                if due:
                    assert due.astimezone(ZoneInfo(zone)).strftime("%H:%M") in shown
                actions.say_not_missing(seen_as(cast.jo, now), worry.id, reason="Home", now=now)
                db.session.commit()
    with time_machine.travel(now, tick=False):
        sign_in(client, cast.jo)
        page = Page(client.get("/")).form(f"/worried/{cast.maya}").send(client)
        assert shown in page


def test_the_sets_here_are_all_that_ship() -> None:
    """A new version of our prompts is walked too."""
    from engage.worries.prompts import VERSIONS

    assert (prompt_set().version,) == VERSIONS
