"""A talk from the first word to sign-off, as people find it on their phones."""

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engage.db import db
from engage.i18n import LOCALES
from engage.people import links
from engage.people.models import LinkKind
from engage.talks import actions, sharing_actions
from engage.talks.rules import Audience
from engage.talks.shipped import question_set
from engage.web import pdf
from tests.cast import Cast
from tests.page import Page
from tests.paper import need_pdf
from tests.talks.conftest import SOON, Held, the_record, the_talk

SignIn = Callable[[FlaskClient, UUID], FlaskClient]
As = Callable[[str], FlaskClient]
FIRST = question_set().questions[0].id


@pytest.fixture
def as_(app: Flask, cast: Cast, sign_in: SignIn, clock: object) -> As:
    """Return a browser in which somebody of the cast is signed in, an hour later."""
    clock.move_to(SOON)  # type: ignore[attr-defined]
    found: dict[str, FlaskClient] = {}

    def browser(who: str) -> FlaskClient:
        if who not in found:
            found[who] = sign_in(app.test_client(), getattr(cast, who))
        return found[who]

    return browser


def held_by(ines: FlaskClient, cast: Cast) -> str:
    """Hold the talk from the list to the last question; return where the record is."""
    page = Page(ines.get("/talk-records"))
    assert "Maya" in page.main_text and "The café" in page.main_text
    here = f"/young-people/{cast.maya}/talk-records"
    page = Page(ines.get(here)).form(here).send(ines)
    record = page.path
    # What must be passed on is said before the first question is asked.
    assert ines.get(f"{record}/ask/{FIRST}").location.endswith("/law")
    page = Page(ines.get(f"{record}/law"))
    assert "danger of serious harm" in page.main_text
    page = page.form(f"{record}/law").send(ines)
    assert page.path == f"{record}/ask/{FIRST}"
    said = {"before": "A row about my phone", "safe_with": "Nan Ruth"}
    while page.path != record:
        form = page.form(page.path)
        words = said.get(page.path.rsplit("/", 1)[1])
        page = form.fill(words=words).send(ines) if words else form.send(ines, press="Skip this")
    assert page.main_text.count("Skipped") == len(question_set().questions) - 2
    return record


def read_back_and_shared(ines: FlaskClient, record: str) -> None:
    """Read it back, put a line right, and agree to both lines, one by one."""
    page = Page(ines.get(f"{record}/read-back"))
    assert "Is it right?" in page.text and "A row about my phone" in page.main_text
    put_right = f"{record}/read-back/before"
    page = Page(ines.get(put_right)).form(put_right).fill(words="A quarrel").send(ines)
    assert "They put it right A quarrel" in page.main_text
    page = page.form(f"{record}/read-back").send(ines)
    assert page.path == f"{record}/sharing"
    form = Page(ines.get(f"{record}/sharing/before")).form(f"{record}/sharing/before")
    # Nothing is ticked beforehand.
    assert "audiences" not in form.values
    page = form.fill(audiences=["worker", "police"]).send(ines)
    assert page.path == f"{record}/sharing/safe_with"
    page = page.form(page.path).fill(audiences=["nobody"]).send(ines)
    assert page.path == f"{record}/sharing"


def test_a_talk_is_held_read_back_shared_handed_in_and_signed_off(
    app: Flask, cast: Cast, booked: None, as_: As
) -> None:
    ines, sue, sam = as_("ines"), as_("sue"), as_("sam")
    record = held_by(ines, cast)
    read_back_and_shared(ines, record)
    page = Page(ines.get(record)).form(f"{record}/hand-in").send(ines)
    assert "Waits for a supervisor" in page.main_text
    assert Page(sue.get("/talk-records")).links["Maya"] == record
    page = Page(sue.get(record))
    assert "A row about my phone" in page.main_text and "Nan Ruth" not in page.text
    assert "1 line is between them" in page.main_text
    page.form(f"{record}/comments").fill(comment="Was a nurse offered?").send(sue)
    page = Page(ines.get(record))
    assert "Was a nurse offered?" in page.main_text
    page.form(f"{record}/comments").fill(comment="Yes.").send(ines)
    page = Page(sue.get(record)).form(f"{record}/sign-off").send(sue)
    assert "Signed off" in page.main_text
    with app.app_context():
        assert the_talk().state == "done"
    page = Page(sam.get(record))
    assert "A quarrel" in page.main_text and "Nan Ruth" not in page.text
    assert "Was a nurse offered?" not in page.text


@pytest.mark.parametrize("locale", LOCALES)
def test_every_page_is_there_in_every_language(
    locale: str, app: Flask, cast: Cast, held: Held, as_: As
) -> None:
    talk = held()
    with app.app_context():
        ines = cast.viewer(cast.ines)
        sharing_actions.share_line(ines, talk, "stay", [Audience.WORKER], seen=3, now=SOON)
        db.session.commit()
    record = f"/talk-records/{talk}"
    about = f"/young-people/{cast.maya}"
    pages = {
        "ines": [
            "/talk-records", f"{about}/talk-records", record, f"{record}/law",
            f"{record}/ask/hurt", f"{record}/ask/stay", f"{record}/read-back",
            f"{record}/read-back/stay", f"{record}/sharing", f"{record}/sharing/stay",
            f"{record}/paper", f"{record}/paper?audience=worker",
            f"{about}/talk-apart/safe_and_well", f"{about}/talk-apart/carer_view",
        ],
        "maya": ["/my-talk", "/my-talk/said", f"/my-talk/said/{talk}/stay"],
        "sam": [record, f"{record}/paper", f"{about}/talk-records"],
    }  # fmt: skip
    for who, paths in pages.items():
        for path in paths:
            sign = "&" if "?" in path else "?"
            page = Page(as_(who).get(f"{path}{sign}lang={locale}"))
            assert page.lang == locale, path


def test_their_language_stands_beside_ours_to_be_read_aloud(
    app: Flask, cast: Cast, held: Held, as_: As
) -> None:
    talk = held()
    page = Page(as_("ines").get(f"/talk-records/{talk}/law?lang=cy"))
    # Maya reads English; Ines has the page in Welsh.
    assert "I must tell people who can help" in page.main_text


def everything(cast: Cast, talk: UUID) -> list[str]:
    record, about = f"/talk-records/{talk}", f"/young-people/{cast.maya}"
    return [
        record, f"{about}/talk-records", f"{record}/law", f"{record}/ask/before",
        f"{record}/read-back", f"{record}/read-back/before", f"{record}/sharing",
        f"{record}/sharing/before", f"{record}/paper", f"{record}/notes.pdf",
        f"{about}/talk-apart/safe_and_well", f"{about}/talk-apart/carer_view",
        f"/my-talk/said/{talk}/before",
    ]  # fmt: skip


POSTED = (
    "law", "ask/before", "read-back", "read-back/before", "sharing/before", "hand-in", "comments",
    "sign-off",
)  # fmt: skip


@pytest.mark.parametrize(
    "who", ["zed_worker", "zed_carer", "zed_young", "far_zed_worker", "far_zed_supervisor", "jo"]
)
def test_zed_and_those_it_is_not_for_find_nothing(
    app: Flask, cast: Cast, held: Held, as_: As, who: str
) -> None:
    talk = held()
    with app.app_context():
        ines = cast.viewer(cast.ines)
        sharing_actions.share_line(
            ines, talk, "stay", [Audience.WORKER, Audience.CARER], seen=3, now=SOON
        )
        db.session.commit()
        before = the_record().state
    browser = as_(who)
    for path in everything(cast, talk):
        answer = browser.get(path)
        assert answer.status_code == 404, path
        assert b"Nan Ruth" not in answer.data
    token = Page(browser.get("/c")).form().values["csrf_token"][0]
    sent = {"csrf_token": token, "words": "x", "comment": "x", "audiences": "worker", "seen": "3"}
    for path in POSTED:
        assert browser.post(f"/talk-records/{talk}/{path}", data=sent).status_code == 404, path
    about = f"/young-people/{cast.maya}"
    for path in (f"{about}/talk-records", f"{about}/talk-apart/carer_view",
                 f"/my-talk/said/{talk}/before"):  # fmt: skip
        assert browser.post(path, data=sent).status_code == 404, path
    with app.app_context():
        assert (the_record().state, the_record().last_number) == (before, 3)


def test_nobody_signed_in_finds_nothing(
    app: Flask, cast: Cast, held: Held, client: FlaskClient
) -> None:
    talk = held()
    for path in everything(cast, talk):
        answer = client.get(path)
        assert answer.status_code in (303, 302, 404) and b"Nan Ruth" not in answer.data


def test_by_the_link_in_a_text_nothing_that_was_said_is_shown(
    app: Flask, cast: Cast, held: Held, client: FlaskClient, clock: object
) -> None:
    held()
    clock.move_to(SOON)  # type: ignore[attr-defined]
    with app.app_context():
        code = links.issue(
            LinkKind.RETURN, young_person_id=cast.maya, person_id=cast.maya, now=SOON
        )
        db.session.commit()
    client.get(f"/r/{code}")
    page = Page(client.get("/my-talk?lang=en"))
    assert "What I said" not in page.text
    answer = client.get("/my-talk/said")
    assert answer.status_code in (302, 303, 404) and b"Nan Ruth" not in answer.data


def test_the_young_person_reads_their_words_and_takes_one_back_at_once(
    app: Flask, cast: Cast, held: Held, as_: As
) -> None:
    talk = held()
    maya, sam = as_("maya"), as_("sam")
    page = Page(maya.get(Page(maya.get("/my-talk?lang=en")).links["What I said"]))
    assert "Nan Ruth" in page.main_text
    assert page.main_text.count("Nobody else sees this line.") == 3
    here = f"/my-talk/said/{talk}/safe_with"
    page = Page(maya.get(here)).form(here).fill(audiences=["worker"]).send(maya)
    assert "My worker, and whoever supervises them" in page.main_text
    assert "Nan Ruth" in Page(sam.get(f"/talk-records/{talk}")).main_text
    page = Page(maya.get(here)).form(here).fill(audiences=["nobody"]).send(maya)
    assert "Nan Ruth" not in Page(sam.get(f"/talk-records/{talk}")).text


def test_bad_input_is_told_beside_the_field_and_nothing_typed_is_lost(
    app: Flask, cast: Cast, held: Held, as_: As
) -> None:
    talk = held()
    ines = as_("ines")
    record = f"/talk-records/{talk}"
    long = "x" * 2001
    form = Page(ines.get(f"{record}/ask/helped?lang=en")).form(f"{record}/ask/helped")
    answer = form.fill(words=long).submit(ines)
    assert answer.status_code == 400
    assert Page(answer).form(f"{record}/ask/helped").values["words"] == [long]
    share = f"{record}/sharing/before"
    for picked, told in (([], "Pick one or more. Nobody is an answer, too."),
                         (["nobody", "worker"],
                          "Pick “nobody else” alone, or those who may know.")):  # fmt: skip
        answer = Page(ines.get(share)).form(share).fill(audiences=picked).submit(ines)
        assert answer.status_code == 400 and Page(answer).errors == [told]
    correct = f"{record}/read-back/before"
    answer = Page(ines.get(correct)).form(correct).submit(ines)
    assert answer.status_code == 400 and Page(answer).errors == ["Write it down first."]
    apart = f"/young-people/{cast.maya}/talk-apart/carer_view"
    form = Page(ines.get(apart)).form(apart)
    answer = form.fill(words="They argue", on="2031-01-01", at="10:00").submit(ines)
    assert Page(answer).errors == ["Pick a day and a time that have passed."]
    assert Page(answer).form(apart).values["words"] == ["They argue"]
    for path in ("ask/nothing", "sharing/nothing", "read-back/harder"):
        assert ines.get(f"{record}/{path}").status_code == 404


def test_the_same_page_sent_twice_counts_once_and_skipping_keeps_what_was_said(
    app: Flask, cast: Cast, held: Held, as_: As
) -> None:
    talk = held({})
    ines = as_("ines")
    here = f"/talk-records/{talk}/ask/before"
    form = Page(ines.get(here)).form(here).fill(words="Once")
    form.submit(ines)
    form.submit(ines)
    Page(ines.get(here)).form(here).send(ines, press="Skip this")
    with app.app_context():
        assert the_record().last_number == 1


def test_what_the_carers_say_never_stands_among_the_young_persons_words(
    app: Flask, cast: Cast, held: Held, as_: As
) -> None:
    talk = held()
    sam, maya = as_("sam"), as_("maya")
    for which, words in (("carer_view", "SHE LIES"), ("safe_and_well", "SHE WAS COLD")):
        here = f"/young-people/{cast.maya}/talk-apart/{which}"
        page = Page(sam.get(here)).form(here).fill(words=words, told_by="PC Doe").send(sam)
        assert words in page.main_text
    page = Page(maya.get("/my-talk/said"))
    assert "SHE LIES" not in page.text and "SHE WAS COLD" in page.main_text
    paper = Page(as_("ines").get(f"/talk-records/{talk}/paper")).text
    assert "SHE LIES" not in paper and "SHE WAS COLD" not in paper


def test_the_pdf_holds_what_its_reader_may_see_and_no_name_outside(
    app: Flask, cast: Cast, held: Held, as_: As
) -> None:
    from io import BytesIO

    from pypdf import PdfReader

    need_pdf()
    talk = held()
    with app.app_context():
        ines = cast.viewer(cast.ines)
        sharing_actions.share_line(ines, talk, "stay", [Audience.WORKER], seen=3, now=SOON)
        db.session.commit()
    answer = as_("sam").get(f"/talk-records/{talk}/notes.pdf?lang=en")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'inline; filename="notes.pdf"'
    read = PdfReader(BytesIO(answer.data))
    words = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in read.pages))
    assert "A key" in words and "Nan Ruth" not in words and "row about" not in words
    assert "Maya" not in str(dict(read.metadata or {}))
    answer = as_("ines").get(f"/talk-records/{talk}/notes.pdf?audience=police")
    words = PdfReader(BytesIO(answer.data)).pages[0].extract_text()
    assert "A key" not in words and "No line was agreed." in words
    assert as_("ines").get(f"/talk-records/{talk}/notes.pdf?audience=nobody").status_code == 404


def test_without_the_means_for_a_pdf_it_says_so(
    app: Flask, cast: Cast, held: Held, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = held()

    def none(*_: object) -> bytes:
        raise pdf.NoPdf

    monkeypatch.setattr("engage.talks.review_views.make_pdf", none)
    answer = as_("ines").get(f"/talk-records/{talk}/notes.pdf?audience=worker")
    page = Page(as_("ines").get(f"{answer.location}&lang=en"))
    assert "cannot make PDFs" in page.main_text


def test_taking_it_out_after_sign_off_is_what_lets_it_be_forgotten(
    app: Flask, cast: Cast, held: Held, as_: As
) -> None:
    talk = held()
    paper = f"/talk-records/{talk}/paper"
    as_("ines").get(paper)
    with app.app_context():
        assert the_record().exported_at is None
        actions.hand_in(cast.viewer(cast.ines), talk, now=SOON)
        actions.sign_off(cast.viewer(cast.sue), talk, now=SOON)
        db.session.commit()
    as_("ines").get(f"{paper}?audience=worker")
    with app.app_context():
        assert the_record().exported_at is None
    as_("ines").get(paper)
    with app.app_context():
        assert the_record().exported_at == SOON
