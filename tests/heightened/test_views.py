"""The pages: a carer's tap, a worker's answers, a young person's yes, and what strangers find."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from engage.db import db
from engage.heightened.models import Flag, Offer
from engage.heightened.rules import Kind, State
from engage.i18n import LOCALES
from tests.cast import Cast
from tests.heightened.conftest import HELP, answered, day, noted, noticed
from tests.page import Page

SignIn = Callable[[FlaskClient, UUID], FlaskClient]
NOTICED = "I've noticed a warning sign They are here. One tap, and their worker hears"


@pytest.fixture
def jos(client: FlaskClient, cast: Cast, sign_in: SignIn) -> FlaskClient:
    return sign_in(client, cast.jo)


@pytest.fixture
def sams(app: Flask, cast: Cast, sign_in: SignIn) -> FlaskClient:
    return sign_in(app.test_client(), cast.sam)


@pytest.fixture
def counted(app: Flask) -> Iterator[Callable[[], int]]:
    """How many statements ran so far."""
    seen = []

    def note(*_: object) -> None:
        seen.append(1)

    event.listen(Engine, "before_cursor_execute", note)
    yield lambda: len(seen)
    event.remove(Engine, "before_cursor_execute", note)


def support(cast: Cast) -> str:
    return f"/young-people/{cast.maya}/support"


def tap(jos: FlaskClient, cast: Cast) -> Page:
    here = f"/young-people/{cast.maya}/noticed"
    return Page(jos.get("/")).form(here).send(jos)


def test_a_carer_taps_once_says_more_and_takes_it_back(
    app: Flask, jos: FlaskClient, cast: Cast
) -> None:
    page = tap(jos, cast)
    assert "Thank you. It is kept." in page.main_text
    assert "Their people hear of it now" in page.main_text
    here = page.path
    page = page.form(here).fill(sign="packed", words="Her bag is by the door").send(jos)
    assert page.path == here
    assert "You noticed a sign" in Page(jos.get("/")).main_text
    with app.app_context():
        flag = db.session.query(Flag).one()
        assert (flag.sign, flag.words) == ("packed", "Her bag is by the door")
    page = Page(jos.get(here)).form(f"{here}/undo").send(jos)
    assert "Taken back" in page.main_text
    assert "You noticed a sign" not in Page(jos.get("/")).main_text


def test_what_is_too_long_is_said_and_stays_typed(jos: FlaskClient, cast: Cast) -> None:
    page = tap(jos, cast)
    long = "x" * 501
    response = page.form(page.path).fill(words=long).submit(jos)
    assert response.status_code == 400
    assert long in response.text and "too long" in response.text


def test_a_worker_notes_and_offers_and_the_young_person_reads_it(
    app: Flask, sams: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    page = Page(sams.get(support(cast)))
    assert "Nothing is noted" in page.main_text
    form = page.click(sams, "Note something that makes it harder").form(f"{support(cast)}/note")
    page = form.fill(kind="siblings", heard_from="school", words="Misses her brother").send(sams)
    assert "No answer yet. Since today" in page.main_text and "From school" in page.main_text
    form = page.click(sams, "Offer help").form(f"{support(cast)}/offer")
    flag = form.options("flags")[0]
    page = form.fill(
        flags=flag, what=HELP, owner=str(cast.sam), due_on=day(5).isoformat()
    ).send(sams)  # fmt: skip
    assert HELP in page.main_text and "In hand" in page.main_text
    mayas = sign_in(app.test_client(), cast.maya)
    page = Page(mayas.get("/")).click(
        mayas, "What we can do for you Help you can say yes or no to"
    )  # fmt: skip
    assert HELP in page.main_text and "It is up to you" in page.main_text


def test_the_young_person_says_yes_and_reads_what_came_of_it(
    app: Flask, sams: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    with app.app_context():
        offer = answered(cast, noted(cast)).id
    mayas = sign_in(app.test_client(), cast.maya)
    page = Page(mayas.get("/offered")).form(f"/offered/{offer}").send(mayas, press="Yes, please")
    assert "We are on it" in page.main_text
    here = f"/support-offers/{offer}"
    page = Page(sams.get(here))
    assert "Taken up" in page.main_text and "They answered themselves" in page.main_text
    form = page.form(f"{here}/move").fill(owner=str(cast.sue), due_on=day(9).isoformat())
    page = form.fill(reason="Sam is away").send(sams)
    assert "Sam is away" in page.main_text
    form = page.form(f"{here}/change").fill(state="done", did="She came")
    assert "She came" in form.send(sams).main_text
    assert "She came" in Page(mayas.get("/offered")).main_text


def test_why_not_now_asks_again_on_its_day(app: Flask, sams: FlaskClient, cast: Cast) -> None:
    with app.app_context():
        flag = noted(cast).id
    page = Page(sams.get(support(cast))).click(sams, "Not now, and why")
    form = page.form(f"{support(cast)}/not-now")
    assert form.values["flags"] == [str(flag)]
    page = form.fill(what="She asked for time", due_on=day(7).isoformat()).send(sams)
    assert "She asked for time" in page.main_text
    assert "Nothing waits for an answer" in page.main_text
    assert "Nothing waits" in Page(sams.get("/support-needed")).main_text


@pytest.mark.parametrize(
    ("filled", "said"),
    [
        ({"what": ""}, "Write what is offered"),
        ({"flags": []}, "Pick at least one thing"),
        ({"owner": ""}, "Pick who does it"),
        ({"due_on": "soon"}, "Write the day, like"),
        ({"due_on": ""}, "Write the day, like"),
        ({"due_on": "2020-01-01"}, "still to come"),
        ({"due_on": "2031-01-01"}, "Pick a nearer day"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    app: Flask, sams: FlaskClient, cast: Cast, filled: dict[str, object], said: str
) -> None:
    with app.app_context():
        flag = noted(cast).id
    here = f"{support(cast)}/offer"
    good = {"flags": str(flag), "what": HELP, "owner": str(cast.sam), "due_on": day(5).isoformat()}
    token = Page(sams.get(here)).form(here).values["csrf_token"][0]
    response = sams.post(here, data=good | filled | {"csrf_token": token})
    assert response.status_code == 400
    assert said in Page(response).main_text
    assert "what" in filled or HELP in response.text


def test_an_offer_ends_with_words(app: Flask, sams: FlaskClient, cast: Cast) -> None:
    with app.app_context():
        offer = answered(cast, noted(cast)).id
    here = f"/support-offers/{offer}"
    page = Page(sams.get(here))
    for form, filled in (("change", {"state": "done"}), ("change", {}), ("move", {"reason": ""})):
        assert page.form(f"{here}/{form}").fill(filled).submit(sams).status_code == 400


def test_the_list_says_who_could_do_with_help(app: Flask, sams: FlaskClient, cast: Cast) -> None:
    with app.app_context():
        noticed(cast)
    page = Page(sams.get("/")).click(
        sams, "Who could do with help What was noticed and has no answer yet"
    )
    assert "Maya A warning sign was noticed" in page.main_text
    assert "Noticed by Jo" in page.main_text
    page = page.click(sams, "Maya A warning sign was noticed")
    assert page.path == support(cast)


def test_what_no_longer_holds_goes_with_one_press(
    app: Flask, sams: FlaskClient, cast: Cast
) -> None:
    with app.app_context():
        flag = noted(cast).id
    page = Page(sams.get(support(cast))).form(f"/support-flags/{flag}/end").send(sams)
    assert "Nothing is noted" in page.main_text


def test_the_night_reads_and_offers_and_cannot_end(app: Flask, cast: Cast, sign_in: SignIn) -> None:
    with app.app_context():
        flag, offer = noted(cast).id, answered(cast, noted(cast, Kind.MOVES)).id
    olus = sign_in(app.test_client(), cast.olu)
    page = Page(olus.get(support(cast)))
    assert "It no longer holds" not in page.main_text
    token = page.form(f"/young-people/{cast.maya}/noticed").values["csrf_token"][0]
    assert olus.post(f"/support-flags/{flag}/end", data={"csrf_token": token}).status_code == 404
    assert "How is it now?" not in Page(olus.get(f"/support-offers/{offer}")).main_text
    assert olus.get(f"{support(cast)}/offer").status_code == 200


@pytest.mark.parametrize("locale", sorted(LOCALES))
def test_the_pages_speak_every_language(
    locale: str, app: Flask, sams: FlaskClient, jos: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    with app.app_context():
        sign, offer = noticed(cast).id, answered(cast, noted(cast)).id
        answered(cast, noted(cast, Kind.MOVES), state=State.NOT_NOW, due_on=day(3))
    for path in (
        support(cast), f"{support(cast)}/note", f"{support(cast)}/offer",
        f"{support(cast)}/not-now", f"/support-offers/{offer}", "/support-needed",
    ):  # fmt: skip
        assert Page(sams.get(f"{path}?lang={locale}")).lang == locale
    assert Page(jos.get(f"/noticed/{sign}?lang={locale}")).lang == locale
    page = Page(sign_in(app.test_client(), cast.maya).get(f"/offered?lang={locale}"))
    assert page.lang == locale and HELP in page.main_text and "Maya" not in page.title


def addresses(app: Flask, cast: Cast) -> tuple[list[str], dict[str, dict[str, str]]]:
    """Every page about Maya, and every form with what it takes."""
    with app.app_context():
        sign, flag = noticed(cast).id, str(noted(cast).id)
        offer = answered(cast, noted(cast, Kind.MOVES)).id
    due, here = day(3).isoformat(), support(cast)
    pages = [here, *(f"{here}/{end}" for end in ("note", "offer", "not-now")),
             f"/support-offers/{offer}", f"/noticed/{sign}"]  # fmt: skip
    return pages, {
        f"/young-people/{cast.maya}/noticed": {},
        f"/noticed/{sign}": {"words": "x"},
        f"/noticed/{sign}/undo": {},
        f"{here}/note": {"kind": "moves", "heard_from": "school"},
        f"{here}/offer": {"what": "x", "due_on": due, "flags": flag, "owner": str(cast.sam)},
        f"{here}/not-now": {"what": "x", "due_on": due, "flags": flag},
        f"/support-flags/{flag}/end": {},
        f"/support-offers/{offer}/change": {"state": "taken_up"},
        f"/support-offers/{offer}/move": {"owner": str(cast.sam), "reason": "x", "due_on": due},
        f"/offered/{offer}": {"say": "yes"},
    }


def test_strangers_find_nothing(app: Flask, cast: Cast, sign_in: SignIn) -> None:
    pages, forms = addresses(app, cast)
    for who in [*cast.strangers.values(), cast.kit, cast.kits_carer, cast.adil, cast.ines]:
        other = sign_in(app.test_client(), who)
        token = Page(other.get("/c")).form().values["csrf_token"][0]
        for path in pages:
            assert other.get(path).status_code == 404, path
        for path, sent in forms.items():
            response = other.post(path, data=sent | {"csrf_token": token})
            assert response.status_code == 404, path
        for path, word in (("/support-needed", "Maya"), ("/offered", HELP)):
            found = other.get(path)
            assert found.status_code == 404 or word not in found.text
    with app.app_context():
        assert db.session.query(Flag).filter(Flag.ended_at.is_not(None)).count() == 0
        assert {each.state for each in db.session.query(Offer)} == {"offered"}


def test_pages_cost_few_queries_however_much_is_noted(
    app: Flask, cast: Cast, sams: FlaskClient, counted: Callable[[], int]
) -> None:
    with app.app_context():
        for _ in range(20):
            answered(cast, noted(cast))
            noted(cast)
    for path in (support(cast), "/support-needed"):
        before = counted()
        assert sams.get(path).status_code == 200
        assert counted() - before <= 15, path
