"""Which texts were agreed to, by purpose: kept as they change, read by them and their workers."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engage.audit.models import AuditEntry
from engage.conversations.consent_queries import consent_page
from engage.db import db
from engage.messaging.consent_actions import note_consent
from engage.messaging.consent_models import Purpose, TextConsent
from engage.people.models import Person, ReplyPolicy
from engage.plans import actions as plans
from engage.sharing.actions import set_words
from engage.web.errors import NotFound
from tests.cast import NOW, Cast
from tests.checkins.texting import own_number, phone_of, text
from tests.page import Page

SignIn = Callable[[FlaskClient, UUID], FlaskClient]


def note(cast: Cast, yes: bool, minutes: int = 0, purpose: Purpose = Purpose.QUESTIONS) -> bool:
    done = note_consent(
        cast.viewer(cast.maya), cast.maya, purpose, says_yes=yes,
        now=NOW + timedelta(minutes=minutes),
    )  # fmt: skip
    db.session.commit()
    return done


def test_a_line_is_added_only_when_something_changed(inside: None, cast: Cast) -> None:
    assert note(cast, True)
    assert not note(cast, True, 1)
    assert note(cast, False, 2)
    assert note(cast, True, 3)
    assert note(cast, True, 3, Purpose.OWN_WORDS)
    lines = db.session.scalars(select(TextConsent).order_by(TextConsent.at)).all()
    assert [line.says_yes for line in lines] == [True, False, True, True]
    verbs = db.session.scalars(
        select(AuditEntry.reason).where(AuditEntry.verb == "text_consent:noted")
    )
    assert "questions:no" in set(verbs)


def test_the_page_says_what_holds_now_and_how_it_came_to_be(inside: None, cast: Cast) -> None:
    note(cast, True)
    text(phone_of(cast.maya), "STOP", now=NOW + timedelta(minutes=5))
    page = consent_page(cast.viewer(cast.sam), cast.maya, now=NOW)
    assert page.now == {
        Purpose.REPLIES: True, Purpose.QUESTIONS: True, Purpose.OWN_WORDS: False
    }  # fmt: skip
    assert page.off_since == NOW + timedelta(minutes=5)
    assert [line.what for line in page.lines] == ["opted_out", "questions"]
    assert page.lines[1].by == "Maya"
    assert not page.is_shared


def test_a_shared_phone_is_said_to_be_shared(inside: None, cast: Cast) -> None:
    db.session.get_one(Person, cast.kit).phone = phone_of(cast.maya)
    db.session.commit()
    assert consent_page(cast.viewer(cast.sam), cast.maya, now=NOW).is_shared


@pytest.mark.parametrize(
    "who", ["zed_worker", "zed_carer", "zed_young", "far_zed_worker", "kit", "jo", "ines", "adil"]
)
def test_a_stranger_finds_nothing(
    who: str, client: FlaskClient, cast: Cast, sign_in: SignIn, app: Flask
) -> None:
    sign_in(client, getattr(cast, who))
    assert client.get(f"/young-people/{cast.maya}/texts-agreed").status_code == 404
    with app.app_context(), pytest.raises(NotFound):
        consent_page(cast.viewer(getattr(cast, who)), cast.maya, now=NOW)


@pytest.mark.parametrize("locale", ["en", "cy", "es", "ar"])
def test_it_reads_in_every_language_for_both(
    locale: str, app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    with app.app_context():
        own_number(cast)
        note(cast, True)
        text(phone_of(cast.maya), "STOP", now=NOW)
    for who in (cast.maya, cast.sam):
        sign_in(client, who)
        page = Page(client.get(f"/young-people/{cast.maya}/texts-agreed?lang={locale}"))
        assert page.lang == locale
        if locale == "en":
            off = "All texts are off" if who == cast.maya else "Texts are off: use another way"
            assert off in page.text
            assert "by a text from this phone" in page.text


@pytest.mark.parametrize("replies", ReplyPolicy)
def test_what_the_plan_says_of_replies_is_noted(
    inside: None, cast: Cast, replies: ReplyPolicy
) -> None:
    maya = cast.viewer(cast.maya)
    plan_id = plans.start_plan(maya, cast.maya, now=NOW).id
    set_words(
        maya, plan_id, code_word="bluebird", not_ok_word="tangerine", replies=replies,
        word_needed=False, now=NOW,
    )  # fmt: skip
    db.session.commit()
    line = db.session.scalars(select(TextConsent)).one()
    assert (line.purpose, line.says_yes, line.detail) == (
        Purpose.REPLIES, replies is not ReplyPolicy.NONE, replies
    )  # fmt: skip
    page = consent_page(maya, cast.maya, now=NOW)
    assert (page.is_own, page.replies, page.now[Purpose.REPLIES]) == (
        True, replies, replies is not ReplyPolicy.NONE
    )  # fmt: skip
