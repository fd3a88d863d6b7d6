"""The pages, the table and the PDF: who sees them, and that too few are never shown."""

import csv
import io
import re
from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select

from engage.audit.models import AuditEntry
from engage.db import db
from engage.key_figures.rules import Figure
from engage.people.models import YoungPerson
from tests.cast import Cast
from tests.key_figures.histories import Histories
from tests.page import Page
from tests.paper import need_pdf

SignIn = Callable[[FlaskClient, UUID], FlaskClient]
SPRING = "2026-Q2"


@pytest.fixture
def full(app: Flask, cast: Cast) -> Cast:
    """The cast, and sixty lives around them."""
    with app.app_context():
        Histories(cast, 7).add(60)
    return cast


def test_a_supervisor_reads_the_quarter_and_steps_back(
    client: FlaskClient, full: Cast, sign_in: SignIn
) -> None:
    sign_in(client, full.sue)
    page = Page(client.get("/key-figures"))
    assert page.heading == "Key figures"
    assert "1 October 2026" in page
    assert "so far" in page
    page = page.click(client, SPRING)
    assert "1 April 2026" in page
    assert "so far" not in page.main_text
    assert "England, 2023 to 2024: 63%" in page
    assert "122 referrals" in page


def test_each_figure_leads_to_what_it_is_made_of_as_far_as_one_may_open_it(
    app: Flask, client: FlaskClient, full: Cast, sign_in: SignIn
) -> None:
    sign_in(client, full.sue)
    page = Page(client.get(f"/key-figures?quarter={SPRING}")).click(client, "Police told in time")
    assert page.heading == "Police told in time"
    # These lives have no team, so she may open none of them: they are counted, not named.
    assert "that you may not open" in page
    assert not page.all("a", href=True) or "/young-people/" not in str(page.links.values())
    with app.app_context():
        for person in db.session.scalars(select(YoungPerson)):
            if person.organisation_id == full.organisation:
                person.team_id = full.team
        db.session.commit()
    page = Page(client.get(f"/key-figures/{SPRING}/police_on_time"))
    assert any(link.startswith("/young-people/") for link in page.links.values())


def test_interviewers_and_administrators_see_totals_and_open_nobody(
    app: Flask, full: Cast, sign_in: SignIn
) -> None:
    for person in (full.ines, full.adil):
        client = sign_in(app.test_client(), person)
        assert Page(client.get(f"/key-figures?quarter={SPRING}")).heading == "Key figures"
        page = Page(client.get(f"/key-figures/{SPRING}/episodes"))
        assert not [link for link in page.links.values() if link.startswith("/young-people/")]


def test_strangers_and_those_without_totals_find_nothing(
    app: Flask, full: Cast, sign_in: SignIn
) -> None:
    for person in (full.maya, full.jo, full.olu, full.zed_carer, full.zed_young):
        client = sign_in(app.test_client(), person)
        for address in ("/key-figures", f"/key-figures/{SPRING}/episodes"):
            assert client.get(address).status_code == 404
        for end in ("csv", "pdf"):
            assert client.get(f"/key-figures/{SPRING}.{end}").status_code == 404


def test_another_organisation_is_counted_by_itself(
    client: FlaskClient, full: Cast, sign_in: SignIn
) -> None:
    rows = table(sign_in(client, full.far_zed_supervisor))
    assert all(row["percent"] == "" for row in rows.values())


@pytest.mark.parametrize("quarter", ["2027-Q1", "1999-Q1", "2026-Q9", "now", "2026-q2"])
def test_a_quarter_that_is_none_is_not_found(
    client: FlaskClient, cast: Cast, sign_in: SignIn, quarter: str
) -> None:
    sign_in(client, cast.sue)
    assert client.get(f"/key-figures?quarter={quarter}").status_code == 404
    assert client.get(f"/key-figures/{quarter}/episodes").status_code == 404
    assert client.get(f"/key-figures/{quarter}.csv").status_code == 404
    assert client.get(f"/key-figures/{SPRING}/nonsense").status_code == 404


def table(client: FlaskClient) -> dict[str, dict[str, str]]:
    text = client.get(f"/key-figures/{SPRING}.csv").data.decode("utf-8-sig")
    return {row["figure"]: row for row in csv.DictReader(io.StringIO(text))}


def test_the_table_says_what_the_page_says(
    client: FlaskClient, full: Cast, sign_in: SignIn
) -> None:
    rows = table(sign_in(client, full.sue))
    assert list(rows) == [str(figure) for figure in Figure]
    page = Page(client.get(f"/key-figures?quarter={SPRING}"))
    for row in rows.values():
        assert row["quarter"] == SPRING
        if row["denominator"]:
            assert f"{row['numerator']} of {row['denominator']}" in page
            assert f"{row['percent']}%" in page
    assert rows["talks_72"]["benchmark"] == "63 england"


def test_taking_it_away_is_audited_with_how_many(
    app: Flask, client: FlaskClient, full: Cast, sign_in: SignIn
) -> None:
    table(sign_in(client, full.sue))
    with app.app_context():
        line = db.session.scalars(
            select(AuditEntry).where(AuditEntry.verb == "key_figures:exported")
        ).one()
        assert line.actor_id == full.sue
        assert line.reason == f"csv:{SPRING}:{len(Figure)}"


def test_with_few_people_nothing_is_shown_anywhere(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    with app.app_context():
        Histories(cast, 3).add(4)
    sign_in(client, cast.sue)
    shares = [
        row for figure, row in table(client).items() if figure not in ("plans_agreed", "trios")
    ]
    assert all(row["numerator"] == row["denominator"] == row["percent"] == "" for row in shares)
    assert "fewer than 5" in Page(client.get(f"/key-figures?quarter={SPRING}"))


def test_behind_too_few_not_even_the_others_are_counted(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    with app.app_context():
        Histories(cast, 3).add(4)
    adil = sign_in(client, cast.adil)
    for figure in set(Figure) - {Figure.PLANS_AGREED, Figure.TRIOS}:
        page = Page(adil.get(f"/key-figures/{SPRING}/{figure}"))
        assert "that you may not open" not in page, figure
        assert "Nothing here that you may open." in page, figure


def test_another_organisation_opens_nobody_behind_a_figure(
    client: FlaskClient, full: Cast, sign_in: SignIn
) -> None:
    far = sign_in(client, full.far_zed_supervisor)
    for figure in Figure:
        page = Page(far.get(f"/key-figures/{SPRING}/{figure}"))
        assert not [link for link in page.links.values() if link.startswith("/young-people/")]
        assert "that you may not open" not in page, figure


def test_the_pdf_shows_no_number_of_too_few(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    need_pdf()
    with app.app_context():
        Histories(cast, 3).add(4)
    far = sign_in(client, cast.far_zed_supervisor)
    data = far.get(f"/key-figures/{SPRING}.pdf").data
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    assert "fewer than 5" in text
    assert not re.search(r"\d+ of \d+", text)


def test_the_pdf_holds_every_figure_and_no_young_person(
    client: FlaskClient, full: Cast, sign_in: SignIn
) -> None:
    need_pdf()
    rows = table(sign_in(client, full.sue))
    response = client.get(f"/key-figures/{SPRING}.pdf")
    assert response.mimetype == "application/pdf"
    read = PdfReader(io.BytesIO(response.data))
    text = " ".join("".join(page.extract_text() for page in read.pages).split())
    for row in rows.values():
        assert row["name"] in text
        if row["denominator"]:
            assert f"{row['numerator']} of {row['denominator']}" in text
    assert "Young person" not in str(read.metadata)
