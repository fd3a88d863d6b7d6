"""Lists for staff: exactly their young people, by initials, in few statements."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import event

from engage.checkins.models import CheckIn
from engage.db import db
from engage.messaging.actions import opt_out
from engage.messaging.models import Message
from engage.oversight import queries
from engage.people import actions
from engage.people.access import SYSTEM
from engage.people.models import Person, RelationshipKind
from tests.cast import NOW
from tests.page import Page


@pytest.fixture
def many(app, cast):
    """Sixty young people of Sam's."""
    with app.app_context():
        for number in range(60):
            young = actions.create_young_person(
                SYSTEM, organisation_id=cast.organisation, name=f"Young {number}",
                team_id=cast.team, now=NOW,
            )  # fmt: skip
            kind = RelationshipKind.SOCIAL_WORKER
            actions.assign(SYSTEM, young.id, cast.sam, kind, now=NOW)
        db.session.commit()


@pytest.fixture
def statements(app):
    """The statements run from here on."""
    found = []

    def note(_c, _cursor, statement, *_):
        found.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


def test_a_page_of_fifty_costs_seven_statements_at_most(client, sign_in, cast, many, statements):
    sign_in(client, cast.sam)
    client.get("/young-people")
    statements.clear()
    page = Page(client.get("/young-people"))
    assert len([s for s in statements if s.startswith("SELECT")]) <= 7, statements
    assert len(page.all("ul", "tasks")[0]) == 50


def test_pages_follow_each_other_until_everybody_was_listed_once(app, cast, many):
    with app.app_context():
        sam, seen, after = cast.viewer(cast.sam), [], None
        for _ in range(5):
            page = queries.caseload(sam, now=NOW, after=after)
            seen += [row.id for row in page.rows]
            after = page.next_after
            if after is None:
                break
        assert len(seen) == len(set(seen)) == 61


def test_the_list_holds_exactly_whom_the_viewer_may_open(app, client, sign_in, cast):
    with app.app_context():
        everybody = [p.id for p in db.session.query(Person) if p.kind == "young_person"]
    for who in (cast.sam, cast.sue, cast.olu, cast.ines, cast.zed_worker, cast.far_zed_supervisor):
        with app.app_context():
            listed = {r.id for r in queries.caseload(cast.viewer(who), now=NOW).rows}
        sign_in(client, who)
        opened = {one for one in everybody if client.get(f"/young-people/{one}").status_code == 200}
        assert listed == opened


def test_initials_until_opened_and_opening_is_recorded(app, client, sign_in, cast):
    from engage.audit.models import AuditEntry

    sign_in(client, cast.sam)
    page = Page(client.get("/young-people"))
    assert "Maya" not in page.main_text
    opened = page.click(client, "M")
    assert opened.heading == "Maya"
    with app.app_context():
        entry = db.session.query(AuditEntry).filter_by(verb="young_person:opened").one()
        assert (entry.actor_id, entry.subject_id) == (cast.sam, cast.maya)


def test_an_open_alert_puts_its_young_person_on_top(app, client, sign_in, cast, many):
    sign_in(client, cast.maya)
    Page(client.get("/")).form("/now").submit(client, "talk")
    with app.app_context():
        sam = cast.viewer(cast.sam)
        everyone = queries.caseload(sam, now=NOW).rows
        if cast.maya in {row.id for row in everyone}:
            assert everyone[0].id == cast.maya


@pytest.mark.parametrize("after", ["x", "' OR 1=1", "%00"])
def test_a_broken_place_in_the_list_is_not_found(client, sign_in, cast, after):
    sign_in(client, cast.sam)
    assert client.get("/young-people", query_string={"after": after}).status_code == 404


def check_in(app, cast, **values):
    with app.app_context():
        row = CheckIn(
            idempotency_key=str(uuid4()), organisation_id=cast.organisation,
            young_person_id=cast.maya, kind="ok", belief=1, sent_by="text", locale="en",
            received_at=NOW, **values,
        )  # fmt: skip
        db.session.add(row)
        db.session.commit()


def test_a_check_in_stands_there_with_how_sure_we_are(app, client, sign_in, cast):
    check_in(app, cast)
    sign_in(client, cast.sam)
    page = Page(client.get(f"/young-people/{cast.maya}"))
    assert "OK, they say" in page
    assert "We cannot tell who held it" in page
    assert "Nobody had to be called" in page


def test_words_are_read_only_by_those_who_may(app, client, sign_in, cast):
    check_in(app, cast, note="at Elm Road")
    sign_in(client, cast.sam)
    assert "at Elm Road" in Page(client.get(f"/young-people/{cast.maya}"))
    sign_in(client, cast.sue)
    assert "at Elm Road" not in Page(client.get(f"/young-people/{cast.maya}"))
    sign_in(client, cast.ines)
    page = Page(client.get(f"/young-people/{cast.maya}"))
    assert "OK, they say" not in page


def test_numbers_are_masked_for_those_who_may_not_call(client, sign_in, cast):
    sign_in(client, cast.sam)
    assert "+447700900101" in Page(client.get(f"/young-people/{cast.maya}"))
    sign_in(client, cast.sue)
    page = Page(client.get(f"/young-people/{cast.maya}"))
    assert "••• 101" in page and "+4477" not in page


def test_a_phone_without_texts_says_use_another_way(app, client, sign_in, cast):
    with app.app_context():
        index = db.session.get(Person, cast.maya).phone_index
        opt_out(index, how="text", now=NOW, person_id=cast.maya)
        db.session.commit()
    sign_in(client, cast.sam)
    assert "No more texts to this phone: use another way" in Page(
        client.get(f"/young-people/{cast.maya}")
    )


def test_a_text_in_doubt_waits_until_somebody_reached_them_another_way(app, client, sign_in, cast):
    with app.app_context():
        text = Message(
            dedupe_key="x", klass="Y", template="reply_neutral", person_id=cast.maya,
            young_person_id=cast.maya, created_at=NOW, not_before=NOW,
            not_after=NOW + timedelta(minutes=30), state="unknown", needs_person_at=NOW,
        )  # fmt: skip
        db.session.add(text)
        db.session.commit()
        text_id = text.id
    sign_in(client, cast.zed_worker)
    there = f"/young-people/{cast.maya}/texts/{text_id}"
    token = Page(client.get("/young-people")).root is not None
    assert token
    sign_in(client, cast.sam)
    page = Page(client.get(f"/young-people/{cast.maya}"))
    assert "We do not know whether this text went" in page
    after = page.form(there).send(client)
    assert "We do not know whether this text went" not in after


def test_the_start_page_costs_as_much_for_sixty_as_for_one(client, sign_in, cast, statements, many):
    def cost(who):
        sign_in(client, who)
        client.get("/")
        statements.clear()
        assert client.get("/").status_code == 200
        return len(statements)

    assert cost(cast.sam) <= cost(cast.kits_worker) + 2
