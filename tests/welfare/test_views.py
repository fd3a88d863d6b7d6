"""The pages: the list, the minutes, the reason, what is agreed; bad input, and strangers."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engage.audit.models import AuditEntry
from engage.db import db
from engage.welfare.models import WelfareAction, WelfareMeeting, WelfareYoungPerson
from tests.cast import NOW, Cast
from tests.page import Page
from tests.welfare.conftest import LAMPS, NOTICED, PLACE, agreed, day, written

HERE, NEW = "/welfare-meetings", "/welfare-meetings/new"


@pytest.fixture
def sams(client: FlaskClient, cast: Cast, sign_in: Callable) -> FlaskClient:
    return sign_in(client, cast.sam)


@pytest.fixture
def wyns(app: Flask, cast: Cast, sign_in: Callable) -> FlaskClient:
    """Kit's worker, who was not there."""
    return sign_in(app.test_client(), cast.kits_worker)


@pytest.fixture
def here(app: Flask, cast: Cast) -> Iterator[str]:
    """Minutes that are there, with something agreed."""
    with app.app_context():
        meeting = written(cast)
        agreed(cast, meeting)
        yield f"{HERE}/{meeting.id}"


def test_a_worker_writes_down_what_was_noticed(sams: FlaskClient, cast: Cast) -> None:
    form = Page(sams.get(NEW)).form(NEW)
    assert form.values["present"] == [str(cast.sam)]
    page = form.fill(subject=PLACE, held_on=day(-1).isoformat(), noticed=NOTICED,
                     present=[str(cast.sam), str(cast.sue)]).send(sams)  # fmt: skip
    assert page.path.startswith(f"{HERE}/") and NOTICED in page.main_text
    assert "Sue" in page.main_text and PLACE in page.main_text
    assert PLACE in Page(sams.get(HERE)).main_text


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("subject", "", "Write what it was about."),
        ("held_on", "", "Write the day, like 2026-11-22."),
        ("held_on", "2026-13-45", "Write the day, like 2026-11-22."),
        ("held_on", "yesterday", "Write the day, like 2026-11-22."),
        ("held_on", "2027-01-01", "Pick the day on which it was. It cannot be still to come."),
        ("held_on", "2020-01-01", "Pick a day within the last year."),
        ("noticed", "   ", "Write what you noticed."),
        ("present", [], "Pick who was there."),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_and_nothing_is_kept(
    app: Flask, sams: FlaskClient, field: str, value: object, said: str
) -> None:
    form = Page(sams.get(NEW)).form(NEW)
    form.fill(subject=PLACE, held_on=day(-1).isoformat(), noticed=NOTICED)
    page = Page(form.fill({field: value}).submit(sams))
    assert page.status == 400 and page.errors == [said]
    with app.app_context():
        assert db.session.query(WelfareMeeting).count() == 0


@pytest.mark.parametrize(
    "asked",
    ["pattern=nothing", "pattern=", "key=abc", "key=abc&year=2026", "key=abc&year=2026&first=1",
     "key=abc&year=20x6&first=1", "key=abc&year=2026&first=one"],
)  # fmt: skip
def test_an_address_of_nothing_finds_nothing(sams: FlaskClient, asked: str) -> None:
    assert sams.get(f"{NEW}?{asked}").status_code == 404


def test_a_pattern_is_named_and_needs_no_other_words(
    app: Flask, sams: FlaskClient, cast: Cast
) -> None:
    where = f"{NEW}?pattern=weekday"
    page = Page(sams.get(where))
    assert "Day of the week" in page.main_text and "What was it about?" not in page.main_text
    # What it is about stands in the address, which a form here does not keep.
    form = page.form(NEW).fill(held_on=day(0).isoformat(), noticed=NOTICED)
    answer = sams.post(where, data=form.values)
    assert answer.status_code == 303
    assert "Day of the week" in Page(sams.get(answer.location)).main_text
    with app.app_context():
        assert db.session.query(WelfareMeeting).one().about == "pattern"


def test_who_was_not_there_says_why_each_time_and_that_is_kept(
    app: Flask, wyns: FlaskClient, here: str
) -> None:
    page = Page(wyns.get(here))
    assert NOTICED not in page.text and PLACE not in page.text and LAMPS not in page.text
    again = Page(page.form(here).submit(wyns))
    assert again.status == 400 and NOTICED not in again.text
    page = Page(page.form(here).fill(why="plans").submit(wyns))
    assert page.status == 200 and NOTICED in page.main_text
    assert NOTICED not in Page(wyns.get(here)).text
    with app.app_context():
        opened = db.session.query(AuditEntry).filter_by(verb="welfare_meeting:opened")
        assert [each.reason for each in opened] == ["plans"]


def test_a_reader_is_offered_nothing_that_they_may_not_do(wyns: FlaskClient, here: str) -> None:
    page = Page(Page(wyns.get(here)).form(here).fill(why="plans").submit(wyns))
    assert not [form for form in page.forms if form.action.startswith(HERE)]
    assert "Thank" not in page.main_text and LAMPS in page.main_text


def test_something_is_agreed_moved_and_done(app: Flask, sams: FlaskClient, cast: Cast) -> None:
    with app.app_context():
        where = f"{HERE}/{written(cast).id}"
    form = Page(sams.get(where)).form(f"{where}/actions")
    page = form.fill(what=LAMPS, owner=str(cast.sam), due_on=day(4).isoformat()).send(sams)
    one = next(link for link in page.links.values() if link.startswith("/welfare-actions/"))
    assert "1 thing is still to do" in Page(sams.get("/")).main_text
    form = Page(sams.get(one)).form(f"{one}/move")
    page = form.fill(due_on=day(6).isoformat(), reason="The council is shut").send(sams)
    assert "The council is shut" in page.main_text
    page = Page(sams.get(one)).form(f"{one}/end").fill(state="done", did="Lamps are up").send(sams)
    assert "Lamps are up" in page.main_text and not [
        f for f in page.forms if f.action == f"{one}/end"
    ]
    assert "is still to do" not in Page(sams.get("/")).main_text
    token = page.form("/sign-out").values["csrf_token"][0] if page.forms else ""
    sent = {"csrf_token": token, "state": "done", "did": "twice"}
    assert sams.post(f"{one}/end", data=sent).status_code in (400, 409)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"what": ""}, "Write what will be done."),
        ({"owner": ""}, "Pick who does it."),
        ({"due_on": "soon"}, "Write the day, like 2026-11-22."),
        ({"due_on": "2026-11-21"}, "Pick a day that is still to come."),
        ({"due_on": "2028-01-01"}, "Pick a day within half a year."),
    ],
)
def test_what_cannot_be_agreed_is_said_beside_it(
    app: Flask, sams: FlaskClient, cast: Cast, here: str, change: dict, said: str
) -> None:
    form = Page(sams.get(here)).form(f"{here}/actions")
    filled = {"what": "x", "owner": str(cast.sam), "due_on": day(4).isoformat()} | change
    page = Page(form.fill(filled).submit(sams))
    assert page.status == 400 and page.errors == [said]
    assert db.session.query(WelfareAction).count() == 1


@pytest.mark.parametrize(
    ("what", "filled", "said"),
    [
        ("move", {"reason": ""}, "Write why it is another day or another person."),
        ("move", {"due_on": "2026-11-01", "reason": "x"}, "Pick a day that is still to come."),
        ("move", {"due_on": "x", "reason": "x"}, "Write the day, like 2026-11-22."),
        ("end", {"did": "x"}, "Pick what came of it."),
        ("end", {"state": "done"}, "Write what was done, or why it could not be done."),
    ],
)
def test_what_cannot_come_of_it_is_said_beside_it(
    sams: FlaskClient, here: str, what: str, filled: dict, said: str
) -> None:
    one = f"/welfare-actions/{db.session.query(WelfareAction).one().id}"
    page = Page(Page(sams.get(one)).form(f"{one}/{what}").fill(filled).submit(sams))
    assert page.status == 400 and page.errors == [said]
    assert db.session.query(WelfareAction).one().state == "open"


def test_whom_they_thought_of_is_ticked_again(sams: FlaskClient, cast: Cast, here: str) -> None:
    form = Page(sams.get(here)).form(f"{here}/young-people")
    page = form.fill(young_people=[str(cast.maya)]).send(sams)
    assert page.links["Maya"] == f"/young-people/{cast.maya}"
    form = page.form(f"{here}/young-people")
    assert form.values["young_people"] == [str(cast.maya)]
    assert "Maya" not in form.fill(young_people=[]).send(sams).links
    assert db.session.query(WelfareYoungPerson).count() == 0


def test_a_stranger_cannot_be_ticked(sams: FlaskClient, cast: Cast, here: str) -> None:
    form = Page(sams.get(here)).form(f"{here}/young-people")
    token = form.values["csrf_token"][0]
    for who in (cast.kit, cast.far_zed_young, "nobody"):
        sent = {"csrf_token": token, "young_people": [str(who)]}
        assert sams.post(f"{here}/young-people", data=sent).status_code == 400
    assert db.session.query(WelfareYoungPerson).count() == 0


def test_words_are_added(sams: FlaskClient, here: str) -> None:
    form = Page(sams.get(here)).form(f"{here}/notes")
    assert Page(form.submit(sams)).status == 400
    page = form.fill(words="The council rang <b>twice</b>").send(sams)
    assert "The council rang <b>twice</b>" in page.main_text


@pytest.mark.parametrize(
    "name", ["maya", "jo", "ade", "olu", "ines", "adil", "zed_carer", "far_zed_worker"]
)
def test_nobody_else_finds_any_of_it(
    app: Flask, cast: Cast, sign_in: Callable, here: str, name: str
) -> None:
    one = f"/welfare-actions/{db.session.query(WelfareAction).one().id}"
    browser = sign_in(app.test_client(), getattr(cast, name))
    for path in (HERE, NEW, here, one):
        answer = browser.get(path)
        assert answer.status_code in (302, 303, 404) or NOTICED not in answer.text, path
        assert PLACE not in answer.text and LAMPS not in answer.text, path
    for path in (here, one):
        assert browser.get(path).status_code != 200


def test_nothing_of_it_is_on_any_page_of_the_young_person_or_the_carer(
    app: Flask, cast: Cast, sign_in: Callable, sams: FlaskClient, here: str
) -> None:
    Page(sams.get(here)).form(f"{here}/young-people").fill(young_people=[str(cast.maya)]).send(sams)
    for name, paths in (
        ("maya", ("/", "/you-said", "/offered", f"/young-people/{cast.maya}/care-record")),
        ("jo", ("/", f"/worried/{cast.maya}")),
    ):
        browser = sign_in(app.test_client(), getattr(cast, name))
        for path in paths:
            page = browser.get(path)
            assert page.status_code == 200, path
            for word in (PLACE, NOTICED, LAMPS, "welfare"):
                assert word not in page.text, (path, word)


@pytest.mark.parametrize("locale", ["cy", "es", "ar"])
def test_the_pages_read_in_every_language(sams: FlaskClient, here: str, locale: str) -> None:
    one = f"/welfare-actions/{db.session.query(WelfareAction).one().id}"
    for path in (HERE, NEW, here, one):
        page = Page(sams.get(f"{path}?lang={locale}"))
        assert page.status == 200 and "What you took on" not in page.main_text
    assert NOW.year == 2026
