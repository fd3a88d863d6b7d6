"""The page of agreed times: for the young person, their worker, and whoever answers at night."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engage.agreed.forms import read_wall
from engage.agreed.models import AgreedTime, ExpectedCheckIn
from engage.agreed.rules import ExpectedState, TimeState
from engage.agreed.sweep_actions import sweep_expected
from engage.db import db
from engage.messaging.consent_models import Purpose, TextConsent
from tests.cast import Cast
from tests.checkins.texting import ADDRESS, own_number, phone_of, text
from tests.page import Page

SignIn = Callable[[FlaskClient, UUID], FlaskClient]
FRIDAY = {"repeat": "weekly", "days": ["4"], "wall": "8pm", "grace": "30", "may_ask": "y"}
DUE = datetime(2026, 11, 27, 20, tzinfo=UTC)


def path(cast: Cast) -> str:
    return f"/young-people/{cast.maya}/check-in-times"


def propose(client: FlaskClient, cast: Cast, **values: object) -> Page:
    form = Page(client.get(f"{path(cast)}/new")).form("/new")
    return form.fill({**FRIDAY, **values}).send(client)


@pytest.fixture
def agreed(app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.sam)
    propose(client, cast, said_aloud="y")


def times(app: Flask) -> list[AgreedTime]:
    with app.app_context():
        return list(db.session.scalars(select(AgreedTime)))


def test_a_worker_proposes_and_the_young_person_says_yes(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(client, cast.sam)
    page = propose(client, cast)
    assert "By 20:00: Friday" in page
    assert "It waits for their yes." in page.text
    sign_in(client, cast.maya)
    page = Page(client.get(path(cast)))
    assert page.heading == "When I check in"
    assert "never goes straight to the police" in page.text
    page = page.form("/agree").send(client)
    assert "Agreed" in page.text
    assert "Fri 27 Nov 20:00" in page.text
    assert "Fri 20:30" in page.text
    for name in ("Ade", "Jo", "Olu", "Sam", "Sue"):
        assert name in page.text
    assert [time.state for time in times(app)] == [TimeState.ACTIVE]


def test_a_young_person_proposes_every_few_hours_and_the_worker_agrees(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(client, cast.maya)
    page = propose(client, cast, repeat="while_away", days=[], wall="", every="12")
    assert "Every 12 hours while away" in page
    assert "It waits for your worker’s yes." in page
    sign_in(client, cast.sam)
    page = Page(client.get(path(cast))).form("/agree").send(client)
    page = page.form("/away").send(client)
    assert "The hours are running." in page
    page = page.form("/back").send(client)
    assert "They are away: start the hours now" in page.text


def test_a_spoken_yes_is_the_workers_to_write_down_not_the_young_persons(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn, agreed: None
) -> None:
    assert times(app)[0].said_aloud
    sign_in(client, cast.maya)
    assert "said_aloud" not in Page(client.get(f"{path(cast)}/new")).form("/new").names
    propose(client, cast, wall="21:00")
    assert [time.state for time in times(app)].count(TimeState.PROPOSED) == 1


def test_that_we_may_ask_first_is_kept_as_a_consent(app: Flask, agreed: None, cast: Cast) -> None:
    with app.app_context():
        line = db.session.scalars(select(TextConsent)).one()
    assert (line.person_id, line.purpose, line.says_yes) == (cast.maya, Purpose.QUESTIONS, True)
    assert line.noted_by_id == cast.sam


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"repeat": ""}, "Pick days of the week, or every few hours."),
        ({"days": []}, "Pick at least one day."),
        ({"wall": ""}, "Write a time of day, like 21:00."),
        ({"wall": "25:00"}, "Write a time of day, like 21:00."),
        ({"wall": "late"}, "Write a time of day, like 21:00."),
        ({"repeat": "while_away", "every": ""}, "Pick how many hours."),
        ({"repeat": "while_away", "every": "0"}, "Pick one of the answers."),
        ({"grace": ""}, "Pick how long we wait."),
        ({"grace": "-5"}, "Pick one of the answers."),
        ({"days": ["9"]}, "Pick some of the answers."),
    ],
)
def test_what_is_wrong_stands_beside_the_field(
    values: dict, problem: str, app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(client, cast.sam)
    form = Page(client.get(f"{path(cast)}/new")).form("/new")
    token = form.values["csrf_token"][0]
    answer = client.post(f"{path(cast)}/new", data={**FRIDAY, **values, "csrf_token": token})
    page = Page(answer)
    assert page.status == 400
    assert problem in page.errors
    assert not times(app)


def test_more_than_anybody_keeps_in_mind_are_refused_kindly(
    client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(client, cast.sam)
    for _ in range(6):
        propose(client, cast)
    form = Page(client.get(f"{path(cast)}/new")).form("/new").fill(FRIDAY)
    page = Page(form.submit(client))
    assert page.status == 400
    assert "These are too many to keep in mind. End one first." in page.errors


@pytest.mark.parametrize(
    ("typed", "wall"),
    [
        ("21:00", "21:00"), ("9pm", "21:00"), ("9.30 PM", "21:30"), ("12am", "00:00"),
        ("12pm", "12:00"), ("7", "07:00"), ("٢١:٣٠", "21:30"), ("21h30", "21:30"),
        ("24:00", None), ("13pm", None), ("0am", None), ("9:60", None), ("", None), ("x", None),
    ],
)  # fmt: skip
def test_a_time_of_day_is_read_as_people_type_it(typed: str, wall: str | None) -> None:
    assert read_wall(typed) == wall


@pytest.mark.parametrize(
    "who",
    ["zed_worker", "zed_carer", "zed_young", "far_zed_worker", "far_zed_supervisor", "kit",
     "kits_worker", "adil", "ines", "jo"],
)  # fmt: skip
def test_a_stranger_finds_nothing(
    who: str, app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn, agreed: None
) -> None:
    time_id = times(app)[0].id
    sign_in(client, getattr(cast, who))
    if who != "ines":  # an interviewer may know of check-ins, and change nothing
        assert client.get(path(cast)).status_code == 404
    assert client.get(f"{path(cast)}/new").status_code == 404
    token = Page(client.get("/c")).form("/c").values["csrf_token"][0]
    with app.app_context():
        expected_id = db.session.scalars(select(ExpectedCheckIn.id)).one()
    for there in (
        f"{path(cast)}/new", f"{path(cast)}/away", f"/check-in-times/{time_id}/end",
        f"/check-in-times/{time_id}/pause", f"/check-in-times/{time_id}/agree",
        f"/check-in-times/{time_id}/go-on",
        f"/young-people/{cast.maya}/expected/{expected_id}/heard",
    ):  # fmt: skip
        assert client.post(there, data={"csrf_token": token, **FRIDAY}).status_code == 404, there
    assert times(app)[0].state == TimeState.ACTIVE


def test_who_answers_at_night_may_pause_but_not_end_it(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn, agreed: None
) -> None:
    sign_in(client, cast.olu)
    page = Page(client.get(path(cast)))
    assert "End this for good" not in page.text
    page = page.form("/pause").send(client, "Pause for a week")
    assert "Paused" in page.text
    assert "Fri 4 Dec 20:00" in page.text
    page = page.form("/go-on").send(client)
    assert "Fri 27 Nov 20:00" in page.text


def test_overdue_stands_on_top_for_staff_and_is_kind_to_the_young_person(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn, agreed: None,
    clock: time_machine.Traveller,
) -> None:  # fmt: skip
    clock.move_to(DUE + timedelta(minutes=31))
    with app.app_context():
        own_number(cast)
        sweep_expected(now=DUE + timedelta(minutes=31), address=ADDRESS)
        db.session.commit()
    sign_in(client, cast.maya)
    page = Page(client.get(path(cast)))
    assert "We did not hear from you, so we told your people" in page
    assert "Nobody has it yet." in page.text
    sign_in(client, cast.sam)
    page = Page(client.get(path(cast)))
    assert "Not heard, people are told" in page
    page = page.form("/heard").send(client)
    assert "Somebody spoke to them" in page
    assert "Not heard" not in page.text


def test_a_late_word_is_shown_as_that(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn, agreed: None,
    clock: time_machine.Traveller,
) -> None:  # fmt: skip
    late = DUE + timedelta(hours=1)
    clock.move_to(late)
    with app.app_context():
        own_number(cast)
        sweep_expected(now=late, address=ADDRESS)
        db.session.commit()
        text(phone_of(cast.maya), "im fine", now=late + timedelta(minutes=1))
        raised = ExpectedCheckIn.alert_id.is_not(None)
        alert_id = db.session.scalars(select(ExpectedCheckIn.alert_id).where(raised)).one()
    sign_in(client, cast.sam)
    assert "Checked in late, the alert was stopped" in Page(client.get(path(cast))).text
    alert = Page(client.get(f"/alerts/{alert_id}"))
    assert "They checked in before anybody had it." in alert.text
    sign_in(client, cast.maya)
    assert "You checked in later. We told your people that you did." in Page(client.get(path(cast)))


def test_the_young_person_pauses_and_ends_it_themselves(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn, agreed: None
) -> None:
    sign_in(client, cast.maya)
    page = Page(client.get(path(cast))).form("/pause").send(client, "Pause for a day")
    assert "Your worker hears when you pause or end it." in page
    page = page.form("/end").send(client)
    assert "Nothing is agreed yet." in page.text
    with app.app_context():
        states = {one.state for one in db.session.scalars(select(ExpectedCheckIn))}
    assert states == {ExpectedState.CALLED_OFF}


@pytest.mark.parametrize("locale", ["en", "cy", "es", "ar"])
@pytest.mark.parametrize("who", ["sam", "maya"])
def test_the_pages_read_in_every_language(
    locale: str, who: str, client: FlaskClient, cast: Cast, sign_in: SignIn, agreed: None
) -> None:
    sign_in(client, getattr(cast, who))
    for there in (path(cast), f"{path(cast)}/new"):
        page = Page(client.get(f"{there}?lang={locale}"))
        assert page.lang == locale
        assert "Friday" in page.text or locale != "en"
