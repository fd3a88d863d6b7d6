"""Asking the three by text: who is asked, which digit counts, and where each answer leads."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from engage.alerts.models import Alert
from engage.alerts.rules import AlertKind, AlertState
from engage.asking.actions import ask_trusted
from engage.asking.models import TrustedAnswer, TrustedQuestion
from engage.asking.queries import asked_about
from engage.asking.rules import Heard, How
from engage.audit.models import AuditEntry
from engage.db import db
from engage.episodes.models import Episode
from engage.messaging.actions import opt_out
from engage.messaging.delivery import Reader, verdict_on
from engage.messaging.models import Message
from engage.people.models import Consent, Person, Relationship, RelationshipKind
from engage.web.errors import NotFound
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS, outbox, own_number, text, told
from tests.episodes.away import opened, seen_as

pytestmark = pytest.mark.usefixtures("inside")
MINUTE = timedelta(minutes=1)


def phone_of(person_id: UUID) -> str:
    return str(db.session.get_one(Person, person_id).phone)


def ask(cast: Cast, episode: Episode, by: UUID | None = None, now=NOW) -> int:
    count = ask_trusted(
        seen_as(by or cast.jo, now), cast.maya, episode.id, address=ADDRESS, now=now
    )
    db.session.commit()
    return count


@pytest.fixture
def away(cast: Cast) -> Episode:
    own_number(cast)
    share(cast)
    return opened(cast)


def share(cast: Cast) -> None:
    from engage.people.sharing_actions import share as give

    for role in ("carer", "out_of_hours", "social_worker"):
        give(
            seen_as(cast.maya), cast.maya, "trusted_people", role=role, agreed_how="own_device",
            now=NOW,
        )  # fmt: skip
    db.session.commit()


def answers(cast: Cast, episode: Episode) -> dict[UUID, list[tuple[Heard, How]]]:
    asked = asked_about(seen_as(cast.jo), cast.maya, episode.id, now=NOW)
    return {who: [(one.heard, one.how) for one in each.said] for who, each in asked.items()}


def concerns() -> int:
    return db.session.scalar(select(func.count()).where(Alert.kind == AlertKind.CONCERN)) or 0


def test_all_three_are_asked_once_and_the_text_names_nobody(cast: Cast, away: Episode) -> None:
    assert ask(cast, away) == 3
    assert ask(cast, away, cast.olu, NOW + 5 * MINUTE) == 0
    assert told("trusted_heard") == {cast.ade, cast.coach_lee, cast.nan_ruth}
    words = {sent.words for sent in outbox() if sent.template == "trusted_heard"}
    assert not any("Maya" in each or "missing" in each or "care" in each for each in words)
    assert ask(cast, away, now=NOW + 31 * MINUTE) == 3


@pytest.mark.parametrize("consent", [Consent.NOT_ASKED, Consent.ASKED, Consent.NO, Consent.LEFT])
def test_only_those_who_said_yes_are_asked(cast: Cast, away: Episode, consent: Consent) -> None:
    row = db.session.scalars(
        select(Relationship).where(
            Relationship.person_id == cast.coach_lee, Relationship.kind == RelationshipKind.TRUSTED
        )
    ).one()
    row.consent = consent
    db.session.commit()
    assert ask(cast, away) == 2
    assert cast.coach_lee not in told("trusted_heard")


def test_the_text_goes_at_night_and_not_to_whoever_said_stop(cast: Cast, away: Episode) -> None:
    """Decision 121: they said yes to being asked when people are worried."""
    ask(cast, away)
    rows = select(Message.__table__).where(Message.template == "trusted_heard").limit(1)
    stored = db.session.execute(rows).one()._mapping
    at_three = NOW.replace(hour=3) + timedelta(days=1)
    row = SimpleNamespace(**{**stored, "not_after": at_three + 30 * MINUTE})
    reader = {"number": "+447700900150", "phone_index": "x", "locale": "en", "zone": "UTC"}
    assert verdict_on(row, Reader(**reader), at_three).body
    blocked = verdict_on(row, Reader(**reader, has_opted_out=True), at_three)
    assert blocked.reason == "opted_out"


@pytest.mark.parametrize(
    ("body", "heard"), [("1", Heard.FINE), ("2", Heard.WORRIED), ("3", Heard.NO)]
)  # fmt: skip
def test_a_digit_is_the_answer_to_what_they_were_asked(
    cast: Cast, away: Episode, body: str, heard: Heard
) -> None:
    ask(cast, away)
    text(phone_of(cast.coach_lee), body, now=NOW + MINUTE)
    assert answers(cast, away)[cast.coach_lee] == [(heard, How.TEXT)]
    assert answers(cast, away)[cast.nan_ruth] == []
    assert concerns() == (heard is Heard.WORRIED)
    assert told("trusted_thanks") == {cast.coach_lee}
    # Whoever asked hears of it, unless the alert tells them.
    assert told("info_trusted") == (set() if heard is Heard.WORRIED else {cast.jo})
    assert db.session.get_one(Episode, away.id).closed_at is None


def test_a_worried_answer_climbs_and_the_check_in_person_is_not_asked_to_act(
    cast: Cast, away: Episode
) -> None:
    ask(cast, away)
    text(phone_of(cast.nan_ruth), "2", now=NOW + MINUTE)
    alert = db.session.scalars(select(Alert).where(Alert.kind == AlertKind.CONCERN)).one()
    assert (alert.state, alert.about_id, alert.urgency) == (AlertState.OPEN, away.id, "now")
    assert told("alert_concern") == {cast.jo, cast.olu, cast.sam}


def test_both_answers_stay_and_the_newer_counts(cast: Cast, away: Episode) -> None:
    ask(cast, away)
    text(phone_of(cast.coach_lee), "3", now=NOW + MINUTE)
    text(phone_of(cast.coach_lee), "1", now=NOW + 20 * MINUTE)
    asked = asked_about(seen_as(cast.jo), cast.maya, away.id, now=NOW)[cast.coach_lee]
    assert [one.heard for one in asked.said] == [Heard.NO, Heard.FINE]
    assert asked.last is not None and asked.last.heard is Heard.FINE


def test_a_digit_after_half_a_day_answers_nothing(cast: Cast, away: Episode) -> None:
    ask(cast, away)
    text(phone_of(cast.coach_lee), "1", now=NOW + timedelta(hours=13))
    assert answers(cast, away)[cast.coach_lee] == []


def test_the_later_alert_takes_the_one_and_three_is_still_no(cast: Cast, away: Episode) -> None:
    """Ade is also who Maya checks in with, and may be told of an alert."""
    from engage.alerts.actions import raise_alert

    ask(cast, away)
    raise_alert(
        AlertKind.SOS, organisation_id=cast.organisation, young_person_id=cast.maya,
        dedupe_key="later", address=ADDRESS, now=NOW + MINUTE,
    )  # fmt: skip
    db.session.commit()
    assert cast.ade in told("alert_sos")
    text(phone_of(cast.ade), "1", now=NOW + 2 * MINUTE)
    assert answers(cast, away)[cast.ade] == []
    alert = db.session.scalars(select(Alert).where(Alert.kind == AlertKind.SOS)).one()
    assert (alert.state, alert.acknowledged_by_id) == (AlertState.ACKNOWLEDGED, cast.ade)
    # Nothing else is open now: the next digit is about what they were asked.
    text(phone_of(cast.ade), "3", now=NOW + 3 * MINUTE)
    assert answers(cast, away)[cast.ade] == [(Heard.NO, How.TEXT)]


def test_asked_about_two_young_people_a_digit_waits_for_a_person(cast: Cast, away: Episode) -> None:
    db.session.add(
        TrustedQuestion(
            young_person_id=cast.kit, person_id=cast.coach_lee, episode_id=uuid4(),
            asked_by_id=cast.kits_carer, asked_at=NOW, silent_at=None,
        )
    )  # fmt: skip
    db.session.commit()
    ask(cast, away)
    text(phone_of(cast.coach_lee), "1", now=NOW + MINUTE)
    assert db.session.scalar(select(func.count()).select_from(TrustedAnswer)) == 0
    unmatched = select(func.count()).where(Alert.kind == AlertKind.UNMATCHED)
    assert db.session.scalar(unmatched) == 1


def test_whoever_said_stop_is_shown_as_not_reached(cast: Cast, away: Episode) -> None:
    person = db.session.get_one(Person, cast.ade)
    opt_out(str(person.phone_index), how="text", now=NOW)
    ask(cast, away)
    message = db.session.scalars(
        select(Message).where(Message.template == "trusted_heard", Message.person_id == cast.ade)
    ).one()
    message.state, message.reason = "blocked", "opted_out"
    db.session.commit()
    asked = asked_about(seen_as(cast.jo), cast.maya, away.id, now=NOW)
    assert asked[cast.ade].has_stopped and asked[cast.ade].is_lost
    assert not asked[cast.nan_ruth].is_lost


def test_strangers_and_those_who_may_not_see_the_three_ask_nobody(
    cast: Cast, away: Episode
) -> None:
    for who in (cast.zed_worker, cast.zed_carer, cast.far_zed_worker, cast.sam, cast.ines):
        with pytest.raises(NotFound):
            ask(cast, away, who)
        db.session.rollback()
    assert asked_about(seen_as(cast.zed_carer), cast.maya, away.id, now=NOW) == {}
    from engage.people.models import ShareGrant
    from engage.people.sharing_actions import withdraw_share

    for grant in db.session.scalars(select(ShareGrant)):
        withdraw_share(seen_as(cast.maya), grant.id, now=NOW)
    db.session.commit()
    with pytest.raises(NotFound):
        ask(cast, away)


def test_the_audit_holds_who_asked_and_no_word(cast: Cast, away: Episode) -> None:
    ask(cast, away)
    text(phone_of(cast.ade), "3", now=NOW + MINUTE)
    rows = db.session.scalars(
        select(AuditEntry).where(AuditEntry.verb.like("trusted_people:%")).order_by(AuditEntry.at)
    ).all()
    assert [(row.verb, row.actor_id, row.reason) for row in rows] == [
        ("trusted_people:asked", cast.jo, "3"), ("trusted_people:answered", cast.ade, "no"),
    ]  # fmt: skip
