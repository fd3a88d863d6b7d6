"""From asking to the file, by two persons and the worker; and what strangers and faults do."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from engage.audit.models import AuditEntry
from engage.care_records.actions import note_care_record
from engage.care_records.rules import Details, Ethnicity, Gender
from engage.db import db, transaction
from engage.exports import reading
from engage.exports.actions import claim, forget_exports
from engage.exports.making import maker_of
from engage.exports.models import Export, ExportPart
from engage.exports.rules import MOST_TRIES, ExportState
from engage.worker.exporting import make_exports
from tests.cast import NOW, Cast
from tests.exports.lives import HOUR, JUNE, go_missing
from tests.page import Page
from tests.sealing import all_sealed

SignIn = Callable[[FlaskClient, UUID], FlaskClient]


@pytest.fixture
def away(app: Flask, cast: Cast) -> Cast:
    """Maya and Kit were away in June; of Kit no reference is noted."""
    with app.app_context():
        details = Details(
            reference="CH204", gender=Gender.GIRL, ethnicity=Ethnicity.MWBC,
            care_began_on=date(2020, 5, 4),
        )  # fmt: skip
        note_care_record(cast.viewer(cast.sam), cast.maya, details, now=NOW)
        go_missing(cast, cast.maya, JUNE, 30)
        go_missing(cast, cast.maya, JUNE + timedelta(days=9), 2)
        go_missing(cast, cast.kit, JUNE, None)
        db.session.commit()
    return cast


def ask(client: FlaskClient, kind: str = "ssda903_missing", year: str = "2027") -> str:
    form = Page(client.get("/exports")).form("/exports").fill(kind=kind, year=year)
    response = form.submit(client)
    assert response.status_code == 303
    return str(response.location)


def work(app: Flask) -> None:
    with app.app_context():
        make_exports(app.extensions["engage"], None, NOW)  # type: ignore[arg-type]


def second(client: FlaskClient, address: str, says: str = "yes") -> int:
    form = Page(client.get(address)).form(f"{address}/second")
    button = "Yes, it may" if says == "yes" else "No"
    return form.submit(client, press=button).status_code


def fetch(client: FlaskClient, address: str) -> list[list[str]]:
    form = Page(client.get(address)).form(f"{address}/file")
    return list(csv.reader(io.StringIO(form.submit(client).data.decode())))


def test_a_supervisor_asks_an_administrator_agrees_and_the_worker_makes_it(
    app: Flask, client: FlaskClient, away: Cast, sign_in: SignIn
) -> None:
    sue, adil = sign_in(client, away.sue), sign_in(app.test_client(), away.adil)
    address = ask(sue)
    assert "Waits for a second person" in Page(sue.get(address))
    work(app)
    assert "Waits for a second person" in Page(sue.get(address))
    assert second(adil, address) == 303
    # Who agreed does not see what is in it, nor that it is there.
    assert adil.get(address).status_code == 404
    work(app)
    page = Page(sue.get(address))
    assert "Ready for a day" in page
    assert fetch(sue, address) == [
        ["CHILD", "DOB", "MISSING", "MIS_START", "MIS_END"],
        ["CH204", "13/10/2011", "M", "01/06/2026", "02/06/2026"],
        ["CH204", "13/10/2011", "M", "10/06/2026", "10/06/2026"],
    ]
    with app.app_context():
        verbs = db.session.execute(
            select(AuditEntry.verb, AuditEntry.actor_id, AuditEntry.reason)
            .where(AuditEntry.verb.startswith("export:"))
            .order_by(AuditEntry.at, AuditEntry.id)
        ).all()
    assert {verb for verb, *_ in verbs} == {
        "export:asked", "export:confirmed", "export:made", "export:fetched",
    }  # fmt: skip
    assert ("export:fetched", away.sue, "ssda903_missing:2") in [tuple(row) for row in verbs]


def test_it_says_who_could_not_stand_in_it_by_what_is_lacking(
    app: Flask, client: FlaskClient, away: Cast, sign_in: SignIn
) -> None:
    with app.app_context():
        db.session.execute(text("UPDATE people SET team_id = :team"), {"team": away.team.hex})
        db.session.commit()
    sue = sign_in(client, away.sue)
    address = ask(sue)
    second(sign_in(app.test_client(), away.adil), address)
    work(app)
    page = Page(sue.get(address))
    assert "Without a reference: 1" in page
    assert len(fetch(sue, address)) == 3


def test_it_holds_nobody_whom_the_asker_may_not_open(
    app: Flask, client: FlaskClient, away: Cast, sign_in: SignIn
) -> None:
    far = sign_in(client, away.far_zed_supervisor)
    address = ask(far)
    with app.app_context():
        # Nobody there could be the second person; let it be made all the same.
        db.session.execute(text("UPDATE exports SET state = 'queued'"))
        db.session.commit()
    work(app)
    assert len(fetch(far, address)) == 1


def test_whoever_left_meanwhile_gets_an_empty_file(
    app: Flask, client: FlaskClient, away: Cast, sign_in: SignIn
) -> None:
    sue = sign_in(client, away.sue)
    address = ask(sue)
    second(sign_in(app.test_client(), away.adil), address)
    with app.app_context():
        db.session.execute(
            text("UPDATE role_grants SET ends_at = starts_at WHERE person_id = :who"),
            {"who": away.sue.hex},
        )
        db.session.commit()
    work(app)
    with app.app_context():
        made = db.session.scalars(select(Export)).one()
        assert (made.state, made.lines) == (ExportState.READY, 0)
    assert sue.get(address).status_code == 404


def test_nobody_is_their_own_second_person(
    client: FlaskClient, away: Cast, sign_in: SignIn
) -> None:
    sue = sign_in(client, away.sue)
    address = ask(sue)
    page = Page(sue.get(address))
    assert not [form for form in page.forms if form.action.endswith("/second")]
    token = page.forms[0].values if page.forms else {}
    assert sue.post(f"{address}/second", data={**token, "says": "yes"}).status_code in (400, 404)


def test_a_no_is_a_no(app: Flask, client: FlaskClient, away: Cast, sign_in: SignIn) -> None:
    sue = sign_in(client, away.sue)
    address = ask(sue)
    second(sign_in(app.test_client(), away.adil), address, "no")
    work(app)
    assert "A second person said no" in Page(sue.get(address))
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(ExportPart)) == 0


def test_strangers_and_everybody_else_find_nothing(
    app: Flask, client: FlaskClient, away: Cast, sign_in: SignIn
) -> None:
    address = ask(sign_in(client, away.sue))
    others = [away.sam, away.olu, away.ines, away.jo, away.maya, away.far_zed_supervisor]
    for person in [*others, *away.strangers.values()]:
        stranger = sign_in(app.test_client(), person)
        assert stranger.get(address).status_code == 404
        if person != away.far_zed_supervisor:
            assert stranger.get("/exports").status_code == 404


def test_what_is_not_picked_is_asked_for_beside_its_field(
    client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    sue = sign_in(client, cast.sue)
    response = Page(sue.get("/exports")).form("/exports").submit(sue)
    page = Page(response)
    assert response.status_code == 400
    assert any("Pick which file." in error for error in page.errors)


def test_a_worker_that_stopped_is_followed_by_another_and_nothing_is_doubled(
    app: Flask, client: FlaskClient, away: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BATCH", 1)
    sue = sign_in(client, away.sue)
    address = ask(sue)
    second(sign_in(app.test_client(), away.adil), address)
    with app.app_context():
        with transaction(db.session):
            export_id = claim(now=NOW)
        assert export_id is not None
        with transaction(db.session):
            stopped = maker_of(export_id, now=NOW)
        with transaction(db.session):
            assert stopped.step(now=NOW)
        # Nobody else takes it while it runs …
        with transaction(db.session):
            assert claim(now=NOW + timedelta(minutes=1)) is None
        # … and when it fell silent, somebody does; the first one, waking up, writes nothing more.
        later = NOW + timedelta(minutes=3)
        with transaction(db.session):
            assert claim(now=later) == export_id
        with transaction(db.session):
            again = maker_of(export_id, now=later)
        with transaction(db.session):
            assert not stopped.step(now=later)
        more = True
        while more:
            with transaction(db.session):
                more = again.step(now=later)
    assert len(fetch(sue, address)) == 3


def test_what_fails_again_and_again_is_said_to_have_failed(
    app: Flask, client: FlaskClient, away: Cast, sign_in: SignIn
) -> None:
    sue = sign_in(client, away.sue)
    address = ask(sue)
    second(sign_in(app.test_client(), away.adil), address)
    with app.app_context():
        for number in range(MOST_TRIES):
            with transaction(db.session):
                assert claim(now=NOW + number * HOUR)
        with transaction(db.session):
            assert claim(now=NOW + MOST_TRIES * HOUR) is None
    assert "Could not be made" in Page(sue.get(address))


def test_after_a_day_the_file_is_gone(
    app: Flask, client: FlaskClient, away: Cast, sign_in: SignIn
) -> None:
    sue = sign_in(client, away.sue)
    address = ask(sue)
    second(sign_in(app.test_client(), away.adil), address)
    work(app)
    with app.app_context(), transaction(db.session):
        assert forget_exports(now=NOW + 23 * HOUR) == 0
        assert forget_exports(now=NOW + 25 * HOUR) == 1
        assert db.session.scalar(select(func.count()).select_from(ExportPart)) == 0
    assert "Its day is over" in Page(sue.get(address))


def test_the_pieces_are_sealed(
    app: Flask, client: FlaskClient, away: Cast, sign_in: SignIn
) -> None:
    sue = sign_in(client, away.sue)
    second(sign_in(app.test_client(), away.adil), ask(sue))
    work(app)
    with app.app_context():
        assert all_sealed(db.session.scalars(text("SELECT content FROM export_parts")))
