"""Saying who was told: one act each, nothing overwritten, and clocks that end with it."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from engage.audit.models import AuditEntry
from engage.db import db
from engage.episodes import actions as episodes
from engage.episodes.actions import NotYet, close
from engage.episodes.models import Episode, EpisodeClock
from engage.episodes.notice_rules import NoticeState
from engage.episodes.reading import known_times
from engage.episodes.rules import EpisodeState, Event, Obstacle
from engage.evidence.actions import (
    BadTelling,
    NeedsReason,
    leave_out,
    look_at,
    note_follow_up,
    note_refused,
    note_told,
)
from engage.evidence.models import NoticeFact
from engage.evidence.queries import gaps, get_notice, told
from engage.evidence.rules import Field, LeftOut
from engage.policy.clock_rules import as_data, build_clock
from engage.web.errors import Changed, NotFound
from tests.cast import NOW, Cast
from tests.episodes.away import become, clocks, due_in, opened
from tests.evidence.telling import ENOUGH, as_seen, known, notices, tell, tell_all
from tests.sealing import is_sealed

HOUR = timedelta(hours=1)
S = EpisodeState
pytestmark = pytest.mark.usefixtures("inside")


def states(episode: Episode, phase: str = "missing") -> dict[str, str]:
    return {to: str(row.state) for to, row in notices(episode, phase).items()}


def test_those_who_must_hear_appear_with_the_episode(cast: Cast) -> None:
    episode = opened(cast)
    assert set(notices(episode)) == {
        "missing:police", "missing:ncmec", "missing:listed_people", "missing:juvenile_officer",
    }  # fmt: skip
    become(cast, episode, S.AWAY)
    assert len(notices(episode)) == 4  # once each, whatever changes
    become(cast, episode, S.RETURNED, NOW + HOUR)
    back = notices(episode, "returned")
    assert {"police", "ncmec", "school", "warrants", "staffings"} <= set(back)
    assert all(row.state == NoticeState.OPEN for row in back.values())


def test_a_clock_that_runs_from_the_first_worry_shows_whom_to_tell(cast: Cast) -> None:
    """MISSION, the second thing: kind questions must not hide a clock."""
    worried = opened(cast, S.WORRIED)
    assert set(states(worried)) == {"police", "ncmec"}


def test_in_england_nobody_has_to_be_told_of_a_worry(cast: Cast) -> None:
    episode = opened(cast, S.WORRIED, policy="england")
    assert states(episode) == {}
    become(cast, episode, S.MISSING)
    assert set(states(episode)) == {"police", "parents", "placing_authority", "host_authority"}


def test_a_fact_brings_somebody_onto_the_list(cast: Cast) -> None:
    episode = opened(cast, policy="california")
    assert "task_force" not in states(episode)
    episodes.note_facts(as_seen(cast.sam), episode.id, ["exploitation"], now=NOW)
    assert states(episode)["task_force"] == NoticeState.OPEN


def test_telling_the_police_is_the_time_of_the_report_and_starts_the_next_clock(
    cast: Cast,
) -> None:
    episode = opened(cast)
    tell(cast, episode, notices(episode)["missing:police"], now=NOW + HOUR, at=NOW + HOUR / 2)
    assert known_times(episode.id)[Event.REPORT_MADE].at == NOW + HOUR / 2
    assert "report_police" not in due_in(episode)
    assert due_in(episode)["inform_listed_people"] == 24 * HOUR + HOUR / 2
    row = notices(episode)["missing:police"]
    assert (row.state, row.told_at) == (NoticeState.DONE, NOW + HOUR / 2)
    assert (row.ended_by_id, row.ended_at) == (cast.sam, NOW + HOUR)


def test_police_and_the_national_centre_are_two_things(cast: Cast) -> None:
    """MISSION, the seventh thing."""
    episode = opened(cast)
    tell(cast, episode, notices(episode)["missing:police"])
    assert states(episode)["ncmec"] == NoticeState.OPEN
    assert due_in(episode)["report_ncmec"] == 2 * HOUR


def test_a_list_is_over_when_the_last_one_on_it_is(cast: Cast) -> None:
    episode = opened(cast, policy="england")
    for to, left in (("parents", True), ("placing_authority", True), ("host_authority", False)):
        tell(cast, episode, notices(episode)[f"missing:{to}"])
        assert ("inform_listed_people" in due_in(episode)) is left


def test_whoever_was_told_before_a_clock_began_ends_it_when_it_begins(cast: Cast) -> None:
    """One act, not two entries: also where the list was told before the police."""
    episode = opened(cast)
    for to in ("listed_people", "juvenile_officer"):
        tell(cast, episode, notices(episode)[f"missing:{to}"])
    tell(cast, episode, notices(episode)["missing:police"])
    assert "inform_listed_people" not in due_in(episode)
    assert clocks(episode)["inform_listed_people"].stage == "done"


def test_with_a_blank_the_clock_goes_on(cast: Cast) -> None:
    episode = opened(cast)
    police = notices(episode)["missing:police"]
    few = {Field.ROUTE: "phone", Field.NAME: "PC Doe"}
    assert tell(cast, episode, police, answers=few) == NoticeState.STARTED
    assert "report_police" in due_in(episode)
    rest = {name: value for name, value in ENOUGH.items() if name not in few}
    assert note_told(as_seen(cast.sam), episode.id, police.id, rest, now=NOW) == NoticeState.DONE
    assert "report_police" not in due_in(episode)


def test_told_in_time_and_noted_late_is_not_late(cast: Cast) -> None:
    episode = opened(cast)
    police = notices(episode)["missing:police"]
    assert tell(cast, episode, police, now=NOW + 9 * HOUR, at=NOW + HOUR, answers=ENOUGH) == "done"
    ncmec = notices(episode)["missing:ncmec"]
    assert tell(cast, episode, ncmec, now=NOW + 9 * HOUR, answers=ENOUGH) == "started"
    late = {Field.LATE_REASON: "The line was down"}
    assert note_told(as_seen(cast.sam), episode.id, ncmec.id, late, now=NOW + 9 * HOUR) == "done"


def test_a_correction_needs_a_reason_and_the_first_word_stays(cast: Cast) -> None:
    episode = opened(cast)
    police = notices(episode)["missing:police"]
    tell(cast, episode, police)
    other = {Field.REPORT_NUMBER: "NP-9"}
    for reason in (None, "", "  "):
        with pytest.raises(NeedsReason):
            note_told(
                as_seen(cast.sam), episode.id, police.id, other, now=NOW, reason=reason
            )  # fmt: skip
        db.session.rollback()
    note_told(as_seen(cast.olu), episode.id, police.id, other, now=NOW, reason="misheard")
    db.session.commit()
    said = db.session.scalars(
        select(NoticeFact).where(NoticeFact.field == "report_number").order_by(NoticeFact.number)
    ).all()
    assert [(f.value, f.reason, f.by_id) for f in said] == [
        ("NP-1234", None, cast.sam), ("NP-9", "misheard", cast.olu),
    ]  # fmt: skip
    assert known(police)[Field.REPORT_NUMBER] == "NP-9"


def test_saying_the_same_again_or_nothing_changes_nothing(cast: Cast) -> None:
    episode = opened(cast)
    police = notices(episode)["missing:police"]
    tell(cast, episode, police)
    before = db.session.query(NoticeFact).count()
    same = {Field.REPORT_NUMBER: "NP-1234", Field.NAME: ""}
    note_told(as_seen(cast.sam), episode.id, police.id, same, now=NOW)
    assert db.session.query(NoticeFact).count() == before


def test_when_nobody_can_have_been_told_is_refused(cast: Cast) -> None:
    episode = opened(cast)
    police = notices(episode)["missing:police"]
    for at in (NOW + HOUR, NOW - timedelta(days=400)):
        with pytest.raises(BadTelling):
            tell(cast, episode, police, at=at)
        db.session.rollback()
    become(cast, episode, S.RETURNED, NOW + HOUR)
    school = notices(episode)["returned:school"]
    with pytest.raises(BadTelling):
        tell(cast, episode, school, now=NOW + 2 * HOUR, at=NOW)


def test_a_refusal_stays_due_and_says_who_and_where_one_turned(cast: Cast) -> None:
    episode = opened(cast)
    police = notices(episode)["missing:police"]
    said = {Field.REFUSED_BY: "Sgt Roe", Field.ESCALATED_TO: "MULES trainer"}
    note_refused(as_seen(cast.jo), episode.id, police.id, said, now=NOW)
    assert states(episode)["police"] == NoticeState.REFUSED
    assert "report_police" in due_in(episode)
    tell(cast, episode, police)
    assert known(police)[Field.REFUSED_BY] == "Sgt Roe"
    with pytest.raises(Changed):
        note_refused(as_seen(cast.jo), episode.id, police.id, said, now=NOW)


@pytest.mark.parametrize("why", list(LeftOut))
def test_who_is_left_out_has_a_reason(cast: Cast, why: LeftOut) -> None:
    episode = opened(cast, policy="england")
    parents = notices(episode)["missing:parents"]
    wants_words = why in (LeftOut.NOT_SAFE, LeftOut.OTHER)
    if wants_words:
        with pytest.raises(NeedsReason):
            leave_out(as_seen(cast.sam), episode.id, parents.id, why, "  ", now=NOW)
        db.session.rollback()
    words = "He hurt her" if wants_words else None
    leave_out(as_seen(cast.sam), episode.id, parents.id, why, words, now=NOW)
    state = NoticeState.NOT_SAFE if why == LeftOut.NOT_SAFE else NoticeState.NOT_NEEDED
    assert states(episode)["parents"] == state
    assert known(parents)[Field.LEFT_OUT] == why
    with pytest.raises(Changed):
        leave_out(as_seen(cast.sam), episode.id, parents.id, why, words, now=NOW)


def test_leaving_out_police_stays_due_until_somebody_else_agrees(cast: Cast) -> None:
    episode = opened(cast)
    police = notices(episode)["missing:police"]
    leave_out(as_seen(cast.sam), episode.id, police.id, LeftOut.KNOW_ALREADY, None, now=NOW)
    db.session.commit()
    assert states(episode)["police"] == NoticeState.WAITING
    assert "report_police" in due_in(episode)
    for who in (cast.sam, cast.olu, cast.jo, cast.zed_worker, cast.far_zed_supervisor):
        with pytest.raises(NotFound):
            look_at(as_seen(who), episode.id, police.id, agrees=True, now=NOW)
        db.session.rollback()
    look_at(as_seen(cast.sue), episode.id, police.id, agrees=True, now=NOW)
    assert states(episode)["police"] == NoticeState.NOT_NEEDED
    assert clocks(episode)["report_police"].stage == "not_needed"
    with pytest.raises(Changed):
        look_at(as_seen(cast.sue), episode.id, police.id, agrees=True, now=NOW)


def test_a_supervisors_no_wants_words_and_opens_it_again(cast: Cast) -> None:
    episode = opened(cast)
    ncmec = notices(episode)["missing:ncmec"]
    sam, sue = as_seen(cast.sam), as_seen(cast.sue)
    leave_out(sam, episode.id, ncmec.id, LeftOut.OTHER, "The form was down", now=NOW)
    with pytest.raises(NeedsReason):
        look_at(sue, episode.id, ncmec.id, agrees=False, now=NOW)
    look_at(sue, episode.id, ncmec.id, agrees=False, now=NOW, words="Call them then")
    assert states(episode)["ncmec"] == NoticeState.OPEN
    # A second try is a second line, and the first stays.
    leave_out(sam, episode.id, ncmec.id, LeftOut.OTHER, "They hang up", now=NOW)
    assert states(episode)["ncmec"] == NoticeState.WAITING
    assert len(get_notice(sue, episode.id, ncmec.id, now=NOW).earlier) >= 1


def test_told_after_all_ends_what_was_left_out(cast: Cast) -> None:
    episode = opened(cast, policy="england")
    parents = notices(episode)["missing:parents"]
    leave_out(as_seen(cast.sam), episode.id, parents.id, LeftOut.NOBODY_THERE, None, now=NOW)
    assert tell(cast, episode, parents) == NoticeState.DONE
    assert known(parents)[Field.LEFT_OUT] == LeftOut.NOBODY_THERE


def test_a_further_contact_is_the_one_that_the_rules_ask_for_again(cast: Cast) -> None:
    """As in Idaho: weekly after the report, only where a pack says so."""
    episode = opened(cast)
    weekly = build_clock({
        "name": "update_ncmec", "days": 7, "starts_at": "determined_missing", "source": "a manual",
        "checked_on": NOW.date(), "repeats": False,
    }, "local")  # fmt: skip
    episode.rules = [*episode.rules, as_data(weekly)]
    db.session.flush()
    episodes.note_facts(as_seen(cast.sam), episode.id, ["vulnerable"], now=NOW)
    assert due_in(episode)["update_ncmec"] == 7 * 24 * HOUR
    ncmec = notices(episode)["missing:ncmec"]
    said = {Field.FOLLOW_UP: "Desk nine: no news", Field.NEXT_CONTACT: "2026-11-30"}
    with pytest.raises(Changed):
        note_follow_up(as_seen(cast.sam), episode.id, ncmec.id, said, now=NOW)
    db.session.rollback()
    tell(cast, episode, ncmec)
    note_follow_up(as_seen(cast.sam), episode.id, ncmec.id, said, now=NOW)
    note_follow_up(as_seen(cast.sam), episode.id, ncmec.id, said, now=NOW)
    assert db.session.query(NoticeFact).filter_by(field="follow_up").count() == 2


def test_nothing_closes_with_blanks(cast: Cast) -> None:
    episode = opened(cast)
    become(cast, episode, S.RETURNED, NOW + HOUR)
    for clock in db.session.query(EpisodeClock).filter_by(episode_id=episode.id):
        clock.stage = "done"  # nothing else stands against it
    db.session.commit()
    with pytest.raises(NotYet) as caught:
        close(as_seen(cast.sam), episode.id, now=NOW + HOUR)
    assert caught.value.obstacles == [Obstacle.NOTICES_OPEN]
    db.session.rollback()
    tell_all(cast, episode, now=NOW + HOUR)
    close(as_seen(cast.sam), episode.id, now=NOW + HOUR)
    assert db.session.get_one(Episode, episode.id).state == S.CLOSED


def test_who_was_never_missing_needs_nobody_told(cast: Cast) -> None:
    episode = opened(cast, S.WORRIED)
    close(as_seen(cast.jo), episode.id, now=NOW, reason="She was in the garden")
    assert set(states(episode).values()) == {"not_needed"}
    assert notices(episode)["missing:police"].ended_by_id == cast.jo
    assert notices(episode, "returned") == {}


def test_police_told_of_a_worry_hear_that_it_is_over(cast: Cast) -> None:
    episode = opened(cast, S.WORRIED)
    tell(cast, episode, notices(episode)["missing:police"])
    close(as_seen(cast.sam), episode.id, now=NOW, reason="She was in the garden")
    assert states(episode)["police"] == NoticeState.DONE
    assert states(episode)["ncmec"] == NoticeState.NOT_NEEDED
    assert notices(episode)["returned:police"].state == NoticeState.OPEN
    assert set(notices(episode, "returned")) == {"police"}
    assert [gap.notice.to for gap in gaps(as_seen(cast.sue), now=NOW)] == ["police"]


def test_a_pack_that_changes_rewrites_no_list_and_both_are_shown(
    cast: Cast, tmp_path: object
) -> None:
    episode = opened(cast, policy="england")
    kept = [each for each in episode.notices or [] if each["to"] != "school"]
    episode.notices = [*kept, {**kept[0], "to": "court", "phase": "missing"}]
    db.session.commit()
    page = told(as_seen(cast.sam), episode.id, now=NOW)
    assert page.added == (("school", "returned"),)
    assert page.dropped == (("court", "missing"),)
    become(cast, episode, S.RETURNED, NOW + HOUR)
    assert "school" not in notices(episode, "returned")


def test_an_episode_from_before_takes_its_pack_of_today(cast: Cast) -> None:
    episode = opened(cast, S.LATE, policy="england")
    episode.notices = None
    db.session.commit()
    become(cast, episode, S.MISSING)
    assert "police" in states(episode)


def test_every_act_leaves_a_line_and_no_words_in_the_audit(cast: Cast) -> None:
    episode = opened(cast)
    police, ncmec = (notices(episode)[f"missing:{to}"] for to in ("police", "ncmec"))
    tell(cast, episode, police)
    sam = as_seen(cast.sam)
    leave_out(sam, episode.id, ncmec.id, LeftOut.NOT_SAFE, "He works there", now=NOW)
    look_at(as_seen(cast.sue), episode.id, ncmec.id, agrees=True, now=NOW)
    db.session.commit()
    lines = db.session.scalars(select(AuditEntry).where(AuditEntry.verb.like("notice:%"))).all()
    assert {line.verb for line in lines} == {
        "notice:appeared", "notice:noted", "notice:done", "notice:waiting", "notice:not_safe",
    }  # fmt: skip
    written = " ".join(f"{line.verb} {line.reason}" for line in lines)
    for words in ("NP-1234", "PC Doe", "He works there"):
        assert words not in written
    assert all(line.subject_id == cast.maya for line in lines)
    assert {line.reason for line in lines if line.object_id == police.id} == {"missing police"}


def test_what_was_noted_lies_sealed(cast: Cast) -> None:
    episode = opened(cast)
    tell(cast, episode, notices(episode)["missing:police"])
    for value, reason in db.session.execute(text("SELECT value, reason FROM notice_facts")):
        assert is_sealed(value) and reason is None


def test_two_who_note_at_once_are_one_after_the_other(cast: Cast) -> None:
    episode = opened(cast)
    police = notices(episode)["missing:police"]
    tell(cast, episode, police)
    with pytest.raises(NeedsReason):
        tell(cast, episode, police, by=cast.olu, answers={Field.NAME: "Somebody else"})
    db.session.rollback()
    numbers = db.session.scalars(
        select(NoticeFact.number).where(NoticeFact.notice_id == police.id)
    ).all()
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
