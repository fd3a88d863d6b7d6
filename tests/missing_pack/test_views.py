"""The pages of a pack, as somebody at two in the morning uses them."""

import pytest
from flask.testing import FlaskClient

from engage.db import db
from engage.episodes.actions import note_facts, set_time
from engage.episodes.models import Episode
from engage.episodes.rules import EpisodeState, Event, Source
from engage.missing_pack.models import MissingPack
from engage.people.rules import Purpose
from engage.people.sharing_models import Disclosure
from tests.cast import NOW
from tests.episodes.away import become
from tests.missing_pack.conftest import Away, mark
from tests.page import Page, follow


@pytest.fixture
def sam(away: Away) -> FlaskClient:
    return away.plan.browser("sam")


def pack_page(client: FlaskClient, away: Away) -> Page:
    return Page(client.get(f"/episodes/{away.episode_id}/pack"))


def make(client: FlaskClient, away: Away) -> Page:
    page = pack_page(client, away)
    return follow(client, page.form(page.path).submit(client))


def test_from_the_episode_to_the_words_on_the_phone(away: Away, sam: FlaskClient) -> None:
    with away.plan.app.app_context():
        away.note({"away"})
        away.share_with_police({"treat_me": Purpose.AWAY, "photo": Purpose.ALWAYS})
    episode = Page(sam.get(f"/episodes/{away.episode_id}"))
    page = episode.click(sam, "Pages for those who search PDF, and words to read aloud")
    assert "How I want to be treated" in page and mark("treat_me") not in page
    assert "stay out" in page
    made = make(sam, away)
    assert made.heading == "Pages 1" and mark("treat_me") in made
    assert mark("safe") not in made
    assert sam.get(f"{made.path}/photo").content_type == "image/jpeg"
    call = made.click(sam, "Words to read aloud on the phone")
    assert "I am calling about a young person" in call and "Where" in call
    assert call.title == "Northtown"


def test_one_press_on_the_episodes_page_makes_the_pages(away: Away, sam: FlaskClient) -> None:
    episode = Page(sam.get(f"/episodes/{away.episode_id}"))
    made = episode.form(f"/episodes/{away.episode_id}/pack").send(sam)
    assert made.heading == "Pages 1"


def test_after_the_return_pages_are_read_and_no_more_are_made(away: Away, sam: FlaskClient) -> None:
    made = make(sam, away)
    with away.plan.app.app_context():
        become(away.cast, db.session.get_one(Episode, away.episode_id), EpisodeState.RETURNED)
    page = pack_page(sam, away)
    assert "They are back: no more pages are made." in page and page.link("Pages 1") == made.path
    assert not [f for f in page.forms if f.action == page.path]
    assert "Change" not in page.links and sam.get(made.path).status_code == 200
    episode = Page(sam.get(f"/episodes/{away.episode_id}"))
    assert not [f for f in episode.forms if f.action.endswith("/pack")]


def test_the_questions_come_one_by_one_and_an_empty_answer_is_asked_again(
    away: Away, sam: FlaskClient
) -> None:
    page = Page(sam.get(f"/episodes/{away.episode_id}/pack/ask/last_seen"))
    assert "Those who search will read this" in page
    again = Page(page.form(page.path).fill(words="  ").submit(sam, press="Save and go on"))
    assert again.status == 400 and "I don't know" in again.errors[0].replace("’", "'")
    page = page.form(page.path).fill(words="The rec, at four").send(sam, press="Save and go on")
    assert page.heading.startswith("What are they wearing")
    for _ in range(4):
        page = page.form(page.path).send(sam, press="I don't know")
    assert page.heading == "Pages for those who search"
    assert "The rec, at four" in page and page.text.count("Not known") == 4
    old = Page(sam.get(f"/episodes/{away.episode_id}/pack/ask/last_seen"))
    assert old.form(old.path).values["words"] == ["The rec, at four"]


def test_what_the_episode_knows_stands_above_the_question(away: Away, sam: FlaskClient) -> None:
    with away.plan.app.app_context():
        viewer = away.plan.viewer("sam")
        note_facts(viewer, away.episode_id, ["health_need", "taken_suspected"], now=NOW)
        set_time(viewer, away.episode_id, Event.LAST_CONTACT, NOW, source=Source.CARER, now=NOW)
        db.session.commit()
    asked = {
        fact: Page(sam.get(f"/episodes/{away.episode_id}/pack/ask/{fact}"))
        for fact in ("last_seen", "with_whom", "health", "phone")
    }
    assert "Last seen or heard from: Sun 22 Nov 18:00" in asked["last_seen"]
    assert "Somebody thinks that they were made to go." in asked["with_whom"]
    assert "Somebody said that there is a health need." in asked["health"]
    assert "Somebody" not in asked["phone"].main_text


def test_telling_more_asks_twice_and_says_who_reads_the_reason(
    away: Away, sam: FlaskClient
) -> None:
    page = pack_page(sam, away).click(sam, "They are in danger and something more must be told")
    form = page.form(page.path)
    short = Page(form.fill(sections=["safer"], code="serious_harm", told_to="PC", reason="hurt")
                 .submit(sam))  # fmt: skip
    assert short.status == 400 and short.form(short.path).values["told_to"] == ["PC"]
    none = Page(form.fill(sections=[], reason="She is hurt and alone").submit(sam))
    assert none.status == 400 and "Pick at least one part." in none.errors
    asked = Page(form.fill(sections=["safer"]).submit(sam))
    assert asked.status == 200 and "The young person will read this list" in asked
    with away.plan.app.app_context():
        assert db.session.query(MissingPack).count() == db.session.query(Disclosure).count() == 0
    made = follow(sam, asked.form(asked.path).submit(sam))
    assert mark("safer") in made and mark("safe") + " " not in made
    assert "With parts told without a yes" in made
    with away.plan.app.app_context():
        assert db.session.query(Disclosure).one().told_to == "PC"


def test_a_carer_makes_pages_but_tells_no_more(away: Away) -> None:
    jo = away.plan.browser("jo")
    with away.plan.app.app_context():
        away.share_with_police({"safe": Purpose.ALWAYS})
    page = pack_page(jo, away)
    assert "You hand on only what you may read yourself" in page
    assert "something more must be told" not in page
    assert jo.get(f"{page.path}/more").status_code == 404
    made = make(jo, away)
    assert mark("safe") not in made


@pytest.mark.parametrize("name", ["zed_worker", "zed_carer", "kits_worker", "ines"])
def test_strangers_find_nothing(away: Away, sam: FlaskClient, name: str) -> None:
    made = make(sam, away)
    zed = away.plan.browser(name)
    for end in (f"/episodes/{away.episode_id}/pack", f"/episodes/{away.episode_id}/pack/more",
                f"/episodes/{away.episode_id}/pack/ask/phone", made.path, f"{made.path}/call",
                f"{made.path}/pages.pdf", f"{made.path}/photo"):  # fmt: skip
        assert zed.get(end).status_code == 404, end


def test_what_there_is_not_is_not_found(away: Away, sam: FlaskClient) -> None:
    made = make(sam, away)
    assert sam.get(f"{made.path}/photo").status_code == 404
    assert sam.get(f"/episodes/{away.episode_id}/pack/ask/shoes").status_code == 404
    assert sam.get(f"/episodes/{away.plan.id}/pack").status_code == 404
    assert sam.get(f"/packs/{away.plan.id}").status_code == 404


def test_older_pages_say_that_there_are_newer_ones(away: Away, sam: FlaskClient) -> None:
    first = make(sam, away)
    assert "There are newer pages" not in first
    second = make(sam, away)
    assert second.heading == "Pages 2"
    assert "There are newer pages than these." in Page(sam.get(first.path))


def test_without_the_means_to_make_a_pdf_the_page_says_so(
    away: Away, sam: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engage.missing_pack import views
    from engage.web.pdf import NoPdf

    def none(*_: object) -> bytes:
        raise NoPdf

    monkeypatch.setattr(views, "make_pdf", none)
    made = make(sam, away)
    page = follow(sam, sam.get(f"{made.path}/pages.pdf"))
    assert "This machine cannot make PDFs" in page


def test_the_young_person_chooses_what_the_police_may_have(away: Away) -> None:
    maya = away.plan.browser("maya")
    page = Page(maya.get(f"{away.plan.path}/sharing/with/police"))
    assert page.heading == "The police" and "They get it on paper or by phone" in page
    form = page.form(page.path)
    assert not {"part-important_people", "part-check_ins", "part-pressure"} & form.names
    form.fill({"part-treat_me": "away", "part-safer": "never"}).send(maya)
    page = Page(maya.get(f"{away.plan.path}/sharing/parts"))
    assert "Only if you are missing: the police" in page
