"""A worker texts a young person: who may, what may stand in it, and how often."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engage.audit.models import AuditEntry
from engage.checkins.conversation_rules import Hurdle
from engage.conversations import actions
from engage.conversations.queries import conversation_page, names_and_places, suggestions
from engage.db import db
from engage.messaging.actions import opt_out
from engage.messaging.code_rules import PhoneTrouble
from engage.messaging.models import Message, WorkerText
from engage.messaging.queries import phone_troubles
from engage.messaging.rules import MessageState, Reason
from engage.messaging.wording_rules import FlawKind
from engage.people.access import SYSTEM
from engage.people.models import Person, Relationship
from engage.web.errors import Changed, NotFound
from tests.cast import NOW
from tests.checkins.texting import own_number, phone_of, text
from tests.messaging.desk import Counter, Desk
from tests.sealing import is_sealed

HOUR = timedelta(hours=1)
NIGHT = NOW.replace(hour=23)
WHY = "Their mum rang: she worries about them."
HELLO = "Hi, all good? 1 yes 2 call me"


@pytest.fixture
def inside(app, cast, clock):
    with app.app_context():
        own_number(cast)
        yield cast


def write(cast, who="sam", words=HELLO, *, to="maya", key=None, now=NOW, **more):
    viewer = cast.viewer(getattr(cast, who), now)
    found = actions.write_text(
        viewer, getattr(cast, to), words, key=key or f"{now}:{who}", now=now, **more
    )
    db.session.commit()
    return found


def test_what_a_worker_wrote_goes_to_the_phone_and_leaves_a_line(app, inside):
    message_id = write(inside)
    provider = Counter()
    Desk(app, provider).rounds()
    assert [sent.body for sent in provider.taken] == [HELLO]
    row = db.session.get(WorkerText, db.session.scalar(select(WorkerText.id)))
    assert (row.message_id, row.author_id, row.override_reason) == (message_id, inside.sam, None)
    line = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "text:written")).one()
    assert (line.subject_id, line.object_id, line.actor_id) == (inside.maya, message_id, inside.sam)


@pytest.mark.parametrize("who", ["sam", "sue", "olu"])
def test_those_who_answer_for_them_may_write(inside, who):
    assert write(inside, who) is not None


@pytest.mark.parametrize(
    "who", ["jo", "ines", "adil", "ade", "kits_worker", "zed_worker", "far_zed_supervisor", "maya"]
)
def test_nobody_else_may(inside, who):
    with pytest.raises(NotFound):
        write(inside, who)
    assert db.session.scalar(select(func.count(Message.id))) == 0


def test_pressing_twice_sends_once(inside):
    assert write(inside, key="same-key-of-one-page") is not None
    assert write(inside, key="same-key-of-one-page", reason=WHY) is None
    assert db.session.scalar(select(func.count(WorkerText.id))) == 1


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("", FlawKind.EMPTY),
        ("Hi Maya", FlawKind.NAME),
        ("Sam here, all ok?", FlawKind.NAME),
        ("back at Hazel House?", FlawKind.PLACE),
        ("Northtown Council says hi", FlawKind.PLACE),
        ("police", FlawKind.FORBIDDEN),
    ],
)
def test_words_that_give_them_away_are_refused_and_nothing_goes(inside, words, kind):
    with pytest.raises(actions.Refused) as refused:
        write(inside, words=words)
    assert kind in [flaw.kind for flaw in refused.value.flaws]
    assert db.session.scalar(select(func.count(Message.id))) == 0


def test_refusing_a_name_tells_nobody_who_is_trusted(inside):
    """Only shared names are looked for, or trying names would find the trio out."""
    sam = inside.viewer(inside.sam)
    names, places = names_and_places(sam, inside.maya, now=NOW)
    assert {"Maya", "Jo", "Sam"} <= set(names)
    assert not {"Ade", "Coach Lee", "Nan Ruth"} & set(names)
    assert "Hazel House" in places
    own, _ = names_and_places(inside.viewer(inside.maya), inside.maya, now=NOW)
    assert "Nan Ruth" in own


def test_a_carer_of_long_ago_is_no_name_any_more(inside):
    db.session.query(Relationship).filter_by(person_id=inside.jo).update({"ends_at": NOW - HOUR})
    names, _ = names_and_places(inside.viewer(inside.sam), inside.maya, now=NOW)
    assert "Jo" not in names


def test_the_second_text_of_a_day_needs_a_reason_that_is_kept_sealed(inside):
    write(inside)
    with pytest.raises(actions.NeedsReason) as needs:
        write(inside, "olu", now=NOW + HOUR)
    assert needs.value.hurdles == [Hurdle.WROTE_TODAY]
    with pytest.raises(actions.NeedsReason):
        write(inside, "olu", now=NOW + HOUR, reason="  because     ")
    write(inside, "olu", now=NOW + HOUR, reason=WHY)
    db.session.expire_all()
    reasons = {row.author_id: row.override_reason for row in db.session.query(WorkerText)}
    assert reasons == {inside.sam: None, inside.olu: WHY}
    stored = db.session.scalar(
        select(WorkerText._override_reason).where(WorkerText.author_id == inside.olu)
    )
    assert is_sealed(stored)
    line = db.session.scalars(
        select(AuditEntry).where(AuditEntry.verb == "text:written_against_limit")
    ).one()
    assert (line.reason, line.actor_id) == ("wrote_today", inside.olu)


def test_whoever_texts_back_may_be_answered_without(inside):
    write(inside)
    text(phone_of(inside.maya), "2", now=NOW + HOUR)
    assert write(inside, now=NOW + HOUR + timedelta(minutes=1)) is not None


def test_a_day_later_it_is_a_new_day(inside):
    write(inside)
    assert write(inside, now=NOW + 24 * HOUR) is not None


def test_by_night_it_waits_for_the_morning_or_needs_a_reason(app, inside, clock):
    clock.move_to(NIGHT, tick=False)
    with pytest.raises(actions.NeedsReason) as needs:
        write(inside, now=NIGHT)
    assert needs.value.hurdles == [Hurdle.NIGHT]
    later = write(inside, now=NIGHT, in_the_morning=True)
    provider = Counter()
    desk = Desk(app, provider)
    desk.rounds()
    assert provider.taken == []
    clock.move_to(NIGHT + 8 * HOUR, tick=False)
    desk.rounds()
    assert [sent.message_id for sent in provider.taken] == [later]


def test_by_night_with_a_reason_it_goes_at_once(app, inside, clock):
    clock.move_to(NIGHT, tick=False)
    write(inside, now=NIGHT, reason=WHY)
    provider = Counter()
    Desk(app, provider).rounds()
    assert len(provider.taken) == 1


def test_waiting_for_the_morning_does_not_excuse_a_second_text(inside):
    write(inside)
    with pytest.raises(actions.NeedsReason) as needs:
        write(inside, now=NIGHT, in_the_morning=True)
    assert needs.value.hurdles == [Hurdle.WROTE_TODAY]


def change(cast, **values):
    person = db.session.get(Person, cast.maya)
    for name, value in values.items():
        setattr(person, name, value)
    db.session.commit()


@pytest.mark.parametrize(
    ("values", "trouble"),
    [
        ({"phone": None}, PhoneTrouble.NO_NUMBER),
        ({"phone_suspended_at": NOW}, PhoneTrouble.LOST),
        (
            {"phone_verified_at": NOW - timedelta(days=91), "phone_heard_at": None},
            PhoneTrouble.STALE,
        ),
    ],
)
def test_a_phone_that_takes_no_texts_is_said_and_nothing_is_queued(inside, values, trouble):
    change(inside, **values)
    assert phone_troubles(SYSTEM, [inside.maya, inside.kit], now=NOW) == {inside.maya: [trouble]}
    with pytest.raises(Changed):
        write(inside)
    page = conversation_page(inside.viewer(inside.sam), inside.maya, now=NOW)
    assert page.is_closed and page.troubles == [trouble]


def test_one_that_asked_for_no_texts_is_closed_too(inside):
    opt_out(db.session.get(Person, inside.maya).phone_index, how="text", now=NOW)
    db.session.commit()
    with pytest.raises(Changed):
        write(inside)
    found = phone_troubles(SYSTEM, [inside.maya], now=NOW)
    assert found == {inside.maya: [PhoneTrouble.OPTED_OUT]}


def test_a_text_that_did_not_arrive_is_said_until_somebody_reached_them(inside):
    row = db.session.get(Message, write(inside))
    row.state, row.reason, row.needs_person_at = MessageState.FAILED, Reason.REFUSED, NOW
    db.session.commit()
    found = phone_troubles(SYSTEM, [inside.maya], now=NOW)
    assert found == {inside.maya: [PhoneTrouble.UNREACHABLE]}
    # It may still be worth another try: the phone was perhaps only off.
    assert not conversation_page(inside.viewer(inside.sam), inside.maya, now=NOW).is_closed
    row.handled_at = NOW
    db.session.commit()
    assert phone_troubles(SYSTEM, [inside.maya], now=NOW) == {}


def test_one_reads_ones_own_words_and_of_others_only_that_they_wrote(inside):
    write(inside)
    own = conversation_page(inside.viewer(inside.sam), inside.maya, now=NOW).said
    theirs = conversation_page(inside.viewer(inside.olu), inside.maya, now=NOW).said
    assert [(one.author, one.turn.words) for one in own] == [("Sam", HELLO)]
    assert [(one.author, one.turn.words) for one in theirs] == [("Sam", "")]
    hers = conversation_page(inside.viewer(inside.maya), inside.maya, now=NOW)
    assert not hers.may_write


def test_a_long_conversation_comes_in_pages_without_gaps(inside):
    for minute in range(100):
        text(phone_of(inside.maya), f"words {minute}", now=NOW - timedelta(minutes=minute))
    sam, before, seen = inside.viewer(inside.sam), None, []
    for _ in range(10):
        page = conversation_page(sam, inside.maya, now=NOW, before=before)
        seen += [one.turn.words for one in page.said if one.turn.is_theirs]
        if not page.before:
            break
        before = page.said[-1].turn.at
    assert seen == [f"words {minute}" for minute in range(100)]


def test_a_supervisor_adds_a_sentence_and_takes_it_away(inside):
    sue = inside.viewer(inside.sue)
    made = actions.add_suggestion(sue, "en", "Tea is on? 1 yes 2 no", now=NOW)
    db.session.commit()
    sam = inside.viewer(inside.sam)
    assert [one.words for one in suggestions(sam, "en")] == ["Tea is on? 1 yes 2 no"]
    assert suggestions(sam, "cy") == []
    assert suggestions(inside.viewer(inside.far_zed_worker), "en") == []
    assert actions.retire_suggestion(sue, made.id, now=NOW)
    assert not actions.retire_suggestion(sue, made.id, now=NOW)
    assert suggestions(sam, "en") == []


def test_a_sentence_that_gives_somebody_away_is_not_taken(inside):
    with pytest.raises(actions.Refused):
        actions.add_suggestion(inside.viewer(inside.sue), "cy", "mae'r heddlu yma", now=NOW)


@pytest.mark.parametrize("who", ["sam", "jo", "maya", "olu"])
def test_sentences_are_kept_by_supervisors_and_administrators(inside, who):
    with pytest.raises(NotFound):
        actions.add_suggestion(inside.viewer(getattr(inside, who)), "en", "Hello", now=NOW)


def test_another_organisations_sentence_is_not_there(inside):
    made = actions.add_suggestion(inside.viewer(inside.sue), "en", "Hello", now=NOW)
    db.session.commit()
    with pytest.raises(NotFound):
        actions.retire_suggestion(inside.viewer(inside.far_zed_supervisor), made.id, now=NOW)


def test_words_wait_sealed_and_are_gone_when_erased(inside):
    row = db.session.get(Message, write(inside))
    assert json.loads(row.params) == {"words": HELLO}
    stored = db.session.scalar(select(Message._params))
    assert "all good" not in stored
    row.params = row.body = None
    db.session.commit()
    page = conversation_page(inside.viewer(inside.sam), inside.maya, now=NOW)
    assert page.said[0].turn.words == ""
