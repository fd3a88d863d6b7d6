"""An organisation words, orders and leaves out questions; talks keep those they began with."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engage.db import db
from engage.talks import actions, set_actions
from engage.talks.models import TalkQuestions
from engage.talks.queries import get_page
from engage.talks.rules import changed
from engage.talks.set_actions import BadWords, TooFew
from engage.talks.sets import get_set, newest_set
from engage.talks.shipped import NEWEST, question_set
from engage.talks.wording import words_for
from engage.web.errors import Changed, NotFound
from engage.wordings.queries import list_versions
from tests.cast import NOW, Cast
from tests.page import Page
from tests.talks.conftest import SOON, Held

SignIn = Callable[[FlaskClient, UUID], FlaskClient]
IDS = [each.id for each in question_set().questions]


def test_what_is_unknown_to_ours_is_passed_over() -> None:
    made = changed(
        question_set(), "own-1", off=["hurt", "nothing"], order=["stay", "nothing", "before"],
        wording={"stay": {"en": {"ask": "Stay?"}}, "nothing": {"en": {"ask": "x"}}},
    )  # fmt: skip
    ids = [each.id for each in made.questions]
    assert ids[:2] == ["stay", "before"] and "hurt" not in ids and len(ids) == len(IDS) - 1
    assert made.version == "own-1" and not made.is_tested
    assert str(words_for(made.questions[0]).ask) == "Stay?"


def test_a_new_version_is_asked_from_the_next_talk_on(app: Flask, cast: Cast, held: Held) -> None:
    talk = held()
    with app.app_context():
        sue = cast.viewer(cast.sue)
        set_actions.word_question(
            sue, "stay", "en", ask="What would keep you here?", cue="", now=NOW
        )
        set_actions.switch_question(sue, "own_word", on=False, now=NOW)
        set_actions.move_question_up(sue, "stay", now=NOW)
        # A draft changes nothing yet.
        assert newest_set(cast.organisation) == NEWEST
        set_actions.publish(sue, now=NOW)
        db.session.commit()
        name = newest_set(cast.organisation)
        asked = get_set(cast.organisation, name)
        assert name == "own-1" and asked.find("own_word") is None
        ids = [each.id for each in asked.questions]
        assert ids.index("stay") < ids.index("almost")
        stay = asked.find("stay")
        assert stay is not None and str(words_for(stay).ask) == "What would keep you here?"
        assert str(words_for(stay).cue), "what is left empty is ours"
        # The talk that was begun before keeps what it began with.
        page = get_page(cast.viewer(cast.ines), talk, now=SOON)
        assert page.questions.version == NEWEST and page.questions.find("own_word")
        # Another organisation asks ours.
        assert newest_set(cast.other_organisation) == NEWEST
        assert get_set(cast.other_organisation, name) == question_set()


def test_a_talk_that_begins_afterwards_asks_the_new_ones(
    app: Flask, cast: Cast, booked: None
) -> None:
    with app.app_context():
        sue, ines = cast.viewer(cast.sue), cast.viewer(cast.ines)
        set_actions.switch_question(sue, "hurt", on=False, now=NOW)
        set_actions.publish(sue, now=NOW)
        talk = actions.begin(ines, cast.maya, now=SOON)
        actions.tell_law(ines, talk.id, now=SOON)
        assert talk.question_set == "own-1"
        with pytest.raises(NotFound):
            actions.answer(ines, talk.id, "hurt", "x", key="k", now=SOON)
        entry = actions.answer(ines, talk.id, "stay", "x", key="k", now=SOON)
        assert entry.question_set == "own-1"


def test_blaming_words_long_sentences_and_an_empty_talk_are_refused(app: Flask, cast: Cast) -> None:
    with app.app_context():
        sue = cast.viewer(cast.sue)
        for ask in ("Why did you abscond?", "one " * 21):
            with pytest.raises(BadWords):
                set_actions.word_question(sue, "stay", "en", ask=ask, cue="", now=NOW)
        for one in IDS[:-1]:
            set_actions.switch_question(sue, one, on=False, now=NOW)
        with pytest.raises(TooFew):
            set_actions.switch_question(sue, IDS[-1], on=False, now=NOW)
        with pytest.raises(NotFound):
            set_actions.switch_question(sue, "nothing", on=False, now=NOW)
        set_actions.discard(sue, now=NOW)
        with pytest.raises(Changed):
            set_actions.publish(sue, now=NOW)


@pytest.mark.parametrize("who", ["ines", "sam", "olu", "jo", "maya"])
def test_only_supervisors_and_administrators_change_them(app: Flask, cast: Cast, who: str) -> None:
    with app.app_context(), pytest.raises(NotFound):
        set_actions.open_draft(cast.viewer(getattr(cast, who)), now=NOW)


def test_on_the_pages_they_are_worded_left_out_ordered_and_published(
    app: Flask, cast: Cast, client: FlaskClient, sign_in: SignIn
) -> None:
    sue = sign_in(client, cast.sue)
    page = Page(sue.get("/talk-questions?lang=en"))
    assert "have not been tried out" in page.main_text
    here = "/talk-questions/stay"
    words = f"{here}/words/en"
    form = Page(sue.get(words)).form(words).fill(ask="Why did you abscond?")
    answer = form.submit(sue)
    assert answer.status_code == 400 and "labels young people" in Page(answer).errors[0]
    form = Page(answer).form(words).fill(ask="What would keep you here?")
    page = form.send(sue)
    assert "Our own words" in page.main_text
    page = page.form(here).send(sue, press="Put it one place higher")
    page = Page(sue.get("/talk-questions/own_word"))
    page = page.form("/talk-questions/own_word").send(sue, press="Stop asking this question")
    assert "Not asked" in page.main_text and "What would keep you here?" in page.main_text
    form = page.form("/talk-questions").fill(tested_with="Youth council", tested_on="2026-13-99")
    answer = form.submit(sue, press="Use these from now on")
    assert answer.status_code == 400
    form = Page(answer).form("/talk-questions").fill(tested_on="2026-11-01")
    page = form.send(sue, press="Use these from now on")
    assert "Youth council" in page.main_text and "In use" in page.main_text
    with app.app_context():
        (row,) = list_versions(cast.viewer(cast.sue), TalkQuestions)
        assert (row.number, str(row.tested_on)) == (1, "2026-11-01")


def test_others_read_them_at_most_and_zed_elsewhere_sees_his_own(
    app: Flask, cast: Cast, sign_in: SignIn
) -> None:
    with app.app_context():
        sue = cast.viewer(cast.sue)
        set_actions.word_question(sue, "stay", "en", ask="Only here?", cue="", now=NOW)
        set_actions.publish(sue, now=NOW)
        db.session.commit()
    for who, status in (("jo", 404), ("maya", 404), ("sam", 200), ("far_zed_supervisor", 200)):
        browser = sign_in(app.test_client(), getattr(cast, who))
        answer = browser.get("/talk-questions?lang=en")
        assert answer.status_code == status, who
        assert (b"Only here?" in answer.data) is (who == "sam"), who
        if who != "far_zed_supervisor":
            assert browser.get("/talk-questions/stay").status_code == 404
            assert browser.get("/talk-questions/stay/words/en").status_code == 404
