"""Staffings are proposed by the clock, once for each reason; a person says yes or no."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from engage.alerts.models import Alert
from engage.audit.models import AuditEntry
from engage.db import db
from engage.episodes.actions import note_facts
from engage.episodes.rules import EpisodeState
from engage.staffings import actions, queries
from engage.staffings.actions import ask_for_staffing, close_staffing, confirm, decline
from engage.staffings.models import Meeting, Staffing, StaffingReason
from engage.staffings.reading import planned_of, reasons_of, suggested
from engage.staffings.rules import Ask, MeetingState, Part, StaffingState
from engage.web.errors import Changed, NotFound
from tests.cast import NOW
from tests.checkins.texting import ADDRESS
from tests.episodes.away import become, opened, seen_as
from tests.staffings.conftest import DAY, TUESDAY, episode_of, plan, staffing, swept

S = EpisodeState


def triggers(episode_id):
    return [each.trigger for each in reasons_of(staffing(episode_id).id)]


def test_a_reason_that_holds_proposes_a_staffing_and_somebody_hears(missing, inside):
    episode_id = missing()
    row = staffing(episode_id)
    assert row.state == StaffingState.PROPOSED and row.proposed_at == NOW
    [reason] = reasons_of(row.id)
    assert (reason.trigger, reason.noted_at) == ("trafficking", NOW)
    assert "14 June 2024" in reason.source
    assert db.session.query(Alert).filter(Alert.dedupe_key.like("staffing:%")).count() == 1


def test_going_round_again_proposes_nothing_twice(missing, inside):
    episode_id = missing()
    for minutes in (1, 16, 40, 200):
        swept(NOW + timedelta(minutes=minutes))
    assert triggers(episode_id) == ["trafficking"]
    proposed = db.session.query(AuditEntry).filter_by(verb="staffing:proposed").count()
    assert proposed == 1
    assert db.session.query(Staffing).count() == 1


def test_two_clocks_at_once_note_a_reason_once(missing, inside):
    episode_id = missing()
    row = staffing(episode_id)
    double = StaffingReason(
        staffing_id=row.id, trigger="trafficking", number=0, source="", noted_at=NOW
    )
    db.session.add(double)
    with pytest.raises(Exception, match=r"(?i)unique"):
        db.session.flush()
    db.session.rollback()


def test_nothing_holds_so_it_is_only_watched(missing, inside, cast):
    episode_id = missing(facts=())
    row = staffing(episode_id)
    assert row.state == StaffingState.WATCHED and reasons_of(row.id) == []
    assert queries.staffings(seen_as(cast.sam), now=NOW) == []
    assert row.next_look_at == NOW + timedelta(minutes=15)


def test_a_new_fact_and_thirty_days_bring_new_reasons(missing, inside, cast):
    episode_id = missing(facts=())
    note_facts(seen_as(cast.sam), episode_id, ["in_danger"], now=NOW)
    db.session.commit()
    swept(NOW + timedelta(minutes=16))
    assert triggers(episode_id) == ["elevated_risk"]
    swept(NOW + 30 * DAY - timedelta(seconds=1))
    assert triggers(episode_id) == ["elevated_risk"]
    swept(NOW + 30 * DAY)
    assert triggers(episode_id) == ["elevated_risk", "missing_for"]
    assert reasons_of(staffing(episode_id).id)[1].number == 30


def test_nothing_is_proposed_while_it_is_known_where_they_are(missing, inside):
    episode_id = missing(state=S.AWAY)
    assert staffing(episode_id).state == StaffingState.WATCHED


def test_three_times_in_thirty_days_in_england(missing, inside, cast):
    for days in (20, 10):
        episode = opened(cast, S.MISSING, policy="england", now=NOW - days * DAY)
        become(cast, episode, S.RETURNED, NOW - days * DAY + timedelta(hours=3))
    episode = opened(cast, S.MISSING, policy="england", now=NOW)
    swept(NOW)
    assert triggers(episode.id) == ["repeated_3"]


def test_a_worker_asks_and_says_why(missing, inside, cast):
    episode_id = missing(facts=())
    ask_for_staffing(seen_as(cast.sam), episode_id, "Her aunt rang", now=NOW)
    db.session.commit()
    [reason] = reasons_of(staffing(episode_id).id)
    assert (reason.trigger, reason.words, reason.by_id) == ("asked", "Her aunt rang", cast.sam)
    with pytest.raises(Changed):
        ask_for_staffing(seen_as(cast.sam), episode_id, "Again", now=NOW)


def test_saying_no_needs_a_reason_and_a_new_reason_asks_again(missing, inside, cast):
    episode_id = missing()
    sue = seen_as(cast.sue)
    with pytest.raises(ValueError):
        decline(sue, episode_id, "  ", now=NOW)
    decline(sue, episode_id, "Held yesterday by the county", now=NOW)
    db.session.commit()
    row = staffing(episode_id)
    assert (row.state, row.reason) == (StaffingState.DECLINED, "Held yesterday by the county")
    assert row.decided_by_id == cast.sue
    swept(NOW + DAY)
    assert staffing(episode_id).state == StaffingState.DECLINED
    note_facts(seen_as(cast.sam), episode_id, ["in_danger"], now=NOW + DAY)
    db.session.commit()
    swept(NOW + 2 * DAY)
    assert staffing(episode_id).state == StaffingState.PROPOSED
    decline(sue, episode_id, "Still the same", now=NOW + 2 * DAY)
    with pytest.raises(Changed):
        decline(sue, episode_id, "Twice", now=NOW + 2 * DAY)


def test_saying_yes_sets_the_first_and_asks_people_of_the_record(missing, inside, cast):
    episode_id = missing()
    people = (cast.sam, cast.sue, cast.jo)
    meeting = confirm(seen_as(cast.sam), episode_id, plan(person_ids=people), now=NOW)
    db.session.commit()
    assert staffing(episode_id).state == StaffingState.CONFIRMED
    assert meeting.starts_at == TUESDAY and meeting.sequence == 0
    page = queries.get_meeting(seen_as(cast.sam), meeting.id, now=NOW)
    assert [(g.guest.part, g.guest.name) for g in page.guests] == [
        (Part.WORKER, "Sam"), (Part.SUPERVISOR, "Sue"), (Part.CARER, "Jo"),
    ]  # fmt: skip
    assert all(len(each.code) == 26 for each in page.guests)
    with pytest.raises(Changed):
        confirm(seen_as(cast.sam), episode_id, plan(), now=NOW)


def test_somebody_who_is_not_of_the_record_is_not_asked(missing, inside, cast):
    episode_id = missing()
    meeting = confirm(seen_as(cast.sam), episode_id, plan(person_ids=(cast.zed_worker,)), now=NOW)
    assert queries.get_meeting(seen_as(cast.sam), meeting.id, now=NOW).guests == []


def test_only_those_of_the_three_who_may_be_asked_to_meetings_are_suggested(inside, missing, cast):
    from engage.people.models import Relationship, RelationshipKind
    from engage.plans.models import PersonTerms

    episode_id = missing()
    found = db.session.query(Relationship).filter_by(
        young_person_id=cast.maya, kind=RelationshipKind.TRUSTED
    )
    asks = {
        cast.ade: (["meeting"], ["meeting"]),
        cast.coach_lee: (["look"], ["look"]),
        cast.nan_ruth: (["meeting"], ["look"]),  # they never agreed to that
    }
    for relationship in found:
        may, agreed = asks[relationship.person_id]
        db.session.add(
            PersonTerms(relationship_id=relationship.id, may_be_asked=may, agreed_asks=agreed)
        )
    db.session.commit()
    offered = suggested(seen_as(cast.sam), episode_of(episode_id), now=NOW)
    trusted = [each.person_id for each in offered if each.part is Part.TRUSTED]
    assert trusted == [cast.ade]


def test_coming_back_ends_it_and_calls_off_what_is_planned(missing, inside, cast):
    episode_id = missing()
    meeting = confirm(seen_as(cast.sam), episode_id, plan(), now=NOW)
    db.session.commit()
    become(cast, episode_of(episode_id), S.RETURNED, NOW + timedelta(minutes=5))
    swept(NOW + timedelta(minutes=6))
    assert staffing(episode_id).state == StaffingState.CLOSED
    assert db.session.get(Meeting, meeting.id).state == MeetingState.CANCELLED
    assert planned_of(episode_id) == []
    assert staffing(episode_id).next_look_at is None
    assert swept(NOW + DAY) == 0


def test_a_person_ends_it_only_when_it_is_known_where_they_are(missing, inside, cast):
    episode_id = missing()
    sam = seen_as(cast.sam)
    confirm(sam, episode_id, plan(), now=NOW)
    with pytest.raises(Changed):
        close_staffing(sam, episode_id, "Enough", address=ADDRESS, now=NOW)
    become(cast, episode_of(episode_id), S.AWAY)
    assert close_staffing(sam, episode_id, "At her aunt's", address=ADDRESS, now=NOW) == 1
    db.session.commit()
    assert staffing(episode_id).reason == "At her aunt's"


def test_when_nobody_knows_again_it_is_proposed_again(missing, inside, cast):
    episode_id = missing()
    sam = seen_as(cast.sam)
    become(cast, episode_of(episode_id), S.AWAY)
    close_staffing(sam, episode_id, "At her aunt's", address=ADDRESS, now=NOW)
    db.session.commit()
    swept(NOW + timedelta(minutes=20))
    assert staffing(episode_id).state == StaffingState.CLOSED
    become(cast, episode_of(episode_id), S.MISSING, NOW + timedelta(minutes=30))
    swept(NOW + timedelta(hours=1))
    assert staffing(episode_id).state == StaffingState.PROPOSED


def test_what_was_prepared_is_kept_changed_and_taken_away(missing, inside, cast):
    episode_id = missing()
    sam = seen_as(cast.sam)
    actions.prepare(sam, episode_id, {Ask.WHERE: "The skate park", Ask.TRIED: " "}, now=NOW)
    page = queries.get_staffing(sam, episode_id, now=NOW)
    assert {k: v.words for k, v in page.prepared.items()} == {Ask.WHERE: "The skate park"}
    actions.prepare(seen_as(cast.sue), episode_id, {Ask.WHERE: "Her aunt's"}, now=NOW + DAY)
    row = queries.get_staffing(sam, episode_id, now=NOW).prepared[Ask.WHERE]
    assert (row.words, row.by_id, row.at) == ("Her aunt's", cast.sue, NOW + DAY)


def test_a_proposal_nobody_decides_about_is_told_again_each_day(missing, inside):
    missing()
    for days in (1, 2):
        swept(NOW + days * DAY)
    told = db.session.query(Alert).filter(Alert.dedupe_key.like("staffing:%:decide:%"))
    assert told.count() == 3


@pytest.mark.parametrize(
    "name", ["zed_worker", "far_zed_worker", "jo", "maya", "ines", "zed_carer"]
)
def test_strangers_family_and_interviewers_find_nothing(missing, inside, cast, name):
    episode_id = missing()
    viewer = seen_as(getattr(cast, name))
    for act in (
        lambda: queries.get_staffing(viewer, episode_id, now=NOW),
        lambda: ask_for_staffing(viewer, episode_id, "x", now=NOW),
        lambda: confirm(viewer, episode_id, plan(), now=NOW),
        lambda: decline(viewer, episode_id, "x", now=NOW),
        lambda: actions.prepare(viewer, episode_id, {Ask.KNOWN: "x"}, now=NOW),
        lambda: close_staffing(viewer, episode_id, "x", address=ADDRESS, now=NOW),
    ):
        with pytest.raises(NotFound):
            act()
        db.session.rollback()
    assert queries.staffings(viewer, now=NOW) == []


def test_the_list_puts_what_is_to_be_decided_first(missing, inside, cast):
    episode_id = missing()
    [line] = queries.staffings(seen_as(cast.sam), now=NOW)
    assert (line.name, line.next_at) == ("Maya", None)
    confirm(seen_as(cast.sam), episode_id, plan(), now=NOW)
    [line] = queries.staffings(seen_as(cast.sam), now=NOW)
    assert line.next_at == TUESDAY


def test_an_idle_round_costs_three_statements_however_many_are_watched(missing, inside):
    missing(facts=())
    seen = []

    def count(conn, cursor, statement, parameters, context, many):
        if statement.lstrip().upper().startswith(("SELECT", "UPDATE", "INSERT")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        swept(NOW + timedelta(minutes=1))
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    assert len(seen) == 3
