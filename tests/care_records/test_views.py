"""The page of a care record: who reads it, who writes it, and what it refuses."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from engage.audit.models import AuditEntry
from engage.care_records.actions import CannotStand, note_care_record
from engage.care_records.models import CareRecord
from engage.care_records.rules import Details, Ethnicity, Flaw, Gender
from engage.db import db
from tests.cast import NOW, Cast
from tests.page import Page, follow

SignIn = Callable[[FlaskClient, UUID], FlaskClient]


def address(young: UUID) -> str:
    return f"/young-people/{young}/care-record"


def kept(app: Flask, young: UUID) -> Details | None:
    with app.app_context():
        found = db.session.scalars(
            select(CareRecord).where(CareRecord.young_person_id == young)
        ).one_or_none()
        return found.details if found else None


def test_her_worker_notes_it_and_everybody_sees_what_they_may(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(client, cast.sam)
    page = Page(client.get(address(cast.maya)))
    assert page.form(address(cast.maya)).options("gender")[0] == ""
    form = page.form(address(cast.maya)).fill(
        reference="ch 204",
        upn="",
        care_began_on="2020-05-04",
        gender="girl",
        ethnicity="MWBC",
        disability="no",
        placement_type="foster",
    )
    shown = follow(client, form.submit(client))
    assert shown.form(address(cast.maya)).values["reference"] == ["CH204"]
    details = kept(app, cast.maya)
    assert details is not None
    assert (details.reference, details.ethnicity) == ("CH204", Ethnicity.MWBC)
    assert details.care_began_on == date(2020, 5, 4)
    for reader in (cast.maya, cast.sue):
        page = Page(sign_in(app.test_client(), reader).get(address(cast.maya)))
        assert "White and Black Caribbean" in page
        assert "4 May 2020" in page
        assert not [form for form in page.forms if form.action == address(cast.maya)]


def test_young_people_are_told_what_it_is_for_and_who_puts_it_right(
    client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    page = Page(sign_in(client, cast.maya).get(address(cast.maya)))
    assert page.heading == "What is noted about you"
    assert "Nobody noted it" in page
    assert "Tell your worker." in page


def test_strangers_find_nothing(app: Flask, cast: Cast, sign_in: SignIn) -> None:
    others = [*cast.strangers.values(), cast.jo, cast.kits_worker, cast.adil, cast.olu, cast.ines]
    for stranger in others:
        if stranger in (cast.zed_young, cast.far_zed_young):
            continue
        client = sign_in(app.test_client(), stranger)
        assert client.get(address(cast.maya)).status_code == 404
        assert client.post(address(cast.maya), data={"reference": "X"}).status_code in (400, 404)
    assert kept(app, cast.maya) is None


@pytest.mark.parametrize("young", ["zed_young", "far_zed_young", "kit"])
def test_young_people_do_not_read_each_others(
    client: FlaskClient, cast: Cast, sign_in: SignIn, young: str
) -> None:
    assert sign_in(client, getattr(cast, young)).get(address(cast.maya)).status_code == 404


def test_a_supervisor_reads_and_does_not_write(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    sam = sign_in(app.test_client(), cast.sam)
    token = Page(sam.get(address(cast.maya))).form(address(cast.maya))
    sue = sign_in(client, cast.sue)
    assert sue.post(address(cast.maya), data=token.values).status_code in (400, 404)
    assert kept(app, cast.maya) is None


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("reference", "a;b", "Use up to 20 letters"),
        ("upn", "123", "A pupil number is a letter and 12 digits"),
        ("care_began_on", "4 May", "Write the day like 2026-11-22."),
        ("care_began_on", "2026-11-23", "This day has not come yet."),
        ("care_began_on", "2001-01-01", "This day is before they were born."),
        ("care_ended_on", "2026-11-20", "This day is before care began."),
    ],
)
def test_what_cannot_be_is_named_beside_its_field_and_nothing_typed_is_lost(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn, field: str, typed: str, said: str
) -> None:
    form = Page(sign_in(client, cast.sam).get(address(cast.maya))).form(address(cast.maya))
    filled = {"reference": "CH9", "care_began_on": "2026-11-21", field: typed}
    response = form.fill(filled).submit(client)
    page = Page(response)
    assert response.status_code == 400
    assert any(said in error for error in page.errors)
    again = page.form(address(cast.maya)).values
    assert {name: again[name] for name in filled} == {k: [v] for k, v in filled.items()}
    assert kept(app, cast.maya) is None


def test_one_reference_is_one_young_person(app: Flask, cast: Cast) -> None:
    with app.app_context():
        note_care_record(cast.viewer(cast.sam), cast.maya, Details(reference="CH1"), now=NOW)
        with pytest.raises(CannotStand) as refused:
            note_care_record(
                cast.viewer(cast.kits_worker), cast.kit, Details(reference="CH1"), now=NOW
            )
        assert refused.value.flaws == {"reference": Flaw.REFERENCE_TAKEN}
        # Another organisation counts by itself, and one may keep one's own.
        note_care_record(
            cast.viewer(cast.sam),
            cast.maya,
            Details(reference="CH1", gender=Gender.GIRL),
            now=NOW,
        )


def test_writing_it_down_is_audited_without_what_it_says(app: Flask, cast: Cast) -> None:
    with app.app_context():
        note_care_record(cast.viewer(cast.sam), cast.maya, Details(reference="SECRET-7"), now=NOW)
        db.session.commit()
        lines = db.session.scalars(
            select(AuditEntry).where(AuditEntry.verb == "care_record:noted")
        ).all()
        assert [line.subject_id for line in lines] == [cast.maya]
        assert "SECRET" not in str([vars(line) for line in lines])
        raw = db.session.execute(text("SELECT * FROM care_records")).all()
        assert "SECRET" not in str(raw)


def test_how_near_it_is_is_noted_and_read(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    form = Page(sign_in(client, cast.sam).get(address(cast.maya))).form(address(cast.maya))
    form.fill(miles_home="34", minutes_school="٢٥", minutes_people="1", why_far="Her aunt.")
    shown = follow(client, form.submit(client)).form(address(cast.maya)).values
    assert (shown["miles_home"], shown["minutes_school"]) == (["34"], ["25"])
    page = Page(sign_in(app.test_client(), cast.maya).get(address(cast.maya)))
    for words in ("34 miles", "25 minutes", "1 minute", "Her aunt.", "the area you know as home"):
        assert words in page


def test_nobody_noted_how_near_it_is(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    page = Page(sign_in(client, cast.maya).get(address(cast.maya)))
    assert "To school" in page
    assert "Why it is so far" not in page


@pytest.mark.parametrize(
    ("filled", "said"),
    [
        ({"miles_home": "21"}, "Write why they live so far away."),
        ({"miles_home": "far"}, "Write a number, like 12."),
        ({"minutes_school": "-5"}, "Write a number, like 12."),
        ({"minutes_people": "1.5"}, "Write a number, like 12."),
        ({"minutes_people": "9999"}, "No journey is that long."),
    ],
)
def test_a_journey_that_cannot_be_is_named_and_stays_typed(
    app: Flask,
    client: FlaskClient,
    cast: Cast,
    sign_in: SignIn,
    filled: dict[str, str],
    said: str,
) -> None:
    form = Page(sign_in(client, cast.sam).get(address(cast.maya))).form(address(cast.maya))
    response = form.fill(filled).submit(client)
    page = Page(response)
    assert response.status_code == 400
    assert any(said in error for error in page.errors)
    again = page.form(address(cast.maya)).values
    assert all(again[name] == [typed] for name, typed in filled.items())
    assert kept(app, cast.maya) is None
