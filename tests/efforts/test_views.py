"""The pages of efforts, searchers, needs and court items, as people use them."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from engage.db import db
from engage.efforts.models import CourtItem, Searcher
from engage.episodes.rules import EpisodeState
from tests.cast import Cast
from tests.efforts.conftest import episode_of
from tests.episodes.away import become
from tests.page import Page

SignIn = Callable[[FlaskClient, UUID], FlaskClient]
Begin = Callable[..., UUID]


@pytest.fixture
def episode_id(missing: Begin) -> UUID:
    return missing()


@pytest.fixture
def signed(app: Flask, sign_in: SignIn, cast: Cast) -> Callable[[str], FlaskClient]:
    return lambda name: sign_in(app.test_client(), getattr(cast, name))


def page_of(client: FlaskClient, episode_id: UUID, what: str) -> Page:
    return Page(client.get(f"/episodes/{episode_id}/{what}"))


def back(app: Flask, cast: Cast, episode_id: UUID) -> None:
    with app.app_context():
        become(cast, episode_of(episode_id), EpisodeState.RETURNED)


def test_asking_somebody_and_handing_it_over(
    app: Flask, signed, episode_id: UUID, clock: time_machine.Traveller
) -> None:
    sam = signed("sam")
    page = page_of(sam, episode_id, "efforts")
    assert "Missouri manual of May 2020" in page and "Overdue" not in page
    form = next(f for f in page.forms if f.action.startswith(f"{page.path}/") and "owner" not in f.action)  # noqa: E501  # fmt: skip
    again = Page(form.submit(sam))
    assert again.status == 400 and "Pick what came of it." in again.errors
    result = next(name for name in form.names if name.endswith("result"))
    note = next(name for name in form.names if name.endswith("note"))
    page = form.fill({result: "news", note: "Her aunt saw her"}).send(sam)
    assert "They know something" in page and "Her aunt saw her" in page
    over = next(f for f in page.forms if f.action.endswith("/owner"))
    owner = next(name for name in over.names if name.endswith("owner"))
    olu = next(o for o in over.options(owner) if o != over.values[owner][0])
    page = over.fill({owner: olu}).send(sam)
    assert "has it." in page
    clock.shift(timedelta(days=31))
    late = signed("sam")
    assert page_of(late, episode_id, "efforts").text.count("Overdue") == 4


def test_a_carer_asks_and_does_not_hand_over(signed, episode_id: UUID) -> None:
    page = page_of(signed("jo"), episode_id, "efforts")
    assert "I asked them" in page and "Hand it over" not in page


def test_an_interviewer_reads_only(signed, episode_id: UUID) -> None:
    ines = signed("ines")
    for what in ("efforts", "searchers", "needs"):
        page = page_of(ines, episode_id, what)
        assert not [f for f in page.forms if f.action.startswith("/episodes")], what


def test_after_the_return_the_page_says_so(
    app: Flask, cast: Cast, signed, episode_id: UUID
) -> None:
    back(app, cast, episode_id)
    page = page_of(signed("sam"), episode_id, "efforts")
    assert page.text.count("Over: they are back.") == 4 and "I asked them" not in page
    needs = page_of(signed("sam"), episode_id, "needs")
    assert "This was made ready for them. Use it today." in needs


def test_before_anybody_counts_them_as_missing_nothing_goes_on(signed, missing: Begin) -> None:
    page = page_of(signed("sam"), missing(EpisodeState.LATE), "efforts")
    assert "This begins as soon as they count as missing." in page


def test_a_searcher_from_the_first_note_to_leave_them_alone(
    app: Flask, signed, episode_id: UUID
) -> None:
    sam = signed("sam")
    page = page_of(sam, episode_id, "searchers")
    assert page.link("All places") == "/places" and "Youth workers and youth clubs" in page
    form = page.form(page.path)
    again = Page(form.fill(phone="07700 900777").submit(sam))
    assert again.status == 400 and "Write a name." in again.errors
    assert again.form(page.path).values["phone"] == ["07700 900777"]
    form.fill(name="Mr Shah", kind="community", asked_to=["door"], may_know=["not_back"])
    page = form.send(sam)
    assert page.heading == "Mr Shah" and "That they are not back" in page
    text = next(link for link in page.links.values() if link.startswith("sms:"))
    for word in ("Maya", "missing", "care", "police"):
        assert word not in text
    page = page.form(f"{page.path}/know").fill({"know-may_know": ["clothes"]}).send(sam)
    assert "What they are wearing" in page
    said = page.form(f"{page.path}/said")
    nothing = Page(said.submit(sam))
    assert nothing.status == 400 and nothing.errors
    page = said.fill({"said-state": "asked", "said-note": "At four"}).send(sam)
    page = page.form(f"{page.path}/said").fill({"said-state": "yes"}).send(sam)
    page = page.form(f"{page.path}/said").fill({"said-state": "stopped"}).send(sam)
    assert "Do not ask this person again." in page and not page.links.get("Text from my phone")
    with app.app_context():
        assert db.session.query(Searcher).one().state == "stopped"


def test_one_of_the_three_is_added_with_one_press(signed, episode_id: UUID) -> None:
    sam = signed("sam")
    page = page_of(sam, episode_id, "searchers")
    add = [f for f in page.forms if "/trusted/" in f.action]
    assert len(add) == 3
    page = add[2].send(sam)
    assert page.heading == "Nan Ruth"
    listed = page_of(sam, episode_id, "searchers")
    assert len([f for f in listed.forms if "/trusted/" in f.action]) == 2


def test_needs_are_made_ready_one_by_one(signed, episode_id: UUID) -> None:
    jo = signed("jo")
    page = page_of(jo, episode_id, "needs")
    assert page.text.count("Not looked at yet") == 6
    page = page.click(jo, "A bed for the night")
    again = Page(page.form(page.path).fill(note="The box room").submit(jo))
    assert again.status == 400 and again.form(page.path).values["note"] == ["The box room"]
    page = page.form(page.path).fill(state="ready", note="The box room").send(jo)
    assert "The box room" in page and page.text.count("Not looked at yet") == 5


def test_a_warrant_is_noted_and_recalled(app: Flask, cast: Cast, signed, episode_id: UUID) -> None:
    sam = signed("sam")
    page = page_of(sam, episode_id, "court")
    form = page.form(page.path).fill(kind="warrant", number="W-17", court="Northtown")
    for day in ("", "22 November", "2026-11-23"):
        again = Page(form.fill(issued_on=day).submit(sam))
        assert again.status == 400 and again.form(page.path).values["number"] == ["W-17"]
        assert again.errors == ["Write the day, like 2026-11-22. It cannot be a day to come."]
    page = form.fill(issued_on="2026-11-20").send(sam)
    assert "Must be recalled" in page and "have these recalled now" not in page
    back(app, cast, episode_id)
    page = page_of(sam, episode_id, "court")
    assert "They are back: have these recalled now." in page
    recall = next(f for f in page.forms if "/recalled/" in f.action)
    how = next(name for name in recall.names if name.endswith("how"))
    again = Page(recall.submit(sam))
    assert again.status == 400 and "Say who recalled it." in again.errors
    page = recall.fill({how: "PC Doe, R-9"}).send(sam)
    assert "PC Doe, R-9" in page and "have these recalled now" not in page
    with app.app_context():
        assert db.session.query(CourtItem).one().recalled_at is not None


@pytest.mark.parametrize("name", ["zed_worker", "zed_carer", "kits_worker", "far_zed_supervisor"])
def test_strangers_find_nothing(app: Flask, signed, episode_id: UUID, name: str) -> None:
    sam, zed = signed("sam"), signed(name)
    page = page_of(sam, episode_id, "searchers")
    page.form(page.path).fill(name="Mr Shah", kind="other", asked_to=["door"]).send(sam)
    with app.app_context():
        searcher = db.session.query(Searcher).one().id
    for end in ("efforts", "searchers", "needs", "needs/bed", "court"):
        assert zed.get(f"/episodes/{episode_id}/{end}").status_code == 404, end
    assert zed.get(f"/searchers/{searcher}").status_code == 404


def test_what_there_is_not_is_not_found(signed, episode_id: UUID) -> None:
    sam = signed("sam")
    assert sam.get(f"/episodes/{episode_id}/needs/car").status_code == 404
    assert sam.get(f"/searchers/{episode_id}").status_code == 404
    token = page_of(sam, episode_id, "court").form().values["csrf_token"][0]
    for path in (f"/episodes/{episode_id}/efforts/{episode_id}",
                 f"/episodes/{episode_id}/efforts/{episode_id}/owner",
                 f"/court/{episode_id}/recalled/{episode_id}"):  # fmt: skip
        assert sam.post(path, data={"csrf_token": token}).status_code == 404, path


def test_a_carer_sees_no_warrants(signed, episode_id: UUID) -> None:
    jo = signed("jo")
    assert jo.get(f"/episodes/{episode_id}/court").status_code == 404
    page = Page(jo.get(f"/episodes/{episode_id}"))
    assert "Warrants and orders" not in page and "Ready for when they come back" in page
