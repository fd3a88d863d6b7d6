"""What was told without the young person's yes: recorded, looked at, and not hidden for good."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from engage.audit.models import AuditEntry
from engage.db import db
from engage.people import disclosure_actions as acts
from engage.people.rules import (
    WITHHELD_AT_MOST,
    DisclosureReason,
    disclosure_shown_from,
    working_days_after,
)
from engage.people.sharing_models import Disclosure
from engage.people.sharing_queries import list_disclosures
from engage.web.errors import NotFound
from tests.cast import NOW

WHY = "She told me she is being hurt at that house"


def disclose(cast, name="sam", **more):
    told = {
        "sections": ["safe", "safe", "trusted_people"],
        "code": DisclosureReason.SERIOUS_HARM,
        "reason": WHY,
        "told_to": "The duty sergeant",
        "now": NOW,
        **more,
    }
    return acts.disclose(cast.viewer(getattr(cast, name)), cast.maya, **told)


def seen_by(cast, name, now=NOW):
    return list_disclosures(cast.viewer(getattr(cast, name)), cast.maya, now=now)


@pytest.mark.parametrize("name", ["sam", "olu"])
def test_who_acts_writes_down_what_was_told_to_whom_and_why(app, cast, name):
    with app.app_context():
        made = disclose(cast, name)
        assert made.sections == ["safe", "trusted_people"]
        (told,) = seen_by(cast, "sue")
        assert (told.disclosure.reason, told.disclosure.told_to) == (WHY, "The duty sergeant")
        entry = db.session.scalars(
            select(AuditEntry).where(AuditEntry.verb == "disclosure:made")
        ).one()
        assert entry.reason == "serious_harm" and WHY not in str(vars(entry))


@pytest.mark.parametrize("name", ["maya", "jo", "sue", "ines", "adil", "ade", "zed_worker"])
def test_nobody_else_can_record_one(app, cast, name):
    with app.app_context(), pytest.raises(NotFound):
        disclose(cast, name)


@pytest.mark.parametrize("name", ["jo", "ines", "adil", "ade", "kit", "zed_worker", "kits_worker"])
def test_nobody_else_reads_them(app, cast, name):
    with app.app_context():
        disclose(cast)
        with pytest.raises(NotFound):
            seen_by(cast, name)


@pytest.mark.parametrize("reason", ["", "harm", "  too    short   "])
def test_a_reason_that_says_nothing_is_refused(app, cast, reason):
    with app.app_context():
        with pytest.raises(acts.SaysTooLittle):
            disclose(cast, reason=reason)
        assert db.session.scalars(select(Disclosure)).all() == []


def test_the_young_person_sees_it_once_a_supervisor_has_looked(app, cast):
    with app.app_context():
        made = disclose(cast)
        assert seen_by(cast, "maya") == []
        acts.approve_disclosure(cast.viewer(cast.sue), made.id, now=NOW)
        (told,) = seen_by(cast, "maya")
        assert told.made_by == "Sam"
        acts.note_seen(cast.viewer(cast.maya), made.id, now=NOW)
        assert made.seen_at == NOW


def test_if_nobody_looks_they_see_it_after_two_working_days(app, cast):
    with app.app_context():
        disclose(cast)  # a Sunday evening: Monday and Tuesday
        tuesday = NOW + timedelta(days=2)
        assert seen_by(cast, "maya", tuesday - timedelta(seconds=1)) == []
        assert len(seen_by(cast, "maya", tuesday)) == 1


def test_a_supervisor_may_keep_it_back_with_a_reason_and_for_thirty_days_at_most(app, cast):
    with app.app_context():
        made, sue = disclose(cast), cast.viewer(cast.sue)
        with pytest.raises(acts.SaysTooLittle):
            acts.withhold_disclosure(sue, made.id, why="not now", now=NOW)
        why = "He reads her phone and would know who told us"
        acts.withhold_disclosure(sue, made.id, why=why, now=NOW)
        end = NOW + WITHHELD_AT_MOST
        assert made.approved_by_id == cast.sue and made.withheld_until == end
        assert seen_by(cast, "maya", end - timedelta(seconds=1)) == []
        assert len(seen_by(cast, "maya", end)) == 1
        acts.withhold_disclosure(sue, made.id, why=why, now=end)
        assert seen_by(cast, "maya", end) == []
        acts.approve_disclosure(sue, made.id, now=end)
        assert len(seen_by(cast, "maya", end)) == 1


@pytest.mark.parametrize("name", ["sam", "olu", "maya", "jo", "adil", "far_zed_supervisor"])
def test_only_a_supervisor_of_the_team_decides_and_never_on_their_own(app, cast, name):
    with app.app_context():
        made, viewer = disclose(cast), cast.viewer(getattr(cast, name))
        with pytest.raises(NotFound):
            acts.approve_disclosure(viewer, made.id, now=NOW)
        with pytest.raises(NotFound):
            acts.withhold_disclosure(viewer, made.id, why=WHY, now=NOW)


def test_nobody_reads_it_in_the_young_persons_place(app, cast):
    with app.app_context():
        made = disclose(cast)
        for name in ("sam", "sue", "kit"):
            with pytest.raises(NotFound):
                acts.note_seen(cast.viewer(getattr(cast, name)), made.id, now=NOW)


INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))


@settings(deadline=None)
@given(INSTANTS, st.none() | st.timedeltas(timedelta(0), timedelta(days=40)))
def test_it_is_never_hidden_for_good_and_never_shown_before_it_was_made(made, waited):
    approved = None if waited is None else made + waited
    shown = disclosure_shown_from(made, approved, None)
    assert shown >= made
    assert shown == (approved or working_days_after(made, 2))
    held = disclosure_shown_from(made, approved, made + WITHHELD_AT_MOST)
    assert held <= made + timedelta(days=30)
