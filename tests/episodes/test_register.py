"""Who is missing right now, held against a recount of what was written down."""

import dataclasses
import random
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, text

from engage.crypto import seal
from engage.db import db
from engage.episodes.models import Episode, EpisodeChange
from engage.episodes.register_queries import (
    MOST_COUNTED,
    count_missing,
    count_out,
    register,
)
from engage.episodes.register_rules import read_mark
from engage.episodes.rules import MAY_BECOME, STILL_OUT, EpisodeState
from engage.oversight.check_queries import missing_now
from engage.people.models import Person
from engage.policy import queries as packs
from tests.cast import LONG_AGO, NOW, Cast
from tests.episodes.away import S, opened, seen_as

HISTORIES = 10_000
AT_ONCE = 2_500


def test_the_register_equals_a_recount_of_ten_thousand_random_histories(
    inside: None, cast: Cast
) -> None:
    """Recounted with nothing but the raw rows of changes: neither our models nor our rules."""
    teams = (cast.team, None)
    people = [
        {"id": (one := uuid4()), "kind": "young_person", "organisation_id": cast.organisation,
         "name": seal("Somebody", "people.name", one), "created_at": LONG_AGO, "locale": "en",
         "reply_policy": "neutral", "word_needed": False, "team_id": teams[n % 2]}
        for n in range(HISTORIES)
    ]  # fmt: skip
    episodes: list[dict[str, object]] = []
    changes: list[dict[str, object]] = []
    dice = random.Random(20261122)
    for person in people:
        for episode, walked in history(dice, person["id"], cast):
            episodes.append(episode)
            changes += walked
    for table, rows in ((Person, people), (Episode, episodes), (EpisodeChange, changes)):
        for start in range(0, len(rows), AT_ONCE):
            db.session.execute(insert(table.__table__), rows[start : start + AT_ONCE])
    db.session.commit()
    truth, theirs = recount(), {plain(p["id"]) for p in people if p["team_id"]}
    assert len(episodes) > HISTORIES and len(truth) > 1_000

    # Sue supervises one of the two teams.
    sue = seen_as(cast.sue)
    seen = list(everybody(sue))
    wanted = {each for each in map(plain, truth) if each in theirs}
    assert len(seen) == len(set(seen))
    assert {plain(each) for each in seen} == wanted
    # Counted as far as anybody would read on; the list itself goes on.
    assert sum(count_out(sue, now=NOW).values()) == min(len(everyone_out(theirs)), MOST_COUNTED)
    assert len(missing_now(sue, now=NOW)) == len(wanted)


def history(
    dice: random.Random, person_id: object, cast: Cast
) -> Iterator[tuple[dict[str, object], list[dict[str, object]]]]:
    """Walk at random through what may become of somebody; the next episode after the return."""
    at = LONG_AGO
    for _ in range(dice.randint(1, 3)):
        one = uuid4()
        state = dice.choice(sorted(STILL_OUT))
        walked = []
        for number in range(1, dice.randint(1, 6) + 1):
            at += timedelta(minutes=dice.randint(0, 3_000))
            walked.append(
                {"id": uuid4(), "episode_id": one, "state": state, "at": at, "source": "worker",
                 "recorded_at": at, "number": number}
            )  # fmt: skip
            following = sorted(MAY_BECOME[EpisodeState(state)])
            if not following:
                break
            state = dice.choice(following)
        last = walked[-1]["state"]
        yield (
            {"id": one, "young_person_id": person_id, "organisation_id": cast.organisation,
             "state": last, "kind": "not_known", "opened_at": walked[0]["at"],
             "owner_id": cast.sam, "packs": [], "rules": [], "facts": [], "was_missing": True,
             "next_due_at": at if last in STILL_OUT else None},
            walked,
        )  # fmt: skip
        if last in STILL_OUT:
            return


def recount() -> set[str]:
    """Return who is missing by the last change of each episode, in words of ACIN I-14-19."""
    last: dict[str, tuple[int, str]] = {}
    rows = db.session.execute(text("SELECT episode_id, number, state FROM episode_changes"))
    for episode_id, number, state in rows:
        if number > last.get(str(episode_id), (0, ""))[0]:
            last[str(episode_id)] = (number, state)
    gone = ("missing", "away", "in_touch", "ready_to_return", "returning")
    whose = {
        str(row[0]): str(row[1])
        for row in db.session.execute(text("SELECT id, young_person_id FROM episodes"))
    }
    return {whose[episode] for episode, (_, state) in last.items() if state in gone}


def everyone_out(of: set[str]) -> set[str]:
    """Return those of a team who are not back, the late ones too."""
    gone = {str(each) for each in STILL_OUT}
    rows = db.session.execute(text("SELECT young_person_id, state FROM episodes"))
    return {plain(one) for one, state in rows if state in gone} & of


def plain(one: object) -> str:
    return str(one).replace("-", "")


def everybody(viewer) -> Iterator[UUID]:
    """Go through every page of the register."""
    mark = None
    while page := register(viewer, now=NOW, after=mark, limit=1_000):
        yield from (line.young_person.id for line in page)
        mark = read_mark(page[-1].mark)
        assert mark is not None


def test_pages_go_on_where_the_last_one_ended_also_at_the_same_instant(
    inside: None, cast: Cast
) -> None:
    people = [
        {"id": (one := uuid4()), "kind": "young_person", "organisation_id": cast.organisation,
         "name": seal("S", "people.name", one), "created_at": LONG_AGO, "locale": "en",
         "reply_policy": "neutral", "word_needed": False, "team_id": cast.team}
        for _ in range(25)
    ]  # fmt: skip
    db.session.execute(insert(Person.__table__), people)
    db.session.execute(
        insert(Episode.__table__),
        [
            {"id": uuid4(), "young_person_id": p["id"], "organisation_id": cast.organisation,
             "state": "missing", "kind": "not_known", "opened_at": NOW, "owner_id": cast.sam,
             "packs": [], "rules": [], "facts": [], "was_missing": True, "next_due_at": NOW}
            for p in people
        ],
    )  # fmt: skip
    db.session.commit()
    sue, seen, mark = seen_as(cast.sue), [], None
    for _ in range(9):
        page = register(sue, now=NOW, after=mark, limit=10)
        seen += [line.young_person.id for line in page]
        mark = read_mark(page[-1].mark) if page else mark
    assert len(seen) == len(set(seen)) == 25
    assert register(sue, now=NOW, after=mark) == []


@pytest.mark.parametrize("text", ["", "x~y", "2026-11-22T18:00:00~" + "0" * 32, "~" + "0" * 32])
def test_a_mark_that_is_none_begins_anew(text: str) -> None:
    assert read_mark(text) is None


def test_somebody_for_whom_a_pack_has_no_rule_is_on_the_register_and_overdue(
    inside: None, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A local pack may forget a state; nobody falls off the list for that."""
    empty = dataclasses.replace(packs.pack("england"), clocks=())
    monkeypatch.setattr("engage.episodes.actions.pack", lambda _name: empty)
    episode = opened(cast, S.MISSING, policy="england")
    found = db.session.get_one(Episode, episode.id)
    assert found.next_due_at == found.opened_at == NOW and found.owner_id == cast.sam
    (line,) = register(seen_as(cast.sam), now=NOW + timedelta(hours=1))
    assert line.young_person.id == cast.maya and line.next_due is None
    assert count_missing(seen_as(cast.sam), now=NOW) == 1


def test_strangers_count_nobody(inside: None, cast: Cast) -> None:
    opened(cast)
    for who in cast.strangers.values():
        viewer = seen_as(who)
        assert register(viewer, now=NOW) == [] and count_out(viewer, now=NOW) == {}
        assert missing_now(viewer, now=NOW) == []
