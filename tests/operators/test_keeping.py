"""Words about a young person go when their time is over, as their pack says; never while an
episode is open; and what happened can still be counted afterwards."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import time_machine
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from engage.agreed.models import AgreedTime, ExpectedCheckIn
from engage.audit.models import AuditEntry
from engage.checkins.models import CheckIn
from engage.checkins.rules import Kind
from engage.circle.models import ImportantPerson
from engage.cli import main
from engage.db import db
from engage.episodes.models import Episode, EpisodeChange, EpisodeTime
from engage.messaging.models import InboundMessage, Message
from engage.operators import forgetting, keeping
from engage.people.models import Organisation
from engage.people.rules import DisclosureReason
from engage.people.sharing_models import Disclosure
from engage.policy import queries as policies
from engage.policy.keeping_rules import (
    COUNTED_OTHERWISE,
    DEFAULT_DAYS,
    LONGEST_DAYS,
    Kept,
    build_keeping,
    keeping_faults,
)
from tests.agreed.expecting import agreed
from tests.cast import NOW, Cast
from tests.checkins.texting import own_number, phone_of, text
from tests.episodes.away import S, become, opened

DAY = timedelta(days=1)
YEARS = NOW + 8 * 365 * DAY


@pytest.fixture
def inside(app, cast: Cast):
    with app.app_context():
        own_number(cast)
        yield cast


def erase_all(now: datetime) -> dict[Kept, int]:
    done = {kind: keeping.erase(kind, now=now) for kind in Kept}
    db.session.commit()
    db.session.expire_all()
    return done


def close_by_hand(episode: Episode, at: datetime) -> None:
    """What is owed after a return is somebody else's test."""
    row = db.session.get_one(Episode, episode.id)
    row.state, row.closed_at = S.CLOSED, at
    db.session.commit()


def check_in(of: UUID | None = None) -> CheckIn:
    wanted = select(CheckIn).order_by(CheckIn.received_at.desc())
    if of is not None:
        wanted = wanted.where(CheckIn.young_person_id == of)
    found = db.session.scalars(wanted.execution_options(populate_existing=True)).first()
    assert found is not None
    return found


def note_words(cast: Cast, of: UUID, now: datetime = NOW) -> None:
    text(phone_of(of), "im ok, at grans", now=now)
    row = check_in(of)
    row.note, row.place = "At grans", "Elm Road"
    db.session.commit()


def test_a_place_goes_first_then_the_words_and_the_fact_stays(inside: Cast) -> None:
    note_words(inside, inside.maya)
    erase_all(NOW + 29 * DAY)
    assert (check_in().note, check_in().place) == ("At grans", "Elm Road")
    erase_all(NOW + 31 * DAY)
    assert (check_in().note, check_in().place) == ("At grans", None)
    erase_all(NOW + 91 * DAY)
    row = check_in()
    assert (row.note, row.place) == (None, None)
    assert (row.kind, row.young_person_id, row.received_at) == (Kind.FREE, inside.maya, NOW)


def test_the_bodies_of_texts_go_both_ways(inside: Cast) -> None:
    note_words(inside, inside.maya)
    assert [m.body for m in db.session.scalars(select(InboundMessage))] == ["im ok, at grans"]
    erase_all(NOW + 91 * DAY)
    bodies = [m.body for m in db.session.scalars(select(InboundMessage))]
    bodies += [m.params for m in db.session.scalars(select(Message))]
    assert bodies and set(bodies) == {None}


def test_nothing_goes_while_an_episode_is_open_and_all_of_it_when_it_was_closed_long_ago(
    inside: Cast,
) -> None:
    note_words(inside, inside.maya)
    episode = opened(inside)
    erase_all(YEARS)
    assert (check_in().note, check_in().place) == ("At grans", "Elm Road")
    assert {m.body for m in db.session.scalars(select(InboundMessage))} == {"im ok, at grans"}
    become(inside, episode, S.RETURNED, NOW + DAY)
    erase_all(YEARS)
    assert check_in().place == "Elm Road", "back is not closed"
    close_by_hand(episode, YEARS)
    erase_all(YEARS + 29 * DAY)
    assert check_in().place == "Elm Road", "it counts from when the episode was closed"
    erase_all(YEARS + 31 * DAY)
    assert (check_in().place, check_in().note) == (None, "At grans")
    erase_all(YEARS + 91 * DAY)
    assert check_in().note is None


def test_one_persons_open_episode_keeps_nothing_of_another(inside: Cast) -> None:
    note_words(inside, inside.maya)
    note_words(inside, inside.kit)
    opened(inside)
    erase_all(NOW + 91 * DAY)
    assert check_in(inside.maya).note == "At grans"
    assert check_in(inside.kit).note is None
    assert keeping.count_open_episodes() == 1


def test_the_reasons_of_an_episode_go_and_its_states_and_times_stay(inside: Cast) -> None:
    episode = opened(inside)
    for table in (EpisodeChange, EpisodeTime):
        row = db.session.scalars(select(table).where(table.episode_id == episode.id)).first()
        assert row is not None
        row.reason = "She said so to Jo"
    become(inside, episode, S.RETURNED, NOW + DAY)
    close_by_hand(episode, NOW + 2 * DAY)
    before = [db.session.scalar(select(func.count()).select_from(t)) for t in (
        Episode, EpisodeChange, EpisodeTime)]  # fmt: skip
    done = erase_all(NOW + 183 * DAY)
    assert done[Kept.EPISODES] == 2
    rows = [*db.session.scalars(select(EpisodeChange)), *db.session.scalars(select(EpisodeTime))]
    assert {row.reason for row in rows} == {None}
    assert before == [db.session.scalar(select(func.count()).select_from(t)) for t in (
        Episode, EpisodeChange, EpisodeTime)]  # fmt: skip


def test_agreed_times_go_a_year_after_they_ended_and_those_that_hold_stay(inside: Cast) -> None:
    from engage.agreed import actions as times

    ended, holds = agreed(inside), agreed(inside)
    times.end(inside.viewer(inside.sam), ended.id, now=NOW + DAY)
    db.session.commit()
    ended_id, holds_id = ended.id, holds.id
    erase_all(NOW + 364 * DAY)
    assert db.session.get(AgreedTime, ended_id) is not None
    erase_all(NOW + 367 * DAY)
    assert db.session.get(AgreedTime, ended_id) is None
    assert db.session.get(AgreedTime, holds_id) is not None
    owners = set(db.session.scalars(select(ExpectedCheckIn.agreed_time_id)))
    assert owners == {holds_id}, "what is still expected is never erased"


def test_what_takes_the_place_of_another_time_keeps_it_as_long_as_itself(inside: Cast) -> None:
    from engage.agreed import actions as times

    old = agreed(inside)
    new = times.propose(
        inside.viewer(inside.sam), inside.maya, keeping_proposal(), said_aloud=True, replaces=old,
        now=NOW + DAY,
    )  # fmt: skip
    db.session.commit()
    old_id, new_id = old.id, new.id
    erase_all(NOW + 2 * 365 * DAY)
    assert db.session.get(AgreedTime, old_id) is not None
    assert db.session.get(AgreedTime, new_id) is not None


def keeping_proposal():
    from engage.agreed.rules import Proposal, Repeat

    return Proposal(Repeat.WEEKLY, frozenset({5}), "21:00")


def important(cast: Cast, removed_at: datetime | None) -> UUID:
    person = ImportantPerson(
        young_person_id=cast.maya, tie="friend", name="Bo", may_call="yes", added_by_id=cast.maya,
        added_at=NOW, changed_at=NOW, removed_at=removed_at,
    )  # fmt: skip
    db.session.add(person)
    db.session.commit()
    return person.id


def test_important_people_go_after_they_were_taken_out_and_not_before(inside: Cast) -> None:
    stays, goes = important(inside, None), important(inside, NOW)
    erase_all(NOW + 89 * DAY)
    assert db.session.get(ImportantPerson, goes) is not None
    erase_all(NOW + 91 * DAY)
    assert db.session.get(ImportantPerson, goes) is None
    assert db.session.get(ImportantPerson, stays) is not None


def test_what_was_told_without_a_yes_is_kept_as_long_as_the_audit(inside: Cast) -> None:
    told = Disclosure(
        young_person_id=inside.maya, sections=["safe"], reason_code=next(iter(DisclosureReason)),
        reason="In danger", told_to="The night desk", made_by_id=inside.sam, made_at=NOW,
    )  # fmt: skip
    db.session.add(told)
    db.session.commit()
    told_id = told.id
    erase_all(NOW + 6 * 365 * DAY)
    assert db.session.get(Disclosure, told_id) is not None
    erase_all(YEARS)
    assert db.session.get(Disclosure, told_id) is None


def test_the_audit_stays_and_says_that_something_was_erased(inside: Cast) -> None:
    note_words(inside, inside.maya)
    before = db.session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    done = erase_all(YEARS)
    lines = list(db.session.scalars(
        select(AuditEntry).where(AuditEntry.verb == "retention:erased")
    ))  # fmt: skip
    after = db.session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    assert after == before + len(lines)
    assert len(lines) == sum(1 for count in done.values() if count)
    assert "places: 1" in {line.reason for line in lines}
    assert erase_all(YEARS) == dict.fromkeys(Kept, 0), "a second run finds nothing"
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == after


def test_texts_of_nobody_we_know_go_and_those_of_somebody_are_left_to_their_pack(
    inside: Cast,
) -> None:
    note_words(inside, inside.maya)
    text("+447700900999", "who is this", now=NOW)
    opened(inside)
    forgetting.forget_texts_of_nobody(now=NOW + 91 * DAY)
    db.session.commit()
    db.session.expire_all()
    bodies = {row.phone_index: row.body for row in db.session.scalars(select(InboundMessage))}
    assert sorted(map(str, bodies.values())) == ["None", "im ok, at grans"]


def test_a_pack_of_an_organisation_says_how_long(
    inside: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shorter.toml").write_text(
        'title = "Shorter"\nextends = "england"\nversion = 2026-11-22\n'
        "[keep_days]\nplaces = 3\ncheck_ins = 7\ntexts = 5\n"
    )
    assert policies.check(str(tmp_path)) == []
    monkeypatch.setitem(policies._local, "directory", str(tmp_path))
    db.session.get_one(Organisation, inside.organisation).policy = "shorter"
    note_words(inside, inside.maya)
    erase_all(NOW + 4 * DAY)
    assert (check_in().place, check_in().note) == (None, "At grans")
    erase_all(NOW + 8 * DAY)
    assert check_in().note is None
    other = keeping.periods()[inside.other_organisation]
    assert other[Kept.CHECK_INS] == 90 * DAY


def test_every_pack_says_or_takes_over_how_long_everything_is_kept() -> None:
    for name in policies.names():
        kept = policies.pack(name).keep
        assert set(kept) == set(Kept)
        others = [kept[kind] for kind in Kept if kind not in COUNTED_OTHERWISE]
        assert kept[Kept.PLACES] <= kept[Kept.TEXTS] <= min(others), "Source: MISSION C66"


@pytest.mark.parametrize(
    ("data", "at"),
    [
        ({"plases": 3}, "plases"),
        ({"texts": 0}, "texts"),
        ({"texts": "90"}, "texts"),
        ({"texts": True}, "texts"),
        ({"disclosures": LONGEST_DAYS + 1}, "disclosures"),
        ({"places": 91}, "places"),
        ({"texts": 365}, "texts"),
        ({"check_ins": 10, "texts": 20}, "texts"),
        ([90], ""),
    ],
)
def test_a_period_that_cannot_be_is_named(data: object, at: str) -> None:
    assert [name for name, _ in keeping_faults(data)] == [at]


@given(st.dictionaries(st.sampled_from(list(Kept)), st.integers(1, LONGEST_DAYS)))
def test_a_narrower_pack_changes_only_what_it_names(days: dict[Kept, int]) -> None:
    base = build_keeping({Kept.WORRIES: 11}, None)
    found = build_keeping(days, base)
    for kind in Kept:
        expected = days.get(kind, 11 if kind is Kept.WORRIES else DEFAULT_DAYS[kind])
        assert found[kind] == timedelta(days=expected)


@pytest.fixture
def run(app):
    """Type a command against the app."""

    def type_in(*words: str) -> str:
        done = CliRunner().invoke(main, list(words), obj=lambda: app)
        assert done.exit_code == 0, (done.output, done.exception)
        return done.output

    return type_in


def test_a_dry_run_says_what_would_go_and_changes_nothing(app, cast: Cast, run) -> None:
    with app.app_context():
        own_number(cast)
        for of in (cast.maya, cast.kit):
            note_words(cast, of)
        opened(cast)
    with time_machine.travel(NOW + 91 * DAY, tick=False):
        said = run("retention", "run", "--dry-run").splitlines()
        assert "places somebody shared, past their time: 1" in said
        assert "young people with an open episode, left alone: 1" in said
        assert said[-1] == "Nothing was changed."
        with app.app_context():
            assert check_in(cast.kit).place == "Elm Road"
        done = run("retention", "run").splitlines()
        with app.app_context():
            assert check_in(cast.kit).place is None
            assert check_in(cast.maya).place == "Elm Road"
    assert "places somebody shared, past their time: 1" in done
    assert "Nothing was changed." not in done


def test_the_periods_can_be_read_by_an_operator(app, cast: Cast, run) -> None:
    said = run("retention", "periods").splitlines()
    assert f"{cast.organisation} places: 30 days" in said
    assert len(said) == 2 * len(Kept)
