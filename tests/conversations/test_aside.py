"""Texts beyond 200 an hour: nobody is told of them, and whoever may read finds every one."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engage.audit.models import AuditEntry
from engage.checkins.actions import receive_kept
from engage.conversations import aside_queries
from engage.conversations.aside_actions import note_read
from engage.conversations.aside_queries import LATEST, aside_of, asides, get_aside
from engage.db import db
from engage.messaging.inbound import InboundText, keep_inbound
from engage.messaging.models import InboundMessage
from engage.operators import keeping
from engage.operators.forgetting import forget_texts_of_nobody
from engage.people.models import Person
from engage.policy.keeping_rules import Kept
from engage.web.errors import NotFound
from tests.cast import NOW
from tests.checkins.test_flood import full
from tests.checkins.texting import ADDRESS, SERVICE, UNKNOWN, alerts, outbox, phone_of, text
from tests.page import Page

pytestmark = pytest.mark.usefixtures("inside")
MINUTE = timedelta(minutes=1)
STRANGERS = ["zed_worker", "zed_carer", "zed_young", "far_zed_worker", "far_zed_supervisor", "kit"]


@pytest.fixture
def sam(cast, clock):
    return cast.viewer(cast.sam)


def beyond(number, many=3, words="hello x{}"):
    """Fill the hour of a phone, then send so many more, a minute apart."""
    full(number, NOW)
    for each in range(many):
        assert text(number, words.format(each), now=NOW + (1 + each) * MINUTE / 10) is None


def set_aside():
    return db.session.scalar(
        select(func.count()).where(InboundMessage.set_aside_for_id.is_not(None))
    )


def test_what_comes_after_the_hours_200_is_there_to_read_the_latest_first(cast, sam):
    beyond(phone_of(cast.maya))
    found = aside_of(sam, cast.maya, now=NOW)
    assert [one.words for one in found.texts] == ["hello x2", "hello x1", "hello x0"]
    assert found.unread == 3
    assert not alerts() and not outbox()


def test_who_sent_no_flood_has_nothing_set_aside(cast, sam):
    text(phone_of(cast.maya), "hello", now=NOW)
    assert aside_of(sam, cast.maya, now=NOW) is None
    assert asides(sam, now=NOW) == []


def test_the_first_200_of_the_hour_are_not_among_them(cast, sam):
    beyond(phone_of(cast.maya), 1)
    assert set_aside() == 1


def test_danger_is_acted_on_and_not_set_aside(cast, sam):
    beyond(phone_of(cast.maya), 2)
    text(phone_of(cast.maya), "help me", now=NOW + MINUTE)
    assert set_aside() == 2
    assert [alert.kind for alert in alerts()] == ["sos"]


def test_one_that_was_stored_raw_is_set_aside_once_it_is_worked_on(cast, sam):
    full(phone_of(cast.maya), NOW)
    raw = InboundText("twilio", "SM" + "e" * 32, phone_of(cast.maya), SERVICE, "hello again")
    kept = keep_inbound(raw, source="fallback", now=NOW)
    assert receive_kept(kept, now=NOW + MINUTE, address=ADDRESS) is None
    db.session.commit()
    assert [one.words for one in aside_of(sam, cast.maya, now=NOW).texts] == ["hello again"]


def test_a_known_and_an_unknown_phone_each_have_their_line_on_the_board(cast, sam):
    beyond(phone_of(cast.maya), 2)
    beyond(UNKNOWN, 4)
    found = {one.name: one for one in asides(sam, now=NOW)}
    assert {name: one.unread for name, one in found.items()} == {"Maya": 2, "": 4}
    assert found["Maya"].young_person_id == cast.maya
    assert (found[""].young_person_id, found[""].number_end) == (None, UNKNOWN[-3:])


def test_a_carers_phone_is_named_on_the_board(cast, sam):
    beyond(phone_of(cast.jo), 1, "anything {}")
    (found,) = asides(sam, now=NOW)
    assert (found.name, found.young_person_id) == ("Jo", None)


def test_on_the_board_only_the_latest_are_shown_and_all_are_counted(cast, sam):
    beyond(UNKNOWN, LATEST + 5)
    (found,) = asides(sam, now=NOW)
    assert (len(found.texts), found.unread) == (LATEST, LATEST + 5)


def test_what_was_read_leaves_the_board_and_stays_with_the_conversation(cast, sam):
    beyond(phone_of(cast.maya), 3)
    (found,) = asides(sam, now=NOW)
    assert note_read(sam, found.inbound_id, now=NOW) == 3
    db.session.commit()
    assert asides(sam, now=NOW) == []
    kept = aside_of(sam, cast.maya, now=NOW)
    assert (kept.unread, len(kept.texts)) == (0, 3)
    line = db.session.scalars(
        select(AuditEntry).where(AuditEntry.verb == "texts:set_aside_read")
    ).one()
    assert (line.subject_id, line.actor_id) == (cast.maya, cast.sam)


def test_what_came_while_somebody_read_waits_anew(cast, sam):
    beyond(UNKNOWN, 2)
    (before,) = asides(sam, now=NOW)
    text(UNKNOWN, "one more", now=NOW + MINUTE)
    assert note_read(sam, before.inbound_id, now=NOW + MINUTE) == 2
    db.session.commit()
    (after,) = asides(sam, now=NOW)
    assert (after.unread, [one.words for one in after.texts]) == (1, ["one more"])


@pytest.mark.parametrize("who", STRANGERS)
def test_a_stranger_finds_none_of_them(cast, clock, who):
    beyond(phone_of(cast.maya), 1)
    viewer = cast.viewer(getattr(cast, who))
    one = db.session.scalar(
        select(InboundMessage.id).where(InboundMessage.set_aside_for_id.is_not(None))
    )
    assert aside_of(viewer, cast.maya, now=NOW) is None
    with pytest.raises(NotFound):
        get_aside(viewer, one, now=NOW)
    with pytest.raises(NotFound):
        note_read(viewer, one, now=NOW)
    if "worker" in who or "supervisor" in who:
        assert asides(viewer, now=NOW) == []


@pytest.mark.parametrize("who", ["far_zed_worker", "jo", "maya", "ines", "adil"])
def test_an_unknown_phones_texts_are_for_those_with_its_board(cast, clock, who):
    beyond(UNKNOWN, 1)
    one = asides(cast.viewer(cast.sam), now=NOW)[0].inbound_id
    viewer = cast.viewer(getattr(cast, who))
    with pytest.raises(NotFound):
        get_aside(viewer, one, now=NOW)


def test_a_text_that_was_acted_on_has_no_such_page(cast, sam):
    text(phone_of(cast.maya), "hello", now=NOW)
    one = db.session.scalar(select(InboundMessage.id))
    with pytest.raises(NotFound):
        get_aside(sam, one, now=NOW)


def test_every_one_of_very_many_can_be_reached(cast, sam, monkeypatch):
    monkeypatch.setattr(aside_queries, "PAGE", 4)
    beyond(UNKNOWN, 10)
    found, before, one = [], None, asides(sam, now=NOW)[0].inbound_id
    for _page in range(3):
        page = get_aside(sam, one, now=NOW, before=before)
        found += [each.words for each in page.texts]
        before = page.texts[-1].at
    assert found == [f"hello x{n}" for n in range(9, -1, -1)]
    assert page.before == ""


def test_words_of_somebody_we_know_are_kept_as_long_as_their_other_texts(cast, sam):
    beyond(phone_of(cast.maya), 2)
    beyond(UNKNOWN, 2)
    forget_texts_of_nobody(now=NOW + timedelta(days=400))
    db.session.commit()
    found = {one.name: one.texts[0].words for one in asides(sam, now=NOW)}
    assert found == {"Maya": "hello x1", "": ""}
    keeping.erase(Kept.TEXTS, now=NOW + timedelta(days=400))
    db.session.commit()
    assert {one.texts[0].words for one in asides(sam, now=NOW)} == {""}


def test_the_conversation_and_the_board_show_them_folded(app, client, cast, clock, sign_in):
    beyond(phone_of(cast.maya), 2, "word {}")
    beyond(UNKNOWN, 1, "strange {}")
    sign_in(client, cast.sam)
    page = Page(client.get(f"/young-people/{cast.maya}/check-ins"))
    assert "2 more texts were kept" in page.text and "word 1" in page.text
    board = Page(client.get("/check-ins/unmatched"))
    assert "Maya 2 more texts were kept" in board.text
    assert f"Number that ends in {UNKNOWN[-3:]}: 1 more text was kept" in board.text
    kept = board.link("All that were kept")
    assert "strange 0" in Page(client.get(kept)).text


def test_i_have_read_them_takes_them_from_the_board(app, client, cast, clock, sign_in):
    beyond(UNKNOWN, 2, "strange {}")
    sign_in(client, cast.sam)
    board = Page(client.get("/check-ins/unmatched"))
    form = next(one for one in board.forms if one.action.endswith("/read"))
    done = form.submit(client, "I have read them")
    assert (done.status_code, done.location) == (303, "/check-ins/unmatched")
    assert "Nothing waits here" in Page(client.get("/check-ins/unmatched")).text


@pytest.mark.parametrize("who", STRANGERS)
def test_a_stranger_finds_no_such_page(app, client, cast, clock, sign_in, who):
    beyond(phone_of(cast.maya), 1)
    one = db.session.scalar(
        select(InboundMessage.id).where(InboundMessage.set_aside_for_id.is_not(None))
    )
    sign_in(client, getattr(cast, who))
    assert client.get(f"/check-ins/kept/{one}").status_code == 404
    token = Page(client.get("/c")).form("/c").values["csrf_token"][0]
    done = client.post(f"/check-ins/kept/{one}/read", data={"csrf_token": token})
    assert done.status_code == 404
    db.session.expire_all()
    assert db.session.get(InboundMessage, one).looked_at is None


def test_somebody_whose_care_has_ended_is_nobody_elses_flood(cast, sam):
    """The phone of a young person who left is an unknown phone again."""
    db.session.get_one(Person, cast.maya).ended_at = NOW - MINUTE
    db.session.commit()
    beyond(phone_of(cast.maya), 1)
    (found,) = asides(sam, now=NOW)
    assert (found.name, found.young_person_id) == ("", None)
