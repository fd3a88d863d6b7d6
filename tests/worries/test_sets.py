"""Changing the prompts: by whom, in which words, tried with young people, and put into use."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engage.db import db
from engage.i18n import LOCALES
from engage.people.queries import get_organisation
from engage.web.errors import Changed, NotFound
from engage.wordings.rules import WordingState
from engage.worries import queries, set_actions
from engage.worries.models import PromptVersion, PromptVote
from engage.worries.prompt_rules import EditFault, PromptKind
from engage.worries.prompts import NEWEST, prompt_set
from engage.worries.set_actions import MOST_OWN, BadEdit
from engage.worries.set_queries import (
    count_votes,
    find_draft,
    find_published,
    get_set,
    list_versions,
    newest_set,
)
from engage.worries.stored_sets import as_set, read_edits, write_edits
from tests.cast import NOW, Cast
from tests.episodes.away import seen_as
from tests.page import Page
from tests.sealing import all_sealed, is_sealed
from tests.worries.test_actions import begun, say

SignIn = Callable[[FlaskClient, UUID], FlaskClient]


@pytest.mark.usefixtures("inside")
class TestActions:
    def test_a_worry_finishes_on_the_prompts_it_began_with(self, cast: Cast) -> None:
        worry = begun(cast)
        sue = seen_as(cast.sue)
        set_actions.word_prompt(sue, "usual", "en", "Is this like most days?", now=NOW)
        set_actions.word_prompt(sue, "usual", "cy", "Ydy hyn fel arfer?", now=NOW)
        set_actions.switch_prompt(sue, "online", on=False, now=NOW)
        own = set_actions.add_prompt(sue, PromptKind.YES_NO, "Did they take the dog?", now=NOW)
        set_actions.publish(sue, now=NOW)
        db.session.commit()
        running = queries.get_worry(seen_as(cast.jo), worry.id, now=NOW)
        assert running.prompts == prompt_set()
        say(worry, seen_as(cast.jo), "online", "nothing")
        from engage.worries.actions import say_not_missing

        say_not_missing(seen_as(cast.jo), worry.id, reason="home", now=NOW)
        db.session.commit()
        again = begun(cast)
        page = queries.get_worry(seen_as(cast.jo), again.id, now=NOW)
        assert again.prompt_set == "own-1"
        usual = page.prompts.get("usual")
        assert usual is not None and usual.own_words["cy"] == "Ydy hyn fel arfer?"
        assert page.prompts.get("online") is None
        say(again, seen_as(cast.jo), own, "yes")

    def test_a_second_version_starts_from_the_first_and_replaces_it(self, cast: Cast) -> None:
        sue = seen_as(cast.sue)
        set_actions.switch_prompt(sue, "online", on=False, now=NOW)
        first = set_actions.publish(sue, now=NOW)
        assert find_draft(sue) is None
        set_actions.switch_prompt(sue, "places", on=False, now=NOW)
        draft = find_draft(sue)
        assert draft is not None and draft.number == 2
        assert read_edits(str(draft.edits)).hidden == {"online", "places"}
        second = set_actions.publish(
            sue, now=NOW, tested_with="Northtown youth council", tested_on=date(2026, 11, 20)
        )
        db.session.commit()
        assert (first.state, second.state) == (WordingState.REPLACED, WordingState.PUBLISHED)
        assert as_set(second).tested_with == "Northtown youth council"
        assert as_set(first).tested_with == ""
        assert [each.number for each in list_versions(sue)] == [2, 1]
        organisation = get_organisation(sue, cast.organisation)
        assert newest_set(sue, organisation.id) == "own-2"
        # What is published stays as it was.
        assert get_set(sue, organisation.id, "own-1").get("places") is not None

    def test_a_gate_is_never_taken_out_nor_moved(self, cast: Cast) -> None:
        sue = seen_as(cast.sue)
        with pytest.raises(BadEdit) as caught:
            set_actions.switch_prompt(sue, "danger", on=False, now=NOW)
        assert caught.value.fault is EditFault.GATE_HIDDEN
        db.session.rollback()
        for _ in range(20):
            set_actions.move_prompt_up(sue, "you", now=NOW)
        set_actions.move_prompt_up(sue, "health", now=NOW)
        draft = find_draft(sue)
        assert draft is not None
        order = [each.id for each in as_set(draft).prompts]
        assert order[:5] == ["danger", "harm", "made_to_go", "health", "you"]

    @pytest.mark.parametrize(
        ("words", "fault"),
        [
            ("Is she a runaway?", EditFault.BLAME),
            ("x" * 161, EditFault.TOO_LONG),
            ("and " * 25, EditFault.LONG_SENTENCE),
        ],
    )
    def test_words_that_blame_or_are_long_are_refused_and_change_nothing(
        self, cast: Cast, words: str, fault: EditFault
    ) -> None:
        sue = seen_as(cast.sue)
        with pytest.raises(BadEdit) as caught:
            set_actions.word_prompt(sue, "usual", "en", words, now=NOW)
        assert caught.value.fault is fault
        db.session.rollback()
        assert find_draft(sue) is None

    def test_empty_words_are_ours_again_but_an_own_prompt_keeps_its_english(
        self, cast: Cast
    ) -> None:
        sue = seen_as(cast.sue)
        set_actions.word_prompt(sue, "usual", "en", "Like most days?", now=NOW)
        set_actions.word_prompt(sue, "usual", "en", "  ", now=NOW)
        draft = find_draft(sue)
        assert draft is not None and read_edits(str(draft.edits)).words == {}
        own = set_actions.add_prompt(sue, PromptKind.WORDS, "What else?", now=NOW)
        with pytest.raises(BadEdit) as caught:
            set_actions.word_prompt(sue, own, "en", "", now=NOW)
        assert caught.value.fault is EditFault.NO_ENGLISH

    def test_own_prompts_are_few_and_can_be_taken_out_again(self, cast: Cast) -> None:
        sue = seen_as(cast.sue)
        made = [
            set_actions.add_prompt(sue, PromptKind.WORDS, f"What about {n}?", now=NOW)
            for n in range(MOST_OWN)
        ]
        with pytest.raises(Changed):
            set_actions.add_prompt(sue, PromptKind.WORDS, "One more?", now=NOW)
        set_actions.remove_prompt(sue, made[0], now=NOW)
        set_actions.add_prompt(
            sue, PromptKind.CHOICE, "Which bus?", choices=("7", "12"), about="x", now=NOW
        )
        set_actions.remove_prompt(sue, made[1], now=NOW)
        for wrong in ("usual", "nowhere"):
            with pytest.raises(NotFound):
                set_actions.remove_prompt(sue, wrong, now=NOW)
        with pytest.raises(BadEdit):
            set_actions.add_prompt(sue, PromptKind.CHOICE, "Which?", choices=("7",), now=NOW)

    def test_what_young_people_said_is_counted_without_a_name_and_goes_with_the_draft(
        self, cast: Cast
    ) -> None:
        sue = seen_as(cast.sue)
        set_actions.vote(sue, "usual", is_good=True, now=NOW)
        set_actions.vote(sue, "usual", is_good=False, instead="Is it a normal day?", now=NOW)
        db.session.commit()
        assert count_votes(sue, find_draft(sue)) == {"usual": (1, 1, ["Is it a normal day?"])}
        assert count_votes(seen_as(cast.far_zed_worker), find_draft(sue)) == {}
        raw = db.session.scalars(select(PromptVote.__table__.c.instead)).all()
        assert all_sealed(raw)
        set_actions.discard(sue, now=NOW)
        db.session.commit()
        assert db.session.scalars(select(PromptVote)).all() == []
        assert find_published(sue) is None
        with pytest.raises(Changed):
            set_actions.discard(sue, now=NOW)
        with pytest.raises(Changed):
            set_actions.publish(sue, now=NOW)

    def test_nobody_else_may_change_them(self, cast: Cast) -> None:
        for who in (cast.maya, cast.jo, cast.olu, cast.ines):
            with pytest.raises(NotFound):
                set_actions.open_draft(seen_as(who), now=NOW)
            db.session.rollback()

    def test_another_organisation_keeps_its_own(self, cast: Cast) -> None:
        sue = seen_as(cast.sue)
        set_actions.switch_prompt(sue, "online", on=False, now=NOW)
        set_actions.publish(sue, now=NOW)
        db.session.commit()
        far = seen_as(cast.far_zed_worker)
        assert newest_set(far, cast.other_organisation) == NEWEST
        assert list_versions(far) == []
        with pytest.raises(NotFound):
            get_set(far, cast.other_organisation, "own-1")

    def test_what_is_stored_reads_back_as_it_was_and_is_sealed(self, cast: Cast) -> None:
        sue = seen_as(cast.sue)
        set_actions.add_prompt(
            sue, PromptKind.CHOICE, "Which bus?", choices=("7", "12"), about="x", now=NOW
        )
        draft = find_draft(sue)
        assert draft is not None
        edits = read_edits(str(draft.edits))
        assert read_edits(write_edits(edits)) == edits
        raw = db.session.scalar(select(PromptVersion.__table__.c.edits))
        assert is_sealed(raw)


@pytest.fixture
def sue(client: FlaskClient, sign_in: SignIn, cast: Cast) -> FlaskClient:
    return sign_in(client, cast.sue)


def test_a_supervisor_rewords_in_two_languages_tries_it_out_and_puts_it_into_use(
    sue: FlaskClient,
) -> None:
    """The journey: read, reword, show to young people, publish with where it was tried."""
    page = Page(sue.get("/prompts"))
    assert "Nobody has tried these questions with young people yet." in page
    page = page.click(sue, "Is this usual for …, or different this time?")
    for code, words in (("en", "Is this like most days?"), ("cy", "Ydy hyn fel arfer?")):
        form = Page(sue.get(f"/prompts/usual/words/{code}")).form()
        page = form.fill(words=words).send(sue)
    page = Page(sue.get("/prompts/usual/session"))
    page = page.form("/prompts/usual/session").fill(is_good="yes").send(sue)
    assert "Keep it: 1." in page
    page = Page(sue.get("/prompts"))
    form = page.form("/prompts/publish")
    page = form.fill(tested_with="Youth council", tested_on="2026-11-20").send(sue, press="publish")
    assert "Tried with young people" in page and "Youth council" in page
    assert "Is this like most days?" in page
    sue.get("/?lang=cy")
    assert "Ydy hyn fel arfer?" in Page(sue.get("/prompts"))


def test_what_is_wrong_stands_beside_the_field_and_nothing_is_lost(sue: FlaskClient) -> None:
    form = Page(sue.get("/prompts/usual/words/en")).form()
    page = Page(form.fill(words="Is he a runaway?").submit(sue))
    assert page.status == 400
    assert "blames or labels" in page
    assert page.form().values["words"] == ["Is he a runaway?"]
    form = Page(sue.get("/prompts/new")).form()
    page = Page(form.fill(words="Which bus?", kind="choice", choices="7\n7\n").submit(sue))
    assert page.status == 400 and "at least two answers" in page
    page = Page(Page(sue.get("/prompts/new")).form().submit(sue))
    assert page.status == 400 and "Write the question." in page


@pytest.mark.parametrize("day", ["2999-01-01", "yesterday", "2026-13-01"])
def test_a_day_that_cannot_be_is_refused(sue: FlaskClient, day: str) -> None:
    Page(sue.get("/prompts/usual/words/en")).form().fill(words="Like most days?").send(sue)
    form = Page(sue.get("/prompts")).form("/prompts/publish")
    form.values["tested_on"] = [day]
    page = Page(form.submit(sue, press="publish"))
    assert page.status == 400 and "Give a day that has been" in page


def test_an_own_prompt_is_added_ordered_and_taken_out(sue: FlaskClient) -> None:
    form = Page(sue.get("/prompts/new")).form()
    page = form.fill(words="Which bus, usually?", kind="choice", choices="7\n12, maybe").send(sue)
    address = page.path
    page = page.form(address).send(sue, press="up")
    assert "Which bus, usually?" in page
    page = Page(sue.get(address)).form(address).send(sue, press="remove")
    assert "Which bus, usually?" not in page


@pytest.mark.parametrize("do", ["off", "", "explode", "remove"])
def test_a_gate_has_no_such_button(sue: FlaskClient, do: str) -> None:
    token = Page(sue.get("/prompts/new")).form().values["csrf_token"][0]
    answer = sue.post("/prompts/danger", data={"csrf_token": token, "do": do})
    assert answer.status_code == 404


def test_zed_finds_nothing_and_others_may_not_change(
    app: Flask, sign_in: SignIn, cast: Cast
) -> None:
    addresses = ["/prompts/usual", "/prompts/usual/words/en", "/prompts/new",
                 "/prompts/usual/session"]  # fmt: skip
    for who in (cast.zed_carer, cast.zed_young, cast.jo, cast.maya, cast.olu):
        client = sign_in(app.test_client(), who)
        for address in addresses:
            assert client.get(address).status_code in (403, 404), (who, address)
    assert set(LOCALES) == {"en", "cy", "es", "ar"}
