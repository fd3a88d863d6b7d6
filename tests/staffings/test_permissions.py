"""Who may do what with staffings at the edges: who leads, who was asked, whose time is over."""

from datetime import timedelta

import pytest

from engage.db import db
from engage.people import actions as people
from engage.people.access import SYSTEM
from engage.people.models import Relationship, RelationshipKind, Role, RoleGrant
from engage.staffings import actions, guest_actions, meeting_actions, queries
from engage.staffings.facilitator_actions import add_slot
from engage.staffings.meeting_actions import Held
from engage.staffings.models import FacilitatorSlot, MeetingGuest
from engage.staffings.reading import planned_of
from engage.staffings.rules import Ask, Part, Purpose, Whose
from engage.web.errors import NotFound
from tests.cast import LONG_AGO, NOW
from tests.checkins.texting import ADDRESS
from tests.episodes.away import seen_as
from tests.page import Page
from tests.staffings.conftest import DAY, TUESDAY, give_slots, plan

AFTER = TUESDAY + timedelta(hours=1)


@pytest.fixture
def led(missing, inside, cast):
    """Kit's worker, who has nothing to do with Maya, leads Maya's first staffing."""
    give_slots(cast, cast.kits_worker, (1, 14 * 60 + 30))
    meeting = actions.confirm(
        seen_as(cast.sam), missing(), plan(facilitator_id=cast.kits_worker, person_ids=(cast.jo,)),
        now=NOW,
    )  # fmt: skip
    db.session.commit()
    return meeting


def deeds(viewer, meeting, now=NOW):
    """Everything that can be done with a meeting, by name."""
    about = {"now": now}
    return {
        "read": lambda: queries.get_meeting(viewer, meeting.id, **about),
        "read the staffing": lambda: queries.get_staffing(viewer, meeting.episode_id, **about),
        "write words": lambda: guest_actions.note_words(
            viewer, meeting.id, Whose.TRUSTED, "x", **about
        ),
        "agree": lambda: meeting_actions.agree(
            viewer, meeting.id, "x", meeting.facilitator_id, now + DAY, **about
        ),
        "move": lambda: meeting_actions.move_meeting(
            viewer, meeting.id, TUESDAY + DAY, link="", place="", address=ADDRESS, **about
        ),
        "ask": lambda: guest_actions.add_guest(
            viewer, meeting.id, Part.OTHER, "Bo", "", address=ADDRESS, **about
        ),
        "ask them": lambda: guest_actions.ask_young_person(
            viewer, meeting.id, address=ADDRESS, **about
        ),
        "prepare": lambda: actions.prepare(viewer, meeting.episode_id, {Ask.KNOWN: "x"}, **about),
        "set a team meeting": lambda: meeting_actions.plan_meeting(
            viewer, meeting.episode_id, Purpose.TEAM, plan(TUESDAY + 2 * DAY), **about
        ),
        "take out": lambda: actions.note_export(viewer, meeting.id, "txt", **about),
    }


EVERYTHING = frozenset(deeds(None, None))
LEADS = frozenset({"read", "write words", "agree", "move", "take out"})


@pytest.mark.parametrize("deed", sorted(EVERYTHING))
@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("sam", EVERYTHING), ("sue", EVERYTHING), ("olu", EVERYTHING), ("kits_worker", LEADS),
        ("jo", frozenset()), ("maya", frozenset()), ("ade", frozenset()), ("ines", frozenset()),
        ("adil", frozenset()), ("zed_worker", frozenset()), ("far_zed_supervisor", frozenset()),
    ],
)  # fmt: skip
def test_each_does_what_they_may_and_nothing_more(led, cast, name, allowed, deed):
    act = deeds(seen_as(getattr(cast, name)), led)[deed]
    if deed in allowed:
        act()
    else:
        with pytest.raises(NotFound):
            act()
    db.session.rollback()


def test_who_leads_writes_the_notes_and_reads_them_afterwards(led, cast):
    wyn = seen_as(cast.kits_worker, AFTER)
    meeting_actions.hold(wyn, led.id, Held(30, "x", next_plan=plan(TUESDAY + DAY)), now=AFTER)
    db.session.commit()
    assert queries.get_meeting(wyn, led.id, now=AFTER).meeting.notes == "x"
    assert queries.leading(wyn, now=AFTER) == []
    # The next one is led by nobody yet: it is not theirs.
    [following] = planned_of(led.episode_id)
    with pytest.raises(NotFound):
        queries.get_meeting(wyn, following.id, now=AFTER)


def test_who_leads_finds_the_young_persons_page_as_little_as_before(led, cast, signed):
    theirs, episode = f"/meetings/{led.id}", f"/episodes/{led.episode_id}"
    wyn = signed("kits_worker")
    assert Page(wyn.get(theirs)).status == 200
    for path in (f"/young-people/{cast.maya}", episode, f"{episode}/staffing",
                 f"/timeline/{cast.maya}"):  # fmt: skip
        assert wyn.get(path).status_code == 404, path


def test_a_carer_who_is_asked_reads_when_and_how_by_their_link_and_no_more(led, cast, signed):
    assert db.session.query(MeetingGuest).filter_by(person_id=cast.jo).count() == 1
    here, jo = f"/meetings/{led.id}", signed("jo")
    for path in ("", "/notes", "/move", "/export"):
        assert jo.get(f"{here}{path}").status_code == 404


@pytest.mark.parametrize("what", ["relationship", "role"])
def test_at_the_instant_it_ends_it_is_over(led, cast, what):
    sam = seen_as(cast.sam)
    assert queries.get_meeting(sam, led.id, now=NOW)
    if what == "relationship":
        rows = db.session.query(Relationship).filter_by(
            person_id=cast.sam, young_person_id=cast.maya
        )
    else:
        rows = db.session.query(RoleGrant).filter_by(person_id=cast.sam)
    for row in rows:
        row.ends_at = NOW
    db.session.commit()
    for deed, act in deeds(seen_as(cast.sam), led).items():
        with pytest.raises(NotFound):
            act()
        db.session.rollback()
        assert deed in EVERYTHING


def test_a_supervisor_of_another_team_finds_nothing(led, cast):
    west = people.create_team(SYSTEM, cast.organisation, "West team", now=LONG_AGO).id
    una = people.create_worker(SYSTEM, organisation_id=cast.organisation, name="Una", now=LONG_AGO)
    people.grant_role(SYSTEM, una.id, Role.SUPERVISOR, team_id=west, now=LONG_AGO)
    db.session.commit()
    for act in deeds(seen_as(una.id), led).values():
        with pytest.raises(NotFound):
            act()
        db.session.rollback()
    assert queries.staffings(seen_as(una.id), now=NOW) == []


def test_a_worker_who_takes_over_has_it_from_then_on(led, cast):
    wyn = cast.zed_worker
    kind = RelationshipKind.SOCIAL_WORKER
    people.assign(SYSTEM, cast.maya, wyn, kind, now=NOW)
    db.session.commit()
    assert queries.get_meeting(seen_as(wyn), led.id, now=NOW).may_edit
    assert [each.name for each in queries.staffings(seen_as(wyn), now=NOW)] == ["Maya"]


@pytest.mark.parametrize(
    ("name", "may"),
    [("sue", True), ("adil", True), ("sam", False), ("olu", False), ("ines", False), ("jo", False),
     ("far_zed_supervisor", False)],
)  # fmt: skip
def test_who_says_who_leads(inside, cast, name, may):
    viewer = seen_as(getattr(cast, name))
    if may:
        add_slot(viewer, cast.olu, "North", 2, 600, now=NOW)
    else:
        with pytest.raises(NotFound):
            add_slot(viewer, cast.olu, "North", 2, 600, now=NOW)
    assert db.session.query(FacilitatorSlot).count() == may
