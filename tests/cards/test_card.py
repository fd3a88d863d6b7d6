"""The wallet card: its size, its code, what stands on it, and that an old one dies at once."""

import io
from datetime import datetime
from pathlib import Path
from typing import Any

import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient

from engage.cards import actions as card_actions
from engage.cards import qr
from engage.cards import queries as card_queries
from engage.db import db
from engage.people import links
from engage.people.copy_actions import keep_on_phone
from engage.people.models import Organisation, Person
from engage.web import pdf
from engage.web.errors import NotFound
from tests import paper
from tests.cast import NOW, Cast
from tests.page import Page

ADDRESS = "http://localhost/c/"


@pytest.fixture
def card(app: Flask, cast: Cast, now: datetime) -> card_actions.Card:
    with app.app_context():
        made = card_actions.make_card(cast.viewer(cast.sam), cast.maya, now=now)
        db.session.commit()
    return made


@pytest.fixture
def sams(client: FlaskClient, cast: Cast, sign_in: Any) -> FlaskClient:
    return sign_in(client, cast.sam)


def printed(browser: FlaskClient, person_id: object) -> bytes:
    paper.need_pdf()
    answer = browser.get(f"/young-people/{person_id}/card.pdf")
    assert answer.status_code == 200 and answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == 'inline; filename="card.pdf"'
    return answer.data


def change(app: Flask, model: type, row_id: object, **values: object) -> None:
    with app.app_context():
        row = db.session.get(model, row_id)
        for name, value in values.items():
            setattr(row, name, value)
        db.session.commit()


@pytest.mark.parametrize("centimetres", [2.0, 3.4])
def test_the_printed_code_is_read_by_another_decoder_and_says_exactly_our_address(
    sams: FlaskClient, cast: Cast, card: card_actions.Card, tmp_path: Path, centimetres: float
) -> None:
    made = printed(sams, cast.maya)
    picture = paper.picture_of(made, tmp_path, paper.dots_for(centimetres))
    assert paper.read_code(picture) == f"{ADDRESS}{card.code}"


def test_the_decoder_is_not_easily_pleased(
    sams: FlaskClient, cast: Cast, card: card_actions.Card, tmp_path: Path
) -> None:
    made = printed(sams, cast.maya)
    picture = paper.picture_of(made, tmp_path, paper.dots_for(0.2))
    assert paper.read_code(picture) != f"{ADDRESS}{card.code}"


def modules_of(content: str) -> tuple[int, list[str]]:
    """Return how many modules wide the drawing is, quiet zone included, and its path."""
    import re

    drawn = qr.svg(content).decode()
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', drawn)
    assert box is not None and box[1] == box[2]
    return round(float(box[1])), re.findall(r"M(\d+)(?:\.\d+)?,", drawn)


def test_the_code_has_a_quiet_zone_of_four_and_level_q() -> None:
    from qrcode.constants import ERROR_CORRECT_Q
    from qrcode.main import QRCode

    content = "https://check.example/c/" + "A" * 26
    code = QRCode(error_correction=ERROR_CORRECT_Q, border=0)
    code.add_data(content)
    code.make(fit=True)
    width, starts = modules_of(content)
    assert width == len(code.get_matrix()) + 8
    assert min(int(x) for x in starts) == 4


def test_a_quarter_of_the_code_may_be_worn_away(tmp_path: Path) -> None:
    """Level Q restores up to a quarter; a corner rubbed off a card in a pocket is less."""
    from PIL import Image

    paper.need_pdf()
    content = "https://check.example/c/" + "7KQ2M9XWTF4HD" * 2
    page = (
        f'<html lang="en"><title>x</title><body class="sheet">{qr.drawing(content)}</body></html>'
    )
    picture = paper.picture_of(pdf.make_pdf(page, "print.css"), tmp_path, 200)
    image = Image.open(picture).convert("L")
    left, top, right, bottom = Image.eval(image, lambda dot: 255 - dot).getbbox() or (0, 0, 1, 1)
    side = right - left
    spoilt = image.copy()
    # The corner without a finder pattern, a fifth of the side each way: 4 % of the area, as dirt.
    spoilt.paste(0, (right - side // 5, bottom - side // 5, right, bottom))
    spoilt.save(tmp_path / "spoilt.png")
    assert paper.read_code(tmp_path / "spoilt.png") == content
    assert top < bottom


def test_the_card_is_of_a_bank_cards_size(
    sams: FlaskClient, cast: Cast, card: card_actions.Card, tmp_path: Path
) -> None:
    from PIL import Image

    made = printed(sams, cast.maya)
    page = pypdf.PdfReader(io.BytesIO(made)).pages[0]
    assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) == (595, 842)
    image = Image.open(paper.picture_of(made, tmp_path, 254)).convert("L")  # 10 dots a millimetre
    # The dashed line: the longest row of dashes and the longest column of them.
    dark = image.point(lambda dot: 255 if dot < 200 else 0)
    columns = [x for x in range(image.width) if dark.crop((x, 0, x + 1, image.height)).getbbox()]
    rows = [y for y in range(400, image.height)
            if dark.crop((columns[0], y, columns[-1], y + 1)).getbbox()]  # fmt: skip
    assert abs((columns[-1] - columns[0]) - 850) < 12
    assert rows[-1] - 150 < 900


def test_where_paper_is_letter_the_page_is_letter(
    app: Flask, sams: FlaskClient, cast: Cast, card: card_actions.Card
) -> None:
    change(app, Organisation, cast.organisation, region="US", policy="us-federal")
    made = printed(sams, cast.maya)
    page = pypdf.PdfReader(io.BytesIO(made)).pages[0]
    assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) == (612, 792)
    assert "911" in paper.words_of(made)


def test_it_shows_how_to_get_in_and_whom_to_call_and_nobodys_name(
    sams: FlaskClient, cast: Cast, card: card_actions.Card
) -> None:
    made = printed(sams, cast.maya)
    words = paper.words_of(made)
    for wanted in ("localhost/c", links.grouped(card.typed), "999", "116 000", "0800 1111"):
        assert wanted in words, wanted
    told = words + str(pypdf.PdfReader(io.BytesIO(made)).metadata)
    for name in ("Maya", "Jo", "Sam", "Northtown", "Council", "Engage", "engage", "care", "Missing",
                 "Runaway", "police", card.code):  # fmt: skip
        assert name not in told, name


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [("en", "In danger? Call 999, free."), ("cy", "999"), ("es", "999"), ("ar", "999")],
)
def test_it_speaks_its_owners_language_whoever_prints_it(
    app: Flask, sams: FlaskClient, cast: Cast, card: card_actions.Card, locale: str, sentence: str
) -> None:
    change(app, Person, cast.maya, locale=locale)
    page = Page(sams.get(f"/young-people/{cast.maya}/card"))
    assert f'class="card wallet" lang="{locale}"' in page.html
    assert sentence in paper.words_of(printed(sams, cast.maya))


def test_every_letter_of_the_pdf_is_inside_it(
    app: Flask, sams: FlaskClient, cast: Cast, card: card_actions.Card
) -> None:
    change(app, Person, cast.maya, locale="ar")
    fonts = paper.fonts_of(printed(sams, cast.maya))
    assert all(fonts.values())
    assert {"print-latin", "print-arabic"} <= {name.removesuffix("-Bold") for name in fonts}


def test_a_new_card_kills_the_old_one_at_once(
    app: Flask, sams: FlaskClient, cast: Cast, card: card_actions.Card, tmp_path: Path
) -> None:
    holder = app.test_client()
    holder.get(f"/c/{card.code}")
    assert Page(holder.get("/now")).status == 200
    page = Page(sams.get(f"/young-people/{cast.maya}/card"))
    page.form(f"/young-people/{cast.maya}/card").send(sams)
    for code in (card.code, card.typed):
        assert app.test_client().get(f"/c/{code}").status_code == 404
    # A page that was opened with the old card is closed too.
    assert holder.get("/now").status_code == 303
    made = printed(sams, cast.maya)
    read = paper.read_code(paper.picture_of(made, tmp_path, 200))
    assert read.startswith(ADDRESS) and read != f"{ADDRESS}{card.code}"
    assert app.test_client().get(read.removeprefix("http://localhost")).status_code == 303


def test_a_closed_card_is_not_printed_again(
    sams: FlaskClient, cast: Cast, card: card_actions.Card
) -> None:
    page = Page(sams.get(f"/young-people/{cast.maya}/card"))
    page.form(f"/young-people/{cast.maya}/card/close").send(sams)
    for kind in ("pdf", "svg"):
        assert sams.get(f"/young-people/{cast.maya}/card.{kind}").status_code == 404
    assert "There is no card now." in Page(sams.get(f"/young-people/{cast.maya}/card"))


def test_without_the_means_the_page_says_to_print_from_the_browser(
    sams: FlaskClient, cast: Cast, card: card_actions.Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_page: object) -> bytes:
        raise pdf.NoPdf

    monkeypatch.setattr("engage.cards.views.make_pdf", missing)
    answer = sams.get(f"/young-people/{cast.maya}/card.pdf")
    assert answer.status_code == 303
    page = Page(sams.get(answer.location))
    assert "This machine cannot make PDFs." in page
    assert links.grouped(card.typed) in page


@pytest.mark.parametrize(
    "who",
    ["jo", "adil", "kit", "ines", "ade", "zed_worker", "zed_carer", "far_zed_worker"],
)
def test_who_may_not_close_a_card_does_not_print_it(
    app: Flask, cast: Cast, card: card_actions.Card, sign_in: Any, who: str, now: datetime
) -> None:
    browser = sign_in(app.test_client(), getattr(cast, who))
    for end in ("card", "card.pdf", "card.svg"):
        assert browser.get(f"/young-people/{cast.maya}/{end}").status_code == 404
    with app.app_context(), pytest.raises(NotFound):
        card_queries.get_owner(cast.viewer(getattr(cast, who)), cast.maya, now=now)
    with app.app_context():
        for attempt in (card_actions.find_card, card_actions.make_card, card_actions.revoke_card):
            with pytest.raises(NotFound):
                attempt(cast.viewer(getattr(cast, who)), cast.maya, now=now)


def test_printing_again_and_again_is_slowed_down(
    sams: FlaskClient, cast: Cast, card: card_actions.Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engage.cards.views.make_pdf", lambda *_page: b"%PDF-")
    answers = {sams.get(f"/young-people/{cast.maya}/card.pdf").status_code for _ in range(61)}
    assert answers == {200, 429}


def test_a_lost_phone_opens_nothing_from_the_next_request_on(
    app: Flask, sams: FlaskClient, cast: Cast, card: card_actions.Card, sign_in: Any
) -> None:
    holder = app.test_client()
    holder.get(f"/c/{card.code}")
    mayas = sign_in(app.test_client(), cast.maya)
    with app.app_context():
        token = keep_on_phone(cast.viewer(cast.maya), cast.maya, now=NOW)
        db.session.commit()
    page = Page(sams.get(f"/young-people/{cast.maya}/card"))
    told = page.form(f"/young-people/{cast.maya}/phone-lost").send(sams)
    assert "The lost phone opens nothing any more" in told
    assert "There is no card now." in told
    assert app.test_client().get(f"/c/{card.code}").status_code == 404
    assert holder.get("/now").location == "/c"
    assert "sign-in" in mayas.get("/plans/mine").location
    asked = app.test_client().post("/this-phone/still", data={"token": token})
    assert asked.status_code == 410
    with app.app_context():
        assert db.session.get(Person, cast.maya).phone_suspended_at == NOW


@pytest.mark.parametrize("who", ["jo", "adil", "kit", "zed_worker", "far_zed_supervisor"])
def test_nobody_else_says_that_it_is_lost(
    app: Flask, cast: Cast, card: card_actions.Card, sign_in: Any, who: str
) -> None:
    browser = sign_in(app.test_client(), getattr(cast, who))
    token = Page(browser.get("/phone-sign-in")).form().values["csrf_token"]
    path = f"/young-people/{cast.maya}/phone-lost"
    assert browser.post(path, data={"csrf_token": token}).status_code == 404
    assert app.test_client().get(f"/c/{card.code}").status_code == 303


def test_maya_says_it_herself_from_a_borrowed_phone(
    app: Flask, cast: Cast, card: card_actions.Card, sign_in: Any
) -> None:
    browser = sign_in(app.test_client(), cast.maya)
    page = Page(browser.get(f"/young-people/{cast.maya}/card"))
    answer = page.form(f"/young-people/{cast.maya}/phone-lost").submit(browser)
    # Her own sign-in ends too: nobody can tell which phone is the lost one.
    assert answer.status_code == 303
    assert "sign-in" in browser.get("/plans/mine").location
    assert app.test_client().get(f"/c/{card.code}").status_code == 404
