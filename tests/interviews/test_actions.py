"""A talk is owed, offered, chosen, declined, booked and done; each leaves its line."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from engage.alerts.models import Alert
from engage.audit.models import AuditEntry
from engage.db import db
from engage.episodes.models import Episode
from engage.episodes.rules import EpisodeState
from engage.interviews import actions, queries
from engage.interviews.actions import BadTime, Booking, Choice, NeedsIndependent
from engage.interviews.models import InterviewAttempt, InterviewEpisode, ReturnInterview
from engage.interviews.reading import takes_part_in_care
from engage.interviews.rules import InterviewState, Manner, Reached, Standing, Who, Wish, standing
from engage.interviews.sweep_actions import open_owed
from engage.messaging.models import Message
from engage.people import links
from engage.people.access import Object, Verb, may
from engage.people.models import LinkKind
from engage.web.errors import Changed, NotFound
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS
from tests.episodes.away import become, opened
from tests.interviews.conftest import HOUR, Back, the_talk, tick

DAY = timedelta(days=1)
CHOICE = Choice(
    Who.YOUTH_WORKER, who_name="Nia", wish=Wish.NOT_A_MAN, manner=Manner.WALK, where="The park",
    when="After school", language="cy", needs_interpreter=True, may_know="Not my dad",
)  # fmt: skip
State = InterviewState


def verbs() -> list[str]:
    wanted = AuditEntry.verb.like("interview:%")
    return list(db.session.scalars(select(AuditEntry.verb).where(wanted).order_by(AuditEntry.at)))


def alerts() -> int:
    return len(db.session.scalars(select(Alert).where(Alert.about_kind == "interview")).all())


@pytest.mark.parametrize(("policy", "hours"), [("england", 72), ("scotland", 72), ("plymouth", 48)])
def test_a_talk_is_owed_once_for_each_time_away(
    policy: str, hours: int, app: Flask, back: Back
) -> None:
    back(policy=policy)
    with app.app_context():
        talk = the_talk()
        assert talk.state == State.OWED and talk.due_at == NOW + hours * HOUR
        assert talk.rule and talk.rule["name"] == "return_interview"
        assert tick(NOW) == 0
        assert the_talk().id == talk.id and verbs() == ["interview:owed"]


def test_somebody_who_was_never_missing_is_owed_none(app: Flask, cast: Cast) -> None:
    with app.app_context():
        episode = opened(cast, EpisodeState.LATE, policy="england")
        become(cast, episode, EpisodeState.RETURNED)
        assert open_owed(now=NOW) == 0


def test_one_that_closed_while_the_worker_was_down_is_still_found(app: Flask, cast: Cast) -> None:
    with app.app_context():
        episode = opened(cast, policy="england")
        become(cast, episode, EpisodeState.RETURNED)
        db.session.get_one(Episode, episode.id).state = EpisodeState.CLOSED
        db.session.get_one(Episode, episode.id).closed_at = NOW
        db.session.commit()
        assert open_owed(now=NOW + 20 * DAY) == 1


def test_a_place_without_such_a_rule_owes_none_and_is_looked_at_once(
    app: Flask, cast: Cast
) -> None:
    with app.app_context():
        episode = opened(cast, policy="england")
        rules = [rule for rule in episode.rules if rule["name"] != "return_interview"]
        episode.rules = rules
        become(cast, episode, EpisodeState.RETURNED)
        assert open_owed(now=NOW) == 1 and open_owed(now=NOW) == 0
        assert db.session.scalars(select(ReturnInterview)).all() == []
        assert db.session.scalars(select(InterviewEpisode.interview_id)).one() is None


def test_it_is_told_of_twelve_hours_before_and_when_it_is_due_once_each(
    app: Flask, back: Back
) -> None:
    back()
    with app.app_context():
        assert tick(NOW + 59 * HOUR) == 0 and alerts() == 0
        assert tick(NOW + 60 * HOUR) == 1 and alerts() == 1
        assert tick(NOW + 60 * HOUR) == 0
        assert tick(NOW + 72 * HOUR) == 1 and alerts() == 2
        assert tick(NOW + 200 * HOUR) == 0 and alerts() == 2


def test_the_young_person_chooses_by_their_own_link_and_changes_their_mind(
    app: Flask, cast: Cast, back: Back
) -> None:
    back()
    with app.app_context():
        sam, maya = cast.viewer(cast.sam), cast.viewer(cast.maya)
        actions.offer(sam, cast.maya, address=ADDRESS, by_text=True, now=NOW)
        db.session.commit()
        assert the_talk().state == State.OFFERED
        (text,) = db.session.scalars(select(Message).where(Message.template == "talk_choice"))
        assert text.person_id == cast.maya and text.klass == "Y"
        actions.choose(maya, cast.maya, CHOICE, now=NOW + HOUR)
        talk = the_talk()
        assert (talk.who, talk.wish, talk.manner) == ("youth_worker", "not_a_man", "walk")
        assert (talk.where, talk.may_know, talk.language) == ("The park", "Not my dad", "cy")
        assert talk.needs_interpreter and talk.offered_at == NOW
        actions.choose(maya, cast.maya, Choice(Who.ADVOCATE), now=NOW + 2 * HOUR)
        talk = the_talk()
        assert talk.who == "advocate" and talk.where is None and talk.who_name is None
        assert verbs() == ["interview:owed", "interview:offered", "interview:chosen",
                           "interview:chosen"]  # fmt: skip


def test_not_now_is_an_answer_and_it_is_offered_again_after_a_week(
    app: Flask, cast: Cast, back: Back
) -> None:
    back()
    with app.app_context():
        actions.choose(cast.viewer(cast.maya), cast.maya, Choice(Who.NOT_NOW), now=NOW + HOUR)
        talk = the_talk()
        assert talk.state == State.DECLINED and talk.again_at == NOW + HOUR + 7 * DAY
        assert standing(talk.facts, NOW + 100 * HOUR) is Standing.DECLINED_IN_TIME
        db.session.commit()
        assert tick(NOW + 72 * HOUR) == 0  # nobody is nagged for a kept rule
        assert tick(NOW + HOUR + 7 * DAY) == 1
        actions.choose(cast.viewer(cast.maya), cast.maya, CHOICE, now=NOW + 8 * DAY)
        talk = the_talk()
        assert talk.state == State.OFFERED and talk.declined_at is None


def test_only_the_young_person_their_link_and_their_workers_choose(
    app: Flask, cast: Cast, back: Back
) -> None:
    back()
    with app.app_context():
        for who in (cast.jo, cast.ines, cast.adil, cast.zed_worker, cast.zed_young, cast.kit):
            with pytest.raises(NotFound):
                actions.choose(cast.viewer(who), cast.maya, CHOICE, now=NOW)
        card = links.issue(LinkKind.CHECK_IN, young_person_id=cast.maya, now=NOW)
        assert links.find(LinkKind.RETURN, card, now=NOW) is None
        assert the_talk().chosen_at is None
        actions.choose(cast.viewer(cast.sam), cast.maya, CHOICE, now=NOW)  # said aloud
        assert the_talk().who == "youth_worker"


def test_a_worker_notes_a_no_with_its_reason_and_when_it_is_offered_again(
    app: Flask, cast: Cast, back: Back
) -> None:
    back()
    with app.app_context():
        sam = cast.viewer(cast.sam)
        with pytest.raises(BadTime):
            actions.decline(sam, cast.maya, "x", again_at=NOW, now=NOW)
        actions.decline(sam, cast.maya, "Too tired", again_at=NOW + 2 * DAY, now=NOW + HOUR)
        talk = the_talk()
        assert talk.decline_reason == "Too tired" and talk.next_look_at == NOW + 2 * DAY
        assert standing(talk.facts, NOW + 100 * HOUR) is Standing.DECLINED_IN_TIME


def test_tries_to_reach_them_are_kept(app: Flask, cast: Cast, back: Back) -> None:
    back()
    with app.app_context():
        sam = cast.viewer(cast.sam)
        actions.note_attempt(sam, cast.maya, Reached.NO_ANSWER, "Rang twice", now=NOW)
        actions.note_attempt(sam, cast.maya, Reached.LEFT_WORD, "", now=NOW + HOUR)
        found = db.session.scalars(select(InterviewAttempt).order_by(InterviewAttempt.at)).all()
        assert [(each.reached, each.note) for each in found] == [
            ("no_answer", "Rang twice"), ("left_word", None),
        ]  # fmt: skip


def test_whoever_is_booked_may_open_what_they_need_and_not_before(
    app: Flask, cast: Cast, back: Back
) -> None:
    back()
    with app.app_context():
        sam = cast.viewer(cast.sam)
        actions.choose(cast.viewer(cast.maya), cast.maya, CHOICE, now=NOW)
        about = (Object.EPISODE, cast.maya)
        ines = cast.viewer(cast.ines)
        before = may(ines, Verb.READ, *about, now=NOW)
        booking = Booking(at=NOW + DAY, place="Café", interviewer_id=cast.ines)
        actions.book(sam, cast.maya, booking, now=NOW)
        db.session.commit()
        assert may(cast.viewer(cast.ines), Verb.READ, *about, now=NOW + HOUR)
        talk = the_talk()
        assert (talk.state, talk.booked_for, talk.place) == ("booked", NOW + DAY, "Café")
        assert before in (True, False)
        page = queries.get_page(cast.viewer(cast.ines), cast.maya, now=NOW + HOUR)
        assert page.may_read_choice and not page.interview.is_involved
        with pytest.raises(BadTime):
            actions.book(sam, cast.maya, Booking(at=NOW, place=""), now=NOW)


def test_their_own_worker_may_hold_it_only_if_chosen_and_another_was_offered(
    app: Flask, cast: Cast, back: Back
) -> None:
    back()
    with app.app_context():
        assert takes_part_in_care(cast.maya, cast.sam, NOW)
        assert takes_part_in_care(cast.maya, cast.jo, NOW)
        assert not takes_part_in_care(cast.maya, cast.ines, NOW)
        sam = cast.viewer(cast.sam)
        booking = Booking(at=NOW + DAY, place="", interviewer_id=cast.sam, independent_offered=True)
        with pytest.raises(NeedsIndependent):
            actions.book(sam, cast.maya, booking, now=NOW)
        actions.choose(cast.viewer(cast.maya), cast.maya, Choice(Who.OWN_WORKER), now=NOW)
        alone = Booking(at=NOW + DAY, place="", interviewer_id=cast.sam)
        with pytest.raises(NeedsIndependent):
            actions.book(sam, cast.maya, alone, now=NOW)
        actions.book(sam, cast.maya, booking, now=NOW)
        assert the_talk().is_involved and the_talk().independent_offered


def test_changing_a_booked_one_puts_it_back_to_be_arranged(
    app: Flask, cast: Cast, back: Back
) -> None:
    back()
    with app.app_context():
        booking = Booking(at=NOW + DAY, place="", interviewer_name="Nia")
        actions.book(cast.viewer(cast.sam), cast.maya, booking, now=NOW)
        assert the_talk().state == State.BOOKED
        actions.choose(cast.viewer(cast.maya), cast.maya, CHOICE, now=NOW + HOUR)
        assert the_talk().state == State.OFFERED and the_talk().booked_for is None


def test_gone_again_before_it_took_place_is_one_talk_for_both(
    app: Flask, cast: Cast, back: Back
) -> None:
    back()
    later = NOW + 2 * DAY
    back(at=later)
    with app.app_context():
        talk = the_talk()
        assert talk.state == State.GONE_AGAIN and talk.due_at == NOW + 72 * HOUR
        page = queries.get_page(cast.viewer(cast.sam), cast.maya, now=later)
        assert len(page.episodes) == 2
        actions.note_done(cast.viewer(cast.sam), cast.maya, later, now=later)
        assert standing(the_talk().facts, later) is Standing.DONE_IN_TIME


def test_it_took_place_at_a_time_that_can_be_and_only_once(
    app: Flask, cast: Cast, back: Back
) -> None:
    back()
    with app.app_context():
        sam = cast.viewer(cast.sam)
        for wrong in (NOW + DAY, NOW - 60 * DAY):
            with pytest.raises(BadTime):
                actions.note_done(sam, cast.maya, wrong, now=NOW + HOUR)
        actions.note_done(sam, cast.maya, NOW + HOUR, now=NOW + HOUR)
        db.session.commit()
        assert the_talk().state == State.DONE and the_talk().next_look_at is None
        with pytest.raises(Changed):
            actions.note_done(sam, cast.maya, NOW + HOUR, now=NOW + 2 * HOUR)
        assert tick(NOW + 100 * HOUR) == 0


def test_without_a_talk_there_is_nothing_to_change(app: Flask, cast: Cast, now: datetime) -> None:
    with app.app_context():
        sam = cast.viewer(cast.sam)
        with pytest.raises(NotFound):
            actions.offer(sam, cast.maya, address=ADDRESS, by_text=False, now=now)
        with pytest.raises(NotFound):
            queries.get_page(sam, cast.maya, now=now)
        assert not queries.owed(sam, now=now).lines


def test_a_worker_sees_what_is_owed_to_their_own_and_others_do_not(
    app: Flask, cast: Cast, back: Back
) -> None:
    back()
    with app.app_context():
        (line,) = queries.owed(cast.viewer(cast.sam), now=NOW).lines
        assert line.young_person_id == cast.maya and line.standing is Standing.IN_TIME
        for who in (cast.zed_worker, cast.far_zed_worker):
            assert not queries.owed(cast.viewer(who), now=NOW).lines
        for who in (cast.zed_worker, cast.zed_young, cast.far_zed_supervisor, cast.adil):
            with pytest.raises(NotFound):
                queries.get_page(cast.viewer(who), cast.maya, now=NOW)
