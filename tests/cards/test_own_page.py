"""My own page: my word opens it, my other word shows nothing and calls for help.

Source: SAFETY T03, T04, I10.
"""

import itertools
import statistics
import time

import pytest
from sqlalchemy import select

from engage.audit.models import AuditEntry
from engage.cards import actions as card_actions
from engage.cards.mine_views import BLOCK, HERE, filled
from engage.cards.own_queries import people_of, said_by
from engage.checkins.models import CheckIn, Word
from engage.db import db
from engage.people.models import Person
from engage.web.errors import NotFound
from tests.cast import CODE_WORD, NOT_OK_WORD, NOW
from tests.checkins.texting import alerts
from tests.page import Page

RUNS, WITHIN, ALIKE = 200, 0.020, 0.05
CHANGING = {"date", "set-cookie", "x-request-id"}


@pytest.fixture
def card(app, cast):
    with app.app_context():
        made = card_actions.make_card(cast.viewer(cast.maya), cast.maya, now=NOW)
        db.session.commit()
    return made


@pytest.fixture
def holder(client, card):
    client.get(f"/c/{card.code}")
    return client


@pytest.fixture
def unlimited(monkeypatch):
    monkeypatch.setattr("engage.cards.mine_views.GUESSES", "100000 per minute")


def opened(client, word):
    form = Page(client.get("/now/mine")).form("/now/mine")
    return form.fill({"word": word}).submit(client)


def test_the_word_shows_whom_they_trust(app, holder, cast):
    page = Page(opened(holder, CODE_WORD))
    assert "Ade" in page.text
    with app.app_context():
        assert alerts() == []
        verbs = set(db.session.scalars(select(AuditEntry.verb)))
    assert "card:own_page_opened" in verbs


@pytest.mark.parametrize("word", [CODE_WORD.upper(), f" {CODE_WORD} ", f"{CODE_WORD}!"])
def test_the_word_counts_as_it_does_in_a_text(holder, word):
    assert "Ade" in Page(opened(holder, word)).text


def test_the_other_word_shows_nothing_and_calls_for_help(app, holder, cast):
    answer = opened(holder, NOT_OK_WORD)
    page = Page(answer)
    with app.app_context():
        names = [str(each.name) for each in db.session.scalars(select(Person))]
        (alert,) = alerts()
        heard = db.session.scalars(select(CheckIn)).one()
    assert not [name for name in names if name in page.text]
    assert "Nothing here yet." in page.text
    assert (alert.kind, alert.young_person_id) == ("not_ok", cast.maya)
    assert (heard.word, heard.belief) == (Word.NOT_OK, 2)


def test_nothing_stays_open_behind_it(holder):
    opened(holder, CODE_WORD)
    page = Page(holder.get("/now/mine"))
    assert "Ade" not in page.text
    assert "no-store" in holder.get("/now/mine").headers["Cache-Control"]


@pytest.mark.parametrize("word", ["", " ", "wrong", "ade", "' OR 1=1", "x" * 5000, "\x00", "١٢٣"])
def test_any_other_word_opens_nothing_and_tells_nothing(app, holder, word):
    answer = opened(holder, word)
    assert answer.status_code == 422
    assert "That did not open it." in Page(answer).text
    with app.app_context():
        assert alerts() == []


def test_who_has_no_words_cannot_be_opened(app, client, cast):
    with app.app_context():
        person = db.session.get_one(Person, cast.maya)
        person.code_word_index = person.not_ok_word_index = None
        made = card_actions.make_card(cast.viewer(cast.maya), cast.maya, now=NOW)
        db.session.commit()
    client.get(f"/c/{made.code}")
    for word in ("", "-", CODE_WORD, NOT_OK_WORD):
        assert opened(client, word).status_code == 422


def test_words_are_not_guessed_for_long(holder):
    codes = [opened(holder, f"guess{number}").status_code for number in range(12)]
    assert codes[:10] == [422] * 10
    assert set(codes[10:]) == {429}
    # The real word waits as well: who guesses learns nothing from it.
    token = Page(holder.get("/now/mine")).form("/now/mine").values["csrf_token"][0]
    sent = {"csrf_token": token, "word": CODE_WORD}
    assert holder.post("/now/mine", data=sent).status_code == 429


def test_no_number_of_guesses_silences_the_other_word(app, holder):
    for number in range(12):
        opened(holder, f"guess{number}")
    token = Page(holder.get("/now/mine")).form("/now/mine").values["csrf_token"][0]
    answers = [
        holder.post("/now/mine", data={"csrf_token": token, "word": word})
        for word in (CODE_WORD, NOT_OK_WORD)
    ]
    assert {answer.status_code for answer in answers} == {429}
    with app.app_context():
        assert [alert.kind for alert in alerts()] == ["not_ok"]


def test_without_a_card_there_is_no_such_page(client, cast):
    assert client.get("/now/mine").location == "/c"
    token = Page(client.get("/c")).form("/c").values["csrf_token"][0]
    answer = client.post("/now/mine", data={"csrf_token": token, "word": CODE_WORD})
    assert answer.location == "/c"


def test_nobody_else_reads_it_by_any_way(app, cast):
    with app.app_context():
        for who in ("zed_worker", "zed_carer", "zed_young", "jo", "sam", "kit"):
            viewer = cast.viewer(getattr(cast, who))
            with pytest.raises(NotFound):
                people_of(viewer, cast.maya, now=NOW)
            with pytest.raises(NotFound):
                said_by(viewer, cast.maya, CODE_WORD)


def test_one_persons_word_opens_nobody_elses_page(app, client, cast):
    with app.app_context():
        made = card_actions.make_card(cast.viewer(cast.kit), cast.kit, now=NOW)
        db.session.commit()
    client.get(f"/c/{made.code}")
    assert opened(client, CODE_WORD).status_code == 422


def test_both_words_look_weigh_and_take_the_same(holder, unlimited):
    token = Page(holder.get("/now/mine")).form("/now/mine").values["csrf_token"][0]
    taken = {CODE_WORD: [], NOT_OK_WORD: []}
    seen = {CODE_WORD: set(), NOT_OK_WORD: set()}
    sizes = {CODE_WORD: [], NOT_OK_WORD: []}
    for run, word in itertools.product(range(RUNS), (CODE_WORD, NOT_OK_WORD)):
        began = time.perf_counter()
        answer = holder.post(
            "/now/mine",
            data={"csrf_token": token, "word": word},
            headers={"Accept-Encoding": "gzip" if run % 2 else "identity"},
        )
        taken[word].append(time.perf_counter() - began)
        kept = {(k, v) for k, v in answer.headers if k.lower() not in CHANGING}
        kept = {(k, v) for k, v in kept if k != "Content-Length"}
        seen[word].add((answer.status_code, run % 2, frozenset(kept)))
        sizes[word].append((run % 2, len(answer.data)))
    assert seen[CODE_WORD] == seen[NOT_OK_WORD]
    for packed in (0, 1):
        one, other = (
            statistics.mean(size for is_packed, size in sizes[word] if is_packed == packed)
            for word in (CODE_WORD, NOT_OK_WORD)
        )
        assert abs(one - other) / max(one, other) <= ALIKE
    medians = [statistics.median(times) for times in taken.values()]
    assert abs(medians[0] - medians[1]) <= WITHIN


@pytest.mark.parametrize("words", ["", "a", "ŵ" * 3000, "x" * (BLOCK - len("<!---->"))])
def test_a_page_is_filled_to_whole_blocks(words):
    assert len(filled(words + HERE).encode()) % BLOCK == 0
