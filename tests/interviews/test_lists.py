"""Lists of talks a page at a time: in order, nothing left out, at the cost of a page."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import product
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, update

from engage.db import db
from engage.interviews import queries
from engage.interviews.models import ReturnInterview
from engage.interviews.queries import OwedLine
from engage.interviews.rules import InterviewState, Standing
from engage.people.access import SYSTEM
from engage.people.actions import assign, create_young_person
from engage.people.models import RelationshipKind
from engage.talks import waiting_queries
from engage.talks.models import Talk
from engage.talks.rules import TalkState
from tests.cast import NOW, Cast
from tests.page import Page

HOUR = timedelta(hours=1)
SignIn = Callable[[FlaskClient, UUID], FlaskClient]
# None: nobody noted when they came back.
DUE = [None, -2 * HOUR, -HOUR, HOUR, HOUR, 2 * HOUR, 3 * HOUR]
ORDER = [f"Young {n}" for n in range(len(DUE))]


def owe(cast: Cast, number: int, due: timedelta | None, **more: object) -> ReturnInterview:
    """Owe a talk to somebody of Sam's team, held by Ines."""
    young = create_young_person(
        SYSTEM, organisation_id=cast.organisation, team_id=cast.team, name=f"Young {number}",
        now=NOW,
    )  # fmt: skip
    for who, kind in (
        (cast.sam, RelationshipKind.SOCIAL_WORKER),
        (cast.ines, RelationshipKind.INTERVIEWER),
    ):
        assign(SYSTEM, young.id, who, kind, now=NOW)
    talk = ReturnInterview(
        # Ids in the order of the numbers, so that those due at the same instant have one order.
        id=UUID(int=number + 1), young_person_id=young.id, organisation_id=cast.organisation,
        opened_at=NOW, due_at=None if due is None else NOW + due,
        **{"state": InterviewState.BOOKED, "interviewer_id": cast.ines, **more},
    )  # fmt: skip
    db.session.add(talk)
    db.session.flush()
    return talk


@pytest.fixture
def many(app: Flask, cast: Cast) -> None:
    """Seven talks are owed, two due at the same instant, one without a return time."""
    with app.app_context():
        for number, due in enumerate(DUE):
            owe(cast, number, due, booked_for=None if due is None else NOW + due)
        db.session.commit()


def names(lines: list[OwedLine]) -> list[str]:
    return [line.name for line in lines]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 25])
def test_every_page_goes_on_where_the_last_one_ended(
    app: Flask, cast: Cast, many: None, limit: int
) -> None:
    with app.app_context():
        for who in (cast.sam, cast.sue):
            viewer, seen, after = cast.viewer(who), [], None
            while True:
                page = queries.owed(viewer, now=NOW, after=after, limit=limit)
                assert len(page.lines) <= limit
                seen += names(page.lines)
                if (after := page.next_after) is None:
                    break
            assert seen == ORDER


def test_one_that_goes_meanwhile_takes_nobody_else_along(
    app: Flask, cast: Cast, many: None
) -> None:
    with app.app_context():
        sams = cast.viewer(cast.sam)
        first = queries.owed(sams, now=NOW, limit=3)
        before = ReturnInterview.due_at < NOW
        db.session.execute(update(ReturnInterview).where(before).values(state="done"))
        following = queries.owed(sams, now=NOW, after=first.next_after, limit=25)
        assert names(first.lines) + names(following.lines) == ORDER


def test_those_held_come_by_their_time_and_those_without_one_last(
    app: Flask, cast: Cast, many: None
) -> None:
    with app.app_context():
        ines = cast.viewer(cast.ines)
        first = waiting_queries.held_by(ines, now=NOW, limit=4)
        rest = waiting_queries.held_by(ines, now=NOW, after=first.next_after, limit=4)
        assert [each.name for each in (*first.lines, *rest.lines)] == [*ORDER[1:], ORDER[0]]
        assert rest.next_after is None
        for who in (cast.sam, cast.sue, cast.zed_worker, cast.maya):
            assert not waiting_queries.held_by(cast.viewer(who), now=NOW).lines


def test_an_interviewer_no_more_holds_nothing_of_theirs(app: Flask, cast: Cast, many: None) -> None:
    with app.app_context():
        ines = cast.viewer(cast.ines)
        talk = db.session.get_one(ReturnInterview, UUID(int=1))
        assert waiting_queries.may_begin_with(ines, talk, now=NOW)
        from engage.people.models import Relationship

        ended = update(Relationship).where(Relationship.person_id == cast.ines)
        db.session.execute(ended.values(ends_at=NOW))
        assert not waiting_queries.held_by(ines, now=NOW).lines
        assert not waiting_queries.young_people_held(ines, now=NOW)
        assert not waiting_queries.may_begin_with(ines, talk, now=NOW)


def test_records_to_sign_off_a_page_at_a_time(app: Flask, cast: Cast, many: None) -> None:
    with app.app_context():
        for number in range(3):
            talk = db.session.get_one(ReturnInterview, UUID(int=number + 1))
            db.session.add(
                Talk(
                    young_person_id=talk.young_person_id, organisation_id=cast.organisation,
                    interview_id=talk.id, interviewer_id=cast.ines, question_set="2026",
                    state=TalkState.HANDED_IN, began_at=NOW, handed_in_at=NOW + number * HOUR,
                )
            )  # fmt: skip
        db.session.commit()
        sue = cast.viewer(cast.sue)
        first = waiting_queries.to_sign_off(sue, now=NOW, limit=2)
        rest = waiting_queries.to_sign_off(sue, now=NOW, after=first.next_after, limit=2)
        assert [each.name for each in (*first.lines, *rest.lines)] == ORDER[:3]
        for who in (cast.sam, cast.ines, cast.far_zed_supervisor):
            assert not waiting_queries.to_sign_off(cast.viewer(who), now=NOW).lines


def test_the_count_of_late_ones_is_what_each_line_says(app: Flask, cast: Cast) -> None:
    ago: list[datetime | None] = [None, NOW - 3 * HOUR, NOW - HOUR]
    states = [InterviewState.OWED, InterviewState.DECLINED, InterviewState.BOOKED]
    with app.app_context():
        cases = product(states, [None, -2 * HOUR, HOUR], ago, ago)
        for number, (state, due, offered, declined) in enumerate(cases):
            owe(cast, number, due, state=state, offered_at=offered, declined_at=declined)
        db.session.commit()
        for who in (cast.sam, cast.sue):
            viewer = cast.viewer(who)
            page = queries.owed(viewer, now=NOW, limit=100)
            late = sum(line.standing is Standing.LATE for line in page.lines)
            assert queries.count_owed(viewer, now=NOW) == (81, late) and 0 < late < 81
        assert queries.count_owed(cast.viewer(cast.zed_worker), now=NOW) == (0, 0)


def test_the_pages_lead_on_and_cost_the_same_for_each_line(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    with app.app_context():
        for number in range(30):
            owe(cast, number, number * HOUR, booked_for=NOW + number * HOUR)
        db.session.commit()
        engine = db.engine
    for who, path in ((cast.sam, "/talks"), (cast.ines, "/talk-records")):
        person = sign_in(client, who)
        asked: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            asked.append(statement)  # noqa: B023

        person.get(path)
        event.listen(engine, "before_cursor_execute", note)
        first = Page(person.get(path))
        event.remove(engine, "before_cursor_execute", note)
        assert len(asked) <= 10, asked
        assert "Young 24" in first.main_text and "Young 25" not in first.main_text
        rest = Page(person.get(first.links["Go on with the list"]))
        assert "Young 25" in rest.main_text and "Young 24" not in rest.main_text
        assert "Go on with the list" not in rest.links and "From the first" in rest.links
        assert person.get(f"{path}?after=x").status_code == 404
        unknown = Page(person.get(f"{path}?after={UUID(int=0)}"))
        assert "That is everyone." in unknown.main_text
