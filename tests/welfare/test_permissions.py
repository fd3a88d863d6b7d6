"""Who finds a welfare meeting, who may add to it, and that nobody else finds anything of it."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from engage.db import db
from engage.patterns.place_rules import Why
from engage.people.access import ANONYMOUS, Viewer
from engage.people.models import Role, RoleGrant
from engage.web.errors import NotFound
from engage.welfare import actions
from engage.welfare.models import WelfareAction, WelfareMeeting, WelfareNote
from engage.welfare.queries import (
    count_mine,
    find_action,
    find_meeting,
    get_action,
    get_meeting,
    meeting_to_change,
    meetings,
    my_actions,
    staff_here,
)
from engage.welfare.rules import State
from tests.cast import NOW, Cast
from tests.welfare.conftest import agreed, day, draft, written

# Nothing at all is there for these.
OUTSIDE = ("maya", "kit", "jo", "kits_carer", "ade", "olu", "ines", "adil", "zed_carer",
           "zed_young", "far_zed_carer", "far_zed_young")  # fmt: skip
ELSEWHERE = ("far_zed_worker", "far_zed_supervisor")


def everything(meeting: UUID, action: UUID) -> dict[str, Callable[[Viewer, Cast], object]]:
    """All that can be done with a meeting that is there."""
    return {
        "find": lambda v, c: find_meeting(v, meeting, now=NOW),
        "get": lambda v, c: get_meeting(v, meeting, now=NOW),
        "open": lambda v, c: actions.open_meeting(v, meeting, Why.PLANS, now=NOW),
        "change": lambda v, c: meeting_to_change(v, meeting, now=NOW),
        "note": lambda v, c: actions.add_note(v, meeting, "x", now=NOW),
        "think": lambda v, c: actions.think_of(v, meeting, (), now=NOW),
        "agree": lambda v, c: actions.agree(
            v, meeting, "x", owner_id=c.sam, due_on=day(1), now=NOW
        ),
        "action": lambda v, c: find_action(v, action, now=NOW),
        "history": lambda v, c: get_action(v, action, now=NOW),
        "move": lambda v, c: actions.move(
            v, action, owner_id=c.sam, due_on=day(1), reason="x", now=NOW
        ),
        "end": lambda v, c: actions.end(v, action, State.DONE, "x", now=NOW),
    }


READING = {"find", "get", "open"}


@pytest.fixture
def there(inside: Cast) -> tuple[UUID, UUID]:
    meeting = written(inside, present=frozenset({inside.sam}))
    return meeting.id, agreed(inside, meeting).id


@pytest.mark.parametrize("name", [*OUTSIDE, *ELSEWHERE])
def test_for_those_outside_there_is_nothing(
    inside: Cast, there: tuple[UUID, UUID], name: str
) -> None:
    viewer = inside.viewer(getattr(inside, name))
    for attempt in everything(*there).values():
        with pytest.raises(NotFound):
            attempt(viewer, inside)
        db.session.rollback()


@pytest.mark.parametrize("name", OUTSIDE)
def test_those_outside_list_and_write_nothing(inside: Cast, name: str) -> None:
    viewer = inside.viewer(getattr(inside, name))
    for attempt in (
        lambda: meetings(viewer, now=NOW),
        lambda: my_actions(viewer, now=NOW),
        lambda: staff_here(viewer, now=NOW),
        lambda: actions.write_down(viewer, draft(inside), now=NOW),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert db.session.query(WelfareMeeting).count() == 0


def test_nobody_known_and_the_program_itself_write_nothing(inside: Cast) -> None:
    with pytest.raises(NotFound):
        actions.write_down(ANONYMOUS, draft(inside), now=NOW)
    with pytest.raises(NotFound):
        actions.write_down(Viewer(area="system"), draft(inside), now=NOW)


@pytest.mark.parametrize("name", ["kits_worker", "zed_worker"])
def test_a_worker_who_was_not_there_may_only_read(
    inside: Cast, there: tuple[UUID, UUID], name: str
) -> None:
    viewer = inside.viewer(getattr(inside, name))
    for what, attempt in everything(*there).items():
        if what in READING:
            attempt(viewer, inside)
            continue
        with pytest.raises(NotFound):
            attempt(viewer, inside)
        db.session.rollback()
    assert not find_meeting(viewer, there[0], now=NOW)[1]


@pytest.mark.parametrize("name", ["sam", "sue"])
def test_those_who_were_there_and_supervisors_may_do_all_of_it(
    inside: Cast, there: tuple[UUID, UUID], name: str
) -> None:
    viewer = inside.viewer(getattr(inside, name))
    for attempt in everything(*there).values():
        attempt(viewer, inside)
    assert find_meeting(viewer, there[0], now=NOW)[1] is (name == "sam")


def test_being_there_is_enough_and_so_is_doing_something_agreed(inside: Cast) -> None:
    kits = inside.viewer(inside.kits_worker)
    guest = written(inside, present=frozenset({inside.kits_worker}))
    owned = written(inside, present=frozenset({inside.sam}))
    action = agreed(inside, owned, owner_id=inside.kits_worker)
    for meeting in (guest, owned):
        assert find_meeting(kits, meeting.id, now=NOW)[1]
        actions.add_note(kits, meeting.id, "x", now=NOW)
    assert count_mine(kits) == 1
    actions.move(inside.viewer(inside.sam), action.id, owner_id=inside.sam, due_on=day(3),
                 reason="Wyn is away", now=NOW)  # fmt: skip
    db.session.commit()
    assert count_mine(kits) == 0
    assert not find_meeting(kits, owned.id, now=NOW)[1]
    assert db.session.query(WelfareNote).count() == 2


def test_whoever_left_finds_nothing_any_more(inside: Cast, there: tuple[UUID, UUID]) -> None:
    for grant in db.session.query(RoleGrant).filter_by(person_id=inside.sam):
        grant.ends_at = NOW
    db.session.commit()
    sam = inside.viewer(inside.sam)
    for attempt in everything(*there).values():
        with pytest.raises(NotFound):
            attempt(sam, inside)
    assert inside.sam not in staff_here(inside.viewer(inside.sue), now=NOW)


def test_an_owner_who_left_stays_named_until_it_is_given_on(
    inside: Cast, there: tuple[UUID, UUID]
) -> None:
    for grant in db.session.query(RoleGrant).filter_by(person_id=inside.sam):
        grant.ends_at = NOW
    db.session.commit()
    sue = inside.viewer(inside.sue)
    assert get_action(sue, there[1], now=NOW).owners[inside.sam] == "Sam"
    actions.move(sue, there[1], owner_id=inside.sam, due_on=day(3), reason="x", now=NOW)
    actions.move(sue, there[1], owner_id=inside.sue, due_on=day(3), reason="x", now=NOW)
    with pytest.raises(NotFound):
        actions.move(sue, there[1], owner_id=inside.sam, due_on=day(4), reason="x", now=NOW)


def test_what_is_not_there_is_not_found(inside: Cast) -> None:
    for attempt in everything(uuid4(), uuid4()).values():
        with pytest.raises(NotFound):
            attempt(inside.viewer(inside.sue), inside)


def test_staff_are_those_who_work_with_young_people_by_name(inside: Cast) -> None:
    found = staff_here(inside.viewer(inside.sam), now=NOW)
    assert {inside.sam, inside.sue, inside.kits_worker, inside.zed_worker} <= set(found)
    assert not {inside.olu, inside.adil, inside.far_zed_worker, inside.maya} & set(found)
    assert list(found.values()) == sorted(found.values(), key=str.casefold)
    held = {each.role for each in db.session.query(RoleGrant).filter(
        RoleGrant.person_id.in_(found))}  # fmt: skip
    assert held <= {Role.SOCIAL_WORKER, Role.SUPERVISOR}
    assert db.session.query(WelfareAction).count() == 0
