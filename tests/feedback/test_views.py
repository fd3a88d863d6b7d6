"""The page behind a poster, what teams read, and the posters themselves."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from time_machine import Traveller

from engage.conversations.forms import LONGEST
from engage.db import db
from engage.feedback import labels
from engage.feedback.rules import Subject
from engage.feedback.text_rules import read
from engage.feedback.wording import beginning, beginnings
from engage.i18n import LOCALES, use_locale
from engage.messaging.rules import segments
from engage.messaging.wording_rules import flaws_of
from engage.people.models import Organisation
from tests import paper
from tests.cast import Cast
from tests.checkins.texting import own_number
from tests.feedback.conftest import Hang, Hung, code_of, kept
from tests.page import Page

SignIn = Callable[[FlaskClient, UUID], FlaskClient]
Say = Callable[..., bool]


def test_somebody_says_how_it_was_without_a_name(
    app: Flask, client: FlaskClient, hang: Hang
) -> None:
    hung = hang(about=None)
    page = Page(client.get(hung.path))
    assert "We do not ask your name" in page
    assert {"about", "listened", "kind", "told", "safe", "words"} <= page.form(hung.path).names
    form = page.form(hung.path).fill({"about": "police", "kind": "2"}, words=" Ask me first. ")
    page = form.send(client)
    assert page.heading == "Thank you"
    assert "999" in page.text
    (row,) = kept(app)
    assert (row.about, row.kind, row.listened, row.words) == ("police", 2, None, "Ask me first.")


def test_a_poster_that_says_whom_it_is_about_does_not_ask(client: FlaskClient, hang: Hang) -> None:
    page = Page(client.get(hang(about=Subject.POLICE).path))
    assert "The police" in page.main_text
    assert "Who is this about?" not in page


@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_and_its_own_digits_are_understood(
    locale: str, app: Flask, client: FlaskClient, hang: Hang
) -> None:
    hung = hang()
    page = Page(client.get(f"{hung.path}?lang={locale}"))
    assert page.lang == locale
    page.form(hung.path).fill(safe="5", words="١٢٣ ok").send(client)
    (row,) = kept(app)
    assert row.safe == 5 and row.words == "١٢٣ ok"


def test_nothing_picked_is_said_kindly_and_what_was_typed_stays(
    app: Flask, client: FlaskClient, hang: Hang
) -> None:
    hung = hang(about=None)
    page = Page(client.get(hung.path)).form(hung.path).fill(about="carer").submit(client)
    assert page.status_code == 400
    assert "Nothing was sent yet" in Page(page)
    form = Page(client.get(hung.path)).form(hung.path)
    page = Page(form.fill({"safe": "3"}, words="My words").submit(client))
    assert "Pick who this is about." in page.errors
    assert page.form(hung.path).values["words"] == ["My words"]
    assert page.form(hung.path).values["safe"] == ["3"]
    assert kept(app) == []


def test_a_megabyte_of_words_is_refused_and_scripts_are_only_words(
    app: Flask, client: FlaskClient, cast: Cast, hang: Hang, sign_in: SignIn, clock: Traveller
) -> None:
    hung = hang()
    form = Page(client.get(hung.path)).form(hung.path)
    assert form.fill(words="x" * 2001).submit(client).status_code == 400
    huge = Page(client.get(hung.path)).form(hung.path).fill(words="x" * 1_000_000)
    assert huge.submit(client).status_code in (400, 413)
    assert kept(app) == []
    for n in range(5):
        form = Page(client.get(hung.path)).form(hung.path)
        form.fill(words=f"<script>alert({n})</script>").send(client)
    clock.shift(timedelta(days=100))
    sign_in(client, cast.sue)
    page = Page(client.get("/feedback"))
    assert "<script>alert(0)</script>" in page.main_text


def test_too_many_from_one_place_lose_nothing_they_typed_and_others_go_on(
    app: Flask, client: FlaskClient, hang: Hang
) -> None:
    hung, other = hang(), hang(place="Kitchen")
    page = Page(client.get(hung.path))
    values = {name: found[0] for name, found in page.form(hung.path).values.items() if found}
    for n in range(70):
        sent = client.post(hung.path, data={**values, "key": f"{n:020}", "safe": "1"})
        if sent.status_code == 429:
            break
    assert n == 60
    sent = client.post(
        hung.path, data={**values, "key": "k" * 20, "safe": "2", "words": "Mine are real"}
    )
    refused = Page(sent)
    assert sent.status_code == 429 and "send them again in" in refused.main_text
    assert refused.form(hung.path).values["words"] == ["Mine are real"]
    # Somebody on another network is not held up, and neither is the rest of Engage.
    elsewhere = {"REMOTE_ADDR": "198.51.100.7"}
    answer = client.post(
        other.path, data={**values, "key": "z" * 20, "safe": "5"}, environ_overrides=elsewhere
    )
    assert answer.status_code == 303
    assert client.get("/c").status_code == 200
    assert len(kept(app)) == 61


@pytest.mark.parametrize("code", ["NOSUCHCODE", "0" * 26, "x", "%00", "../c"])
def test_unknown_codes_all_get_one_page_with_helplines(
    code: str, client: FlaskClient, cast: Cast
) -> None:
    answer = client.get(f"/f/{code}")
    assert answer.status_code == 404
    assert "Someone to talk to now" in Page(answer)


def test_a_closed_poster_opens_nothing_and_an_open_page_of_it_can_not_be_sent(
    app: Flask, client: FlaskClient, cast: Cast, hang: Hang, sign_in: SignIn
) -> None:
    hung = hang()
    form = Page(client.get(hung.path)).form(hung.path).fill(safe="1")
    admin = sign_in(app.test_client(), cast.adil)
    page = Page(admin.get(f"/feedback/posters/{hung.id}"))
    page.form(f"/feedback/posters/{hung.id}/close").send(admin)
    assert client.get(hung.path).status_code == 404
    assert form.submit(client).status_code == 404
    assert kept(app) == []


def test_opening_counts_the_week_and_looking_at_the_thanks_does_not(
    app: Flask, client: FlaskClient, cast: Cast, hang: Hang, sign_in: SignIn
) -> None:
    hung = hang()
    Page(client.get(hung.path)).form(hung.path).fill(safe="4").send(client)
    client.get(hung.path)
    page = Page(sign_in(client, cast.adil).get("/feedback/posters"))
    assert "Opened 2 times in three months." in page.main_text


def test_teams_read_answers_only_together(
    app: Flask, client: FlaskClient, cast: Cast, hang: Hang, say: Say, sign_in: SignIn,
    clock: Traveller,
) -> None:  # fmt: skip
    hung = hang()
    for n in range(4):
        say(hung, (5, 5, 5, 5), f"Secret {n}", key=str(n))
    clock.shift(timedelta(days=100))
    page = Page(sign_in(client, cast.sue).get("/feedback"))
    assert "Secret" not in page.text and page.main_text.count("Not enough answers yet") == 4
    clock.shift(timedelta(days=-100))
    say(hung, (1, 1, 1, 2), "Secret 4", key="4")
    assert "Secret" not in Page(sign_in(client, cast.sue).get("/feedback")).text
    clock.shift(timedelta(days=100))
    page = Page(sign_in(client, cast.sue).get("/feedback"))
    assert page.main_text.count("Secret") == 5
    assert "8 of 10" in page.main_text and "October 2026" in page.main_text


@pytest.mark.parametrize("who", ["maya", "jo", "ines", "olu", "adil"])
def test_others_find_no_results(who: str, client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(client, getattr(cast, who)).get("/feedback").status_code == 404


def test_the_person_on_duty_reads_what_cannot_wait(
    app: Flask, client: FlaskClient, cast: Cast, hang: Hang, say: Say, sign_in: SignIn
) -> None:
    hung = hang()
    say(hung, (None, None, None, 1), "He hit me")
    (row,) = kept(app)
    page = Page(sign_in(client, cast.sue).get(f"/feedback/urgent/{row.id}"))
    assert "He hit me" in page.main_text and "Hall of Elm House" in page.main_text
    assert "Do not try to find out who it was" in page
    for who in (cast.sam, cast.adil, cast.far_zed_supervisor, cast.maya):
        other = sign_in(app.test_client(), who)
        assert other.get(f"/feedback/urgent/{row.id}").status_code == 404


def test_an_administrator_makes_a_poster_and_bad_input_is_told(
    client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(client, cast.adil)
    page = Page(client.get("/feedback/posters"))
    assert "No poster hangs anywhere yet" in page.main_text
    refused = Page(page.form("/feedback/posters").fill(place="").submit(client))
    assert refused.errors == ["Write where it will hang.", "Pick who it asks about."]
    page = refused.form("/feedback/posters").fill(place="Elm <House>", about="any").send(client)
    assert "Elm <House>" in page.main_text and "localhost" in page.main_text
    assert "Elm <House>" in Page(client.get("/feedback/posters")).main_text


@pytest.mark.parametrize("who", ["sam", "sue", "maya", "far_zed_supervisor"])
def test_nobody_else_finds_posters(
    who: str, client: FlaskClient, cast: Cast, hang: Hang, sign_in: SignIn
) -> None:
    hung = hang()
    sign_in(client, getattr(cast, who))
    for path in ("/feedback/posters", f"/feedback/posters/{hung.id}",
                 f"/feedback/posters/{hung.id}.pdf"):  # fmt: skip
        assert client.get(path).status_code == 404


def test_the_page_names_where_its_code_hangs_so_that_a_changed_code_is_noticed(
    client: FlaskClient, hang: Hang
) -> None:
    hung = hang(place="Kitchen <of> Elm")
    page = Page(client.get(hung.path))
    assert "Kitchen <of> Elm" in page.main_text and "do not answer here" in page.main_text
    assert "Elm" not in page.title
    # Whoever was wrong somewhere else on the page reads it again.
    refused = Page(page.form(hung.path).submit(client))
    assert "Kitchen <of> Elm" in refused.main_text


Print = Callable[..., tuple[Hung, bytes]]
A4, LETTER = (595, 842), (612, 792)  # points


@pytest.fixture
def printed(app: Flask, client: FlaskClient, cast: Cast, hang: Hang, sign_in: SignIn) -> Print:
    """Print a poster in a language: `printed("cy")`."""
    paper.need_pdf()

    def make(locale: str = "en") -> tuple[Hung, bytes]:
        hung = hang()
        with app.app_context():
            own_number(cast)
        sign_in(client, cast.adil)
        client.get(f"/feedback/posters?lang={locale}")
        answer = client.get(f"/feedback/posters/{hung.id}.pdf")
        assert answer.mimetype == "application/pdf"
        return hung, answer.data

    return make


@pytest.mark.parametrize("locale", LOCALES)
def test_the_printed_poster_is_read_by_another_decoder_in_every_language(
    locale: str, app: Flask, printed: Print, tmp_path: Path
) -> None:
    hung, made = printed(locale)
    picture = paper.picture_of(made, tmp_path, 60)
    assert paper.read_code(picture) == f"http://localhost/f/{hung.code}"
    said = paper.words_of(made)
    assert "Hall of Elm House" in said and "localhost" in said and "999" in said
    assert hung.code not in said
    # … and how to say it by text, on a sheet that stays one.
    assert beginning(locale) in said and code_of(app, hung) in said and "07700 900500" in said
    assert len(pypdf.PdfReader(io.BytesIO(made)).pages) == 1
    assert all(paper.fonts_of(made).values())  # nothing is left to the printer's fonts


@pytest.mark.parametrize("locale", LOCALES)
def test_a_worker_may_text_the_sentence_that_the_poster_offers(
    locale: str, app: Flask, client: FlaskClient, cast: Cast, hang: Hang, sign_in: SignIn
) -> None:
    with app.app_context():
        own_number(cast)
    hung = hang()
    sign_in(client, cast.adil)
    page = Page(client.get(f"/feedback/posters/{hung.id}?lang={locale}"))
    with use_locale(locale):
        said = str(labels.IN_A_TEXT) % {"begins": beginning(locale), "code": code_of(app, hung)}
    assert said in page.main_text and len(said) <= LONGEST
    assert flaws_of(said, locale=locale) == [] and segments(said).count <= 2
    # What somebody sends who does as it says is read as feedback.
    reading = read(f"{beginning(locale)} {code_of(app, hung)} 4", beginnings())
    assert reading is not None and reading.locale == locale


def test_without_a_number_to_text_a_poster_says_nothing_of_texts(
    app: Flask, client: FlaskClient, cast: Cast, hang: Hang, sign_in: SignIn
) -> None:
    with app.app_context():
        db.session.get_one(Organisation, cast.organisation).service_number = None
        db.session.commit()
    hung = hang()
    page = Page(sign_in(client, cast.adil).get(f"/feedback/posters/{hung.id}"))
    assert "Hall of Elm House" in page.main_text and "by text" not in page.main_text
    assert code_of(app, hung) not in page.main_text


@pytest.mark.parametrize(("region", "size"), [("GB", A4), ("US", LETTER)])
def test_a_poster_is_one_sheet_of_the_paper_people_have(
    region: str, size: tuple[int, int], app: Flask, cast: Cast, printed: Print
) -> None:
    with app.app_context():
        db.session.get_one(Organisation, cast.organisation).region = region
        db.session.commit()
    _, made = printed()
    (sheet,) = pypdf.PdfReader(io.BytesIO(made)).pages
    assert (round(float(sheet.mediabox.width)), round(float(sheet.mediabox.height))) == size
