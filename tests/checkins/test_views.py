"""The page without login, the card, the board and the conversation."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
import time_machine
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image, ImageDraw
from sqlalchemy import event, func, select

from engage.alerts.models import Alert
from engage.cards import actions as card_actions
from engage.cards import qr
from engage.checkins.models import CheckIn, SentBy
from engage.checkins.rules import Belief, Kind
from engage.db import db
from engage.people import links
from engage.people.models import Link, LinkKind, Person
from tests.cast import Cast
from tests.checkins.texting import press
from tests.page import Page, stands_in

SignIn = Callable[[FlaskClient, UUID], FlaskClient]


@pytest.fixture
def opened(client: FlaskClient, card: card_actions.Card) -> FlaskClient:
    """A phone that followed the card's link."""
    response = client.get(f"/c/{card.code}")
    assert response.status_code == 303
    assert response.headers["Location"] == "/now"
    return client


def check_ins(app: Flask) -> list[CheckIn]:
    with app.app_context():
        return list(db.session.scalars(select(CheckIn).order_by(CheckIn.received_at)))


def test_the_page_has_five_choices_and_no_name(opened: FlaskClient) -> None:
    page = Page(opened.get("/now"))
    buttons = list(page.form("/now").buttons)
    assert buttons[1:] == ["I'm OK", "I want to come back", "Call me or text me", "I'm not safe"]
    assert "Show me somewhere to go" in page.text
    assert not stands_in("Maya", page.html)
    assert "missing" not in page.text.lower()
    assert "sms:+447700900500" in page.html
    assert len(page.html.encode()) <= 20_000


@pytest.mark.parametrize(
    ("words", "kind", "alert"),
    [
        ("I'm OK", Kind.OK, None),
        ("I want to come back", Kind.READY, "ready"),
        ("Call me or text me", Kind.TALK, "talk"),
        ("I'm not safe", Kind.SOS, "sos"),
    ],
)
def test_each_choice_is_kept_and_heard_of(
    words: str, kind: Kind, alert: str | None, app: Flask, opened: FlaskClient, cast: Cast
) -> None:
    form = Page(opened.get("/now")).form("/now")
    response = press(form, opened, words, note="by the bridge", place="Leeds")
    assert response.status_code == 303
    page = Page(opened.get(response.headers["Location"]))
    assert "Sent. Someone will read it. You can change your mind." in page.text
    with app.app_context():
        (check_in,) = db.session.scalars(select(CheckIn))
        assert (check_in.kind, check_in.belief, check_in.sent_by) == (
            kind, Belief.V1, SentBy.LINK,
        )  # fmt: skip
        assert (check_in.note, check_in.place) == ("by the bridge", "Leeds")
        assert check_in.young_person_id == cast.maya
        assert [a.kind for a in db.session.scalars(select(Alert))] == ([alert] if alert else [])


def test_pressing_twice_counts_once_and_changing_ones_mind_counts(
    app: Flask, opened: FlaskClient
) -> None:
    form = Page(opened.get("/now")).form("/now")
    for _ in range(3):
        assert press(form, opened, "I'm OK").status_code == 303
    assert len(check_ins(app)) == 1
    again = Page(opened.get("/now")).form("/now")
    press(again, opened, "I'm not safe")
    assert sorted(c.kind for c in check_ins(app)) == ["ok", "sos"]  # at one instant


def test_return_in_a_field_sends_the_words_and_not_ok(app: Flask, opened: FlaskClient) -> None:
    form = Page(opened.get("/now")).form("/now")
    first = next(iter(form.buttons.values()))
    assert (first.get("name"), first.get("value")) == ("kind", "words")
    press(form, opened, "Send my words", note="can somebody come")
    assert [c.kind for c in check_ins(app)] == ["free"]


def test_nothing_pressed_and_nothing_written_says_so(app: Flask, opened: FlaskClient) -> None:
    response = press(Page(opened.get("/now")).form("/now"), opened, "Send my words")
    assert response.status_code == 400
    assert "Nothing was sent yet" in Page(response).text
    assert check_ins(app) == []


def test_a_signal_is_never_refused_for_its_form(app: Flask, opened: FlaskClient) -> None:
    form = Page(opened.get("/now")).form("/now")
    form.values["key"] = ["'; drop"]
    response = press(form, opened, "I'm not safe", note="x" * 5000 + "\x00", place="y" * 900)
    assert response.status_code == 303
    with app.app_context():
        check_in = db.session.scalars(select(CheckIn)).one()
        assert len(str(check_in.note)) == 1000
        assert len(str(check_in.place)) == 200


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_link_changes_nothing_and_leaves_no_code_behind(
    method: str, app: Flask, client: FlaskClient, card: card_actions.Card
) -> None:
    for _ in range(3):
        response = getattr(client, method)(f"/c/{card.code}")
        assert response.status_code == 303
        assert card.code not in response.headers["Location"]
        assert response.headers["Cache-Control"] == "no-store"
    assert check_ins(app) == []
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(Link.revoked_at.is_not(None))) == 0


def test_unknown_closed_and_expired_codes_give_one_and_the_same_page(
    app: Flask, client: FlaskClient, card: card_actions.Card, cast: Cast, now: datetime
) -> None:
    with app.app_context():
        expired = links.issue(LinkKind.CHECK_IN, young_person_id=cast.kit, now=now, expires_at=now)
        card_actions.revoke_card(cast.viewer(cast.sam), cast.maya, now=now)
        db.session.commit()
    pages = [client.get(f"/c/{code}") for code in ("NOTHING", card.code, expired, card.typed)]
    assert {page.status_code for page in pages} == {404}
    assert len({re.sub(r"/c/[^\"?]+", "", page.text) for page in pages}) == 1
    assert "Childline" in pages[0].text
    assert client.get("/now").headers["Location"] == "/c"


def test_the_typed_code_opens_the_page_however_it_is_typed(
    client: FlaskClient, card: card_actions.Card
) -> None:
    form = Page(client.get("/c")).form("/c")
    empty = press(form, client, "Open my page", code="")
    assert empty.status_code == 400
    assert "Write the code on your card." in Page(empty).text
    typed = links.grouped(card.typed).lower().replace("0", "o").replace("1", "l")
    opened = press(form, client, "Open my page", code=f" {typed} ")
    assert opened.headers["Location"] == "/now"


def test_many_wrong_codes_are_slowed_down_but_a_card_always_opens(
    client: FlaskClient, card: card_actions.Card
) -> None:
    answers = [client.get(f"/c/{n:026}").status_code for n in range(40)]
    assert answers[0] == 404
    assert answers[-1] == 429
    assert client.get(f"/c/{card.code}").status_code == 303


def test_pressing_works_after_the_page_was_open_for_long(
    app: Flask, opened: FlaskClient, clock: time_machine.Traveller, card: card_actions.Card
) -> None:
    form = Page(opened.get("/now")).form("/now")
    clock.shift(timedelta(minutes=40))
    response = press(form, opened, "I'm not safe")
    if response.status_code != 303:
        # The form's token ended with the session: what was pressed is offered once more.
        again = Page(response)
        assert press(again.form("/now"), opened, "Send it now").status_code == 303
    assert [c.kind for c in check_ins(app)] == ["sos"]


def test_a_closed_card_sends_nothing_even_from_an_open_page(
    app: Flask, opened: FlaskClient, cast: Cast, now: datetime
) -> None:
    form = Page(opened.get("/now")).form("/now")
    with app.app_context():
        card_actions.revoke_card(cast.viewer(cast.sam), cast.maya, now=now)
        db.session.commit()
    press(form, opened, "I'm OK")
    assert check_ins(app) == []


def test_the_page_costs_two_queries(app: Flask, opened: FlaskClient) -> None:
    opened.get("/now")
    counted: list[str] = []

    def statement(_conn: object, _cursor: object, sql: str, *_: object) -> None:
        counted.append(sql)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", statement)
        try:
            assert opened.get("/now").status_code == 200
        finally:
            event.remove(db.engine, "before_cursor_execute", statement)
    assert len(counted) <= 2, counted


@pytest.mark.parametrize("locale", ["en", "cy", "es", "ar"])
def test_the_pages_read_in_every_language(locale: str, opened: FlaskClient) -> None:
    for path in ("/now", "/now/places", "/c", "/c/WRONG"):
        page = Page(opened.get(f"{path}?lang={locale}"))
        assert page.lang == locale


def test_the_page_speaks_the_young_persons_language(
    app: Flask, client: FlaskClient, cast: Cast, now: datetime
) -> None:
    with app.app_context():
        db.session.get_one(Person, cast.maya).locale = "es"
        made = card_actions.make_card(cast.viewer(cast.sam), cast.maya, now=now)
        db.session.commit()
    client.get(f"/c/{made.code}")
    assert Page(client.get("/now")).lang == "es"


def test_a_young_person_signed_in_has_the_same_page(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(client, cast.maya)
    press(Page(client.get("/now")).form("/now"), client, "I'm OK")
    assert [c.sent_by for c in check_ins(app)] == ["page"]


def test_nobody_else_has_it(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    for person in (cast.jo, cast.sam, cast.zed_worker):
        sign_in(client, person)
        assert client.get("/now").headers["Location"] == "/c"


def modules(drawn: bytes) -> Image.Image:
    """Draw the picture of a QR code from its SVG path, as a browser would."""
    path = re.search(r'd="([^"]+)"', drawn.decode())
    size = re.search(r'viewBox="0 0 (\d+)', drawn.decode())
    assert path and size
    picture = Image.new("L", (int(size.group(1)) * 8,) * 2, 255)
    for x, y, width in re.findall(r"M([\d.]+),([\d.]+)H([\d.]+)", path.group(1)):
        left, top, right = (float(n) * 8 for n in (x, y, width))
        ImageDraw.Draw(picture).rectangle((left, top, right - 1, top + right - left - 1), fill=0)
    return picture


def test_the_qr_code_reads_as_the_link_and_prints_at_a_size(
    client: FlaskClient, card: card_actions.Card, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(client, cast.sam)
    response = client.get(f"/young-people/{cast.maya}/card.svg")
    assert response.mimetype == "image/svg+xml"
    assert re.search(rb'width="[\d.]+mm"', response.data)
    (found,) = zxingcpp.read_barcodes(modules(response.data))
    assert found.text == f"http://localhost/c/{card.code}"
    assert found.ec_level == "Q"


def test_the_quiet_zone_is_four_modules() -> None:
    drawn = qr.svg("http://localhost/c/0").decode()
    starts = [float(x) for x in re.findall(r"M([\d.]+),", drawn)]
    assert min(starts) == qr.QUIET_ZONE


def test_the_card_page_prints_the_code_and_the_address(
    client: FlaskClient, card: card_actions.Card, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(client, cast.sam)
    page = Page(client.get(f"/young-people/{cast.maya}/card"))
    assert links.grouped(card.typed) in page.text
    assert "localhost/c" in page.text
    assert "Maya" not in page.text


def test_a_new_card_closes_the_old_one(
    client: FlaskClient, app: Flask, card: card_actions.Card, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(client, cast.sam)
    path = f"/young-people/{cast.maya}/card"
    press(Page(client.get(path)).form(path), client, "Make a new card and close this one")
    phone = app.test_client()
    assert phone.get(f"/c/{card.code}").status_code == 404
    assert phone.get(f"/c/{card.typed}").status_code == 404
    assert links.grouped(card.typed) not in client.get(path).text


def test_a_young_person_closes_their_own_card_and_no_other(
    client: FlaskClient, app: Flask, card: card_actions.Card, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(client, cast.maya)
    path = f"/young-people/{cast.maya}/card"
    press(Page(client.get(path)).form(f"{path}/close"), client, "Close this card now")
    assert app.test_client().get(f"/c/{card.code}").status_code == 404
    assert "There is no card now" in client.get(path).text
    assert client.get(f"/young-people/{cast.kit}/card").status_code == 404
