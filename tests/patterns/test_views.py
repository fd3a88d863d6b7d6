"""The pages of patterns: what a year shows, who sees it, and that homes keep their names."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from engage.care_records.actions import note_care_record
from engage.care_records.rules import Details, Ethnicity, Gender
from engage.db import db
from engage.episodes.models import Episode, EpisodeTime
from engage.episodes.notice_models import EpisodeNotice
from engage.episodes.notice_rules import NoticeState, Phase
from engage.episodes.rules import EpisodeKind, EpisodeState, Event, Source
from engage.patterns.rules import Pattern, Trait
from engage.people import actions as people
from engage.people.access import SYSTEM
from engage.returns.models import ReturnRecord
from engage.returns.rules import Choice, Way
from tests.cast import LONG_AGO, NOW, Cast
from tests.page import Page

SignIn = Callable[[FlaskClient, UUID], FlaskClient]
HOUR = timedelta(hours=1)
SPRING = datetime(2026, 5, 4, 20, 0, tzinfo=UTC)  # a Monday evening


def someone(cast: Cast, home: str, ethnicity: Ethnicity, gender: Gender, hours: int) -> None:
    young = people.create_young_person(
        SYSTEM, organisation_id=cast.organisation, name="Young", now=LONG_AGO
    )
    people.place(SYSTEM, young.id, home, now=SPRING - timedelta(days=30))
    details = Details(ethnicity=ethnicity, gender=gender)
    note_care_record(SYSTEM, young.id, details, now=NOW)
    episode = Episode(
        id=uuid4(), young_person_id=young.id, organisation_id=cast.organisation,
        state=EpisodeState.CLOSED, kind=EpisodeKind.CHOSE_TO_GO, opened_at=SPRING,
        owner_id=cast.sam, packs=[], rules=[], facts=[], was_missing=True,
        closed_at=SPRING + 900 * HOUR,
    )  # fmt: skip
    db.session.add(episode)
    db.session.flush()
    come_back(cast, episode.id, hours)


def come_back(cast: Cast, episode: UUID, hours: int) -> None:
    """Two hours later the police knew; so many hours later they were back, brought by them."""
    back = {"event": Event.RETURNED, "at": SPRING + hours * HOUR, "source": Source.CARER}
    told = {"phase": Phase.MISSING, "clock": "report_police", "state": NoticeState.DONE}
    brought = {"way": Way.POLICE, "by_choice": Choice.NO, "checks": {}, "by_id": cast.sam}
    about = {"episode_id": episode}
    db.session.add_all(
        [
            EpisodeTime(number=1, recorded_at=NOW, **back, **about),
            EpisodeNotice(
                to="police", rule={}, appeared_at=SPRING, told_at=SPRING + 2 * HOUR, **told, **about
            ),
            ReturnRecord(number=1, at=NOW, **brought, **about),
        ]
    )


@pytest.fixture
def full(app: Flask, cast: Cast) -> Cast:
    """Six Black girls away for two days, seven White boys for six hours, and two from a hut."""
    with app.app_context():
        for _ in range(6):
            someone(cast, "12 Elm Road", Ethnicity.BAFR, Gender.GIRL, 48)
        for _ in range(7):
            someone(cast, "3 Oak Lane", Ethnicity.WBRI, Gender.BOY, 6)
        for _ in range(2):
            someone(cast, "The Hut", Ethnicity.MWAS, Gender.OTHER, 2)
        db.session.commit()
    return cast


def rows(page: Page) -> dict[str, list[str]]:
    found = {}
    for row in page.all("tr"):
        cells = [" ".join("".join(cell.itertext()).split()) for cell in row]
        found[cells[0]] = cells[1:]
    return found


def test_homes_with_enough_people_are_named_and_others_not_counted(
    client: FlaskClient, full: Cast, sign_in: SignIn
) -> None:
    response = sign_in(client, full.sue).get("/patterns/home")
    page = Page(response)
    found = rows(page)
    assert found["12 Elm Road"] == ["5"]
    assert found["3 Oak Lane"] == ["5"]
    assert found["The Hut"] == ["fewer than 5 young people"]
    assert "Quarter" in page
    assert response.text.count('<rect class="bar"') == 2


def test_how_it_went_differs_and_the_page_says_so(
    client: FlaskClient, full: Cast, sign_in: SignIn
) -> None:
    found = rows(Page(sign_in(client, full.sue).get("/patterns/fair/ethnicity")))
    assert found["Black"] == ["5", "2", "48", "10 of 10", "0 of 10"]
    assert found["White"] == ["5", "2", "6", "10 of 10", "0 of 10"]
    assert found["Mixed"] == ["fewer than 5 young people"]


def test_every_page_is_there_with_and_without_anything_to_show(
    client: FlaskClient, full: Cast, sign_in: SignIn
) -> None:
    sue = sign_in(client, full.sue)
    nothing = "Nothing may be shown of this year yet."
    for by in (*Pattern, *(f"fair/{trait}" for trait in Trait)):
        assert Page(sue.get(f"/patterns/{by}?year=2026")).all("table")
        assert nothing in Page(sue.get(f"/patterns/{by}?year=2024"))


def test_the_overview_leads_to_all(client: FlaskClient, full: Cast, sign_in: SignIn) -> None:
    sam = sign_in(client, full.sam)
    leads = set(Page(sam.get("/patterns")).links.values())
    assert {f"/patterns/{each}" for each in Pattern} <= leads
    assert {f"/patterns/fair/{each}" for each in Trait} <= leads


def test_nobody_else_finds_them(app: Flask, full: Cast, sign_in: SignIn) -> None:
    others = (full.maya, full.jo, full.olu, full.ines, full.adil, full.zed_carer, full.zed_young)
    for person in others:
        client = sign_in(app.test_client(), person)
        for path in ("/patterns", "/patterns/home", "/patterns/fair/gender"):
            assert client.get(path).status_code == 404


def test_another_organisation_sees_its_own(
    client: FlaskClient, full: Cast, sign_in: SignIn
) -> None:
    page = Page(sign_in(client, full.far_zed_supervisor).get("/patterns/home?year=2026"))
    assert "12 Elm Road" not in page


def test_what_is_none_is_not_found(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sue = sign_in(client, cast.sue)
    years = ("1999", "2027", "x", "\u00b2\u2070\u00b2\u2076", "99999", "-2026")
    paths = ["nonsense", "fair/name", *(f"home?year={year}" for year in years)]
    assert {path: sue.get(f"/patterns/{path}").status_code for path in paths} == dict.fromkeys(
        paths, 404
    )


def test_patterns_cost_the_same_however_many_there_are(
    app: Flask, client: FlaskClient, full: Cast, sign_in: SignIn
) -> None:
    sue = sign_in(client, full.sue)
    seen: list[str] = []
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    sue.get("/patterns/fair/ethnicity")
    assert len(seen) <= 10
