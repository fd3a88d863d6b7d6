"""The pages of the way back: for her, for whoever was asked, and for nobody else."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engage.audit.models import AuditEntry
from engage.cards import actions as cards
from engage.db import db
from engage.people.access import SYSTEM
from engage.people.models import Person, ReplyPolicy
from engage.people.sharing_actions import share
from engage.ways_back.rules import Saying
from engage.ways_back.wish_actions import Wishes
from tests.cast import NOT_OK_WORD, NOW, Cast
from tests.checkins.texting import own_number, phone_of, text, told
from tests.page import Page, stands_in
from tests.ways_back.returning import (
    alarms,
    at,
    chose,
    code_for,
    live,
    plan,
    said,
    states,
    steps,
    swept,
    wished,
)

SignIn = Callable[[FlaskClient, UUID], FlaskClient]


@pytest.fixture
def waiting(app: Flask, cast: Cast) -> Cast:
    """Maya chose a lift; Jo is asked."""
    with app.app_context():
        own_number(cast)
        db.session.get_one(Person, cast.maya).reply_policy = ReplyPolicy.AGREED
        db.session.commit()
        text(phone_of(cast.maya), "ready", now=NOW)
        swept(0)
        chose(cast, 2, minutes=0)
    return cast


@pytest.fixture
def holder(app: Flask, client: FlaskClient, cast: Cast) -> FlaskClient:
    """A browser in which Maya's card was opened."""
    with app.app_context():
        own_number(cast)
        card = cards.make_card(cast.viewer(cast.sam), cast.maya, now=NOW)
        db.session.commit()
    client.get(f"/c/{card.code}")
    return client


def test_with_a_card_one_says_how_and_nothing_is_shown_back(
    app: Flask, holder: FlaskClient, cast: Cast
) -> None:
    page = Page(holder.get("/now/back"))
    form = page.form("/now/back")
    assert not {"who", "unwanted"} & form.names
    page = form.fill(
        choice="2", when="60", place="by the big tesco", food="toast", not_there="not Jo"
    ).send(holder)
    assert "Sent. Someone will read it." in page
    for word in ("tesco", "toast", "Jo", "Maya", "Olu", "Waits for a yes"):
        assert word not in page.text
    with app.app_context():
        assert live().place == "by the big tesco"
        assert live().due_at == NOW + timedelta(minutes=60)
        assert live().owner_id == cast.olu


def test_the_page_of_a_card_is_the_same_before_and_after_and_with_the_not_ok_word(
    app: Flask, holder: FlaskClient, cast: Cast
) -> None:
    def seen(words: str) -> tuple[int, str]:
        form = Page(holder.get("/now/back")).form("/now/back")
        response = form.fill(choice="2", food=words).submit(holder)
        return response.status_code, Page(holder.get("/now/back?sent=yes")).main_text

    ordinary, duress = seen("toast"), seen(NOT_OK_WORD)
    assert ordinary == duress
    with app.app_context():
        assert told("alert_not_ok")
        assert live("food").words == "toast"


def test_an_empty_form_is_a_ready_and_changes_nothing_else(
    app: Flask, holder: FlaskClient, cast: Cast
) -> None:
    Page(holder.get("/now/back")).form("/now/back").send(holder)
    with app.app_context():
        assert plan().choice is None
        assert live().kind == "talk"


def test_nobody_came_starts_something_else_and_people_hear(
    app: Flask, holder: FlaskClient, cast: Cast
) -> None:
    Page(holder.get("/now/back")).form("/now/back").fill(choice="2").send(holder)
    with app.app_context():
        said(cast, "jo", live(), Saying.YES)
    Page(holder.get("/now/back")).form("/nobody-came").send(holder)
    with app.app_context():
        assert states()[-2:] == ["failed", "asked"]
        assert len(alarms()) == 1


def test_nobody_came_where_nothing_was_agreed_is_heard_all_the_same(
    app: Flask, holder: FlaskClient, cast: Cast
) -> None:
    Page(holder.get("/now/back")).form("/nobody-came").send(holder)
    with app.app_context():
        assert plan() is not None
        assert told("alert_ready")


def test_bad_input_is_said_and_nothing_typed_is_lost(holder: FlaskClient) -> None:
    form = Page(holder.get("/now/back")).form("/now/back").fill(food="x" * 130, place="here")
    response = form.submit(holder)
    assert response.status_code == 400
    page = Page(response)
    assert page.errors
    assert page.form("/now/back").values["place"] == ["here"]


def test_without_a_card_one_is_asked_for_its_code(
    client: FlaskClient, app: Flask, cast: Cast
) -> None:
    for send in (client.get("/now/back"), client.get("/now/back?sent=yes")):
        assert (send.status_code, send.location) == (303, "/c")


def test_a_worker_or_carer_has_no_such_page(
    client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    for who in (cast.sam, cast.jo):
        sign_in(client, who)
        assert client.get("/now/back").status_code == 303


def test_signed_in_she_sees_her_steps_and_picks_names(
    app: Flask, client: FlaskClient, waiting: Cast, sign_in: SignIn
) -> None:
    sign_in(client, waiting.maya)
    page = Page(client.get("/now/back"))
    assert "Jo, by" in page.text
    form = page.form("/now/back")
    assert form.values["choice"] == ["2"]
    page = form.fill(who=waiting.nan_ruth, unwanted=[waiting.jo]).send(client)
    assert "Nan Ruth, by" in page.text
    with app.app_context():
        assert live().owner_id == waiting.nan_ruth
    kept = Page(client.get("/now/back")).form("/now/back")
    assert kept.values["unwanted"] == [str(waiting.jo)]


def test_a_lift_tomorrow_says_that_it_is_tomorrow(
    app: Flask, client: FlaskClient, waiting: Cast, sign_in: SignIn
) -> None:
    with app.app_context():
        live().due_at = NOW + timedelta(hours=15)
        db.session.commit()
    sign_in(client, waiting.maya)
    page = Page(client.get("/now/back"))
    assert "Jo, by 09:00 (Mon 23 Nov)" in page.text


def test_on_her_own_page_she_can_say_that_it_did_not_work(
    app: Flask, client: FlaskClient, waiting: Cast, sign_in: SignIn
) -> None:
    sign_in(client, waiting.maya)
    page = Page(client.get(f"/young-people/{waiting.maya}/ready"))
    page.form(f"/my-steps/{_step(app)}").send(client, "It did not work (A lift)")
    with app.app_context():
        assert states()[-2:] == ["failed", "asked"]


def _step(app: Flask) -> UUID:
    with app.app_context():
        return live().id


def test_a_carer_finds_what_they_were_asked_and_says_yes(
    app: Flask, client: FlaskClient, waiting: Cast, sign_in: SignIn
) -> None:
    sign_in(client, waiting.jo)
    page = Page(client.get("/my-steps"))
    assert "For Maya" in page
    page = page.form(f"/my-steps/{_step(app)}").send(client, "Yes, I will (A lift)")
    assert "Said yes" in page.text
    page = page.form(f"/my-steps/{_step(app)}").send(client, "Done (A lift)")
    assert "Nothing waits for you now." in page.text


def test_a_worker_sees_the_steps_and_takes_one(
    app: Flask, client: FlaskClient, waiting: Cast, sign_in: SignIn
) -> None:
    sign_in(client, waiting.sam)
    page = Page(client.get(f"/young-people/{waiting.maya}/ready"))
    assert "Jo, by" in page.text
    page.form(f"/my-steps/{_step(app)}").send(client, "I take this one (A lift)")
    with app.app_context():
        assert (live().owner_id, live().state) == (waiting.sam, "agreed")


def test_the_link_says_what_is_asked_and_not_for_whom(
    app: Flask, client: FlaskClient, waiting: Cast
) -> None:
    with app.app_context():
        text(phone_of(waiting.maya), "by the big tesco", now=NOW)
        swept(0)
        code, end = code_for(waiting.jo), phone_of(waiting.jo)[-4:]
    page = Page(client.get(f"/b/{code}"))
    assert "would like a lift" in page.text
    for word in ("Maya", "tesco", "Jo"):
        assert word not in page.text
    wrong = Page(page.form("/more").fill(digits="0000").submit(client))
    assert wrong.status == 400 and "Maya" not in wrong.text
    shown = Page(page.form("/more").fill(digits=end).submit(client))
    assert "Maya" in shown.text and "by the big tesco" in shown.text


def test_looking_at_the_link_changes_nothing(
    app: Flask, client: FlaskClient, waiting: Cast
) -> None:
    with app.app_context():
        code, before = code_for(waiting.jo), [(s.id, s.state) for s in steps()]
    for _ in range(3):
        client.get(f"/b/{code}")
        client.head(f"/b/{code}")
    with app.app_context():
        assert [(s.id, s.state) for s in steps()] == before


def test_by_the_link_one_says_yes_then_done(app: Flask, client: FlaskClient, waiting: Cast) -> None:
    with app.app_context():
        code = code_for(waiting.jo)
    page = Page(client.get(f"/b/{code}")).form(f"/b/{code}").send(client, "Yes, I will")
    assert "You said yes." in page.text
    page = page.form(f"/b/{code}").send(client, "Done")
    assert "You need do nothing now." in page.text
    with app.app_context():
        assert states()[-1] == "done"


def test_who_is_late_by_the_link_can_still_say_that_it_worked(
    app: Flask, client: FlaskClient, waiting: Cast
) -> None:
    with app.app_context():
        code = code_for(waiting.jo)
        swept(11)
    page = Page(client.get(f"/b/{code}"))
    assert "somebody else is asked now" in page.text
    page.form(f"/b/{code}").send(client, "Done")
    with app.app_context():
        assert states()[-2:] == ["done", "dropped"]


def test_a_link_of_somebody_who_is_not_wanted_any_more_opens_nothing(
    app: Flask, client: FlaskClient, waiting: Cast
) -> None:
    with app.app_context():
        code = code_for(waiting.jo)
        wished(waiting, Wishes(not_there="not Jo"))
    unknown = client.get("/b/NOSUCHCODE")
    gone = client.get(f"/b/{code}")
    assert (gone.status_code, Page(gone).main_text) == (404, Page(unknown).main_text)


def test_a_step_given_to_another_closes_the_old_link(
    app: Flask, client: FlaskClient, waiting: Cast
) -> None:
    with app.app_context():
        code = code_for(waiting.jo)
        said(waiting, "sam", live(), Saying.MINE)
    assert client.get(f"/b/{code}").status_code == 404


@pytest.mark.parametrize("who", ["zed_worker", "zed_carer", "zed_young", "far_zed_worker", "kit",
                                 "kits_carer", "adil", "ines"])  # fmt: skip
def test_a_stranger_finds_nothing(
    who: str, app: Flask, client: FlaskClient, waiting: Cast, sign_in: SignIn
) -> None:
    step_id = _step(app)
    token = Page(client.get("/c")).form("/c").values["csrf_token"][0]
    sign_in(client, getattr(waiting, who))
    token = Page(client.get("/c")).form("/c").values["csrf_token"][0]
    for saying in Saying:
        data = {"csrf_token": token, "say": str(saying)}
        assert client.post(f"/my-steps/{step_id}", data=data).status_code == 404
    mine = client.get("/my-steps")
    assert mine.status_code == 404 or not stands_in("Maya", mine.get_data(as_text=True))
    with app.app_context():
        assert live().state == "asked"


def test_an_answer_that_is_none_of_ours_is_not_found(
    app: Flask, client: FlaskClient, waiting: Cast, sign_in: SignIn
) -> None:
    sign_in(client, waiting.jo)
    token = Page(client.get("/my-steps")).form().values["csrf_token"][0]
    data = {"csrf_token": token, "say": "perhaps"}
    assert client.post(f"/my-steps/{_step(app)}", data=data).status_code == 404


def test_she_alone_says_how_much_may_be_texted_back(
    app: Flask, client: FlaskClient, waiting: Cast, sign_in: SignIn
) -> None:
    step = f"/young-people/{waiting.maya}/ready/step"
    with app.app_context():
        db.session.get_one(Person, waiting.maya).reply_policy = ReplyPolicy.NEUTRAL
        share(SYSTEM, waiting.maya, "ready", now=NOW, agreed_how="x", role="social_worker")
        db.session.commit()
    sign_in(client, waiting.sam)
    assert "replies" not in Page(client.get(step)).form("/step").names
    sign_in(client, waiting.maya)
    form = Page(client.get(step)).form("/step")
    assert form.values["replies"] == ["neutral"]
    form.fill(how="lift", replies="agreed").send(client)
    with app.app_context():
        assert db.session.get_one(Person, waiting.maya).reply_policy == ReplyPolicy.AGREED
        line = db.session.scalars(
            select(AuditEntry).where(AuditEntry.verb == "replies:chosen")
        ).one()
        assert (line.actor_id, line.reason) == (waiting.maya, "agreed")


@pytest.mark.parametrize("locale", ["cy", "es", "ar"])
def test_the_pages_read_in_every_language(
    locale: str, app: Flask, client: FlaskClient, waiting: Cast, sign_in: SignIn
) -> None:
    with app.app_context():
        code = code_for(waiting.jo)
    assert Page(client.get(f"/b/{code}?lang={locale}")).lang == locale
    sign_in(client, waiting.jo)
    assert Page(client.get(f"/my-steps?lang={locale}")).lang == locale
    sign_in(client, waiting.maya)
    assert Page(client.get(f"/now/back?lang={locale}")).lang == locale


def test_the_page_without_login_stays_small(holder: FlaskClient) -> None:
    assert len(holder.get("/now/back").data) < 20_000
    assert at(0) == NOW
