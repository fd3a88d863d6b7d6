"""Two carers press at once, phones answer at once: everybody is asked once, nothing is lost."""

import json
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from engage.alerts.models import Alert
from engage.alerts.rules import AlertKind
from engage.asking.actions import answer_by_link, answer_by_text, ask_trusted
from engage.asking.models import TrustedAnswer, TrustedQuestion
from engage.asking.queries import asked_about
from engage.asking.rules import Heard
from engage.db import db
from engage.messaging.models import Message
from engage.people.models import Relationship, RelationshipKind
from engage.web.errors import NotFound
from tests.asking.test_actions import share
from tests.at_once import at_once
from tests.cast import NOW, Cast
from tests.checkins.texting import ADDRESS
from tests.episodes.away import opened, seen_as

MINUTE = timedelta(minutes=1)


@pytest.fixture
def episode(app: Flask, cast: Cast) -> UUID:
    with app.app_context():
        share(cast)
        found: UUID = opened(cast).id
        db.session.commit()
        return found


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_five_who_press_at_once_send_three_texts(app: Flask, cast: Cast, episode: UUID) -> None:
    def press() -> int:
        by = seen_as(cast.jo)
        return ask_trusted(by, cast.maya, episode, address=ADDRESS, now=NOW)

    assert sorted(at_once(app, [press] * 5)) == [0, 0, 0, 0, 3]
    with app.app_context():
        assert count(TrustedQuestion) == 3
        asked = select(func.count()).where(Message.template == "trusted_heard")
        assert db.session.scalar(asked) == 3


def test_three_who_answer_at_once_are_all_heard(app: Flask, cast: Cast, episode: UUID) -> None:
    said = {cast.ade: 1, cast.coach_lee: 2, cast.nan_ruth: 3}
    with app.app_context():
        ask_trusted(seen_as(cast.jo), cast.maya, episode, address=ADDRESS, now=NOW)
        db.session.commit()

    def answer(who: UUID, digit: int) -> Callable[[], object]:
        def act() -> object:
            by, now = seen_as(who, NOW + MINUTE), NOW + MINUTE
            return answer_by_text(by, [who], digit, address=ADDRESS, now=now)

        return act

    assert at_once(app, [answer(*each) for each in said.items()]) == [True] * 3
    with app.app_context():
        assert count(TrustedAnswer) == 3
        found = asked_about(seen_as(cast.jo), cast.maya, episode, now=NOW + MINUTE)
        assert {who: each.last.heard for who, each in found.items() if each.last} == {
            cast.ade: Heard.FINE, cast.coach_lee: Heard.WORRIED, cast.nan_ruth: Heard.NO
        }  # fmt: skip
        worried = select(func.count()).where(Alert.kind == AlertKind.CONCERN)
        assert db.session.scalar(worried) == 1


@pytest.mark.usefixtures("inside")
class TestWhoIsAsked:
    @pytest.mark.parametrize("choice", [None, 0, 4, 9, -1, 12])
    def test_a_number_that_was_not_offered_is_left_for_a_person(
        self, cast: Cast, episode: UUID, choice: int | None
    ) -> None:
        ask_trusted(seen_as(cast.jo), cast.maya, episode, address=ADDRESS, now=NOW)
        by = seen_as(cast.ade)
        assert not answer_by_text(by, [cast.ade], choice, address=ADDRESS, now=NOW + MINUTE)
        assert count(TrustedAnswer) == 0

    @pytest.mark.parametrize("who", ["nan_ruth", "zed_carer", "far_zed_worker", "kits_carer"])
    def test_whoever_was_not_asked_answers_nothing(
        self, cast: Cast, episode: UUID, who: str
    ) -> None:
        person = getattr(cast, who)
        for digit in (1, 2, 3):
            assert not answer_by_text(seen_as(person), [person], digit, address=ADDRESS, now=NOW)
        assert not answer_by_link(
            seen_as(person), person, cast.maya, Heard.FINE, address=ADDRESS, now=NOW
        )

    def test_an_answer_about_somebody_else_is_none(self, cast: Cast, episode: UUID) -> None:
        ask_trusted(seen_as(cast.jo), cast.maya, episode, address=ADDRESS, now=NOW)
        by = seen_as(cast.ade)
        assert not answer_by_link(
            by, cast.ade, cast.kit, Heard.FINE, address=ADDRESS, now=NOW + MINUTE
        )
        assert count(TrustedAnswer) == 0

    def test_who_is_no_longer_of_the_three_is_not_asked(self, cast: Cast, episode: UUID) -> None:
        ade = db.session.scalars(
            select(Relationship).where(
                Relationship.person_id == cast.ade,
                Relationship.kind == RelationshipKind.TRUSTED,
            )
        ).one()
        ade.ends_at = NOW - MINUTE
        db.session.commit()
        assert ask_trusted(seen_as(cast.jo), cast.maya, episode, address=ADDRESS, now=NOW) == 2
        asked = db.session.scalars(select(TrustedQuestion.person_id)).all()
        assert cast.ade not in asked

    @pytest.mark.parametrize(
        "who",
        ["maya", "kit", "ade", "zed_carer", "zed_worker", "kits_carer", "far_zed_supervisor",
         "adil", "ines", "sam", "sue"],
    )  # fmt: skip
    def test_nobody_else_presses_the_button(self, cast: Cast, episode: UUID, who: str) -> None:
        with pytest.raises(NotFound):
            ask_trusted(seen_as(getattr(cast, who)), cast.maya, episode, address=ADDRESS, now=NOW)
        db.session.rollback()
        assert count(TrustedQuestion) == 0

    def test_each_text_opens_its_own_link_and_names_nobody(self, cast: Cast, episode: UUID) -> None:
        ask_trusted(seen_as(cast.jo), cast.maya, episode, address=ADDRESS, now=NOW)
        db.session.commit()
        rows = db.session.scalars(select(Message).where(Message.template == "trusted_heard")).all()
        links = {json.loads(str(row.params))["link"] for row in rows}
        assert len(links) == 3 and all(link.startswith(f"{ADDRESS}/t/") for link in links)
        assert not [row for row in rows if "Maya" in str(row.params) or "Jo" in str(row.params)]
