"""The list of staffings: who sees which, in which order, and what it costs."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from engage.db import db
from engage.episodes import actions as episodes
from engage.episodes.rules import EpisodeState, Source
from engage.people import actions as people
from engage.people.access import SYSTEM
from engage.people.models import Organisation, Relationship, RelationshipKind
from engage.staffings import queries
from engage.staffings.actions import confirm, decline
from engage.staffings.meeting_actions import plan_meeting
from engage.staffings.rules import Purpose
from engage.web.errors import NotFound
from tests.cast import LONG_AGO, NOW
from tests.checkins.texting import ADDRESS
from tests.episodes.away import seen_as
from tests.staffings.conftest import DAY, TUESDAY, plan, swept


def more(cast, *names):
    """Let others of Sam's be missing and at risk; return their episodes by name."""
    db.session.get_one(Organisation, cast.organisation).policy = "missouri"
    found = {}
    for name in names:
        young = people.create_young_person(
            SYSTEM, organisation_id=cast.organisation, team_id=cast.team, name=name,
            birth_date=LONG_AGO.date().replace(year=2011), now=LONG_AGO,
        )  # fmt: skip
        kind = RelationshipKind.SOCIAL_WORKER
        people.assign(SYSTEM, young.id, cast.sam, kind, now=LONG_AGO)
        db.session.flush()
        found[name] = episodes.open_episode(
            seen_as(cast.sam), young.id, state=EpisodeState.MISSING, source=Source.WORKER,
            address=ADDRESS, now=NOW, facts=("exploitation",),
        ).id  # fmt: skip
    db.session.commit()
    swept(NOW)
    return found


def listed(cast, name="sam"):
    return [each.name for each in queries.staffings(seen_as(getattr(cast, name)), now=NOW)]


def cost(cast):
    seen = []

    def count(conn, cursor, statement, parameters, context, many):
        seen.append(statement)

    viewer = seen_as(cast.sam)
    db.session.expire_all()
    event.listen(db.engine, "before_cursor_execute", count)
    try:
        found = queries.staffings(viewer, now=NOW)
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    return len(found), len([each for each in seen if "SELECT" in each.upper()])


def test_it_costs_one_statement_however_many_there_are(inside, cast):
    found = more(cast, "Abe")
    confirm(seen_as(cast.sam), found["Abe"], plan(), now=NOW)
    db.session.commit()
    assert cost(cast) == (1, 1)
    more(cast, *(f"Young {n}" for n in range(12)))
    assert cost(cast) == (13, 1)


def test_those_to_decide_come_first_then_those_without_a_date_then_by_date_and_name(inside, cast):
    found = more(cast, "Abe", "Bea", "Cyd", "Dov")
    sam = seen_as(cast.sam)
    confirm(sam, found["Abe"], plan(TUESDAY + DAY), now=NOW)
    confirm(sam, found["Dov"], plan(TUESDAY), now=NOW)
    db.session.commit()
    assert listed(cast) == ["Bea", "Cyd", "Dov", "Abe"]


def test_the_date_shown_is_the_soonest_that_is_set(inside, cast):
    found = more(cast, "Abe")
    sam = seen_as(cast.sam)
    confirm(sam, found["Abe"], plan(TUESDAY + DAY), now=NOW)
    plan_meeting(sam, found["Abe"], Purpose.TEAM, plan(TUESDAY), now=NOW)
    db.session.commit()
    [line] = queries.staffings(sam, now=NOW)
    assert line.next_at == TUESDAY


def test_what_was_declined_is_not_on_it(inside, cast):
    found = more(cast, "Abe", "Bea")
    decline(seen_as(cast.sam), found["Abe"], "Held by the county", now=NOW)
    db.session.commit()
    assert listed(cast) == ["Bea"]


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("sam", ["Abe"]), ("sue", ["Abe"]), ("olu", ["Abe"]), ("ines", []), ("adil", []),
        ("jo", []), ("maya", []), ("ade", []), ("zed_worker", []), ("kits_worker", []),
        ("far_zed_worker", []), ("far_zed_supervisor", []),
    ],
)  # fmt: skip
def test_it_holds_exactly_what_each_may_open(inside, cast, name, sees):
    found = more(cast, "Abe")
    assert listed(cast, name) == sees
    viewer = seen_as(getattr(cast, name))
    if sees:
        assert queries.get_staffing(viewer, found["Abe"], now=NOW).reasons
    else:
        with pytest.raises(NotFound):
            queries.get_staffing(viewer, found["Abe"], now=NOW)


def test_whose_worker_ended_is_gone_from_the_list_at_that_instant(inside, cast):
    more(cast, "Abe")
    row = db.session.query(Relationship).filter_by(
        person_id=cast.sam, kind=RelationshipKind.SOCIAL_WORKER
    ).order_by(Relationship.starts_at.desc()).all()  # fmt: skip
    for each in row:
        each.ends_at = NOW
    db.session.commit()
    assert listed(cast) == [] and listed(cast, "sue") == ["Abe"]
    assert queries.staffings(seen_as(cast.sam), now=NOW - timedelta(seconds=1)) != []
