"""A case file from asking to the two files: who may, what is in it, and what is left out."""

import json
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from engage.audit.models import AuditEntry
from engage.care_records.actions import note_care_record
from engage.care_records.rules import Details
from engage.db import db
from engage.exports import making
from engage.exports.models import Export
from engage.exports.rules import ExportState
from engage.people.emergency_models import EmergencyUse, UseState
from engage.people.models import EmergencyAccess
from engage.plans.models import SafetyPlan
from engage.plans.queries import get_page
from engage.talks.models import Talk
from engage.talks.rules import TalkState
from engage.web.pdf import NoPdf
from engage.worker.exporting import make_exports
from tests.cast import NOW, Cast
from tests.page import Page
from tests.paper import need_pdf, words_of
from tests.plans.conftest import WORDS, MayasPlan, plan
from tests.sealing import is_sealed
from tests.talks.conftest import SAID, Held, back, booked, held, the_talk

__all__ = ["back", "booked", "held", "plan", "the_talk"]
SignIn = Callable[[FlaskClient, UUID], FlaskClient]
PRIVATE = "Nobody may read that I hide there"


@pytest.fixture
def no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw nothing: most of these tests are about what stands in the file."""

    def refuse(*_: object, **__: object) -> bytes:
        raise NoPdf

    monkeypatch.setattr(making.drawing, "make_pdf", refuse)


@pytest.fixture
def shared(app: Flask, cast: Cast, plan: MayasPlan, no_pdf: None) -> Cast:
    """Maya shares one part of her plan with Sam and keeps another to herself."""
    with app.app_context():
        plan.write("maya", "safe", WORDS["safe"])
        plan.write("maya", "coming_back", PRIVATE)
        plan.share("safe|role:social_worker")
        note_care_record(cast.viewer(cast.sam), cast.maya, Details(reference="CH204"), now=NOW)
        db.session.commit()
    return cast


@pytest.fixture
def sam(client: FlaskClient, sign_in: SignIn, shared: Cast) -> FlaskClient:
    return sign_in(client, shared.sam)


def ask(client: FlaskClient, about: UUID) -> str:
    path = f"/young-people/{about}/case-file"
    response = Page(client.get(path)).form(path).submit(client)
    assert response.status_code == 303
    return str(response.location)


def agree(client: FlaskClient, address: str) -> int:
    form = Page(client.get(address)).form(f"{address}/second")
    return form.submit(client, press="Yes, it may").status_code


def work(app: Flask) -> None:
    with app.app_context():
        make_exports(app.extensions["engage"], None, NOW)  # type: ignore[arg-type]


def made(app: Flask, sign_in: SignIn, cast: Cast, client: FlaskClient) -> str:
    """Ask, agree and make; return the address."""
    address = ask(client, cast.maya)
    assert agree(sign_in(app.test_client(), cast.sue), address) == 303
    work(app)
    return address


def fetch(client: FlaskClient, address: str, sort: str = "json"):
    token = Page(client.get(address)).forms[0].values["csrf_token"]
    return client.post(f"{address}/file", data={"csrf_token": token, "file": sort})


def data_of(client: FlaskClient, address: str) -> dict:
    return json.loads(fetch(client, address).data)


def words_in(part: dict) -> str:
    return json.dumps(part["entries"], ensure_ascii=False)


def verbs(app: Flask) -> list[tuple[str, UUID | None, UUID | None, str | None]]:
    with app.app_context():
        rows = db.session.execute(
            select(AuditEntry.verb, AuditEntry.actor_id, AuditEntry.subject_id, AuditEntry.reason)
            .where(AuditEntry.verb.startswith("export:"))
        )  # fmt: skip
        return [tuple(row) for row in rows]


def test_their_worker_asks_a_supervisor_agrees_and_both_files_come(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    need_pdf()
    sam = sign_in(client, cast.sam)
    address = ask(sam, cast.maya)
    assert "Waits for a second person" in Page(sam.get(address))
    work(app)
    sue = sign_in(app.test_client(), cast.sue)
    assert "Maya" in Page(sue.get(address))
    assert agree(sue, address) == 303
    assert sue.get(address).status_code == 404
    work(app)
    page = Page(sam.get(address))
    assert "Ready for a day" in page
    pdf = fetch(sam, address, "pdf")
    assert (pdf.status_code, pdf.content_type) == (200, "application/pdf")
    assert "case-file.pdf" in pdf.headers["Content-Disposition"]
    words = words_of(pdf.data)
    assert "Maya" in words and "Who it is about" in words
    data = data_of(sam, address)
    assert data["young_person_id"] == str(cast.maya)
    # It is written down whose it was, and how many entries it holds.
    number = data["count"]
    found = verbs(app)
    assert ("export:asked", cast.sam, cast.maya, None) in found
    assert ("export:confirmed", cast.sue, cast.maya, None) in found
    assert ("export:made", None, cast.maya, f"case_file:{number}") in found
    assert ("export:fetched", cast.sam, cast.maya, f"pdf:{number}") in found
    assert ("export:fetched", cast.sam, cast.maya, f"json:{number}") in found


def test_it_holds_what_they_may_open_and_says_that_something_is_left_out(
    app: Flask, sam: FlaskClient, shared: Cast, sign_in: SignIn
) -> None:
    address = made(app, sign_in, shared, sam)
    data = data_of(sam, address)
    plan = data["parts"]["plan"]
    assert WORDS["safe"] in words_in(plan)
    assert PRIVATE not in json.dumps(data, ensure_ascii=False)
    assert plan["left_out"] and data["left_out"]
    assert not data["parts"]["meetings"]["left_out"]
    assert "CH204" in words_in(data["parts"]["person"])
    page = Page(sam.get(address))
    assert "Something in these parts is kept from you" in page
    assert "The plan" in page and "Meetings" not in page
    assert "This machine cannot make PDFs" in page
    assert fetch(sam, address, "pdf").status_code == 404


def test_nothing_is_said_to_be_left_out_when_nothing_is(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn, plan: MayasPlan, no_pdf: None
) -> None:
    with app.app_context():
        plan.write("maya", "safe", WORDS["safe"])
        plan.share(
            *[f"{part}|role:social_worker" for part in ("safe", "trusted_people", "check_in")]
        )
    sam = sign_in(client, cast.sam)
    data = data_of(sam, made(app, sign_in, cast, sam))
    assert not data["left_out"]


def test_what_an_emergency_opened_is_not_taken_along(
    app: Flask, sam: FlaskClient, shared: Cast, sign_in: SignIn
) -> None:
    with app.app_context():
        about = {"person_id": shared.sam, "young_person_id": shared.maya}
        span = {"starts_at": NOW - timedelta(minutes=1), "ends_at": NOW + timedelta(hours=1)}
        use = EmergencyUse(
            **about, **span, sections=["coming_back"], reason_code="serious_harm", reason="now",
            state=UseState.OPENED, asked_at=NOW, review_due_at=NOW + timedelta(days=2),
        )  # fmt: skip
        db.session.add(use)
        db.session.flush()
        for section in ("coming_back", "*"):
            db.session.add(EmergencyAccess(use_id=use.id, section=section, **about, **span))
        db.session.commit()
        plan_id = db.session.scalars(select(SafetyPlan.id)).one()
        assert get_page(shared.viewer(shared.sam), plan_id, now=NOW).covers("coming_back")
    data = data_of(sam, made(app, sign_in, shared, sam))
    assert PRIVATE not in json.dumps(data, ensure_ascii=False)
    assert data["parts"]["plan"]["left_out"]


def test_only_lines_of_a_talk_that_were_agreed_are_in_it(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn, held: Held, no_pdf: None
) -> None:
    held()
    sam = sign_in(client, cast.sam)
    data = data_of(sam, made(app, sign_in, cast, sam))
    talks = data["parts"]["talks"]
    assert talks["left_out"] and talks["entries"]
    assert SAID["before"] not in json.dumps(data, ensure_ascii=False)


def test_whoever_fetches_it_has_taken_out_the_talks_that_were_finished(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn, held: Held, no_pdf: None
) -> None:
    talk_id = held()
    with app.app_context():
        talk = db.session.get_one(Talk, talk_id)
        talk.state, talk.signed_off_at = TalkState.SIGNED_OFF, NOW - timedelta(minutes=1)
        db.session.commit()
    sam = sign_in(client, cast.sam)
    address = made(app, sign_in, cast, sam)
    with app.app_context():
        assert db.session.get_one(Talk, talk_id).exported_at is None
    fetch(sam, address)
    with app.app_context():
        assert db.session.get_one(Talk, talk_id).exported_at is not None


def test_an_administrator_agrees_without_learning_whom_it_is_about(
    app: Flask, sam: FlaskClient, shared: Cast, sign_in: SignIn
) -> None:
    address = ask(sam, shared.maya)
    adil = sign_in(app.test_client(), shared.adil)
    for path in (address, "/exports"):
        page = Page(adil.get(path))
        assert "Case file" in page and "Maya" not in page
        assert str(shared.maya) not in page.text
    assert agree(adil, address) == 303


def test_nobody_else_may_ask_agree_or_fetch(
    app: Flask, sam: FlaskClient, shared: Cast, sign_in: SignIn
) -> None:
    waiting, ready = ask(sam, shared.maya), made(app, sign_in, shared, sam)
    path = f"/young-people/{shared.maya}/case-file"
    others = [shared.olu, shared.ines, shared.jo, shared.maya, shared.kit, shared.kits_worker]
    for person in [*others, *shared.strangers.values()]:
        stranger = sign_in(app.test_client(), person)
        assert stranger.get(path).status_code == 404
        assert stranger.get(waiting).status_code == 404
        assert stranger.get(ready).status_code == 404
    # Neither by hand: Kit's worker holds a token of his own.
    kits = sign_in(app.test_client(), shared.kits_worker)
    own = f"/young-people/{shared.kit}/case-file"
    token = Page(kits.get(own)).form(own).values["csrf_token"]
    for target, said in (
        (path, {}), (f"{waiting}/second", {"says": "yes"}), (f"{ready}/file", {"file": "json"}),
    ):  # fmt: skip
        assert kits.post(target, data={"csrf_token": token, **said}).status_code == 404
    # And who agreed, supervisor though she is, does not fetch it.
    assert sign_in(app.test_client(), shared.sue).get(ready).status_code == 404


def test_who_is_no_more_their_worker_gets_nothing(
    app: Flask, sam: FlaskClient, shared: Cast, sign_in: SignIn
) -> None:
    ready, waiting = made(app, sign_in, shared, sam), ask(sam, shared.maya)
    assert agree(sign_in(app.test_client(), shared.sue), waiting) == 303
    with app.app_context():
        db.session.execute(
            text("UPDATE relationships SET ends_at = starts_at WHERE person_id = :who"),
            {"who": shared.sam.hex},
        )
        db.session.commit()
    work(app)
    assert sam.get(ready).status_code == 404
    assert sam.get(waiting).status_code == 404
    with app.app_context():
        one = db.session.get_one(Export, UUID(waiting.rsplit("/", 1)[1]))
        assert (one.state, one.lines) == (ExportState.FAILED, 0)


def test_it_is_made_in_the_language_it_was_asked_in(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    need_pdf()
    sam = sign_in(client, cast.sam)
    sam.get("/?lang=ar")
    address = ask_quietly(sam, f"/young-people/{cast.maya}/case-file")
    sue = sign_in(app.test_client(), cast.sue)
    assert agree(sue, address) == 303
    work(app)
    data = data_of(sam, address)
    assert data["language"] == "ar"
    assert "تاريخ الميلاد" in words_in(data["parts"]["person"])
    assert "Date of birth" not in words_in(data["parts"]["person"])
    assert "تاريخ الميلاد" in words_of(fetch(sam, address, "pdf").data)


def ask_quietly(client: FlaskClient, path: str) -> str:
    """Ask in whatever language the browser shows."""
    form = Page(client.get(path)).form(path)
    return str(form.submit(client).location)


def test_others_write_while_a_pdf_is_drawn(
    app: Flask, sam: FlaskClient, shared: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def draw(*_: object) -> bytes:
        with db.engine.begin() as other:
            other.execute(text("UPDATE exports SET year = 2030"))
        return b"%PDF"

    monkeypatch.setattr(making.drawing, "make_pdf", draw)
    address = made(app, sign_in, shared, sam)
    assert fetch(sam, address, "pdf").data == b"%PDF"
    with app.app_context():
        assert db.session.scalars(select(Export.year)).one() == 2030


def test_a_pdf_of_many_pieces_comes_out_as_it_went_in(
    app: Flask, sam: FlaskClient, shared: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = bytes(range(256)) * 3
    monkeypatch.setattr(making, "PIECE", 100)
    monkeypatch.setattr(making.drawing, "make_pdf", lambda *_: drawn)
    assert fetch(sam, made(app, sign_in, shared, sam), "pdf").data == drawn


def test_what_waits_for_a_day_is_sealed(
    app: Flask, sam: FlaskClient, shared: Cast, sign_in: SignIn
) -> None:
    made(app, sign_in, shared, sam)
    with app.app_context():
        rows = db.session.execute(text("SELECT content FROM export_parts")).scalars().all()
    assert rows and all(is_sealed(each) for each in rows)


def test_their_page_leads_there_for_those_who_may(
    app: Flask, sam: FlaskClient, shared: Cast, sign_in: SignIn
) -> None:
    path = f"/young-people/{shared.maya}/case-file"
    assert path in Page(sam.get(f"/young-people/{shared.maya}")).links.values()
    olu = sign_in(app.test_client(), shared.olu)
    assert path not in Page(olu.get(f"/young-people/{shared.maya}")).links.values()
