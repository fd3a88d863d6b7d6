"""From a text of a phone we do not know, share or know as an adult's, to what people hear of it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from engage.alerts.models import AlertNotice
from engage.checkins.models import Candidate, CheckIn
from engage.checkins.rules import Belief
from engage.crypto import blind_index
from engage.db import db
from engage.messaging.inbound import opted_out_since
from engage.people.models import Consent, Organisation, Person, Relationship, RoleGrant
from tests.cast import CODE_WORD, NOT_OK_WORD, Cast
from tests.checkins.texting import (
    SERVICE,
    UNKNOWN,
    alerts,
    last_check_in,
    outbox,
    phone_of,
    text,
    told,
)

pytestmark = pytest.mark.usefixtures("inside")


def test_an_unknown_phone_lands_on_the_board_with_one_constant_answer(
    cast: Cast, now: datetime
) -> None:
    for minute, words in [(0, "hello"), (4, "is maya there"), (9, "??")]:
        text(UNKNOWN, words, now=now + timedelta(minutes=minute))
    answers = [sent for sent in outbox() if sent.template == "reply_unknown"]
    assert len(answers) == 1
    assert answers[0].to is None
    text(UNKNOWN, "hello again", now=now + timedelta(minutes=11))
    answers = [sent for sent in outbox() if sent.template == "reply_unknown"]
    assert len({sent.words for sent in answers}) == 1
    board = db.session.scalars(select(CheckIn)).all()
    assert {c.young_person_id for c in board} == {None}
    assert told("alert_unmatched") == {cast.olu}


def test_an_unknown_phone_with_the_code_word_is_matched_and_answered_like_any_other(
    cast: Cast, now: datetime
) -> None:
    received = text(UNKNOWN, f"{CODE_WORD} ready", now=now)
    assert received is not None
    assert (received.young_person_id, received.belief) == (cast.maya, Belief.V1)
    assert told("alert_ready") == {cast.ade}
    assert told("reply_unknown") == {None}
    assert not [sent for sent in outbox() if sent.to == cast.maya]
    text(UNKNOWN, f"ok {NOT_OK_WORD}", now=now + timedelta(minutes=1))
    assert told("alert_not_ok")
    assert last_check_in().belief == Belief.V1


def test_the_word_of_another_organisation_matches_nobody_here(cast: Cast, now: datetime) -> None:
    far = db.session.get_one(Person, cast.far_zed_young)
    far.code_word_index = db.session.get_one(Person, cast.maya).code_word_index
    db.session.get_one(Person, cast.maya).code_word_index = None
    db.session.commit()
    received = text(UNKNOWN, f"{CODE_WORD} ready", now=now)
    assert received is not None
    assert received.young_person_id is None


def test_organisations_that_share_a_number_are_told_apart_by_the_sender(
    cast: Cast, now: datetime
) -> None:
    db.session.get_one(Organisation, cast.other_organisation).service_number = SERVICE
    db.session.commit()
    text(phone_of(cast.far_zed_young), "ok", now=now)
    assert last_check_in().organisation_id == cast.other_organisation
    text(phone_of(cast.maya), "ok", now=now + timedelta(minutes=1))
    assert last_check_in().organisation_id == cast.organisation
    text(UNKNOWN, f"{CODE_WORD} ok", now=now + timedelta(minutes=2))
    assert last_check_in().young_person_id == cast.maya


def test_two_people_with_the_same_word_are_told_apart_by_a_human(cast: Cast, now: datetime) -> None:
    maya, kit = db.session.get_one(Person, cast.maya), db.session.get_one(Person, cast.kit)
    kit.code_word_index = maya.code_word_index
    db.session.commit()
    received = text(UNKNOWN, f"{CODE_WORD} ok", now=now)
    assert received is not None
    assert received.young_person_id is None
    assert set(db.session.scalars(select(Candidate.young_person_id))) == {cast.maya, cast.kit}


def test_a_shared_phone_says_nothing_of_who_wrote(cast: Cast, now: datetime) -> None:
    kit = db.session.get_one(Person, cast.kit)
    kit.phone = phone_of(cast.maya)
    db.session.commit()
    text(phone_of(cast.maya), "not ok", now=now)
    check_in = last_check_in()
    assert (check_in.young_person_id, check_in.belief) == (None, Belief.V0)
    assert told("alert_unmatched") >= {cast.ade, cast.jo, cast.sam}
    assert told("reply_unknown") == {None}
    received = text(phone_of(cast.maya), f"{CODE_WORD} ok", now=now + timedelta(minutes=1))
    assert received is not None
    assert (received.young_person_id, received.belief) == (cast.maya, Belief.V2)


def test_a_carer_takes_an_alert_by_texting_1_and_the_others_are_told(
    cast: Cast, now: datetime
) -> None:
    text(phone_of(cast.maya), "not ok", now=now)
    text(phone_of(cast.jo), "1", now=now + timedelta(minutes=2))
    (alert,) = alerts()
    assert (alert.state, alert.acknowledged_by_id, alert.next_due_at) == (
        "acknowledged", cast.jo, now + timedelta(minutes=32),
    )  # fmt: skip
    assert told("alert_taken") == {cast.ade, cast.sam}
    assert told("alert_yours") == {cast.jo}
    text(phone_of(cast.sam), "1", now=now + timedelta(minutes=3))
    assert told("alert_theirs") == {cast.sam}
    assert alerts()[0].acknowledged_by_id == cast.jo


def test_an_adults_own_words_go_to_the_board(cast: Cast, now: datetime) -> None:
    text(phone_of(cast.jo), "she is not back yet", now=now)
    check_in = last_check_in()
    assert (check_in.young_person_id, check_in.sender_id) == (None, cast.jo)
    assert told("alert_unmatched") == {cast.olu}
    assert not [sent for sent in outbox() if sent.to == cast.jo]


def test_an_adult_who_stops_texts_leaves_a_gap_that_people_hear_of(
    cast: Cast, now: datetime
) -> None:
    text(phone_of(cast.jo), "STOP", now=now)
    assert opted_out_since(blind_index("phone", phone_of(cast.jo))) == now
    assert told("alert_unmatched") == {cast.olu}
    text(phone_of(cast.jo), "START", now=now)
    assert opted_out_since(blind_index("phone", phone_of(cast.jo))) is None


def test_a_trusted_person_answers_the_invitation_by_digit(cast: Cast, now: datetime) -> None:
    asked = select(Relationship).where(
        Relationship.person_id == cast.nan_ruth, Relationship.young_person_id == cast.maya
    )
    db.session.scalars(asked).one().consent = Consent.ASKED
    db.session.commit()
    text(phone_of(cast.nan_ruth), "1", now=now)
    assert db.session.scalars(asked).one().consent == Consent.YES
    text(phone_of(cast.nan_ruth), "STOP", now=now)
    assert db.session.scalars(asked).one().consent == Consent.LEFT


def test_a_chain_without_anybody_falls_to_the_organisation_then_to_the_banner(
    cast: Cast, now: datetime
) -> None:
    for person_id in (cast.ade, cast.jo, cast.sam):
        db.session.get_one(Person, person_id).phone = None
    db.session.commit()
    text(phone_of(cast.maya), "not ok", now=now)
    assert told("alert_not_ok") == {cast.olu}
    for grant in db.session.scalars(select(RoleGrant)):
        grant.ends_at = now
    db.session.commit()
    text(phone_of(cast.kit), "not ok", now=now + timedelta(minutes=10))
    assert alerts()[-1].nobody_told or db.session.scalar(
        select(func.count()).where(AlertNotice.alert_id == alerts()[-1].id)
    )


def test_after_stop_texts_are_read_and_no_answer_is_tried(cast: Cast, now: datetime) -> None:
    number = phone_of(cast.maya)
    text(number, "STOP", now=now)
    before = len(outbox())
    for minute, words in enumerate(("talk", "where", "ok"), start=1):
        assert text(number, words, now=now + timedelta(minutes=minute)) is not None
    mine = [sent for sent in outbox()[before:] if sent.to == cast.maya]
    assert mine == []
    assert {alert.kind for alert in alerts()} >= {"texts_off", "talk"}
    text(number, "START", now=now + timedelta(minutes=5))
    assert [s.template for s in outbox() if s.to == cast.maya][-1] == "reply_start"
