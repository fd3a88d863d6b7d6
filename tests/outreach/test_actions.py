"""Naming a lead, sending kind words, asking others, noting what was tried."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from engage.audit.models import AuditEntry
from engage.checkins.conversation_rules import Hurdle
from engage.conversations.actions import NeedsReason, Refused
from engage.conversations.queries import conversation_page
from engage.db import db
from engage.episodes.rules import EpisodeState
from engage.messaging.actions import opt_out
from engage.messaging.code_rules import PhoneTrouble
from engage.messaging.models import Message, WorkerText
from engage.outreach import actions
from engage.outreach.models import (
    AskAnswer,
    Channel,
    Outcome,
    OutreachAsk,
    OutreachLead,
    OutreachTry,
)
from engage.outreach.queries import current_lead, get_episode, outreach_page
from engage.people import links
from engage.people.access import SYSTEM
from engage.people.models import Consent, LinkKind, Person, Relationship, RelationshipKind
from engage.people.sharing_actions import share
from engage.plans.models import PersonTerms
from engage.web.errors import Changed, NotFound
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS, outbox, told
from tests.episodes.away import seen_as
from tests.sealing import is_sealed
from tests.ways_back.returning import at

HOUR = timedelta(hours=1)
KIND = "No trouble. I just want to know you are OK."
CROSS = "This is your last chance"
WHY = "Their mum rang: she worries about them."


@pytest.fixture
def away(inside: Cast, episode: UUID) -> Cast:
    return inside


def lead(cast: Cast, episode: UUID, now: datetime = NOW) -> tuple[UUID, bool]:
    found = current_lead(SYSTEM, get_episode(SYSTEM, episode, now=now), now=now)
    return found.person_id, found.by_rule


def send(cast: Cast, episode: UUID, words: str = KIND, *, who: str = "sam", now: datetime = NOW,
         **more: object) -> UUID | None:  # fmt: skip
    sent = actions.send_text(
        seen_as(getattr(cast, who), now), episode, words, key=f"{now}-{who}-{words[:8]}", now=now,
        **more,
    )  # fmt: skip
    db.session.commit()
    return sent


def trying(cast: Cast, episode: UUID, who: str = "jo", *, key: str = "one-key-1",
           when: datetime = NOW, words: str = "", account: str = "") -> bool:  # fmt: skip
    done = actions.note_try(
        seen_as(getattr(cast, who)), episode, Channel.CALL, Outcome.NO_ANSWER, at=when, key=key,
        words=words, account=account, now=NOW,
    )  # fmt: skip
    db.session.commit()
    return done


def test_somebody_always_leads_by_rule_their_social_worker(away: Cast, episode: UUID) -> None:
    assert lead(away, episode) == (away.sam, True)


def test_a_named_lead_takes_over_and_who_led_before_is_kept(away: Cast, episode: UUID) -> None:
    sue = seen_as(away.sue)
    assert actions.name_lead(sue, episode, away.olu, now=at(5))
    assert not actions.name_lead(sue, episode, away.olu, now=at(6))
    assert lead(away, episode) == (away.olu, False)
    assert actions.name_lead(sue, episode, away.sue, now=at(9))
    rows = db.session.scalars(select(OutreachLead).order_by(OutreachLead.since)).all()
    assert [(r.person_id, r.ended_at, r.named_by_id) for r in rows] == [
        (away.sam, at(5), None), (away.olu, at(9), away.sue), (away.sue, None, away.sue),
    ]  # fmt: skip


def test_when_a_named_lead_leaves_somebody_still_leads(away: Cast, episode: UUID) -> None:
    actions.name_lead(seen_as(away.sue), episode, away.olu, now=NOW)
    db.session.get_one(Person, away.olu).ended_at = at(1)
    db.session.commit()
    assert lead(away, episode, at(2)) == (away.sam, True)


@pytest.mark.parametrize("who", ["jo", "ines", "zed_worker", "maya", "ade", "far_zed_worker"])
def test_only_workers_who_answer_for_it_can_lead_or_name(
    away: Cast, episode: UUID, who: str
) -> None:
    with pytest.raises(NotFound):
        actions.name_lead(seen_as(away.sue), episode, getattr(away, who), now=NOW)
    with pytest.raises(NotFound):
        actions.name_lead(seen_as(getattr(away, who)), episode, away.olu, now=NOW)


def test_kind_words_go_and_stand_in_the_conversation(away: Cast, episode: UUID) -> None:
    message_id = send(away, episode)
    assert told("from_worker") == {away.maya}
    said = conversation_page(seen_as(away.sam), away.maya, now=NOW).said
    assert [(one.author, one.turn.words) for one in said] == [("Sam", KIND)]
    page = outreach_page(seen_as(away.jo), episode, now=at(1))
    assert [(one.who, one.channel) for one in page.today] == [("Sam", Channel.TEXT)]
    assert message_id is not None


def test_words_that_hurt_wait_until_somebody_has_read_why(away: Cast, episode: UUID) -> None:
    with pytest.raises(actions.Unkind) as unkind:
        send(away, episode, CROSS)
    assert unkind.value.flags
    assert db.session.scalar(select(WorkerText.id)) is None
    assert send(away, episode, CROSS, has_read=True)
    verbs = set(db.session.scalars(select(AuditEntry.verb)))
    assert {"text:written", "outreach:sent_after_reading"} <= verbs


@pytest.mark.parametrize("words", ["Maya, last chance", "the police will come", "www.example.org"])
def test_what_gives_them_away_is_refused_read_or_not(away: Cast, episode: UUID, words: str) -> None:
    for has_read in (False, True):
        with pytest.raises(Refused):
            send(away, episode, words, has_read=has_read)
    assert db.session.scalar(select(Message.id).where(Message.template == "from_worker")) is None


def test_one_text_a_day_unless_there_is_a_reason(away: Cast, episode: UUID) -> None:
    send(away, episode)
    with pytest.raises(NeedsReason) as needs:
        send(away, episode, who="olu", now=NOW + HOUR)
    assert needs.value.hurdles == [Hurdle.WROTE_TODAY]
    assert send(away, episode, who="olu", now=NOW + HOUR, reason=WHY)


def test_a_phone_that_asked_for_no_texts_is_said_and_gets_none(away: Cast, episode: UUID) -> None:
    opt_out(db.session.get_one(Person, away.maya).phone_index, how="text", now=NOW)
    db.session.commit()
    with pytest.raises(Changed):
        send(away, episode)
    page = outreach_page(seen_as(away.sam), episode, now=NOW)
    assert page.is_closed and PhoneTrouble.OPTED_OUT in page.troubles


@pytest.mark.parametrize("who", ["jo", "ines", "zed_worker", "far_zed_worker", "adil", "maya"])
def test_nobody_else_texts(away: Cast, episode: UUID, who: str) -> None:
    with pytest.raises(NotFound):
        send(away, episode, who=who)


def test_a_carer_notes_what_they_tried_once(away: Cast, episode: UUID) -> None:
    assert trying(away, episode, words="Rang at six", account="@nobody")
    assert not trying(away, episode, words="Rang at six")
    (line,) = outreach_page(seen_as(away.sam), episode, now=NOW).log
    assert (line.who, line.words, line.account) == ("Jo", "Rang at six", "@nobody")
    raw = db.session.scalars(select(OutreachTry.__table__.c.words)).one()
    assert is_sealed(raw)


@pytest.mark.parametrize(
    "told_of", [{"words": "her password is rabbit"}, {"account": "logged in as maya"}]
)
def test_a_password_is_never_kept(away: Cast, episode: UUID, told_of: dict[str, str]) -> None:
    with pytest.raises(actions.NoSecrets):
        trying(away, episode, **told_of)
    assert db.session.scalar(select(OutreachTry.id)) is None


@pytest.mark.parametrize("minutes", [1, -60 * 24 * 61])
def test_a_time_that_cannot_be_is_refused(away: Cast, episode: UUID, minutes: int) -> None:
    with pytest.raises(actions.BadTime):
        trying(away, episode, when=at(minutes))


@pytest.mark.parametrize("who", ["ines", "zed_carer", "zed_worker", "kit", "coach_lee", "adil"])
def test_strangers_neither_note_nor_read(away: Cast, episode: UUID, who: str) -> None:
    with pytest.raises(NotFound):
        trying(away, episode, who)
    with pytest.raises(NotFound):
        outreach_page(seen_as(getattr(away, who)), episode, now=NOW)


def ask(cast: Cast, episode: UUID, person: UUID, who: str = "sam", now: datetime = NOW) -> bool:
    done = actions.ask_to_reach_out(
        seen_as(getattr(cast, who), now), episode, person, address=ADDRESS, now=now
    )
    db.session.commit()
    return done


def know_the_three(cast: Cast) -> None:
    share(SYSTEM, cast.maya, "trusted_people", role="social_worker", agreed_how="x", now=NOW)
    db.session.commit()


def test_somebody_of_the_three_is_asked_by_a_text_without_a_name(away: Cast, episode: UUID) -> None:
    know_the_three(away)
    assert ask(away, episode, away.coach_lee)
    assert not ask(away, episode, away.coach_lee, now=NOW + HOUR)
    assert ask(away, episode, away.coach_lee, now=NOW + 21 * HOUR)
    sent = next(s for s in outbox() if s.template == "trusted_outreach")
    assert sent.to == away.coach_lee
    assert not any(word in sent.words for word in ("Maya", "M:", "Sam", "missing"))


def test_the_three_are_asked_only_by_who_may_know_of_them(away: Cast, episode: UUID) -> None:
    page = outreach_page(seen_as(away.sam), episode, now=NOW)
    assert {mate.name for mate in page.teammates} == {"Jo", "Ines"}
    with pytest.raises(NotFound):
        ask(away, episode, away.coach_lee)


def test_who_said_no_or_is_not_to_be_asked_this_is_never_asked(away: Cast, episode: UUID) -> None:
    know_the_three(away)
    rows = {
        row.person_id: row
        for row in db.session.scalars(
            select(Relationship).where(
                Relationship.young_person_id == away.maya,
                Relationship.kind == RelationshipKind.TRUSTED,
            )
        )
    }
    rows[away.nan_ruth].consent = Consent.NO
    terms = PersonTerms(relationship_id=rows[away.coach_lee].id, may_be_asked=["let_in"])
    terms.may_be_told = []
    db.session.add(terms)
    db.session.commit()
    mates = {m.id for m in outreach_page(seen_as(away.sam), episode, now=NOW).teammates}
    assert away.ade in mates
    assert not {away.nan_ruth, away.coach_lee} & mates


@pytest.mark.parametrize("who", ["jo", "ines", "zed_worker", "maya"])
def test_who_may_not_lead_asks_nobody(away: Cast, episode: UUID, who: str) -> None:
    with pytest.raises(NotFound):
        ask(away, episode, away.jo if who != "jo" else away.ines, who)


def test_what_somebody_answers_is_kept_and_the_last_one_counts(away: Cast, episode: UUID) -> None:
    ask(away, episode, away.jo)
    row = db.session.scalars(select(OutreachAsk)).one()
    code = links.issue(
        LinkKind.OUTREACH, young_person_id=away.maya, person_id=away.jo, subject_id=row.id, now=NOW
    )
    db.session.flush()
    link = links.find(LinkKind.OUTREACH, code, now=NOW)
    assert link is not None
    actions.answer_ask(link, AskAnswer.WILL, "", now=at(1))
    actions.answer_ask(link, AskAnswer.REACHED, "She is fine", now=at(2))
    with pytest.raises(actions.NoSecrets):
        actions.answer_ask(link, AskAnswer.REACHED, "I have her password", now=at(3))
    db.session.commit()
    (line,) = outreach_page(seen_as(away.sam), episode, now=NOW).asks
    assert (line.name, line.ask.answer, line.ask.words) == ("Jo", "reached", "She is fine")


def test_a_closed_episode_is_read_and_not_added_to(away: Cast, episode: UUID) -> None:
    found = get_episode(SYSTEM, episode, now=NOW)
    found.state = EpisodeState.CLOSED
    db.session.commit()
    page = outreach_page(seen_as(away.sam), episode, now=NOW)
    assert not (page.may_add or page.may_lead or page.may_text)
    with pytest.raises(NotFound):
        actions.name_lead(seen_as(away.sue), episode, away.olu, now=NOW)


def test_every_act_leaves_a_line_without_words(away: Cast, episode: UUID) -> None:
    actions.name_lead(seen_as(away.sue), episode, away.olu, now=NOW)
    ask(away, episode, away.jo)
    trying(away, episode, words="Rang at six")
    lines = db.session.scalars(select(AuditEntry).where(AuditEntry.verb.like("outreach:%"))).all()
    assert {line.verb for line in lines} == {
        "outreach:lead_named", "outreach:asked", "outreach:tried"
    }  # fmt: skip
    assert {line.subject_id for line in lines} == {away.maya}
    assert not any("Rang" in str(line.reason) for line in lines)
