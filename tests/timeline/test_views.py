"""The timeline as people use it: looked through, printed, taken as a file."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engage.audit.models import AuditEntry
from engage.db import db
from engage.episodes import actions
from engage.episodes.rules import Source
from tests.cast import Cast
from tests.checkins.texting import ADDRESS
from tests.episodes.away import HOUR, S, seen_as
from tests.page import Page
from tests.timeline.evening import REASON, WORDS, said

SignIn = Callable[[FlaskClient, UUID], FlaskClient]


@pytest.fixture(autouse=True)
def later(clock: time_machine.Traveller, evening: str) -> None:
    clock.shift(6 * HOUR)


@pytest.fixture
def sam(client: FlaskClient, sign_in: SignIn, cast: Cast, later: None) -> FlaskClient:
    return sign_in(client, cast.sam)


def taken(app: Flask) -> list[tuple[str, str | None]]:
    with app.app_context():
        rows = db.session.execute(
            select(AuditEntry.verb, AuditEntry.reason).where(AuditEntry.verb.like("timeline:%"))
        )
        return [(row.verb, row.reason) for row in rows]


def file_of(client: FlaskClient, page: Page, how: str):
    return page.form(f"{page.path}/file").submit(client, press=how)


def test_the_page_of_an_episode_shows_what_happened_and_reading_is_written_down(
    app: Flask, sam: FlaskClient, evening: str
) -> None:
    page = Page(sam.get(f"/episodes/{evening}/timeline"))
    for words in ("What happened: Maya", "Missing: nobody knows where they are", WORDS, REASON):
        assert words in page
    assert "Written down" in page and "Due by" in page
    assert page.title == "Northtown"
    assert taken(app) == [("timeline:opened", None)]


def test_it_is_narrowed_by_the_address_and_shows_everything_again(
    sam: FlaskClient, evening: str
) -> None:
    page = Page(sam.get(f"/episodes/{evening}/timeline"))
    form = page.form(page.path)
    assert form.method == "GET" and {"kind", "who", "since", "until"} <= form.names
    page = Page(form.fill(kind="said").submit(sam))
    assert WORDS in page and REASON not in page
    page = page.click(sam, "Show everything again")
    assert WORDS in page and REASON in page
    page = Page(sam.get(f"/episodes/{evening}/timeline?since=2026-11-30"))
    assert "Nothing here yet." in page
    page = Page(sam.get(f"/episodes/{evening}/timeline?since=the+other+day&who=nobody&kind=x"))
    assert page.errors and "the other day" in str(page.form(page.path).values)
    assert REASON in page
    assert sam.get(f"/episodes/{evening}/timeline?until=9999-12-31").status_code == 200


def test_days_begin_and_end_where_the_reader_lives(
    app: Flask, sam: FlaskClient, cast: Cast
) -> None:
    with app.app_context():
        # Twenty minutes to midnight in London, in winter.
        said(cast, "late that day", at=(day := said_at(2026, 11, 21, 23, 40)))
        said(cast, "early next day", at=day + timedelta(minutes=30))
        db.session.commit()
    page = Page(sam.get(f"/timeline/{cast.maya}?since=2026-11-21&until=2026-11-21"))
    assert "late that day" in page and "early next day" not in page


def said_at(*at: int):
    from datetime import UTC, datetime

    return datetime(*at, tzinfo=UTC)


def test_older_pages_follow_and_keep_what_was_picked(
    app: Flask, sam: FlaskClient, cast: Cast
) -> None:
    with app.app_context():
        for n in range(60):
            said(cast, f"text number {n:02}", at=said_at(2026, 11, 22, 17, n))
        db.session.commit()
    page = Page(sam.get(f"/timeline/{cast.maya}?kind=said"))
    assert "text number 59" in page and "text number 05" not in page
    older = page.click(sam, "Older")
    assert "text number 05" in older and "text number 59" not in older and REASON not in older
    assert "Older" not in older.links


def test_paper_holds_all_of_it_oldest_first(app: Flask, sam: FlaskClient, cast: Cast) -> None:
    with app.app_context():
        for n in range(60):
            said(cast, f"text number {n:02}", at=said_at(2026, 11, 22, 17, n))
        db.session.commit()
    page = Page(sam.get(f"/timeline/{cast.maya}")).click(sam, "All of it, to print")
    text = page.main_text
    assert text.index("text number 00") < text.index("text number 59") < text.index(REASON)
    assert not [form for form in page.forms if form.method == "POST"]


def test_a_table_is_what_the_page_shows_and_is_counted_in_the_audit(
    app: Flask, sam: FlaskClient, evening: str
) -> None:
    page = Page(sam.get(f"/episodes/{evening}/timeline"))
    answer = file_of(sam, page, "csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="timeline.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)
    assert WORDS in {row["words"] for row in rows} and REASON in {row["words"] for row in rows}
    assert "Got it, thanks." not in answer.text
    first = next(row for row in rows if row["kind"] == "states")
    assert first["at"] == "2026-11-22T18:00:00+00:00" and first["by"] == "Sam"
    assert first["at_local"] == "2026-11-22T18:00+00:00" and first["what"] == "Late back"
    assert ("timeline:exported", f"csv:{len(rows)}") in taken(app)


def test_data_for_other_systems_says_how_many_there_are(
    app: Flask, sam: FlaskClient, cast: Cast
) -> None:
    page = Page(sam.get(f"/timeline/{cast.maya}?kind=said"))
    whole = json.loads(file_of(sam, page, "json").data)
    assert whole["count"] == len(whole["entries"]) == 1
    assert whole["young_person_id"] == str(cast.maya)
    assert whole["entries"][0]["words"] == WORDS
    assert ("timeline:exported", "json:1") in taken(app)
    nothing = sam.post(
        f"/timeline/{cast.maya}/file",
        data={"as": "exe", "csrf_token": page.form(f"{page.path}/file").values["csrf_token"]},
    )
    assert nothing.status_code == 404


def test_a_spreadsheet_runs_nothing_that_somebody_texted(
    app: Flask, sam: FlaskClient, cast: Cast
) -> None:
    with app.app_context():
        said(cast, '=HYPERLINK("http://x","ok")', at=said_at(2026, 11, 22, 17, 0))
        db.session.commit()
    page = Page(sam.get(f"/timeline/{cast.maya}"))
    rows = list(csv.DictReader(io.StringIO(file_of(sam, page, "csv").data.decode("utf-8-sig"))))
    assert [r["words"] for r in rows if "HYPERLINK" in r["words"]] == [
        '\'=HYPERLINK("http://x","ok")'
    ]


def test_a_young_person_reads_their_own_and_may_take_it_with_them(
    app: Flask, client: FlaskClient, sign_in: SignIn, cast: Cast, evening: str
) -> None:
    maya = sign_in(client, cast.maya)
    page = Page(maya.get(f"/timeline/{cast.maya}"))
    assert "You came back." in page and WORDS in page and REASON not in page
    assert "Who did it" not in page and "What happened: Maya" not in page
    table = file_of(maya, page, "csv").data.decode("utf-8-sig")
    assert WORDS in table and REASON not in table and "NP-1234" not in table
    # Reading about oneself leaves no line; taking it away does.
    assert [verb for verb, _ in taken(app)] == ["timeline:exported"]
    assert "You came back." in Page(maya.get(f"/episodes/{evening}/timeline"))


@pytest.mark.parametrize("who", ["jo", "olu", "ines"])
def test_those_who_may_read_but_not_take_get_no_file(
    client: FlaskClient, sign_in: SignIn, cast: Cast, evening: str, who: str
) -> None:
    theirs = sign_in(client, getattr(cast, who))
    page = Page(theirs.get(f"/episodes/{evening}/timeline"))
    assert "Missing: nobody knows where they are" in page
    assert not [form for form in page.forms if form.action.endswith("/file")]
    token = Page(theirs.get("/c")).form().values["csrf_token"][0]
    for path in (f"/episodes/{evening}/timeline/file", f"/timeline/{cast.maya}/file"):
        answer = theirs.post(path, data={"as": "csv", "csrf_token": token})
        assert answer.status_code == 404


def test_zed_finds_nothing(client: FlaskClient, sign_in: SignIn, cast: Cast, evening: str) -> None:
    for person in cast.strangers.values():
        theirs = sign_in(client, person)
        token = Page(theirs.get("/c")).form().values["csrf_token"][0]
        for path in (f"/episodes/{evening}/timeline", f"/timeline/{cast.maya}"):
            assert theirs.get(path).status_code == 404
            told = {"as": "csv", "csrf_token": token}
            assert theirs.post(f"{path}/file", data=told).status_code == 404


def test_what_happens_next_is_on_it_at_once(
    app: Flask, sam: FlaskClient, cast: Cast, evening: str, clock: time_machine.Traveller
) -> None:
    with app.app_context():
        now = clock_now(clock)
        actions.open_episode(
            seen_as(cast.sam, now), cast.maya, state=S.LATE, source=Source.WORKER,
            address=ADDRESS, now=now,
        )  # fmt: skip
        db.session.commit()
    assert "Late back" not in Page(sam.get(f"/episodes/{evening}/timeline?since=2026-11-23"))
    assert "Late back" in Page(sam.get(f"/timeline/{cast.maya}?since=2026-11-23"))


def clock_now(_clock: time_machine.Traveller):
    from engage import clock as engage_clock

    return engage_clock.now()
