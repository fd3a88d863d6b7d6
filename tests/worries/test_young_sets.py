"""Prompts about one young person: by their workers, in versions, never instead of the gates."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engage.db import db
from engage.web.errors import Changed, NotFound
from engage.worries import queries, young_set_actions
from engage.worries.models import YoungPrompts
from engage.worries.prompt_rules import EditFault, PromptKind
from engage.worries.set_actions import BadEdit
from engage.worries.young_set_queries import get_young_prompts
from engage.worries.young_sets import own_prompts
from tests.cast import NOW, Cast
from tests.episodes.away import HOUR, seen_as
from tests.page import Page
from tests.worries.test_actions import begun, say

WORDS = {"en": "Has %(name)s taken the blue bag?", "cy": "Ydy %(name)s wedi mynd â'r bag glas?"}


def add(cast: Cast, words=WORDS, kind=PromptKind.YES_NO, by=None, choices=(), now=NOW) -> str:
    made = young_set_actions.add_young_prompt(
        seen_as(by or cast.sam, now), cast.maya, kind, words, choices=choices, now=now
    )
    db.session.commit()
    return made


def asked(cast: Cast, worry) -> list[str]:
    page = queries.get_worry(seen_as(cast.jo), worry.id, now=NOW)
    return [prompt.id for prompt in page.prompts.prompts]


@pytest.mark.usefixtures("inside")
def test_it_is_asked_about_her_alone_right_after_the_gates(cast: Cast) -> None:
    made = add(cast)
    assert asked(cast, begun(cast)).index(made) == 4
    # Nobody else is asked it.
    assert get_young_prompts(seen_as(cast.kits_worker), cast.kit, now=NOW).prompts == ()


@pytest.mark.usefixtures("inside")
def test_a_running_worry_finishes_on_the_version_it_began_with(cast: Cast) -> None:
    made = add(cast)
    first = begun(cast)
    young_set_actions.word_young_prompt(
        seen_as(cast.sam), cast.maya, made, {"en": "Did %(name)s take a bag?"}, now=NOW
    )
    later = add(cast, {"en": "Is it Friday?"})
    assert made in asked(cast, first) and later not in asked(cast, first)
    page = queries.get_worry(seen_as(cast.jo), first.id, now=NOW)
    kept = page.prompts.get(made)
    assert kept is not None and kept.own_words == WORDS
    say(first, seen_as(cast.jo), made, "yes")
    from engage.worries import actions

    actions.say_not_missing(seen_as(cast.jo), first.id, reason="Home", now=NOW)
    young_set_actions.retire_young_prompt(seen_as(cast.sam), cast.maya, made, now=NOW)
    db.session.commit()
    second = begun(cast, now=NOW + HOUR)
    assert later in asked(cast, second) and made not in asked(cast, second)
    # What was answered stays readable.
    assert queries.get_worry(seen_as(cast.jo), first.id, now=NOW).answers[made] == "yes"
    numbers = db.session.scalars(select(YoungPrompts.number).order_by(YoungPrompts.number)).all()
    assert numbers == [1, 2, 3, 4]
    assert [p.own_words["en"] for p in own_prompts(cast.maya, 1)] == [WORDS["en"]]


@pytest.mark.usefixtures("inside")
def test_no_more_than_a_few_and_each_has_english_and_blames_nobody(cast: Cast) -> None:
    for words, fault in (
        ({"cy": "Ydy hi gartref?"}, EditFault.NO_ENGLISH),
        ({"en": "Is she naughty?"}, EditFault.BLAME),
        ({"en": "Fine?", "es": "¿Es una fugada?"}, EditFault.BLAME),
        ({"en": "x" * 161}, EditFault.TOO_LONG),
        ({"en": " ".join(["word"] * 21)}, EditFault.LONG_SENTENCE),
    ):
        with pytest.raises(BadEdit) as caught:
            add(cast, words)
        db.session.rollback()
        assert caught.value.fault is fault
    with pytest.raises(BadEdit):
        add(cast, {"en": "Which?"}, PromptKind.CHOICE, choices=("one",))
    db.session.rollback()
    for number in range(5):
        add(cast, {"en": f"Number {number}?"})
    with pytest.raises(Changed):
        add(cast)


@pytest.mark.usefixtures("inside")
def test_only_her_workers_change_them_and_strangers_find_nothing(cast: Cast) -> None:
    made = add(cast)
    for who in (cast.jo, cast.olu, cast.zed_worker, cast.zed_carer, cast.maya, cast.ines, cast.adil,
                cast.far_zed_supervisor):  # fmt: skip
        with pytest.raises(NotFound):
            add(cast, by=who)
        db.session.rollback()
        with pytest.raises(NotFound):
            young_set_actions.retire_young_prompt(seen_as(who), cast.maya, made, now=NOW)
        db.session.rollback()
    for who in (cast.jo, cast.olu):
        assert not get_young_prompts(seen_as(who), cast.maya, now=NOW).may_edit
    for who in (cast.zed_worker, cast.zed_carer, cast.maya):
        with pytest.raises(NotFound):
            get_young_prompts(seen_as(who), cast.maya, now=NOW)
    with pytest.raises(NotFound):
        young_set_actions.word_young_prompt(seen_as(cast.sam), cast.maya, "own-0", WORDS, now=NOW)
    assert add(cast, {"en": "By Sue?"}, by=cast.sue)


def test_a_worker_adds_words_and_retires_one_on_its_pages(
    app: Flask, client: FlaskClient, sign_in, cast: Cast
) -> None:
    sign_in(client, cast.sam)
    there = f"/young-people/{cast.maya}/prompts"
    page = Page(client.get(there)).click(client, "Add a question")
    page = Page(page.form(f"{there}/new").fill({"words_cy": "Bag?"}).submit(client, "Save"))
    assert "Write the question in English at least." in page
    form = page.form(f"{there}/new")
    form.fill({"words_en": "Bag?", "kind": "choice", "choices": "Blue\nRed\nRed"})
    page = form.send(client, press="Save")
    assert page.path == there and "Bag?" in page and "Cymraeg" in page
    page = page.click(client, "Bag?")
    edit = page.form(page.path)
    edit.fill({"words_en": "Has she a bag?", "words_ar": "هل معها حقيبة؟"})
    page = edit.send(client, press="Save")
    assert "Has she a bag?" in page and "العربية" in page
    with app.app_context():
        assert own_prompts(cast.maya, 2)[0].choices == ("Blue", "Red")
    page = page.click(client, "Has she a bag?")
    page = page.form(f"{page.path}/retire").send(client)
    assert "Nothing is asked about them alone yet." in page
    assert "Sam" in page


def test_her_carer_reads_them_and_zed_finds_nothing(
    app: Flask, client: FlaskClient, sign_in, cast: Cast
) -> None:
    with app.app_context():
        made = add(cast)
    sign_in(client, cast.jo)
    page = Page(client.get(f"/young-people/{cast.maya}/prompts"))
    assert "Has Maya taken the blue bag?" in page and "Add a question" not in page
    assert client.get(f"/young-people/{cast.maya}/prompts/new").status_code == 404
    sign_in(client, cast.zed_worker)
    for end in ("", "/new", f"/{made}"):
        assert client.get(f"/young-people/{cast.maya}/prompts{end}").status_code == 404
