"""The call screen, the record and the screenings, by hand."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engage.alerts.models import Alert
from engage.db import db
from engage.episodes.rules import EpisodeState
from engage.feedback.models import FeedbackAnswer
from engage.i18n import LOCALES
from engage.people.actions import create_person, grant_role
from engage.people.models import Person, PersonKind, Role
from engage.people.viewer import SYSTEM
from engage.safeguarding.models import Allegation, Screening
from tests.cast import NOW, Cast
from tests.episodes.away import become, opened
from tests.feedback.conftest import Hang
from tests.page import Page

SignIn = Callable[[FlaskClient, UUID], FlaskClient]


@pytest.fixture
def sams(client: FlaskClient, cast: Cast, sign_in: SignIn) -> FlaskClient:
    return sign_in(client, cast.sam)


def call(cast: Cast) -> str:
    return f"/young-people/{cast.maya}/harm"


def begun(cast: Cast, client: FlaskClient, **sent: object) -> Page:
    form = Page(client.get(call(cast))).form(call(cast))
    return form.fill({"about": "unknown"} | sent).send(client)


def test_the_call_screen_has_the_numbers_and_looking_begins_nothing(
    app: Flask, sams: FlaskClient, cast: Cast
) -> None:
    page = Page(sams.get(call(cast)))
    assert {"tel:999", "tel:101"} <= set(page.links.values())
    assert "whole story" in page.main_text and "Maya" not in page.title
    assert page.main_text.index("hear at once") < page.main_text.index("Who is it about?")
    with app.app_context():
        assert db.session.query(Allegation).count() == db.session.query(Alert).count() == 0


def test_from_one_press_to_closed(app: Flask, sams: FlaskClient, cast: Cast) -> None:
    page = begun(cast, sams)
    assert "Not told yet" in page.main_text and "At once" in page.main_text
    one = page.path
    for whom in ("police", "child_protection", "designated_officer", "placing_authority"):
        form = Page(sams.get(f"{one}/told/{whom}")).form()
        page = form.fill(deed="told", named="Alex", reference="7/26").send(sams)
    assert "Still to be told" not in page.main_text and "7/26" in page.main_text
    answer = page.form(f"{one}/close").fill(safe_now="At Nan's").submit(sams)
    page = Page(answer)
    assert answer.status_code == 400 and len(page.errors) == 2
    assert page.form(f"{one}/close").values["safe_now"] == ["At Nan's"]
    page = page.form(f"{one}/about").fill(about="carer", about_ids=[str(cast.jo)]).send(sams)
    page = page.form(f"{one}/close").fill(they_know="Sam told her").send(sams)
    assert "Closed" in page.main_text and "Sam told her" in page.main_text
    assert sams.get(f"{one}/told/police").status_code == 404
    assert "Nothing is open" in Page(sams.get("/harm")).main_text


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, "Pick what happened."),
        ({"deed": "told"}, "Write whom you spoke with."),
        ({"deed": "not_needed", "named": "x"}, "Write why they need not be told."),
        ({"deed": "told", "named": "x", "on": "2030-01-01", "at": "10:00"}, "still to come"),
        ({"deed": "told", "named": "x", "on": "now", "at": "10:00"}, "like 2026-11-22"),
    ],
)
def test_what_is_missing_is_told_and_what_was_typed_stays(
    sent: dict[str, str], told: str, sams: FlaskClient, cast: Cast
) -> None:
    one = begun(cast, sams).path
    form = Page(sams.get(f"{one}/told/police")).form().fill({"reference": "7/26"} | sent)
    answer = form.submit(sams)
    page = Page(answer)
    assert answer.status_code == 400 and any(told in each for each in page.errors), page.errors
    assert page.form().values["reference"] == ["7/26"]


def test_nothing_picked_begins_nothing_and_keeps_the_words(
    app: Flask, sams: FlaskClient, cast: Cast
) -> None:
    form = Page(sams.get(call(cast))).form(call(cast)).fill(words="He hit me")
    answer = form.submit(sams)
    assert answer.status_code == 400 and Page(answer).errors
    assert "He hit me" in answer.text
    with app.app_context():
        assert db.session.query(Allegation).count() == 0


@pytest.mark.parametrize("locale", LOCALES)
def test_every_page_speaks_every_language(locale: str, sams: FlaskClient, cast: Cast) -> None:
    one = begun(cast, sams).path
    for path in (call(cast), one, f"{one}/told/police", "/harm",
                 f"/young-people/{cast.maya}/screenings"):  # fmt: skip
        page = Page(sams.get(f"{path}?lang={locale}"))
        assert page.lang == locale and "None" not in page.main_text


def test_it_is_one_press_from_the_talk_the_card_and_their_page(
    app: Flask, sams: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    with app.app_context():
        episode = opened(cast, now=NOW - timedelta(days=1))
        become(cast, episode, EpisodeState.RETURNED, NOW - timedelta(hours=1))
        db.session.commit()
        welcome = f"/episodes/{episode.id}/welcome"
    jos = sign_in(app.test_client(), cast.jo)
    for client, path in ((sams, f"/young-people/{cast.maya}"), (jos, welcome)):
        links_of = Page(client.get(path)).links.values()
        [press] = [each for each in links_of if each.startswith(call(cast))]
        assert client.get(press).status_code == 200
    form = Page(jos.get(f"{call(cast)}?from=welcome")).form(call(cast))
    form.fill(about="worker", about_ids=[str(cast.sam)]).send(jos)
    with app.app_context():
        assert db.session.query(Allegation).one().seen == "welcome"
    assert "Nothing is open" in Page(sams.get("/harm")).main_text


def test_somebody_who_names_themselves_is_led_away(sams: FlaskClient, cast: Cast) -> None:
    page = begun(cast, sams, about="worker", about_ids=[str(cast.sam)])
    assert page.path == "/"


def test_strangers_find_no_page(app: Flask, sams: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    one = begun(cast, sams).path
    screenings = f"/young-people/{cast.maya}/screenings"
    gone = f"/feedback/urgent/{uuid4()}/harm"
    for who in [*cast.strangers.values(), cast.kit, cast.maya, cast.adil, cast.ines]:
        other = sign_in(app.test_client(), who)
        token = Page(other.get("/c")).form().values["csrf_token"][0]
        paths = (one, f"{one}/told/police", screenings, gone)
        assert [other.get(path).status_code for path in paths] == [404] * 4
        sent = {"csrf_token": token, "about": "other", "deed": "told", "named": "x", "tool": "x",
                "done_on": "2026-11-20", "found": "none", "safe_now": "x"}  # fmt: skip
        for path in (f"{one}/told/police", f"{one}/about", f"{one}/close", screenings, gone):
            assert other.post(path, data=sent).status_code == 404
        if who != cast.ines:
            assert other.get(call(cast)).status_code == 404
            assert other.post(call(cast), data=sent).status_code == 404


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.OUT_OF_HOURS])
def test_staff_of_another_team_do_not_find_whose_screenings_these_are(
    role: Role, app: Flask, cast: Cast, sign_in: SignIn
) -> None:
    with app.app_context():
        east = db.session.get_one(Person, cast.kit).team_id
        zed = create_person(
            SYSTEM, PersonKind.WORKER, organisation_id=cast.organisation, name="Zed", now=NOW
        )
        grant_role(SYSTEM, zed.id, role, team_id=east, now=NOW)
        zed_id = zed.id
        db.session.commit()
    path = f"/young-people/{cast.maya}/screenings"
    assert sign_in(app.test_client(), zed_id).get(path).status_code == 404


def test_a_screening_is_shown_to_a_carer_only_when_it_was_shared(
    app: Flask, sams: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    path = f"/young-people/{cast.maya}/screenings"
    jos = sign_in(app.test_client(), cast.jo)
    assert "CSE tool" not in jos.get(path).text
    form = Page(sams.get(path)).form(path)
    page = form.fill(tool="CSE tool", done_on="2026-11-20", found="some", note="Talk").send(sams)
    assert "CSE tool" in page.main_text and "Some signs" in page.main_text
    assert "CSE tool" not in jos.get(path).text
    assert "Note a screening" not in jos.get(path).text
    with app.app_context():
        share = f"{path}/{db.session.query(Screening).one().id}/share"
    token = Page(jos.get("/c")).form().values["csrf_token"][0]
    assert jos.post(share, data={"csrf_token": token}).status_code == 404
    page = page.form(share).send(sams)
    assert "Carers may read it since" in page.main_text
    assert "CSE tool" in Page(jos.get(path)).main_text


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"tool": ""}, "Write which tool it was."),
        ({"done_on": "2030-01-01"}, "a day to come"),
        ({"done_on": "x"}, "a day to come"),
    ],
)
def test_a_screening_with_a_gap_is_not_kept(
    sent: dict[str, str], told: str, app: Flask, sams: FlaskClient, cast: Cast
) -> None:
    path = f"/young-people/{cast.maya}/screenings"
    filled = {"tool": "CSE tool", "done_on": "2026-11-20", "found": "none"} | sent
    answer = Page(sams.get(path)).form(path).fill(filled).submit(sams)
    assert answer.status_code == 400 and any(told in each for each in Page(answer).errors)
    with app.app_context():
        assert db.session.query(Screening).count() == 0


def test_from_what_was_written_without_a_name(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn, hang: Hang,
    say: Callable[..., bool],
) -> None:  # fmt: skip
    say(hang(), (1, 1, 1, 1), "he hits me")
    with app.app_context():
        answer = db.session.query(FeedbackAnswer).one().id
    sues = sign_in(client, cast.sue)
    page = Page(sues.get(f"/feedback/urgent/{answer}")).click(
        sues, "Somebody was hurt: whom to call"
    )
    page = page.form().fill(about="carer", about_ids=[str(cast.jo)]).send(sues)
    assert "Written without a name" in page.main_text
    assert "What was the young person told" not in page.main_text.split("Close it")[0]
    for who in (cast.jo, cast.sam):
        other = sign_in(app.test_client(), who)
        assert other.get(page.path).status_code == 404
        assert other.get(f"/feedback/urgent/{answer}/harm").status_code == 404
