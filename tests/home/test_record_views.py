"""Who may read the audit, and how much of it."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from engage.audit.actions import record, seal
from engage.db import db
from engage.home import record_labels
from engage.people.access import SYSTEM
from tests.guards.code import APP
from tests.page import Page, words


@pytest.fixture
def at(client, sign_in):
    def go(person_id, path):
        sign_in(client, person_id)
        return Page(client.get(path))

    return go


@pytest.fixture
def happened(app, cast, now):
    """Sam opened Maya's page, Zed opened Kit's, Jo agreed to Maya's plan, the worker climbed."""
    with app.app_context():
        steps = (
            (cast.viewer(cast.sam), "young_person:opened", cast.maya, 0),
            (cast.viewer(cast.zed_worker), "young_person:opened", cast.kit, 1),
            (cast.viewer(cast.jo), "plan:agreed", cast.maya, 2),
            (SYSTEM, "alert:climbed", cast.maya, 3),
            (cast.viewer(cast.sam), "text:kept_raw", None, 4),
        )
        for viewer, verb, subject, minute in steps:
            at = now - timedelta(minutes=minute)
            record(verb, viewer=viewer, now=at, subject_id=subject)
        db.session.commit()


def lines(page):
    return [words(item) for item in page.one("ol", cls="timeline").iter("li")]


def test_a_worker_reads_what_they_did_and_nothing_else(at, cast, happened):
    found = lines(at(cast.sam, "/record"))
    assert found == [
        "Sun 22 Nov 18:00 Opened the page: M",
        "Sun 22 Nov 17:56 Did something about a text",
        *found[2:],
    ]
    assert not any("Agreed to the plan" in line for line in found)


def test_the_initials_go_with_the_access(app, at, cast, happened, now):
    with app.app_context():
        from engage.people.models import Relationship

        for row in db.session.query(Relationship).filter_by(person_id=cast.sam):
            row.ends_at = now
        db.session.commit()
    assert lines(at(cast.sam, "/record"))[0] == "Sun 22 Nov 18:00 Opened the page"


def test_a_supervisor_reads_who_did_what_to_one_of_their_team(at, cast, happened):
    page = at(cast.sue, f"/record/young-people/{cast.maya}")
    found = lines(page)
    assert "Sun 22 Nov 18:00 Opened the page Sam" in found
    assert "Sun 22 Nov 17:58 Agreed to the plan Jo" in found
    assert "Sun 22 Nov 17:57 An alert went on to the next people The program itself" in found
    assert not any("Zed" in line for line in found)


def test_the_young_persons_page_leads_a_supervisor_there_and_a_worker_not(at, cast, happened):
    address = f"/record/young-people/{cast.maya}"
    assert address in at(cast.sue, f"/young-people/{cast.maya}").links.values()
    assert address not in at(cast.sam, f"/young-people/{cast.maya}").links.values()


def test_nobody_else_reads_a_history(client, sign_in, cast, happened):
    names = ("sam", "olu", "adil", "ines", "jo", "maya", "zed_worker", "far_zed_supervisor")
    for name in names:
        sign_in(client, getattr(cast, name))
        assert client.get(f"/record/young-people/{cast.maya}").status_code == 404, name
    sign_in(client, cast.sue)
    assert client.get(f"/record/young-people/{cast.kit}").status_code == 404, "another team"


def test_own_actions_are_for_workers(client, sign_in, cast):
    for name, status in (("sam", 200), ("olu", 200), ("ines", 200), ("adil", 404), ("jo", 404),
                         ("maya", 404)):  # fmt: skip
        sign_in(client, getattr(cast, name))
        assert client.get("/record").status_code == status, name


def test_a_long_record_goes_on_where_the_page_ended(app, at, cast, client, now):
    with app.app_context():
        sam = cast.viewer(cast.sam)
        for minute in range(130):
            record("alert:resolved", viewer=sam, now=now - timedelta(minutes=minute))
        db.session.commit()
    page = at(cast.sam, "/record")
    first = lines(page)
    assert len(first) == 100
    second = lines(page.click(client, "Older"))
    assert len(second) == 30 and not set(first) & set(second)


@pytest.mark.parametrize("before", ["x", "", "2026-11-22", "2026-11-22T18:00:00", "9" * 400, "%00"])
def test_a_mistyped_page_begins_anew(at, cast, happened, before):
    assert lines(at(cast.sam, f"/record?before={before}"))


def test_an_administrator_sees_that_the_chain_is_whole_and_no_line_of_it(app, at, cast, happened):
    page = at(cast.adil, "/record/check")
    assert "Nothing is chained yet." in page
    with app.app_context():
        seal(now=cast_now())
        db.session.commit()
    page = at(cast.adil, "/record/check")
    assert "lines are as they were written." in page
    for word in ("Maya", "Sam", "opened", "agreed", "Agreed"):
        assert word not in page.main_text


def cast_now():
    from engage import clock

    return clock.now()


def test_a_changed_line_is_named_by_number(app, at, cast, happened):
    with app.app_context():
        seal(now=cast_now())
        if db.engine.dialect.name == "sqlite":
            db.session.execute(text("DROP TRIGGER audit_entries_no_change"))
        else:
            db.session.execute(text("SET LOCAL session_replication_role = replica"))
        statement = "UPDATE audit_entries SET verb = 'plan:shared' WHERE chain_no = 3"
        db.session.execute(text(statement))
        db.session.commit()
    page = at(cast.adil, "/record/check")
    assert "Line 3 is not as it was written." in page


def test_nobody_but_an_administrator_checks(client, sign_in, cast):
    for name in ("sam", "sue", "olu", "ines", "jo", "maya", "zed_worker", "far_zed_supervisor"):
        sign_in(client, getattr(cast, name))
        assert client.get("/record/check").status_code == 404, name


def test_every_act_with_words_is_one_that_is_recorded():
    files = [path for path in APP.rglob("*.py") if path.name != "record_labels.py"]
    code = "\n".join(path.read_text() for path in files)
    # Put together from two halves where they are recorded.
    assert 'f"emergency:{' in code and 'f"staff_request:{' in code
    made = {"emergency:allowed", "emergency:refused"}
    made |= {"staff_request:approved", "staff_request:refused"}
    unknown = [v for v in record_labels.ACTS if f'"{v}"' not in code and v not in made]
    assert unknown == []


def test_what_has_no_words_yet_is_shown_as_it_is():
    assert record_labels.act("plan:agreed") == "Agreed to the plan"
    assert record_labels.act("moon:landed_on") == "Other: moon:landed on"


def test_what_was_done_is_said_by_what_it_was_about_if_by_nothing_else() -> None:
    assert record_labels.act("harm:told_police") == "Kept what was told of harm"
    assert record_labels.act("card:made") == "Made a card"
