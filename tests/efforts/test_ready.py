"""What must be ready, and what of a court's must be recalled."""

from datetime import date

import pytest

from engage.audit.models import AuditEntry
from engage.db import db
from engage.efforts import queries, return_actions
from engage.efforts.models import CourtItem, Need
from engage.efforts.reading import to_recall
from engage.efforts.return_actions import Issued, NotYetIssued
from engage.efforts.rules import CourtKind, NeedKind, NeedState
from engage.people.access import Object
from engage.web.errors import Changed, NotFound
from tests.cast import NOW
from tests.efforts.conftest import episode_of
from tests.episodes.away import S, become

pytestmark = pytest.mark.usefixtures("inside")
TODAY = NOW.date()
WARRANT = Issued(CourtKind.WARRANT, "W-2026-17", "Northtown juvenile court", date(2026, 11, 20))


def need(cast, episode_id, state=NeedState.OPEN, name="sam", **more):
    made = return_actions.set_need(
        cast.viewer(getattr(cast, name)), episode_id, NeedKind.BED, state, now=NOW, **more
    )
    db.session.commit()
    return made


def issue(cast, episode_id, issued=WARRANT, name="sam"):
    item = return_actions.note_issued(
        cast.viewer(getattr(cast, name)), episode_id, issued, today=TODAY, now=NOW
    )
    db.session.commit()
    return item


def recall(cast, item, how="PC Doe, R-9", name="sam"):
    viewer = cast.viewer(getattr(cast, name))
    return_actions.note_recalled(viewer, item.id, how=how, now=NOW)
    db.session.commit()


def test_a_need_is_one_row_and_never_nobodys(cast, missing):
    episode_id = missing()
    assert need(cast, episode_id).owner_id == cast.sam
    need(cast, episode_id, owner_id=cast.olu, note="The box room")
    need(cast, episode_id, NeedState.READY, "jo", note="Sheets are on")
    row = db.session.query(Need).filter_by(kind=NeedKind.BED).one()
    assert (row.state, row.owner_id, row.note) == ("ready", cast.olu, "Sheets are on")
    assert row.changed_by_id == cast.jo


def test_whatever_must_be_ready_has_an_owner_as_soon_as_they_count_as_missing(cast, missing):
    episode_id = missing()
    rows = db.session.query(Need).filter_by(episode_id=episode_id).all()
    assert {row.kind for row in rows} == set(NeedKind) and len(rows) == len(NeedKind)
    assert {(row.owner_id, row.state, row.changed_by_id) for row in rows} == {
        (episode_of(episode_id).owner_id, NeedState.OPEN, None)
    }
    verbs = [e.verb for e in db.session.query(AuditEntry) if e.verb == "need:laid_out"]
    assert len(verbs) == len(NeedKind)
    assert return_actions.begin_needs(episode_of(episode_id), now=NOW) == 0, "once"


def test_who_notes_one_thing_before_they_are_missing_lays_out_the_others_too(cast, missing):
    episode_id = missing(S.LATE)
    assert not db.session.query(Need).all()
    need(cast, episode_id, owner_id=cast.olu)
    owners = {row.kind: row.owner_id for row in db.session.query(Need)}
    assert set(owners) == set(NeedKind) and owners.pop(NeedKind.BED) == cast.olu
    assert set(owners.values()) == {cast.sam}


def test_what_was_made_ready_is_there_after_the_return(cast, missing):
    episode_id = missing()
    need(cast, episode_id, NeedState.READY, note="The box room")
    become(cast, episode_of(episode_id), S.RETURNED)
    found = queries.needs_of(cast.viewer(cast.jo), episode_id, now=NOW)
    notes = {kind: row.note for kind, row in found.items() if row.changed_by_id}
    assert notes == {NeedKind.BED: "The box room"} and set(found) == set(NeedKind)
    need(cast, episode_id, NeedState.NOT_NEEDED)


def test_a_closed_episode_changes_no_more(cast, missing):
    episode_id = missing()
    episode_of(episode_id).state = S.CLOSED
    with pytest.raises(Changed):
        need(cast, episode_id)


def test_only_somebody_around_them_can_have_it(cast, missing):
    with pytest.raises(NotFound):
        need(cast, missing(), owner_id=cast.kits_worker)


@pytest.mark.parametrize("name", ["zed_worker", "zed_carer", "ines", "maya"])
def test_strangers_set_no_need(cast, missing, name):
    with pytest.raises(NotFound):
        need(cast, missing(), name=name)


def test_a_warrant_stays_to_be_recalled_until_somebody_says_so(cast, missing):
    episode_id = missing()
    warrant, order = issue(cast, episode_id), issue(cast, episode_id, name="olu")
    become(cast, episode_of(episode_id), S.RETURNED)
    sam = cast.viewer(cast.sam)
    assert len(queries.items_to_recall(sam, episode_id, now=NOW)) == 2
    recall(cast, warrant)
    assert [item.id for item in to_recall(episode_id)] == [order.id]
    assert (warrant.recalled_by_id, warrant.recalled_how) == (cast.sam, "PC Doe, R-9")
    with pytest.raises(Changed):
        recall(cast, warrant)


@pytest.mark.parametrize("how", ["", "   "])
def test_recalling_needs_to_say_who_said_so(cast, missing, how):
    item = issue(cast, missing())
    with pytest.raises(ValueError):
        recall(cast, item, how)
    assert item.recalled_at is None


def test_nothing_is_issued_tomorrow(cast, missing):
    later = Issued(CourtKind.ORDER, "1", "A court", date(2026, 11, 23))
    with pytest.raises(NotYetIssued):
        issue(cast, missing(), later)


@pytest.mark.parametrize("name", ["jo", "ines", "zed_worker", "zed_carer", "maya", "ade"])
def test_carers_and_strangers_see_and_note_nothing_of_a_court(cast, missing, name):
    episode_id = missing()
    issue(cast, episode_id)
    viewer = cast.viewer(getattr(cast, name))
    with pytest.raises(NotFound):
        queries.get_goings(viewer, episode_id, now=NOW, of=Object.COURT_ITEMS)
    with pytest.raises(NotFound):
        queries.items_to_recall(viewer, episode_id, now=NOW)
    with pytest.raises(NotFound):
        issue(cast, episode_id, name=name)


def test_number_and_court_are_sealed(cast, missing):
    issue(cast, missing())
    raw = str(db.session.execute(CourtItem.__table__.select()).mappings().one())
    assert "W-2026-17" not in raw and "Northtown" not in raw
